"""The register as it is, found by the keys of a line of a file: the accounts in use, and those that were closed."""

import uuid
from collections import defaultdict
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from app.account_register.addresses import said_handle_key
from app.account_register.health import goes_on
from app.account_register.models import AccessGrant, Account, AccountStatus
from app.account_register.naming import look_alike_key, platform_key, url_key
from app.account_register.operations.reading import RegisterRow
from app.core.db import db


class _Found:
    """Accounts by what a line says of them."""

    def __init__(self) -> None:
        self.by_handle: dict[tuple[str, str | None], list[Account]] = defaultdict(list)
        self.by_said: dict[tuple[str, str | None], list[Account]] = defaultdict(list)
        self.by_url: dict[tuple[str, str | None], list[Account]] = defaultdict(list)
        self.by_name: dict[tuple[str, str], list[Account]] = defaultdict(list)

    def add(self, account: Account) -> None:
        said = account.handle_key or said_handle_key(account.platform, None, account.url)
        known = self.by_handle if account.handle_key else self.by_said
        known[account.platform_key, said].append(account)
        self.by_url[account.platform_key, url_key(account.url)].append(account)
        self.by_name[account.platform_key, account.name.casefold()].append(account)

    def about(self, row: RegisterRow) -> list[Account]:
        """The accounts that a line may be about: none, the one, or several that cannot be told apart."""
        own = row.platform_key, row.handle_key
        if row.handle_key and (found := self.by_handle.get(own) or self.by_said.get(own)):
            return found
        address = url_key(row.url)
        if address:
            by_url = self.by_url.get((row.platform_key, address), [])
            found = [account for account in by_url if not (row.handle_key and account.handle_key)]
            if found:
                return found
        return [
            account
            for account in self.by_name.get((row.platform_key, row.name.casefold()), [])
            if not (row.handle_key and account.handle_key) and not (address and account.url)
        ]


class Present:
    """The register as it is on a day."""

    def __init__(self, day: date) -> None:
        self.day = day
        self.matched: set[uuid.UUID] = set()
        self.by_look: dict[tuple[str, str | None], str] = {}
        """The name and handle of an account in use, by what its handle looks like."""
        self._in_use, self._closed = _Found(), _Found()
        self._keys_of_closed: set[tuple[str, str, str | None]] = set()
        for account in _in_use(day):
            self._in_use.add(account)
            self.by_look[account.platform_key, look_alike_key(account.handle)] = f"{account.name}, {account.handle}"
        closed = sa.select(Account).where(Account.status == AccountStatus.CLOSED)
        for account in db.session.execute(closed.order_by(Account.closed_on, Account.id)).scalars():
            self._closed.add(account)
            said = said_handle_key(account.platform, account.handle, account.url)
            self._keys_of_closed.add(own_key(platform_key(account.platform), said, account.url, account.name))

    def has_closed(self, row: RegisterRow) -> bool:
        """Whether a line says of an account that it is closed, as the register does."""
        key = own_key(row.platform_key, row.handle_key, row.url, row.name)
        return row.status is AccountStatus.CLOSED and key in self._keys_of_closed

    def closed_before(self, row: RegisterRow) -> Account | None:
        """The account that a line was about until it was closed; of several, the one that was closed last."""
        return next(reversed(self._closed.about(row)), None)

    def about(self, row: RegisterRow) -> list[Account]:
        """The accounts in use that a line may be about: none, the one, or several that cannot be told apart."""
        return self._in_use.about(row)


def own_key(platform: str, handle_key: str | None, url: str | None, name: str) -> tuple[str, str, str | None]:
    """What a line or an account is told apart by: its handle, failing that its address, failing both its name."""
    if handle_key:
        return "handle", platform, handle_key
    return ("url", platform, url_key(url)) if url else ("name", platform, name.casefold())


def _in_use(day: date) -> sa.ScalarResult[Account]:
    return db.session.execute(
        sa.select(Account)
        .where(Account.status != AccountStatus.CLOSED)
        .options(
            joinedload(Account.service),
            joinedload(Account.owner),
            joinedload(Account.deputy),
            selectinload(Account.grants.and_(goes_on(day))).joinedload(AccessGrant.person),
        )
        .order_by(Account.id)
        .execution_options(populate_existing=True)
    ).scalars()
