"""What the certificate of a leaver says: the chain, every access that ended, and what was done at each change."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager

from app.account_register.models import AccessGrant, Account
from app.core import clock
from app.core.audit import ReadEvent
from app.core.db import db
from app.credential_rotation.models import LeaverCertificate, LeaverHolding, LeaverNotice, RotationStep
from app.credential_rotation.queries.leavers import chain_of
from app.people.models import Person
from app.people.queries import timeline

CERTIFICATE_TAKEN = "leaver:certificate-taken"
MOST_TAKINGS = 5

def certificate_of(notice: LeaverNotice, *, day: date) -> LeaverCertificate:
    """The certificate of a notice for which everything is done; asked for only then."""
    if notice.completed_at is None:
        raise ValueError("only what is complete is certified")
    chain = chain_of(notice, day)
    rotations = [row.rotation_id for row in chain if row.rotation_id is not None]
    return LeaverCertificate(
        notice=notice, completed_at=notice.completed_at, chain=chain, accesses=_accesses_of(notice),
        steps=_steps_of(rotations), history=timeline([notice.id])[::-1],
    )  # fmt: skip


@dataclass(frozen=True)
class CertificateTaken:
    """That somebody took a certificate away, with the SHA-256 of its bytes."""

    name: str
    at: datetime
    fingerprint: str


def certificate_takings(notice: LeaverNotice) -> list[CertificateTaken]:
    """Who took the certificate of a notice away lately, newest first."""
    rows = db.session.execute(
        sa.select(Person.name, ReadEvent.at, ReadEvent.facts)
        .join(Person, Person.id == ReadEvent.actor_id)
        .where(ReadEvent.subject_id == notice.id, ReadEvent.act == CERTIFICATE_TAKEN)
        .order_by(ReadEvent.number.desc())
        .limit(MOST_TAKINGS)
    )
    return [CertificateTaken(name, at, json.loads(facts)["sha256"]) for name, at, facts in rows]


def _accesses_of(notice: LeaverNotice) -> list[AccessGrant]:
    accounts = sa.select(LeaverHolding.account_id).where(LeaverHolding.notice_id == notice.id)
    of_this_stay: sa.ColumnElement[bool] = sa.true()
    back = notice.person.came_back_at
    if back is not None and notice.came_back:  # what they were given since is another story
        of_this_stay = AccessGrant.approved_at < back
    elif back is not None:  # and so is what ended before
        of_this_stay = sa.or_(AccessGrant.ends_on.is_(None), AccessGrant.ends_on >= clock.local_day(back))
    return list(
        db.session.execute(
            sa.select(AccessGrant)
            .join(AccessGrant.account)
            .where(AccessGrant.person_id == notice.person_id, AccessGrant.account_id.in_(accounts), of_this_stay)
            .options(contains_eager(AccessGrant.account))
            .order_by(Account.name, Account.id, AccessGrant.starts_on, AccessGrant.id)
        ).scalars()
    )


def _steps_of(rotation_ids: Sequence[UUID]) -> dict[UUID, list[RotationStep]]:
    rows = db.session.execute(
        sa.select(RotationStep)
        .where(RotationStep.rotation_id.in_(list(rotation_ids)))
        .order_by(RotationStep.rotation_id, RotationStep.position, RotationStep.id)
    ).scalars()
    found: dict[UUID, list[RotationStep]] = {}
    for step in rows:
        found.setdefault(step.rotation_id, []).append(step)
    return found
