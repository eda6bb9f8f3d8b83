"""Paints laid-out pages on a reportlab canvas; every piece is marked as content of an element or as an artifact."""

from datetime import datetime
from hashlib import sha256

from reportlab.pdfbase.pdfdoc import PDFDictionary, PDFName, PDFStream, xObjectName
from reportlab.pdfgen.canvas import Canvas

from app.documents.operators import Operators
from app.documents.parts import DocumentFrame
from app.documents.pictures import Picture
from app.documents.sheets import Bar, PlacedPicture, Sheet, TextRun
from app.documents.styles import LEFT, PAGE_HEIGHT, PAGE_WIDTH, RIGHT, RULE, STYLES, WIDTH, TextStyle
from app.documents.tagging import Element, MarkedContent
from app.documents.text import elided, text_width, wrap

_HEADER = "/Artifact <</Type/Pagination/Subtype/Header>> BDC"
_FOOTER = "/Artifact <</Type/Pagination/Subtype/Footer>> BDC"
_WATERMARK = "/Artifact <</Type/Pagination/Subtype/Watermark>> BDC"
_LAYOUT = "/Artifact <</Type/Layout>> BDC"
_SMALLEST_MARKING = 5.0
_GAP = 16.0


_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def moment(at: datetime) -> str:
    """A time in the words that the pages of the service use, as in "21 November 2026 at 9:05am"."""
    day = f"{at.day} {_MONTHS[at.month - 1]} {at.year}"
    if at.minute == 0 and at.hour in (0, 12):
        return f"{day} at {'midday' if at.hour else 'midnight'}"
    return f"{day} at {at.hour % 12 or 12}:{at:%M}{'am' if at.hour < 12 else 'pm'}"


class Painter:
    """Paints one page after the other and keeps count of the marked content."""

    def __init__(self, canvas: Canvas, frame: DocumentFrame, pages: int) -> None:
        self.canvas = canvas
        self.frame = frame
        self.pages = pages
        self.content = MarkedContent()
        self.operators = Operators(canvas)
        self._open: Element | str | None = None

    def page(self, number: int, sheet: Sheet) -> None:
        """Paint one page: watermark, head, content, foot."""
        self.content.begin_page()
        if self.frame.draft:
            self._begin(_WATERMARK)
            self._watermark()
        self._begin(_HEADER)
        self._head()
        for item in sheet.items:
            if isinstance(item, TextRun):
                self._begin(item.element or _LAYOUT)
                self.canvas.addLiteral(self.operators.text(item))
            elif isinstance(item, Bar):
                self._begin(_LAYOUT)
                self._bar(item)
            else:
                self._begin(item.element)
                self._picture(item)
        self._begin(_FOOTER)
        self._foot(number)
        self._begin(None)

    def _begin(self, owner: Element | str | None) -> None:
        """Close the piece of content that is open unless it has the same owner, and open the next."""
        if owner is self._open:
            return
        if self._open is not None:
            self.canvas.addLiteral("EMC")
        if isinstance(owner, str):
            self.canvas.addLiteral(owner)
        elif owner is not None:
            self.canvas.addLiteral(f"/{owner.kind} <</MCID {self.content.mark(owner)}>> BDC")
        self._open = owner

    def _text(self, x: float, y: float, style: TextStyle, lines: list[str], *, right: bool = False) -> None:
        self.canvas.addLiteral(self.operators.text(TextRun(x, y, style, lines, None, right)))

    def _bar(self, bar: Bar) -> None:
        self.canvas.addLiteral(self.operators.bar(bar))

    def _picture(self, placed: PlacedPicture) -> None:
        name = self._registered(placed.picture)
        self.canvas.saveState()
        self.canvas.transform(placed.width, 0, 0, placed.height, placed.x, placed.y)
        self.canvas.doForm(name)
        self.canvas.restoreState()

    def _registered(self, picture: Picture) -> str:
        """The picture as an object of the document; one that is shown twice is stored once."""
        document = self.canvas._doc
        name = f"Im{sha256(picture.samples).hexdigest()[:24]}"
        if not self.canvas.hasForm(name):
            stream = PDFStream(
                PDFDictionary(
                    {
                        "Type": PDFName("XObject"),
                        "Subtype": PDFName("Image"),
                        "Width": picture.width,
                        "Height": picture.height,
                        "BitsPerComponent": 8,
                        "ColorSpace": PDFName(picture.colour_space),
                        "Filter": PDFName(picture.filter),
                    }
                ),
                picture.samples,
            )
            document.Reference(stream, xObjectName(name))
        return name

    def _watermark(self) -> None:
        style = STYLES["watermark"]
        word = "DRAFT"
        self.canvas.saveState()
        self.canvas.translate(PAGE_WIDTH / 2, PAGE_HEIGHT / 2)
        self.canvas.rotate(54)
        self._text(-text_width(word, style) / 2, -style.size * 0.33, style, [word])
        self.canvas.restoreState()

    def _head(self) -> None:
        frame, running = self.frame, STYLES["running"]
        self._marking(PAGE_HEIGHT - 36)
        version = elided(f"{frame.version} (draft)" if frame.draft else frame.version, running, WIDTH / 3)
        self._text(RIGHT, PAGE_HEIGHT - 60, running, [version], right=True)
        room = WIDTH - text_width(version, running) - _GAP
        reference = elided(frame.reference, STYLES["running_strong"], room / 2)
        self._text(LEFT, PAGE_HEIGHT - 60, STYLES["running_strong"], [reference + " "])
        used = text_width(reference, STYLES["running_strong"]) + (10 if reference else 0)
        self._text(LEFT + used, PAGE_HEIGHT - 60, running, [elided(frame.title, running, room - used)])
        self._rule(PAGE_HEIGHT - 68)

    def _foot(self, number: int) -> None:
        frame, running = self.frame, STYLES["running"]
        self._rule(84)
        page = f"Page {number} of {self.pages}"
        self._text(RIGHT, 71, STYLES["running_strong"], [page], right=True)
        times = f"Generated {moment(frame.generated_at)}"
        if frame.issued_at is not None and not frame.draft:
            times = f"Issued {moment(frame.issued_at)}. {times}"
        self._text(RIGHT, 60, running, [elided(times, running, WIDTH * 0.7)], right=True)
        left = WIDTH - text_width(page, STYLES["running_strong"]) - _GAP
        self._text(LEFT, 71, STYLES["running_strong"], [elided(frame.copy_line, STYLES["running_strong"], left)])
        handling = wrap(frame.handling_line, running, WIDTH)
        if handling:
            second = [elided("".join(handling[1:]), running, WIDTH)] if len(handling) > 1 else []
            self._text(LEFT, 48, running, [handling[0], *second])
        self._marking(20)

    def _rule(self, y: float) -> None:
        self._bar(Bar(LEFT, y, WIDTH, 0.5, RULE))

    def _marking(self, y: float) -> None:
        """The marking in the middle; set smaller rather than cut when it is long."""
        style = STYLES["marking"]
        line = " ".join("".join(wrap(self.frame.marking, style, 100_000)).split())
        width = text_width(line, style)
        if width > WIDTH:
            style = style.scaled(max(WIDTH / width, _SMALLEST_MARKING / style.size))
        self._text((PAGE_WIDTH - text_width(line, style)) / 2, y, style, [line])
