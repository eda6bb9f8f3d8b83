"""Which changes of password wait for somebody's permission, as the chain of the pack says."""

from datetime import date
from typing import Any

import sqlalchemy as sa

from app.account_register.chains import OWNER, roles_of
from app.account_register.health import runs
from app.account_register.models import AccessGrant, AccessLevel, Account
from app.account_register.queries.agreements import waits_for_agreement
from app.core.db import named
from app.credential_rotation.models import (
    OTHER_HOLDER,
    PERMITTED_BY,
    CredentialRotation,
    RotationCause,
    RotationStatus,
)
from app.people.everybody import carries
from app.people.models import Person
from app.people.queries import carrying, is_here
from app.policy.queries import pack


def caused_by(person_id: Any) -> sa.ColumnElement[bool]:
    """`CredentialRotation.is_caused_by` as a condition of a query; the person may be a column of it."""
    return (
        sa.select(RotationCause.id)
        .where(RotationCause.rotation_id == CredentialRotation.id, RotationCause.person_id == person_id)
        .correlate_except(RotationCause)
        .exists()
    )


def near_on(day: Any) -> sa.ColumnElement[bool]:
    """`is_near_on` as a condition of a query. The day may be a parameter."""
    is_near: sa.ColumnElement[bool] = CredentialRotation.near_from <= day
    return is_near


def holds_access(person_id: Any, day: date, *more: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """Whether somebody has access to the account today, of which `more` holds as well, in a query that joins it."""
    return (
        sa.select(AccessGrant.id)
        .where(AccessGrant.account_id == Account.id, AccessGrant.person_id == person_id, runs(day), *more)
        .correlate_except(AccessGrant)
        .exists()
    )


def gets_in(person_id: Any, day: date, *levels: AccessLevel) -> sa.ColumnElement[bool]:
    """`CredentialRotation._gets_in` as a condition of a query that joins the account."""
    at_level = AccessGrant.level.in_(levels) if levels else sa.true()
    return holds_access(person_id, day, at_level, sa.not_(waits_for_agreement()))


def mine_to_permit(viewer: Any, day: date) -> sa.ColumnElement[bool]:
    """The changes that wait for this person's permission, in a query that joins the account: asked for before they are
    made, or made in an emergency. `CredentialRotation.can_be_permitted_by`, where somebody waits for it.
    """
    rotation = CredentialRotation
    asked = sa.and_(rotation.status == RotationStatus.DUE, rotation.permission_asked_at.is_not(None), near_on(day))
    ways: list[sa.ColumnElement[bool]] = []
    nobody_before: list[sa.ColumnElement[bool]] = []
    for word in pack().chains[PERMITTED_BY].value:
        is_meant = carries(viewer, *roles_of(word)) if _is_role(word) else _meant_by(word, viewer.id, day)
        ways.append(sa.and_(is_meant, *nobody_before))
        nobody_before.append(sa.not_(_anybody(word, day)))
    return sa.and_(
        rotation.permitted_at.is_(None),
        sa.or_(asked, waits_for_judgement()),
        _takes_no_part(viewer.id),
        sa.or_(sa.false(), *ways),
    )


def waits_for_judgement() -> sa.ColumnElement[bool]:
    """`CredentialRotation.waits_for_judgement` as a condition of a query."""
    it = CredentialRotation
    return sa.and_(
        it.emergency_reason != "", it.done_at.is_not(None), it.permitted_at.is_(None), it.permission_refused_at.is_(None),
        it.status != RotationStatus.NOT_MADE,
    )  # fmt: skip


def _is_role(word: str) -> bool:
    return word not in (OWNER, OTHER_HOLDER)


def _meant_by(word: str, person_id: Any, day: date) -> sa.ColumnElement[bool]:
    """`CredentialRotation._meant_by` for a word that depends on the account."""
    owns: sa.ColumnElement[bool] = Account.owner_id == person_id
    return owns if word == OWNER else holds_access(person_id, day)


def _takes_no_part(person_id: Any) -> sa.ColumnElement[bool]:
    rotation = CredentialRotation
    return sa.and_(
        sa.or_(rotation.permission_asked_by_id.is_(None), rotation.permission_asked_by_id != person_id),
        sa.or_(rotation.done_by_id.is_(None), rotation.done_by_id != person_id),
        sa.not_(caused_by(person_id)),
    )


def _anybody(word: str, day: date) -> sa.ColumnElement[bool]:
    """Whether there is anybody whom a word means."""
    one = named(Person, "anybody_to_permit")
    meant = one.id.in_(carrying(roles_of(word), day)) if _is_role(word) else _meant_by(word, one.id, day)
    return (
        sa.select(one.id).where(meant, is_here(day, one), _takes_no_part(one.id)).correlate_except(one).exists()
    )
