"""A database of their own for races, on each of the two."""

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.conftest import DIALECTS
from tests.databases import app_with_schema, database_url


@pytest.fixture(scope="module", params=DIALECTS)
def racing_app(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[Flask]:
    """An application with a database that every request really commits to; a fault is answered, not raised."""
    folder = tmp_path_factory.mktemp("races")
    with (
        database_url(request.param, f"probity_races_{worker_id}", folder) as url,
        app_with_schema(url, folder) as app,
    ):
        app.testing = False
        yield app
