"""What the register said of an account before."""

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app.account_register.models import Account, AccountChange
from app.core.db import db
from app.core.paging import Cursor, KeyPage, key_page

SIZE = 25


def changes_page(account: Account, cursor: Cursor) -> KeyPage:
    """One page of the changes of an account, newest first, each with who made it."""
    it = AccountChange
    select = sa.select(it, it.id.label("id")).where(it.account_id == account.id).options(joinedload(it.changed_by))
    page = key_page(select, [it.changed_at], it.id, cursor, size=SIZE, descending=True)
    return KeyPage([row.AccountChange for row in page.rows], page.next_after, page.previous_before)


def last_change(account: Account, details: Collection[str]) -> AccountChange | None:
    """The last change of one of these details of an account, with who made it."""
    it = AccountChange
    select = sa.select(it).where(it.account_id == account.id, it.detail.in_(details)).options(joinedload(it.changed_by))
    return db.session.execute(select.order_by(it.changed_at.desc(), it.id).limit(1)).scalar_one_or_none()
