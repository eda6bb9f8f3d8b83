"""What cases put on home pages: for each capacity one SELECT without those whom the case is closed to.

The person concerned finds neutral lines, and only after they have been told. A letter counts as unread until they have
opened their own page after it was issued, which the log of reads knows.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from app.core.audit import ReadEvent
from app.core.registries import DueKind, Registries, Viewer
from app.hr_cases.models import (
    Appeal,
    Case,
    CaseLeaving,
    CaseStatus,
    CompanionKind,
    HearingNotice,
    Letter,
    LetterKind,
    Outcome,
    Statement,
    StatementState,
)
from app.hr_cases.models.stages import MAY_BE_TOLD
from app.hr_cases.queries.leaving import leaving_waits
from app.hr_cases.queries.replacing import has_to_be_replaced, replace_by
from app.hr_cases.queries.sending import letter_waits, may_wait, send_by
from app.hr_cases.queries.sight import CASE_READ, not_kept, open_to_managers, told_subject
from app.matters.models import Capacity, MatterParty
from app.matters.queries import among_own_parts
from app.people.everybody import everybody_with
from app.people.models import Role

Rows = sa.Select[Any] | None

MANAGER = {
    CaseStatus.OPENED: ("case-appoint-investigator", "Appoint an investigator for case {who}"),
    CaseStatus.ACCEPTED: ("case-appoint-decision-maker", "Appoint a decision maker for case {who}"),
}
OWNER = {
    CaseStatus.PAUSED: ("case-review-pause", "See whether case {who} can go on"),
    CaseStatus.REPORT_REVIEW: ("case-review-report", "Review the report in case {who}"),
    CaseStatus.INFORMAL: ("case-complete-informal", "Record what was agreed in case {who}"),
    CaseStatus.HEARING_SET_UP: ("case-issue-notice", "Give notice of the hearing in case {who}"),
    CaseStatus.DECIDED: ("case-make-final", "Make the outcome of case {who} final if nobody has appealed"),
    CaseStatus.APPEALED: ("case-appoint-appeal-officer", "Appoint an appeal officer for case {who}"),
    CaseStatus.FINAL: ("case-close", "Close case {who}"),
}
INVESTIGATOR = {
    CaseStatus.PLANNING: ("case-approve-plan", "Plan the investigation of case {who}"),
    CaseStatus.INVESTIGATING: ("case-submit-report", "Investigate case {who} and submit the report"),
}
DECISION_MAKER = {
    CaseStatus.ACCEPTED: ("case-decide-to-answer", "Decide whether there is a case to answer in case {who}"),
    CaseStatus.NOTIFIED: ("case-record-hearing", "Hold the hearing in case {who} and record it"),
    CaseStatus.HEARD: ("case-decide-outcome", "Decide the outcome of case {who}"),
}
APPEAL_OFFICER = {CaseStatus.APPEALED: ("case-decide-appeal", "Decide the appeal in case {who}")}
LATE_APPEAL = ("case-judge-late-appeal", "Decide whether the late appeal in case {who} is heard")
COMPANION = ("case-judge-companion", "Decide whether the companion in case {who} may come")
CHECK_STATEMENT = ("case-check-statement", "Record the answer to a statement in case {who}")
WITH_OTHERS = ("case-with-others", "The next step in case {who}, with those who work on it")
PAGE = ("hr_cases.show", "reference")
REPLACE = ("case-appoint-instead", "Appoint somebody else to a part in case {who}")
SEND = ("case-send-letter", "Send a letter in case {who} another way, to somebody who cannot sign in")
LEAVING = ("case-decide-leaving", "Decide whether case {who} goes on: the person concerned leaves")
TELL = ("case-tell-subject", "Tell the person concerned in case {who}")
SUBJECT_LETTER = ("case-about-you-letter", "Read something about you ({who})")
SUBJECT_NOTICE = ("case-about-you-notice", "Answer something about you ({who})")
SUBJECT_MEETING = ("case-about-you-meeting", "Come to your meeting ({who})")
SUBJECT_APPEAL = ("case-about-you-appeal", "Say if you disagree with what was decided ({who})")
SUBJECT_PAPERS = ("case-about-you-papers", "Send papers of your own, if you have any ({who})")

_Duties = Mapping[CaseStatus, tuple[str, str]]


def _rows(name: Any, *conditions: sa.ColumnElement[bool], due_on: Any = Case.step_due_on) -> sa.Select[Any]:
    who: Any = Case.reference
    return sa.select(name.label("name"), Case.reference.label("key"), who.label("who"), due_on.label("due_on")).where(
        *conditions
    )


def _open_rows(name: Any, *conditions: sa.ColumnElement[bool]) -> sa.Select[Any]:
    return _rows(name, Case.closed_at.is_(None), *conditions)


def _name_by_stage(duties: _Duties) -> sa.ColumnElement[str]:
    return sa.case(*((Case.status == stage, sa.literal(name)) for stage, (name, _) in duties.items()), else_="")


def _nobody_is(capacity: Capacity) -> sa.ColumnElement[bool]:
    party = aliased(MatterParty)
    return ~sa.exists().where(
        party.matter_id == Case.matter_id, party.capacity == capacity, party.until.is_(None)
    )


def _manager(viewer: Viewer, today: date) -> Rows:
    if not viewer.holds(Role.HR_MANAGER):
        return None
    unappointed = sa.or_(Case.status == CaseStatus.OPENED, _nobody_is(Capacity.DECISION_MAKER))
    return _open_rows(
        _name_by_stage(MANAGER), Case.status.in_(list(MANAGER)), unappointed, not_kept(viewer.id, today)
    )


def _replace(viewer: Viewer, today: date) -> Rows:
    if not viewer.holds(Role.HR_MANAGER):
        return None
    return _rows(
        sa.literal(REPLACE[0]),
        may_wait(),
        has_to_be_replaced(today),  # asked before the wall, since there is hardly ever such a case
        not_kept(viewer.id, today),
        due_on=replace_by(today),
    )


def _owner(viewer: Viewer, today: date) -> Rows:
    if not viewer.holds(Role.HR_CASE_OWNER):
        return None
    nothing_done_for_them = sa.or_(Case.status != CaseStatus.APPEALED, _nobody_is(Capacity.APPEAL_OFFICER))
    outcome_was_told = ~letter_waits(today, LetterKind.OUTCOME)
    appeal_was_refused = sa.and_(Case.step_counted_from == today, sa.exists().where(Appeal.case_id == Case.id))
    passed = sa.or_(Case.step_counted_from < today, appeal_was_refused)
    can_be_final = sa.and_(passed, ~_late_appeal_waits(), outcome_was_told)
    window_passed = sa.or_(Case.status != CaseStatus.DECIDED, can_be_final)
    return _open_rows(
        _name_by_stage(OWNER),
        Case.owner_id == viewer.id,
        Case.status.in_(list(OWNER)),
        nothing_done_for_them,
        window_passed,
        not_kept(viewer.id, today),
    )


def _late_appeal_waits() -> sa.ColumnElement[bool]:
    """`Case.late_appeal_waits` as a condition on Case."""
    return sa.exists().where(Appeal.case_id == Case.id, Appeal.in_time.is_(False), Appeal.late_judged_at.is_(None))


def _late_appeal(viewer: Viewer, today: date) -> Rows:
    if not viewer.holds(Role.HR_CASE_OWNER):
        return None
    return _open_rows(
        sa.literal(LATE_APPEAL[0]),
        Case.owner_id == viewer.id,
        Case.status == CaseStatus.DECIDED,
        _late_appeal_waits(),
        not_kept(viewer.id, today),
    )


def _companion(viewer: Viewer, today: date) -> Rows:
    if not viewer.holds(Role.HR_CASE_OWNER):
        return None
    rows = _rows(
        sa.literal(COMPANION[0]),
        Case.closed_at.is_(None),
        Case.owner_id == viewer.id,
        Case.status == CaseStatus.NOTIFIED,
        HearingNotice.companion_kind == CompanionKind.OTHER,
        HearingNotice.companion_allowed.is_(None),
        HearingNotice.postponed_at.is_(None),
        not_kept(viewer.id, today),
        due_on=sa.func.coalesce(HearingNotice.companion_decide_by, Case.step_due_on),
    )
    return rows.join(HearingNotice, HearingNotice.case_id == Case.id)


def _check_statement(viewer: Viewer, today: date) -> Rows:
    """One line for each case, by the first day on which an answer is expected; none while the case stands still."""
    if not viewer.holds(Role.INVESTIGATOR):
        return None
    waits = (Statement.case_id == Case.id, Statement.state == StatementState.SENT_FOR_CHECKING)
    first = sa.select(sa.func.min(Statement.check_by)).where(*waits).correlate(Case).scalar_subquery()
    return _rows(
        sa.literal(CHECK_STATEMENT[0]),
        among_own_parts(Case.matter_id, viewer.id, (Capacity.INVESTIGATOR,)),
        Case.status == CaseStatus.INVESTIGATING,
        sa.exists().where(*waits),
        not_kept(viewer.id, today),
        due_on=first,
    )


def _tell(viewer: Viewer, today: date) -> Rows:
    if not viewer.holds(Role.HR_CASE_OWNER):
        return None
    return _open_rows(
        sa.literal(TELL[0]),
        Case.owner_id == viewer.id,
        Case.status.in_(MAY_BE_TOLD),
        Case.told_subject_at.is_(None),
        not_kept(viewer.id, today),
    )


def _leaving(viewer: Viewer, today: date) -> Rows:
    if not viewer.holds(Role.HR_CASE_OWNER):
        return None
    mine = (Case.closed_at.is_(None), Case.owner_id == viewer.id, not_kept(viewer.id, today))
    found = _rows(sa.literal(LEAVING[0]), *mine, due_on=CaseLeaving.due_on)
    return found.join(CaseLeaving, sa.and_(*leaving_waits()))


def _send(viewer: Viewer, today: date) -> Rows:
    """At every stage, also of a closed case: the letter with which it ended has to reach its reader too."""
    if not viewer.holds(Role.HR_CASE_OWNER):
        return None
    return _rows(
        sa.literal(SEND[0]),
        may_wait(viewer.id),
        Case.owner_id == viewer.id,
        letter_waits(today),
        not_kept(viewer.id, today),
        due_on=send_by(today),
    )


def _appointed(role: Role, capacity: Capacity, duties: _Duties) -> Any:
    def select(viewer: Viewer, today: date) -> Rows:
        if not viewer.holds(role):
            return None
        return _open_rows(
            _name_by_stage(duties),
            among_own_parts(Case.matter_id, viewer.id, (capacity,)),
            Case.status.in_(list(duties)),
            not_kept(viewer.id, today),
        )

    return select


def _letter(viewer: Viewer, _today: date) -> Rows:
    read_since = (
        sa.exists()
        .where(
            ReadEvent.subject_id == Letter.case_id, ReadEvent.act == CASE_READ.name, ReadEvent.actor_id == viewer.id,
            ReadEvent.at >= Letter.issued_at,
        )
        .correlate_except(ReadEvent)
    )  # fmt: skip
    unread = sa.exists().where(Letter.case_id == Case.id, Letter.to_id == viewer.id, ~read_since)
    return _rows(
        sa.literal(SUBJECT_LETTER[0]), told_subject(viewer.id), unread, due_on=sa.cast(sa.null(), sa.Date())
    )


def _ahead(
    name: str, viewer: Viewer, *conditions: sa.ColumnElement[bool], due_on: Any = HearingNotice.papers_by
) -> sa.Select[Any]:
    """For the person concerned while a notice of a hearing stands: by the last day for papers of their own, or another."""
    rows = _rows(sa.literal(name), told_subject(viewer.id), Case.status == CaseStatus.NOTIFIED, due_on=due_on)
    return rows.join(HearingNotice, HearingNotice.case_id == Case.id).where(
        HearingNotice.postponed_at.is_(None), *conditions
    )


def _notice(viewer: Viewer, _today: date) -> Rows:
    return _ahead(SUBJECT_NOTICE[0], viewer, HearingNotice.replied_at.is_(None))


def _papers(viewer: Viewer, today: date) -> Rows:
    """Whoever has answered keeps the day for their papers; after it nothing is late, for they need not have any."""
    return _ahead(SUBJECT_PAPERS[0], viewer, HearingNotice.replied_at.is_not(None), HearingNotice.papers_by >= today)


def _meeting(viewer: Viewer, today: date) -> Rows:
    """On the day of the hearing, which is the day of the case's step while its notice stands; over once that is past."""
    return _ahead(SUBJECT_MEETING[0], viewer, Case.step_due_on >= today, due_on=Case.step_due_on)


