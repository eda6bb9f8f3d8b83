"""What is watched outside the register, for tests."""

from datetime import date, timedelta

from app.account_register import operations
from app.account_register.models import DiscoveredAccount, Found, HorizonItem, LookAlike, Noticed
from app.core.db import begin_writing, commit
from app.people.models import Person, Service
from tests.conftest import NOW

TODAY = NOW.date()


def found_in_use(
    by: Person, *, name: str = "Northmere Reads", handle: str | None = "@northmerereads", service: Service | None = None
) -> DiscoveredAccount:
    """An account that was just found."""
    found = Found(name, "Facebook", handle, None, service.id if service else None, TODAY, "A resident told us.")
    begin_writing(by)
    made = operations.record_discovered(found, by=by, at=NOW)
    commit()
    return made


def looks_like_ours(by: Person, *, handle: str | None = "@northmere_counciI", url: str | None = None) -> LookAlike:
    """An account that was just noticed."""
    begin_writing(by)
    made = operations.record_look_alike(Noticed("X", handle, url, TODAY, "Our crest, and a refund."), by=by, at=NOW)
    commit()
    return made


def is_new(by: Person, *, name: str = "Voices made by a machine", next_look_on: date | None = None) -> HorizonItem:
    """Something that is watched from now on."""
    begin_writing(by)
    made = operations.watch_horizon(name, "Read aloud.", next_look_on or TODAY + timedelta(days=7), by=by, at=NOW)
    commit()
    return made
