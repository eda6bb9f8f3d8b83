"""Which requests for access somebody sees, and what waits for whom because of them."""

import uuid
from datetime import date
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload

from app.account_register.chains import is_for, nobody_meant
from app.account_register.health import goes_on
from app.account_register.models import (
    SEES_EVERYTHING,
    AccessGrant,
    AccessRequest,
    AccessRequestStatus,
    Account,
    AccountStatus,
)
from app.account_register.models.requests import ADVISED_BY, APPROVED_BY
from app.core.db import db, named
from app.core.paging import Cursor, KeyPage, key_page
from app.core.registries import Viewer
from app.people.everybody import carries
from app.people.models import KEEPERS, Person
from app.people.queries import has_left
from app.policy.queries import pack

PAGE = 25
MOST_OF_ACCOUNT = 10
NO_MORE_HOLDERS = (AccountStatus.CLOSING, AccountStatus.CLOSED)


class RequestsShown(StrEnum):
    """Which part of the list is shown."""

    OPEN = "open"
    ENDED = "ended"


def open_request(account_id: uuid.UUID, person_id: uuid.UUID) -> AccessRequest | None:
    """What is asked for somebody on an account and not decided."""
    it = AccessRequest
    return db.session.execute(
        sa.select(it)
        .where(it.account_id == account_id, it.person_id == person_id, it.status == AccessRequestStatus.ASKED)
        .options(joinedload(it.asked_by), joinedload(it.grant))
    ).scalar_one_or_none()


def open_requests_of(person: Person) -> list[AccessRequest]:
    """What is asked for somebody and was not decided, on accounts that take people still."""
    it = AccessRequest
    asked = sa.select(it).join(Account, Account.id == it.account_id).where(
        it.person_id == person.id, it.status == AccessRequestStatus.ASKED, Account.status.not_in(NO_MORE_HOLDERS)
    )  # fmt: skip
    loaded = asked.options(joinedload(it.account), joinedload(it.person)).order_by(it.asked_at, it.id)
    return list(db.session.execute(loaded).scalars())


def request_by_id(request_id: uuid.UUID) -> AccessRequest | None:
    """A request with all that its page shows."""
    it = AccessRequest
    person = joinedload(it.person)
    return db.session.execute(
        sa.select(it)
        .where(it.id == request_id)
        .options(
            joinedload(it.account).joinedload(Account.owner), joinedload(it.asked_by), joinedload(it.advised_by),
            joinedload(it.decided_by), joinedload(it.grant), person.joinedload(Person.line_manager),
            person.joinedload(Person.service),
        )
    ).scalar_one_or_none()  # fmt: skip


def _account_closed() -> sa.ColumnElement[bool]:
    return Account.status == AccountStatus.CLOSED


def _goes_on(person: Any, day: Any) -> sa.ColumnElement[bool]:
    """`AccessRequest.is_open` as a condition of a query that joins the account, and who is to have access."""
    asked = AccessRequest.status == AccessRequestStatus.ASKED
    return sa.and_(asked, sa.not_(_account_closed()), ~has_left(day, person), sa.not_(_access_ended(day)))


def _access_ended(day: Any) -> sa.ColumnElement[bool]:
    """That it asks for more by an access that has ended."""
    grant = named(AccessGrant, "access_to_widen")
    runs_still = sa.select(grant.id).where(grant.id == AccessRequest.grant_id, goes_on(day, grant))
    return sa.and_(AccessRequest.old_level.is_not(None), sa.not_(runs_still.correlate(AccessRequest).exists()))


def open_requests_about(account: Account, viewer: Viewer, day: date) -> list[Any]:
    """What is asked for on an account and waits, as far as somebody sees it, soonest first; one more than a page shows."""
    it, person = AccessRequest, aliased(Person)
    return list(
        db.session.execute(
            sa.select(it.id, it.level, it.due_on, person.name.label("person"))
            .join(person, person.id == it.person_id)
            .join(Account, Account.id == it.account_id)
            .where(it.account_id == account.id, _goes_on(person, day), sees_request(viewer, person, day))
            .order_by(it.due_on, it.asked_at, it.id)
            .limit(MOST_OF_ACCOUNT + 1)
        )
    )


