"""A test browser that checks every page it is given as a page, and counts the queries it took."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any

import sqlalchemy as sa
from bs4 import BeautifulSoup
from flask import has_app_context
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import event
from werkzeug.test import TestResponse

from app.core.db import db
from app.policy.queries import closed_days

MAX_PAGE_BYTES = 30 * 1024


class Page:
    """One answer, readable."""

    def __init__(self, response: TestResponse) -> None:
        self.response = response
        self.status = response.status_code
        self.html = response.get_data(as_text=True) if "text/html" in (response.content_type or "") else ""

    @cached_property
    def soup(self) -> BeautifulSoup:
        """The page, taken apart."""
        return BeautifulSoup(self.html, "html.parser")

    @property
    def text(self) -> str:
        """What a reader reads, white space folded."""
        return " ".join(self.soup.get_text(" ").split())

    @property
    def heading(self) -> str:
        """The page's one h1."""
        heading = self.soup.find("h1")
        return " ".join(heading.get_text(" ").split()) if heading else ""

    @property
    def errors(self) -> list[str]:
        """The sentences of the error summary."""
        summary = self.soup.select(".govuk-error-summary__list li")
        return [" ".join(item.get_text(" ").split()) for item in summary]

    @property
    def location(self) -> str:
        """Where a redirect leads."""
        return self.response.headers.get("Location", "")

    def field(self, name: str) -> Any:
        """What a form field holds now."""
        found = self.soup.find(attrs={"name": name})
        assert found is not None, f"no field {name}"
        return found.get_text().strip() if found.name == "textarea" else found.get("value")

    def has_button(self, text: str) -> bool:
        """Whether a button or button-like link with this text stands on the page."""
        return any(text == " ".join(b.get_text(" ").split()) for b in self.soup.select("button, a.govuk-button"))


class PageClient:
    """A browser for tests; every HTML page it gets is checked."""

    def __init__(self, browser: FlaskClient) -> None:
        self.browser = browser

    def get(self, url: str, *, status: int = 200) -> Page:
        """Open a page."""
        return self._checked(Page(self._send("get", url)), status)

    def look(self, url: str) -> Page:
        """Open a page that may not be there for this reader."""
        return Page(self._send("get", url))

    def post(self, url: str, data: Any = None, *, status: int = 303, **options: Any) -> Page:
        """Send a form, with the token that the page would carry."""
        fields = dict(data or {})
        fields.setdefault("csrf_token", self._token())
        return self._checked(Page(self._send("post", url, data=fields, **options)), status)

    def follow(self, url: str, data: Any = None, **options: Any) -> Page:
        """Send a form and open the page it leads to."""
        return self.get(self.post(url, data, **options).location)

    def _send(self, method: str, url: str, **options: Any) -> TestResponse:
        """One request in an application context of its own, as a server gives it: nothing of the last one is left."""
        db.session.commit()  # what the test itself loaded must not hold a transaction open
        with self.browser.application.app_context():
            response: TestResponse = getattr(self.browser, method)(url, **options)
        db.session.expire_all()
        return response

    def _token(self) -> str:
        with self.browser.session_transaction() as kept:
            raw = kept.setdefault("csrf_token", "0" * 40)
        app = self.browser.application
        token: str = URLSafeTimedSerializer(app.secret_key, salt="wtf-csrf-token").dumps(raw)
        return token

    def _checked(self, page: Page, status: int) -> Page:
        assert page.status == status, f"{page.status} instead of {status}: {page.heading} {page.errors} {page.text[:600]}"
        if page.html and status != 404 and not 300 <= status < 400:
            check_page(page)
        return page


def check_page(page: Page) -> None:
    """What holds for every page: one h1 that the title repeats, unique ids, no overweight, labels and targets whole."""
    soup = page.soup
    headings = soup.find_all("h1")
    assert len(headings) == 1, f"{len(headings)} h1 on the page"
    title = " ".join(soup.title.get_text().split()) if soup.title else ""
    assert page.heading in title, f"title {title!r} does not repeat h1 {page.heading!r}"
    ids = [tag["id"] for tag in soup.find_all(id=True)]
    assert len(ids) == len(set(ids)), f"ids twice: {sorted({i for i in ids if ids.count(i) > 1})}"
    assert len(page.html.encode()) <= MAX_PAGE_BYTES, f"the page weighs {len(page.html.encode())} bytes"
    for link in soup.select(".govuk-error-summary__list a[href^='#']"):
        assert str(link["href"])[1:] in ids, f"the error summary leads nowhere: {link['href']}"
    for form in soup.find_all("form", method="post"):
        assert form.find("input", attrs={"name": "csrf_token"}), "a form without its token"
    assert bool(page.errors) == title.startswith("Error: "), f"title {title!r} and errors {page.errors}"


@contextmanager
def counted_queries() -> Iterator[list[str]]:
    """Collects the SELECT statements sent while it is open; what is read at most once a minute is no part of a page."""
    statements: list[str] = []
    if has_app_context():
        closed_days()

    def note(_conn: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.lstrip().upper().startswith(("SELECT", "WITH")):
            statements.append(statement)

    event.listen(sa.Engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(sa.Engine, "before_cursor_execute", note)
