"""Refusals: a plain page for each, and one constant page for what may not exist."""

from collections.abc import Callable

import pytest
from flask import Flask

from app.config import UnsafeSettings, fresh_secrets, read_settings
from tests.factories import Factory
from tests.pages import PageClient


def test_what_does_not_exist_is_one_constant_page(make: Factory, client_of: Callable[..., PageClient]) -> None:
    """No token, user, cookie or id in it; the same bytes for every address and reader."""
    browser, other = client_of(make.person("Ada")), client_of(make.person("Bo"))
    answers = [
        browser.get("/nothing", status=404),
        other.get("/hr-cases-/x?y=1", status=404),
        browser.get("/policy/no-such", status=404),
    ]
    assert len({answer.response.data for answer in answers}) == 1
    for answer in answers:
        assert "Set-Cookie" not in answer.response.headers
        assert "csrf" not in answer.html
        assert "Ada" not in answer.html


def test_every_answer_carries_the_security_headers(client: PageClient) -> None:
    """Nothing is framed, sniffed, cached or loaded from elsewhere."""
    headers = client.get("/people/sign-in").response.headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"


def test_too_much_is_told_in_plain_words(app: Flask, client: PageClient) -> None:
    """More than 20 MB gives a page, not a broken connection."""
    page = client.post("/people/sign-in", {"email": "x" * (22 * 1024 * 1024)}, status=413)
    assert "20 MB" in page.text


def test_the_database_away_is_told_in_plain_words(app: Flask, client: PageClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """503 with what to do, and nothing of the inside."""
    from sqlalchemy.exc import OperationalError

    def away(*_: object, **__: object) -> None:
        raise OperationalError("SELECT secret", {}, Exception("connection refused"))

    monkeypatch.setattr("app.people.signing_in.check_password", away)
    page = client.post("/people/sign-in", {"email": "a@b.example", "password": "x"}, status=503)
    assert "Wait a minute" in page.text
    assert "secret" not in page.html


PRODUCTION = {"PROBITY_PUBLIC_URL": "https://probity.example"} | dict(
    line.split("=", 1) for line in fresh_secrets().splitlines()
)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"PROBITY_SECRET_KEY": ""}, "PROBITY_SECRET_KEY"),
        ({"PROBITY_SECRET_KEY": "short"}, "PROBITY_SECRET_KEY"),
        ({"PROBITY_SECRET_KEY": "demo-" + "x" * 40}, "not for production"),
        ({"PROBITY_DATA_KEYS": ""}, "PROBITY_DATA_KEYS"),
        ({"PROBITY_DATA_KEYS": "a:bm90IGVub3VnaA=="}, "32 bytes"),
        ({"PROBITY_DATA_KEYS": "a:?"}, "base64"),
        ({"PROBITY_DATA_KEYS": "demo:" + PRODUCTION["PROBITY_DATA_KEYS"].split(":")[1]}, "not for production"),
        ({"PROBITY_PUBLIC_URL": "http://probity.example"}, "https://"),
        ({"PROBITY_PUBLIC_URL": ""}, "https://"),
    ],
)
def test_production_refuses_to_start_on_unsafe_settings(change: dict[str, str], words: str) -> None:
    """Missing, demo or broken keys and plain HTTP stop the start, with what to set."""
    with pytest.raises(UnsafeSettings, match=words):
        read_settings(PRODUCTION | change)


def test_production_starts_on_its_own_keys() -> None:
    """Good settings are taken, cookies travel over HTTPS only."""
    settings = read_settings(PRODUCTION)
    assert settings.secure_cookies
    assert not settings.demo
