"""What is laid out on each page before anything is painted, and the cursor that goes down the pages."""

from dataclasses import dataclass, field

from app.documents.pictures import Picture
from app.documents.styles import BOTTOM, HEIGHT, LEFT, TOP, WIDTH, Colour, TextStyle, styles_for
from app.documents.tagging import Element
from app.documents.text import wrap

# Two lines of a paragraph stay together at the foot and at the head of a page.
_TOGETHER = 2


@dataclass(slots=True)
class TextRun:
    """Lines of text in one style. ``x`` is the left edge, or the right edge when ``right``; ``y`` the first baseline.

    Without an element the run is an artifact: seen, but not part of what is read.
    """

    x: float
    y: float
    style: TextStyle
    lines: list[str]
    element: Element | None
    right: bool = False


@dataclass(slots=True)
class Bar:
    """A filled rectangle: a rule, a bar beside a quotation, the wash of a box. Always an artifact."""

    x: float
    y: float
    width: float
    height: float
    colour: Colour


@dataclass(slots=True)
class PlacedPicture:
    """A picture with its lower left corner and its size."""

    x: float
    y: float
    width: float
    height: float
    picture: Picture
    element: Element


@dataclass(slots=True)
class Sheet:
    """One page's content in the order in which it is read."""

    items: list[TextRun | Bar | PlacedPicture] = field(default_factory=list)


@dataclass(slots=True)
class PlacedHeading:
    """Where a heading came to stand: page index (from 0) and its upper edge; its text as the outline gives it."""

    level: int
    text: str
    page: int
    height: float


class Flow:
    """Goes down the pages: ``y`` is where the next thing begins, in points above the foot of the paper."""

    def __init__(self, large_print: bool) -> None:
        self.styles = styles_for(large_print)
        self.large_print = large_print
        self.sheets: list[Sheet] = []
        self.headings: list[PlacedHeading] = []
        self.root = Element("Document")
        self.y = TOP
        self._pending = 0.0
        self.new_page()

    @property
    def sheet(self) -> Sheet:
        """The page being filled."""
        return self.sheets[-1]

    @property
    def room(self) -> float:
        """What is left above the foot of the page, after the space that the last part asked for."""
        return self.y - self._pending - BOTTOM

    @property
    def at_top(self) -> bool:
        """Nothing stands on this page yet."""
        return self.y >= TOP

    def new_page(self) -> None:
        """Go to the head of a new page."""
        self.sheets.append(Sheet())
        self.y = TOP
        self._pending = 0.0

    def break_page(self) -> None:
        """Go to a new page unless this one is still blank."""
        if not self.at_top or self.sheet.items:
            self.new_page()

    def space(self, points: float) -> None:
        """Keep a distance to what comes next; the larger of two wishes counts, and none at the head of a page."""
        if not self.at_top:
            self._pending = max(self._pending, points)

    def close_up(self, points: float) -> None:
        """Keep just this distance to what comes next, whatever was asked for before."""
        self._pending = points

    def settle(self) -> float:
        """Use up the distance asked for, and say where the next thing begins."""
        self.y -= self._pending
        self._pending = 0.0
        return self.y

    def need(self, height: float) -> None:
        """Begin a new page unless so much room is left; more than a page is never asked for."""
        if self.room < min(height, HEIGHT) and not self.at_top:
            self.new_page()

    def text(
        self,
        text: str,
        style: TextStyle,
        element: Element,
        *,
        indent: float = 0.0,
        bar: Colour | None = None,
        width: float | None = None,
        joined: bool = False,
    ) -> tuple[int, float]:
        """Set text below what stands there, over as many pages as it takes, optionally with a bar at its left.

        ``joined`` carries the bar on from the text above. Says where it begins: page index (from 0) and upper edge.
        """
        began: tuple[int, float] | None = None
        lines = wrap(text, style, (WIDTH if width is None else width) - indent)
        self.space(style.before)
        while lines:
            count = self._lines_here(len(lines), style.leading)
            if count == 0:
                self.new_page()
                continue
            bar_top, top = self.y, self.settle()
            began = began or (len(self.sheets) - 1, top)
            if bar is not None:
                bar_top = bar_top if joined and began[1] == top else top
                foot = top - count * style.leading
                self.sheet.items.append(Bar(LEFT, foot, 3, bar_top - foot, bar))
            self.put(LEFT + indent, top, style, lines[:count], element)
            self.y = top - count * style.leading
            lines = lines[count:]
        self.space(style.after)
        return began or (len(self.sheets) - 1, self.y)

    def _lines_here(self, waiting: int, leading: float) -> int:
        """How many of the waiting lines to set on this page, with no line left alone on either side of the break."""
        fitting = int((self.room + 0.01) // leading)
        if fitting >= waiting:
            return waiting
        if self.at_top:
            return max(fitting, 1)
        if waiting - fitting < _TOGETHER:
            fitting = waiting - _TOGETHER
        return fitting if fitting >= _TOGETHER else 0

    def put(
        self, x: float, top: float, style: TextStyle, lines: list[str], element: Element | None, *, right: bool = False
    ) -> TextRun:
        """Place lines whose first begins at a height, without moving the cursor."""
        baseline = top - (style.leading - style.size) / 2 - style.size * 0.78
        run = TextRun(x, baseline, style, lines, element, right)
        self.sheet.items.append(run)
        return run
