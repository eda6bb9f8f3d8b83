"""What people see when something is refused or goes wrong; and the one constant page for what may not exist."""

import logging
import secrets
from typing import IO, Any

from flask import Flask, Response, current_app, g, render_template, request
from flask_login import AnonymousUserMixin
from flask_wtf.csrf import CSRFError
from markupsafe import escape
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException
from werkzeug.wsgi import get_input_stream

from app.core import clock, presentation
from app.core.db import db
from app.core.errors import Refusal
from app.core.evidence_files import MAX_BYTES

HEADINGS = {
    400: "This page had been open too long",
    403: "You cannot do this",
    405: "You cannot open this address directly",
    409: "This has changed in the meantime",
    410: "This is no longer kept",
    413: "The file is too large",
    422: "This cannot be taken as it is",
    429: "Please wait a little",
    500: "Something went wrong",
    503: "The service is away for a moment",
}
MAX_DRAINED_BYTES = 64 * 1024 * 1024
MAX_DRAINED_SECONDS = 20
log = logging.getLogger("probity")


def install(app: Flask) -> None:
    """Answer every refusal and every fault with a page that says what to do next."""
    app.register_error_handler(Refusal, answer_refusal)
    app.register_error_handler(CSRFError, _page_too_old)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(StaleDataError, _changed_meanwhile)
    app.register_error_handler(DBAPIError, _database_fault)
    app.register_error_handler(Exception, _fault)
    app.extensions["nothing_here"] = presentation.nothing_here(app).encode()


def nothing_here() -> Response:
    """The constant page: the same bytes for what does not exist and for what may not be known to exist."""
    return Response(current_app.extensions["nothing_here"], 404, content_type="text/html; charset=utf-8")


def answer_refusal(refusal: Refusal) -> Any:
    """The page of a refusal, with what to do next."""
    db.session.rollback()
    if refusal.status == 404:
        return nothing_here()
    known = {name: getattr(refusal, name, None) for name in ("who", "when", "did", "back_href", "back_text")}
    return _page(refusal.status, refusal.sentence, refusal.what_now, **known)


def _http_error(error: HTTPException) -> Any:
    if error.code is None or error.code < 400:
        return error
    db.session.rollback()
    if error.code == 404:
        return nothing_here()
    if error.code == 413:
        _drain()
        if (request.content_length or 0) <= MAX_BYTES:
            return _page(413, "What you typed is longer than can be taken.", "Go back and shorten it.")
        return _page(413, "What you sent is larger than 20 MB.", "Go back and select a smaller file.")
    if error.code == 405:
        return _page(405, "This address only takes what a form on a page sends.", "Start again from the start page.")
    return _page(error.code, "The service could not read this request.", "Go back and try again.")


def _page_too_old(_error: CSRFError) -> Any:
    db.session.rollback()
    return _page(
        400,
        "For your safety a form can be sent only from a page that you opened since you signed in.",
        "Go back, open the page again and send it once more. What you typed is still in your browser.",
    )


def _changed_meanwhile(_error: StaleDataError) -> Any:
    db.session.rollback()
    return _page(409, "Somebody else changed this at the same moment.", "Open the page again to see what changed.")


def _database_fault(error: DBAPIError) -> Any:
    db.session.rollback()
    if isinstance(error, OperationalError) or error.connection_invalidated:
        log.error("database away: %s", type(error.orig).__name__)
        g._login_user = AnonymousUserMixin()  # who is signed in cannot be looked up now, so the page must not ask
        return _page(503, "Probity cannot reach its records right now.", "Wait a minute and try again.")
    return _fault(error)


def _fault(error: Exception) -> Any:
    db.session.rollback()
    reference = secrets.token_hex(4)
    log.error("fault %s at %s %s", reference, request.method, request.url_rule, exc_info=error)
    if current_app.testing:
        raise error
    return _page(
        500,
        "Probity made a mistake. Nothing was changed.",
        "Try again. If it happens again, tell the administrator this number.",
        reference=reference,
    )


def _page(status: int, sentence: str, what_now: str, **more: Any) -> Any:
    heading = HEADINGS.get(status, "This did not work")
    try:
        page = render_template(
            "errors/page.html", heading=heading, sentence=sentence, what_now=what_now, status=status, **more
        )
    except Exception:
        log.exception("the error page itself failed")
        words = f"<h1>{heading}</h1><p>{escape(sentence)} {escape(what_now)}</p>"
        page = f"<!doctype html><html lang=en-GB><title>{heading}</title>{words}</html>"
    return page, status


def _drain() -> None:
    """Read a bounded amount of what is still coming, so that the browser sees the page and not a broken connection.

    Never past the length that the request said: some servers would wait there for as long as the browser does.
    """
    stream = _rest_of_request()
    drained, began = 0, clock.stopwatch()
    while drained < MAX_DRAINED_BYTES and clock.stopwatch() - began < MAX_DRAINED_SECONDS:
        try:
            piece = stream.read(64 * 1024)
        except (OSError, HTTPException):  # the browser went away
            return
        if not piece:
            return
        drained += len(piece)


def _rest_of_request() -> IO[bytes]:
    """What has not been read of the request: where reading began, its own stream, which knows how far it came."""
    begun = request.__dict__.get("stream")
    return begun if begun is not None else get_input_stream(request.environ)
