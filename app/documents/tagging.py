"""The structure tree of a tagged PDF: what is a heading, a list, a cell, in which order they are read.

Elements are plain nodes while the pages are laid out and painted; ``write`` turns them into PDF objects at the end,
one compact object for each element and none for a piece of content.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from reportlab.pdfbase.pdfdoc import PDFArray, PDFDictionary, PDFDocument, PDFName, PDFObject, PDFString

from app.documents.fonts import readable


class Element:
    """A node of the structure tree.

    ``kind`` is a standard structure type (P, H1, TD, ...), ``attributes`` a PDF attribute dictionary as text, ``alt``
    the text read in place of a picture. Kids are elements, or (page index, marked content number) pairs once content
    is painted.
    """

    __slots__ = ("alt", "attributes", "kids", "kind", "parent")

    def __init__(self, kind: str, parent: "Element | None" = None, *, attributes: str = "", alt: str = "") -> None:
        self.kind = kind
        self.parent = parent
        self.attributes = attributes
        self.alt = alt
        self.kids: list[Element | tuple[int, int]] = []
        if parent is not None:
            parent.kids.append(self)

    def inside(self) -> Iterator["Element"]:
        """This element and all below it, in reading order."""
        waiting = [self]
        while waiting:
            element = waiting.pop()
            yield element
            waiting.extend(kid for kid in reversed(element.kids) if isinstance(kid, Element))


class _Raw(PDFObject):  # type: ignore[misc]
    """An object whose text is already written."""

    __RefOnly__ = 1

    def __init__(self) -> None:
        self.written = b""

    def format(self, _document: PDFDocument) -> bytes:
        return self.written


class MarkedContent:
    """Numbers the pieces of content on each page and remembers to which element each belongs."""

    def __init__(self) -> None:
        self.pages: list[list[Element]] = []

    def begin_page(self) -> None:
        """From here on content belongs to a new page."""
        self.pages.append([])

    def mark(self, element: Element) -> int:
        """The number for the next piece of content on this page, which belongs to the element."""
        owners = self.pages[-1]
        element.kids.append((len(self.pages) - 1, len(owners)))
        owners.append(element)
        return len(owners) - 1


def write(document: PDFDocument, root: Element, content: MarkedContent, pages: Sequence[PDFObject]) -> PDFObject:
    """Add the structure tree to the document; the answer belongs into the catalogue as StructTreeRoot.

    ``pages`` are the page objects, in order; each must carry its index as StructParents.
    """
    page_numbers = [_number(document, page) for page in pages]
    objects = {element: _Raw() for element in root.inside()}
    numbers = {element: _number(document, raw) for element, raw in objects.items()}
    tree = _Raw()
    tree_number = _number(document, tree)
    for element, raw in objects.items():
        parent = tree_number if element.parent is None else numbers[element.parent]
        raw.written = _written(document, element, parent, numbers, page_numbers)
    owners = b"\n".join(
        b"%d [%s]" % (index, b" ".join(b"%d 0 R" % numbers[owner] for owner in page))
        for index, page in enumerate(content.pages)
    )
    tree.written = b"<</Type/StructTreeRoot/K %d 0 R/ParentTreeNextKey %d/ParentTree<</Nums[%s]>>>>" % (
        numbers[root],
        len(content.pages),
        owners,
    )
    return tree


def _number(document: PDFDocument, thing: PDFObject) -> int:
    name = document.Reference(thing).name
    number: int = document.idToObjectNumberAndVersion[name][0]
    return number


def _written(
    document: PDFDocument, element: Element, parent: int, numbers: dict[Element, int], page_numbers: list[int]
) -> bytes:
    first_page = next((kid[0] for kid in element.kids if isinstance(kid, tuple)), None)
    kids = []
    for kid in element.kids:
        if isinstance(kid, Element):
            kids.append(b"%d 0 R" % numbers[kid])
        elif kid[0] == first_page:
            kids.append(b"%d" % kid[1])
        else:
            kids.append(b"<</Type/MCR/Pg %d 0 R/MCID %d>>" % (page_numbers[kid[0]], kid[1]))
    text = b"<</S/%s/P %d 0 R" % (element.kind.encode(), parent)
    if first_page is not None:
        text += b"/Pg %d 0 R" % page_numbers[first_page]
    if kids:
        text += b"/K %s" % kids[0] if len(kids) == 1 else b"/K[%s]" % b" ".join(kids)
    if element.attributes:
        text += b"/A" + element.attributes.encode()
    if element.alt:
        text += b"/Alt" + PDFString(readable(element.alt)).format(document)
    return text + b">>"


class _Entry(PDFObject):  # type: ignore[misc]
    """One bookmark while the outline is put together."""

    __RefOnly__ = 1

    def __init__(self, **values: Any) -> None:
        self.values = values

    def format(self, document: PDFDocument) -> bytes:
        written: bytes = PDFDictionary(self.values).format(document)
        return written


class _Outline(_Entry):
    """The root of the bookmarks, in place of the one reportlab would prepare itself on saving."""

    ready = 1

    def prepare(self, _document: PDFDocument, _canvas: object) -> None:
        """Nothing is left to prepare."""


def bookmarks(
    document: PDFDocument, headings: Sequence[tuple[int, str, int, float]], pages: Sequence[PDFObject]
) -> PDFObject | None:
    """Add the outline: (level, text, page index, height on the page in points) for each heading, nested by level.

    A level that skips one hangs below the nearest higher heading before it. The answer belongs into document and
    catalogue as Outlines.
    """
    if not headings:
        return None
    root = _Outline(Type=PDFName("Outlines"))
    open_entries: list[tuple[int, _Entry]] = [(0, root)]
    for level, text, page, height in headings:
        while open_entries[-1][0] >= level:
            open_entries.pop()
        parent = open_entries[-1][1]
        place = PDFArray([document.Reference(pages[page]), PDFName("XYZ"), 0, round(height, 2), 0])
        entry = _Entry(Title=PDFString(readable(text)), Parent=document.Reference(parent), Dest=place)
        reference = document.Reference(entry)
        if "Last" in parent.values:
            entry.values["Prev"] = parent.values["Last"]
            document.idToObject[parent.values["Last"].name].values["Next"] = reference
        else:
            parent.values["First"] = reference
        parent.values["Last"] = reference
        for _, above in open_entries:
            above.values["Count"] = above.values.get("Count", 0) + 1
        open_entries.append((level, entry))
    return root
