"""What was attested of others, for whoever may record that it was a mistake, and what of it is disputed."""

import uuid
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from app.core.db import db, named
from app.core.registries import Viewer
from app.people.everybody import carries, opening
from app.people.models import Person, Role
from app.people.queries import carrying, is_here
from app.policy.models import Acknowledgement, AgreementNote, NoteKind

MOST = 100
DISPUTED = "policy:disputed"
SETTLE_WITHIN = "agreement_dispute_working_days"


def noted(*kinds: NoteKind) -> sa.ColumnElement[bool]:
    """That one of these was said of an agreement later, as a condition."""
    return Acknowledgement.notes.any(AgreementNote.kind.in_(kinds))


def disputed() -> sa.ColumnElement[bool]:
    """`Acknowledgement.waits_to_be_settled`, as a condition."""
    return sa.and_(noted(NoteKind.DISPUTED), sa.not_(noted(NoteKind.TAKEN_BACK, NoteKind.UPHELD)))


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
    return list(
        db.session.execute(
            sa.select(Acknowledgement)
            .where(mine, Acknowledgement.person_id != reader.id)
            .options(joinedload(Acknowledgement.person), joinedload(Acknowledgement.version))
            .options(joinedload(Acknowledgement.attested_by), selectinload(Acknowledgement.notes))
            .order_by(disputed().desc(), Acknowledgement.at.desc(), Acknowledgement.id)
            .limit(MOST)
        ).scalars()
    )


def to_settle(viewer: Viewer, today: date) -> sa.Select[Any] | None:
    """For HR managers: agreements of which the person says that they are not right, as due items."""
    if not viewer.holds(Role.HR_MANAGER):
        return None
    other, whose = named(Person, "other_who_settles"), named(Person, "person_who_disputes")
    is_other = sa.and_(other.id != Acknowledgement.person_id, other.id != Acknowledgement.attested_by_id)
    others = sa.exists().where(is_other, other.id.in_(carrying([Role.HR_MANAGER], today)), is_here(today, other))
    apart = sa.or_(Acknowledgement.attested_by_id != viewer.id, sa.not_(others.correlate_except(other)))
    columns: list[Any] = [
        sa.literal(DISPUTED).label("name"), sa.cast(Acknowledgement.id, sa.String).label("key"), whose.name.label("who"),
        AgreementNote.due_on.label("due_on"),
    ]  # fmt: skip
    said = sa.and_(AgreementNote.acknowledgement_id == Acknowledgement.id, AgreementNote.kind == NoteKind.DISPUTED)
    return (
        sa.select(*columns)
        .select_from(Acknowledgement)
        .join(AgreementNote, said)
        .join(whose, whose.id == Acknowledgement.person_id)
        .where(disputed(), Acknowledgement.person_id != viewer.id, apart)
    )


def _seen(viewer: Viewer, _today: date) -> sa.Select[Any]:
    """`Acknowledgement.can_be_seen_by`."""
    it = Acknowledgement
    sees = sa.or_(it.person_id == viewer.id, it.attested_by_id == viewer.id, carries(viewer, Role.HR_MANAGER))
    return sa.select(sa.cast(it.id, sa.String).label("key")).where(it.attested_by_id.is_not(None), sees)


attestations_open_to = opening(_seen)


def times_recorded(person_id: uuid.UUID, version_id: uuid.UUID) -> int:
    """How often it was recorded that somebody agreed to an exact version, also where that was taken back."""
    query = sa.select(sa.func.count()).select_from(Acknowledgement)
    query = query.where(Acknowledgement.person_id == person_id, Acknowledgement.version_id == version_id)
    return int(db.session.execute(query).scalar_one())
