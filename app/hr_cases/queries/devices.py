"""Whether somebody might use a device of their own when it happened: known to those who read the case, and nobody else."""

from app.core.presentation import uk_date
from app.device_permissions.models import DevicePermissionRequest
from app.device_permissions.queries import permissions_held_on
from app.hr_cases.models import Allegation
from app.people.models import Person
from app.policy.queries import pack


def device_permissions_of(allegation: Allegation, subject: Person) -> list[str] | None:
    """Each device permission in force on the day of the conduct, in words; None where the allegation relies on no paragraph
    of those that ask for one (policy 6.2). Neither their manager nor the keepers of the register learn that it was asked.
    """
    switch = pack().switches["device_permissions"]
    asked_for = {_section(number) for number in switch.sources} if switch.value else set()
    if not any(_section(relied_on.paragraph.number) in asked_for for relied_on in allegation.paragraphs):
        return None
    return [_in_words(one) for one in permissions_held_on(subject.id, allegation.happened_on)]


def _section(number: str) -> str:
    """The section of a paragraph: 6.2(3) belongs to 6.2."""
    return number.partition("(")[0]


def _in_words(permission: DevicePermissionRequest) -> str:
    first, last = permission.held_from_to or (None, None)
    hours = "working hours included" if permission.covers_working_hours else "breaks and time off only"
    conditions = f". Conditions: {permission.conditions}" if permission.conditions else ""
    what = f"{permission.device}, for {permission.used_for}"
    return f"{what}: from {uk_date(first)} until {uk_date(last)}, {hours}{conditions}"
