"""List pages at one size and another, beside the bare page of three queries; and what pages weigh."""

import gzip
from pathlib import Path

import sqlalchemy as sa
from flask import Flask

from app.core.db import db
from app.hr_cases.models import Case, CaseStatus
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


HOMES = {"home (HR manager)": ("manager", "/"), "home (owner)": ("owner", "/")}
CASE_PAGE = "a case (HR manager)"


def growing(app: Flask, rounds: int) -> dict[str, Timing]:
    """A case page and the first pages of HR, which must not slow down as cases are closed."""
    with app.app_context():
        reference = db.session.execute(
            sa.select(Case.reference).where(Case.status == CaseStatus.PLANNING).order_by(Case.reference).limit(1)
        ).scalar_one()
        asked = {**HOMES, CASE_PAGE: ("manager", f"/hr-cases/{reference}")}
        browsers = {name: (signed_in(app, one_of_cast(who)), path) for name, (who, path) in asked.items()}
        db.session.remove()
    ways = {name: lambda b=browser, p=path: _way(b, p) for name, (browser, path) in browsers.items()}
    return timed_side_by_side(ways, rounds)


def _way(browser: Browser, path: str) -> float:
    status, _, seconds = browser.send(path)
    assert status.startswith("200"), status
    return seconds


def lists(app: Flask, rounds: int) -> dict[str, Timing]:
    """Every list page, and the bare page, in turn."""
    with app.app_context():
        browsers = {name: (signed_in(app, one_of_cast(who)), path) for name, (who, path) in LISTS.items()}
        bare = Browser(three_query_page(db.engine, one_of_cast("manager").id))
        db.session.remove()

    ways = {name: lambda b=browser, p=path: _way(b, p) for name, (browser, path) in browsers.items()}
    return timed_side_by_side({BARE: lambda: _way(bare, "/"), **ways}, rounds)


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
