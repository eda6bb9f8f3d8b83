"""The whole story through pages: on both databases, and in a real browser with axe, once without scripts."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pypdf
import pytest
from flask import Flask
from playwright.sync_api import Browser

from app.core import clock
from app.core.audit import AuditEvent, AuditHead, ReadEvent, ReadHead, verify_chain
from app.core.db import begin_writing, commit, db
from app.demo.cast import add_cast
from tests.browser import serving
from tests.conftest import DIALECTS
from tests.databases import app_with_schema, database_url
from tests.journeys.hands import ChromiumHands, Hands, PostingHands
from tests.journeys.story import FIRST_DAY, PASSWORD, POST, THREE_ACCOUNTS, Story


@contextmanager
def _council(dialect: str, folder: Path, worker: str) -> Iterator[Flask]:
    """A council with its people and nothing else."""
    with database_url(dialect, f"probity_story_{worker}", folder) as url, app_with_schema(url, folder) as app:
        with app.app_context(), clock.set_to(clock.at_local(FIRST_DAY, 9)):
            begin_writing()
            add_cast("council", PASSWORD, at=clock.now())
            commit()
        yield app


def _check_pdf(content: bytes, case: str) -> None:
    document = pypdf.PdfReader(io.BytesIO(content))
    text = "\n".join(page.extract_text() for page in document.pages)
    assert all("OFFICIAL-SENSITIVE" in page.extract_text() for page in document.pages)
    assert f"of {len(document.pages)}" in text
    for words in (case, POST[:20], "7.10", "written warning"):
        assert words in " ".join(text.split()), words
    assert document.outline
    assert "jcicki" not in str(document.metadata)


def _check_records(app: Flask) -> None:
    with app.app_context():
        for table, head in ((AuditEvent, AuditHead), (ReadEvent, ReadHead)):
            report = verify_chain(table, head)
            assert report.events > 20
            assert report.broken_at is None
        db.session.remove()


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_whole_story_through_pages(dialect: str, tmp_path: Path, worker_id: str) -> None:
    """From the import of the register to the PDF of the closed case, on both databases."""
    with _council(dialect, tmp_path, worker_id) as app, app.app_context():
        story = Story(app, lambda: PostingHands(app))
        content = story.live()
        _check_pdf(content, story.case)
        _check_records(app)


@pytest.mark.browser
@pytest.mark.parametrize("javascript", [True, False], ids=["with scripts and axe", "without scripts"])
def test_the_whole_story_in_a_browser(
    chromium: Browser, tmp_path: Path, worker_id: str, javascript: bool
) -> None:
    """The same in a real Chromium: with axe on every page it visits, and once without scripts."""
    with _council("sqlite", tmp_path, worker_id) as app, serving(app) as place:
        hands: list[ChromiumHands] = []
        checked = set[str]() if javascript else None

        def new_hands() -> Hands:
            hands.append(ChromiumHands(chromium, place, javascript=javascript, checked=checked))
            return hands[-1]

        try:
            story = Story(app, new_hands, THREE_ACCOUNTS)
            _check_pdf(story.live(), story.case)
        finally:
            for one in hands:
                one.close()
        _check_records(app)
