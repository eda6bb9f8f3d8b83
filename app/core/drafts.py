"""Unfinished forms, kept sealed under a key of their own until they are sent or thrown away."""

import json
import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Base, Identified, db
from app.core.sealing import DataKey, SealedText, new_data_key


class Draft(Identified, Base):
    """What somebody has filled in so far of one kind of form. One open draft per person and kind."""

    __tablename__ = "draft"
    __table_args__ = (sa.UniqueConstraint("owner_id", "kind"),)

    owner_id: Mapped[uuid.UUID]
    kind: Mapped[str] = mapped_column(sa.String(40))
    changed_at: Mapped[datetime]
    data_key_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("data_key.id"))
    content_sealed: Mapped[bytes | None]

    data_key: Mapped[DataKey] = relationship(lazy="joined", innerjoin=True)
    content = SealedText()

    @property
    def answers(self) -> dict[str, Any]:
        """What has been entered, by field name."""
        answers: dict[str, Any] = json.loads(self.content or "{}")
        return answers


def find_draft(owner_id: uuid.UUID, kind: str) -> Draft | None:
    """The person's open draft of this kind, if any."""
    return db.session.execute(
        sa.select(Draft).where(Draft.owner_id == owner_id, Draft.kind == kind)
    ).scalar_one_or_none()


def draft_id(typed: str | None) -> uuid.UUID:
    """The id of a draft as a form sent it back; of no draft where it is none."""
    try:
        return uuid.UUID(typed or "")
    except ValueError:
        return uuid.UUID(int=0)


def keep_draft(owner_id: uuid.UUID, kind: str, answers: Mapping[str, Any], *, at: datetime) -> Draft:
    """Add answers to the person's draft of this kind, making it if there is none. Values must be plain JSON."""
    draft = find_draft(owner_id, kind)
    if draft is None:
        key = new_data_key(at)
        draft = Draft(owner_id=owner_id, kind=kind, changed_at=at, data_key_id=key.id, data_key=key)
        db.session.add(draft)
    draft.content = json.dumps({**draft.answers, **answers}, ensure_ascii=False)
    draft.changed_at = at
    return draft


def discard_draft(draft: Draft) -> None:
    """Throw a draft and its key away: it was sent, or its owner does not want it."""
    key = draft.data_key
    db.session.delete(draft)
    db.session.flush()
    db.session.delete(key)
