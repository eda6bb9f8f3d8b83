"""Requests for other formats: whose, which wait, and until when."""

import uuid
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app.core.db import db
from app.core.registries import Viewer
from app.people.everybody import carries, opening
from app.people.models import HR_OFFICERS, Person
from app.policy.models import FormatRequest, FormatStatus

FORMAT, FORMAT_WAITING = "policy:format", "policy:format-waiting"
MOST = 100


def format_request_by_id(request_id: uuid.UUID) -> FormatRequest | None:
    """A request with who asked, what for, and who sent it."""
    it = FormatRequest
    return db.session.execute(
        sa.select(it)
        .where(it.id == request_id)
        .options(joinedload(it.person), joinedload(it.ended_by), joinedload(it.version_asked))
    ).scalar_one_or_none()


def format_requests(person: Person, *, everybodys: bool) -> list[FormatRequest]:
    """What somebody asked for; for those who send it everybody's, what waits first."""
    it = FormatRequest
    return list(
        db.session.execute(
            sa.select(it)
            .where(*([] if everybodys else [it.person_id == person.id]))
            .options(joinedload(it.person), joinedload(it.version_asked))
            .order_by(it.ended_at.is_not(None), it.due_on, it.id)
            .limit(MOST)
        ).scalars()
    )


def _rows(name: str) -> sa.Select[Any]:
    columns: list[Any] = [
        sa.literal(name).label("name"), sa.cast(FormatRequest.id, sa.String).label("key"), Person.name.label("who"),
        FormatRequest.due_on.label("due_on"),
    ]  # fmt: skip
    joined = sa.select(*columns).join(Person, Person.id == FormatRequest.person_id)
    return joined.where(FormatRequest.status == FormatStatus.REQUESTED)


def to_send(viewer: Viewer, _today: date) -> sa.Select[Any] | None:
    """For HR: what somebody needs in another format, as due items."""
    return _rows(FORMAT) if viewer.holds(*HR_OFFICERS) else None


def to_wait_for(viewer: Viewer, _today: date) -> sa.Select[Any]:
    """What the reader asked for themselves and waits for."""
    return _rows(FORMAT_WAITING).where(FormatRequest.person_id == viewer.id)


def _seen(viewer: Viewer, _today: date) -> sa.Select[Any]:
    key: Any = sa.cast(FormatRequest.id, sa.String).label("key")
    return sa.select(key).where(sa.or_(FormatRequest.person_id == viewer.id, carries(viewer, *HR_OFFICERS)))


formats_open_to = opening(_seen)
