"""How the house shows things: filters for dates and statuses, addresses of assets, the loader of the templates.

Moments are kept in UTC and shown in Europe/London; a moment without a zone is a mistake and is refused.
"""

import base64
import hashlib
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from pathlib import Path
from typing import Final

from flask import Flask
from jinja2 import ChoiceLoader, PackageLoader, PrefixLoader
from markupsafe import Markup

from app.core.clock import LONDON
from app.core.working_days import HolidayDataEnds

# The one inline script of the Design System. It never varies, so the Content-Security-Policy allows it by its hash.
INLINE_SCRIPT: Final = (
    "document.body.className += ' js-enabled' + "
    "('noModule' in HTMLScriptElement.prototype ? ' govuk-frontend-supported' : '');"
)
INLINE_SCRIPT_HASH: Final = "sha256-" + base64.b64encode(hashlib.sha256(INLINE_SCRIPT.encode()).digest()).decode()

ASSETS: Final = ("app.css", "govuk-frontend.min.js", "start.js", "favicon.svg")

_COLOURS: Final = {
    "green": "active in_force approved accepted complete completed verified confirmed acknowledged provided complied "
    "published passed no_concern current done",
    "red": "late overdue refused compromised failed urgent restricted concern locked",
    "yellow": "waiting proposed requested sent pending submitted awaiting_approval received triage due due_for_review",
    "orange": "returned paused on_hold hold suspended needs_attention contested expiring doubt",
    "purple": "hearing hearing_set_up notified heard decided appealed",
    "grey": "draft closed ended withdrawn expired retired archived destroyed spent final cancelled lapsed superseded "
    "removed declined permanent lifted not_started called_off",
}
_COLOUR_OF: Final = {status: colour for colour, statuses in _COLOURS.items() for status in statuses.split()}

# Beyond this many calendar days the date itself says enough.
_WORDS_HELP_WITHIN: Final = timedelta(days=14)


def _in_london(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("A moment without a time zone cannot be shown.")
    return moment.astimezone(LONDON)


def _day(when: date | datetime) -> date:
    return _in_london(when).date() if isinstance(when, datetime) else when


def uk_date(when: date | datetime | None) -> str:
    """A day as "3 March 2027"; nothing for None."""
    if when is None:
        return ""
    day = _day(when)
    return f"{day.day} {day:%B} {day.year}"


def short_date(when: date | datetime) -> str:
    """A day as "3 Mar 2027", where there is little room."""
    day = _day(when)
    return f"{day.day} {day:%b} {day.year}"


def uk_weekday_date(when: date | datetime | None) -> str:
    """A day as "Friday 5 March 2027"; nothing for None."""
    return "" if when is None else f"{_day(when):%A} {uk_date(when)}"


def uk_time(moment: datetime | None) -> str:
    """A time of day as "2:05pm", "midday" or "midnight" (no 12am, which people read both ways); nothing for None."""
    if moment is None:
        return ""
    local = _in_london(moment)
    if local.minute == 0 and local.hour in (0, 12):
        return "midday" if local.hour else "midnight"
    return f"{local.hour % 12 or 12}:{local:%M}{'am' if local.hour < 12 else 'pm'}"


def uk_datetime(moment: datetime | None) -> str:
    """A moment as "3 March 2027 at 2:05pm"; nothing for None."""
    return "" if moment is None else f"{uk_date(moment)} at {uk_time(moment)}"


def iso(when: date | datetime) -> str:
    """The value of a `datetime` attribute: machines read days as days and moments in UTC."""
    return f"{when.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" if isinstance(when, datetime) else when.isoformat()


def due_words(due: date, today: date, working_days_between: Callable[[date, date], int]) -> str:
    """How near a date is: "due tomorrow", "2 working days late"; nothing where the date alone says enough.

    `working_days_between(earlier, later)` counts the working days after `earlier` up to and including `later`. Where it
    refuses, since the bank holidays are not known, the page is shown all the same and the date alone must do.
    """
    try:
        return _due_words(due, today, working_days_between)
    except HolidayDataEnds:
        return "late" if due < today else ""


def _due_words(due: date, today: date, working_days_between: Callable[[date, date], int]) -> str:
    if due < today:
        days = working_days_between(due, today)
        return f"{_working_days(days)} late" if days else "late"
    if due == today:
        return "due today"
    if due == today + timedelta(days=1):
        return "due tomorrow"
    if due - today > _WORDS_HELP_WITHIN:
        return ""
    days = working_days_between(today, due)
    return f"due in {_working_days(days)}" if days else f"due on {due:%A}"


def _working_days(days: int) -> str:
    return "1 working day" if days == 1 else f"{days} working days"


def status_words(status: Enum | str) -> str:
    """A status in words: its `label` where the enum gives one, else its value with a capital."""
    label = getattr(status, "label", None)
    if isinstance(label, str):
        return label
    value = str(status.value if isinstance(status, Enum) else status).replace("_", " ").strip()
    return value[:1].upper() + value[1:]


def status_colour(status: Enum | str) -> str:
    """The colour of a status tag; blue (the default of the Design System, "") for what is under way."""
    value = str(status.value if isinstance(status, Enum) else status)
    return _COLOUR_OF.get(value.strip().lower().replace(" ", "_").replace("-", "_"), "")


def count_words(count: int, one: str, many: str | None = None) -> str:
    """A number with its noun: "1 account", "1,204 accounts"."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def asset_versions(static_folder: Path) -> dict[str, str]:
    """The version of every built file, by its content; a file that was not built has none."""
    built = {name: static_folder / "dist" / name for name in ASSETS}
    return {name: hashlib.sha256(path.read_bytes()).hexdigest()[:8] for name, path in built.items() if path.is_file()}


def nothing_here(app: Flask) -> str:
    """The constant page for what may not exist. Made without a request, so that nothing of one can get into it."""
    return app.jinja_env.get_template("errors/nothing-here.html").render()


def register_presentation(app: Flask) -> None:
    """Give the templates their loader, filters and globals. The versions of the assets are worked out once, here."""
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    components = {name: PackageLoader(name) for name in ("govuk_frontend_jinja", "govuk_frontend_wtf")}
    own = [app.jinja_loader] if app.jinja_loader else []
    app.jinja_loader = ChoiceLoader([*own, PrefixLoader(components)])
    versions = asset_versions(Path(app.static_folder or ""))
    static = app.static_url_path

    def asset_url(name: str) -> str:
        """The address of a built file with its version, so that browsers may keep it for a year."""
        return f"{static}/dist/{name}?v={versions[name]}" if name in versions else f"{static}/dist/{name}"

    filters = (uk_date, short_date, uk_weekday_date, uk_time, uk_datetime, iso, status_words, status_colour)
    app.jinja_env.filters.update({function.__name__: function for function in filters})
    app.jinja_env.globals.update(
        asset_url=asset_url, inline_script=Markup(INLINE_SCRIPT), due_words=due_words, count_words=count_words
    )
