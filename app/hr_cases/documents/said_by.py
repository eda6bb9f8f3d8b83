"""Who said a text of a case, where that decides how it is masked (masking.py tells the rule)."""

import re
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import Enum
from typing import Any

import sqlalchemy as sa

from app.core.db import db
from app.hr_cases.models import (
    NOT_TAKEN_FURTHER,
    Appeal,
    Case,
    CaseToAnswerDecision,
    CaseToAnswerReason,
    Hearing,
    HearingFinding,
    HearingNotice,
    Letter,
    Outcome,
    Statement,
)

Speaker = Callable[[Any], uuid.UUID | None]


def _subject(record: HearingNotice | Appeal) -> uuid.UUID:
    return record.case.subject.id


def _decider(record: CaseToAnswerDecision | Outcome) -> uuid.UUID:
    return record.decided_by_id


_OUTCOME = ("reasons", "length_reasons", "mitigation", "change_required", "equality", "notice")
SAID_BY: Mapping[tuple[type, str], Speaker] = {
    (Statement, "words"): lambda statement: statement.person_id,
    (Statement, "amendments"): lambda statement: statement.person_id,
    (HearingNotice, "companion"): _subject,
    (HearingNotice, "reply"): _subject,
    (Appeal, "grounds"): _subject,
    (Appeal, "result_reasons"): lambda appeal: appeal.decided_by_id,
    (Appeal, "new_notice"): lambda appeal: appeal.decided_by_id,
    (CaseToAnswerDecision, "equality"): _decider,
    (CaseToAnswerDecision, "no_finding"): _decider,
    (CaseToAnswerReason, "words"): lambda reason: reason.decision.decided_by_id,
    (Hearing, "present"): lambda hearing: hearing.recorded_by_id,
    (Hearing, "minutes"): lambda hearing: hearing.recorded_by_id,
    (Hearing, "absence_reasons"): lambda hearing: hearing.recorded_by_id,
    **{(Outcome, name): _decider for name in _OUTCOME},
    (HearingFinding, "reasons"): lambda finding: finding.outcome.decided_by_id,
    (Letter, "words"): lambda letter: letter.issued_by_id,
}
"""The words of the person concerned and of those who decide, by record and text; all others count as told by the case."""


def said_by(record: Any, text: str) -> uuid.UUID | None:
    """Whose words a text of a record is; None where that does not matter."""
    speaker = SAID_BY.get((type(record), text))
    return speaker(record) if speaker is not None else None


class Whose(Enum):
    """Whose a part of a letter is, where it is nobody's quoted words: its writer's, or that of the case."""

    WRITER = "writer"
    CASE = "case"


def parts_of_letter(case: Case, text: str, *, is_own: bool) -> Iterator[tuple[str, uuid.UUID | Whose]]:
    """A letter in parts by whose words they are: a letter of another day or officer repeats why something was dropped.

    In the reader's own letter what is alleged stands apart too: HR worded it.
    """
    before, heading, after = text.partition(f"\n\n{NOT_TAKEN_FURTHER}\n")
    yield from _written(case, before + heading, is_own)
    decision = db.session.execute(
        sa.select(CaseToAnswerDecision).where(CaseToAnswerDecision.case_id == case.id)
    ).scalar_one_or_none() if heading else None  # fmt: skip
    said = [reason.words.strip() for reason in decision.reasons if not reason.to_answer] if decision else []
    for part, is_quoted in _split(after, [words[:1].upper() + words[1:] for words in said], r"(?<=\n){}(?=\.?\n\n)"):
        if is_quoted and decision is not None:
            yield part, decision.decided_by_id
        else:
            yield from _written(case, part, is_own)


def _written(case: Case, text: str, is_own: bool) -> Iterator[tuple[str, Whose]]:
    wordings = [allegation.wording.strip() for allegation in case.allegations] if is_own else []
    told = [one for wording in wordings for one in (wording, wording[:1].upper() + wording[1:])]
    for part, is_told in _split(text, told, "{}"):
        yield part, Whose.CASE if is_told else Whose.WRITER


def _split(text: str, quoted: Iterable[str], stands: str) -> Iterator[tuple[str, bool]]:
    """A text in parts, each with whether it is one of the quoted texts; the longer ones are looked for first."""
    wanted = "|".join(re.escape(one) for one in sorted(filter(None, quoted), key=len, reverse=True))
    parts = re.split(stands.format(f"({wanted})"), text) if wanted else [text]
    yield from ((part, place % 2 == 1) for place, part in enumerate(parts))
