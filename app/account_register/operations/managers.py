"""Recording who manages somebody whose proposal waits for nobody."""

from datetime import datetime

from app.account_register.queries.managers import first_for_a_manager
from app.core.clock import local_day
from app.core.errors import AlreadyDone, demand
from app.people.models import Person, Role
from app.people.operations import name_line_manager


def record_manager(person: Person, manager: Person, *, by: Person, at: datetime) -> None:
    """Say who manages somebody whose proposal nobody could support or approve; it waits for that manager then."""
    demand(by.holds(Role.HR_MANAGER), "Only an HR manager can say who manages somebody.")
    demand(by.id != person.id, "You cannot say who manages you.", what_now="Ask another HR manager.")
    if first_for_a_manager(person, local_day(at)) is None:
        raise AlreadyDone("There is somebody who decides about what they proposed by now.", what_now="You need do nothing.")
    name_line_manager(person, manager, by=by, at=at)
