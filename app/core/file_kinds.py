"""What kind a file truly is, whatever its name says, and whether it is whole.

Nothing is taken on the word of its first bytes: a text is read to its end, a PDF must have its objects and its trailer,
a picture must be one that opens; and none of them has another file hidden behind its end, which whoever looks at the
picture does not see and a program may open. Each is judged piece by piece, so that the largest file takes no more memory
than a small one. Sources: domain 3.12; PDF 32000-1 7.5; PNG (ISO/IEC 15948) 5; JPEG (ITU-T T.81) annex B.
"""

import codecs
import re
import struct
import warnings
import zlib
from dataclasses import dataclass
from typing import BinaryIO

from PIL import Image

from app.core.errors import InvalidInput
from app.core.pdf_programs import ProgramSearch

_STEP = 64 * 1024


@dataclass(frozen=True)
class FileKind:
    """A kind of file that is taken as evidence."""

    media_type: str
    ending: str
    words: str
    is_picture: bool


PNG = FileKind("image/png", ".png", "PNG picture", True)
JPEG = FileKind("image/jpeg", ".jpg", "JPEG picture", True)
PDF = FileKind("application/pdf", ".pdf", "PDF document", False)
TEXT = FileKind("text/plain", ".txt", "plain text", False)
KINDS = (PNG, JPEG, PDF, TEXT)
_SIGNATURES = ((b"\x89PNG\r\n\x1a\n", PNG), (b"\xff\xd8\xff", JPEG), (b"%PDF-", PDF))

OTHER_KIND = (
    "The selected file must be a PNG or JPEG picture, a PDF or a plain text file. "
    "If it is something else, take a screenshot of it or save it as a PDF."
)
OTHER_LETTERS = (
    "The selected text file is not saved as UTF-8, so its letters cannot be read for sure. Open it in an editor such as "
    "Notepad, choose “Save As” and the encoding “UTF-8”, and select the file that this makes. Or take a screenshot of it."
)
DAMAGED = (
    "The selected {words} is damaged or not complete, so nobody could open it. "
    "Copy it again, or take a screenshot of it."
)

MOST_PIXELS = 52_000_000
"""What is drawn into a document can have no more: a picture that is taken can be shown (`app.documents.pictures`)."""
TOO_MANY_PIXELS = (
    f"The selected picture is too large to be opened: it has more than {MOST_PIXELS // 1_000_000} million pixels, which is "
    "about 7,200 wide and 7,200 high. Make it smaller in a picture program, or take a screenshot of what matters, and "
    "select that."
)

ADDED = (
    "The selected {words} has something else added after its end. Take a screenshot of it, or open it and save it anew, "
    "and select that."
)


def kind_called(media_type: str) -> FileKind:
    """The kind with this media type, as a row keeps it."""
    return next(kind for kind in KINDS if kind.media_type == media_type)


def claimed_kind(head: bytes) -> FileKind:
    """The kind that a file's first bytes claim; what claims nothing can only be text."""
    return next((kind for signature, kind in _SIGNATURES if head.startswith(signature)), TEXT)


class Judge:
    """Judges one file as its pieces go by: `take` each in turn, then `end`. Either raises InvalidInput."""

    def __init__(self, stream: BinaryIO, head: bytes) -> None:
        self.kind = claimed_kind(head)
        self._reader: _Text | _Pdf | None = None
        if self.kind.is_picture:
            _refuse_unless(_is_whole_picture(stream, self.kind, back_to=len(head)), self.kind)
        else:
            self._reader = _Text() if self.kind is TEXT else _Pdf()

    def take(self, piece: bytes) -> None:
        """The next piece of the file."""
        if self._reader is not None:
            _refuse_unless(self._reader.take(piece), self.kind)

    def end(self) -> None:
        """The file has no more pieces."""
        if self._reader is not None:
            _refuse_unless(self._reader.end(), self.kind)


def _refuse_unless(good: bool, kind: FileKind) -> None:
    if not good:
        raise InvalidInput(OTHER_KIND if kind is TEXT else DAMAGED.format(words=kind.words), field="file")


_PRINTED_ASCII = bytes((*b"\t\n\f\r", *range(0x20, 0x7F)))
# Control letters, and places that are no letter at all. Marks that direct writing, join emoji or break no line are text.
_NOT_TEXT = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")
# Text as older programs save it: one byte for each letter, of those that a code page has for writing, and no control byte.
_OTHER_LETTERS = re.compile(rb"[\t\n\f\r\x20-\x7e\x80-\xff]*")
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_MARKUP = (b"<!doctype", b"<!--", b"<html", b"<svg", b"<?xml", b"<script", b"{\\rtf")
_LONGEST_MARKUP = max(map(len, _MARKUP))


