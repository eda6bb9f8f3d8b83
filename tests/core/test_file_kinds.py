"""What kind a file truly is: judged to its end, in pieces, whatever its name or its first bytes say."""

import codecs
import contextlib
import io
import random
import struct
import time
import tracemalloc
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from PIL import Image

from app.core.errors import InvalidInput
from app.core.evidence_files import MAX_BYTES, PIECE_BYTES
from app.core.file_kinds import JPEG, KINDS, PDF, PNG, TEXT, FileKind, Judge, kind_called
from app.documents.drawing import draw
from tests.documents.samples import COVER, frame, report
from tests.evidence import a_jpeg, a_pdf, a_png, a_png_that_cannot_be_shown, a_png_that_claims

SMITH = b"Mz Smith wrote this about a resident.\nI saw it on Wednesday.\n"


def judged(content: bytes, piece: int = PIECE_BYTES) -> FileKind:
    """The kind of a whole file, taken in pieces of so many bytes."""
    stream = BytesIO(content)
    head = stream.read(piece)
    judge = Judge(stream, head)
    while head:
        judge.take(head)
        head = stream.read(piece)
    judge.end()
    return judge.kind


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"\ntrailer << /Encrypt 9 0 R >>\n", "locked with a password"),
        (b"\n<< /OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >> >>\n", "holds a program"),
        (b"\n<< /S /Launch /F (x.exe) >>\n", "holds a program"),
    ],
)
@pytest.mark.parametrize("piece", [7, PIECE_BYTES])
def test_a_pdf_that_is_locked_or_runs_is_refused(body: bytes, sentence: str, piece: int) -> None:
    """Nobody could open the one, and nobody should open the other (domain 3.12)."""
    with pytest.raises(InvalidInput, match=sentence):
        judged(a_pdf(body), max(piece, 16))
    assert judged(a_pdf(b"\n(The word Encrypt and /Encryption stand here.)\n")) is PDF


def an_object_stream(inside: bytes, told: bytes = b"/Type /ObjStm", how: bytes = b"/Filter /FlateDecode") -> bytes:
    """Objects packed into a stream, as nearly every program that writes PDFs does."""
    packed = zlib.compress(inside) if b"Flate" in how else inside
    head = b"7 0 obj\n<< %s /N 1 /First 4 %s /Length %d >>\n" % (told, how, len(packed))
    return head + b"stream\r\n" + packed + b"\r\nendstream\nendobj\n"


SCRIPT = b"5 0 << /S /JavaScript /JS (app.alert\\(1\\)) >>"
HOLDS, CLOSED = "holds a program", "cannot look into"


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (an_object_stream(SCRIPT), HOLDS),
        (an_object_stream(SCRIPT, how=b""), HOLDS),
        (an_object_stream(SCRIPT, how=b"/Filter [ /FlateDecode ]"), HOLDS),
        (an_object_stream(SCRIPT, how=b"/Fil#74er /Fl#61teDecode"), HOLDS),
        (an_object_stream(SCRIPT, told=b"/Type /Obj#53tm"), HOLDS),
        (an_object_stream(SCRIPT, told=b""), HOLDS),
        (an_object_stream(b"5 0 << /S /Rendition /J#53 (x) >>" + b" " * 90_000), HOLDS),
        (an_object_stream(b" " * 90_000 + b"5 0 << /JS 9 0 R >>"), HOLDS),
        (b"4 0 obj << /X (>>stream\n) >> endobj\n" + an_object_stream(SCRIPT), HOLDS),
        (b"4 0 obj << /X (>>stream\n) /S /Rendition /JS (x) /Y (endstream) >> endobj\n", HOLDS),
        (b"4 0 obj << /S /J#61vaScript /J#53 (x) >> endobj\n", HOLDS),
        (b"4 0 obj << /J#53 (x) >> endobj\n", HOLDS),
        (b"4 0 obj << /JS(x) >> endobj\n", HOLDS),
        (an_object_stream(SCRIPT, how=b"/Filter /ASCIIHexDecode"), CLOSED),
        (an_object_stream(SCRIPT, how=b"/Filter [/ASCIIHexDecode /FlateDecode]"), CLOSED),
        (an_object_stream(SCRIPT, how=b"/Filter /FlateDecode /DecodeParms << /Predictor 12 >>"), CLOSED),
        (an_object_stream(SCRIPT, how=b"/X (%s 0 obj) /Filter /FlateDecode" % (b"x" * 5000)), CLOSED),
        (an_object_stream(SCRIPT, how=b"/Filter /FlateDecode").replace(b"x\x9c", b"xx"), CLOSED),
        (an_object_stream(SCRIPT)[:-40] + b"\nendstream\nendobj\n", CLOSED),
        (an_object_stream(bytes(70 * 1024 * 1024)), CLOSED),
        (b"4 0 obj << /Type /ObjStm >> endobj\n", CLOSED),
    ],
)  # fmt: skip
@pytest.mark.parametrize("piece", [211, PIECE_BYTES])
def test_a_program_in_a_pdf_is_found_however_it_is_written(body: bytes, sentence: str, piece: int) -> None:
    """In the open, its names written by number, or packed into an object stream; what stays shut is refused too."""
    with pytest.raises(InvalidInput, match=sentence):
        judged(a_pdf(body), piece)


