"""What a request can say of a device, where it can be, and why a permission lapses."""

from enum import StrEnum

from app.core.statuses import TransitionTable


class DeviceKind(StrEnum):
    """What kind of device it is. The policy asks permission for a home computer only; the others are a local setting."""

    HOME_COMPUTER = "home_computer"
    PHONE = "phone"
    TABLET = "tablet"
    OTHER = "other"

    def with_words(self, words: str) -> str:
        """A device of this kind as people say it, with what was said of which one it is."""
        kind = self.value.replace("_", " ").capitalize()
        if self is DeviceKind.OTHER:
            return words
        return f"{kind} ({words})" if words else kind


class SecurityCheck(StrEnum):
    """What the holder says about the device; each is a column of the request."""

    LOCKED = "locked"
    UPDATED = "updated"
    TWO_STEP = "two_step"
    NO_SAVED_PASSWORD = "no_saved_password"
    SEPARATE_PROFILE = "separate_profile"


CHECK_WORDS = {
    SecurityCheck.LOCKED: "It locks itself and opens with a code or fingerprint",
    SecurityCheck.UPDATED: "Its updates are installed",
    SecurityCheck.TWO_STEP: "2-step verification is on, where the accounts have it",
    SecurityCheck.NO_SAVED_PASSWORD: "No shared password is saved on it",
    SecurityCheck.SEPARATE_PROFILE: "Nobody else uses it, or not my profile on it",
}

MISSING_WORDS = {
    SecurityCheck.LOCKED: "It does not lock itself, or opens without a code or fingerprint",
    SecurityCheck.UPDATED: "Its updates are not installed",
    SecurityCheck.TWO_STEP: "2-step verification is not on for every account that has it",
    SecurityCheck.NO_SAVED_PASSWORD: "A shared password is saved on it",
    SecurityCheck.SEPARATE_PROFILE: "Somebody else uses it on the same profile",
}


class RequestStatus(StrEnum):
    """Where a request is (domain 3.4). Whether a permission is in force is derived, never stored."""

    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    REVOKED = "revoked"
    RENEWED = "renewed"

    @property
    def label(self) -> str:
        """The status as the requester reads it."""
        return {
            "submitted": "Waiting", "returned": "Question asked", "revoked": "Ended by manager", "renewed": "Replaced",
        }.get(self.value, self.value.capitalize())  # fmt: skip

    @property
    def ended_label(self) -> str:
        """How a permission that somebody ended came to its end, as its day follows: "Replaced on 3 March"."""
        return "Ended" if self is RequestStatus.REVOKED else self.label


class Lapse(StrEnum):
    """Why an approved permission does not hold any more, though nobody ended it."""

    RAN_OUT = "ran_out"
    LEFT = "left"
    OTHER_POST = "other_post"
    ACCOUNTS_CLOSED = "accounts_closed"
    NOT_CONFIRMED = "not_confirmed"

    @property
    def label(self) -> str:
        """The reason in words, as it ends a sentence."""
        return {
            "ran_out": "its last day has passed",
            "left": "its holder does not work here any more",
            "other_post": "its holder has another post now",
            "accounts_closed": "every account it was given for is closed",
            "not_confirmed": "nobody confirmed it in time after its holder’s line manager had changed or gone",
        }[self.value]


OPEN_STATUSES = (RequestStatus.SUBMITTED, RequestStatus.RETURNED)
REQUEST_TRANSITIONS = TransitionTable(
    RequestStatus,
    {
        RequestStatus.SUBMITTED: (
            RequestStatus.APPROVED,
            RequestStatus.REFUSED,
            RequestStatus.RETURNED,
            RequestStatus.WITHDRAWN,
        ),
        # Decided without an answer only once its day has passed: nobody holds a request up by not answering.
        RequestStatus.RETURNED: (
            RequestStatus.SUBMITTED,
            RequestStatus.APPROVED,
            RequestStatus.REFUSED,
            RequestStatus.WITHDRAWN,
        ),
        RequestStatus.APPROVED: (RequestStatus.REVOKED, RequestStatus.WITHDRAWN, RequestStatus.RENEWED),
    },
)