class _Text:
    """Text is UTF-8 from the first byte to the last without control letters, and begins as no markup does.

    A program is told from a note that begins with the same letters ("Mz Smith said") by what follows: no head of an
    executable is without control letters.
    """

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._begins = b""

    def take(self, piece: bytes) -> bool:
        return self._begins_well(piece) and self._reads(piece)

    def end(self) -> bool:
        return self._reads(b"", final=True)

    def _begins_well(self, piece: bytes) -> bool:
        if not self._begins and piece.startswith(_UTF_16):
            raise InvalidInput(OTHER_LETTERS, field="file")
        if len(self._begins) < _LONGEST_MARKUP:
            begins = (self._begins + piece).removeprefix(codecs.BOM_UTF8).lstrip()
            self._begins = begins[:_LONGEST_MARKUP].lower()
        return not self._begins.startswith(_MARKUP)

    def _reads(self, piece: bytes, *, final: bool = False) -> bool:
        if piece.isascii() and piece and not self._decoder.getstate()[0]:
            return not piece.translate(None, _PRINTED_ASCII)
        try:
            return _NOT_TEXT.search(self._decoder.decode(piece, final)) is None
        except UnicodeDecodeError as error:
            if _OTHER_LETTERS.fullmatch(piece) and _OTHER_LETTERS.fullmatch(self._begins):
                raise InvalidInput(OTHER_LETTERS, field="file") from error
            return False


_PDF_HEAD = re.compile(rb"%PDF-[12]\.\d")
_PDF_OBJECT = re.compile(rb"\d\s+\d+\s+obj\b")
_PDF_TRAILER = re.compile(rb"startxref\s+(\d{1,10})\s+%%EOF")
_LONGEST_OBJECT = 32
_PDF_LOCKED = re.compile(rb"/Encrypt\s*(?:\d+\s+\d+\s+R\b|<<)")
LOCKED_PDF = "The selected PDF is locked with a password. Save it without one and select it again"
# Readers look for the trailer in the last 1024 bytes (PDF 32000-1, implementation note 18).
_PDF_TAIL = 1024
_PADDING = b"\0\t\n\f\r "


class _Pdf:
    """A PDF names its version, holds at least one object, and ends with where its table of objects is.

    One that nobody can open without a password, or that holds a program, is refused (domain 3.12).
    """

    def __init__(self) -> None:
        self._size, self._tail, self._has_object = 0, b"", False
        self._programs = ProgramSearch()

    def take(self, piece: bytes) -> bool:
        is_first, before = self._size == 0, self._tail
        self._size += len(piece)
        joined = before[-_LONGEST_OBJECT:] + piece
        self._has_object = self._has_object or bool(_PDF_OBJECT.search(joined))
        if _PDF_LOCKED.search(joined):
            raise InvalidInput(LOCKED_PDF, field="file")
        self._programs.take(piece)
        self._tail = (before + piece[-_PDF_TAIL:])[-_PDF_TAIL:]
        return not is_first or _PDF_HEAD.match(piece) is not None

    def end(self) -> bool:
        trailers = _PDF_TRAILER.findall(self._tail)
        if not (self._has_object and trailers and int(trailers[-1]) < self._size):
            return False
        # What servers and old programs leave behind the end is line ends and zeros.
        if self._tail.rpartition(b"%%EOF")[2].strip(_PADDING):
            raise InvalidInput(ADDED.format(words=PDF.words), field="file")
        self._programs.end()
        return True


def _is_whole_picture(stream: BinaryIO, kind: FileKind, *, back_to: int) -> bool:
    """Whether Pillow knows the picture for what it claims to be and its file has its end; no pixel is decoded."""
    start = stream.tell() - back_to
    try:
        stream.seek(start)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # we have a limit of our own
            with Image.open(stream, formats=[kind.media_type.partition("/")[2].upper()]) as opened:
                pixels = opened.width * opened.height
            if pixels > MOST_PIXELS:
                raise Image.DecompressionBombError
            return _png_is_whole(stream, start) if kind is PNG else _jpeg_is_whole(stream, start)
    except (OSError, ValueError, SyntaxError, struct.error, EOFError, IndexError, KeyError, TypeError, zlib.error):
        return False
    except Image.DecompressionBombError as error:
        raise InvalidInput(TOO_MANY_PIXELS, field="file") from error
    except (AttributeError, OverflowError, ZeroDivisionError, MemoryError):
        return False
    finally:
        stream.seek(start + back_to)


