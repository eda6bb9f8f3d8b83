"""The notice of a hearing, the answer to it, a postponement, and the hearing itself.

Sources: domain 3.6, rows Hearing set up and Notified; Acas Code paragraphs 9 to 17 and 25.
"""

from datetime import date, datetime

import sqlalchemy as sa

from app.core import clock
from app.core.audit import event_kind, record
from app.core.db import db
from app.core.errors import AlreadyDone, InvalidInput
from app.core.outbox import notify
from app.core.presentation import uk_date, uk_datetime, uk_weekday_date
from app.core.working_days import months_after
from app.hr_cases.models import (
    Case,
    CaseStatus,
    CompanionKind,
    EvidenceItem,
    Hearing,
    HearingNotice,
    InvestigationReport,
    LetterKind,
    ReportState,
    Statement,
)
from app.hr_cases.operations import messages
from app.hr_cases.operations.authority import UnionSaid, check_union
from app.hr_cases.operations.common import (
    allegations_to_answer,
    ask_officer,
    current_notice,
    dropped_allegations,
    must_hold,
    possible_outcomes,
)
from app.hr_cases.operations.disclosing import check_files_decided
from app.hr_cases.operations.guards import ask_stage, need
from app.hr_cases.operations.letters import hearing_letter, issue_letter, postponed_letter
from app.hr_cases.operations.sending import ask_sent
from app.hr_cases.operations.step_dates import HEARING_SET_UP, count_step, set_step
from app.hr_cases.queries import records
from app.hr_cases.queries.sending import sendings
from app.matters.models import Capacity
from app.matters.queries import conflicts_of
from app.people.models import Person, Role
from app.policy.queries import due_within, extended_by, notice_before, pack, working_calendar

NOTICE_ISSUED = event_kind("case:hearing-notice-issued", "gave notice of a hearing on {hearing_on}")
POSTPONEMENT = "hearing_postponement_working_days"
HEARING_POSTPONED = event_kind("case:hearing-postponed", "put off the hearing of {hearing_on}")
HEARING_HELD = event_kind("case:hearing-held", "recorded the hearing of {held_on}")

UNION_NOT_ASKED = UnionSaid()
HEARING_PAPERS = "hearing_papers_working_days"
MOST_MONTHS_AHEAD = 60  # a slip of the hand beyond


def notice_period(dismissal_possible: bool) -> str:
    """Which setting says how long the notice of a hearing must at least be."""
    return "hearing_notice_dismissal_working_days" if dismissal_possible else "hearing_notice_working_days"


def earliest_hearing_day(issued_on: date, dismissal_possible: bool) -> date:
    """The first day on which a hearing may be held after a notice issued on a day; the day of issue does not count."""
    return due_within(notice_period(dismissal_possible), issued_on)


def latest_day_by_right(hearing_day: date) -> date:
    """The last day to which a hearing must be moved when the companion cannot come (Acas Code paragraph 16)."""
    return extended_by(POSTPONEMENT, hearing_day)


def issue_notice(
    case: Case, *, hearing_at: datetime, place: str, dismissal_possible: bool, by: Person, at: datetime,
    union: UnionSaid = UNION_NOT_ASKED,
) -> HearingNotice:
    """Give notice of the hearing with a letter that leaves nothing out, in good time, with the pack complete."""
    notice, words = _notice_with_letter(
        case, hearing_at=hearing_at, place=place, dismissal_possible=dismissal_possible, union=union, by=by, at=at
    )
    hearing_on = clock.local_day(hearing_at)
    db.session.add(notice)
    issue_letter(case, kind=LetterKind.HEARING, words=words, by=by, at=at)
    case.move_to(CaseStatus.NOTIFIED)
    set_step(case, hearing_on)
    record(
        NOTICE_ISSUED, case.id, by=by.id, at=at,
        facts={"notice": notice.id, "hearing_on": hearing_on, "pack": notice.pack_fingerprint},
    )  # fmt: skip
    if case.decision_maker is not None:
        notify(case.decision_maker.id, messages.HEARING_SET, notice.id, at=at, matter_id=case.matter_id)
    return notice


def preview_notice(
    case: Case, *, hearing_at: datetime, place: str, dismissal_possible: bool, by: Person, at: datetime,
    union: UnionSaid = UNION_NOT_ASKED,
) -> str:
    """The letter that `issue_notice` would send, after all its checks; nothing is kept."""
    with db.session.no_autoflush:
        return _notice_with_letter(
            case, hearing_at=hearing_at, place=place, dismissal_possible=dismissal_possible, union=union, by=by, at=at
        )[1]