@pytest.mark.parametrize(
    "body",
    [
        an_object_stream(b"5 0 << /Type /Page /Title (On JavaScript) >>"),
        an_object_stream(b"5 0 << >>" + bytes(30 * 1024 * 1024)),
        b"4 0 obj << /URI (https://www.example.org/Launch-event/JSON) >> endobj\n",
        b"4 0 obj << /N 3 /Alternate /DeviceRGB /Filter /DCTDecode /Length 9 >>\nstream\n/JS \xff/JS(\nendstream\nendobj\n",
        b"(a stream of words, and an endstream)\n" * 40,
    ],
)
@pytest.mark.parametrize("piece", [211, PIECE_BYTES])
def test_a_pdf_without_a_program_is_taken(body: bytes, piece: int) -> None:
    """Words that are like those of programs, and the bytes of a picture, are none."""
    assert judged(a_pdf(body), piece) is PDF


ATTACHED, REACHES = "has other files attached to it.*Print it to a new PDF", "opens or sends something outside itself"
LINK = b"5 0 << /Subtype /Link /A << /S /URI /URI (https://www.example.org/) >> >>"


def opening(how: bytes, action: bytes) -> bytes:
    """A catalogue that does something when it is opened, and the action that it calls."""
    return b"5 0 obj\n%s\nendobj\n6 0 obj\n<< /Type /Catalog /OpenAction%s >>\nendobj\n" % (action, how)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (b"<< /Type /EmbeddedFile /Subtype /application#2Fx-dosexec >>", ATTACHED),
        (b"<< /Names << /EmbeddedFiles 9 0 R >> >>", ATTACHED),
        (b"<< /Type /Filespec /F (x.exe) /EF << /F 9 0 R >> >>", ATTACHED),
        (b"<< /F (x.exe) /EF%x\n9 0 R >>", ATTACHED),
        (b"<< /F (x.exe) /#45F << /F 9 0 R >> >>", ATTACHED),
        (b"<< /Subtype /FileAttachment /FS 9 0 R >>", ATTACHED),
        (b"<< /Subtype /File#41ttachment /FS 9 0 R >>", ATTACHED),
        (b"<< /Subtype /RichMedia >>", HOLDS),
        (b"<< /AcroForm << /XFA [ (x) 9 0 R ] >> >>", HOLDS),
        (b"<< /A << /S /SubmitForm /F (https://example.org) >> >>", REACHES),
        (b"<< /S /Import#44ata /F (x.fdf) >>", REACHES),
        (b"<< /S /GoToR /F (//example.org/x.pdf) >>", REACHES),
        (b"<< /S /GoToE /T << /N (x) >> >>", REACHES),
        (b"<< /Type /Page /AA << /O 9 0 R >> >>", REACHES),
        (b"<< /Type /Page /A#41 9 0 R >>", REACHES),
        (b"<< /OpenAction << /S /URI /URI (https://example.org/seen) >> >>", REACHES),
        (b"<< /Open#41ction << /S /U#52I /#55RI (https://example.org/seen) >> >>", REACHES),
        (b"<< /OpenAction << /S /GoTo /D [3 0 R /Fit] /Next 9 0 R >> >>", REACHES),
    ],
)
@pytest.mark.parametrize("is_packed", [False, True])
def test_a_pdf_that_carries_files_or_reaches_out_is_refused(words: bytes, sentence: str, is_packed: bool) -> None:
    """In the open and packed, its names plain or by number; the refusal says what to do."""
    body = an_object_stream(b"5 0 " + words) if is_packed else b"5 0 obj\n" + words + b"\nendobj\n"
    for piece in (211, PIECE_BYTES):
        with pytest.raises(InvalidInput, match=sentence):
            judged(a_pdf(body), piece)


