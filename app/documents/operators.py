"""What stands on a page, as the operators of a PDF. What repeats from page to page is worked out once for a document.

The operators are the ones that a text object of reportlab writes, at a fraction of its time: the register of a thousand
accounts has some seventy thousand runs of text, in a few styles and most of them more than once.
"""

from functools import lru_cache
from typing import Any

from reportlab.lib.rl_accel import fp_str
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfgen.canvas import Canvas

from app.documents.sheets import Bar, TextRun
from app.documents.styles import Colour, TextStyle
from app.documents.text import text_width

# Beyond so many different lines they are worked out anew, so that a long document does not fill the memory.
_REMEMBERED = 20_000


@lru_cache(maxsize=_REMEMBERED)
def _number(value: float) -> str:
    written: str = fp_str(value)
    return written


@lru_cache(maxsize=64)
def _fill(colour: Colour) -> str:
    return f"{fp_str(colour)} rg"


class Operators:
    """Writes text and bars for one document, whose faces are split into subsets as its characters appear."""

    def __init__(self, canvas: Canvas) -> None:
        self.canvas = canvas
        self._lines: dict[tuple[str, str], list[tuple[int, str]]] = {}
        self._faces: dict[tuple[str, int], str] = {}

    def bar(self, bar: Bar) -> str:
        """A filled rectangle."""
        place = " ".join(map(_number, (bar.x, bar.y, bar.width, bar.height)))
        return f"{_fill(bar.colour)}\nn {place} re f*"

    def text(self, run: TextRun) -> str:
        """Lines of text, each begun at the left or ended at the right."""
        style, subset = run.style, -1
        written = [f"BT {_origin(run.x, run.y)} {_fill(style.colour)}"]
        for index, line in enumerate(run.lines):
            if run.right:
                written.append(_origin(run.x - text_width(line.rstrip(), style), run.y - index * style.leading))
            for needed, shown in self._line(style.font, line):
                if needed != subset:
                    written.append(self._face(style, needed))
                    subset = needed
                written.append(shown)
            if not run.right:
                written.append("T*")
        written.append("ET")
        return " ".join(written)

    def _line(self, font: str, line: str) -> list[tuple[int, str]]:
        """A line in pieces that each lie in one subset of the face, with the operator that shows it."""
        known = self._lines.get((font, line))
        if known is None:
            split: Any = pdfmetrics.getFont(font).splitString(line, self.canvas._doc)
            known = [(subset, f"({self.canvas._escape(codes)}) Tj") for subset, codes in split]
            if len(self._lines) >= _REMEMBERED:
                self._lines.clear()
            self._lines[font, line] = known
        return known

    def _face(self, style: TextStyle, subset: int) -> str:
        name = self._faces.get((style.font, subset))
        if name is None:
            name = str(pdfmetrics.getFont(style.font).getSubsetInternalName(subset, self.canvas._doc))
            self._faces[style.font, subset] = name
        return f"{name} {_number(style.size)} Tf {_number(style.leading)} TL"


def _origin(x: float, y: float) -> str:
    return f"1 0 0 1 {_number(x)} {_number(y)} Tm"
