"""Figures of leavers: how long until what they knew was proved changed, by service; nobody can be told from them."""

from datetime import date
from typing import Any

from flask import Response, render_template, request, url_for

from app.core import clock
from app.core.headers import as_attachment
from app.core.spreadsheets import CSV_TYPE, csv_of
from app.credential_rotation import blueprint, queries
from app.credential_rotation.models import FigureRow, Promptness, end_of_quarter, figures_of, quarter_of
from app.policy.queries import pack

HEADERS = (
    "from", "to", "service", "passwords", *(kind.value for kind in Promptness), "median_hours",
    "ninetieth_percentile_hours",
)  # fmt: skip
Range = tuple[date, date]


@blueprint.get("/figures")
def figures() -> Any:
    """The figures of some whole quarters; of this year if none are named."""
    quarters, (first, last) = queries.quarters_with_leavers(), _range()
    known = sorted({*quarters, first, quarter_of(last)}, reverse=True)
    fields = [
        {"name": "from", "label": "From", "value": first.isoformat(),
         "options": [(day.isoformat(), f"{day:%B %Y}") for day in known]},
        {"name": "to", "label": "To", "value": last.isoformat(),
         "options": [(day.isoformat(), f"{day:%B %Y}") for day in map(end_of_quarter, known)]},
    ]  # fmt: skip
    address: dict[str, Any] = {"from": first.isoformat(), "to": last.isoformat()}
    return render_template(
        "credential_rotation/figures.html", rows=_rows((first, last)), when=_words(first, last), kinds=list(Promptness),
        fields=fields, smallest=_smallest(), csv_href=url_for(".figures_csv", **address), so_far=last >= clock.today(),
    )  # fmt: skip


@blueprint.get("/figures.csv")
def figures_csv() -> Response:
    """The same as a table: with the same counts hidden."""
    first, last = _range()
    days = [first.isoformat(), last.isoformat()]
    rows = [
        [*days, row.service, row.total, *row.counts, row.median_hours, row.ninetieth_hours]
        for row in _rows((first, last))
    ]
    return as_attachment(csv_of(HEADERS, rows), CSV_TYPE, f"leaver-figures-{'-to-'.join(days)}.csv")


def _rows(days: Range) -> list[FigureRow]:
    return figures_of(queries.changes_between(*days), _smallest())


def _smallest() -> int:
    """The smallest count that may be printed (a local setting), never less than five."""
    return max(5, pack().numbers["smallest_published_count"].value)


def _words(first: date, last: date) -> str:
    if (first.month, last.month, first.year) == (1, 12, last.year):
        return str(first.year)
    return f"{first:%B %Y} to {last:%B %Y}"


def _range() -> Range:
    """The whole quarters in which the days of the address lie, this year where it names none that can be."""
    this = clock.today().year
    first = _day(request.args.get("from", "")) or date(this, 1, 1)
    last = _day(request.args.get("to", "")) or date(max(this, first.year), 12, 31)
    return quarter_of(min(first, last)), end_of_quarter(max(first, last))


def _day(typed: str) -> date | None:
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        return None
    return day if 2000 <= day.year <= clock.today().year else None
