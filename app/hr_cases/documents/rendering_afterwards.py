"""Sets out what followed the investigation, in a part of its own after the investigator's signature."""

from collections.abc import Iterator

from app.core.presentation import count_words, uk_date, uk_datetime
from app.documents.parts import Empty, Heading, KeyFacts, Paragraph, Part, Table
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

HEADING = "After the investigation"
NOTE = (
    "This part was made from the record after the investigation report had been accepted. It is not the investigator’s "
    "work, and the investigator had no part in what it records."
)


def afterwards_parts(after: Afterwards, chronology: Table) -> Iterator[Part]:
    """Decision, hearing, outcome, appeal and closing, as far as they exist or are due."""
    yield Heading(1, HEADING)
    yield Paragraph(NOTE, "inset")
    yield chronology
    yield from _decision(after.decision)
    if after.informal_note:
        yield Heading(2, "Informal action")
        yield Paragraph(after.informal_note)
    if after.hearing_is_due:
        yield from _hearings(after.notices, after.hearings)
        yield from _outcome(after.outcome)
        yield from _appeal(after.appeal)
    if after.closing is not None:
        yield from _closing(after.closing)


def _judgements(column: str, found: tuple[Judgement, ...]) -> Table:
    return Table(
        ("Allegation", column, "Reasons"),
        tuple((str(judgement.allegation), judgement.result, judgement.reasons) for judgement in found),
        (2.2, 3.4, 10),
        row_heads=True,
    )


def _decision(decision: DecisionPart) -> Iterator[Part]:
    yield Heading(2, "Whether there is a case to answer")
    yield KeyFacts(
        (
            ("Decision", decision.decision),
            ("Decided by", decision.decided_by),
            ("Decided", uk_datetime(decision.decided_at)),
        )
    )
    yield _judgements("Decision", decision.reasons)
    if decision.no_finding:
        yield Heading(3, "Why no finding can be reached")
        yield Paragraph(decision.no_finding)
    yield Heading(3, "Equality and human rights in this decision")
    yield Paragraph(decision.equality)


def _hearings(notices: tuple[NoticePart, ...], hearings: tuple[HearingPart, ...]) -> Iterator[Part]:
    yield Heading(2, "Hearing")
    for notice in notices:
        yield from _notice(notice)
    if not notices:
        yield Empty()
    for hearing in hearings:
        yield from _hearing(hearing)


def _hearing(hearing: HearingPart) -> Iterator[Part]:
    yield Heading(3, f"What happened at the hearing of {uk_date(hearing.held_on)}")
    facts = [("Held on", uk_date(hearing.held_on)), ("Present", hearing.present)]
    if hearing.in_absence:
        facts.append(("Held without the person concerned", hearing.absence_reasons))
    yield KeyFacts(tuple(facts))
    yield Heading(4, "Minutes")
    yield Paragraph(hearing.minutes)


def _notice(notice: NoticePart) -> Iterator[Part]:
    yield Heading(3, f"Notice {notice.number}")
    facts = [
        ("Issued", uk_datetime(notice.issued_at)),
        ("Hearing", uk_datetime(notice.hearing_at)),
        ("Place", notice.place),
        ("Papers due by", uk_date(notice.papers_by)),
        ("Dismissal possible", "Yes" if notice.dismissal_possible else "No"),
        ("Companion", notice.companion),
        ("Reply", notice.reply),
        *((("How the answer came", notice.reply_came),) if notice.reply_came else ()),
    ]
    if notice.postponed_at is not None:
        facts.append(("Postponed", f"{uk_datetime(notice.postponed_at)}\n{notice.postponed_reason}".strip()))
    yield KeyFacts(tuple(facts))


def _outcome(outcome: OutcomePart | None) -> Iterator[Part]:
    yield Heading(2, "Outcome")
    if outcome is None:
        yield Empty()
        return
    facts = [
        ("Outcome", f"{outcome.outcome}. Replaced on appeal: it does not count" if outcome.is_replaced else outcome.outcome),
        ("Decided by", outcome.decided_by),
        ("Issued", uk_date(outcome.issued_on)),
    ]
    if outcome.last_live_day is not None and not outcome.is_replaced:
        facts += [
            ("Length", count_words(outcome.months or 0, "month")),
            ("First live day", uk_date(outcome.issued_on)),
            ("Last live day", uk_date(outcome.last_live_day)),
        ]
    if outcome.employment_ends_on is not None and not outcome.is_replaced:
        facts += [("Employment ends", uk_date(outcome.employment_ends_on)), ("Notice", outcome.notice or "None")]
    if outcome.relied_on is not None:
        facts.append(("Live warnings relied on", "\n".join(outcome.relied_on) or "None recorded"))
    until = uk_date(outcome.appeal_by) or "The time counts from the day on which the letter is sent another way"
    yield KeyFacts((*facts, ("Appeal possible until", until)))
    yield _judgements("Finding", outcome.findings)
    for heading, text in (
        ("Reasons for the outcome", outcome.reasons),
        ("Mitigation considered", outcome.mitigation),
        ("Change required", outcome.change_required),
        ("Equality and human rights in this outcome", outcome.equality),
    ):
        yield Heading(3, heading)
        yield Paragraph(text)


def _appeal(appeal: AppealPart | None) -> Iterator[Part]:
    yield Heading(2, "Appeal")
    if appeal is None:
        yield Empty()
        return
    yield KeyFacts(
        (
            ("Received", appeal.came or uk_datetime(appeal.received_at)),
            ("In time", "Yes" if appeal.in_time else f"No. {appeal.late}".strip()),
            ("Result", appeal.result),
            *((("Outcome that stands instead", appeal.stands),) if appeal.stands else ()),
            ("Decided by", appeal.decided_by),
            ("Decided", uk_datetime(appeal.decided_at)),
        )
    )
    yield Heading(3, "Grounds of the appeal")
    yield Paragraph(appeal.grounds)
    yield Heading(3, "Reasons for the result")
    yield Paragraph(appeal.result_reasons)


def _closing(closing: ClosingPart) -> Iterator[Part]:
    yield Heading(2, "Closing")
    yield KeyFacts((("Final", uk_datetime(closing.final_at)), ("Closed", uk_datetime(closing.closed_at))))
    yield Table(("Settled before closing", "Answer", "Note"), closing.items, (6, 4, 6), row_heads=True)
    yield Heading(3, "Lessons for the organisation")
    yield Paragraph(closing.lessons)
