"""What the acts after an investigation share: who may act, which allegations are heard, what a case holds by now."""

from collections.abc import Iterable
from datetime import datetime

from app.core.audit import EventKind
from app.core.db import db
from app.core.errors import AlreadyDone, InvalidInput, NothingHere
from app.hr_cases.models import Allegation, Appeal, Case, CaseToAnswerReason, HearingNotice, Outcome
from app.hr_cases.operations.guards import ask_stage, ask_who
from app.hr_cases.queries import records
from app.hr_cases.queries.sight import last_act
from app.people.models import Person
from app.policy.pack import OutcomeKind
from app.policy.queries import pack

NO_ACTION = "no_action"
EQUALITY_MISSING = "Enter how you weighed equality and human rights: private life, belief and free expression"


def ask_officer(case: Case, who: bool, may: bool, *, by: Person, at: datetime, whose: str, act: EventKind) -> None:
    """Let an officer act whose act this is, at the stage for it; else the answer for strangers, others, or the late."""
    ask_who(case, who, by=by, at=at, whose=whose)
    ask_stage(case, may, doing=act)


def ask_subject(case: Case, may: bool, *, by: Person, act: EventKind, sentence: str) -> None:
    """Let the person concerned act on their own case once they have been told of it; anybody else learns nothing.

    Too late they read `sentence`, when `act` ended their time for it, and whom to ask; nothing of what officers do.
    """
    if not case.is_about(by):
        raise NothingHere(secret=True)
    if not may:
        ended = last_act(case, act)
        raise AlreadyDone(
            sentence,
            who=ended.actor if ended else None,
            when=ended.at if ended else None,
            did=ended.words if ended else "",
            what_now="Ask your contact, who is named on the page “Something about you”.",
        )


def current_notice(case: Case) -> HearingNotice:
    """The notice of the hearing that holds now."""
    for notice in reversed(records.notices(case)):
        if notice.postponed_at is None:
            return notice
    raise AlreadyDone("No notice of a hearing holds now.", what_now="Ask the case owner to issue one.")


def must_hold(notice: HearingNotice) -> None:
    """Refuse an act on a notice whose hearing was put off, with who did so and when."""
    if notice.postponed_at is not None:
        by = db.session.get_one(Person, notice.postponed_by_id)
        raise AlreadyDone(
            "This hearing was put off.", who=by.name, when=notice.postponed_at, what_now="Open the newest notice."
        )


def outcome_of(case: Case) -> Outcome:
    """The outcome of the hearing."""
    outcome = records.outcome(case)
    if outcome is None:
        raise AlreadyDone("The hearing has no outcome yet.", what_now="Wait for the decision maker.")
    return outcome


def appeal_of(case: Case) -> Appeal:
    """The appeal in this case."""
    appeal = records.appeal(case)
    if appeal is None:
        raise AlreadyDone("There is no appeal in this case.", what_now="Open the case again to see where it stands.")
    return appeal


def allegations_to_answer(case: Case) -> list[Allegation]:
    """The allegations on which there is a case to answer: what the hearing is about, and what is found on."""
    decision = records.decision(case)
    answered = {reason.allegation_id for reason in decision.reasons if reason.to_answer} if decision else set()
    return [allegation for allegation in case.allegations if allegation.id in answered]


def dropped_allegations(case: Case) -> list[CaseToAnswerReason]:
    """On what it was decided that there is no case to answer, with the reasons."""
    decision = records.decision(case)
    return [reason for reason in decision.reasons if not reason.to_answer] if decision else []


def listed_numbers(allegations: Iterable[Allegation]) -> str:
    """Allegations by their numbers, for a sentence."""
    return ", ".join(f"allegation {allegation.number}" for allegation in allegations)


def needs_equality_check(allegations: Iterable[Allegation]) -> bool:
    """Whether the pack asks for an equality and human rights check on any of these allegations."""
    codes = {allegation.category for allegation in allegations}
    return any(category.equality_check for category in pack().categories if category.code in codes)


def outcome_kind(code: str) -> OutcomeKind:
    """The kind of outcome with this code, of whichever person it is for."""
    for kinds in pack().outcomes.values():
        for kind in kinds:
            if kind.code == code:
                return kind
    raise InvalidInput("Select an outcome from the list", field="kind")


def offers_no_action(case: Case) -> bool:
    """Whether the procedure for this person may end in no action although something was proved."""
    return any(kind.code == NO_ACTION for kind in pack().outcomes.get(case.subject.person_kind.value, ()))


def possible_outcomes(case: Case, *, dismissal_possible: bool) -> list[OutcomeKind]:
    """What a hearing of this person can lead to, by the pack; dismissals only where the notice says so.

    No action is always among it, whatever somebody's record says they are by now: nothing may have been proved.
    """
    kinds = pack().outcomes.get(case.subject.person_kind.value, ())
    cleared = () if offers_no_action(case) else (outcome_kind(NO_ACTION),)
    return [*cleared, *(kind for kind in kinds if dismissal_possible or not kind.needs_dismissal_authority)]
