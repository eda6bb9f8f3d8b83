"""To whom mail goes, where, and from when on: what the post room of the core asks about people."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app.core.clock import local_day
from app.core.db import UtcDateTime
from app.people.models import MailChoice, Person
from app.people.queries import is_here


def recipients(at: datetime, *, digest_at: datetime) -> sa.Select[Any]:
    """Everybody with their address, and up to when what was written for them goes out now (see `MailRules`).

    Whoever has left has no address any more. Those who want one e-mail a day get what was written up to `digest_at`.
    """
    moment = UtcDateTime()
    return sa.select(
        Person.id.label("person_id"),
        sa.case((is_here(local_day(at)), Person.email)).label("address"),
        sa.case(
            (Person.mail_choice == MailChoice.DAILY, sa.literal(digest_at, moment)), else_=sa.literal(at, moment)
        ).label("written_until"),
    )
