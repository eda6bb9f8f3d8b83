"""Which own logins are to be secured after a compromise, by whom, and for whom their pages open."""

import uuid
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app.account_register.health import goes_on, lets_in
from app.account_register.models import AccessGrant, Account, LoginMode
from app.account_register.queries import grants_that_go_on
from app.core.db import db
from app.core.registries import Viewer
from app.credential_rotation.models import AccountIncident, IncidentStatus, LoginToSecure
from app.credential_rotation.queries.incidents import seen_by
from app.credential_rotation.queries.known_passwords import NEVER_CHANGED, passwords_of

OWN_LOGIN = "own_login"


def own_login_by_id(login_id: uuid.UUID) -> LoginToSecure | None:
    """A login that somebody was asked to secure, with all that its page shows and its predicates ask."""
    it = LoginToSecure
    grant = joinedload(it.grant)
    select = sa.select(it).where(it.id == login_id)
    return db.session.execute(
        select.options(
            grant.joinedload(AccessGrant.person), grant.joinedload(AccessGrant.account), joinedload(it.done_by),
            joinedload(it.incident).joinedload(AccountIncident.account),
        )
    ).scalar_one_or_none()  # fmt: skip


def mine_to_secure(viewer: Viewer, today: date) -> sa.Select[Any]:
    """The own logins that somebody is asked to secure: `LoginToSecure.is_asked_on` of their own, as rows of a duty."""
    it = LoginToSecure
    columns: list[Any] = [
        sa.literal(OWN_LOGIN).label("name"), sa.cast(it.id, sa.String).label("key"),
        (Account.name + " (" + Account.platform + ")").label("who"), it.due_on.label("due_on"),
    ]  # fmt: skip
    return (
        sa.select(*columns)
        .join_from(it, AccessGrant, AccessGrant.id == it.grant_id)
        .join(Account, Account.id == AccessGrant.account_id)
        .join(AccountIncident, AccountIncident.id == it.incident_id)
        .where(
            it.done_at.is_(None), AccountIncident.status == IncidentStatus.OPEN, AccessGrant.person_id == viewer.id,
            AccessGrant.login_mode != LoginMode.SHARED, Account.gone.is_(None), goes_on(today),
        )
    )  # fmt: skip


def own_logins_seen(viewer: Viewer, _today: date) -> sa.Select[Any]:
    """`LoginToSecure.can_be_seen_by` as rows."""
    it = LoginToSecure
    return (
        sa.select(sa.cast(it.id, sa.String).label("key"))
        .join_from(it, AccessGrant, AccessGrant.id == it.grant_id)
        .join(AccountIncident, AccountIncident.id == it.incident_id)
        .join(Account, Account.id == AccountIncident.account_id)
        .where(sa.or_(AccessGrant.person_id == viewer.id, seen_by(viewer)))
    )


def own_logins_of(account: Account, day: date) -> list[AccessGrant]:
    """The accesses by which somebody gets in with a login or a role of their own, by name; with those who agreed to the
    policy where that is required: others were not let in yet.
    """
    it = AccessGrant
    select = sa.select(it).where(it.account_id == account.id, it.login_mode != LoginMode.SHARED, lets_in(day))
    found = db.session.execute(select.options(joinedload(it.person))).scalars()
    return sorted((one for one in found if not one.person.has_left_on(day)), key=lambda one: (one.person.name, one.id))


def has_shared_password(account: Account, day: date) -> bool:
    """Whether an account has a password that must change: somebody signs in by it, or knows it still (`known_passwords`),
    or a change of it is asked for already. Where nobody has access, what the register says of the account tells it.
    """
    grants = grants_that_go_on(account, day)
    if any(one.needs_new_password for one in grants) or (not grants and account.login_mode is LoginMode.SHARED):
        return True
    password = passwords_of(Account.id == account.id).get(account.id, NEVER_CHANGED)
    return password.asked_by is not None or any(password.known_to(one.person.id) is not None for one in password.known)
