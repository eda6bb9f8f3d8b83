"""Who said a text of a case, where that decides how it is masked (masking.py tells the rule)."""

import uuid
from collections.abc import Callable, Mapping
from typing import Any

from app.hr_cases.models import (
    Appeal,
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


_OUTCOME = ("reasons", "length_reasons", "mitigation", "change_required", "equality")
SAID_BY: Mapping[tuple[type, str], Speaker] = {
    (Statement, "words"): lambda statement: statement.person_id,
    (Statement, "amendments"): lambda statement: statement.person_id,
    (HearingNotice, "companion"): _subject,
    (HearingNotice, "reply"): _subject,
    (Appeal, "grounds"): _subject,
    (Appeal, "result_reasons"): lambda appeal: appeal.decided_by_id,
    (CaseToAnswerDecision, "equality"): _decider,
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
