"""Draws a document: lays out its parts, paints the pages, writes the PDF with tags, bookmarks and properties."""

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from io import BytesIO
from xml.sax.saxutils import escape

from reportlab.pdfbase.pdfdoc import PDFDictionary, PDFName, PDFObject, PDFStream, PDFZCompress
from reportlab.pdfgen.canvas import Canvas

from app.documents.fonts import REGULAR, readable, register_fonts
from app.documents.layout import lay_out
from app.documents.painting import Painter
from app.documents.parts import Cover, DocumentFrame, Part
from app.documents.sheets import Flow
from app.documents.styles import PAGE_HEIGHT, PAGE_WIDTH
from app.documents.tagging import MarkedContent, bookmarks, write
from app.documents.text import forget_lines

LANGUAGE = "en-GB"
PRODUCER = "Probity"


def draw(frame: DocumentFrame, cover: Cover | None, parts: Sequence[Part]) -> bytes:
    """The document as a tagged PDF (A4, British English, typeface embedded).

    The same arguments give the same bytes. Nothing is fetched, nothing is asked of the clock. Raises FontsMissing when
    the typeface is not installed; awkward text and damaged pictures raise nothing.
    """
    register_fonts()
    with _in_one_go():
        return _drawn(frame, cover, parts)


@contextmanager
def _in_one_go() -> Iterator[None]:
    """Collect no garbage meanwhile, and remember no text afterwards.

    All of a document is in use until its last byte is written, so that a collection finds nothing; of a long one each goes
    through all that there is, over and over, which takes a third of its time.
    """
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        forget_lines()
        if collects:
            gc.enable()


def _drawn(frame: DocumentFrame, cover: Cover | None, parts: Sequence[Part]) -> bytes:
    flow = lay_out(frame, cover, parts)
    output = BytesIO()
    canvas = Canvas(
        output,
        pagesize=(PAGE_WIDTH, PAGE_HEIGHT),
        pageCompression=1,
        invariant=1,
        pdfVersion=(1, 7),
        initialFontName=REGULAR,
        lang=LANGUAGE,
    )
    # Without what reportlab mixes into it from the environment, the file's identity hangs on its content alone.
    canvas._doc.signature = sha256()
    painter = Painter(canvas, frame, len(flow.sheets))
    for number, sheet in enumerate(flow.sheets, start=1):
        painter.page(number, sheet)
        canvas.showPage()
    _finish_pages(canvas)
    _describe(canvas, frame)
    _structure(canvas, flow, painter.content)
    canvas.save()
    return output.getvalue()


def _finish_pages(canvas: Canvas) -> None:
    """Store each page's content compressed, without reportlab's wrapping in ASCII, and tie it to the structure tree."""
    for index, page in enumerate(_pages(canvas)):
        stream = PDFStream(content=page.stream.encode("latin-1"), filters=[PDFZCompress])
        # The identity of the file comes from what it says, so that two documents never share one.
        canvas._doc.updateSignature(stream.content)
        page.Contents = stream
        page.__NoDefault__ = [*type(page).__NoDefault__, "StructParents", "Tabs"]
        page.StructParents = index
        page.Tabs = PDFName("S")


def _pages(canvas: Canvas) -> list[PDFObject]:
    pages: list[PDFObject] = canvas._doc.Pages.pages
    return pages


def _structure(canvas: Canvas, flow: Flow, content: MarkedContent) -> None:
    document, catalogue = canvas._doc, canvas._doc.Catalog
    catalogue.StructTreeRoot = write(document, flow.root, content, _pages(canvas))
    catalogue.MarkInfo = PDFDictionary({"Marked": "true"})
    headings = [(heading.level, heading.text, heading.page, heading.height) for heading in flow.headings]
    outline = bookmarks(document, headings, _pages(canvas))
    if outline is not None:
        document.Outlines = catalogue.Outlines = outline
        canvas.showOutline()


def _describe(canvas: Canvas, frame: DocumentFrame) -> None:
    """The file's properties: title, reference, times, and no person."""
    made = (frame.issued_at or frame.generated_at).astimezone(UTC)
    title, reference = _one_line(f"{frame.title} {frame.reference}"), _one_line(frame.reference)
    canvas.setTitle(title)
    canvas.setSubject(reference)
    canvas.setAuthor("")
    canvas.setKeywords("")
    canvas.setCreator(PRODUCER)
    canvas.setProducer(PRODUCER)
    canvas.setDateFormatter(lambda *_parts: f"D:{made:%Y%m%d%H%M%S}Z")
    canvas._doc.updateSignature(f"{made.isoformat()} {title}".encode())
    canvas._doc.Catalog.Metadata = PDFStream(
        PDFDictionary({"Type": PDFName("Metadata"), "Subtype": PDFName("XML")}),
        _xmp(title, reference, made),
        filters=[],
    )
    canvas._doc.Catalog.ViewerPreferences = PDFDictionary({"DisplayDocTitle": "true"})


def _one_line(text: str) -> str:
    return " ".join(readable(text).split())


def _xmp(title: str, reference: str, made: datetime) -> bytes:
    """The same properties once more, in the form that archives read."""
    when = made.strftime("%Y-%m-%dT%H:%M:%SZ")
    name, number = escape(title), escape(reference)
    return f"""<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"> <rdf:Description
rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
xmlns:pdf="http://ns.adobe.com/pdf/1.3/"> <dc:format>application/pdf</dc:format> <dc:title><rdf:Alt><rdf:li
xml:lang="x-default">{name}</rdf:li></rdf:Alt></dc:title> <dc:description><rdf:Alt><rdf:li
xml:lang="x-default">{number}</rdf:li></rdf:Alt></dc:description> <dc:identifier>{number}</dc:identifier>
<dc:language><rdf:Bag><rdf:li>{LANGUAGE}</rdf:li></rdf:Bag></dc:language>
<xmp:CreateDate>{when}</xmp:CreateDate><xmp:ModifyDate>{when}</xmp:ModifyDate><xmp:MetadataDate>{when}</xmp:MetadataDate>
<xmp:CreatorTool>{PRODUCER}</xmp:CreatorTool><pdf:Producer>{PRODUCER}</pdf:Producer>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="r"?>""".encode()
