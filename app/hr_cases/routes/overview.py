"""The first page of a case: where it is, what comes next, by when and by whom, and what was decided."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from app.core.presentation import uk_date, uk_datetime
from app.core.worked_out import WorkedOut
from app.hr_cases import blueprint, queries
from app.hr_cases.documents.ending import ending_of
from app.hr_cases.documents.words import relied_on_words
from app.hr_cases.models import (
    Case,
    CasePause,
    CaseStatus,
    LetterKind,
    Section,
    StandingOutcome,
    standings_of,
)
from app.hr_cases.routes.acts import BY_ENDPOINT, acts_open_to
from app.hr_cases.routes.common import Visit, tab_page, visit
from app.hr_cases.routes.masked_view import page_of
from app.hr_cases.routes.stage_rail import DONE_BY, stages_of
from app.hr_cases.routes.worked_out import (
    informal_review_worked_out,
    leaving_worked_out,
    notice_worked_out,
    outcome_worked_out,
    sending_worked_out,
    step_worked_out,
)
from app.people.models import Person, Role
from app.policy.queries import knows_warnings, outcome_label, pack


@blueprint.get("/<reference>")
def show(reference: str) -> Any:
    """Where the case is, what comes next, by when and by whom, and what the reader can do."""
    here = visit(reference)
    case, so_far, way = here.case, _so_far(here), in_the_way_of(here)
    so_far, how_step = _step_worked_out(case, so_far)
    sent = way.dispatches if _asks_what_is_in_the_way(here) else dispatches_of(here)
    waiting = [one.letter for one in sent if one.waits]
    acts = acts_open_to(case, here.me, here.today, so_far.notice, waiting)
    step = queries.next_step(case) if here.until is None else None
    main = BY_ENDPOINT.get(step.endpoint.rpartition(".")[2]) if step else None
    main = main if main in acts else None
    untold = BY_ENDPOINT["tell_subject"]
    if main is None and untold in acts:
        main = untold
    before_hearing = case.status in (CaseStatus.HEARING_SET_UP, CaseStatus.NOTIFIED)
    return tab_page(
        "show",
        here,
        f"Case {here.reference}",
        step=step,
        who=_who_does(step, way),
        handed_over_at=here.until,
        stage=here.stage,
        closed_at=case.closed_at if here.until is None else None,
        to_replace=way.to_replace,
        nobody_left=_nobody_left(here, way),
        stages=stages_of(case, queries.last_moments(case, DONE_BY.values()), up_to=here.stage if here.until else None),
        main=main,
        others=[act for act in acts if act is not main],
        officers=_officers(here),
        **_what_came_of_it(here, so_far, how_step if step else None),
        category_words=category_words,
        unreached=_unreached(here, so_far),
        told=_told(here, sent),
        waiting=waiting,
        sending_worked_out=sending_worked_out,
        undecided=way.undecided_files if before_hearing and case.can_release_files(here.me) else [],
    )


def _who_does(step: queries.NextStep | None, way: queries.InTheWay) -> str:
    """Who does the next step; not by name where somebody else has to take over their part first."""
    if step is None:
        return ""
    return "Whoever takes over" if any(one.part.capacity is step.whose for one in way.to_replace) else step.who


def _what_came_of_it(here: Visit, so_far: queries.SoFar, how_step: WorkedOut | None) -> dict[str, Any]:
    """What was decided, as far as the reader may know it, and how its days were worked out."""
    case, sees = here.case, here.sees(Section.AFTERWARDS)
    return {
        "decision": so_far.decision if sees else None,
        "outcome": so_far.outcome if sees else None,
        "appeal": so_far.appeal if sees else None,
        "leavings": [one for one in case.leavings if one.decided_at is not None and here.is_told(one.decided_at)],
        "how_leaving": leaving_worked_out(case.leaving) if case.leaving_waits and case.leaving else None,
        "standings": standings_of(case, so_far.decision, so_far.outcome) if sees else {},
        "stands": StandingOutcome.of(so_far.outcome, so_far.appeal) if so_far.outcome else None,
        "ending": _ending(here, so_far),
        "how": {"step": how_step, **outcome_worked_out(so_far.outcome, so_far.appeal)},
        "informal_how": informal_review_worked_out(case),
        "outcome_words": outcome_label,
        "relied_on_words": relied_on_words,
        "sees_warnings": knows_warnings(case.subject.person_kind) and case.can_see_live_warnings(here.me),
    }


SEND_ANOTHER_WAY = (
    "Send them every letter another way, by post for example, and keep proof of it. Record here what they answer, and an "
    "appeal: both count from the day on which they come."
)


def _unreached(here: Visit, so_far: queries.SoFar) -> str | None:
    """That the person concerned cannot read, answer or appeal here, and what to do; why is for those who may know it."""
    if here.until is not None or here.case.status is CaseStatus.CLOSED:
        return None
    why = queries.why_not_reached(here.case.subject, here.today, knows_password=so_far.subject_has_password)
    if why is None:
        return None
    return f"{why} {SEND_ANOTHER_WAY}" if keeps_it_moving(here) else "The case owner sends them every letter another way."


def dispatches_of(here: Visit) -> list[queries.Dispatch]:
    """Which letters went another way or wait to; whoever handed the case over is not told what waits."""
    return queries.dispatches(here.case, here.today) if here.until is None else []


def _told(here: Visit, sent: Sequence[queries.Dispatch]) -> str:
    """When the person concerned was told, which a letter that waits to be sent does not do."""
    case = here.case
    if case.told_subject_at is None:
        return "Not yet. Nothing in Probity shows them that there is a case"
    first = next((one for one in sent if one.letter.kind is LetterKind.INVESTIGATION), None)
    if first is not None and first.waits:
        return f"Not yet. The letter of {uk_date(first.letter.issued_at)} waits to be sent another way"
    if first is not None and first.letter.sending is not None:
        return first.letter.sending.words
    return f"on {uk_datetime(case.told_subject_at)}"


def _step_worked_out(case: Case, so_far: queries.SoFar) -> tuple[queries.SoFar, WorkedOut | None]:
    """How the next step's date came about; with what was asked along the way of whether they have a password."""
    if case.status is CaseStatus.NOTIFIED:
        return so_far, notice_worked_out(so_far.notice)["notice"] if so_far.notice else None
    paused: list[CasePause] = []
    if case.status is CaseStatus.INVESTIGATING:
        paused, password = queries.pauses_and_password(case)
        so_far = replace(so_far, subject_has_password=password)
    return so_far, step_worked_out(case, paused)


