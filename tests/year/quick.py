"""What lets the tests live a year quickly, and the same year each time."""

import gc
import os
from collections.abc import Iterator
from functools import lru_cache

import psycopg
import pytest
from psycopg import _queries
from psycopg._preparing import PrepareManager

from tests import ids

QUICK = "&options=-csynchronous_commit%3Doff%20-cplan_cache_mode%3Dforce_generic_plan"
"""Nothing in the year must outlive a crash, and no plan looks at what is asked for."""

MANY = 10_000
"""More than a year asks different questions."""


class KeptPlans(PrepareManager):
    """What was prepared outlives a rollback, since no table changes while a year is lived; a private name of the driver."""

    prepare_threshold = 1
    prepared_max = MANY

    def clear(self) -> bool:
        """Nothing is forgotten."""
        return False


def keep_plans(connection: psycopg.Connection, _record: object) -> None:
    """PostgreSQL plans most questions of a year longer than it looks for their answers: each is planned once."""
    connection._prepared = KeptPlans()


@pytest.fixture(autouse=True)
def nothing_outlives_a_crash(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nothing is forced to the disk, each statement is taken apart once however long, and what stays is no rubbish."""
    monkeypatch.setattr(os, "fsync", lambda _file: None)
    monkeypatch.setattr(_queries, "MAX_CACHED_STATEMENT_LENGTH", 1_000_000)
    monkeypatch.setattr(_queries, "MAX_CACHED_STATEMENT_PARAMS", 10_000)
    monkeypatch.setattr(_queries, "_query2pg", lru_cache(MANY)(_queries._query2pg_nocache))
    gc.collect()
    gc.freeze()
    usual = gc.get_threshold()
    gc.set_threshold(400_000, 100, 100)
    yield
    gc.set_threshold(*usual)
    gc.unfreeze()


@pytest.fixture(autouse=True)
def the_same_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """A seed is one and the same year, whichever test lives it."""
    ids.follow(1, monkeypatch)
