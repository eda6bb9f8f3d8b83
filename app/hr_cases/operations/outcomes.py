"""What is decided after the hearing: a finding with reasons for each allegation, and an outcome the pack allows.

Sources: domain 3.6, row Heard, and 3.7; Acas Code paragraphs 18 to 24; Bevan Ashford v Malin [1994] for how long.
"""

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from app.core import clock
from app.core.audit import event_kind, record
from app.core.db import db
from app.core.errors import InvalidInput
from app.core.working_days import last_live_day
from app.hr_cases.models import Case, CaseStatus, HearingFinding, LetterKind, Outcome, Proof
from app.hr_cases.operations import messages
from app.hr_cases.operations.common import (
    EQUALITY_MISSING,
    NO_ACTION,
    allegations_to_answer,
    ask_officer,
    current_notice,
    dropped_allegations,
    listed_numbers,
    needs_equality_check,
    offers_no_action,
    outcome_kind,
    possible_outcomes,
)
from app.hr_cases.operations.ending_employment import checked_end
from app.hr_cases.operations.guards import need
from app.hr_cases.operations.letters import issue_letter
from app.hr_cases.operations.letters_of_outcome import outcome_letter
from app.hr_cases.operations.owners import tell_owner
from app.hr_cases.operations.relying import hold_still, may_be_relied_on, note_reliance
from app.hr_cases.operations.step_dates import APPEAL_WINDOW, MAKING_FINAL, count_step, set_step
from app.hr_cases.queries.reaching import why_not_reached
from app.people.models import Person
from app.policy.pack import OutcomeKind
from app.policy.queries import due_within

OUTCOME_DECIDED = event_kind("case:outcome-decided", "decided the outcome: {kind}")

Findings = Mapping[uuid.UUID, tuple[Proof, str]]


@dataclass(frozen=True)
class OutcomeWords:
    """What the decision maker writes about an outcome; what need not be said for this outcome may be empty."""

    reasons: str
    mitigation: str
    change_required: str
    equality: str
    length_reasons: str = ""
    notice: str = ""


def outcomes_to_choose(case: Case) -> list[OutcomeKind]:
    """What the decision maker may choose: the pack's outcomes for this person, no dismissal that the notice did not name."""
    return possible_outcomes(case, dismissal_possible=current_notice(case).dismissal_possible)


def decide_outcome(
    case: Case,
    *,
    kind: str,
    months: int | None,
    findings: Findings,
    reasons: str,
    mitigation: str,
    change_required: str,
    equality: str,
    by: Person,
    at: datetime,
    length_reasons: str = "",
    ends_on: date | None = None,
    notice: str = "",
    relies_on: Collection[uuid.UUID] = (),
) -> Outcome:
    """Decide what was proved and what follows, tell the person concerned with reasons, and open the time to appeal.

    `relies_on` are the live warnings that count against the person besides.
    """
    hold_still(relies_on)
    words = OutcomeWords(reasons, mitigation, change_required, equality, length_reasons, notice)
    outcome, letter = _outcome_with_letter(case, kind, months, ends_on, findings, words, relies_on, by=by, at=at)
    db.session.add(outcome)
    issued = issue_letter(case, kind=LetterKind.OUTCOME, words=letter, by=by, at=at)
    case.move_to(CaseStatus.DECIDED)
    if issued.send_by is None:
        count_step(case, MAKING_FINAL, outcome.appeal_by)
    else:
        set_step(case, issued.send_by)  # the time to appeal opens only once the letter has been sent another way
    record(
        OUTCOME_DECIDED, case.id, by=by.id, at=at,
        facts={
            "kind": kind, "months": months, "last_live_day": outcome.last_live_day, "appeal_by": outcome.appeal_by,
            "employment_ends_on": outcome.employment_ends_on, "relies_on": [one.warning_id for one in outcome.relied_on],
        },
    )  # fmt: skip
    tell_owner(case, messages.OUTCOME_DECIDED, case.id, at=at)
    return outcome


def preview_outcome(
    case: Case,
    *,
    kind: str,
    months: int | None,
    findings: Findings,
    words: OutcomeWords,
    by: Person,
    at: datetime,
    ends_on: date | None = None,
    relies_on: Collection[uuid.UUID] = (),
) -> str:
    """The letter that `decide_outcome` would send, after all its checks; nothing is kept."""
    with db.session.no_autoflush:
        return _outcome_with_letter(case, kind, months, ends_on, findings, words, relies_on, by=by, at=at)[1]


