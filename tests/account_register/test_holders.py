"""Holders are those who can get in: the list, its filter, the tables and the register of a day count the same."""

from datetime import date, timedelta
from typing import Any

import pytest

from app.account_register import queries
from app.account_register.models import AccountStatus, GrantState, grant_state
from app.account_register.operations import plan_register_import
from app.account_register.queries import AccountFilters, register_on
from app.core.db import db
from app.core.paging import Cursor
from app.core.spreadsheets import csv_of
from app.people.models import Person
from app.policy.queries import version_in_force
from tests.account_register.factories import agreed, make_account, make_grant
from tests.conftest import NOW
from tests.factories import Factory

TODAY = NOW.date()
DAY = timedelta(days=1)

# (what the access says; whether they agreed; how it stands)
STANDS: list[tuple[dict[str, Any], bool, GrantState]] = [
    ({}, False, GrantState.ACTIVE),
    ({"acknowledge_by": TODAY + DAY, "requires": True}, False, GrantState.AWAITING_ACKNOWLEDGEMENT),
    ({"acknowledge_by": TODAY, "requires": True}, True, GrantState.ACTIVE),
    ({"acknowledge_by": TODAY - DAY, "requires": True}, False, GrantState.LAPSED),
    ({"starts_on": TODAY + DAY}, False, GrantState.NOT_STARTED),
    ({"ends_on": TODAY, "end_reason": "moved"}, False, GrantState.ACTIVE),
    ({"ends_on": TODAY + 90 * DAY, "end_reason": "moved"}, False, GrantState.ACTIVE),
    ({"ends_on": TODAY - DAY, "end_reason": "moved"}, False, GrantState.ENDED),
]


@pytest.mark.parametrize(("says", "has_agreed", "state"), STANDS)
def test_a_holder_is_who_can_get_in(
    make: Factory, sca: Person, says: dict[str, Any], has_agreed: bool, state: GrantState
) -> None:
    """One who waits for their agreement, whose access lapsed, has not begun or is over is none, anywhere."""
    holder, known = make.person("Jo Bell"), dict(says)
    version = version_in_force(date(2027, 3, 3))
    assert version is not None
    if known.pop("requires", False):
        known["required_version_id"] = version.id
    account = make_account(make, status=AccountStatus.LIVE)
    grant = make_grant(make, account, holder, **known)
    if has_agreed:
        agreed(make, holder)
    is_holder = grant_state(grant, NOW if has_agreed else None, TODAY) is GrantState.ACTIVE
    assert (grant_state(grant, NOW if has_agreed else None, TODAY), is_holder) == (state, state is GrantState.ACTIVE)
    [row] = queries.accounts_page(sca, AccountFilters(), Cursor(), TODAY).rows
    assert row.holders == is_holder
    found = queries.accounts_page(sca, AccountFilters(holder="Jo Bell"), Cursor(), TODAY).rows
    assert len(found) == is_holder
    [line] = queries.register_rows(sca, AccountFilters(), TODAY)
    assert line["holders"] == (f"{holder.email}:editor" if is_holder else "")
    [then] = register_on(TODAY)
    assert sum(way.runs for way in then.ways_in) == is_holder
    db.session.commit()
    plan = plan_register_import(csv_of(tuple(line), [tuple(line.values())]), day=TODAY)
    assert (plan.problems, plan.changes_nothing) == ([], True)
