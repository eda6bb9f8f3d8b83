"""Servers that are killed, and somebody who goes on clicking meanwhile."""

import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from itsdangerous import URLSafeTimedSerializer

from tests.factories import sign_in


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def nursery(url: str, instance: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    """What starts servers that are meant to be killed, until it is left."""
    command = [sys.executable, "-W", "ignore", "-m", "tests.kills.nursery", url, str(instance), str(port)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            yield process
        finally:
            assert process.stdin is not None
            process.stdin.close()
            process.wait(20)


def start(nursery: subprocess.Popen[str]) -> int:
    """Start a server and give its process id."""
    assert nursery.stdin is not None
    assert nursery.stdout is not None
    nursery.stdin.write("start\n")
    nursery.stdin.flush()
    return int(nursery.stdout.readline())


def kill(nursery: subprocess.Popen[str], server: int) -> None:
    """Kill a server at once, as a power cut would."""
    os.kill(server, signal.SIGKILL)
    assert nursery.stdout is not None
    assert nursery.stdout.readline() == "dead\n"


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """Shows the answer itself instead of following it."""

    def redirect_request(self, *_: object) -> None:
        """Follow nothing."""


class Browser:
    """Somebody signed in who sends forms to a server that may be gone; `post` gives the status, None where there is none."""

    def __init__(self, app: Flask, person: object, port: int) -> None:
        browser = app.test_client()
        sign_in(browser, person)
        with browser.session_transaction() as session:
            session["csrf_token"] = "0" * 40
        cookie = browser.get_cookie("probity")
        assert cookie is not None
        self.cookie = f"probity={cookie.value}"
        self.token = URLSafeTimedSerializer(app.secret_key, salt="wtf-csrf-token").dumps("0" * 40)
        self.home = f"http://127.0.0.1:{port}"
        self.opener = urllib.request.build_opener(NoRedirect)

    def post(self, path: str, fields: Mapping[str, str]) -> int | None:
        """Send a form."""
        return self._send(path, urllib.parse.urlencode({"csrf_token": self.token, **fields}).encode(), {})

    def send_file(self, path: str, content: bytes) -> int | None:
        """Send a form with a file."""
        parts = (b'"csrf_token"\r\n\r\n' + self.token.encode(), b'"file"; filename="sent.csv"\r\n\r\n' + content)
        begins = b"--limit\r\nContent-Disposition: form-data; name="
        body = b"".join(begins + part + b"\r\n" for part in parts) + b"--limit--\r\n"
        return self._send(path, body, {"Content-Type": "multipart/form-data; boundary=limit"})

    def _send(self, path: str, body: bytes, headers: Mapping[str, str]) -> int | None:
        request = urllib.request.Request(self.home + path, body, {"Cookie": self.cookie, **headers})
        try:
            return int(self.opener.open(request, timeout=20).status)
        except urllib.error.HTTPError as answer:
            return answer.code
        except OSError:
            return None
