"""A device through pages: on both databases, in a real browser with axe, and there without scripts too."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from app.core.audit import verify_chain
from tests.browser import serving
from tests.conftest import DIALECTS
from tests.journeys.device_story import DeviceStory
from tests.journeys.hands import ChromiumHands, Hands, PostingHands
from tests.journeys.test_whole_story import _council


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_device_through_pages(dialect: str, tmp_path: Path, worker_id: str) -> None:
    """Tell, ask, change, approve, note, take away, renew, end."""
    with _council(dialect, tmp_path, worker_id) as app, app.app_context():
        DeviceStory(app, lambda: PostingHands(app)).live_with_a_device()
        assert verify_chain().broken_at is None


@pytest.mark.browser
@pytest.mark.parametrize("javascript", [True, False])
def test_a_device_in_a_browser(chromium: Browser, tmp_path: Path, worker_id: str, javascript: bool) -> None:
    """The same in a real Chromium, with axe on every kind of page it visits."""
    with _council("sqlite", tmp_path, worker_id) as app, serving(app) as place:
        hands: list[ChromiumHands] = []
        checked = set[str]() if javascript else None

        def new_hands() -> Hands:
            hands.append(ChromiumHands(chromium, place, javascript=javascript, checked=checked))
            return hands[-1]

        try:
            DeviceStory(app, new_hands).live_with_a_device()
        finally:
            for one in hands:
                one.close()
