"""Refusals: a plain page for each, and one constant page for what may not exist."""

import os
from collections.abc import Callable
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.cli import FlaskGroup

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
    assert browser.get(answers[0].soup.select("main a")[-1]["href"]).heading == "Accessibility statement"


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


class _Wire:
    """What a browser sends, of the length that it says; whoever reads on after that would wait for ever."""

    def __init__(self, length: int, seconds_each: float = 0) -> None:
        self.left, self.seconds_each, self.clock = length, seconds_each, 0.0

    @property
    def environ(self) -> dict[str, Any]:
        return {"wsgi.input": self, "CONTENT_LENGTH": str(self.left)}

    def read(self, most: int = -1) -> bytes:
        assert most >= 0, "reads without an end"
        assert self.left > 0, "reads past the end of the request"
        piece = b"x" * min(most, self.left)
        self.left -= len(piece)
        self.clock += self.seconds_each
        return piece


@pytest.mark.parametrize("fields", ["multipart/form-data; boundary=x", "application/x-www-form-urlencoded"])
def test_too_much_is_answered_without_reading_past_its_end(client: PageClient, fields: str) -> None:
    """A server that hands out the bare connection would hang there (the one of `flask run` does)."""
    wire = _Wire(22 * 1024 * 1024)
    answer = client.browser.post("/people/sign-in", content_type=fields, environ_overrides=wire.environ)
    assert answer.status_code == 413
    assert wire.left == 0, "the browser may still be sending, and would not see the page"


def test_whoever_sends_too_much_slowly_is_not_waited_for(client: PageClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """The rest is read for a while, and then the page is sent all the same."""
    wire = _Wire(60 * 1024 * 1024, seconds_each=3)
    monkeypatch.setattr("app.core.clock.stopwatch", lambda: wire.clock)
    kind = "multipart/form-data; boundary=x"
    answer = client.browser.post("/people/sign-in", content_type=kind, environ_overrides=wire.environ)
    assert answer.status_code == 413
    assert wire.left > 0
    assert wire.clock < 30


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


def test_a_command_with_unsafe_settings_says_the_sentence_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not where in the program it was found."""
    for name in [name for name in os.environ if name.startswith("PROBITY_")]:
        monkeypatch.delenv(name)
    answer = CliRunner().invoke(FlaskGroup(), ["--app", "app", "people", "--help"])
    assert answer.exit_code == 1
    assert answer.output == "Error: Set PROBITY_SECRET_KEY to at least 32 random characters.\n"
