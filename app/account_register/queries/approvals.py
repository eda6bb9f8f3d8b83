"""The approval of the level that held on a day: read by each page and document that says who approved an access."""

from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload

from app.account_register.models import AccessGrant, AccessLevel, AccessLevelChange, Approval
from app.core import clock


def with_approval(select: sa.Select[*tuple[Any, ...]], day: date) -> sa.Select[*tuple[Any, ...]]:
    """A query of `AccessGrant` that also tells who had approved what each holder could do at the end of a day."""
    last, raised = aliased(AccessLevelChange, name="last_change"), aliased(AccessLevelChange, name="last_raise")
    it = AccessLevelChange
    more = sa.or_(
        *(sa.and_(it.new == new, it.old == old) for new in AccessLevel for old in AccessLevel if new.is_more_than(old))
    )
    until = it.changed_at < clock.at_local(day + timedelta(days=1))
    return (
        select.add_columns(
            last, raised, _of_grant(it.old, it.changed_at, it.id).label("at_first")
        )
        .select_from(AccessGrant)
        .outerjoin(last, last.id == _of_grant(it.id, it.changed_at.desc(), it.id.desc(), only=until))
        .outerjoin(raised, raised.id == _of_grant(it.id, it.changed_at.desc(), it.id.desc(), only=sa.and_(until, more)))
        .options(joinedload(raised.approved_by), joinedload(AccessGrant.approved_by))
    )


def _of_grant(column: Any, *order: Any, only: sa.ColumnElement[bool] | None = None) -> sa.ScalarSelect[Any]:
    it = AccessLevelChange
    found = sa.select(column).where(it.grant_id == AccessGrant.id, only if only is not None else sa.true())
    return found.order_by(*order).limit(1).correlate(AccessGrant).scalar_subquery()


def approval_in(row: Any) -> Approval:
    """The approval in a row of such a query."""
    return Approval(row.AccessGrant, row.at_first or row.AccessGrant.level, last=row.last_change, raised=row.last_raise)