def requests_page(viewer: Person, shown: RequestsShown, day: date, cursor: Cursor) -> KeyPage:
    """One page of the requests that somebody sees, newest first."""
    it, person = AccessRequest, aliased(Person)
    is_open = _goes_on(person, day)
    left = has_left(day, person)
    select = (
        sa.select(
            it.id, it.status, it.level, it.asked_at, it.due_on, person.name.label("person"),
            (Account.name + ", " + Account.platform).label("account"),
            sa.case((it.status != AccessRequestStatus.ASKED, ""), (_account_closed(), "account"), (left, "left"),
                    (_access_ended(day), "access"), else_="")
            .label("ended_by_itself"),
        )
        .join(person, person.id == it.person_id)
        .join(Account, Account.id == it.account_id)
        .where(is_open if shown is RequestsShown.OPEN else sa.not_(is_open), sees_request(viewer, person, day))
    )  # fmt: skip
    return key_page(select, [it.asked_at], it.id, cursor, size=PAGE, descending=True)


def sees_request(viewer: Viewer, person: Any, day: Any) -> sa.ColumnElement[bool]:
    """`AccessRequest.can_be_seen_by` as a condition of a query that joins the account, and who is to have access."""
    it = AccessRequest
    parts = (it.person_id, it.asked_by_id, it.decided_by_id, it.advised_by_id, Account.owner_id, Account.deputy_id)
    sees_everything = carries(viewer, *SEES_EVERYTHING)
    return sa.or_(*(part == viewer.id for part in parts), sees_everything, _decides(viewer, person, day))


def requests_seen(viewer: Viewer, today: date) -> sa.Select[Any]:
    """The requests for access that somebody may read."""
    person, key = named(Person, "to_have_access"), sa.cast(AccessRequest.id, sa.String).label("key")
    made: sa.Select[Any] = sa.select(key).join(person, person.id == AccessRequest.person_id)
    return made.join(Account, Account.id == AccessRequest.account_id).where(sees_request(viewer, person, today))


# ---- what waits for whom ----


def _answers_for_it(person: Any) -> Any:
    return sa.func.coalesce(Account.owner_id, person.id)


def _decides(viewer: Viewer, person: Any, day: Any) -> sa.ColumnElement[bool]:
    """`AccessRequest.is_decider` as a condition."""
    words, owner_id = pack().chains[APPROVED_BY].value, _answers_for_it(person)
    nobody = sa.and_(
        person.id != viewer.id, carries(viewer, *KEEPERS), nobody_meant(words, person, owner_id, day)
    )
    return sa.or_(is_for(viewer, words, person, owner_id, day), nobody)


def _advises(viewer: Viewer, person: Any, day: Any) -> sa.ColumnElement[bool]:
    """`AccessRequest.is_adviser` as a condition."""
    words, owner_id = pack().chains[ADVISED_BY].value, _answers_for_it(person)
    own = sa.and_(person.id == viewer.id, carries(viewer, *KEEPERS), nobody_meant(words, person, owner_id, day))
    return sa.or_(is_for(viewer, words, person, owner_id, day), own)


def _waiting(name: str, person: Any, day: Any, due_on: Any, *conditions: sa.ColumnElement[bool]) -> sa.Select[Any]:
    it = AccessRequest
    columns: list[Any] = [
        sa.literal(name).label("name"), sa.cast(it.id, sa.String).label("key"),
        (person.name + ", " + Account.name + " (" + Account.platform + ")").label("who"), due_on.label("due_on"),
    ]  # fmt: skip
    return (
        sa.select(*columns)
        .join(person, person.id == it.person_id)
        .join(Account, Account.id == it.account_id)
        .where(_goes_on(person, day), Account.status.not_in(NO_MORE_HOLDERS), *conditions)
    )


def to_approve(viewer: Viewer, today: date) -> sa.Select[Any]:
    """The requests for access that somebody can approve (`AccessRequest.can_be_approved_by`)."""
    person = named(Person, "to_have_access")
    advised = sa.or_(AccessRequest.advice != "", carries(viewer, *KEEPERS))
    return _waiting("access_approve", person, today, AccessRequest.due_on, advised, _decides(viewer, person, today))


def to_advise(viewer: Viewer, today: date) -> sa.Select[Any]:
    """The requests for access on which somebody is to advise."""
    person = named(Person, "to_have_access")
    return _waiting(
        "access_advise", person, today, AccessRequest.advise_by, AccessRequest.advice == "",
        _advises(viewer, person, today),
    )  # fmt: skip


def waiting_for_others(viewer: Viewer, today: date) -> sa.Select[Any]:
    """What somebody asked for that waits for others."""
    return _waiting(
        "access_waiting", named(Person, "to_have_access"), today, AccessRequest.due_on,
        AccessRequest.asked_by_id == viewer.id,
    )  # fmt: skip
