"""Rows of sessions and failed tries go when their life is over."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from app.core.db import db
from app.people.models import SignInSession, SignInThrottle
from app.people.signing_in import (
    IDLE_LENGTH,
    SESSION_LENGTH,
    THROTTLE_WINDOW,
    sweep_failed_tries,
    sweep_sessions,
)
from tests.conftest import NOW
from tests.factories import Factory

SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("started", "seen", "ended", "goes"),
    [
        (NOW, NOW, None, False),
        (NOW - SESSION_LENGTH + SECOND, NOW, None, False),
        (NOW - SESSION_LENGTH, NOW, None, True),
        (NOW - IDLE_LENGTH, NOW - IDLE_LENGTH + SECOND, None, False),
        (NOW - IDLE_LENGTH, NOW - IDLE_LENGTH, None, True),
        (NOW - SECOND, NOW - SECOND, NOW, True),
    ],
)
def test_a_session_goes_when_nobody_can_use_it_any_more(
    make: Factory, started: datetime, seen: datetime, ended: datetime | None, goes: bool
) -> None:
    """Exactly those that no longer sign anybody in."""
    person = make.person()
    make.keep(
        SignInSession(token_hash="f" * 64, person_id=person.id, started_at=started, last_seen_at=seen, ended_at=ended)
    )
    assert sweep_sessions(NOW) == int(goes)
    left = db.session.execute(sa.select(sa.func.count()).select_from(SignInSession)).scalar_one()
    assert left == int(not goes)


def test_counts_of_failed_tries_go_after_their_window(make: Factory) -> None:
    """Those that still hold somebody back stay."""
    make.keep(
        SignInThrottle(bucket="a" * 64, failures=8, since=NOW - THROTTLE_WINDOW),
        SignInThrottle(bucket="b" * 64, failures=8, since=NOW - THROTTLE_WINDOW + SECOND),
    )
    assert sweep_failed_tries(NOW) == 1
    assert db.session.execute(sa.select(SignInThrottle.bucket)).scalars().all() == ["b" * 64]