def _so_far(here: Visit) -> queries.SoFar:
    sees = here.sees(Section.AFTERWARDS) or (here.until is not None and here.sees(Section.ENDING))
    return queries.so_far(here.case) if sees else queries.SoFar()


def _ending(here: Visit, so_far: queries.SoFar) -> tuple[str, ...]:
    """How it ended, for whoever is told that alone."""
    if here.until is None or not here.sees(Section.ENDING):
        return ()
    return ending_of(here.case, so_far.decision, so_far.outcome, here.case.appeal)


def _officers(here: Visit) -> list[dict[str, Any]]:
    """Who works on the case, as far as the reader is told."""
    case, me = here.case, here.me
    rows = [officer_row(case, me, "Owner", "case_owner"), officer_row(case, me, "Investigator", "investigator")]
    if here.until is None and case.decision_maker:
        rows.append(officer_row(case, me, "Decision maker", "decision_maker"))
    if here.until is None and case.appeal_officer:
        rows.append(officer_row(case, me, "Appeal officer", "appeal_officer"))
    return rows


def officer_row(case: Case, me: Person, words: str, capacity: str) -> dict[str, Any]:
    """A line of the overview: who has a part now, and for those who may, the way to give it to somebody else."""
    part = next((one for one in case.matter.parties if one.capacity == capacity and one.until is None), None)
    if part is None:
        return {"key": words, "value": ""}
    row: dict[str, Any] = {"key": words, "value": part.person.name}
    if case.can_replace(part, me):
        href = page_of("hr_cases.appoint_instead", reference=case.reference, part_id=part.id)
        row["actions"] = [{"text": "Change", "href": href}]
    return row


def keeps_it_moving(here: Visit) -> bool:
    """Whether the reader sees that a case is worked on, and may know why somebody cannot go on."""
    return here.case.is_managed_by(here.me) or here.case.is_owned_by(here.me)


def in_the_way_of(here: Visit) -> queries.InTheWay:
    """What stands in the way of the case, for those who keep it moving."""
    if not _asks_what_is_in_the_way(here):
        return queries.InTheWay()
    way = queries.in_the_way(here.case, here.today)
    others = [part for part in here.case.parts_at_work() if part.person_id != here.me.id]
    return way if others else replace(way, to_replace=[])


def _asks_what_is_in_the_way(here: Visit) -> bool:
    return bool(here.case.parts_at_work()) and keeps_it_moving(here)


NEEDS_A_MANAGER = (CaseStatus.OPENED, CaseStatus.ACCEPTED, CaseStatus.NOTIFIED)
"""An HR manager appoints people in these stages; in the last one, the person concerned may name one as companion."""


def _nobody_left(here: Visit, way: queries.InTheWay) -> str | None:
    """For the owner of a case: what to do where it needs an HR manager and none is left who may deal with it."""
    case = here.case
    needed = bool(way.to_replace) or case.status in NEEDS_A_MANAGER
    asks = needed and case.is_owned_by(here.me) and not case.is_managed_by(here.me)
    return queries.what_to_do_without(Role.HR_MANAGER) if asks and way.no_manager_left else None


def category_words(code: str) -> str:
    """A kind of breach as the pack names it."""
    return next((category.label for category in pack().categories if category.code == code), code)
