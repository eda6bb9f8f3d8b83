"""Who may come to the pages about duties."""

from app.core.access import roles, signed_in
from app.people.models import Role

ACCESS = {
    "duties.mine": signed_in("desk_of selects the reader's own duties, and what came to them from others"),
    "duties.rules": signed_in("rules are the same for everybody and name nobody"),
    "duties.jobs": roles(Role.ADMINISTRATOR, then_asks="jobs name no person and no content"),
}
