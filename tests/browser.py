"""A real Chromium for tests: fixtures, and the check that a page can be used by everybody.

Import the fixtures from `tests/conftest.py`. Without a Chromium its tests are skipped and named; with
PROBITY_NO_SKIPS=1 they fail instead.
"""

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from flask import Flask
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


class _Quiet(WSGIRequestHandler):
    """A server that does not write a line for each request."""

    def log(self, type: str, message: str, *args: Any) -> None:
        """Say nothing."""


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """Serve the app from a thread on a free loopback port; gives its address without a slash at the end."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    server.daemon_threads = True  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join(timeout=10)
        server.server_close()


@pytest.fixture
def live_server() -> Iterator[Callable[[Flask], str]]:
    """A function that serves an app until the end of the test and answers with its address."""
    running: list[Any] = []

    def start(app: Flask) -> str:
        context = serving(app)
        running.append(context)
        return context.__enter__()

    yield start
    for context in reversed(running):
        context.__exit__(None, None, None)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, started once for the session."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        why = "No Chromium on PATH: install the package chromium to run the browser tests."
        if os.environ.get("PROBITY_NO_SKIPS") == "1":
            pytest.fail(why)
        pytest.skip(why)
    with sync_playwright() as playwright, closing(playwright.chromium.launch(executable_path=path, args=FLAGS)) as it:
        yield it


def _pages(chromium: Browser, *, javascript: bool) -> Iterator[Page]:
    context = chromium.new_context(locale="en-GB", timezone_id="Europe/London", java_script_enabled=javascript)
    context.set_default_timeout(30_000)
    try:
        yield context.new_page()
    finally:
        context.close()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A page in a context of its own: no cookies of other tests."""
    yield from _pages(chromium, javascript=True)


@pytest.fixture
def page_without_javascript(chromium: Browser) -> Iterator[Page]:
    """The same for people whose browser runs no scripts."""
    yield from _pages(chromium, javascript=False)


# Every kind of element once, in order, with what axe looks at: its attributes, whether it holds text, and what is in it.
# Left out is what differs between two pages of one kind: words, addresses, numbers and how many rows there are.
SHAPE = """() => {
  const plain = text => text.replace(/[0-9a-f]{8}-[0-9a-f-]{27}|([A-Z0-9]{4}-){2}[A-Z0-9]{4}|\\d+/g, "0");
  const said = ({name, value}) => name + (["href", "src", "action", "value", "alt", "title", "aria-label"].includes(name)
    ? value && "=something" : "=" + plain(value));
  const shape = element => {
    const inside = new Set();
    for (const node of element.childNodes) {
      if (node.nodeType === Node.ELEMENT_NODE) inside.add(shape(node));
      else if (node.nodeType === Node.TEXT_NODE && node.data.trim()) inside.add("text");
    }
    return `<${element.localName} ${[...element.attributes].map(said).join(" ")}>${[...inside].join("")}</>`;
  };
  return shape(document.documentElement);
}"""


def shape_of(page: Page) -> str:
    """What a page is made of, the same for two pages that differ only in their words and in how often something is there."""
    shape: str = page.evaluate(SHAPE)
    return shape


def accessibility_problems(page: Page) -> list[str]:
    """What axe finds against WCAG 2.0 to 2.2, levels A and AA: one line for each element, with what is wrong."""
    page.evaluate(AXE_SCRIPT)
    options = {"runOnly": {"type": "tag", "values": WCAG}, "resultTypes": ["violations"]}
    found = page.evaluate("options => axe.run(document, options)", options)
    return [
        f"{violation['id']} ({violation['impact']}): {violation['help']}\n    at {' '.join(map(str, node['target']))}"
        f"\n    {node['html'][:160]}\n    {node['failureSummary']}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]


def assert_accessible(page: Page) -> None:
    """Fail with a list of what is wrong for whom."""
    problems = accessibility_problems(page)
    if problems:
        pytest.fail(f"{page.url}: {len(problems)} accessibility problems\n" + "\n".join(problems), pytrace=False)
