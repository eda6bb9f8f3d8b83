"""What let holders in: from when until when each of their agreements counted, also those that were taken back since."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from app.account_register.health import acknowledged_at, counts_for, goes_on, required_version
from app.account_register.models import AccessGrant, Agreed, was_let_in
from app.core.db import db
from app.policy.models import Acknowledgement, AgreementNote, NoteKind, PolicyVersion


def agreements() -> sa.Subquery:
    """Everything that was recorded that people agreed to, by the versions that access may require and for which it counts:
    rows of `agreement_id`, `person_id`, `version_id`, `since` and `until`, which is when it was taken back, or null.
    """
    required, agreed = aliased(PolicyVersion), aliased(PolicyVersion)
    it, back = Acknowledgement, aliased(AgreementNote)
    columns: list[Any] = [
        it.id.label("agreement_id"), it.person_id, required.id.label("version_id"), it.at.label("since"),
        back.at.label("until"),
    ]  # fmt: skip
    return (
        sa.select(*columns)
        .select_from(it)
        .join(agreed, agreed.id == it.version_id)
        .join(required, counts_for(agreed, required))
        .outerjoin(back, sa.and_(back.acknowledgement_id == it.id, back.kind == NoteKind.TAKEN_BACK))
        .subquery("agreements")
    )


def of_grant(agreed: sa.Subquery) -> sa.ColumnElement[bool]:
    """That a row of `agreements` is what the holder of the row's grant agreed to, and counts for that grant."""
    columns = agreed.c
    return sa.and_(columns.person_id == AccessGrant.person_id, columns.version_id == required_version())


def agreements_to(grant: AccessGrant) -> list[Agreed]:
    """From when until when it counted that the holder of a grant had agreed to what it requires."""
    if grant.required_version_id is None:
        return []
    rows = agreements()
    required = sa.select(required_version()).where(AccessGrant.id == grant.id).scalar_subquery()
    its = sa.and_(rows.c.person_id == grant.person_id, rows.c.version_id == required)
    found = db.session.execute(sa.select(rows.c.since, rows.c.until).where(its).order_by(rows.c.since))
    return [Agreed(row.since, row.until) for row in found]


def ever_agreed() -> sa.ColumnElement[bool]:
    """That the holder of the row's grant agreed at some time, be it that it was taken back."""
    rows = agreements()
    return sa.exists().select_from(rows).where(of_grant(rows)).correlate(AccessGrant)


def grants_that_wait_without(agreement: Acknowledgement, day: date) -> list[AccessGrant]:
    """The grants that are not over and for which an agreement counted that was taken back, where no other counts."""
    rows = agreements()
    rested = sa.exists().select_from(rows).where(of_grant(rows), rows.c.agreement_id == agreement.id)
    select = sa.select(AccessGrant).where(
        AccessGrant.person_id == agreement.person_id, goes_on(day), rested.correlate(AccessGrant),
        acknowledged_at().is_(None),
    )  # fmt: skip
    return list(db.session.execute(select.order_by(AccessGrant.starts_on, AccessGrant.id)).scalars())


def waits_for_agreement() -> sa.ColumnElement[bool]:
    """That the holder of the row's grant has still to agree to the policy and was not let in by an agreement that was taken
    back since: of a grant that runs, the contrary of `has_been_let_in`, and of one to come, that it would let nobody in.
    """
    it, rows = AccessGrant, agreements()
    counted = sa.or_(rows.c.until.is_(None), sa.and_(rows.c.until > it.starts_on, rows.c.until > it.approved_at))
    let_in = sa.exists().select_from(rows).where(of_grant(rows), counted).correlate(it)
    return sa.and_(it.required_version_id.is_not(None), sa.not_(let_in))


def waiting_among(grants: Iterable[AccessGrant]) -> frozenset[UUID]:
    """Which of these grants let nobody in until their holder agrees to the policy (`waits_for_agreement`), in one query."""
    asked = [grant.id for grant in grants if grant.required_version_id is not None]
    if not asked:
        return frozenset()
    found = db.session.execute(sa.select(AccessGrant.id).where(AccessGrant.id.in_(asked), waits_for_agreement()))
    return frozenset(found.scalars())


def has_been_let_in(grant: AccessGrant, day: date) -> bool:
    """Whether the holder of a grant could get in by it on a day or before, whatever was said since of their agreement."""
    return was_let_in(grant, agreements_to(grant), day)
