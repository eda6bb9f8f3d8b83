"""Servers that receive mail in tests, on loopback, and misbehave: a real SMTP server and a stand-in for GOV.UK Notify."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email import message_from_bytes
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

NOTIFY_KEY = "probity-26785a09-ab16-4eb0-8407-a37497a57506-3d844edf-8d35-48ac-975b-e847b4f122b0"


class MailBox:
    """What an SMTP server received, and how it answers: `rcpt` and `data` are answers, `breaks` drops the connection.

    `breaks` is "before" or "after" the mail is taken; `waits` holds the answer to the mail back for so many seconds.
    """

    def __init__(self) -> None:
        self.received = list[bytes]()
        self.envelopes = list[tuple[str, list[str]]]()
        self.rcpt, self.data, self.breaks, self.waits = "250 OK", "250 OK", "", 0.0
        self.tries = 0

    def message_ids(self) -> list[str]:
        """The Message-ID of each mail received, in order. No property: aiosmtpd looks at all of those at each connection."""
        return [str(message_from_bytes(raw, policy=default)["Message-ID"]) for raw in self.received]

    async def handle_RCPT(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Take an address, or refuse it."""
        if self.rcpt.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.rcpt

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:
        """Take a mail, refuse it, or hang up."""
        self.tries += 1
        if self.waits:
            time.sleep(self.waits)
        if self.data.startswith("250") and self.breaks != "before":
            assert isinstance(envelope.content, bytes)
            self.received.append(envelope.content)
            self.envelopes.append((str(envelope.mail_from), list(envelope.rcpt_tos)))
        if self.breaks:
            server.transport.abort()  # type: ignore[union-attr]
        return self.data


@contextmanager
def smtp_server(port: int = 0, **options: Any) -> Iterator[tuple[MailBox, int]]:
    """A mail server on loopback with its port; `options` are aiosmtpd's."""
    box = MailBox()
    controller = Controller(box, hostname="127.0.0.1", port=port or free_port(), **options)
    controller.start()
    try:
        yield box, controller.port
    finally:
        controller.stop()


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class FakeNotify:
    """What the stand-in for GOV.UK Notify was sent. `status` and `errors` are its answer; `waits` holds it back.

    With `loses_answers` it takes what is sent but answers with a fault, as a network that breaks would look like.
    """

    def __init__(self) -> None:
        self.sent = list[dict[str, Any]]()
        self.tokens, self.asked = list[str](), list[str]()
        self.raw = list[bytes]()
        self.status, self.errors = 201, list[dict[str, str]]()
        self.waits, self.loses_answers = 0.0, False

    def handler(self) -> type[BaseHTTPRequestHandler]:
        """The class that answers requests for this stand-in."""
        notify = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_: object) -> None:
                """Say nothing."""

            def answer(self, status: int, body: object) -> None:
                content = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                with suppress(BrokenPipeError):  # nobody waits for it any more
                    self.wfile.write(content)

            def do_GET(self) -> None:
                reference = parse_qs(urlsplit(self.path).query)["reference"][0]
                notify.asked.append(reference)
                known = [one for one in notify.sent if one["reference"] == reference]
                self.answer(200, {"notifications": known, "links": {}})

            def do_POST(self) -> None:
                raw = self.rfile.read(int(self.headers["Content-Length"]))
                notify.raw.append(raw)
                notify.tokens.append(self.headers["Authorization"])
                if notify.waits:
                    time.sleep(notify.waits)
                if notify.status < 300:
                    notify.sent.append(json.loads(raw))
                if notify.loses_answers:
                    self.answer(500, {"errors": []})
                elif notify.status < 300:
                    self.answer(notify.status, {"id": "x"})
                else:
                    self.answer(notify.status, {"status_code": notify.status, "errors": notify.errors})

        return Handler


@contextmanager
def notify_server() -> Iterator[tuple[FakeNotify, str]]:
    """A stand-in for GOV.UK Notify on loopback, with its address."""
    notify = FakeNotify()
    server = ThreadingHTTPServer(("127.0.0.1", 0), notify.handler())
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield notify, f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
