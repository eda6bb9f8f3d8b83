"""Two pairs of hands for one story: a test browser that posts forms as they stand on the page, and a real Chromium.

A story opens pages, follows links by their words, fills fields by their names and presses buttons by their words.
"""

import io
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol
from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup, Tag
from flask import Flask
from playwright.sync_api import Browser, Locator
from playwright.sync_api import Page as ChromiumPage

from tests.browser import assert_accessible
from tests.pages import Page, PageClient

FIELDS = "input, select, textarea"


@dataclass(frozen=True)
class Upload:
    """A file to be sent."""

    name: str
    content: bytes


Value = str | date | Upload | list[str] | bool


class Hands(Protocol):
    """Whoever lives the story."""

    def go(self, path: str, *, status: int = 200) -> None:
        """Open an address."""

    def click(self, words: str) -> None:
        """Follow the link with these words."""

    def send(self, fields: Mapping[str, Value] | None = None, *, button: str = "", status: int = 200) -> None:
        """Fill fields of the form that has them, and press its button."""

    def download(self, path: str) -> tuple[bytes, Mapping[str, str]]:
        """A file with its headers."""

    @property
    def text(self) -> str:
        """What is to be read on the page."""

    @property
    def heading(self) -> str:
        """The page's heading."""

    @property
    def path(self) -> str:
        """Where the page is."""

    def sees(self, *words: str) -> None:
        """Fail unless all of this is to be read."""


class _Reads:
    def sees(self, *words: str) -> None:
        """Fail unless all of this is to be read."""
        missing = [one for one in words if one not in self.text]  # type: ignore[attr-defined]
        assert not missing, f"not on {self.path}: {missing}\n{self.text[:3000]}"  # type: ignore[attr-defined]


class PostingHands(_Reads):
    """Reads the HTML and posts forms as they stand, through the test client; every page is checked as a page."""

    def __init__(self, app: Flask) -> None:
        self.client = PageClient(app.test_client())
        self.page: Page | None = None
        self.path = "/"

    def go(self, path: str, *, status: int = 200) -> None:
        """Open an address, following redirects."""
        self._show(Page(self.client._send("get", path)), path, status)

    def _show(self, page: Page, path: str, status: int) -> None:
        while 300 <= page.status < 400:
            path = urljoin(path, page.location)
            page = Page(self.client._send("get", path))
        self.page, self.path = self.client._checked(page, status), urlsplit(path).path

    @property
    def soup(self) -> BeautifulSoup:
        """The page as it came."""
        assert self.page is not None
        return self.page.soup

    @property
    def text(self) -> str:
        """What is to be read."""
        assert self.page is not None
        return self.page.text

    @property
    def heading(self) -> str:
        """The page's heading."""
        assert self.page is not None
        return self.page.heading

    def click(self, words: str) -> None:
        """Follow the first link with these words."""
        links = [a for a in self.soup.select("a[href]") if words in " ".join(a.get_text(" ").split())]
        assert links, f"no link {words!r} on {self.path}: {self.text[:2000]}"
        self.go(urljoin(self.path, str(links[0]["href"])))

    def send(self, fields: Mapping[str, Value] | None = None, *, button: str = "", status: int = 200) -> None:
        """Post the form that has these fields and this button, with everything else in it as it stands."""
        fields = fields or {}
        form = self._form(fields, button)
        data = _standing_values(form)
        data.update({name: _posted(value) for name, value in fields.items()})
        action = urljoin(self.path, str(form.get("action") or "") or self.path)
        multipart = {"content_type": "multipart/form-data"} if form.get("enctype") else {}
        self._show(Page(self.client._send("post", action, data=data, **multipart)), action, status)

    def _form(self, fields: Mapping[str, Value], button: str) -> Tag:
        for form in self.soup.select("main form"):
            names = {str(field.get("name")) for field in form.select(FIELDS)}
            words = [" ".join(b.get_text(" ").split()) for b in form.select("button")]
            if set(fields) <= names and (not button or any(one.startswith(button) for one in words)):
                return form
        raise AssertionError(f"no form with {list(fields)} and button {button!r} on {self.path}: {self.text[:2000]}")

    def download(self, path: str) -> tuple[bytes, Mapping[str, str]]:
        """A file with its headers."""
        response = self.client._send("get", path)
        assert response.status_code == 200, response.status_code
        return response.data, dict(response.headers)


def _standing_values(form: Tag) -> dict[str, Any]:
    data: dict[str, Any] = {}
    for field in form.select(FIELDS):
        name, kind = str(field.get("name")), field.get("type")
        if kind in ("submit", "file") or (kind in ("radio", "checkbox") and not field.has_attr("checked")):
            continue
        if field.name == "select":
            chosen = field.select_one("option[selected]") or field.select_one("option")
            value = chosen.get("value", "") if chosen else ""
        else:
            value = field.get_text() if field.name == "textarea" else field.get("value", "")
        data.setdefault(name, []).append(value)
    return data


