"""Where each allegation stands since the decision on the report, the same for officers and for the person concerned."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from app.hr_cases.models.case import Case
from app.hr_cases.models.hearing import CaseToAnswer, CaseToAnswerDecision, CaseToAnswerReason, HearingNotice
from app.hr_cases.models.outcome import HearingFinding, Outcome, Proof
from app.hr_cases.models.stages import CaseStatus

NOT_TAKEN_FURTHER = "What is not taken further"
"""The heading in letters below which stands on what there is no case to answer, and why."""


class Standing(StrEnum):
    """What has been decided on one allegation, or is to be decided next."""

    NO_CASE = "no_case"
    INFORMAL = "informal"
    TO_BE_HEARD = "to_be_heard"
    HEARD = "heard"
    PROVED = "proved"
    PARTLY = "partly"
    NOT_PROVED = "not_proved"


FOUND = {Proof.PROVED: Standing.PROVED, Proof.PARTLY: Standing.PARTLY, Proof.NOT_PROVED: Standing.NOT_PROVED}


@dataclass(frozen=True)
class AllegationStanding:
    """Where one allegation stands, and since when that is decided; nothing is decided on what is still to be heard."""

    where: Standing
    decided_at: datetime | None = None


def is_told_of_decision(decision: CaseToAnswerDecision | None, notice: HearingNotice | None) -> bool:
    """Whether the person concerned has been told what was decided on the report, by a letter at once or by the notice."""
    if decision is None or decision.case.told_subject_at is None:
        return False
    return decision.decision is not CaseToAnswer.CASE_TO_ANSWER or notice is not None


def standings_of(
    case: Case, decision: CaseToAnswerDecision | None, outcome: Outcome | None
) -> dict[UUID, AllegationStanding]:
    """Where each allegation stands, by its id; nothing while nothing was decided on the report."""
    if decision is None:
        return {}
    all_informal = decision.decision is CaseToAnswer.INFORMAL and not any(one.to_answer for one in decision.reasons)
    found = {finding.allegation_id: finding for finding in outcome.findings} if outcome else {}
    return {
        reason.allegation_id: AllegationStanding(Standing.INFORMAL, decision.decided_at)
        if all_informal
        else _standing(case, decision, reason, outcome, found.get(reason.allegation_id))
        for reason in decision.reasons
    }


def _standing(
    case: Case,
    decision: CaseToAnswerDecision,
    reason: CaseToAnswerReason,
    outcome: Outcome | None,
    finding: HearingFinding | None,
) -> AllegationStanding:
    if not reason.to_answer:
        return AllegationStanding(Standing.NO_CASE, decision.decided_at)
    if decision.decision is CaseToAnswer.INFORMAL:
        return AllegationStanding(Standing.INFORMAL, decision.decided_at)
    if finding is not None and outcome is not None:
        return AllegationStanding(FOUND[finding.proof], outcome.decided_at)
    return AllegationStanding(Standing.HEARD if case.status is CaseStatus.HEARD else Standing.TO_BE_HEARD)
