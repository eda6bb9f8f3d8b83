"""The letters after a hearing: the outcome, an appeal and what came of it (Acas Code paragraphs 18 to 29)."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from app.core.errors import InvalidInput
from app.core.presentation import count_words, uk_date, uk_datetime, uk_weekday_date
from app.hr_cases.models import Appeal, AppealResult, Case, CaseToAnswerReason, HearingFinding, Outcome, Proof
from app.hr_cases.operations.letter_parts import (
    Section,
    allegation_part,
    as_sentence,
    companion_right,
    contact_of,
    known,
    not_taken_further,
    write_letter,
    write_to,
)
from app.hr_cases.operations.step_dates import APPEAL_WINDOW
from app.people.models import Person
from app.policy.pack import OutcomeKind
from app.policy.queries import outcome_label, pack

PROOF_WORDS = {
    Proof.PROVED: "This was proved.",
    Proof.PARTLY: "This was proved in part.",
    Proof.NOT_PROVED: "This was not proved.",
}
RECORDED = " Human Resources recorded it in Probity. If it does not say what you wanted to say, tell us."
MAY_NOT_INCREASE = "An appeal cannot make the outcome worse for you."


def outcome_letter(
    case: Case,
    outcome: Outcome,
    kind: OutcomeKind,
    *,
    dropped: Sequence[CaseToAnswerReason],
    by: Person,
    at: datetime,
    in_probity: bool = True,
) -> str:
    """The letter after the hearing: findings with reasons, the outcome, how long it counts, and the right of appeal.

    `in_probity` says whether the reader can sign in: the time of whoever cannot runs from the day on which it is sent.
    """
    sections: list[Section] = [
        ("What was found", "\n\n".join(_finding(case, finding) for finding in _in_order(outcome.findings))),
        *not_taken_further(case, dropped),
        ("What was decided", _decided(outcome, kind)),
        ("Why", outcome.reasons),
        *_relied_on(outcome),
        ("What was weighed in your favour", outcome.mitigation),
    ]
    if outcome.change_required:
        sections.append(("What needs to change", outcome.change_required))
    if outcome.months is not None and outcome.last_live_day is not None:
        sections.append(("How long it counts", _length(outcome.issued_on, outcome.months, outcome.last_live_day)))
    if outcome.employment_ends_on is not None:
        sections.append(_end_of_employment(outcome.employment_ends_on, outcome.notice))
    return write_letter(
        case,
        "The outcome of your hearing",
        (
            *sections,
            (
                "If you do not agree",
                f"You can appeal. {_how_to_appeal(outcome, in_probity)} "
                f"{write_to(case)}; it counts from the day on which it comes, so send it in good time. Your appeal goes to "
                "Human Resources. Somebody who was not involved before will hear it, somebody may come "
                "with you, and an appeal cannot make the outcome worse for you.",
            ),
            ("Whom you can ask", contact_of(case)),
        ),
        by=by,
        at=at,
    )


def _how_to_appeal(outcome: Outcome, in_probity: bool) -> str:
    if in_probity:
        return f"Sign in to Probity and say why by the end of {uk_weekday_date(outcome.appeal_by)}."
    days = count_words(pack().periods[APPEAL_WINDOW].value, "working day")
    return f"Say why within {days} after the day on which this letter is sent to you."


def appeal_received_letter(case: Case, appeal: Appeal, *, by: Person, at: datetime) -> str:
    """The letter that says an appeal has come, and what happens with it."""
    if appeal.is_going_ahead:
        next_step = (
            "Somebody who was not involved before will hear your appeal, by the end of "
            f"{uk_weekday_date(appeal.heard_by)} if at all possible. You will be told who it is. "
            f"The same people may come with you as to the hearing. {MAY_NOT_INCREASE}"
        )
    else:
        next_step = (
            "It came after the last day for an appeal. Human Resources will decide whether to accept it all the same, "
            "and will write to you with the reasons. You can tell us why it came late."
        )
    return write_letter(
        case,
        "We have your appeal",
        (
            ("What we received", f"{_received(appeal)}.{RECORDED if appeal.is_recorded else ''}"),
            ("What happens next", next_step),
            ("Whom you can ask", contact_of(case)),
        ),
        by=by,
        at=at,
    )


def _received(appeal: Appeal) -> str:
    if appeal.came_on is None or appeal.came_by is None:
        return f"We received your appeal on {uk_datetime(appeal.received_at)}"
    day, way = uk_date(appeal.came_on), appeal.came_by.words
    return f"We received your appeal on {day} {way}"


def appeal_officer_letter(case: Case, appeal: Appeal, *, by: Person, at: datetime) -> str:
    """The letter that says who will hear the appeal."""
    officer = known(case.appeal_officer).name
    return write_letter(
        case,
        "Who will hear your appeal",
        (
            ("Who it is", f"{officer} will hear your appeal. {officer} was not involved in your case before."),
            (
                "What happens next",
                f"{officer} will ask you to a meeting, to be held by the end of {uk_weekday_date(appeal.heard_by)} if "
                "at all possible. If you think that this person cannot be fair to you, tell us why.",
            ),
            ("Who may come with you", companion_right()),
            ("Whom you can ask", contact_of(case)),
        ),
        by=by,
        at=at,
    )


def late_appeal_refused_letter(case: Case, appeal: Appeal, *, by: Person, at: datetime) -> str:
    """The letter that says a late appeal was not accepted, and why."""
    return write_letter(
        case,
        "Your appeal was not accepted",
        (
            (
                "What was decided",
                f"{_received(appeal)}, after the last day for an appeal. "
                "It was not accepted.",
            ),
            ("Why", appeal.late_reasons),
            ("What happens next", "The outcome of your hearing stands."),
            ("Whom you can ask", contact_of(case)),
        ),
        by=by,
        at=at,
    )


def appeal_result_letter(
    case: Case, appeal: Appeal, *, kind: OutcomeKind | None, issued_on: date, by: Person, at: datetime
) -> str:
    """The letter with the result of an appeal and its reasons; `kind` is the outcome that now stands, if it changed."""
    said = {
        AppealResult.DISMISSED: "Your appeal was not successful. The outcome of your hearing stands.",
        AppealResult.ALLOWED: "Your appeal was successful. The outcome no longer stands, and no action follows.",
        AppealResult.ALLOWED_IN_PART: "Your appeal was successful in part. The outcome of your hearing is replaced.",
    }
    if appeal.result is None:
        raise InvalidInput("Select the result of the appeal", field="result")
    sections: list[Section] = [("What was decided", said[appeal.result]), ("Why", appeal.result_reasons)]
    if appeal.result == AppealResult.ALLOWED_IN_PART:
        sections.append(("What stands now", as_sentence(known(kind).words)))
        if appeal.new_months is not None and appeal.new_last_live_day is not None:
            sections.append(("How long it counts", _length(issued_on, appeal.new_months, appeal.new_last_live_day)))
        if appeal.new_employment_ends_on is not None:
            sections.append(_end_of_employment(appeal.new_employment_ends_on, appeal.new_notice))
    return write_letter(
        case,
        "The result of your appeal",
        (
            *sections,
            ("What happens next", "This decision is final. There is no further appeal within the organisation."),
            ("Whom you can ask", contact_of(case)),
        ),
        by=by,
        at=at,
    )


def _in_order(findings: Iterable[HearingFinding]) -> list[HearingFinding]:
    return sorted(findings, key=lambda finding: finding.allegation.number)


def _finding(case: Case, finding: HearingFinding) -> str:
    return f"{allegation_part(case, finding.allegation)}\n{PROOF_WORDS[finding.proof]} {as_sentence(finding.reasons)}"


def _decided(outcome: Outcome, kind: OutcomeKind) -> str:
    if kind.code == "no_action":
        return "No action follows. This is the end of the matter."
    return f"The outcome is {kind.words}. It was decided on {uk_date(outcome.decided_at)}."


def _relied_on(outcome: Outcome) -> list[Section]:
    """Which live warnings counted besides (Acas Code paragraphs 19 and 20)."""
    said = [
        f"Your {outcome_label(one.kind).lower()} of {uk_date(one.issued_on)}, which counts up to and including "
        f"{uk_weekday_date(one.last_live_day)}."
        for one in outcome.relied_on
    ]
    return [("Which earlier warnings were relied on", "\n".join(said))] if said else []


def _end_of_employment(ends_on: date, notice: str) -> Section:
    """The day on which employment ends, and the notice (Acas Code paragraph 22)."""
    said = f"Your notice: {as_sentence(notice)}" if notice else "This is the day of the decision. There is no notice."
    return ("When your employment ends", f"Your employment ends on {uk_weekday_date(ends_on)}. {said}")


def _length(issued_on: date, months: int, last_live_day: date) -> str:
    return (
        f"It counts for {count_words(months, 'month')}, from {uk_date(issued_on)} up to and including "
        f"{uk_weekday_date(last_live_day)}. After that day it may not be relied on. If there is another breach before then, "
        "or the change asked for is not made, a more serious outcome may follow."
    )
