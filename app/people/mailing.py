"""To whom mail goes, where, and from when on: what the post room of the core asks about people."""

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from app.core.db import UtcDateTime
from app.people.models import MailChoice, Person
from app.people.queries import has_begun, is_here

NEVER = datetime(1970, 1, 1, tzinfo=UTC)
"""Up to when everything was written that goes out now to somebody to whom nothing does."""


def recipients(at: Any, today: Any, digest_at: Any) -> sa.Select[Any]:
    """Everybody with their address, and up to when what was written for them goes out now (see `MailRules`).

    Whoever has left has no address any more. Those who want one e-mail a day get what was written up to `digest_at`; for
    somebody announced, all waits until their first day.
    """
    return sa.select(
        Person.id.label("person_id"),
        sa.case((is_here(today), Person.email)).label("address"),
        sa.case(
            (sa.not_(has_begun(today)), sa.literal(NEVER, UtcDateTime())),
            (Person.mail_choice == MailChoice.DAILY, digest_at),
            else_=at,
        ).label("written_until"),
    )
