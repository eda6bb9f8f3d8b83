"""The cells of tables, of which a long list has hundreds; templates import them from components/table.html."""

from typing import Any

from flask import Flask
from markupsafe import Markup, escape


def row_header(text: Any, href: str | None = None, note: Any = "", nowrap: bool = False) -> Markup:
    """The cell that names its row, as a link where it leads somewhere, with a note below."""
    inner = escape(text)
    if href:
        link = "govuk-link app-nowrap" if nowrap else "govuk-link"
        inner = Markup(f'<a class="{link}" href="{escape(href)}">{inner}</a>')
    if note:
        inner += Markup(f'<br><span class="app-muted govuk-!-font-weight-regular">{escape(note)}</span>')
    return Markup(f'<th scope="row" role="rowheader" class="govuk-table__header">{inner}</th>')


def cell(label: str, value: Any, numeric: bool = False, nowrap: bool = False) -> Markup:
    """A cell that says its column's words itself where rows are stacked."""
    kind = "govuk-table__cell govuk-table__cell--numeric" if numeric else "govuk-table__cell"
    how = ' class="app-nowrap"' if nowrap else ""
    return Markup(
        f'<td role="cell" class="{kind}" data-label="{escape(label)}"><span{how}>{escape(value)}</span></td>'
    )


def register_table_cells(app: Flask) -> None:
    """Give the templates these functions."""
    app.jinja_env.globals.update(table_row_header=row_header, table_cell=cell)
