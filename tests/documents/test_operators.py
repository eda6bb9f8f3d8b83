"""Text and bars as operators: the same as reportlab writes, and nothing of a document kept once it is drawn."""

import gc
import io

import pytest
from reportlab.pdfgen.canvas import Canvas

from app.documents import drawing
from app.documents.fonts import ITALIC, REGULAR, SEMIBOLD, register_fonts
from app.documents.operators import Operators
from app.documents.parts import Paragraph
from app.documents.sheets import Bar, TextRun
from app.documents.styles import QUIET, RULE, STYLES, TextStyle
from app.documents.text import _face, text_width, wrap

from .samples import COVER, draft, frame, report

MANY = "".join(map(chr, [*range(0x100, 0x180), *range(0x391, 0x3A2), *range(0x410, 0x450)]))
"""More letters than one subset of a face holds."""


def _by_reportlab(canvas: Canvas, run: TextRun) -> str:
    """What a text object of reportlab writes."""
    text = canvas.beginText(run.x, run.y)
    text.setFont(run.style.font, run.style.size, run.style.leading)
    text.setFillColorRGB(*run.style.colour)
    for index, line in enumerate(run.lines):
        if run.right:
            text.setTextOrigin(run.x - text_width(line.rstrip(), run.style), run.y - index * run.style.leading)
            text.textOut(line)
        else:
            text.textLine(line)
    return str(text.getCode())


@pytest.mark.parametrize(
    "lines",
    [
        ["Account "], ["One ", "two ", "three"], ["Brackets (a), back\\slash ) ("], ["Llŷr Ŵyn \u00a0 – “café”"],
        [MANY, "abc" + MANY[-3:]],
    ],
    ids=["word", "lines", "signs", "marks", "subsets"],
)  # fmt: skip
@pytest.mark.parametrize("right", [False, True])
@pytest.mark.parametrize("style", [STYLES["body"], TextStyle(SEMIBOLD, 8.123456, 11.5, QUIET), TextStyle(ITALIC, 9, 12)])
def test_text_is_written_as_reportlab_writes_it(lines: list[str], right: bool, style: TextStyle) -> None:
    """The first time and when it is known; also a text of more letters than one subset of its face has."""
    register_fonts()
    run = TextRun(68.000001, 700.4321987, style, lines, None, right)
    expected = [_by_reportlab(canvas, run) for canvas in [Canvas(io.BytesIO(), initialFontName=REGULAR)] for _ in (1, 2)]
    operators = Operators(Canvas(io.BytesIO(), initialFontName=REGULAR))
    assert [operators.text(run), operators.text(run)] == expected


def test_a_bar_is_written_as_reportlab_writes_it() -> None:
    canvas, bar = Canvas(io.BytesIO()), Bar(68.0, 84.25, 459.276, 0.5, RULE)
    before = len(canvas._code)
    canvas.setFillColorRGB(*bar.colour)
    canvas.rect(bar.x, bar.y, bar.width, bar.height, stroke=0, fill=1)
    assert Operators(canvas).bar(bar) == "\n".join(canvas._code[before:])


def test_what_wrap_gives_can_be_changed_without_changing_what_it_gives_next() -> None:
    first = wrap("A line of a document", STYLES["body"], 60)
    kept = first.copy()
    first.clear()
    assert wrap("A line of a document", STYLES["body"], 60) == kept


@pytest.mark.parametrize("collects", [True, False])
def test_nothing_is_kept_of_a_document_and_garbage_is_collected_as_before(
    collects: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where drawing fails half-way."""
    (gc.enable if collects else gc.disable)()
    try:
        drawing.draw(frame(), COVER, report())
        assert gc.isenabled() is collects
        monkeypatch.setattr(drawing, "_describe", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            drawing.draw(draft(), None, [Paragraph("What somebody said to HR.")])
        assert gc.isenabled() is collects
        assert not any(_face(font).broken for font in (REGULAR, SEMIBOLD, ITALIC))
    finally:
        gc.enable()
