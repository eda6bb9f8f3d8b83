"""What the addresses of this room share: who asks, which request is meant, and what may be chosen."""

from collections.abc import Sequence

from flask_login import current_user

from app.account_register.naming import platform_names
from app.account_register.queries import accounts_open_to
from app.core import clock
from app.core.errors import NotAllowed, NothingHere, demand
from app.core.forms import Choice
from app.device_permissions import forms, operations, queries
from app.device_permissions.models import DevicePermissionRequest
from app.people.models import Person

ROOM = "device_permissions"


def reader() -> Person:
    """The signed-in person."""
    person: Person = current_user._get_current_object()
    return person


def may_ask(person: Person) -> None:
    """Refuse those who need no permission here, or may not ask for one."""
    why_not = queries.why_not_ask(person)
    if why_not:
        raise NotAllowed(why_not, what_now="You need do nothing.")


def the_request(reference: str) -> DevicePermissionRequest:
    """The request with this reference, for whoever may read it."""
    found = queries.request_by_reference(reference)
    if found is None:
        raise NothingHere
    demand(found.can_be_seen_by(reader()), "This request is not yours to see.", what_now=operations.ASK_MANAGER)
    return found


def account_choices(person: Person, chosen: Sequence[str] = ()) -> list[Choice]:
    """What somebody can say they use: their accounts; platforms where they have none, or chose them before."""
    accounts = accounts_open_to(person, clock.today())
    before = [one.removeprefix(forms.PLATFORM) for one in chosen if one.startswith(forms.PLATFORM)]
    names = [*(() if accounts else platform_names())]
    return forms.account_choices(accounts, [*names, *(name for name in before if name not in names)])
