"""The pages of one case: overview, allegations, evidence, people, meetings, letters, timeline, who has read it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import current_app

from app.core.audit import kind_named
from app.core.errors import NothingHere
from app.core.form_fields import sentence_start
from app.core.presentation import status_words, uk_date, uk_datetime
from app.core.registries import Registries
from app.core.worked_out import WorkedOut
from app.hr_cases import blueprint, queries
from app.hr_cases.documents.ending import ending_of
from app.hr_cases.models import (
    Case,
    CasePause,
    CaseStatus,
    EvidenceItem,
    InvestigationReport,
    Letter,
    LetterKind,
    ReportState,
    Section,
    StandingOutcome,
    standings_of,
)
from app.hr_cases.routes.acts import BY_ENDPOINT, acts_open_to
from app.hr_cases.routes.common import Visit, case_page, tab_page, visit
from app.hr_cases.routes.masked_view import page_of
from app.hr_cases.routes.opening import allegation_numbered
from app.hr_cases.routes.stage_rail import DONE_BY, stages_of
from app.hr_cases.routes.worked_out import (
    first_answer_worked_out,
    informal_review_worked_out,
    notice_worked_out,
    outcome_worked_out,
    sending_worked_out,
    statement_worked_out,
    step_worked_out,
)
from app.matters.models import Capacity, MatterParty
from app.people.models import Person, Role
from app.people.queries import timeline as events_of
from app.policy.queries import pack


@blueprint.get("/<reference>")
def show(reference: str) -> Any:
    """Where the case is, what comes next, by when and by whom, and what the reader can do."""
    here = visit(reference)
    case, so_far, way = here.case, _so_far(here), _in_the_way(here)
    so_far, how_step = _step_worked_out(case, so_far)
    sent = way.dispatches if _asks_what_is_in_the_way(here) else _dispatches(here)
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
        handed_over_at=here.until,
        stage=here.stage,
        closed_at=case.closed_at if here.until is None else None,
        to_replace=way.to_replace,
        nobody_left=_nobody_left(here, way),
        stages=stages_of(case, queries.last_moments(case, DONE_BY.values()), up_to=here.stage if here.until else None),
        main=main,
        others=[act for act in acts if act is not main],
        officers=_officers(here),
        decision=so_far.decision if here.sees(Section.AFTERWARDS) else None,
        outcome=so_far.outcome if here.sees(Section.AFTERWARDS) else None,
        appeal=so_far.appeal if here.sees(Section.AFTERWARDS) else None,
        standings=standings_of(case, so_far.decision, so_far.outcome) if here.sees(Section.AFTERWARDS) else {},
        stands=StandingOutcome.of(so_far.outcome, so_far.appeal) if so_far.outcome else None,
        ending=_ending(here, so_far),
        how={"step": how_step if step else None, **outcome_worked_out(so_far.outcome, so_far.appeal)},
        informal_how=informal_review_worked_out(case),
        outcome_words=outcome_words,
        category_words=category_words,
        unreached=_unreached(here, so_far),
        told=_told(here, sent),
        waiting=waiting,
        sending_worked_out=sending_worked_out,
        undecided=way.undecided_files if before_hearing and case.can_release_files(here.me) else [],
    )


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
    return f"{why} {SEND_ANOTHER_WAY}" if _keeps_it_moving(here) else "The case owner sends them every letter another way."


def _dispatches(here: Visit) -> list[queries.Dispatch]:
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
    return ending_of(so_far.decision, so_far.outcome, here.case.appeal)


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


def _keeps_it_moving(here: Visit) -> bool:
    """Whether the reader sees that a case is worked on, and may know why somebody cannot go on."""
    return here.case.is_managed_by(here.me) or here.case.is_owned_by(here.me)


def _in_the_way(here: Visit) -> queries.InTheWay:
    """What stands in the way of the case, for those who keep it moving."""
    if not _asks_what_is_in_the_way(here):
        return queries.InTheWay()
    way = queries.in_the_way(here.case, here.today)
    others = [part for part in here.case.parts_at_work() if part.person_id != here.me.id]
    return way if others else replace(way, to_replace=[])


def _asks_what_is_in_the_way(here: Visit) -> bool:
    return bool(here.case.parts_at_work()) and _keeps_it_moving(here)


NEEDS_A_MANAGER = (CaseStatus.OPENED, CaseStatus.ACCEPTED, CaseStatus.NOTIFIED)
"""An HR manager appoints people in these stages; in the last one, the person concerned may name one as companion."""


def _nobody_left(here: Visit, way: queries.InTheWay) -> str | None:
    """For the owner of a case: what to do where it needs an HR manager and none is left who may deal with it."""
    case = here.case
    needed = bool(way.to_replace) or case.status in NEEDS_A_MANAGER
    asks = needed and case.is_owned_by(here.me) and not case.is_managed_by(here.me)
    return queries.what_to_do_without(Role.HR_MANAGER) if asks and way.no_manager_left else None


def outcome_words(code: str) -> str:
    """An outcome as the pack names it."""
    return next((kind.label for kinds in pack().outcomes.values() for kind in kinds if kind.code == code), code)


def category_words(code: str) -> str:
    """A kind of breach as the pack names it."""
    return next((category.label for category in pack().categories if category.code == code), code)


@blueprint.get("/<reference>/allegations")
def allegations(reference: str) -> Any:
    """Every allegation with its paragraphs, the evidence for and against it, and what was found."""
    here = visit(reference)
    report = _newest_report(here)
    registries: Registries = current_app.extensions["registries"]
    return tab_page(
        "allegations",
        here,
        "Allegations",
        exhibits=queries.exhibits(here.case),
        findings={finding.allegation_id: finding for finding in report.findings} if report else {},
        category_words=category_words,
        can_change=here.case.can_change_allegations(here.me),
        panels=registries.panels_for("case", here.case, here.me) if here.until is None else [],
    )


@blueprint.get("/<reference>/allegations/<int:number>")
def allegation(reference: str, number: int) -> Any:
    """One allegation: its wording and paragraphs, what speaks for and against it, and what was found and why."""
    here = visit(reference)
    one = allegation_numbered(here, number)
    report = _newest_report(here)
    finding = next((found for found in report.findings if found.allegation_id == one.id), None) if report else None
    return case_page(
        "allegation",
        here,
        f"Allegation {number}",
        allegation=one,
        exhibits=queries.exhibits(here.case),
        statements=[given for given in queries.statements(here.case) if given.person_id == here.case.subject.id],
        finding=finding,
        report=report,
        category_words=category_words,
        devices=queries.device_permissions_of(one, here.case.subject),
    )


def _newest_report(here: Visit) -> InvestigationReport | None:
    versions = readable_versions(here)
    return versions[-1] if versions else None


def readable_versions(here: Visit) -> list[InvestigationReport]:
    """The versions this reader sees: a draft its author, what was submitted HR too, all others what was accepted."""

    def is_readable(version: InvestigationReport) -> bool:
        if version.status is ReportState.ACCEPTED:
            return here.sees(Section.REPORT)
        return here.sees(Section.DRAFT if version.submitted_at is None else Section.SUBMITTED)

    return [version for version in queries.reports(here.case) if is_readable(version)]


@blueprint.get("/<reference>/evidence")
def evidence(reference: str) -> Any:
    """Every exhibit, with what it speaks for and against."""
    here = visit(reference)
    return tab_page("evidence", here, "Evidence", exhibits=queries.exhibits(here.case), speaks=_speaks(here.case))


def _speaks(case: Case) -> Any:
    numbers: dict[UUID, int] = {one.id: one.number for one in case.allegations}

    def speaks(item: EvidenceItem) -> str:
        """What an exhibit speaks for and against, in words."""
        said = sorted((numbers[bearing.allegation_id], bearing.bearing.value) for bearing in item.bearings)
        return ", ".join(f"{value} allegation {number}" for number, value in said)

    return speaks


@blueprint.get("/<reference>/people")
def people(reference: str) -> Any:
    """Who takes part, in which capacity, and since when."""
    here = visit(reference)
    return tab_page(
        "people",
        here,
        "People",
        parties=[party for party in here.case.matter.parties if _is_told_of(here, party)],
        until_of=lambda party: party.until if party.until and here.is_told(party.until) else None,
        to_replace=_in_the_way(here).to_replace,
        changes=queries.reappointments(here.case) if _keeps_it_moving(here) else [],
        part_words=lambda party: status_words(party.capacity).lower(),
    )


def _is_told_of(here: Visit, party: MatterParty) -> bool:
    """Whether the reader is told that somebody takes part: those who came later only where what followed is shown.

    Who comes as companion stands with the notice; beside the mask of a reporter, the part would tell who that is.
    """
    if party.capacity is Capacity.COMPANION and not here.sees(Section.REPORTER):
        return False
    return here.is_told(party.since) or (party.capacity is Capacity.CASE_OWNER and party.until is None)


@blueprint.get("/<reference>/meetings")
def meetings(reference: str) -> Any:
    """Statements, notices of the hearing, and the hearing."""
    here = visit(reference)
    sees_hearing = here.sees(Section.AFTERWARDS)
    notices = queries.notices(here.case) if sees_hearing else []
    given = queries.statements(here.case)
    return tab_page(
        "meetings",
        here,
        "Meetings",
        statements=given,
        first_answer=first_answer_worked_out(given),
        notices=notices,
        how={notice.id: notice_worked_out(notice) for notice in notices},
        hearings=queries.hearings(here.case) if sees_hearing else [],
        is_over=here.until is not None,
    )


@blueprint.get("/<reference>/meetings/statements/<int:number>")
def statement(reference: str, number: int) -> Any:
    """One statement as it was written down, with what its giver answered."""
    here = visit(reference)
    found = queries.statement(here.case, number)
    if found is None:
        raise NothingHere(secret=True)
    return case_page(
        "statement",
        here,
        f"Statement S{number}",
        statement=found,
        how=statement_worked_out(found),
    )


@blueprint.get("/<reference>/letters")
def letters(reference: str) -> Any:
    """Every letter to the person concerned."""
    here = visit(reference)
    waiting = {one.letter.id for one in _dispatches(here) if one.waits}
    return tab_page("letters", here, "Letters", letters=_letters(here), waiting=waiting)


def _letters(here: Visit) -> list[Letter]:
    return [one for one in queries.letters(here.case) if here.is_told(one.issued_at)]


@blueprint.get("/<reference>/letters/<uuid:letter_id>")
def letter(reference: str, letter_id: UUID) -> Any:
    """One letter as it was issued."""
    here = visit(reference)
    found = next((one for one in _letters(here) if one.id == letter_id), None)
    if found is None:
        raise NothingHere(secret=True)
    waits = any(one.waits and one.letter.id == letter_id for one in _dispatches(here))
    return case_page("letter", here, "Letter", letter=found, waits=waits)


@blueprint.get("/<reference>/timeline")
def timeline(reference: str) -> Any:
    """What happened in the case, newest first."""
    here = visit(reference)
    events = events_of([here.case.id], until=here.until)
    entries = [{"title": sentence_start(one.words), "at": one.at, "who": one.actor} for one in events]
    return tab_page("timeline", here, "Timeline", entries=entries)


@blueprint.get("/<reference>/access")
def access(reference: str) -> Any:
    """Who has read the case, for its owner."""
    here = visit(reference)
    if not here.sees(Section.READINGS):
        raise NothingHere(secret=True)
    reads = [{"name": row.name, "at": row.at, "words": kind_named(row.act).reads} for row in queries.reads_of(here.case)]
    return tab_page("access", here, "Access to this case", reads=reads)