def _posted(value: Value) -> Any:
    if isinstance(value, Upload):
        return (io.BytesIO(value.content), value.name)
    if isinstance(value, date):
        return [str(value.day), str(value.month), str(value.year)]
    if isinstance(value, bool):
        return "y"
    return value


FORM_WITH = """([names, words]) => {
  const forms = [...document.querySelectorAll("main form")];
  const place = forms.findIndex(form => names.every(name => form.elements[name])
    && [...form.querySelectorAll("button")].some(button => button.textContent.includes(words)));
  if (place < 0) return null;
  const kind = name => { const field = forms[place].elements[name]; return field.type || field[0].type; };
  return {place, kinds: Object.fromEntries(names.map(name => [name, kind(name)]))};
}"""


class ChromiumHands(_Reads):
    """A real browser. With `checked` axe looks at every page it comes to; only the very same page is not looked at twice."""

    def __init__(self, chromium: Browser, address: str, *, javascript: bool, checked: set[str] | None = None) -> None:
        self.context = chromium.new_context(
            locale="en-GB", timezone_id="Europe/London", java_script_enabled=javascript, base_url=address
        )
        self.context.set_default_timeout(30_000)
        self.checked = checked
        self.page: ChromiumPage = self.context.new_page()
        self.faults: list[str] = []
        self.page.on("console", lambda said: self.faults.append(said.text) if said.type == "error" else None)

    def close(self) -> None:
        """Close the browser's window."""
        self.context.close()

    def _arrived(self, status: int, got: int | None) -> None:
        assert got is None or got == status, f"{got} instead of {status} at {self.path}: {self.text[:1500]}"
        if status == 200:
            assert not self.faults, self.faults
        self.faults.clear()
        if self.checked is not None and status != 404:
            self._check(self.checked)

    def _check(self, checked: set[str]) -> None:
        seen = re.sub(r'name="csrf_token"[^>]*>', "", self.page.content())
        if seen not in checked:
            assert_accessible(self.page)
            checked.add(seen)

    def go(self, path: str, *, status: int = 200) -> None:
        """Open an address."""
        response = self.page.goto(path, wait_until="domcontentloaded")
        self._arrived(status, response.status if response else None)

    @property
    def text(self) -> str:
        """What is to be read."""
        return " ".join(self.page.locator("body").inner_text().split())

    @property
    def heading(self) -> str:
        """The page's heading."""
        return " ".join(self.page.locator("h1").inner_text().split())

    @property
    def path(self) -> str:
        """Where the page is."""
        return urlsplit(self.page.url).path

    def _leaving(self, act: Callable[[], None], status: int = 200) -> None:
        with self.page.expect_navigation(wait_until="domcontentloaded") as arrived:
            act()
        response = arrived.value
        self._arrived(status, response.status if response else None)

    def click(self, words: str) -> None:
        """Follow the first link with these words."""
        self._leaving(self.page.locator("a", has_text=words).first.click)

    def send(self, fields: Mapping[str, Value] | None = None, *, button: str = "", status: int = 200) -> None:
        """Fill the fields and press the form's button."""
        fields = fields or {}
        form, kinds = self._form(fields, button)
        for name, value in fields.items():
            _fill(form.locator(f"[name='{name}']"), kinds[name], value)
        main_button = form.locator("button:not([name=preview]):not([name=show_warnings]):not([type=button])")
        wanted = form.locator("button", has_text=button) if button else main_button
        self._leaving(wanted.first.click, status)

    def _form(self, fields: Mapping[str, Value], button: str) -> tuple[Locator, Mapping[str, str]]:
        """The form to send, and of what kind each of its fields is; asked at once, since each question costs."""
        found = self.page.evaluate(FORM_WITH, [list(fields), button])
        assert found, f"no form with {list(fields)} and {button!r} on {self.path}: {self.text[:1500]}"
        return self.page.locator("main form").nth(found["place"]), found["kinds"]

    def download(self, path: str) -> tuple[bytes, Mapping[str, str]]:
        """A file with its headers, fetched with the browser's cookies."""
        response = self.context.request.get(path)
        assert response.status == 200
        return response.body(), response.headers


def _fill(field: Locator, kind: str, value: Value) -> None:
    if isinstance(value, Upload):
        field.set_input_files(
            {"name": value.name, "mimeType": "application/octet-stream", "buffer": value.content}
        )
    elif isinstance(value, date):
        for place, part in enumerate((value.day, value.month, value.year)):
            field.nth(place).fill(str(part))
    elif isinstance(value, list | bool) or kind in ("radio", "checkbox"):
        for one in value if isinstance(value, list) else ["y" if value is True else str(value)]:
            field.and_(field.page.locator(f"[value='{one}']")).check()
    elif kind == "select-one":
        field.select_option(str(value))
    else:
        field.fill(str(value))
