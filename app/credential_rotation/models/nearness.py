"""From when on a planned change of a password is read by those who may not know why: what is planned further ahead than a
change because of age can only be because of somebody, on whose last day it falls.
"""

from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy.orm import Mapped, validates

from app.core import clock
from app.credential_rotation.models.rotation_states import RotationStatus
from app.people.knowing import known_of
from app.people.models import KNOWS_WHY, Person
from app.policy.queries import ask_from

if TYPE_CHECKING:
    from app.credential_rotation.models.rotations import CredentialRotation

ROUTINE_PERIOD = "rotation_routine_working_days"


class NearFrom:
    """From which day on the day of something is no further ahead than that of a change because of age. It is kept, for
    questions that are put together once and asked on many days cannot count working days.
    """

    near_from: Mapped[date]

    @validates("due_on")
    def _reckon(self, _key: str, due_on: date) -> date:
        self.near_from = ask_from(ROUTINE_PERIOD, due_on)
        return due_on


def is_near_on(rotation: NearFrom, day: date) -> bool:
    """Whether its day is, seen from another, no further ahead than that of a change because of age."""
    return rotation.near_from <= day


def is_near(rotation: "CredentialRotation") -> bool:
    """Whether it may be read by those who may not know why; of one that is not needed any more, whether it could be when
    that was found. Once somebody changed it, it is no plan any more.
    """
    if rotation.status is RotationStatus.DUE:
        return is_near_on(rotation, clock.today())
    if rotation.status is RotationStatus.STOOD_DOWN:
        found = [cause.stood_down_at for cause in rotation.causes if cause.stood_down_at]
        return is_near_on(rotation, clock.local_day(max(found, default=rotation.opened_at)))
    return True


def causes_are_known_to(rotation: "CredentialRotation", person: Person) -> bool:
    """Whether somebody may read why it changes: HR, keepers and auditor, and who manages everybody concerned."""
    concerned = {cause.person_id for cause in rotation.causes if cause.person_id}
    return concerned <= known_of(person, concerned) if concerned else person.holds(*KNOWS_WHY)


def is_shown_to(rotation: "CredentialRotation", person: Person, *, knows: bool | None = None) -> bool:
    """Whether somebody may know already that there is such a change: it is near, or they may know why. `knows` says the
    latter where it was asked already.
    """
    return is_near(rotation) or (causes_are_known_to(rotation, person) if knows is None else knows)


def owner_is_named_to(rotation: "CredentialRotation", person: Person, *, knows: bool) -> bool:
    """Whether somebody reads who sees to it: who may know why, and that one. Where that is not the owner of the account it
    would tell everybody else, other administrators of it too, that it changes because of the owner.
    """
    return knows or (rotation.owner_id is not None and person.id == rotation.owner_id)
