"""Whoever left and works here again asks anew: a permission from before does not come back."""

from datetime import timedelta

import sqlalchemy as sa

from app.core.db import db
from app.device_permissions.models import DevicePermissionRequest, Lapse
from app.device_permissions.queries.requests import is_in_force
from tests.conftest import NOW
from tests.device_permissions.factories import TODAY, approved
from tests.factories import Factory


def test_a_permission_from_before_they_left_is_over(make: Factory) -> None:
    """One that was given since they came back holds; predicate and query agree."""
    manager = make.person("Mo Lane")
    jo = make.person("Jo Bell", manager=manager)
    permission = approved(jo, manager)
    for later, lapse in ((None, None), (-1, None), (1, Lapse.LEFT)):
        jo.came_back_at = None if later is None else NOW + timedelta(hours=later)
        db.session.commit()
        it = DevicePermissionRequest
        found = db.session.execute(sa.select(it.id).join(it.person).where(is_in_force(TODAY))).all()
        assert (permission.lapse_on(TODAY), bool(found)) == (lapse, lapse is None)
