"""Whether an account is on the register already: by its platform and handle; where one of two has none, by its address."""

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

    @property
    def what(self) -> str:
        """By what it is the same, in words."""
        return "handle" if self.field == "handle" else "address"


def registered_already(
    platform: str, handle: str | None, url: str | None, own_id: uuid.UUID | None = None
) -> Known | None:
    """The account in use that has this handle, or that is at this address where one of the two has no handle."""
    it, key, address = Account, handle_key(handle, platform), address_key(url)
    others = (
        it.platform_key == platform_key(platform), it.status != AccountStatus.CLOSED, *([it.id != own_id] if own_id else []),
    )  # fmt: skip
    if key is not None:
        name = db.session.execute(sa.select(it.name).where(*others, it.handle_key == key)).scalar_one_or_none()
        if name is not None:
            return Known(name, "handle")
    if address is None:
        return None
    at_it = sa.or_(it.address_key == address, sa.and_(it.address_key.is_(None), it.url.is_not(None)))
    without = [] if key is None else [it.handle_key.is_(None)]
    columns = sa.select(it.name, it.url).where(*others, at_it, *without).order_by(it.registered_at, it.id)
    found = (name for name, known in db.session.execute(columns) if address_key(known) == address)
    return next((Known(name, "url") for name in found), None)
