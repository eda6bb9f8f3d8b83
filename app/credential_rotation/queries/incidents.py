"""What happened to accounts: the list, one incident with its steps, and which account somebody means."""

import uuid
from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from app.account_register.models import AccessGrant, Account, AccountStatus, is_there
from app.account_register.queries.accounts import is_meant_by
from app.core.db import db
from app.core.paging import Cursor, KeyPage, key_page
from app.core.registries import Viewer
from app.credential_rotation.models import (
    SEES_INCIDENTS,
    AccountIncident,
    CredentialRotation,
    IncidentKind,
    IncidentNote,
    IncidentStatus,
    IncidentStep,
    LoginToSecure,
    RotationCause,
)
from app.people.everybody import carries
from app.people.models import Person

PAGE = 25
SHOWN_ON_ACCOUNT = 5
MOST_MEANT = 2


def incident_by_id(incident_id: uuid.UUID) -> AccountIncident | None:
    """An incident with all that its page shows and its predicates ask."""
    incident = AccountIncident
    return (
        db.session.execute(
            sa.select(incident)
            .where(incident.id == incident_id)
            .options(
                joinedload(incident.account),
                joinedload(incident.recorded_by),
                joinedload(incident.closed_by),
                selectinload(incident.causes)
                .joinedload(RotationCause.rotation)
                .options(
                    joinedload(CredentialRotation.account).options(
                        joinedload(Account.owner).joinedload(Person.service), selectinload(Account.grants)
                    ),
                    joinedload(CredentialRotation.owner).joinedload(Person.service),
                    selectinload(CredentialRotation.causes),
                ),
                selectinload(incident.logins).options(
                    joinedload(LoginToSecure.grant).options(
                        joinedload(AccessGrant.person), joinedload(AccessGrant.account)
                    ),
                    joinedload(LoginToSecure.done_by),
                ),
                selectinload(incident.steps).joinedload(IncidentStep.answered_by),
                joinedload(incident.notes).joinedload(IncidentNote.written_by),
            )
        )
        .unique()
        .scalar_one_or_none()
    )


def seen_by(viewer: Viewer) -> sa.ColumnElement[bool]:
    """`AccountIncident.can_be_seen_by` as a condition of a query that joins the account."""
    return sa.or_(carries(viewer, *SEES_INCIDENTS), Account.owner_id == viewer.id)


def incidents_seen(viewer: Viewer, _today: date) -> sa.Select[Any]:
    """What happened to accounts, as far as somebody may know of it."""
    made: sa.Select[Any] = sa.select(sa.cast(AccountIncident.id, sa.String).label("key"))
    return made.join(Account, Account.id == AccountIncident.account_id).where(seen_by(viewer))


def may_see_incidents_of(account: Account, viewer: Person) -> bool:
    """Whether somebody may read what happened to an account."""
    return viewer.holds(*SEES_INCIDENTS) or account.owner_id == viewer.id


def _answered() -> sa.ScalarSelect[int]:
    return (
        sa.select(sa.func.count(IncidentStep.id))
        .where(IncidentStep.incident_id == AccountIncident.id)
        .correlate(AccountIncident)
        .scalar_subquery()
    )


def _rows() -> sa.Select[Any]:
    columns: list[Any] = [
        AccountIncident.id, AccountIncident.kind, AccountIncident.status, AccountIncident.noticed_on,
        AccountIncident.recorded_at, AccountIncident.due_on, AccountIncident.closed_at, AccountIncident.reference,
        Account.name, Account.platform, _answered().label("answered"),
    ]  # fmt: skip
    return sa.select(*columns).join(Account, Account.id == AccountIncident.account_id)


def incidents_page(viewer: Person, status: IncidentStatus, cursor: Cursor) -> KeyPage:
    """What happened to the accounts of which this person may know, newest first."""
    return key_page(
        _rows().where(AccountIncident.status == status, seen_by(viewer)),
        [AccountIncident.recorded_at], AccountIncident.id, cursor, size=PAGE, descending=True,
    )  # fmt: skip


def incidents_of(account: Account) -> list[Any]:
    """The last incidents of an account, those that are open first."""
    return list(
        db.session.execute(
            _rows()
            .where(AccountIncident.account_id == account.id)
            .order_by(
                AccountIncident.status != IncidentStatus.OPEN, AccountIncident.recorded_at.desc(), AccountIncident.id
            )
            .limit(SHOWN_ON_ACCOUNT)
        )
    )


def open_incident_of(account: Account, kind: IncidentKind, what_happened: str = "") -> AccountIncident | None:
    """What is being worked on of this kind, with who recorded it: the first of them, or that of which the same is said."""
    return (
        db.session.execute(
            sa.select(AccountIncident)
            .where(
                AccountIncident.account_id == account.id,
                AccountIncident.kind == kind,
                AccountIncident.status == IncidentStatus.OPEN,
                *([AccountIncident.what_happened == what_happened] if what_happened else []),
            )
            .options(joinedload(AccountIncident.recorded_by))
            .order_by(AccountIncident.recorded_at, AccountIncident.id)
            .limit(1)
        )
        .scalars()
        .first()
    )


def parts_of(account: Account) -> list[Account]:
    """What hangs on an account and is still in use: linked groups and website tools have credentials of their own."""
    return list(
        db.session.execute(
            sa.select(Account)
            .where(Account.parent_id == account.id, is_there())
            .order_by(Account.name, Account.platform, Account.id)
        ).scalars()
    )


def accounts_meant(typed: str) -> Sequence[Account]:
    """The accounts that somebody may mean by a name, a handle or a web address; two at most, by name."""
    return (
        db.session.execute(
            sa.select(Account)
            .where(Account.status != AccountStatus.CLOSED, is_meant_by(typed))
            .order_by(Account.name, Account.platform, Account.id)
            .limit(MOST_MEANT)
        )
        .scalars()
        .all()
    )

