"""The parts that documents are made of. A room builds them from its records; ``drawing.draw`` turns them into a PDF.

All text is plain: nothing in it is read as markup, and no address in it becomes a link. A newline begins a new line,
an empty line a new paragraph.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from app.documents.pictures import Picture

NONE_RECORDED = "None recorded"

ParagraphStyle = Literal["body", "lead", "small", "strong", "inset"]


@dataclass(frozen=True)
class DocumentFrame:
    """What stands on every page, and in the file's properties.

    Times are printed as they come, so give them in the office's local time; both must know their time zone. ``draft``
    prints a watermark; an issued document has ``issued_at``. ``title`` and ``reference`` go into the file's
    properties: no names in them. ``large_print`` sets the text in 18 points, in one column.
    """

    title: str
    marking: str
    handling_line: str
    reference: str
    version: str
    copy_line: str
    generated_at: datetime
    issued_at: datetime | None = None
    draft: bool = True
    large_print: bool = False

    def __post_init__(self) -> None:
        """Refuse (ValueError) times without a zone, no title or marking, and an issue without its time."""
        for moment in (self.generated_at, self.issued_at):
            if moment is not None and moment.tzinfo is None:
                raise ValueError("The times of a document must carry a time zone.")
        if not self.title.strip() or not self.marking.strip():
            raise ValueError("A document needs a title and a marking.")
        if not self.draft and self.issued_at is None:
            raise ValueError("A document that is no draft must say when it was issued.")


@dataclass(frozen=True)
class Cover:
    """The first page: whose document it is, what it is, and the facts a reader looks for first.

    The title is the frame's. ``note`` is set off below the facts, for instance who may read the document.
    """

    organisation: str
    subtitle: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    note: str = ""


@dataclass(frozen=True)
class Heading:
    """A heading of level 1 to 4; it also becomes a bookmark and stays with what follows it.

    `bookmark` is what the outline says instead, where the heading names somebody: viewers show outlines unasked.
    """

    level: int
    text: str
    bookmark: str = ""

    def __post_init__(self) -> None:
        """Refuse (ValueError) a level outside 1 to 4 and a heading without text."""
        if self.level not in (1, 2, 3, 4):
            raise ValueError("A heading's level is 1, 2, 3 or 4.")
        if not self.text.strip():
            raise ValueError("A heading needs text.")


@dataclass(frozen=True)
class Paragraph:
    """Running text. Without text it prints "None recorded". ``inset`` sets it off with a bar at its left."""

    text: str
    style: ParagraphStyle = "body"


@dataclass(frozen=True)
class Bullets:
    """A list, with dots or with numbers. Without items it prints "None recorded"."""

    items: tuple[str, ...]
    numbered: bool = False


@dataclass(frozen=True)
class KeyFacts:
    """Names and values one below the other; an empty value prints "None recorded"."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Table:
    """A table whose head is repeated on every page it reaches.

    ``widths`` are the columns' shares of the page width (any unit; left out, the columns share by content).
    ``row_heads`` makes the first column the heading of its row; ``numeric`` names columns (from 0) set to the right.
    Without rows it prints its head and "None recorded".
    """

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...] = ()
    caption: str = ""
    row_heads: bool = False
    numeric: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        """Refuse (ValueError) a table without columns, rows of another length, and widths that do not fit the head."""
        if not self.head:
            raise ValueError("A table needs at least one column.")
        if any(len(row) != len(self.head) for row in self.rows):
            raise ValueError("Every row of a table needs as many cells as its head.")
        if self.widths and (len(self.widths) != len(self.head) or min(self.widths) <= 0):
            raise ValueError("A table's widths must be positive, one for each column.")


@dataclass(frozen=True)
class Quote:
    """Somebody's words as they stand, for instance the transcript of a post; ``source`` says below where from."""

    text: str
    source: str = ""


@dataclass(frozen=True)
class Figure:
    """A picture, drawn as large as page and sharpness allow.

    Its file (PNG or JPEG), or what ``pictures.load_picture`` made of it: a document of many large pictures then holds
    none of their files. ``alt`` is read out in its place and must say what it shows. A picture that cannot be read, or
    None, prints a boxed sentence instead.
    """

    image: bytes | Picture | None
    alt: str
    caption: str = ""

    def __post_init__(self) -> None:
        """Refuse (ValueError) a picture without its text alternative."""
        if not self.alt.strip():
            raise ValueError("A picture needs a text alternative.")


@dataclass(frozen=True)
class Signature:
    """Lines to sign on: label and value; a line without a value is left blank for the pen."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Contents:
    """A list of the headings (down to ``depth``) with their page numbers, under a heading of its own."""

    depth: int = 2
    title: str = "Contents"


@dataclass(frozen=True)
class PageBreak:
    """What follows begins on a new page."""


@dataclass(frozen=True)
class Empty:
    """A section with nothing in it says so instead of vanishing."""

    text: str = NONE_RECORDED


Part = Heading | Paragraph | Bullets | KeyFacts | Table | Quote | Figure | Signature | Contents | PageBreak | Empty
