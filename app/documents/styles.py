"""Sizes, colours and distances. Everything is in points (72 to the inch) unless it says otherwise."""

from dataclasses import dataclass, replace

from app.documents.fonts import BOLD, ITALIC, REGULAR, SEMIBOLD

Colour = tuple[float, float, float]

# Contrast on white, and on the watermark: see the test that computes it; AA asks for 4.5 to 1.
INK: Colour = (0.043, 0.043, 0.047)
QUIET: Colour = (0.314, 0.353, 0.373)
BRAND: Colour = (0.082, 0.247, 0.384)
RULE: Colour = (0.694, 0.706, 0.714)
WASH: Colour = (0.953, 0.949, 0.945)
WATERMARK: Colour = (0.925, 0.925, 0.925)

PAGE_WIDTH = 595.276
PAGE_HEIGHT = 841.89
LEFT = 68.0
RIGHT = PAGE_WIDTH - LEFT
WIDTH = RIGHT - LEFT
TOP = PAGE_HEIGHT - 92.0
BOTTOM = 104.0
COVER_TOP = PAGE_HEIGHT - 176.0
HEIGHT = TOP - BOTTOM

LARGE_PRINT_BODY = 18.0


@dataclass(frozen=True)
class TextStyle:
    """How a run of text looks: face, size, distance of baselines, colour, and the space kept free above and below."""

    font: str
    size: float
    leading: float
    colour: Colour = INK
    before: float = 0.0
    after: float = 0.0

    def scaled(self, factor: float) -> "TextStyle":
        """The same style with every measure multiplied."""
        return replace(
            self,
            size=self.size * factor,
            leading=self.leading * factor,
            before=self.before * factor,
            after=self.after * factor,
        )


STYLES: dict[str, TextStyle] = {
    "body": TextStyle(REGULAR, 11, 15.5, after=8),
    "lead": TextStyle(REGULAR, 13.5, 18.5, after=10),
    "small": TextStyle(REGULAR, 9.5, 13, QUIET, after=6),
    "strong": TextStyle(SEMIBOLD, 11, 15.5, after=8),
    "inset": TextStyle(REGULAR, 11, 15.5, before=4, after=14),
    "quote": TextStyle(REGULAR, 11, 15.5, before=4, after=12),
    "source": TextStyle(ITALIC, 9.5, 13, QUIET, after=0),
    "empty": TextStyle(ITALIC, 11, 15.5, QUIET, after=10),
    "h1": TextStyle(BOLD, 21, 26, before=32, after=10),
    "h2": TextStyle(BOLD, 15.5, 20, before=24, after=6),
    "h3": TextStyle(BOLD, 12.5, 16.5, before=18, after=4),
    "h4": TextStyle(SEMIBOLD, 11, 15.5, before=14, after=3),
    "caption": TextStyle(SEMIBOLD, 11, 15.5, before=6, after=4),
    "figure_caption": TextStyle(REGULAR, 9.5, 13, QUIET, before=5, after=14),
    "cell": TextStyle(REGULAR, 9.5, 13),
    "cell_head": TextStyle(SEMIBOLD, 9.5, 13),
    "fact": TextStyle(REGULAR, 11, 15),
    "fact_head": TextStyle(SEMIBOLD, 11, 15),
    "contents_1": TextStyle(SEMIBOLD, 11, 15.5, before=3),
    "contents_2": TextStyle(REGULAR, 11, 15.5),
    "organisation": TextStyle(SEMIBOLD, 14, 18, BRAND, after=8),
    "title": TextStyle(BOLD, 34, 39, before=16, after=10),
    "subtitle": TextStyle(REGULAR, 16, 21, QUIET, after=8),
    "marking": TextStyle(BOLD, 10, 12),
    "running": TextStyle(REGULAR, 8.5, 11, QUIET),
    "running_strong": TextStyle(SEMIBOLD, 8.5, 11, QUIET),
    "watermark": TextStyle(BOLD, 150, 150, WATERMARK),
}

_LARGE_TEXT = LARGE_PRINT_BODY / STYLES["body"].size
_LARGE_BY_NAME = {"h1": 1.33, "h2": 1.42, "h3": 1.6, "title": 1.1, "subtitle": 1.25, "organisation": 1.3, "lead": 1.42}
_AS_ON_EVERY_PAGE = {"marking", "running", "running_strong", "watermark"}
_RAISED_TO_BODY = {"small", "source", "figure_caption", "cell", "cell_head"}


def styles_for(large_print: bool) -> dict[str, TextStyle]:
    """The styles by name. In large print only the lines at head and foot of the page are smaller than 18 points."""
    if not large_print:
        return STYLES
    large = {}
    for name, style in STYLES.items():
        if name in _AS_ON_EVERY_PAGE:
            large[name] = style
        elif name in _RAISED_TO_BODY:
            large[name] = style.scaled(LARGE_PRINT_BODY / style.size)
        else:
            large[name] = style.scaled(_LARGE_BY_NAME.get(name, _LARGE_TEXT))
    return large