def _notice_with_letter(
    case: Case, *, hearing_at: datetime, place: str, dismissal_possible: bool, union: UnionSaid, by: Person, at: datetime
) -> tuple[HearingNotice, str]:
    ask_officer(
        case, case.is_owned_by(by), case.can_issue_notice(by), by=by, at=at, whose="the case owner", act=NOTICE_ISSUED
    )
    earlier = records.notices(case)
    check_files_decided(case)
    _check_procedure(case, dismissal_possible)
    _check_decision_maker(case, clock.local_day(at), dismissal_possible=dismissal_possible)
    _check_day(hearing_at, dismissal_possible, earlier, at=at)
    place = need(place, "Enter where the hearing takes place", "place")
    union = check_union(union, clock.local_day(at))
    notice = HearingNotice(
        case=case, case_id=case.id, number=len(earlier) + 1, issued_at=at, issued_by_id=by.id, hearing_at=hearing_at,
        papers_by=notice_before(HEARING_PAPERS, clock.local_day(hearing_at)), dismissal_possible=dismissal_possible,
        pack_fingerprint=_pack_fingerprint(case), place=place, union_standing=union.standing.value,
        union_official=union.official, union_consulted_on=union.consulted_on.isoformat() if union.consulted_on else "",
    )  # fmt: skip
    words = hearing_letter(
        case, notice, allegations=allegations_to_answer(case), dropped=dropped_allegations(case),
        outcomes=possible_outcomes(case, dismissal_possible=dismissal_possible), papers=_papers(case), by=by, at=at,
    )  # fmt: skip
    return notice, words


def _check_procedure(case: Case, dismissal_possible: bool) -> None:
    kind = case.subject.person_kind.value
    procedure = pack().procedures.get(kind)
    if procedure is None or procedure.value == "routed":
        raise AlreadyDone(
            "This person has a procedure of their own, so no hearing can be held here.",
            what_now="Pass the case to whoever decides under that procedure.",
        )
    if dismissal_possible and not any(k.needs_dismissal_authority for k in pack().outcomes.get(kind, ())):
        raise InvalidInput("Dismissal is not a possible outcome for this person", field="dismissal_possible")


def _check_decision_maker(case: Case, today: date, *, dismissal_possible: bool) -> None:
    decision_maker = case.decision_maker
    if decision_maker is None:
        raise AlreadyDone("Nobody is appointed to hear this case.", what_now="Ask an HR manager to appoint somebody.")
    conflicts = conflicts_of(case.matter, decision_maker, Capacity.DECISION_MAKER, today)
    if conflicts:
        raise InvalidInput(" ".join(conflict.sentence for conflict in conflicts))
    if dismissal_possible and not decision_maker.holds(Role.DISMISSAL_AUTHORITY):
        raise InvalidInput(
            f"{decision_maker.name} does not hold the authority to dismiss. Ask an HR manager to appoint somebody who may "
            "dismiss in their place, or select “No”",
            field="dismissal_possible",
        )


def _check_day(hearing_at: datetime, dismissal_possible: bool, earlier: list[HearingNotice], *, at: datetime) -> None:
    day, today = clock.local_day(hearing_at), clock.local_day(at)
    last = earlier[-1] if earlier else None
    proposed = last.proposed_day if last is not None and dismissal_possible <= last.dismissal_possible else None
    if proposed is not None and proposed >= today:
        # Full notice was given once; the new day is the reader's own proposal, and theirs by right.
        if day != proposed:
            raise InvalidInput(
                f"The hearing must be on {uk_weekday_date(proposed)}, the day proposed because the companion could not come",
                field="hearing_at",
            )
        if clock.is_earlier(hearing_at, at):
            raise InvalidInput("The hearing must not be in the past", field="hearing_at")
        return
    earliest = earliest_hearing_day(today, dismissal_possible)
    if day < earliest:
        raise InvalidInput(
            f"This is too short a notice. The earliest day for the hearing is {uk_weekday_date(earliest)}",
            field="hearing_at",
        )
    if day > months_after(today, MOST_MONTHS_AHEAD):
        raise InvalidInput(f"The hearing must be within {MOST_MONTHS_AHEAD} months from today", field="hearing_at")
    closed = working_calendar().why_not_worked(day)
    if closed:
        raise InvalidInput(
            f"The hearing must be on a working day, and {uk_weekday_date(day)} is not one ({closed})", field="hearing_at"
        )


