"""Figures of leavers: how long until what they knew was proved changed, by service; nobody can be told from them."""

from typing import Any

from flask import Response, render_template, request, url_for

from app.core import clock
from app.core.spreadsheets import CSV_TYPE, csv_of
from app.credential_rotation import blueprint, queries
from app.credential_rotation.models import FigureRow, Promptness, figures_of
from app.policy.queries import pack

HEADERS = (
    "year", "service", "passwords", *(kind.value for kind in Promptness), "median_hours", "ninetieth_percentile_hours",
)  # fmt: skip


@blueprint.get("/figures")
def figures() -> Any:
    """The figures of one year, this one if none is named."""
    years, year = queries.years_with_leavers(), _year()
    choice = {"name": "year", "label": "Year", "value": str(year), "options": [(str(one), str(one)) for one in years]}
    return render_template(
        "credential_rotation/figures.html", rows=_rows(year), year=year, kinds=list(Promptness), fields=[choice],
        smallest=_smallest(), csv_href=url_for(".figures_csv", year=year), so_far=year == clock.today().year,
    )  # fmt: skip


@blueprint.get("/figures.csv")
def figures_csv() -> Response:
    """The same as a table: with the same counts hidden."""
    year = _year()
    rows = [
        [str(year), row.service, row.total, *row.counts, row.median_hours, row.ninetieth_hours] for row in _rows(year)
    ]
    response = Response(csv_of(HEADERS, rows), content_type=CSV_TYPE)
    response.headers["Content-Disposition"] = f'attachment; filename="leaver-figures-{year}.csv"'
    return response


def _rows(year: int) -> list[FigureRow]:
    return figures_of(queries.changes_in(year), _smallest())


def _smallest() -> int:
    """The smallest count that may be printed (a local setting), never less than five."""
    return max(5, pack().numbers["smallest_published_count"].value)


def _year() -> int:
    """The year of the address; this one where it names none that can be."""
    asked, this = request.args.get("year", ""), clock.today().year
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) == 4 and 2000 <= int(asked) <= this else this
