"""Which pack, which version of the policy, which working days hold here."""

import uuid
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, cast

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Session, joinedload

from app.core.db import db
from app.core.errors import NothingHere
from app.core.registries import Viewer
from app.core.working_days import WorkingCalendar, calendar_for
from app.policy.models import Acknowledgement, Installation, PolicyParagraph, PolicyVersion
from app.policy.pack import Pack, Setting, load_pack

NOT_SET_UP = Installation(id=1, organisation_name="Probity", pack_name="council")


class _InstallationOfThisProcess:
    """The installation's one row, read once in the life of a process: every page shows its name."""

    def __call__(self) -> Installation:
        kept: Installation | None = current_app.extensions.get("installation")
        if kept is None:
            with Session(db.engine, join_transaction_mode="create_savepoint", expire_on_commit=False) as session:
                kept = session.get(Installation, 1)
            if kept is None:
                return NOT_SET_UP
            current_app.extensions["installation"] = kept
        return kept

    def forget(self) -> None:
        """Read the row again next time."""
        current_app.extensions.pop("installation", None)


installation = _InstallationOfThisProcess()


def pack() -> Pack:
    """The policy pack of this installation."""
    return load_pack(installation().pack_name)


def period(name: str) -> Setting[int]:
    """A period of the pack by its key, which names its unit (`..._working_days`, `..._months`)."""
    return pack().periods[name]


def working_calendar() -> WorkingCalendar:
    """The working days that deadlines of this organisation count."""
    return calendar_for(pack().holiday_division.value)


def due_within(period_name: str, start: date) -> date:
    """The due date that a period of working days of the pack gives when counted from a day."""
    return working_calendar().add(start, period(period_name).value)


def current_version(day: date) -> PolicyVersion:
    """The version of the policy in force on a day. Raises NothingHere if none was."""
    found = version_in_force(day)
    if found is None:
        raise NothingHere("No version of the policy was in force on that day.")
    return found


def version_in_force(day: date) -> PolicyVersion | None:
    """The version of the policy that held on a day, or None."""
    return db.session.execute(
        sa.select(PolicyVersion)
        .where(
            PolicyVersion.effective_on <= day,
            sa.or_(PolicyVersion.superseded_on.is_(None), PolicyVersion.superseded_on > day),
        )
        .order_by(PolicyVersion.effective_on.desc(), PolicyVersion.id)
        .limit(1)
    ).scalar_one_or_none()


def version_with_paragraphs(slug: str, day: date) -> PolicyVersion | None:
    """The version of a document in force on a day with all its paragraphs, for reading."""
    return (
        db.session.execute(
            sa.select(PolicyVersion)
            .where(
                PolicyVersion.slug == slug,
                PolicyVersion.effective_on <= day,
                sa.or_(PolicyVersion.superseded_on.is_(None), PolicyVersion.superseded_on > day),
            )
            .options(joinedload(PolicyVersion.paragraphs))
        )
        .unique()
        .scalar_one_or_none()
    )


def paragraphs_by_number(version: PolicyVersion, numbers: Iterable[str]) -> list[PolicyParagraph]:
    """The paragraphs of a version with these numbers, in its order."""
    return list(
        db.session.execute(
            sa.select(PolicyParagraph)
            .where(PolicyParagraph.version_id == version.id, PolicyParagraph.number.in_(list(numbers)))
            .order_by(PolicyParagraph.position)
        ).scalars()
    )


def acknowledged_at(person_id: uuid.UUID, version_id: uuid.UUID) -> datetime | None:
    """When somebody agreed to this exact version, if they did."""
    return db.session.execute(
        sa.select(Acknowledgement.at).where(
            Acknowledgement.person_id == person_id, Acknowledgement.version_id == version_id
        )
    ).scalar_one_or_none()


def to_acknowledge(viewer: Viewer, today: date) -> sa.Select[Any]:
    """The version in force that somebody has not agreed to yet, as a due item."""
    agreed = sa.exists().where(
        Acknowledgement.person_id == viewer.id, Acknowledgement.version_id == PolicyVersion.id
    )
    waiting: Any = sa.select(
        sa.literal("policy:acknowledge"), PolicyVersion.slug, PolicyVersion.title, sa.cast(sa.null(), sa.Date)
    ).where(
        PolicyVersion.effective_on <= today,
        sa.or_(PolicyVersion.superseded_on.is_(None), PolicyVersion.superseded_on > today),
        ~agreed,
    )
    return cast(sa.Select[Any], waiting)
