"""Who agreed to which version, and who is still to be asked."""

import uuid
from datetime import date, datetime
from typing import Any, cast

import sqlalchemy as sa

from app.core.db import db
from app.core.registries import Viewer
from app.policy.models import Acknowledgement, PolicyVersion
from app.policy.queries.versions import in_force


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
    ).where(in_force(today), ~agreed)
    return cast(sa.Select[Any], waiting)
