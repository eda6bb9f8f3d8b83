"""An account's life through pages: on both databases, and in a real browser with axe."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from app.account_register.models import Account, AccountStatus
from app.core.audit import verify_chain
from app.core.db import db
from tests.browser import serving
from tests.conftest import DIALECTS
from tests.journeys.account_story import AccountStory
from tests.journeys.hands import ChromiumHands, Hands, PostingHands
from tests.journeys.test_whole_story import _council


@pytest.mark.parametrize("dialect", DIALECTS)
def test_an_accounts_life_through_pages(dialect: str, tmp_path: Path, worker_id: str) -> None:
    """Propose, assess, approve, register, give access, review, compromise, recover, close."""
    with _council(dialect, tmp_path, worker_id) as app, app.app_context():
        AccountStory(app, lambda: PostingHands(app)).live_on_the_register()
        assert db.session.query(Account.status).scalar() is AccountStatus.CLOSED
        assert verify_chain().broken_at is None


@pytest.mark.browser
def test_an_accounts_life_in_a_browser(chromium: Browser, tmp_path: Path, worker_id: str) -> None:
    """The same in a real Chromium, with axe on every kind of page it visits."""
    with _council("sqlite", tmp_path, worker_id) as app, serving(app) as place:
        hands: list[ChromiumHands] = []
        checked = set[str]()

        def new_hands() -> Hands:
            hands.append(ChromiumHands(chromium, place, javascript=True, checked=checked))
            return hands[-1]

        try:
            AccountStory(app, new_hands).live_on_the_register()
        finally:
            for one in hands:
                one.close()
