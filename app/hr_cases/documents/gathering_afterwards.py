"""Builds what followed the investigation from the records: decision, hearing, outcome, appeal, closing."""

from datetime import datetime

from app.core.presentation import count_words, uk_date
from app.hr_cases.documents.contents import (
    Afterwards,
    AppealPart,
    ClosingPart,
    DecisionPart,
    HearingPart,
    Judgement,
    NoticePart,
    OutcomePart,
)
from app.hr_cases.documents.records import CaseRecords
from app.hr_cases.documents.words import came_words, relied_on_words, words_for
from app.hr_cases.models import CLOSING_ITEMS, Appeal, CaseToAnswer, Hearing, HearingNotice, LetterKind, Outcome, Section
from app.people.models import Person
from app.policy.queries import knows_warnings, outcome_label

NOT_HEARD = "Not taken further and not heard. The reasons stand with the decision on the report."
NOT_IN_THIS_COPY = "Not part of this copy: the papers of an appeal are for whoever hears it."


def last_decided_at(records: CaseRecords) -> datetime | None:
    """The recorded moment that makes the report what it is now; None until the investigation report is accepted or
    the case has ended.
    """
    if records.accepted_at is None:
        return records.case.closed_at  # ended before, because the person concerned had left
    case, decision, outcome = records.case, records.decision, records.outcome
    moments = [records.accepted_at, case.final_at, case.closed_at]
    moments += [
        moment for notice in records.notices for moment in (notice.issued_at, notice.replied_at, notice.postponed_at)
    ]
    moments += [decision.decided_at] if decision else []
    moments += [hearing.recorded_at for hearing in records.hearings]
    moments += [outcome.decided_at] if outcome else []
    moments += [records.appeal.received_at, records.appeal.decided_at] if records.appeal else []
    return max(moment for moment in moments if moment is not None)


def afterwards_of(records: CaseRecords, reader: Person) -> Afterwards | None:
    """What followed the investigation, or None while nothing was decided on its report. The papers of an appeal are for
    whoever hears it and for HR; whoever decided before reads what came of it.
    """
    decision, masked = records.decision, records.masked
    if decision is None:
        return None
    reasons = sorted(decision.reasons, key=lambda reason: reason.allegation.number)
    return Afterwards(
        decision=DecisionPart(
            decision=words_for(decision.decision),
            decided_by=records.name(decision.decided_by_id),
            decided_at=decision.decided_at,
            reasons=tuple(
                Judgement(
                    reason.allegation.number,
                    "A case to answer" if reason.to_answer else "No case to answer",
                    masked.read(reason, "words"),
                )
                for reason in reasons
            ),
            equality=masked.read(decision, "equality"),
            no_finding=masked.read(decision, "no_finding"),
        ),
        hearing_is_due=decision.decision is CaseToAnswer.CASE_TO_ANSWER,
        informal_note=masked(records.case.informal_note),
        notices=tuple(_notice(records, notice) for notice in records.notices),
        hearings=tuple(_hearing(records, hearing) for hearing in records.hearings),
        outcome=_outcome(records),
        appeal=_appeal(records, records.case.shows(Section.APPEAL_PAPERS, reader)),
        closing=_closing(records),
    )


def _notice(records: CaseRecords, notice: HearingNotice) -> NoticePart:
    masked = records.masked
    companion = ""
    if notice.companion_kind is not None:
        allowed = {None: "", True: ", allowed", False: ", not allowed"}[notice.companion_allowed]
        # A companion is named, whoever it is: a mask over the name would tell that it is the reporter's.
        companion = f"{notice.companion}, {words_for(notice.companion_kind)}{allowed}"
    return NoticePart(
        number=notice.number,
        issued_at=notice.issued_at,
        hearing_at=notice.hearing_at,
        place=masked(notice.place),
        papers_by=notice.papers_by,
        dismissal_possible=notice.dismissal_possible,
        companion=companion,
        reply=masked.read(notice, "reply"),
        reply_came=came_words(notice, records.name(notice.recorded_by_id), notice.replied_at),
        postponed_at=notice.postponed_at,
        postponed_reason=masked(notice.postponed_reason),
    )


