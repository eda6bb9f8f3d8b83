"""Who accepts a high risk of an account that remains: somebody other than whoever rated it (a local setting; domain 3.1).

A keeper of the register does. Where no keeper is here who did not rate it, the accountable owner of the account does; where
they rated it too or are not here, their line manager.
"""

from datetime import date

import sqlalchemy as sa

from app.account_register.models import Account, RiskAssessment, RiskRow
from app.core.db import db, named
from app.core.registries import Viewer
from app.people.everybody import carries
from app.people.models import KEEPERS, Person
from app.people.queries import carrying, is_here


def may_accept(viewer: Viewer, today: date) -> sa.ColumnElement[bool]:
    """That somebody may accept a risk, as a condition of a query in which `RiskRow` and its `Account` stand."""
    keeper = named(Person, "keeper_who_may_accept")
    a_keeper_may = sa.exists().where(
        keeper.id.in_(carrying(KEEPERS, today)), is_here(today, keeper), keeper.id != RiskRow.rated_by_id
    )
    owner = named(Person, "owner_who_may_accept")
    owner_may = sa.exists().where(owner.id == Account.owner_id, is_here(today, owner), owner.id != RiskRow.rated_by_id)
    owner_may = owner_may.correlate_except(owner)
    stands_in = sa.or_(
        sa.and_(owner_may, Account.owner_id == viewer.id),
        sa.and_(sa.not_(owner_may), _manages_its_owner(viewer)),
    )
    return sa.and_(
        RiskRow.rated_by_id != viewer.id,
        sa.or_(
            carries(viewer, *KEEPERS),
            sa.and_(sa.not_(a_keeper_may.correlate_except(keeper)), stands_in),
        ),
    )


def may_ever_accept(viewer: Viewer) -> sa.ColumnElement[bool]:
    """That somebody keeps the register, answers for the `Account` or manages who does: nobody else `may_accept`.

    Asked first, since it is cheap, where it is asked of everybody at once.
    """
    return sa.or_(Account.owner_id == viewer.id, carries(viewer, *KEEPERS), _manages_its_owner(viewer))


def _manages_its_owner(viewer: Viewer) -> sa.ColumnElement[bool]:
    managed = named(Person, "owner_of_account")
    theirs = sa.exists().where(managed.id == Account.owner_id, managed.line_manager_id == viewer.id)
    return theirs.correlate_except(managed)


def rows_to_accept(assessment: RiskAssessment | None, person: Person, today: date) -> list[RiskRow]:
    """The high risks of the assessment that counts which this person may accept."""
    if assessment is None or not assessment.rows_to_accept:
        return []
    found = db.session.execute(
        sa.select(RiskRow.id)
        .join(RiskAssessment, RiskAssessment.id == RiskRow.assessment_id)
        .join(Account, Account.id == RiskAssessment.account_id)
        .where(RiskRow.assessment_id == assessment.id, may_accept(person, today))
    ).scalars()
    mine = set(found)
    return [row for row in assessment.rows_to_accept if row.id in mine]
