"""What a long list has hundreds of: cells, tags and dates, written by functions because a macro costs several times more.

They look as cells of the Design System without naming its classes (static/src/_lists.scss), which would be a tenth of a
page. Templates import them from components/table.html, status-tag.html and due.html.
"""

from datetime import date, datetime
from enum import Enum
from typing import Any

from flask import Flask
from markupsafe import Markup, escape

from app.core.presentation import iso, status_colour, status_words, uk_date


def row_header(text: Any, href: str | None = None, note: Any = "", nowrap: bool = False) -> Markup:
    """The cell that names its row, as a link where it leads somewhere, with a note below."""
    inner = escape(text)
    if href:
        link = "govuk-link app-nowrap" if nowrap else "govuk-link"
        inner = Markup(f'<a class="{link}" href="{escape(href)}">{inner}</a>')
    if note:
        inner += Markup(f'<br><span class="app-muted govuk-!-font-weight-regular">{escape(note)}</span>')
    return Markup(f'<th scope="row" role="rowheader">{inner}</th>')


def cell(label: str, value: Any, numeric: bool = False, nowrap: bool = False) -> Markup:
    """A cell that says its column's words itself where rows are stacked; `label` is the template's own words."""
    kind = ' class="govuk-table__cell--numeric"' if numeric else ""
    how = ' class="app-nowrap"' if nowrap else ""
    return Markup(f'<td role="cell"{kind} data-label="{label}"><span{how}>{escape(value)}</span></td>')


def status_tag(status: Enum | str, text: str = "", colour: str | None = None) -> Markup:
    """The state of a thing in words, with a colour beside them."""
    shade = status_colour(status) if colour is None else colour
    kind = f"govuk-tag govuk-tag--{shade}" if shade else "govuk-tag"
    return Markup(f'<strong class="{kind}">{escape(text or status_words(status))}</strong>')


def due(day: date | datetime, words: str = "") -> Markup:
    """A date and how near it is."""
    how = " app-due--late" if words.endswith("late") else " app-due--later" if words.startswith("due in") else ""
    nearness = f' <span class="app-due__words">{escape(words)}</span>' if words else ""
    return Markup(f'<span class="app-due{how}"><time datetime="{iso(day)}">{uk_date(day)}</time>{nearness}</span>')


def by(day: date | datetime, words: str = "") -> Markup:
    """The same inside a sentence, where the word "due" has been said: "by 26 November 2026 (in 3 working days)"."""
    how = " app-due--late" if words.endswith("late") else ""
    nearness = f" ({escape(words.replace('due ', '', 1))})" if words else ""
    return Markup(f'<span class="app-by{how}">by {uk_date(day)}{nearness}</span>')


def register_table_cells(app: Flask) -> None:
    """Give the templates these functions."""
    app.jinja_env.globals.update(
        table_row_header=row_header, table_cell=cell, written_status_tag=status_tag, written_due=due, written_by=by
    )
