"""Whether an account is on the register already: by its platform and handle; where one of two has none, by its address;
where one of two has no address either, by its name. A file is read by the same rule (`operations.planning`).
"""

import dataclasses
import uuid
from dataclasses import dataclass

import sqlalchemy as sa

from app.account_register.models import Account, AccountStatus
from app.account_register.naming import address_key, handle_key, platform_key
from app.core.db import db


@dataclass(frozen=True)
class Known:
    """The account that is there already, and by what it is the same: the name of a field, and its words."""

    name: str
    field: str
    account_id: uuid.UUID | None = dataclasses.field(default=None, compare=False)

    @property
    def what(self) -> str:
        """By what it is the same, in words."""
        return {"handle": "handle", "url": "address"}.get(self.field, "name")


def registered_already(
    platform: str, handle: str | None, url: str | None, own_id: uuid.UUID | None = None, *, name: str | None = None
) -> Known | None:
    """The account in use that has this handle, or that is at this address where one of the two has no handle.

    With a name also the one that is called so, where one of the two has no handle and one no address.
    """
    it, key, address = Account, handle_key(handle, platform), address_key(url)
    others = (
        it.platform_key == platform_key(platform), it.status != AccountStatus.CLOSED, *([it.id != own_id] if own_id else []),
    )  # fmt: skip
    if key is not None:
        found = db.session.execute(sa.select(it.name, it.id).where(*others, it.handle_key == key)).one_or_none()
        if found is not None:
            return Known(found.name, "handle", found.id)
    without_handle = [] if key is None else [it.handle_key.is_(None)]
    columns = sa.select(it.name, it.url, it.id).where(*others, *without_handle).order_by(it.registered_at, it.id)
    if address is not None:
        at_it = sa.or_(it.address_key == address, sa.and_(it.address_key.is_(None), it.url.is_not(None)))
        for row in db.session.execute(columns.where(at_it)):
            if address_key(row.url) == address:
                return Known(row.name, "url", row.id)
    if not name:
        return None
    without_address = [] if address is None else [it.url.is_(None)]
    for row in db.session.execute(columns.where(*without_address)):
        if row.name.casefold() == name.casefold():
            return Known(row.name, "name", row.id)
    return None
