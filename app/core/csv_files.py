"""Reading CSV files that people made in a spreadsheet: headers, line numbers, and refusals by line.

A file is taken whole or refused whole. Dates are UK order (31/03/2027) or ISO (2027-03-31); no two-digit years.
"""

import codecs
import csv
import io
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.core.errors import InvalidInput
from app.core.file_kinds import TEXT, claimed_kind
from app.core.spreadsheets import unguarded
from app.core.typed_text import clean_text

MAX_FILE_BYTES = 2 * 1024 * 1024
MAX_ROWS = 20_000
SAVE_AS = (
    "Open it in your spreadsheet, choose “Save As” and the type “CSV UTF-8 (Comma delimited)”, and select the file "
    "that this makes"
)
SEPARATE = (
    "They must be separated by commas. In LibreOffice choose “Save As”, “Text CSV” and a comma as field delimiter; in Excel "
    "set the list separator of the computer’s region to a comma, and save the file as CSV again"
)
_LOOKED_AT = 400
_UK_DATE = re.compile(r"^(\d{1,2})[/.](\d{1,2})[/.](\d{4})$")
_ISO_DATE = re.compile(r"^(\d{4})-(\d{2})-(\d{2})$")


@dataclass(frozen=True)
class Line:
    """One row of a file: its line number as an editor shows it, and its cells by header."""

    number: int
    cells: dict[str, str]


@dataclass(frozen=True)
class LineProblem:
    """Why a line is refused, in a sentence."""

    number: int
    sentence: str


def read_csv(content: bytes, headers: Sequence[str], optional: Sequence[str] = ()) -> list[Line]:
    """The rows of a CSV file with exactly these headers (order free, case free), and perhaps some of the optional ones.

    Raises InvalidInput (field `file`) naming what is missing or unknown, for files that are empty or too long, and for
    another encoding than UTF-8 or Windows-1252, a workbook or another separator than the comma, saying how to save it.
    """
    if not content.strip():
        raise InvalidInput("The selected file is empty. Select another file", field="file")
    if len(content) > MAX_FILE_BYTES:
        raise InvalidInput("The selected file must be smaller than 2 MB", field="file")
    text = _decode(content)
    _refuse_other_separators(text)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        rows = [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise InvalidInput(f"Line {reader.line_num} is not readable as CSV: {error}", field="file") from error
    if len(rows) < 2:
        raise InvalidInput("The selected file has no rows under its headers", field="file")
    if len(rows) > MAX_ROWS:
        raise InvalidInput(f"The selected file must have at most {MAX_ROWS:,} rows", field="file")
    names = _checked_headers(rows[0][1], headers, optional)
    return [_line(number, row, names) for number, row in rows[1:]]


def _refuse_other_kinds(content: bytes) -> None:
    """Say what a file is that no CSV reader can read, and how to save it as one."""
    if content.startswith(b"PK\x03\x04"):
        raise InvalidInput(f"The selected file is a workbook, whatever its name says. {SAVE_AS}", field="file")
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise InvalidInput(f"The selected file is an old workbook (.xls), whatever its name says. {SAVE_AS}", field="file")
    claimed = claimed_kind(content)
    if claimed is not TEXT:
        raise InvalidInput(
            f"The selected file is a {claimed.words}, whatever its name says. Select a CSV file", field="file"
        )
    head = content[:_LOOKED_AT]
    fewer, more = sorted((head[::2].count(0), head[1::2].count(0)))
    # Of letters in two bytes each, nearly every second byte is zero, and hardly any of the others.
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or more * 4 > len(head) > fewer * 20:
        raise InvalidInput(f"The selected file was saved as “Unicode text” (UTF-16). {SAVE_AS}", field="file")
    if head.count(0) * 10 > len(head):
        raise InvalidInput("The selected file is not text, whatever its name says. Select a CSV file", field="file")


def _decode(content: bytes) -> str:
    _refuse_other_kinds(content)
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise InvalidInput("The selected file must be a CSV file saved as UTF-8", field="file")


def _refuse_other_separators(text: str) -> None:
    names = text.lstrip().partition("\n")[0]
    for sign, called in ((";", "semicolons"), ("\t", "tabs")):
        if sign in names and "," not in names:
            raise InvalidInput(f"The columns of the selected file are separated by {called}. {SEPARATE}", field="file")


def _checked_headers(row: Sequence[str], headers: Sequence[str], optional: Sequence[str]) -> list[str]:
    names = [cell.strip().lower().replace(" ", "_") for cell in row]
    missing = [header for header in headers if header not in names]
    unknown = [name for name in names if name not in headers and name not in optional]
    if missing:
        raise InvalidInput(f"The first line must name the columns. Missing: {', '.join(missing)}", field="file")
    if unknown:
        raise InvalidInput(f"The first line names columns that are not known: {', '.join(unknown)}", field="file")
    if len(set(names)) != len(names):
        raise InvalidInput("The first line names a column twice", field="file")
    return names


def _line(number: int, row: Sequence[str], names: Sequence[str]) -> Line:
    if len(row) > len(names):
        raise InvalidInput(f"Line {number} has more cells than there are columns", field="file")
    cells = dict.fromkeys(names, "")
    cells.update({name: unguarded(clean_text(cell)) for name, cell in zip(names, row, strict=False)})
    for name, cell in cells.items():
        if any(unicodedata.category(character) == "Cc" and character not in "\n\t" for character in cell):
            raise InvalidInput(f"Line {number} has a character in {name} that cannot be stored", field="file")
    return Line(number, cells)


def read_date(text: str) -> date | None:
    """A calendar date written 31/03/2027 or 2027-03-31; None for an empty cell. Raises ValueError in words."""
    if not text:
        return None
    uk, iso = _UK_DATE.match(text), _ISO_DATE.match(text)
    if uk:
        day, month, year = map(int, uk.groups())
    elif iso:
        year, month, day = map(int, iso.groups())
    else:
        raise ValueError(f"“{text}” must be a date written like 31/03/2027")
    try:
        return date(year, month, day)
    except ValueError:
        raise ValueError(f"“{text}” must be a real date") from None
