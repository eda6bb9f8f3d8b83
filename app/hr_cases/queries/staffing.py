"""Whether anybody is left to keep a case moving, whom it is not closed to (domain 3.11, rule 7: never silently relaxed)."""

from datetime import date

from app.matters.models import Matter
from app.matters.queries import holders_not_kept_from
from app.people.models import Role
from app.policy.queries import pack


def nobody_left(matter: Matter, on: date, *, to: Role) -> str | None:
    """What to do where nobody with this role may deal with a matter, as a sentence; None where somebody may."""
    return None if holders_not_kept_from(matter, [to], on) else what_to_do_without(to)


def what_to_do_without(role: Role) -> str:
    """What to do where nobody with this role may deal with a matter, as a sentence."""
    title = pack().role_titles[role.value].value
    return (
        f"Nobody who holds the role “{title}” may deal with this: each takes part in it, is close to somebody who does, or "
        "is in the same reporting line as the person concerned. Ask the administrator to appoint somebody else to the role. "
        "They may come from outside the organisation."
    )