URI = b"<< /S /URI /URI (https://example.org/seen) >>"
HIDDEN = b"4 0 obj << /X (>>stream\n) >> endobj\n5 0 obj\n"  # readers see a string; a search could see a stream begin


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (b"<< /AA" + b" " * 60 + b"<< /O " + URI + b" >> >>", CLOSED),
        (b"<< /AA%" + b"x" * 80 + b"\n<< /O " + URI + b" >> >>", REACHES),
        (b"<< /AA%" + b"x" * 300 + b"\n<< /O " + URI + b" >> >>", CLOSED),
        (b"<< /AA%" + b"x" * 9000 + b"\n<< /O " + URI + b" >> >>", CLOSED),
        (b"<< /AA%x\n%x\n<< /O " + URI + b" >> >>", CLOSED),
        (b"<< /AA 9" + b" " * 60 + b"0 R >>", CLOSED),
        (b"<< /AA 9%x\n0 R >>", CLOSED),
        (b"<< /AA +9 0 R >>", REACHES),
        (b"<< /F (x.exe) /EF" + b" " * 60 + b"<< /F 9 0 R >> >>", ATTACHED + "|" + CLOSED),
        (b"<< /F (x.exe) /EF%" + b"x" * 300 + b"\n<< /F 9 0 R >> >>", ATTACHED + "|" + CLOSED),
        (b"<< /XFA" + b" " * 60 + b"[ (x) 9 0 R ] >>", HOLDS + "|" + CLOSED),
        (b"<< /OpenAction << /S /Thread /F (\\\\\\\\evil\\\\share\\\\a.pdf) >> >>", REACHES),
        (b"<< /OpenAction << /S /Thread /F 9 0 R >> >>", REACHES),
        (b"<< /OpenAction << /S /Rendition /R << /C << /D << /FS /URL /F (http://evil/x.mp4) >> >> >> >> >>", HOLDS),
        (b"<< /D << /FS /URL /F 9 0 R >> >>", REACHES),
        (b"<< /D << /FS%x\n/U#52L /F 9 0 R >> >>", REACHES),
        (b"<< /D << /FS" + b" " * 60 + b"/URL /F 9 0 R >> >>", CLOSED),
        (b"<< /Subtype /Movie /Movie << /F (http://evil/x.mov) >> >>", HOLDS),
        (b"<< /S /Sound /Sound 9 0 R >>", HOLDS),
        (b"<< /Type /3D /Subtype /U3D /OnInstantiate 9 0 R >>", HOLDS),
        (b"<< /Length 0 /F << /FS /URL /F (http://evil/x) >> >>\nstream\n\nendstream", REACHES),
        (b"<< /Length 0 /F (\\\\\\\\evil\\\\x) >>\nstream\n\nendstream", REACHES),
        (b"<< /Length 0 /F ( //evil/x) >>\nstream\n\nendstream", REACHES),
    ],
)
@pytest.mark.parametrize("where", ["open", "packed", "in what looks like a stream"])
def test_what_acts_by_itself_is_refused_or_said_to_be_shut(words: bytes, sentence: str, where: str) -> None:
    """However far its name and what belongs to it stand apart, and wherever a search could be led astray."""
    body = {"open": b"5 0 obj\n%s\nendobj\n", "packed": b"%s", "in what looks like a stream": HIDDEN + b"%s\nendobj\n"}
    given = body[where] % words if where != "packed" else an_object_stream(b"5 0 " + words)
    for piece in (211, PIECE_BYTES):
        with pytest.raises(InvalidInput, match=sentence):
            judged(a_pdf(given), piece)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (b"<< /S" + b" " * 60 + b"/Thread /F 9 0 R >>", CLOSED),
        (b"<< /F" + b" " * 60 + b"(http://evil/x) >>", CLOSED),
        (b"<< /UF <68747470> >>", REACHES),
        (b"<< /F (h\\164tp\\072//evil/x) >>", REACHES),
        (b"<< /Subtype /U#33D /3DD 9 0 R >>", HOLDS),
    ],
)
@pytest.mark.parametrize("is_packed", [False, True])
def test_what_names_a_file_outside_is_refused(words: bytes, sentence: str, is_packed: bool) -> None:
    """By an address or a path, also where its letters are given by number."""
    with pytest.raises(InvalidInput, match=sentence):
        judged(a_pdf(an_object_stream(b"5 0 " + words) if is_packed else b"5 0 obj\n" + words + b"\nendobj\n"))


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (opening(b" 5 0 R", URI), REACHES),
        (opening(b"%x\n 5  0 R", URI), REACHES),
        (opening(b" 5 0 R", b"<< /S /GoTo /D [3 0 R /Fit] /Next 8 0 R >>"), REACHES),
        (an_object_stream(b"5 0 " + URI) + opening(b" 5 0 R", b"null"), REACHES),
        (an_object_stream(b"5 0 << /OpenAction 9 0 R >>") + b"9 0 obj\n" + URI + b"\nendobj\n", REACHES),
        (b"8 0 obj << /X (>>stream\n) >> endobj\n5 0 obj\n%s\nendobj\n" % URI + opening(b" 5 0 R", b"null"), REACHES),
        (opening(b" 9 0 R", b"null") + b"9 0 %%x\nobj\n%s\nendobj\n" % URI, CLOSED),
        (opening(b" /Odd", b"null"), CLOSED),
        (an_object_stream(b"xxxx" + URI) + opening(b" 5 0 R", b"null"), CLOSED),
    ],
)
@pytest.mark.parametrize("piece", [211, PIECE_BYTES])
def test_an_address_that_is_called_on_opening_is_found_wherever_it_stands(body: bytes, sentence: str, piece: int) -> None:
    """Before or after what calls it, in the open or packed; where the object cannot be told, the PDF is refused."""
    with pytest.raises(InvalidInput, match=sentence):
        judged(a_pdf(body), piece)


