"""How dates, statuses, assets and the frame of a page are shown."""

import base64
import hashlib
import re
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path

import govuk_frontend_jinja
import pytest
from flask import Blueprint, Flask, flash, render_template, session

from app.core import presentation as shown
from app.core.forms import register_forms
from app.core.working_days import calendar_for

ROOT = Path(__file__).resolve().parents[2]
BETWEEN = calendar_for().between


@pytest.fixture
def shell() -> Flask:
    """An app with nothing but the frame."""
    app = Flask("shell", template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "static"))
    app.secret_key = "only for tests"
    shown.register_presentation(app)
    register_forms(app)
    app.jinja_env.globals["csrf_token"] = lambda: "token"
    home = Blueprint("home", __name__)
    home.add_url_rule("/accessibility", "accessibility", lambda: "")
    app.register_blueprint(home)
    return app


class Status(StrEnum):
    """A status with two words."""

    UNDER_REVIEW = "under_review"
    IN_FORCE = "in_force"


def test_dates_and_times_are_shown_as_in_london() -> None:
    """A moment late in the evening in UTC is the next day in summer."""
    late = datetime(2027, 6, 30, 23, 5, tzinfo=UTC)
    assert shown.uk_date(late) == "1 July 2027"
    assert shown.uk_time(late) == "12:05am"
    assert shown.uk_datetime(datetime(2027, 3, 3, 14, 5, tzinfo=UTC)) == "3 March 2027 at 2:05pm"
    assert shown.uk_weekday_date(date(2027, 3, 5)) == "Friday 5 March 2027"
    assert shown.uk_time(datetime(2027, 3, 3, 12, 0, tzinfo=UTC)) == "midday"
    assert shown.uk_time(datetime(2027, 3, 3, 0, 0, tzinfo=UTC)) == "midnight"
    assert shown.uk_date(None) == shown.uk_time(None) == shown.uk_datetime(None) == shown.uk_weekday_date(None) == ""
    assert shown.iso(late) == "2027-06-30T23:05:00Z"


def test_a_moment_without_a_zone_is_refused() -> None:
    """It could be anything."""
    naive = datetime(2027, 3, 3, tzinfo=UTC).replace(tzinfo=None)
    with pytest.raises(ValueError, match="time zone"):
        shown.uk_date(naive)


@pytest.mark.parametrize(
    ("due", "words"),
    [
        (date(2027, 2, 26), "3 working days late"),
        (date(2027, 3, 2), "1 working day late"),
        (date(2027, 3, 3), "due today"),
        (date(2027, 3, 4), "due tomorrow"),
        (date(2027, 3, 5), "due in 2 working days"),
        (date(2027, 3, 17), "due in 10 working days"),
        (date(2027, 4, 3), ""),
        (date(2099, 1, 1), ""),
    ],
)
def test_due_words(due: date, words: str) -> None:
    """Words stand beside a date only where they help; a far date is never counted."""
    assert shown.due_words(due, date(2027, 3, 3), BETWEEN) == words


def test_due_words_over_a_weekend() -> None:
    """Days on which nobody works are not counted as late."""
    assert shown.due_words(date(2027, 3, 5), date(2027, 3, 6), BETWEEN) == "late"
    assert shown.due_words(date(2027, 3, 7), date(2027, 3, 5), BETWEEN) == "due on Sunday"


def test_statuses_in_words_and_colours() -> None:
    """An unknown status is blue, which is the Design System's default."""
    assert shown.status_words(Status.UNDER_REVIEW) == "Under review"
    assert shown.status_colour(Status.IN_FORCE) == "green"
    assert shown.status_colour("Under review") == ""
    assert shown.count_words(1, "account") == "1 account"
    assert shown.count_words(1204, "proxy", "proxies") == "1,204 proxies"


def test_the_inline_script_its_hash_and_the_design_system_agree(shell: Flask) -> None:
    """The Content-Security-Policy names the hash; the page holds the script; the package says what the script is."""
    with shell.test_request_context():
        html = render_template("layout.html", heading="Home")
    scripts = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
    assert scripts == [shown.INLINE_SCRIPT]
    digest = base64.b64encode(hashlib.sha256(scripts[0].encode()).digest()).decode()
    assert f"sha256-{digest}" == shown.INLINE_SCRIPT_HASH
    upstream = Path(govuk_frontend_jinja.__file__).parent / "templates" / "template.html"
    assert shown.INLINE_SCRIPT in upstream.read_text(encoding="utf-8")


def test_the_title_names_page_service_and_organisation(shell: Flask) -> None:
    """And the page is lean."""
    with shell.test_request_context():
        html = render_template("layout.html", heading="Policy", organisation_name="Anytown & District")
    assert "<title>Policy – Probity – Anytown &amp; District</title>" in html
    assert len(html) < 4000


def test_the_constant_page_never_varies(shell: Flask) -> None:
    """It needs no request, touches no session and holds nothing that could tell two answers apart."""
    page = shown.nothing_here(shell)
    with shell.test_request_context("/hr-cases/QX7K"):
        session["person"] = "somebody"
        assert shown.nothing_here(shell) == page
    for telling in ("<script", "nonce", "csrf", "<form", "<input", "Rutland", "reference"):
        assert telling not in page


@pytest.mark.parametrize("status", [403, 404, 409, 410, 413, 422, 429, 500, 503, 418])
def test_every_refusal_says_what_to_do(shell: Flask, status: int) -> None:
    """Even where the refusal itself says nothing; and without the session when the database is away."""
    with shell.test_request_context():
        flash("Kept for the next page.")
        html = render_template("errors/page.html", status=status, reference="4F7A", plain=True)
        assert "_flashes" in session
    assert "Kept for" not in html
    heading = re.search(r"<h1[^>]*>(.*?)</h1>", html)
    assert heading
    assert f"<title>{heading[1]} – Probity" in html
    assert html.count('<p class="govuk-body">') >= 4
    assert "4F7A" in html
