"""Which accounts are really ours: the list that anybody may read, and what is answered to who asks about one.

An answer never claims more than the list can show. An address is ours only where its platform and its handle are; where an
address does not say which account it belongs to, or could be that of another, the answer says that it cannot tell.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from urllib.parse import unquote, urlsplit

import sqlalchemy as sa

from app.account_register.addresses import Profile, is_address, profile_at
from app.account_register.models import Account, AccountKind, AccountStatus
from app.account_register.naming import clean_url, handle_key, platforms_matching, words_in
from app.core.db import db
from app.core.errors import InvalidInput

# Not while somebody else is in it: people should not trust it then. One that is being closed is ours to its last day, unless
# it is gone.
PUBLIC_STATES = (AccountStatus.LIVE, AccountStatus.PAUSED, AccountStatus.DORMANT, AccountStatus.CLOSING)


class Verdict(StrEnum):
    """What can be said of what somebody asked."""

    EVERYTHING = "everything"
    OURS = "ours"
    OURS_ABOVE = "ours_above"
    FOUND = "found"
    NOT_LISTED = "not_listed"
    NOTHING_CALLED = "nothing_called"
    CANNOT_TELL = "cannot_tell"


@dataclass(frozen=True)
class Answer:
    """The accounts that are meant, and what can be said."""

    verdict: Verdict
    rows: Sequence[Any]


def official_accounts() -> list[Any]:
    """What anybody may know, so that they can check whether an account is really ours: no person, nothing of its state.

    Where a website is kept is not for the public, and what the register says inside is not either: the public reads a
    sentence of its own. Rows of name, platform, handle, url, about.
    """
    columns: list[Any] = [
        Account.name, Account.platform, Account.handle, Account.url, Account.public_words.label("about"),
    ]  # fmt: skip
    return list(
        db.session.execute(
            sa.select(*columns)
            .where(
                Account.status.in_(PUBLIC_STATES), Account.gone.is_(None), Account.listed_publicly,
                Account.kind != AccountKind.WEBSITE_TOOL,
            )
            .order_by(Account.platform, Account.name, Account.id)
        )
    )


def answer_about(text: str) -> Answer:
    """What the list says of a name, a handle, a platform or a pasted address; of nothing, the whole list."""
    rows = official_accounts()
    if not text:
        return Answer(Verdict.EVERYTHING, rows)
    if is_address(text):
        return _about_address(text, rows)
    found = _called(text, rows)
    if found:
        return Answer(Verdict.FOUND, found)
    if "." in text and " " not in text:
        return _about_address(text, rows)
    return Answer(Verdict.NOTHING_CALLED, [])


def _called(text: str, rows: Sequence[Any]) -> list[Any]:
    """The accounts that somebody who typed this may mean: by their handle, or by words of their name and platform."""
    terms = {term: platforms_matching(term) for term in words_in(text)}

    def is_meant(row: Any) -> bool:
        key = handle_key(text, row.platform)
        if key is not None and handle_key(row.handle, row.platform) == key:
            return True
        name, platform = row.name.casefold(), row.platform.casefold()
        return bool(terms) and all(
            term in name or term in platform or row.platform in known for term, known in terms.items()
        )

    return [row for row in rows if is_meant(row)]


def _about_address(text: str, rows: Sequence[Any]) -> Answer:
    try:
        url, profile = clean_url(text), profile_at(text)
    except InvalidInput:
        return Answer(Verdict.CANNOT_TELL, [])
    if url is None or any(unquote(part) in (".", "..") for part in urlsplit(url).path.split("/")):
        return Answer(Verdict.CANNOT_TELL, [])  # a browser goes elsewhere than it seems
    same = [row for row in rows if row.url and _same_address(row.url, url)]
    if same:
        return Answer(Verdict.OURS, same)
    return _about_site(url, rows) if profile is None else _about_profile(profile, rows)


def _same_address(ours: str, typed: str) -> bool:
    """Whether two addresses are one: the host in any case, the path as it is. What follows a ? counts where ours has it."""
    one, other = urlsplit(ours), urlsplit(typed)
    if one.query and one.query != other.query:
        return False
    return (_host(ours), one.port, one.path.rstrip("/")) == (_host(typed), other.port, other.path.rstrip("/"))


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").removesuffix(".").removeprefix("www.")


def _about_site(url: str, rows: Sequence[Any]) -> Answer:
    """Of a site on no platform that we know nothing is ours but the very address; on a host of ours it may be."""
    on_host = any(row.url and _host(row.url) == _host(url) for row in rows)
    return Answer(Verdict.CANNOT_TELL if on_host else Verdict.NOT_LISTED, [])


def _about_profile(typed: Profile, rows: Sequence[Any]) -> Answer:
    there = [row for row in rows if row.platform == typed.platform]
    key = handle_key(typed.handle, typed.platform)
    if key is None:
        return Answer(Verdict.CANNOT_TELL if there else Verdict.NOT_LISTED, [])
    said = [(row, _profile_of(row)) for row in there]
    named = [
        (row, ours) for row, ours in said
        if key in [handle_key(one, typed.platform) for one in (row.handle, ours.handle if ours else "")]
    ]  # fmt: skip
    sure = [row for row, ours in named if _is_sure(typed, ours)]
    if sure:
        return Answer(Verdict.OURS_ABOVE if typed.is_deeper else Verdict.OURS, sure)
    return Answer(Verdict.CANNOT_TELL if named else Verdict.NOT_LISTED, [])


def _profile_of(row: Any) -> Profile | None:
    """What the recorded address of an account says of it."""
    try:
        return profile_at(row.url) if row.url else None
    except InvalidInput:  # recorded before addresses were checked
        return None


def _is_sure(typed: Profile, ours: Profile | None) -> bool:
    """Some platforms have profiles of several kinds, where the same name may be somebody else's: the kind must agree."""
    if ours is not None and ours.platform == typed.platform and ours.handle is not None:
        keys = [handle_key(one.handle, one.platform) for one in (ours, typed)]
        return ours.at == typed.at and keys[0] == keys[1]
    return typed.is_only_kind