@pytest.mark.parametrize(
    "body",
    [
        an_object_stream(LINK),
        an_object_stream(LINK) + opening(b" 9 0 R", b"null") + b"9 0 obj\n<< /S /GoTo /D [3 0 R /Fit] >>\nendobj\n",
        opening(b"[3 0 R /XYZ null null 0]", LINK[4:]),
        opening(b"<</S /GoTo /D [3 0 R /Fit]>>", LINK[4:]),
        opening(b" 9 0 R", b"<< /Title (One) /Next 8 0 R >>"),
        opening(b" [3 0 R /Fit] /URI << /Base (https://www.example.org/) >>", b"null"),
        b"4 0 obj << /Title (As 7 0 obj) /A %s >> endobj\n" % LINK[4:] + opening(b" [3 0 R /Fit]", b"null"),
        b"4 0 obj << /Title (\\( 7 0 R, 8 0 endobj) /FontName /BitstreamVera >> endobj\n4 0 obj %s endobj\n" % LINK[4:]
        + opening(b" 9 0 R", b"null"),
        b"5 0 obj << /Title (An obj in 50% of words) /AAPL:Keywords [ ] /Ef 7 /AA#42 << >> >> endobj\n",
        b"5 0 obj << /Type /Thread /I << /Title (M/F (circle one)) >> /F 9 0 R /AA null /Threads [ ] >> endobj\n",
        b"5 0 obj << /Type /Annot /Subtype /Link /F 4 /Renditions 9 0 R >> endobj\n",
        b"5 0 obj << /Resources << /Font << /F 9 0 R >> >> /Filter /FlateDecode >> endobj\n",
    ],
)
@pytest.mark.parametrize("piece", [211, PIECE_BYTES])
def test_links_and_where_a_pdf_opens_are_taken(body: bytes, piece: int) -> None:
    """What word processors write: addresses to click, chapters one after the other, the page that is shown first."""
    assert judged(a_pdf(body), piece) is PDF


