"""List pages at one size and another, beside the bare page of three queries; and what pages weigh."""

import gzip
from pathlib import Path

from flask import Flask

from app.core.db import db
from tests.benchmarks.bare import three_query_page
from tests.benchmarks.driving import Browser, Timing, signed_in, timed_side_by_side
from tests.benchmarks.house import one_of_cast

LISTS = {
    "cases (HR manager)": ("manager", "/hr-cases/"),
    "cases (owner)": ("owner", "/hr-cases/"),
    "reports queue": ("owner", "/breach-reports/"),
    "account register": ("keeper", "/account-register/"),
}
OTHER_PAGES = {"home": ("employee", "/"), "policy": ("employee", "/policy/social-media-policy")}
BARE = "bare page, three queries"


def lists(app: Flask, rounds: int) -> dict[str, Timing]:
    """Every list page, and the bare page, in turn."""
    with app.app_context():
        browsers = {name: (signed_in(app, one_of_cast(who)), path) for name, (who, path) in LISTS.items()}
        bare = Browser(three_query_page(db.engine, one_of_cast("manager").id))
        db.session.remove()

    def way(browser: Browser, path: str) -> float:
        status, _, seconds = browser.send(path)
        assert status.startswith("200"), status
        return seconds

    ways = {name: lambda b=browser, p=path: way(b, p) for name, (browser, path) in browsers.items()}
    return timed_side_by_side({BARE: lambda: way(bare, "/"), **ways}, rounds)


def weights(app: Flask) -> dict[str, float]:
    """The KiB of main pages."""
    found: dict[str, float] = {}
    for name, (who, path) in {**LISTS, **OTHER_PAGES}.items():
        with app.app_context():
            browser = signed_in(app, one_of_cast(who))
            db.session.remove()
        status, page, _ = browser.send(path)
        assert status.startswith("200"), (name, status)
        found[name] = len(page) / 1024
    return found


def static_weight() -> float:
    """The KiB of CSS and JavaScript together, each compressed."""
    folder = Path(__file__).parents[2] / "static" / "dist"
    return sum(len(gzip.compress(file.read_bytes())) for file in folder.iterdir() if file.suffix in (".css", ".js")) / 1024
