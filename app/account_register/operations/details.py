"""What the register says of an account: put into its row, compared, and its changes written down."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from enum import Enum
from typing import Any

from app.account_register.models import (
    Account,
    AccountChange,
    AccountKind,
    AccountWord,
    LoginMode,
    Recovery,
    TwoStep,
    TwoStepMethod,
    Upkeep,
)
from app.account_register.naming import address_key, handle_key, kind_of_platform, platform_key, words_of_account
from app.account_register.queries.changes import last_change
from app.core.audit import ActorKind, event_kind, record
from app.core.db import db
from app.core.presentation import status_words, uk_date
from app.core.seen import ChangedBySomebody, is_older, mark_of
from app.people.models import Person, Service

CHANGED = event_kind("account:changed", "changed the {fields}", neutral="changed the {fields}")
HIDDEN = "Not shown here"


@dataclass(frozen=True)
class Seen:
    """Which details of an account a page showed, and the mark of what they said."""

    details: tuple[str, ...]
    mark: str


@dataclass(frozen=True)
class AccountDetails:
    """What the register says of an account. `platform` is a name as `canonical_platform` gives it."""

    name: str
    platform: str
    handle: str | None
    url: str | None
    service_id: uuid.UUID | None
    owner_id: uuid.UUID | None
    purpose: str
    login_mode: LoginMode
    two_step: TwoStep
    parent_id: uuid.UUID | None = None
    deputy_id: uuid.UUID | None = None
    brand: str = ""
    emergency_contact: str = ""
    target_group: str = ""
    identification: str = ""
    opened_on: date | None = None
    two_step_method: TwoStepMethod | None = None
    two_step_custody: str = ""
    recovery_kind: Recovery = Recovery.NOT_RECORDED
    recovery: str = ""
    vault_item: str = ""
    connected_tools: str = ""
    compromise_drill_on: date | None = None
    alerts: Upkeep = Upkeep.NOT_RECORDED
    auto_acknowledgement: Upkeep = Upkeep.NOT_RECORDED
    pre_election_pause: bool | None = None
    two_step_waiver: str = ""
    listed_publicly: bool = True
    public_words: str = ""


TEXTS = (
    "name", "platform", "handle", "url", "purpose", "brand", "emergency_contact", "target_group", "identification",
    "two_step_custody", "recovery", "vault_item", "connected_tools", "two_step_waiver", "public_words",
)  # fmt: skip
"""The details that somebody types, in each of which a password is refused."""

IN_FEW_WORDS = ("two_step_custody", "recovery", "vault_item", "connected_tools", "emergency_contact")
"""Those of them where somebody is likeliest to put one, and where one is refused that stands alone."""

KEPT_FROM_HISTORY = ("vault_item", "two_step_custody", "recovery")
"""Of where secrets are kept, and by what else somebody is let in, the history says only that it changed: it is never taken
back, whatever was typed there by mistake."""

WORDS = {
    "service_id": "service", "owner_id": "owner", "url": "web address", "two_step": "2-step verification",
    "parent_id": "account it belongs to", "deputy_id": "deputy", "identification": "signs that it is official",
    "opened_on": "day it was opened", "login_mode": "way of signing in", "two_step_method": "2-step method",
    "two_step_custody": "place of the second step", "recovery_kind": "kind of recovery details",
    "recovery": "recovery details", "vault_item": "vault reference", "compromise_drill_on": "last compromise drill",
    "auto_acknowledgement": "automatic acknowledgement", "pre_election_pause": "pause before elections",
    "two_step_waiver": "reason for doing without 2-step verification", "listed_publicly": "place on the public list",
    "public_words": "sentence for the public", "gone": "account that is gone",
}  # fmt: skip
_MODELS: dict[str, Any] = {"service_id": Service, "owner_id": Person, "deputy_id": Person, "parent_id": Account}


OF_SECOND_STEP = ("two_step_method", "two_step_custody", "two_step_waiver")


def of_one_piece(details: AccountDetails) -> AccountDetails:
    """The same with how the second step is done only where it is on, and why there is none only where it is off."""
    if details.two_step is not TwoStep.ON:
        details = replace(details, two_step_method=None, two_step_custody="")
    return details if details.two_step is TwoStep.OFF else replace(details, two_step_waiver="")


def words_for(detail: str) -> str:
    """What a detail is called on pages and in the history."""
    return WORDS.get(detail, detail.replace("_", " "))


def details_of(account: Account) -> AccountDetails:
    """What the register says of an account now."""
    return AccountDetails(**{part.name: getattr(account, part.name) for part in fields(AccountDetails)})


def changed_fields(account: Account, details: AccountDetails) -> list[str]:
    """The names of the details that differ from what the register says."""
    return [part.name for part in fields(details) if getattr(account, part.name) != getattr(details, part.name)]


def mark_of_details(account: Account, names: Iterable[str]) -> str:
    """Different once one of these details says something else."""
    return mark_of(*(getattr(account, name) for name in names))


def refuse_older_page(account: Account, seen: Seen) -> None:
    """Refuse (409) what comes from a page that showed of these details what does not hold any more, with who changed it."""
    mark = mark_of_details(account, seen.details)
    if is_older(seen.mark, mark):
        last = last_change(account, seen.details)
        who = last.changed_by.name if last and last.changed_by else "A file that was imported"
        state = {"State": in_words("status", account.status), "Reason": account.status_reason}
        says = state if "status" in seen.details else {}
        raise ChangedBySomebody(mark, who=who, when=last.changed_at if last else None, says=says)


def write_changes(
    account: Account, details: AccountDetails, changed: Sequence[str], *, by: uuid.UUID | ActorKind, at: datetime
) -> None:
    """Put changed details into the row, and write down of each what it said before, who changed it and when."""
    for name in changed:
        note_change(account, name, getattr(account, name), getattr(details, name), by=by, at=at)
    put_details(account, details)
    record(CHANGED, account.id, by=by, at=at, facts={"fields": " and ".join(words_for(name) for name in changed)})


def note_change(account: Account, name: str, old: Any, new: Any, *, by: uuid.UUID | ActorKind, at: datetime) -> None:
    """Write down what one detail said before, in the words of this day."""
    words = [in_words(name, value) for value in (old, new)]
    if name in KEPT_FROM_HISTORY:
        words = [HIDDEN if one else one for one in words]
    db.session.add(
        AccountChange(
            account_id=account.id, changed_at=at, changed_by_id=by if isinstance(by, uuid.UUID) else None, detail=name,
            old=words[0], new=words[1],
        )
    )  # fmt: skip


def put_details(account: Account, details: AccountDetails) -> None:
    """Write the details into the row, with all that is derived from them: kind, key of the handle, words to find it by."""
    is_where_it_was = (account.platform, account.handle, account.url) == (details.platform, details.handle, details.url)
    for part in fields(details):
        setattr(account, part.name, getattr(details, part.name))
    if not is_where_it_was:
        account.address_key = address_key(details.url)
    account.kind = kind_of_platform(details.platform)
    if details.parent_id is not None and account.kind is AccountKind.SOCIAL:
        account.kind = AccountKind.LINKED_GROUP
    account.platform_key = platform_key(details.platform)
    account.handle_key = handle_key(details.handle, details.platform)
    wanted = words_of_account(details.name, details.platform, details.handle)
    kept = [word for word in account.words if word.word in wanted]
    known = {word.word for word in kept}
    account.words = kept + [AccountWord(word=word) for word in sorted(wanted - known)]


def in_words(name: str, value: Any) -> str:
    """What a detail says, as pages and the history show it."""
    if value is None:
        return ""
    if name in _MODELS:
        return str(db.session.get_one(_MODELS[name], value).name)
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, Enum):
        return status_words(value)
    return uk_date(value) if isinstance(value, date) else str(value)
