"""On whose approval somebody could do with an account on a day what they could do then (policy 6.3(6))."""

from dataclasses import dataclass
from datetime import date

from app.account_register.models.access import AccessGrant, AccessLevel, AccessLevelChange
from app.core import clock
from app.core.presentation import uk_date
from app.people.models import Person

FOUND_IN_USE = "Nobody: found in use at an import"


@dataclass(frozen=True)
class Approval:
    """What a holder could do on a day, since when, and who had approved it: the access itself, or more of it later.

    To do less needs nobody's approval, so what was approved before still stands then.
    """

    grant: AccessGrant
    at_first: AccessLevel
    # The last change until then, and the last by which they could do more; none where it was as given.
    last: AccessLevelChange | None
    raised: AccessLevelChange | None

    @property
    def level(self) -> AccessLevel:
        """What they could do."""
        return self.last.new if self.last else self.at_first

    @property
    def approved_level(self) -> AccessLevel:
        """What was approved."""
        return self.raised.new if self.raised else self.at_first

    @property
    def since(self) -> date:
        """From when on they could do that."""
        return clock.local_day(self.last.changed_at) if self.last else self.grant.starts_on

    @property
    def approver(self) -> Person | None:
        """Who approved it; nobody where it was found in use, or came with a file."""
        return self.raised.approved_by if self.raised else self.grant.approved_by

    @property
    def advice(self) -> str:
        """What the keeper of the register advised on it."""
        return self.raised.advice if self.raised else self.grant.advice

    @property
    def is_for_more_than_now(self) -> bool:
        """Whether they could do less than was approved."""
        return self.approved_level is not self.level

    def advice_is_known_to(self, person: Person) -> bool:
        """Whether this person reads the advice: whoever approved it, and those who read it of the access."""
        return (self.approver is not None and self.approver.id == person.id) or self.grant.advice_is_known_to(person)

    @property
    def words(self) -> str:
        """On whose approval, in words, with the day from which on another level held than at first."""
        name = self.approver.name if self.approver else FOUND_IN_USE
        if self.last is None:
            return name
        as_approved = f", as {self.approved_level}" if self.approver and self.is_for_more_than_now else ""
        return f"{name}{as_approved}; {self.level} since {uk_date(self.since)}"