def _hearing(records: CaseRecords, hearing: Hearing) -> HearingPart:
    masked = records.masked
    return HearingPart(
        held_on=hearing.held_on,
        in_absence=hearing.in_absence,
        absence_reasons=masked.read(hearing, "absence_reasons"),
        present=masked.read(hearing, "present"),
        minutes=masked.read(hearing, "minutes"),
    )


def _outcome(records: CaseRecords) -> OutcomePart | None:
    outcome, masked = records.outcome, records.masked
    if outcome is None:
        return None
    letter = records.letter(LetterKind.OUTCOME)
    waits = letter is not None and letter.id in records.waiting
    return OutcomePart(
        outcome=outcome_label(outcome.kind),
        is_replaced=records.appeal is not None and records.appeal.replaces_outcome,
        issued_on=outcome.issued_on,
        months=outcome.months,
        last_live_day=outcome.last_live_day,
        appeal_by=None if waits else outcome.appeal_by,
        decided_by=records.name(outcome.decided_by_id),
        findings=_findings(records, outcome),
        reasons=masked.read(outcome, "reasons"),
        mitigation=masked.read(outcome, "mitigation"),
        change_required=masked.read(outcome, "change_required"),
        equality=masked.read(outcome, "equality"),
        employment_ends_on=outcome.employment_ends_on,
        notice=masked.read(outcome, "notice"),
        relied_on=_relied_on(records, outcome),
    )


def _relied_on(records: CaseRecords, outcome: Outcome) -> tuple[str, ...] | None:
    """Each live warning that was relied on, as it stood, and whether an appeal changed it since."""
    if not outcome.relied_on and not knows_warnings(records.case.subject.person_kind):
        return None
    return tuple(relied_on_words(one) for one in outcome.relied_on)


def _findings(records: CaseRecords, outcome: Outcome) -> tuple[Judgement, ...]:
    """What was found on each allegation that was heard; of the others, that they were not taken further."""
    heard = [
        Judgement(finding.allegation.number, words_for(finding.proof), records.masked.read(finding, "reasons"))
        for finding in outcome.findings
    ]
    dropped = [
        Judgement(reason.allegation.number, "No case to answer", NOT_HEARD)
        for reason in (records.decision.reasons if records.decision else ())
        if not reason.to_answer
    ]
    return tuple(sorted((*heard, *dropped), key=lambda judgement: judgement.allegation))


def _stands(appeal: Appeal, notice: str) -> str:
    """The outcome that stands in place of the first, with its length or the end of employment; else nothing."""
    if appeal.new_kind is None:
        return ""
    label = outcome_label(appeal.new_kind)
    if appeal.new_employment_ends_on is not None:
        return f"{label}, employment ends on {uk_date(appeal.new_employment_ends_on)}. {notice}".strip()
    if appeal.new_months is None:
        return label
    return f"{label} for {count_words(appeal.new_months, 'month')}, last live day {uk_date(appeal.new_last_live_day)}"


def _appeal(records: CaseRecords, shows_papers: bool) -> AppealPart | None:
    appeal, masked = records.appeal, records.masked
    if appeal is None:
        return None
    late = ""
    if not appeal.in_time:
        taken = appeal.late_accepted_by_id is not None
        late = f"Accepted late by {records.name(appeal.late_accepted_by_id)}. " if taken else "Not accepted late. "
        late = (late + masked(appeal.late_reasons)).strip()
    return AppealPart(
        received_at=appeal.received_at,
        came=came_words(appeal, records.name(appeal.recorded_by_id), appeal.received_at),
        in_time=appeal.in_time,
        late=late,
        grounds=masked.read(appeal, "grounds") if shows_papers else NOT_IN_THIS_COPY,
        result=words_for(appeal.result),
        stands=_stands(appeal, masked.read(appeal, "new_notice")),
        decided_at=appeal.decided_at,
        decided_by=records.name(appeal.decided_by_id),
        result_reasons=masked.read(appeal, "result_reasons"),
    )


def _closing(records: CaseRecords) -> ClosingPart | None:
    case = records.case
    if case.final_at is None and case.closed_at is None and not records.closing_items:
        return None
    words_of_item = {item.code: item.words for item in CLOSING_ITEMS}
    items = tuple(
        (
            words_of_item[item.code],
            f"{words_for(item.answer)}, {uk_date(item.answered_at)}",
            records.masked(item.note),
        )
        for item in records.closing_items
    )
    return ClosingPart(case.final_at, case.closed_at, items, records.masked(case.lessons))