def _pack_fingerprint(case: Case) -> str:
    """The pack is the accepted report with what it relies on; its fingerprint shows later that nothing was changed."""
    report = db.session.execute(
        sa.select(InvestigationReport.fingerprint)
        .where(InvestigationReport.case_id == case.id, InvestigationReport.status == ReportState.ACCEPTED)
        .order_by(InvestigationReport.number.desc())
        .limit(1)
    ).scalar_one_or_none()
    if not report:
        raise AlreadyDone(
            "The pack for the hearing is not complete: there is no accepted report.",
            what_now="Have the investigation report accepted first.",
        )
    return report


def _papers(case: Case) -> list[str]:
    papers = ["the investigation report"]
    for table, one, many, letter in (
        (EvidenceItem, "exhibit", "exhibits", "E"),
        (Statement, "statement", "statements", "S"),
    ):
        numbers = db.session.execute(
            sa.select(table.number).where(table.case_id == case.id).order_by(table.number)
        ).scalars().all()  # fmt: skip
        if len(numbers) == 1:
            papers.append(f"{one} {letter}{numbers[0]}")
        elif numbers:
            papers.append(f"{many} {letter}{numbers[0]} to {letter}{numbers[-1]}")
    return papers


def postpone_hearing(
    notice: HearingNotice,
    *,
    reason: str,
    by: Person,
    at: datetime,
    proposed_day: date | None = None,
    notice_seen: str | None = None,
) -> None:
    """Put off a hearing: this notice ends, and another must be issued.

    With `proposed_day` it is the one postponement by right: the companion cannot come, and the person concerned proposed
    a working day not more than five working days after the day set. Anything else is HR's discretion, with a reason.
    `notice_seen` is the number of the notice that the page showed: a click from an older page does not put off the newer.
    """
    case = notice.case
    ask_officer(
        case, case.is_owned_by(by), case.can_postpone(by), by=by, at=at, whose="the case owner", act=HEARING_POSTPONED
    )
    must_hold(notice)
    ask_stage(
        case,
        notice_seen in (None, str(notice.number)),
        doing=NOTICE_ISSUED,
        sentence=f"A newer notice was given in the meantime, for {uk_datetime(notice.hearing_at)}.",
    )
    reason = need(reason, "Enter why the hearing is put off", "reason")
    if proposed_day is not None:
        _check_right(notice, proposed_day, at=at)
    notice.postponed_at, notice.postponed_by_id = at, by.id
    notice.postponed_reason = reason
    notice.proposed_day = proposed_day
    words = postponed_letter(case, notice, by=by, at=at)
    issue_letter(case, kind=LetterKind.POSTPONED, words=words, by=by, at=at)
    case.move_to(CaseStatus.HEARING_SET_UP)
    count_step(case, HEARING_SET_UP, clock.local_day(at))
    hearing_on = clock.local_day(notice.hearing_at)
    record(
        HEARING_POSTPONED, case.id, by=by.id, at=at,
        facts={"notice": notice.id, "hearing_on": hearing_on, "by_right": proposed_day is not None},
    )  # fmt: skip
    if case.decision_maker is not None:
        notify(case.decision_maker.id, messages.HEARING_POSTPONED, notice.id, at=at, matter_id=case.matter_id)


def _check_right(notice: HearingNotice, proposed_day: date, *, at: datetime) -> None:
    used = sum(one.proposed_day is not None for one in records.notices(notice.case))
    if used >= pack().numbers["postponements_by_right"].value:
        raise InvalidInput(
            "The postponement by right was used already. "
            "Leave the proposed day empty to put the hearing off at your discretion",
            field="proposed_day",
        )
    hearing_day = clock.local_day(notice.hearing_at)
    latest = latest_day_by_right(hearing_day)
    if proposed_day <= hearing_day or proposed_day < clock.local_day(at):
        raise InvalidInput("The proposed day must be after the day that was set", field="proposed_day")
    if proposed_day > latest:
        raise InvalidInput(
            f"By right the hearing can be moved up to {uk_weekday_date(latest)}. "
            "Leave the proposed day empty to put it off further at your discretion",
            field="proposed_day",
        )
    closed = working_calendar().why_not_worked(proposed_day)
    if closed:
        raise InvalidInput(
            f"The proposed day must be a working day, and {uk_weekday_date(proposed_day)} is not one ({closed})",
            field="proposed_day",
        )