@pytest.mark.parametrize(
    "hiding",
    [
        b"/X (7 0 obj) %s",
        b"/X (endobj\n7 0 obj <<) %s",
        b"/X (a (b) \\) \\\\\\( ( 7 0 obj)) %s",
        b"/X (>>stream\n endstream endobj 7 0 obj) %s",
        b"/X (>>stream\n 7 0 obj endstream) %s",
        b"/X /Y%%(\n(\n7 0 obj) %s",
        b"/X <%% >(\n7 0 obj) %s",
        b"/X <20<%%>(\n7 0 obj) %s",
        b"/X (%%) %%) 7 0 obj\n %s",
        b"/X <(> (\n7 0 obj) ) %s",
        b"/X << >>stream\n7 0 obj\nendstream %s",
    ],
)
@pytest.mark.parametrize("is_direct", [False, True])
def test_what_looks_like_an_object_in_a_string_hides_no_address(hiding: bytes, is_direct: bool) -> None:
    """The words of strings and remarks begin no object, so whoever calls what stands behind them is still found."""
    link = hiding % b"/S /URI /URI (https://example.org/seen)"
    body = opening(b" << %s >>" % link, b"null") if is_direct else opening(b" 5 0 R", b"<< %s >>" % link)
    for piece in (61, 211, PIECE_BYTES):
        with pytest.raises(InvalidInput, match=f"{REACHES}|{CLOSED}"):
            judged(a_pdf(body), piece)


def test_what_our_own_program_draws_is_taken() -> None:
    """A report with its contents, pictures and tags is no stranger to the room that takes evidence."""
    assert judged(draw(frame(), COVER, report())) is PDF


def test_a_scanned_pdf_is_taken_whatever_its_pixels_are() -> None:
    """The bytes of a picture hold every three letters somewhere; twenty megabytes of them are taken all the same."""
    pixels = random.Random(1).randbytes(MAX_BYTES - 100_000)
    for at in range(0, len(pixels), 1_000_000):
        pixels = pixels[:at] + b"/JS\n/JS(" + pixels[at + 9 :]
    head = b"4 0 obj << /Subtype /Image /Filter /DCTDecode /Length %d >>\nstream\n" % len(pixels)
    assert judged(a_pdf(head + pixels + b"\nendstream\nendobj\n")) is PDF


REMARKS = b"stream\n" + (b"/EF%" * 60 + b"\n/") * 90_000


@pytest.mark.parametrize(
    "body",
    [
        b"stream\n" * 2_500_000, an_object_stream(b"") * 150_000, b"/N 1 /First 4\n" * 1_300_000, REMARKS,
        b"(" * MAX_BYTES, b"()%\n<<" * 4_000_000, b"1 0 obj (" * 2_000_000,
    ],
)
def test_no_pdf_takes_long_to_look_through(body: bytes) -> None:
    """However it is made up, at the size that is taken at most; counted on the processor, not on the clock."""
    began = time.process_time()
    with contextlib.suppress(InvalidInput):
        judged(a_pdf(body[: MAX_BYTES - 10_000]))
    assert time.process_time() - began < 10


def a_camera_jpeg() -> bytes:
    """With properties and a small picture inside, and what some telephones add behind the end."""
    exif = Image.Exif()
    exif[0x010E] = "as it was"
    target, small = BytesIO(), a_jpeg(8, 8)
    Image.new("RGB", (64, 48), "teal").save(target, "JPEG", exif=exif, comment=small, progressive=True)
    return target.getvalue() + b"MotionPhoto_Data" + bytes(64)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (a_png(), PNG),
        (a_png(b"x" * PIECE_BYTES), PNG),
        (a_jpeg(), JPEG),
        (a_camera_jpeg(), JPEG),
        (a_pdf(), PDF),
        (a_pdf(bytes(range(256)) * 3000), PDF),
        (a_pdf() + b"\n" * 500, PDF),
        ("He said: “no” – Siân\n\tend".encode(), TEXT),
        (b"\xef\xbb\xbfsaved by Notepad\r\n", TEXT),
        ("\u200e[24/02/2027, 20:14] Sam: \U0001f469\u200d\U0001f469\u200d\U0001f467 no\u00a0way".encode(), TEXT),
        (b"a < b and b > c", TEXT),
        (SMITH, TEXT),
        (b"MZ", TEXT),
        (b"GIF89a is a kind of picture", TEXT),
        ("é".encode() * PIECE_BYTES, TEXT),
    ],
)
def test_a_whole_file_of_a_kind_is_taken(content: bytes, kind: FileKind) -> None:
    """In pieces of any size, so that nothing hangs on where one ends."""
    assert judged(content) == judged(content, 4099) == kind
    assert kind_called(kind.media_type) == kind


