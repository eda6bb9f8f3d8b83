"""What this room shows: nothing of it is kept, all of it is gathered from other rooms."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.account_register.models import AccountStatus, GrantState
from app.device_permissions.models import DevicePermissionRequest, WorkUse
from app.people.models import Person
from app.policy.models import Acknowledgement, TeamReminder


@dataclass(frozen=True)
class Holding:
    """Access to one account, and how that and the account stand."""

    account: str
    platform: str
    level: str
    starts_on: date
    state: GrantState
    account_status: AccountStatus


@dataclass(frozen=True)
class MyRecord:
    """What somebody holds and has agreed to on a day."""

    person: Person
    day: date
    holdings: Sequence[Holding]
    devices: Sequence[DevicePermissionRequest]
    uses: Sequence[WorkUse]
    agreements: Sequence[Acknowledgement]
    reminders: Sequence[TeamReminder]
