"""Evidence for tests: files that are what they say, as small or as large as wanted."""

import struct
import zlib
from io import BytesIO

from PIL import Image

_CHUNK = 64 * 1024


def a_png_that_claims(width: int, height: int) -> bytes:
    """A small PNG that says of itself that it is so large."""
    good, plain = a_png(), struct.pack(">IIBBBBB", 2, 2, 8, 0, 0, 0, 0)
    large = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return good.replace(_chunk(b"IHDR", plain), _chunk(b"IHDR", large))


def a_png(more: bytes = b"") -> bytes:
    """A PNG picture of four grey pixels that carries these bytes behind them."""
    pixels = zlib.compress(b"\0\x80\x80" * 2)
    pieces = [more[start : start + _CHUNK] for start in range(0, len(more), _CHUNK)]
    chunks = [(b"IHDR", struct.pack(">IIBBBBB", 2, 2, 8, 0, 0, 0, 0)), (b"IDAT", pixels)]
    chunks += [(b"prBy", piece) for piece in pieces] + [(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in chunks)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def a_png_that_cannot_be_shown() -> bytes:
    """A PNG whose every chunk is whole, but whose pixels are no pixels: it is taken, and nobody can look at it."""
    good = a_png()
    before, _, after = good.partition(_chunk(b"IDAT", zlib.compress(b"\0\x80\x80" * 2)))
    return before + _chunk(b"IDAT", b"these are no pixels") + after


def a_jpeg(width: int = 40, height: int = 30) -> bytes:
    """A JPEG picture."""
    target = BytesIO()
    Image.effect_noise((width, height), 60).convert("RGB").save(target, "JPEG")
    return target.getvalue()


def a_pdf(body: bytes = b"") -> bytes:
    """A PDF with these bytes in it."""
    first = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n"
    pages = b"2 0 obj\n<< /Type /Pages /Kids [] /Count 0 >>\nendobj\n"
    content = first + pages + body + b"\n"
    table = b"xref\n0 1\n0000000000 65535 f \ntrailer\n<< /Size 3 /Root 1 0 R >>\n"
    return content + table + b"startxref\n%d\n%%%%EOF\n" % len(content)
