"""The policy's life through pages: on both databases; in a real browser with axe; and in one that runs no scripts."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from app.core.audit import verify_chain
from tests.browser import serving
from tests.conftest import DIALECTS
from tests.journeys.hands import ChromiumHands, Hands, PostingHands
from tests.journeys.policy_story import PolicyStory
from tests.journeys.test_whole_story import _council


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_policys_life_through_pages(dialect: str, tmp_path: Path, worker_id: str) -> None:
    """Asked, agreed to, reminded of, revised, published, asked again, sent in another format."""
    with _council(dialect, tmp_path, worker_id) as app, app.app_context():
        PolicyStory(app, lambda: PostingHands(app)).live_with_the_policy()
        assert verify_chain().broken_at is None


@pytest.mark.browser
@pytest.mark.parametrize("javascript", [True, False])
def test_a_policys_life_in_a_browser(chromium: Browser, tmp_path: Path, worker_id: str, javascript: bool) -> None:
    """With axe on every kind of page where scripts run; the same without scripts."""
    with _council("sqlite", tmp_path, worker_id) as app, serving(app) as place:
        hands: list[ChromiumHands] = []
        checked = set[str]() if javascript else None

        def new_hands() -> Hands:
            hands.append(ChromiumHands(chromium, place, javascript=javascript, checked=checked))
            return hands[-1]

        try:
            PolicyStory(app, new_hands).live_with_the_policy()
        finally:
            for one in hands:
                one.close()
