"""How a case ended, for whoever may know that and no more: without the sanction and without reasons (domain 3.11)."""

from app.hr_cases.documents.words import words_for
from app.hr_cases.models import Appeal, AppealResult, Case, CaseToAnswerDecision, Outcome

ENDED_BY_LEAVING = "The person concerned had left, and the case was ended without an outcome."


def ending_of(
    case: Case, decision: CaseToAnswerDecision | None, outcome: Outcome | None, appeal: Appeal | None
) -> tuple[str, ...]:
    """A sentence for what was found on each allegation, or for the decision where there was no outcome."""
    if case.ended_by_leaving is not None:
        return (ENDED_BY_LEAVING,)
    if outcome is None:
        return (f"{words_for(decision.decision)}.",) if decision is not None else ()
    findings = sorted(outcome.findings, key=lambda finding: finding.allegation.number)
    said = tuple(f"Allegation {found.allegation.number}: {words_for(found.proof).lower()}." for found in findings)
    changed = appeal is not None and appeal.result in (AppealResult.ALLOWED, AppealResult.ALLOWED_IN_PART)
    return (*said, "The outcome was changed on appeal.") if changed else said
