"""The typeface of every document, and what to print for characters it cannot draw.

The four TrueType files of Source Sans 3 lie in the folder ``fonts`` beside this file, put there when the service is
built.
"""

import re
import unicodedata
from functools import cache
from pathlib import Path

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFError, TTFont

REGULAR = "SourceSans3-Regular"
ITALIC = "SourceSans3-Italic"
SEMIBOLD = "SourceSans3-SemiBold"
BOLD = "SourceSans3-Bold"
FACES = (REGULAR, ITALIC, SEMIBOLD, BOLD)

FOLDER = Path(__file__).with_name("fonts")

# Without an appearance of their own: they choose a variant of the character before them, or only allow a line to break.
_INVISIBLE = {ord(character): None for character in "\u00ad\u200b\u2060\ufe0e\ufe0f\ufeff"}
_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029]")


class FontsMissing(RuntimeError):
    """The typeface is not in its folder, or a file of it is no usable TrueType font."""


def register_fonts(folder: Path = FOLDER) -> None:
    """Make the typeface known to reportlab; doing it again costs nothing.

    Raises FontsMissing when a file is absent or unusable, naming it and saying what to do.
    """
    known = set(pdfmetrics.getRegisteredFontNames())
    for name in FACES:
        if name in known and folder == FOLDER:
            continue
        path = folder / f"{name}.ttf"
        if not path.is_file():
            raise FontsMissing(
                f"The typeface file {path.name} is missing from app/documents/fonts. "
                "Install the service again (make serve or make test does it): its build puts the file there."
            )
        try:
            pdfmetrics.registerFont(TTFont(name, str(path)))
        except (TTFError, OSError) as error:
            raise FontsMissing(f"The typeface file {path.name} cannot be used: {error}") from error


def glyph_widths(font: str) -> dict[int, float]:
    """The width of each character of a registered face, by code point, in thousandths of the type size."""
    widths: dict[int, float] = pdfmetrics.getFont(font).face.charWidths
    return widths


@cache
def _unprintable() -> re.Pattern[str]:
    """Matches one character that at least one of the four faces has no glyph for."""
    register_fonts()
    covered = set.intersection(*(set(pdfmetrics.getFont(name).face.charToGlyph) for name in FACES))
    shown = sorted(code for code in covered if unicodedata.category(chr(code)) not in ("Cc", "Cf", "Co", "Cs", "Cn"))
    ranges: list[list[int]] = []
    for code in shown:
        if ranges and ranges[-1][1] == code - 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    inside = "".join(f"\\U{first:08x}-\\U{last:08x}" for first, last in ranges)
    return re.compile(f"[^\n{inside}]")


def _named(match: re.Match[str]) -> str:
    character = match.group()
    fallback = "control character" if unicodedata.category(character) == "Cc" else "unnamed character"
    return f"[U+{ord(character):04X} {unicodedata.name(character, fallback).lower()}]"


def readable(text: str) -> str:
    """The text as the typeface can print it.

    A character without a glyph (an emoji, a letter of a right-to-left or East Asian script, a hidden direction mark)
    becomes its number and name in brackets, as in ``[U+1F600 grinning face]``. Line ends of all kinds become one
    newline, a tab four spaces. Characters without an appearance of their own (soft hyphen, zero-width space, variation
    selector) are left out.
    """
    if text.isascii() and text.isprintable():
        return text
    plain = _LINE_ENDS.sub("\n", text).replace("\t", "    ").translate(_INVISIBLE)
    return _unprintable().sub(_named, unicodedata.normalize("NFC", plain))
