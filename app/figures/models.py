"""What this room shows: nothing of it is kept, all of it is gathered from other rooms."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.account_register.models import AccountStatus, GrantState
from app.core.presentation import uk_date
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


def how_agreed(agreement: Acknowledgement) -> str:
    """How somebody agreed, who attested it and when, and what was said of it later: that they did not agree, that it is
    right all the same, or that it was taken back as a mistake.
    """
    said = agreement.method.label
    if agreement.attested_by is not None:
        said += f", attested by {agreement.attested_by.name} on {uk_date(agreement.at)}"
    if agreement.disputed is not None:
        said += f". They said on {uk_date(agreement.disputed.at)} that they did not agree"
    if agreement.upheld is not None:
        said += f". Human Resources found on {uk_date(agreement.upheld.at)} that it is right"
    back = agreement.taken_back
    return f"{said}. Taken back on {uk_date(back.at)} as a mistake: it does not count" if back else said
