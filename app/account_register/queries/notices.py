"""What the keepers of the register were told of, and what they still have to note."""

import uuid
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app.account_register.models import KeeperNotice
from app.core.db import db
from app.core.paging import Cursor, KeyPage, key_page
from app.core.registries import Viewer
from app.people.models import KEEPERS, Person
from app.people.queries import holders_of

OPEN_SIZE = 12
NOTED_SIZE = 10


def keepers_on(day: date) -> list[Person]:
    """The Strategic Communications Adviser and her deputy, as they are on a day."""
    return holders_of(KEEPERS, day)


def notice_by_id(notice_id: uuid.UUID) -> KeeperNotice | None:
    """The notice with the person and the account it is about."""
    return db.session.execute(
        sa.select(KeeperNotice).where(KeeperNotice.id == notice_id).options(*_about())
    ).scalar_one_or_none()


def open_notices() -> list[KeeperNotice]:
    """What is still to be noted, due first; one more than a page shows, if there are more."""
    return list(
        db.session.execute(
            sa.select(KeeperNotice)
            .where(KeeperNotice.noted_at.is_(None))
            .options(*_about())
            .order_by(KeeperNotice.due_on, KeeperNotice.id)
            .limit(OPEN_SIZE + 1)
        ).scalars()
    )


def notices_to_note(viewer: Viewer, _today: date) -> sa.Select[int] | None:
    """How many notices are still to be noted: a number for a keeper's first page."""
    if not viewer.holds(*KEEPERS):
        return None
    return sa.select(sa.func.count(KeeperNotice.id)).where(KeeperNotice.noted_at.is_(None))


def noted_notices(cursor: Cursor) -> KeyPage:
    """What was noted, newest first, with who noted it."""
    select = (
        sa.select(KeeperNotice, KeeperNotice.id.label("id"))
        .where(KeeperNotice.noted_at.is_not(None))
        .options(*_about(), joinedload(KeeperNotice.noted_by))
    )
    page = key_page(select, [KeeperNotice.noted_at], KeeperNotice.id, cursor, size=NOTED_SIZE, descending=True)
    return KeyPage([row.KeeperNotice for row in page.rows], page.next_after, page.previous_before)


def _about() -> tuple[sa.orm.interfaces.LoaderOption, ...]:
    return joinedload(KeeperNotice.about), joinedload(KeeperNotice.account)
