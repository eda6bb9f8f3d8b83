"""Whether the person concerned can be reached through Probity at all: to read letters, to answer, to appeal."""

from datetime import date

import sqlalchemy as sa

from app.core.db import db
from app.core.presentation import uk_date
from app.people.models import Credential, Person


def has_password(person: Person) -> sa.Exists:
    """That somebody has a password of their own, as a condition or a column."""
    return sa.exists().where(Credential.person_id == person.id)


def why_not_reached(person: Person, day: date, *, knows_password: bool | None = None) -> str | None:
    """Why somebody cannot sign in on a day, as a sentence for HR; None for whoever can.

    The same three that signing in asks for: that they are here, an e-mail address and a password of their own.
    `knows_password` is whether they have one, where that was asked already.
    """
    if not person.has_begun_on(day):
        return f"{person.name} {person.why_not_here_on(day)}, and cannot sign in before."
    if person.has_left_on(day):
        return f"{person.name} has left: the last working day was {uk_date(person.last_working_day)}."
    if not person.email:
        return f"{person.name} has no e-mail address on record to sign in with."
    has_one = knows_password
    if has_one is None:
        has_one = db.session.execute(sa.select(has_password(person))).scalar_one()
    return None if has_one else f"{person.name} has no password to sign in with."
