"""Settling what was attested of somebody and is not right, or said not to be: it stays, with a further row that says so."""

from datetime import datetime

from flask import current_app

from app.core import clock
from app.core.audit import event_kind, record
from app.core.db import db
from app.core.errors import AlreadyDone, InvalidInput, demand
from app.core.outbox import message_kind, notify
from app.core.registries import Registries
from app.people.models import Person, Role
from app.people.queries import holders_of
from app.policy.models import Acknowledgement, AgreementNote, NoteKind, PolicyAsk
from app.policy.operations.acknowledging import AGREE_WITHIN, TO_READ
from app.policy.queries import current_version, due_after_receipt, due_at_once, is_covered, last_ask
from app.policy.queries.attested import SETTLE_WITHIN

AGREEMENT_TAKEN_BACK = "policy:agreement-taken-back"
DISPUTED = event_kind("policy:disputed", "said that they did not agree to the policy as it was recorded")
TAKEN_BACK = event_kind("policy:attestation-taken-back", "recorded that it was a mistake that {about} agreed to the policy")
UPHELD = event_kind("policy:attestation-upheld", "recorded that it is right that {about} agreed to the policy")
NOT_RIGHT = message_kind(
    "policy_not_right", "Somebody says that they did not agree to the policy as it was recorded", "policy.attested"
)
BACK = message_kind(
    "policy_taken_back", "It was recorded by mistake that you agreed to the policy: that was taken back", "figures.my_record"
)
STANDS = message_kind(
    "policy_upheld", "What you said of your agreement to the policy was looked at: see what came of it", "figures.my_record"
)


def dispute_agreement(agreement: Acknowledgement, *, by: Person, at: datetime) -> None:
    """Say of oneself that one did not agree. Whoever attested it and HR managers are told, who settle it by a day; it counts
    until it is taken back.
    """
    demand(by.id == agreement.person_id, "Only the person for whom it was recorded can say this.")
    if not agreement.can_be_disputed_by(by):
        raise _noted_already(agreement)
    due_on = due_after_receipt(SETTLE_WITHIN, at)
    agreement.notes.append(AgreementNote(kind=NoteKind.DISPUTED, by_id=by.id, by=by, at=at, due_on=due_on))
    record(DISPUTED, by.id, by=by.id, at=at, about=by.id, facts={"version": agreement.version.label})
    hr = {one.id for one in holders_of([Role.HR_MANAGER], clock.local_day(at))}
    for person_id in (hr | {agreement.attested_by_id}) - {None, by.id}:
        if person_id is not None:
            notify(person_id, NOT_RIGHT, agreement.id, at=at)


def take_back_agreement(agreement: Acknowledgement, *, reason: str, by: Person, at: datetime) -> None:
    """Record that it was a mistake, with the reason. The person is told, and asked to agree anew where they are to. What
    they were let do because of it waits from now on; that they were until now stays.
    """
    demand(
        agreement.can_be_seen_by(by) and by.id != agreement.person_id,
        "Only whoever attested it or an HR manager can take it back.",
    )
    if not agreement.can_be_taken_back_by(by):
        raise _noted_already(agreement)
    if not reason:
        raise InvalidInput("Enter why it was a mistake", field="reason")
    agreement.notes.append(AgreementNote(kind=NoteKind.TAKEN_BACK, by_id=by.id, by=by, at=at, reason=reason))
    facts = {"version": agreement.version.label}
    record(TAKEN_BACK, agreement.person_id, by=by.id, at=at, about=agreement.person_id, facts=facts)
    notify(agreement.person_id, BACK, agreement.id, at=at)
    db.session.flush()
    _ask_anew(agreement.person, at)
    registries: Registries = current_app.extensions["registries"]
    registries.follow(AGREEMENT_TAKEN_BACK, agreement, by=by.id, at=at)


def uphold_agreement(agreement: Acknowledgement, *, reason: str, by: Person, at: datetime) -> None:
    """Record as an HR manager that it is right although the person says that they did not agree, with the reason, which the
    person reads.
    """
    managers = holders_of([Role.HR_MANAGER], clock.local_day(at))
    demand(agreement.is_settled_by(by, managers), "Only an HR manager who did not attest it can record that it is right.")
    if not agreement.can_be_upheld_by(by, managers):
        raise _noted_already(agreement)
    if not reason:
        raise InvalidInput("Enter why it is right", field="why_right")
    agreement.notes.append(AgreementNote(kind=NoteKind.UPHELD, by_id=by.id, by=by, at=at, reason=reason))
    facts = {"version": agreement.version.label}
    record(UPHELD, agreement.person_id, by=by.id, at=at, about=agreement.person_id, facts=facts)
    notify(agreement.person_id, STANDS, agreement.id, at=at)


def _ask_anew(person: Person, at: datetime) -> None:
    """With a day of its own, where they were asked before; whoever was not yet is asked like everybody."""
    today = clock.local_day(at)
    version = current_version(today)
    before = last_ask(person.id, version)
    if before is None or is_covered(person.id, version):
        return
    made = PolicyAsk(
        person_id=person.id, version_id=before.version_id, asked_on=today, due_on=due_at_once(AGREE_WITHIN, today),
        again=before.again + 1,
    )  # fmt: skip
    db.session.add(made)
    notify(person.id, TO_READ, made.id, at=at)


def _noted_already(agreement: Acknowledgement) -> AlreadyDone:
    note = agreement.taken_back or agreement.upheld or agreement.disputed
    if note is None:
        return AlreadyDone("Nobody says that this is not right.", what_now="You need do nothing.")
    said = {NoteKind.TAKEN_BACK: "taken back", NoteKind.UPHELD: "found to be right", NoteKind.DISPUTED: "said to be wrong"}
    return AlreadyDone(
        f"This has been {said[note.kind]} already.", who=note.by.name, when=note.at,
        what_now="Open it again to see how it stands.",
    )  # fmt: skip