def _appeal(viewer: Viewer, today: date) -> Rows:
    """The last day to appeal, for who has not; after it nothing is late, for they need not. It runs once they were told."""
    rows = _rows(
        sa.literal(SUBJECT_APPEAL[0]),
        told_subject(viewer.id),
        Case.status == CaseStatus.DECIDED,
        Outcome.appeal_by >= today,
        ~sa.exists().where(Appeal.case_id == Case.id),
        ~letter_waits(today, LetterKind.OUTCOME),
        due_on=Outcome.appeal_by,
    )
    return rows.join(Outcome, Outcome.case_id == Case.id)


def register_due(registries: Registries) -> None:
    """Put every duty of a case on home pages. One statement for each capacity selects all of its kinds."""
    investigator = _appointed(Role.INVESTIGATOR, Capacity.INVESTIGATOR, INVESTIGATOR)
    decision_maker = _appointed(Role.DECISION_MAKER, Capacity.DECISION_MAKER, DECISION_MAKER)
    appeal_officer = _appointed(Role.APPEAL_OFFICER, Capacity.APPEAL_OFFICER, APPEAL_OFFICER)
    for duties, select in (
        (MANAGER, _manager),
        (OWNER, _owner),
        (INVESTIGATOR, investigator),
        (DECISION_MAKER, decision_maker),
        (APPEAL_OFFICER, appeal_officer),
    ):
        all_people = everybody_with(select, Case.matter_id)
        for number, (name, sentence) in enumerate(duties.values()):
            registries.add_due(
                DueKind(
                    name, sentence, *PAGE, select if number == 0 else _none, everybody=all_people, opens=open_to_managers
                )
            )
    on_their_own = (
        (REPLACE, _replace), (TELL, _tell), (SEND, _send), (LATE_APPEAL, _late_appeal), (COMPANION, _companion),
        (LEAVING, _leaving),
    )  # fmt: skip
    for kind, select in on_their_own:
        all_people = everybody_with(select, Case.matter_id)
        registries.add_due(DueKind(*kind, *PAGE, select, everybody=all_people, opens=open_to_managers))
    registries.add_due(
        DueKind(
            *CHECK_STATEMENT, "hr_cases.meetings", "reference", _check_statement,
            everybody=everybody_with(_check_statement, Case.matter_id), opens=open_to_managers,
        )
    )  # fmt: skip
    registries.add_due(DueKind(*WITH_OTHERS, *PAGE, _with_others, waiting=True))
    registries.add_due(DueKind(*SUBJECT_LETTER, "hr_cases.about_me", "reference", _letter))
    of_their_own = (
        (SUBJECT_NOTICE, _notice), (SUBJECT_PAPERS, _papers), (SUBJECT_MEETING, _meeting), (SUBJECT_APPEAL, _appeal),
    )  # fmt: skip
    for kind, select in of_their_own:
        registries.add_due(DueKind(*kind, "hr_cases.about_me", "reference", select, everybody=everybody_with(select)))


def _with_others(viewer: Viewer, today: date) -> Rows:
    """The owner's cases whose next step is somebody else's: they keep the case moving, and want to know by when."""
    if not viewer.holds(Role.HR_CASE_OWNER):
        return None
    others = (CaseStatus.OPENED, *INVESTIGATOR, *DECISION_MAKER, *APPEAL_OFFICER)
    appointed = sa.or_(Case.status != CaseStatus.APPEALED, ~_nobody_is(Capacity.APPEAL_OFFICER))
    return _open_rows(
        sa.literal(WITH_OTHERS[0]), Case.owner_id == viewer.id, Case.status.in_(others), appointed,
        not_kept(viewer.id, today),
    )  # fmt: skip


def _none(_viewer: Viewer, _today: date) -> Rows:
    return None
