"""What waits for whom, in a real browser with axe: first pages, messages, rules and jobs of the demo organisation."""

from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from app import create_app
from app.core.db import db
from app.core.jobs import run_due_jobs
from app.demo import make_demo
from app.demo.cast import CAST, address
from tests.browser import assert_accessible, serving, shape_of
from tests.databases import create_schema, settings_for

PASSWORD = "a password for the demo"
OF_EVERYBODY = ("/", "/duties/mine", "/messages")
OF_SOME = {
    "sca": (
        "/account-register/discovered", "/account-register/discovered/new", "/account-register/look-alikes",
        "/account-register/look-alikes/new", "/account-register/horizon", "/account-register/horizon/new",
        "/credential-rotation/incidents?show=closed",
    ),
    "employee": (
        "/duties/rules", "/duties/rules?about=accounts", "/duties/rules?about=matters", "/people/how-we-write-to-you",
        "/policy/closed-days",
    ),
    "admin": ("/duties/jobs", "/policy/closed-days"),
}


@pytest.fixture
def council(tmp_path: Path) -> Flask:
    """The demo organisation after its jobs have run once: reminders, messages and mail are there."""
    app = create_app(settings_for(f"sqlite:///{tmp_path / 'desks.sqlite'}", tmp_path))
    with app.app_context():
        create_schema()
        make_demo("council", PASSWORD)
        outcomes = run_due_jobs(app.extensions["registries"].jobs.values())
        assert [outcome for outcome in outcomes if outcome.error] == []
        db.session.remove()
    return app


def _sign_in(page: Page, place: str, name: str) -> None:
    page.goto(f"{place}/people/sign-in")
    page.get_by_label("E-mail address").fill(address(name))
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


@pytest.mark.browser
def test_everybodys_desk_can_be_used_by_everybody(chromium: Browser, council: Flask) -> None:
    """Each of the cast sees their own; at the width of a phone nothing is cut off."""
    checked = set[str]()
    with serving(council) as place:
        for name in CAST:
            context = chromium.new_context(locale="en-GB", viewport={"width": 375, "height": 800})
            page = context.new_page()
            _sign_in(page, place, name)
            for path in (*OF_EVERYBODY, *OF_SOME.get(name, ())):
                answer = page.goto(f"{place}{path}", wait_until="domcontentloaded")
                assert answer is not None
                assert answer.status == 200, f"{name}: {path}"
                if (shape := shape_of(page)) not in checked:
                    checked.add(shape)
                    assert_accessible(page)
                assert page.evaluate("document.documentElement.scrollWidth") <= 375, f"{name}: {path}"
            context.close()