def _png_is_whole(stream: BinaryIO, start: int) -> bool:
    """Every chunk up to the last has the check sum that it says, and nothing comes after that.

    No camera or telephone adds anything to a PNG. What has been found there is what was cut away from a screenshot by a
    tool that did not shorten the file, which nobody means to send.
    """
    stream.seek(start + 8)
    name, has_pixels = b"", False
    while name != b"IEND":
        length, name = struct.unpack(">I4s", stream.read(8))
        said, has_pixels = zlib.crc32(name), has_pixels or name == b"IDAT"
        while length > 0:
            piece = stream.read(min(length, _STEP))
            if not piece:
                return False
            said, length = zlib.crc32(piece, said), length - len(piece)
        if stream.read(4) != struct.pack(">I", said):
            return False
    if has_pixels and stream.read(1):
        raise InvalidInput(ADDED.format(words=PNG.words), field="file")
    return has_pixels


def _jpeg_is_whole(stream: BinaryIO, start: int) -> bool:
    """Its segments lead to a scan, and after the last scan comes the mark of its end, with no other file behind it."""
    stream.seek(start + 2)
    marker = b""
    while marker != b"\xff\xda":
        marker = stream.read(2)
        while marker == b"\xff\xff":  # fill bytes may stand before any marker
            marker = b"\xff" + stream.read(1)
        if len(marker) < 2 or marker[0] != 0xFF or marker == b"\xff\xd9":
            return False
        _skip_segment(stream)
    while marker != b"\xff\xd9":
        marker = _next_marker(stream)
        if not marker:
            return False
        if marker != b"\xff\xd9":
            _skip_segment(stream)
    if _holds_another_file(stream):
        raise InvalidInput(ADDED.format(words=JPEG.words), field="file")
    return True


# What may stand between two scans, and the end; any other byte after FF belongs to the pixels.
_JPEG_MARKER = re.compile(rb"\xff[\xc4\xcc\xd9-\xdd\xe0-\xef\xfe]")


def _skip_segment(stream: BinaryIO) -> None:
    (length,) = struct.unpack(">H", stream.read(2))
    stream.seek(length - 2, 1)


def _next_marker(stream: BinaryIO) -> bytes:
    """The next marker behind the pixels of a scan, with the stream behind it; nothing if the file ends first."""
    last = b""
    while piece := stream.read(_STEP):
        joined = last + piece
        if found := _JPEG_MARKER.search(joined):
            stream.seek(found.end() - len(joined), 1)
            return found[0]
        last = piece[-1:]
    return b""


# Telephones put a good deal behind the end of a JPEG: further JPEGs (MPF: the depth, the gain map, the preview), the film
# of a motion photo (MP4), the maker's own records. Those are pictures and records of the same moment, whoever sends the
# photograph cannot know of them, and what is shown to people is drawn anew from the pixels. So all of that is let be;
# refused is only what is plainly a file of another sort: a document, an archive, a page with a program, a program.
# Each signature is long enough, or asked for only where it would have to stand, not to be met by chance in a film.
_OTHER_FILE = re.compile(
    rb"%PDF-[12]\.|Rar!\x1a\x07|7z\xbc\xaf\x27\x1c|\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    rb"|<(?:!doctype\s+html|html|script|svg)[\s>]", re.IGNORECASE,
)  # fmt: skip
_LONGEST_SIGNATURE = 32
_OTHER_BEGINS = (b"PK\x03\x04", b"MZ", b"\x7fELF", b"#!", b"\x1f\x8b\x08", b"<?xml", b"{\\rtf", b"GIF8")
# A ZIP archive is found by its last record, which stands within the last 64 KiB of the file (APPNOTE 4.3.16).
_ZIP_END, _ZIP_TAIL = b"PK\x05\x06", 22 + 0xFFFF


def _holds_another_file(stream: BinaryIO) -> bool:
    """Whether what is left of a stream is, or holds, a document, an archive or a program."""
    begins, last, tail = b"", b"", b""
    while piece := stream.read(_STEP):
        if len(begins) < _LONGEST_SIGNATURE:
            begins = (begins + piece).lstrip(_PADDING)[:_LONGEST_SIGNATURE]
        joined = last + piece
        if begins.startswith(_OTHER_BEGINS) or _OTHER_FILE.search(joined):
            return True
        last, tail = joined[-_LONGEST_SIGNATURE:], (tail + piece)[-_ZIP_TAIL:]
    return _ZIP_END in tail