def an_executable() -> bytes:
    """The head of a Windows program (PE/COFF 3.1): its message can be read as text, its numbers cannot."""
    head = b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff".ljust(60, b"\0") + (128).to_bytes(4, "little")
    return head.ljust(128, b"\0") + b"PE\0\0" + b"This program cannot be run in DOS mode."


@pytest.mark.parametrize(
    "content",
    [
        b"<!-- a remark --><html><script>alert(1)</script>",
        b"<!DOCTYPE html><html>",
        b"  \n<html><script>alert(1)</script>",
        b"\xef\xbb\xbf<html>",
        b" " * (PIECE_BYTES + 10) + b"<svg onload='x()'>",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'>",
        b"<?xml version='1.0'?><svg/>",
        b"<script>x()</script>",
        b"GIF89a\x01\x00\x01\x00",
        b"RIFF\0\0\0\0WEBP",
        b"PK\x03\x04docx",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        an_executable(),
        b"\x7fELF",
        b"{\\rtf1",
        b"text with \x00 in it",
        b"text with \x1b[31m colour",
        b"\xff\xfeU\0T\0F\0",
        b"latin \xe9\xe8\xe7 text that is not utf-8",
        b"text that ends within a letter \xc3",
        SMITH.ljust(PIECE_BYTES, b".") + an_executable(),
        b"." * PIECE_BYTES + b"\x00",
        b"." * PIECE_BYTES + b"\xff",
        b"." * (PIECE_BYTES - 1) + "é".encode()[:1] + b"." * 10,
    ],
)
def test_any_other_kind_is_refused(content: bytes) -> None:
    """HTML named .png, SVG, office documents and programs, and whatever only begins as text."""
    with pytest.raises(InvalidInput, match=r"If it is something else, take a screenshot|not saved as UTF-8") as refused:
        judged(content)
    assert refused.value.field == "file"


@pytest.mark.parametrize(
    "content",
    [
        "a café on Tuesday".encode("cp1252"), ("x" * 70_000 + " café").encode("latin-1"), "A note".encode("utf-16"),
        codecs.BOM_UTF16_BE + "Ŵ".encode("utf-16-be"),
    ],
)  # fmt: skip
def test_a_text_that_an_older_program_saved_is_refused_with_how_to_save_it(content: bytes) -> None:
    """Its letters could be read as others than were meant; what is no text at all is told so."""
    with pytest.raises(InvalidInput, match=r"not saved as UTF-8.*choose “Save As” and the encoding “UTF-8”"):
        judged(content)
    with pytest.raises(InvalidInput, match="must be a PNG or JPEG picture"):
        judged(b"\x00\x01" + content[2:])