def _outcome_with_letter(
    case: Case,
    code: str,
    months: int | None,
    ends_on: date | None,
    findings: Findings,
    words: OutcomeWords,
    relies_on: Collection[uuid.UUID],
    *,
    by: Person,
    at: datetime,
) -> tuple[Outcome, str]:
    ask_officer(
        case,
        case.is_decided_by(by),
        case.can_decide_outcome(by),
        by=by,
        at=at,
        whose="the decision maker",
        act=OUTCOME_DECIDED,
    )
    _check_findings(case, findings)
    kind = _allowed_kind(case, code, findings, words, by)
    _check_length(kind, months, words)
    _check_words(case, kind, words)
    issued_on = clock.local_day(at)
    warnings = may_be_relied_on(case, kind, relies_on, by=by, day=issued_on)
    ends_on, notice = checked_end(kind, ends_on, words.notice, decided_on=issued_on)
    outcome = Outcome(
        case=case, case_id=case.id, kind=code, issued_on=issued_on, months=months,
        last_live_day=last_live_day(issued_on, months) if months is not None else None,
        appeal_by=due_within(APPEAL_WINDOW, issued_on), decided_at=at, decided_by=by, decided_by_id=by.id,
        reasons=words.reasons.strip(), length_reasons=words.length_reasons.strip(), mitigation=words.mitigation.strip(),
        change_required=words.change_required.strip(), equality=words.equality.strip(),
        employment_ends_on=ends_on, notice=notice,
    )  # fmt: skip
    for allegation in allegations_to_answer(case):
        proof, why = findings[allegation.id]
        HearingFinding(
            outcome=outcome, outcome_id=outcome.id, allegation=allegation, allegation_id=allegation.id, proof=proof,
            reasons=why.strip(),
        )  # fmt: skip
    note_reliance(outcome, warnings)
    return outcome, outcome_letter(
        case, outcome, kind, dropped=dropped_allegations(case), by=by, at=at,
        in_probity=why_not_reached(case.subject, issued_on) is None,
    )


def _check_findings(case: Case, findings: Findings) -> None:
    heard = allegations_to_answer(case)
    if set(findings) - {allegation.id for allegation in heard}:
        raise InvalidInput("Find only on the allegations that the hearing was about", field="findings")
    missing = [a for a in heard if a.id not in findings or not findings[a.id][1].strip()]
    if missing:
        raise InvalidInput(f"Enter what you find and why for {listed_numbers(missing)}", field="findings")


def _allowed_kind(case: Case, code: str, findings: Findings, words: OutcomeWords, by: Person) -> OutcomeKind:
    kind = outcome_kind(code)
    codes = {choice.code for choice in outcomes_to_choose(case)}
    if code not in codes and kind.needs_dismissal_authority and not current_notice(case).dismissal_possible:
        raise InvalidInput(
            "The notice of the hearing did not say that dismissal was possible, so it cannot be the outcome", field="kind"
        )
    if code not in codes:
        raise InvalidInput("This outcome is not possible for this person. Select another", field="kind")
    if kind.needs_dismissal_authority and not case.can_dismiss(by):
        raise InvalidInput(
            "You do not hold the authority to dismiss. Select another outcome, or ask an HR manager to appoint somebody who "
            "may dismiss in your place: they hold another hearing first",
            field="kind",
        )
    is_cleared = all(proof == Proof.NOT_PROVED for proof, _why in findings.values())
    if code != NO_ACTION and is_cleared:
        raise InvalidInput("Nothing was proved, so the only outcome is no action", field="kind")
    if code == NO_ACTION and not is_cleared and not offers_no_action(case):
        raise InvalidInput(_no_action_refused(case, codes), field="kind")
    if kind.gross_misconduct_only and "gross misconduct" not in words.reasons.casefold():
        raise InvalidInput("Say in your reasons why this is gross misconduct", field="reasons")
    return kind


def _no_action_refused(case: Case, codes: set[str]) -> str:
    kind = case.subject.person_kind.words
    said = f"Something was proved, and the procedure for the kind of person “{kind}” has no outcome “no action” then. "
    if codes - {NO_ACTION}:
        return said + "Select another"
    return said + "Ask the owner of the case to have it checked what the person is recorded as before you decide"


def _check_length(kind: OutcomeKind, months: int | None, words: OutcomeWords) -> None:
    if kind.months is None:
        if months is not None:
            raise InvalidInput("This outcome has no length. Leave the number of months empty", field="months")
        return
    usual, longest = kind.months.value, (kind.max_months or kind.months).value
    if months is None:
        raise InvalidInput("Enter for how many months the warning counts", field="months")
    if not 1 <= months <= longest:
        raise InvalidInput(f"Enter a number of months from 1 to {longest}", field="months")
    if months > usual:
        need(
            words.length_reasons,
            f"Enter why the warning counts for longer than the usual {usual} months",
            "length_reasons",
        )


def _check_words(case: Case, kind: OutcomeKind, words: OutcomeWords) -> None:
    need(words.reasons, "Enter the reasons for the outcome", "reasons")
    need(words.mitigation, "Enter what you took into account for the person", "mitigation")
    if kind.months is not None:
        need(words.change_required, "Enter what must change", "change_required")
    if kind.formal or needs_equality_check(allegations_to_answer(case)):
        need(words.equality, EQUALITY_MISSING, "equality")
