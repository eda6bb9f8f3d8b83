"""Several passwords changed, or several changes verified, in one act: all of it is recorded, or nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.core.errors import AlreadyDone, InvalidInput, Refusal
from app.core.presentation import uk_datetime
from app.credential_rotation.models import CredentialRotation, Sighting, StepAnswer, StepKind
from app.credential_rotation.operations.not_made import say_not_made
from app.credential_rotation.operations.rotating import check_change, mark_changed, verify_rotation
from app.people.models import Person


@dataclass(frozen=True)
class Change:
    """What was done for one account."""

    rotation: CredentialRotation
    changed_at: datetime
    steps: Mapping[StepKind, StepAnswer]
    emergency_reason: str = ""


class SeveralRefused(Refusal):
    """Nothing was recorded: `problems` says for which account why, with the field where there is one.

    It is a late click (409) where somebody else was first with one of them, else what was entered cannot be taken (422).
    """

    def __init__(self, problems: Sequence[tuple[UUID, Refusal]]) -> None:
        super().__init__("Nothing was recorded yet: look at the accounts named.")
        self.problems = problems
        self.status = max((problem.status for _, problem in problems if problem.status == 409), default=422)


def mark_several_changed(changes: Sequence[Change], *, by: Person, at: datetime) -> None:
    """Note that several passwords were changed. The rules of each account hold as if it were alone.

    Refuses somebody who may not change one of them (403), and else tells every problem, account by account.
    """
    problems: list[tuple[UUID, Refusal]] = []
    for one in changes:
        try:
            check_change(
                one.rotation, by=by, at=at, changed_at=one.changed_at, steps=one.steps, emergency_reason=one.emergency_reason
            )
        except (InvalidInput, AlreadyDone) as refusal:
            problems.append((one.rotation.id, refusal))
    if problems:
        raise SeveralRefused(problems)
    for one in changes:
        mark_changed(
            one.rotation, by=by, at=at, changed_at=one.changed_at, steps=one.steps, emergency_reason=one.emergency_reason
        )


def verify_several(saw: Mapping[CredentialRotation, Sighting | str], *, by: Person, at: datetime) -> None:
    """Verify several changes as a second person, or say (with how one knows) that they were not made. One that came too
    late refuses all (409), with who was first.
    """
    for rotation, seen in saw.items():
        try:
            if isinstance(seen, Sighting):
                verify_rotation(rotation, by=by, at=at, saw=seen)
            else:
                say_not_made(rotation, why=seen, by=by, at=at)
        except AlreadyDone as refusal:
            raise AlreadyDone(
                f"{rotation.account.name}: {refusal.sentence} Nothing was recorded.", who=refusal.who, when=refusal.when,
                what_now="Open the page again: it shows what is left to verify.",
            ) from refusal  # fmt: skip


def in_one_sentence(refusal: Refusal) -> str:
    """Why one of several accounts was refused, with who was first where somebody was."""
    if isinstance(refusal, AlreadyDone) and refusal.who and refusal.when:
        return f"{refusal.sentence} {refusal.who} did it on {uk_datetime(refusal.when)}"
    return refusal.sentence
