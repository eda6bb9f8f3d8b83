"""Breaking text into lines."""

from collections.abc import Iterator
from functools import cache

from app.documents.fonts import FACES, glyph_widths, readable
from app.documents.styles import TextStyle

# A long address is best broken after one of these.
_SEAMS = frozenset("/?&=-._,;:@#%+])}")

# So many words and texts of a face are remembered, and no text that is longer.
_REMEMBERED = 20_000
_LONGEST_REMEMBERED = 400

# No line of a page holds more characters, whatever their width.
_LONGEST_LINE = 400


class _Face:
    """Widths of one face in thousandths of the type size; words are remembered, since reports repeat them.

    While a document is drawn the lines of its texts are too: each is measured for the room it needs before it is set.
    """

    def __init__(self, font: str) -> None:
        self.widths = glyph_widths(font)
        self.words: dict[str, float] = {}
        self.broken: dict[tuple[str, float], list[str]] = {}

    def of(self, text: str) -> float:
        known = self.words.get(text)
        if known is None:
            widths = self.widths
            known = sum([widths.get(code, 0.0) for code in map(ord, text)])
            if len(self.words) >= _REMEMBERED:
                self.words.clear()
            self.words[text] = known
        return known


@cache
def _face(font: str) -> _Face:
    return _Face(font)


def text_width(text: str, style: TextStyle) -> float:
    """The width of one line in points."""
    return _face(style.font).of(text) * style.size / 1000


def paragraphs_of(text: str) -> list[str]:
    """The text cut at its empty lines; nothing when there is no text."""
    return [piece for piece in (block.strip("\n") for block in _blocks(readable(text))) if piece.strip()]


def _blocks(text: str) -> Iterator[str]:
    block: list[str] = []
    for line in text.split("\n"):
        if line.strip():
            block.append(line)
        else:
            yield "\n".join(block)
            block = []
    yield "\n".join(block)


def wrap(text: str, style: TextStyle, width: float) -> list[str]:
    """The lines of a text set in a width (points).

    A line that ended between two words keeps its space, so that a reader which joins the lines never runs words
    together; a word broken because it is wider than the line keeps none. Empty text gives no line.
    """
    face, limit = _face(style.font), max(width, style.size) * 1000 / style.size
    if len(text) > _LONGEST_REMEMBERED:
        return _lines_of(text, face, limit)
    known = face.broken.get((text, limit))
    if known is None:
        known = _lines_of(text, face, limit)
        if len(face.broken) >= _REMEMBERED:
            face.broken.clear()
        face.broken[text, limit] = known
    return known.copy()


def forget_lines() -> None:
    """Keep nothing of what a document said once it is drawn."""
    for font in FACES:
        _face(font).broken.clear()


def _lines_of(text: str, face: _Face, limit: float) -> list[str]:
    shown = readable(text)
    lines: list[str] = []
    for line in shown.rstrip().split("\n") if shown.strip() else ():
        _wrap_line(line, face, limit, lines)
    return lines


def _wrap_line(line: str, face: _Face, limit: float, lines: list[str]) -> None:
    space = face.of(" ")
    current: list[str] = []
    used = 0.0
    for word in line.split(" "):
        width = face.of(word)
        if current and used + space + width > limit:
            lines.append(" ".join(current) + " ")
            current, used = [], 0.0
        if width > limit:
            *whole, word = _broken(word, face, limit)
            lines.extend(whole)
            width = face.of(word)
        used = used + space + width if current else width
        current.append(word)
    lines.append(" ".join(current) + " ")


def _broken(word: str, face: _Face, limit: float) -> list[str]:
    """A word in pieces no wider than the limit, cut after a seam where one lies in the second half of a piece."""
    pieces: list[str] = []
    start, used, seam = 0, 0.0, 0
    for index, character in enumerate(word):
        width = face.widths.get(ord(character), 0.0)
        if used + width > limit and index > start:
            cut = seam if seam > start + (index - start) // 2 else index
            pieces.append(word[start:cut])
            used = face.of(word[cut:index]) if cut < index else 0.0
            start = cut
        used += width
        if character in _SEAMS:
            seam = index + 1
    pieces.append(word[start:])
    return pieces


def elided(text: str, style: TextStyle, width: float) -> str:
    """One line that fits the width (points), shortened with an ellipsis if need be."""
    line = " ".join(readable(text[:_LONGEST_LINE]).split())
    if text_width(line, style) <= width:
        return line
    line = line[:_LONGEST_LINE]
    while line and text_width(line + "…", style) > width:
        line = line[:-1]
    return line.rstrip() + "…"
