"""What was attested of others, for whoever may record that it was a mistake."""

import uuid

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from app.core.db import db
from app.people.models import Person, Role
from app.policy.models import Acknowledgement, AgreementNote, NoteKind

MOST = 100


def agreement_by_id(agreement_id: uuid.UUID) -> Acknowledgement | None:
    """One agreement with whose it is, who attested it and what was said of it later."""
    return db.session.execute(
        sa.select(Acknowledgement)
        .where(Acknowledgement.id == agreement_id)
        .options(joinedload(Acknowledgement.person), joinedload(Acknowledgement.attested_by))
        .options(joinedload(Acknowledgement.version), selectinload(Acknowledgement.notes).joinedload(AgreementNote.by))
    ).scalar_one_or_none()


def attested_seen_by(reader: Person) -> list[Acknowledgement]:
    """What this reader attested, for an HR manager what anybody did, but nothing of themselves: what somebody says is not
    right first, then the newest.
    """
    mine = Acknowledgement.attested_by_id == reader.id
    if reader.holds(Role.HR_MANAGER):
        mine = Acknowledgement.attested_by_id.is_not(None)

    def noted(kind: NoteKind) -> sa.ColumnElement[bool]:
        return Acknowledgement.notes.any(AgreementNote.kind == kind)

    waits = sa.and_(noted(NoteKind.DISPUTED), ~noted(NoteKind.TAKEN_BACK))
    return list(
        db.session.execute(
            sa.select(Acknowledgement)
            .where(mine, Acknowledgement.person_id != reader.id)
            .options(joinedload(Acknowledgement.person), joinedload(Acknowledgement.version))
            .options(joinedload(Acknowledgement.attested_by), selectinload(Acknowledgement.notes))
            .order_by(waits.desc(), Acknowledgement.at.desc(), Acknowledgement.id)
            .limit(MOST)
        ).scalars()
    )


def times_recorded(person_id: uuid.UUID, version_id: uuid.UUID) -> int:
    """How often it was recorded that somebody agreed to an exact version, also where that was taken back."""
    query = sa.select(sa.func.count()).select_from(Acknowledgement)
    query = query.where(Acknowledgement.person_id == person_id, Acknowledgement.version_id == version_id)
    return int(db.session.execute(query).scalar_one())
