"""Tables for spreadsheets: CSV and XLSX, in which no cell is taken for a formula.

In CSV a cell that begins like a formula gets an apostrophe before it, which reading takes off again (OWASP, "CSV
injection"). In XLSX every cell is written as text or number, so it needs none.
"""

import csv
import io
from collections.abc import Iterable, Sequence

Cell = str | int
CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_WIDEST = 60


def guarded(cell: str) -> str:
    """A cell as it stands in CSV: with an apostrophe where a spreadsheet would compute it."""
    begins = cell.startswith("'") and cell.lstrip("'").startswith(_BEGINS_A_FORMULA)
    return f"'{cell}" if begins or cell.startswith(_BEGINS_A_FORMULA) else cell


def unguarded(cell: str) -> str:
    """What stood in a cell before it was guarded."""
    return cell[1:] if cell.startswith("'") and guarded(cell[1:]) == cell else cell


def csv_of(headers: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """A CSV file in UTF-8 with the mark by which spreadsheets know that."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(headers)
    writer.writerows([guarded(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def xlsx_of(title: str, headers: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """A workbook of one sheet; its first row stays in sight, and every column can be filtered.

    `title` is the sheet's name, 31 characters at most. The file's properties name nobody.
    """
    import xlsxwriter  # here, because it takes long to load and is seldom needed

    kept = [list(row) for row in rows]
    made = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(made, options) as book:
        sheet = book.add_worksheet(title)
        sheet.write_row(0, 0, headers, book.add_format({"bold": True}))
        for number, row in enumerate(kept, start=1):
            sheet.write_row(number, 0, row)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, max(len(kept), 1), len(headers) - 1)
        for column, header in enumerate(headers):
            longest = max((len(str(row[column])) for row in kept), default=0)
            sheet.set_column(column, column, min(max(longest, len(header)) + 2, _WIDEST))
    return made.getvalue()
