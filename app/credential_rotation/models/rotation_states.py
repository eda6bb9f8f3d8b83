"""Where a change of a password is, why it has to be made, and what a second person may see of it."""

from enum import StrEnum

from app.core.statuses import TransitionTable


class Trigger(StrEnum):
    """Why a password has to change (domain 3.1)."""

    LEAVER = "leaver"
    ACCESS_ENDED = "access_ended"
    WITHDRAWN = "withdrawn"
    MOVED = "moved"
    LONG_ABSENCE = "long_absence"
    COMPROMISE = "compromise"
    SCHEDULED = "scheduled"


class RotationStatus(StrEnum):
    """Where a rotation is (domain 3.3). Overdue is computed from the date."""

    DUE = "due"
    TO_VERIFY = "to_verify"
    COMPLETE = "complete"
    STOOD_DOWN = "stood_down"
    NOT_MADE = "not_made"

    @property
    def label(self) -> str:
        """The status as people read it."""
        return _STATUS_WORDS[self]


_STATUS_WORDS = {
    RotationStatus.DUE: "To be changed",
    RotationStatus.TO_VERIFY: "To be verified",
    RotationStatus.COMPLETE: "Complete",
    RotationStatus.STOOD_DOWN: "Not needed any more",
    RotationStatus.NOT_MADE: "Not changed after all",
}
OPEN_ROTATION = (RotationStatus.DUE, RotationStatus.TO_VERIFY)
ROTATION_TRANSITIONS = TransitionTable(
    RotationStatus,
    {
        RotationStatus.DUE: (RotationStatus.TO_VERIFY, RotationStatus.STOOD_DOWN),
        # Stood down once it was changed only where the account is gone, so that nobody can see any more that it was.
        RotationStatus.TO_VERIFY: (RotationStatus.COMPLETE, RotationStatus.NOT_MADE, RotationStatus.STOOD_DOWN),
    },
)


class Sighting(StrEnum):
    """What the second person saw; none of them needs the password."""

    VAULT_DATE = "vault_date"
    NO_SESSIONS = "no_sessions"
    SIGNED_IN = "signed_in"
