"""Whoever owns a case is told of its steps, as long as it is open to them."""

import pytest
import sqlalchemy as sa

from app.core import clock
from app.core.db import db
from app.core.outbox import OutboxMessage
from app.hr_cases.models import CaseStatus
from app.people.models import DeclaredRelationship, RelationshipKind
from tests.factories import Factory
from tests.hr_cases.factories import bring_to, case_at


@pytest.mark.parametrize("closed", [False, True])
def test_an_owner_to_whom_the_case_has_become_closed_is_told_of_no_step(make: Factory, closed: bool) -> None:
    world = case_at(make, CaseStatus.PLANNING)
    if closed:
        since, family = clock.local_day(world.at), RelationshipKind.FAMILY
        make.keep(DeclaredRelationship(person_id=world.owner.id, other_id=world.subject.id, kind=family, since=since))
    bring_to(world, CaseStatus.INVESTIGATING)
    told = sa.select(OutboxMessage).where(OutboxMessage.occasion == "case:plan")
    assert [one.to_person_id for one in db.session.execute(told).scalars()] == ([] if closed else [world.owner.id])
