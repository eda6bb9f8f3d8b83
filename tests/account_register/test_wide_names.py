"""Names, handles and addresses without a space make no page wide."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page

from app.people.models import Person
from tests.account_register.factories import make_account, make_grant
from tests.factories import Factory
from tests.pages import PageClient

ROOM = "/account-register"


@pytest.mark.browser
def test_a_long_name_breaks_on_a_phone(
    app: Flask, page: Page, client_of: Callable[..., PageClient], make: Factory, sca: Person
) -> None:
    """On the page of the account, in the list, and where somebody calls off or ends access to it."""
    account = make_account(
        make, name="Wide" * 40, platform="Facebook", handle="h" * 120, url="https://www.facebook.com/" + "x" * 400
    )
    grant = make_grant(make, account, make.person("Wanda " + "Wide" * 20))
    style = (Path(str(app.static_folder)) / "dist/app.css").read_text(encoding="utf-8")
    page.set_viewport_size({"width": 375, "height": 800})
    browser = client_of(sca)
    for path in (f"{ROOM}/{account.id}", f"{ROOM}/?q=wide", f"{ROOM}/access/{grant.id}/end"):
        html = browser.get(path).response.get_data(as_text=True)
        page.set_content(html.replace("</head>", f"<style>{style}</style></head>"))
        assert page.evaluate("document.documentElement.scrollWidth") <= 375, path