def record_hearing(
    case: Case,
    *,
    held_on: date,
    in_absence: bool,
    absence_reasons: str,
    present: str,
    minutes: str,
    by: Person,
    at: datetime,
) -> Hearing:
    """Record the hearing. It goes ahead without the person concerned only with reasons and after one rearrangement."""
    ask_officer(
        case, case.is_decided_by(by), case.can_record_hearing(by), by=by, at=at, whose="the decision maker", act=HEARING_HELD
    )
    notice = current_notice(case)
    ask_sent(case, LetterKind.HEARING, "The notice of the hearing has not been sent to the person concerned.", at=at)
    _check_held(notice, held_on, at=at)
    if in_absence:
        _check_day_of_notice(notice, held_on)
        need(absence_reasons, "Enter why the hearing went ahead without the person concerned", "absence_reasons")
        _check_sent_in_time(notice)
        if not any(one.postponed_at for one in records.notices(case)):
            raise InvalidInput(
                "The hearing must be rearranged at least once before it goes ahead without the person concerned. "
                "Ask the case owner to put it off and give a new notice",
                field="in_absence",
            )
    elif notice.companion_kind == CompanionKind.OTHER and notice.companion_allowed is None:
        raise AlreadyDone(
            "Nobody has decided yet whether the companion may come.", what_now="Ask the case owner to decide that first."
        )
    hearing = Hearing(
        case=case, case_id=case.id, notice=notice, notice_id=notice.id, held_on=held_on, in_absence=in_absence,
        recorded_at=at, recorded_by_id=by.id,
        present=need(present, "Enter who was present", "present"),
        minutes=need(minutes, "Enter the minutes of the hearing", "minutes"),
        absence_reasons=absence_reasons.strip() if in_absence else "",
    )  # fmt: skip
    db.session.add(hearing)
    case.move_to(CaseStatus.HEARD)
    count_step(case, "outcome_letter_working_days", held_on)
    record(HEARING_HELD, case.id, by=by.id, at=at, facts={"held_on": held_on, "in_absence": in_absence})
    return hearing


def _check_day_of_notice(notice: HearingNotice, held_on: date) -> None:
    """Nobody is heard in their absence on a day of which they had no notice (Acas Code 25; domain 3.6, row Notified)."""
    if held_on != clock.local_day(notice.hearing_at):
        raise InvalidInput(
            f"The person concerned had notice of {uk_weekday_date(notice.hearing_at)}, and of no other day. Enter that day, "
            "or ask the case owner to put the hearing off and give a new notice",
            field="held_on",
        )


def _check_sent_in_time(notice: HearingNotice) -> None:
    """Nobody is heard in their absence on a notice that went another way and came too late for the least notice.

    Not asked of a day that they proposed themselves: it needs no full notice again.
    """
    day = clock.local_day(notice.hearing_at)
    if any(one.proposed_day == day for one in records.notices(notice.case)):
        return
    hearing_letters = (one for one in sendings(notice.case) if one.letter.kind is LetterKind.HEARING)
    sent = [one.sent_on for one in hearing_letters if one.letter.issued_at == notice.issued_at]
    if sent and day < earliest_hearing_day(sent[0], notice.dismissal_possible):
        raise InvalidInput(
            f"The notice was sent to the person concerned on {uk_date(sent[0])}, which was too short a notice. Ask the case "
            "owner to put the hearing off and give a new notice",
            field="in_absence",
        )


def _check_held(notice: HearingNotice, held_on: date, *, at: datetime) -> None:
    if at < notice.hearing_at:
        raise InvalidInput(
            f"The hearing is set for {uk_datetime(notice.hearing_at)}. It cannot be recorded before then", field="held_on"
        )
    if held_on < clock.local_day(notice.hearing_at):
        raise InvalidInput(
            f"The hearing cannot have been before the day of its notice, {uk_weekday_date(notice.hearing_at)}",
            field="held_on",
        )
    if held_on > clock.local_day(at):
        raise InvalidInput("The day of the hearing must not be in the future", field="held_on")
