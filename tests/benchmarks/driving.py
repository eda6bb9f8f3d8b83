"""Sends requests straight into a WSGI application, in this process, and notes how long each took."""

import io
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode

from flask import Flask
from itsdangerous import URLSafeTimedSerializer

from app.people.models import Person
from tests.factories import sign_in

RAW_TOKEN = "0" * 40


@dataclass(frozen=True)
class Timing:
    """How a series of requests went: per second, and the middle and the slow ones in milliseconds."""

    a_second: float
    p50: float
    p95: float

    @classmethod
    def of(cls, seconds: Sequence[float]) -> "Timing":
        """From the time of each request. The middle one says how many go in a second, whatever else the machine did."""
        cuts = statistics.quantiles(seconds, n=20)
        return cls(1 / statistics.median(seconds), statistics.median(seconds) * 1000, cuts[-1] * 1000)


@dataclass(frozen=True)
class Browser:
    """A signed-in person's cookie and token, as headers and field."""

    app: Any
    cookie: str = ""
    token: str = ""

    def send(self, path: str, form: dict[str, str] | None = None) -> tuple[str, bytes, float]:
        """One request: status, body, seconds."""
        body = urlencode({**form, "csrf_token": self.token}).encode() if form is not None else b""
        path, _, query = path.partition("?")
        environ = {
            "REQUEST_METHOD": "POST" if form is not None else "GET", "PATH_INFO": path, "QUERY_STRING": query,
            "SERVER_NAME": "localhost", "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1", "REMOTE_ADDR": "127.0.0.1",
            "HTTP_HOST": "localhost", "HTTP_COOKIE": self.cookie, "CONTENT_LENGTH": str(len(body)), "SCRIPT_NAME": "",
            "CONTENT_TYPE": "application/x-www-form-urlencoded" if body else "", "wsgi.version": (1, 0),
            "wsgi.input": io.BytesIO(body), "wsgi.errors": io.StringIO(), "wsgi.url_scheme": "http",
            "wsgi.multithread": False, "wsgi.multiprocess": True, "wsgi.run_once": False,
        }  # fmt: skip
        said: list[str] = []
        start = time.perf_counter()
        answer: Iterable[bytes] = self.app(environ, lambda status, _headers, _info=None: said.append(status))
        page = b"".join(answer)
        close: Callable[[], None] | None = getattr(answer, "close", None)
        if close is not None:
            close()
        return said[0], page, time.perf_counter() - start


def signed_in(app: Flask, person: Person) -> Browser:
    """A browser of somebody, who does not stay signed in longer than the clock says."""
    client = app.test_client()
    sign_in(client, person)
    with client.session_transaction() as session:
        session["csrf_token"] = RAW_TOKEN
    cookie = client.get_cookie("probity")
    assert cookie is not None
    kept = SimpleCookie({"probity": cookie.value})
    token = URLSafeTimedSerializer(app.secret_key, salt="wtf-csrf-token").dumps(RAW_TOKEN)
    return Browser(app, kept.output(header="", attrs=[]).strip(), token)


def timed_side_by_side(ways: dict[str, Callable[[], float]], rounds: int) -> dict[str, Timing]:
    """Each way in turn, many times, so that what else the machine does falls on all of them alike."""
    for way in ways.values():
        for _ in range(20):
            way()
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            taken[name].append(way())
    return {name: Timing.of(times) for name, times in taken.items()}
