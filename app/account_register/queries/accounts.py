"""The register as a list, and one account with those who hold access to it."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload

from app.account_register.addresses import is_address, profile_at
from app.account_register.health import (
    Health,
    conditions,
    goes_on,
    health_columns,
    holders_on,
    lets_in,
    lines_of,
    needs_attention,
    one_is_too_few,
    papers_are_asked_for,
)
from app.account_register.models import (
    SEES_ACCOUNTS,
    AccessGrant,
    Account,
    AccountStatus,
    AccountWord,
    Approval,
    Gone,
    GrantState,
    grant_state,
)
from app.account_register.naming import (
    OTHER,
    address_key,
    clean_url,
    handle_key,
    handle_keys,
    platforms_matching,
    words_in,
)
from app.account_register.queries.access import acknowledged_at, known_end_in, with_known_end
from app.account_register.queries.approvals import approval_in, with_approval
from app.core.db import db
from app.core.errors import InvalidInput
from app.core.paging import Cursor, KeyPage, key_page, page_statement, read_page
from app.core.plain_letters import PlainLetters, plain_letters
from app.core.registries import ME, TODAY, Viewer
from app.people.everybody import Reader
from app.people.knowing import knows_of
from app.people.models import Person, Service
from app.people.naming import has_address, name_holds

PAGE_SIZE = 25
HOLDERS_SIZE = 12
COUNTED_AT_MOST = 200
ALL_OTHERS = "Other"


def visible_to(viewer: Viewer, day: date | sa.BindParameter[date]) -> sa.ColumnElement[bool]:
    """Which accounts somebody sees: keepers, auditors and ICT all; others those that they own, are deputy of, hold, or whose
    holder is in their team.
    """
    if viewer.holds(*SEES_ACCOUNTS):
        return sa.true()
    holder = aliased(Person)
    held = (
        sa.select(AccessGrant.account_id)
        .join(holder, holder.id == AccessGrant.person_id)
        .where(
            sa.or_(holder.id == viewer.id, holder.line_manager_id == viewer.id),
            sa.or_(AccessGrant.ends_on.is_(None), AccessGrant.ends_on >= day),
        )
    )
    return sa.or_(Account.owner_id == viewer.id, Account.deputy_id == viewer.id, Account.id.in_(held))


@dataclass(frozen=True)
class AccountFilters:
    """What somebody narrowed the list to; empty fields do not narrow."""

    text: str = ""
    platform: str = ""
    service_id: uuid.UUID | None = None
    status: AccountStatus | None = None
    attention: bool = False
    health: Health | None = None
    holder: str = ""

    @property
    def in_force(self) -> bool:
        """Whether anything narrows the list."""
        return self != AccountFilters()

    @property
    def text_is_only_marks(self) -> bool:
        """Whether what is searched for has neither letter nor digit, so that it is found nowhere."""
        return bool(self.text) and not words_in(self.text)


_Rules = tuple[bool, bool]


def _rules() -> _Rules:
    """What the statements depend on besides what is asked: they are made anew when a pack says otherwise."""
    return one_is_too_few(), papers_are_asked_for()


def _asked(viewer: Viewer, day: date) -> tuple[Reader, dict[str, Any]]:
    """Whose statement it is, and what it is sent with."""
    return Reader.like(viewer, *SEES_ACCOUNTS), {"me": viewer.id, "today": day}


def _narrowed(
    select: sa.Select[*tuple[Any, ...]], reader: Reader, filters: AccountFilters
) -> sa.Select[*tuple[Any, ...]]:
    select = select.where(visible_to(reader, TODAY))
    if filters.platform == ALL_OTHERS:
        select = select.where(Account.platform.startswith(OTHER))
    elif filters.platform:
        select = select.where(Account.platform == filters.platform)
    if filters.service_id:
        select = select.where(Account.service_id == filters.service_id)
    if filters.status:
        select = select.where(Account.status == filters.status)
    if filters.attention:
        select = select.where(needs_attention(TODAY, ME))
    if filters.health:
        select = select.where(conditions(TODAY, ME)[filters.health])
    if filters.holder:
        select = select.where(Account.id.in_(_held_by(filters.holder)))
    return select.where(*_said_by(filters))


def _said_by(filters: AccountFilters) -> list[sa.ColumnElement[bool]]:
    """What must hold of an account that is found by what was typed; nothing where nothing was."""
    pasted = _at_pasted_address(filters.text)
    if pasted is not None:
        return [pasted]
    if filters.text_is_only_marks:
        return [sa.false()]
    return [_found_by(term) for term in words_in(filters.text)]


def _at_pasted_address(text: str) -> sa.ColumnElement[bool] | None:
    """What is at an address that somebody pasted, or has the handle that it gives; None where the text is none."""
    if not is_address(text):
        return None
    try:
        url, found = clean_url(text), profile_at(text)
    except InvalidInput:
        return None
    same = Account.address_key == address_key(url)
    if found is None or found.handle is None:
        return same
    return sa.or_(
        same, sa.and_(Account.platform == found.platform, Account.handle_key == handle_key(found.handle, found.platform))
    )


def is_meant_by(typed: str) -> sa.ColumnElement[bool]:
    """That somebody who typed this may mean an account: by its name, by its handle, or by an address as the search knows it.
    """
    pasted = _at_pasted_address(typed)
    return sa.or_(
        PlainLetters(Account.name) == plain_letters(typed), Account.handle_key.in_(handle_keys(typed)),
        Account.address_key == address_key(typed), sa.false() if pasted is None else pasted,
    )  # fmt: skip


def _held_by(typed: str) -> sa.Select[Any]:
    """The accounts that somebody of this name, or with this e-mail address, can get into by their access.

    Names are folded once for each person, not once for each access: on PostgreSQL that costs far more than all the rest.
    """
    holder = aliased(Person)
    is_called = sa.or_(name_holds(typed, holder), has_address([typed.strip().casefold()], holder))
    called = sa.select(holder.id).where(is_called).cte("people_called")
    called = called.prefix_with("MATERIALIZED", dialect="postgresql")
    return sa.select(AccessGrant.account_id).where(lets_in(TODAY), AccessGrant.person_id.in_(sa.select(called.c.id)))


def _found_by(term: str) -> sa.ColumnElement[bool]:
    """That an account has a word that begins like this, or is on a platform one of whose names does."""
    by_word = Account.id.in_(
        sa.select(AccountWord.account_id).where(AccountWord.word.between(term, term + "\U0010ffff"))
    )
    platforms = platforms_matching(term)
    return sa.or_(by_word, Account.platform.in_(platforms)) if platforms else by_word


def narrowed_to(
    viewer: Viewer, filters: AccountFilters, day: date, select: sa.Select[*tuple[Any, ...]]
) -> sa.Select[*tuple[Any, ...]]:
    """A query of accounts that has joined their owners, narrowed to what somebody sees of a list."""
    reader, asked = _asked(viewer, day)
    return _narrowed(select, reader, filters).params(asked)


@dataclass(frozen=True)
class Overview:
    """The numbers of the opening sentence. `more` says that there are more accounts than were counted."""

    accounts: int
    platforms: int
    attention: int
    more: bool


def overview(viewer: Person, filters: AccountFilters, day: date) -> Overview:
    """How many accounts are listed, on how many platforms, and how many need attention; the first 200 are counted."""
    reader, asked = _asked(viewer, day)
    row = db.session.execute(_overview_statement(reader, filters, _rules()), asked).one()
    return Overview(min(row[0], COUNTED_AT_MOST), row[1], row[2], row[0] > COUNTED_AT_MOST)


@lru_cache(maxsize=256)
def _overview_statement(reader: Reader, filters: AccountFilters, _rules_then: _Rules) -> sa.Select[*tuple[Any, ...]]:
    """Made once for each kind of list: putting it together costs more than asking it. So with the page, below.

    What counts as wrong is the pack's, which `conditions` reads for itself.
    """
    wrong = sa.case((needs_attention(TODAY, ME), 1), else_=0)
    lines = sa.select(Account.platform, wrong.label("wrong")).outerjoin(Person, Person.id == Account.owner_id)
    counted = _narrowed(lines, reader, filters).limit(COUNTED_AT_MOST + 1).subquery()
    return sa.select(
        sa.func.count(), sa.func.count(counted.c.platform.distinct()), sa.func.coalesce(sa.func.sum(counted.c.wrong), 0)
    ).select_from(counted)


@dataclass(frozen=True)
class AccountRow:
    """One line of the list."""

    id: uuid.UUID
    name: str
    platform: str
    handle: str | None
    status: AccountStatus
    gone: Gone | None
    service: str | None
    owner: str | None
    holders: int
    last_review: date | None
    health: list[Health]

    @property
    def to_heed(self) -> str:
        """What whoever uses or owns it has to know, in a few words: until it is closed, first that it is gone."""
        return self.gone.to_heed if self.gone and self.status is not AccountStatus.CLOSED else self.status.to_heed


def accounts_page(viewer: Person, filters: AccountFilters, cursor: Cursor, day: date) -> KeyPage:
    """One page of the register by name, each line with its holders counted and its health worked out."""
    reader, asked = _asked(viewer, day)
    statement = _page_statement(reader, filters, _rules(), cursor.goes_back, cursor.edge is not None)
    page = read_page(statement, cursor, size=PAGE_SIZE, parameters=asked)
    return KeyPage([_row(row) for row in page.rows], page.next_after, page.previous_before)


@lru_cache(maxsize=256)
def _page_statement(
    reader: Reader, filters: AccountFilters, _rules_then: _Rules, goes_back: bool, has_edge: bool
) -> sa.Select[*tuple[Any, ...]]:
    columns = (
        Account.id, Account.name, Account.platform, Account.handle, Account.status, Account.gone,
        Account.last_access_review_on, Service.name.label("service"), Person.name.label("owner"),
        holders_on(TODAY).label("holders"), *health_columns(TODAY, ME),
    )  # fmt: skip
    select = (
        sa.select(*columns)
        .outerjoin(Service, Service.id == Account.service_id)
        .outerjoin(Person, Person.id == Account.owner_id)
    )
    return page_statement(
        _narrowed(select, reader, filters), [Account.name, Account.platform], Account.id,
        goes_back=goes_back, has_edge=has_edge, size=PAGE_SIZE,
    )  # fmt: skip


def _row(row: Any) -> AccountRow:
    return AccountRow(
        row.id, row.name, row.platform, row.handle, row.status, row.gone, row.service, row.owner, row.holders,
        row.last_access_review_on, lines_of(row),
    )  # fmt: skip


def services() -> list[Service]:
    """Every service by name, for filters and forms."""
    return list(db.session.execute(sa.select(Service).order_by(Service.name, Service.id)).scalars())


def account_by_id(account_id: uuid.UUID) -> Account | None:
    """The account with this id, for acts that ask by themselves who may see it."""
    return db.session.get(Account, account_id)


def account_for(viewer: Person, account_id: uuid.UUID, day: date) -> Account | None:
    """The account with its people, its service and what belongs to it, if this person may see it."""
    found = db.session.execute(
        sa.select(Account).where(Account.id == account_id, visible_to(viewer, day)).options(*_whole())
    )
    return found.unique().scalar_one_or_none()


def account_with_health(viewer: Person, account_id: uuid.UUID, day: date) -> tuple[Account, list[Health]] | None:
    """The same, with what is wrong with it, worst first, as the list would say it to this reader."""
    found = db.session.execute(
        sa.select(Account, *health_columns(TODAY, ME))
        .outerjoin(Person, Person.id == Account.owner_id)
        .where(Account.id == account_id, visible_to(viewer, TODAY))
        .options(*_whole()),
        {"me": viewer.id, "today": day},
    )
    row = found.unique().one_or_none()
    return (row.Account, lines_of(row)) if row else None


def _whole() -> list[Any]:
    it = Account
    return [joinedload(part) for part in (it.owner, it.service, it.deputy, it.parent, it.children)]


def accounts_opened_by(viewer: Person, account_ids: Iterable[uuid.UUID], day: date) -> set[uuid.UUID]:
    """Which of these accounts somebody may open, so that a page links no other."""
    asked = sa.select(Account.id).where(Account.id.in_(list(account_ids)), visible_to(viewer, day))
    return set(db.session.execute(asked).scalars())


@dataclass(frozen=True)
class Holder:
    """Somebody who has or had access, and how that stands."""

    grant: AccessGrant
    approval: Approval
    state: GrantState
    acknowledged_at: datetime | None
    ends_on: date | None  # as far as the reader may know it: `AccessGrant.end_known_to`
    is_to_come: bool
    day: date

    @property
    def ends_later(self) -> bool:
        """Whether it has a last day, and one that is still to come, so that it can be ended sooner."""
        return self.ends_on is not None and self.ends_on > self.day and not self.grant.is_called_off

    @property
    def waits_for_its_holder(self) -> bool:
        """Whether it is used once its holder has agreed to the policy."""
        return self.state is GrantState.AWAITING_ACKNOWLEDGEMENT


def holders_page(account: Account, viewer: Person, cursor: Cursor, day: date) -> KeyPage:
    """Those who have access and, for who may know of it, below, those who had it; each with giver and state.

    Who may not know of somebody that they leave or move reads neither an end that is to come nor who has access no more:
    beside a password change that would tell because of whom it changes. The owner and the deputy read who had access.
    """
    over = sa.case((goes_on(day), 0), else_=1)
    select = (
        sa.select(
            AccessGrant, AccessGrant.id.label("id"), acknowledged_at().label("at"),
        )
        .options(joinedload(AccessGrant.person), joinedload(AccessGrant.given_by))
        .where(AccessGrant.account_id == account.id)
    )
    if not account.past_access_is_known_to(viewer):
        select = select.where(sa.or_(goes_on(day), knows_of(viewer, AccessGrant.person_id)))
    select = with_approval(with_known_end(select, viewer), day)
    page = key_page(select, [over, AccessGrant.starts_on], AccessGrant.id, cursor, size=HOLDERS_SIZE)
    rows = [
        Holder(
            grant, approval_in(row), grant_state(grant, row.at, day), row.at, known_end_in(row, viewer, day),
            is_to_come=grant.is_to_come(day), day=day,
        )
        for row in page.rows
        for grant in [row.AccessGrant]
    ]  # fmt: skip
    return KeyPage(rows, page.next_after, page.previous_before)