def cut(content: bytes) -> Iterator[bytes]:
    yield content[:-1] if not content.endswith(b"\n") else content[:-6]
    yield content[: len(content) // 2]
    yield content[:12]


@pytest.mark.parametrize(
    "content",
    [
        b"\x89PNG\r\n\x1a\n" + b"junk" * 100,
        b"\xff\xd8\xff\xe0" + b"junk" * 100,
        b"%PDF-1.7\n" + b"junk " * 100,
        b"%PDF-1.7\n" + b"junk " * 100 + b"startxref\n9\n%%EOF\n",
        b"%PDF-junk" + a_pdf()[9:],
        a_pdf().replace(b"startxref", b"startsoon"),
        a_pdf()[:-15] + b"startxref\n99999\n%%EOF",
        a_png()[:-5] + b"x" + a_png()[-4:],
        a_png()[:33] + a_png()[-12:],
        a_jpeg()[:-2],
        *cut(a_png(b"z" * 100)),
        *cut(a_jpeg()),
        *cut(a_pdf()),
    ],
)
def test_what_only_begins_as_its_kind_is_refused(content: bytes) -> None:
    """A signature followed by junk, a file cut short, one whose check sums are wrong: nobody could open it later."""
    with pytest.raises(InvalidInput, match="damaged or not complete") as refused:
        judged(content)
    assert refused.value.field == "file"


def a_zip() -> bytes:
    """An archive with one small file."""
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("x.js", "alert(1)")
    return target.getvalue()


PAGE = b"<html><script>alert(1)</script>"


@pytest.mark.parametrize(
    "content",
    [
        *(a_png() + behind for behind in (b"x", b"\n", PAGE, a_zip(), a_png(), a_jpeg())),
        *(a_pdf() + behind for behind in (b"junk", b"\n" + PAGE, a_zip(), b"\n" * 900 + b"x")),
        *(
            a_camera_jpeg() + behind
            for behind in (PAGE, a_pdf(), a_zip(), b"\0" * PIECE_BYTES + a_zip(), b"Rar!\x1a\x07\x00")
        ),
        *(a_jpeg() + behind for behind in (an_executable(), b"\0\0" + an_executable(), b"\x7fELF", b"#!/bin/sh", b"GIF89a")),
    ],
)  # fmt: skip
def test_another_file_behind_the_end_is_refused(content: bytes) -> None:
    """Whoever looks at the picture does not see it; a program may open it."""
    for piece in (4099, PIECE_BYTES):
        with pytest.raises(InvalidInput, match="something else added after its end") as refused:
            judged(content, piece)
        assert refused.value.field == "file"


@pytest.mark.parametrize(
    "behind",
    [
        a_jpeg(),
        b"\0" * 2000 + a_jpeg(16, 16) + a_camera_jpeg(),
        b"\x00\x00\x00\x18ftypmp42" + random.Random(7).randbytes(2_000_000),
        b"Image_UTC_Data" + bytes(20) + b"SEFHe\x00\x00\x00SEFT",
        b"<?xpacket begin='' ?><x:xmpmeta/>",
    ],
    ids=["a second picture", "several", "a motion photo", "the maker's records", "properties"],
)
def test_what_telephones_put_behind_a_photograph_is_let_be(behind: bytes) -> None:
    """Whoever sends the photograph cannot know of it, and it is of the same moment."""
    assert judged(a_jpeg() + behind) is judged(a_camera_jpeg() + behind, 4099) is JPEG


def test_the_end_of_a_jpeg_is_not_looked_for_within_its_segments() -> None:
    """A remark between two scans may hold the two bytes that mean the end."""
    whole = a_camera_jpeg()
    second = whole.index(b"\xff\xda", whole.index(b"\xff\xda", len(a_jpeg(8, 8))) + 2)
    remark = b"\xff\xfe" + struct.pack(">H", 2 + 2 + len(PAGE)) + b"\xff\xd9" + PAGE
    assert judged(whole[:second] + remark + whole[second:]) is JPEG


def test_whether_a_picture_has_pixels_is_not_asked_when_it_comes() -> None:
    """A whole file is taken from whoever reports something; whether it can be shown is asked when it is to be shown."""
    assert judged(a_png_that_cannot_be_shown()) is PNG


def test_a_picture_that_would_fill_the_memory_is_refused() -> None:
    """It claims more pixels than any camera makes; none is decoded, and it is said what to do."""
    with pytest.raises(InvalidInput, match=r"more than 52 million pixels.*Make it smaller"):
        judged(a_png_that_claims(60_000, 60_000))


@pytest.mark.parametrize(
    "content",
    [
        a_png(b"x" * (MAX_BYTES - 40_000)),
        a_jpeg() + b"\0" * (MAX_BYTES - 40_000),
        a_pdf(b"x" * (MAX_BYTES - 40_000)),
        b"x" * MAX_BYTES,
        "é".encode() * (MAX_BYTES // 2),
    ],
    ids=["png", "jpeg", "pdf", "ascii", "text"],
)
def test_judging_takes_little_memory_whatever_the_size(content: bytes) -> None:
    """A few pieces, for the largest file that is taken."""
    stream = io.BufferedReader(BytesIO(content), 1024)  # type: ignore[arg-type]
    tracemalloc.start()
    try:
        head = stream.read(PIECE_BYTES)
        judge = Judge(stream, head)
        while head:
            judge.take(head)
            head = stream.read(PIECE_BYTES)
        judge.end()
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert judge.kind in KINDS
    assert peak < 8 * PIECE_BYTES


@given(st.one_of(st.binary(min_size=1, max_size=2000), st.builds(lambda b: a_png()[:8] + b, st.binary())))
@example(b"\x80\x00")
@example(b"%PDF-1.7 1 0 obj startxref 1 %%EOF")
def test_any_bytes_have_a_kind_or_are_refused_in_words(content: bytes) -> None:
    """Nothing else can happen, and what is text can be read as text."""
    try:
        kind = judged(content, 64)
    except InvalidInput:
        return
    if kind == TEXT:
        assert "\0" not in content.decode("utf-8")
