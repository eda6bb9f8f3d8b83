"""What a case report tells of it that the person concerned left while their case was open, and of what was decided then."""

from collections.abc import Iterator
from datetime import date, datetime

from app.core.presentation import uk_date, uk_datetime
from app.documents.parts import Heading, KeyFacts, Paragraph, Part
from app.hr_cases.documents.contents import ChronologyRow, LeavingPart
from app.hr_cases.documents.records import CaseRecords
from app.hr_cases.documents.words import words_for
from app.hr_cases.models import CLOSING_ITEMS, REFERRAL, CaseLeaving, LeavingDecision

HEADING = "The person concerned leaves"
STANDS_NO_MORE = "This does not count any more: they stayed, left on another day, or it was decided anew."
BY_THE_SYSTEM = "Probity"


def leaving_rows(records: CaseRecords) -> Iterator[ChronologyRow]:
    """When it was asked whether the case goes on, when that was taken back, and what was decided."""
    asked: set[tuple[datetime, date]] = set()
    leavings = _in_order(records)
    decided_anew = {one.decided_at for one in leavings}
    for one in leavings:
        if (one.asked_at, one.last_working_day) not in asked:
            day = uk_date(one.last_working_day)
            what = f"Asked whether the case goes on: the last working day of the person concerned is {day}"
            yield ChronologyRow(one.asked_at, what, BY_THE_SYSTEM)
        asked.add((one.asked_at, one.last_working_day))
        if one.decided_at is not None:
            what = f"{words_for(one.decision)}, since the person concerned leaves"
            yield ChronologyRow(one.decided_at, what, records.name(one.decided_by_id))
        if one.ended_at is not None and one.ended_at not in decided_anew:
            what = "The person concerned stays, or leaves on another day: what was asked because of it was taken back"
            yield ChronologyRow(one.ended_at, what, BY_THE_SYSTEM)


def _in_order(records: CaseRecords) -> list[CaseLeaving]:
    return sorted(records.case.leavings, key=lambda one: (one.asked_at, one.decided_at or one.asked_at))


def leavings_of(records: CaseRecords, until: datetime | None) -> tuple[LeavingPart, ...]:
    """Every decision because the person concerned leaves, up to a moment; None: all."""
    return tuple(
        _part(records, one, one.decided_at)
        for one in _in_order(records)
        if one.decided_at is not None and (until is None or one.decided_at <= until)
    )


def _part(records: CaseRecords, leaving: CaseLeaving, decided_at: datetime) -> LeavingPart:
    referral = ""
    if leaving.decision is LeavingDecision.CLOSE:
        words = next(item.words for item in CLOSING_ITEMS if item.code == REFERRAL)
        answers = [item for item in records.closing_items if item.code == REFERRAL]
        referral = "".join(f"{words}: {words_for(item.answer).lower()}. {records.masked(item.note)}" for item in answers)
    return LeavingPart(
        last_working_day=leaving.last_working_day,
        decision=words_for(leaving.decision),
        decided_at=decided_at,
        decided_by=records.name(leaving.decided_by_id),
        reasons=records.masked.read(leaving, "reasons"),
        no_finding=records.masked.read(leaving, "no_finding"),
        referral=referral,
        stands=leaving.stands,
    )


def leaving_parts(leavings: tuple[LeavingPart, ...]) -> Iterator[Part]:
    """A part of its own, where anything was decided."""
    if leavings:
        yield Heading(1, HEADING)
    for one in leavings:
        yield KeyFacts(
            (
                ("Last working day", uk_date(one.last_working_day)),
                ("Decision", one.decision),
                ("Decided by", one.decided_by),
                ("Decided", uk_datetime(one.decided_at)),
            )
        )
        yield Paragraph(one.reasons)
        if one.no_finding:
            yield Paragraph(f"Why no finding can be reached: {one.no_finding}")
        if one.referral:
            yield Paragraph(one.referral)
        if not one.stands:
            yield Paragraph(STANDS_NO_MORE, "inset")
