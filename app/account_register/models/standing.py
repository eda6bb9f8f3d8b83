"""How a grant stands on a day, and whether its holder was let in by it: by what they agreed to, while that counted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from app.account_register.models.access import AccessGrant, GrantState
from app.core import clock


@dataclass(frozen=True)
class Agreed:
    """From when until when it counted that a holder had agreed: to the version that their access requires, or to another
    that counts as well. It counts from when it was recorded, and no more once it is taken back as a mistake; that it let
    them in until then stays so.
    """

    since: datetime
    until: datetime | None = None

    def counts_after(self, day: date) -> bool:
        """Whether it counted at the end of a day."""
        return clock.local_day(self.since) <= day and (self.until is None or clock.local_day(self.until) > day)

    def let_in_during(self, grant: AccessGrant, day: date) -> bool:
        """Whether it let the holder of a grant in for a part of a day."""
        taken_back_before = self.until is not None and clock.local_day(self.until) < day
        return clock.local_day(self.since) <= day and not taken_back_before and not self._was_over_before(grant)

    def let_in_by(self, grant: AccessGrant, day: date) -> bool:
        """Whether it let the holder of a grant in on a day or before it."""
        return clock.local_day(self.since) <= day and not self._was_over_before(grant)

    def _was_over_before(self, grant: AccessGrant) -> bool:
        begins = clock.at_local(grant.starts_on)
        given = begins if grant.approved_at is None else max(begins, grant.approved_at)
        return self.until is not None and self.until <= given


def agreed_at_end_of(agreed: Sequence[Agreed], day: date) -> datetime | None:
    """Since when it counted, at the end of a day, that a holder had agreed; None where nothing did."""
    return min((one.since for one in agreed if one.counts_after(day)), default=None)


def grant_state(grant: AccessGrant, acknowledged_at: datetime | None, day: date) -> GrantState:
    """How a grant stands on a day: active from the later of its start and its holder's acknowledgement.

    `acknowledged_at` is when the holder agreed to the version required, or to a later one: as it counts now
    (queries.acknowledged_at), or as it counted on a past day (`agreed_at_end_of`).
    """
    if grant.is_called_off:
        return GrantState.CALLED_OFF
    return GrantState.ENDED if grant.is_over_on(day) else _state_while_it_runs(grant, acknowledged_at, day)


def let_in_during(grant: AccessGrant, agreed: Sequence[Agreed], day: date) -> bool:
    """Whether its holder could get in by it on a day, be it for a part of it: who leaves at once has it until then.

    Access was open until its end was recorded, so what is said later of a last day long ago does not change the past.
    """
    return _was_open(grant, day) and (
        grant.required_version_id is None or any(one.let_in_during(grant, day) for one in agreed)
    )


def was_let_in(grant: AccessGrant, agreed: Sequence[Agreed], day: date) -> bool:
    """Whether its holder could get in by it on a day or on any before it: then they know by it what is shared."""
    last = day if grant.last_open_day is None else min(day, grant.last_open_day)
    return _was_open(grant, last) and (
        grant.required_version_id is None or any(one.let_in_by(grant, last) for one in agreed)
    )


def _was_open(grant: AccessGrant, day: date) -> bool:
    is_over = grant.last_open_day is not None and grant.last_open_day < day
    return grant.starts_on <= day and not grant.is_called_off and not is_over


def _state_while_it_runs(grant: AccessGrant, acknowledged_at: datetime | None, day: date) -> GrantState:
    if grant.required_version_id is not None and (acknowledged_at is None or clock.local_day(acknowledged_at) > day):
        lapsed = grant.acknowledge_by is not None and grant.acknowledge_by < day
        return GrantState.LAPSED if lapsed else GrantState.AWAITING_ACKNOWLEDGEMENT
    return GrantState.ACTIVE if grant.starts_on <= day else GrantState.NOT_STARTED
