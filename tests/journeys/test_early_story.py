"""What is told and asked early, through pages: on both databases, and in a real browser with axe and without scripts."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from app.core.audit import verify_chain
from tests.browser import serving
from tests.conftest import DIALECTS
from tests.journeys.early_story import EarlyStory
from tests.journeys.hands import ChromiumHands, Hands, PostingHands
from tests.journeys.test_whole_story import _council


@pytest.mark.parametrize("dialect", DIALECTS)
def test_honest_people_through_pages(dialect: str, tmp_path: Path, worker_id: str) -> None:
    """A mistake, one that HR hears of, a question, a declaration over a year, a profile."""
    with _council(dialect, tmp_path, worker_id) as app, app.app_context():
        EarlyStory(app, lambda: PostingHands(app)).live_honestly()
        assert verify_chain().broken_at is None


@pytest.mark.browser
@pytest.mark.parametrize("javascript", [True, False], ids=["with scripts and axe", "without scripts"])
def test_honest_people_in_a_browser(chromium: Browser, tmp_path: Path, worker_id: str, javascript: bool) -> None:
    """The same in a real Chromium: with axe on every page it visits, and once without scripts."""
    with _council("sqlite", tmp_path, worker_id) as app, serving(app) as place:
        hands: list[ChromiumHands] = []
        checked = set[str]() if javascript else None

        def new_hands() -> Hands:
            hands.append(ChromiumHands(chromium, place, javascript=javascript, checked=checked))
            return hands[-1]

        try:
            EarlyStory(app, new_hands).live_honestly()
        finally:
            for one in hands:
                one.close()
