"""Pictures: decoded, checked, made as small as print allows, and stripped of what their file says of its maker."""

import math
import warnings
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import TypeVar

from PIL import Image, ImageOps

# The longer side at most: 165 mm at 250 dots to the inch is 1620, a whole page high is 2300.
MOST_PIXELS_WIDE = 1620
MOST_PIXELS_HIGH = 2300
# Above this a file is more likely made to exhaust the memory than taken with a telephone; such files are not taken.
MOST_PIXELS = 52_000_000
_JPEG_QUALITY = 85
# A drawing or a screen capture stays exact; a photograph sent as PNG would make twenty exhibits too large to send.
_MOST_EXACT_BYTES = 1_500_000
# A screen capture longer than this many times its width is cut into pieces that can be read in print.
_LONGEST = 2.4
# Longer than this it is no capture that anybody reads; it is shown whole, and its transcript has the words.
_MOST_PIECES = 12
# Each piece begins with the last of the piece before, so that no line of text is lost in the cut.
_OVERLAP = 0.04

T = TypeVar("T")


@dataclass(frozen=True)
class Picture:
    """A picture ready for the page: its size in pixels, the encoded samples, and how they are encoded."""

    width: int
    height: int
    samples: bytes
    filter: str
    colour_space: str


def load_picture(data: bytes) -> Picture | None:
    """The picture ready for the page, or None when it is damaged, no PNG or JPEG, or too large to open.

    It is turned as its file says; transparent parts become white. It is always encoded anew, so no place, name or
    device of the file's own properties comes along.
    """
    return next(iter(_opened(data, cut=False)), None)


def load_pictures(data: bytes) -> tuple[Picture, ...]:
    """The same, with a very long screen capture cut into pieces from top to bottom; nothing when it cannot be read."""
    return _opened(data, cut=True)


def clean_copy(data: bytes) -> bytes | None:
    """The picture encoded anew as PNG, without any property of its file; None when it is damaged or too large."""
    return _readable(lambda: _made_anew(data), otherwise=None)


def has_too_many_pixels(data: bytes) -> bool:
    """Whether a picture is too large to be opened here, and not damaged."""
    return _readable(lambda: _size(data) > MOST_PIXELS, otherwise=False)


def _size(data: bytes) -> int:
    with Image.open(BytesIO(data), formats=("PNG", "JPEG")) as opened:
        return opened.width * opened.height


def _opened(data: bytes, *, cut: bool) -> tuple[Picture, ...]:
    return _readable(lambda: _loaded(data, cut=cut), otherwise=())


def _readable(read: Callable[[], T], *, otherwise: T) -> T:
    """What reading a picture gives, or what stands for one that is damaged: whatever a file holds, never an error."""
    try:
        with warnings.catch_warnings():
            # Pillow warns of odd but readable files; the answer here is the picture or none, never a warning.
            warnings.simplefilter("ignore")
            return read()
    except (OSError, ValueError, SyntaxError, IndexError, KeyError, TypeError, MemoryError, EOFError, zlib.error):
        return otherwise
    except (Image.DecompressionBombError, AttributeError, OverflowError, ZeroDivisionError):
        return otherwise


def _made_anew(data: bytes) -> bytes | None:
    with Image.open(BytesIO(data), formats=("PNG", "JPEG")) as opened:
        if not 0 < opened.width * opened.height <= MOST_PIXELS:
            return None
        plain = _plain(ImageOps.exif_transpose(opened))
        bare, target = Image.new(plain.mode, plain.size), BytesIO()
        bare.paste(plain)
        bare.save(target, "PNG")
    return target.getvalue()


def _loaded(data: bytes, *, cut: bool) -> tuple[Picture, ...]:
    with Image.open(BytesIO(data), formats=("PNG", "JPEG")) as opened:
        if not 0 < opened.width * opened.height <= MOST_PIXELS:
            return ()
        kind, is_long = opened.format or "", cut and opened.height > opened.width * _LONGEST
        if kind == "JPEG" and max(opened.size) > MOST_PIXELS_HIGH and not is_long:
            opened.draft("RGB", (MOST_PIXELS_WIDE, MOST_PIXELS_HIGH))
        opened.load()
        ImageOps.exif_transpose(opened, in_place=True)
        if cut and opened.height > opened.width * _LONGEST:
            return tuple(_encoded(piece, kind) for piece in _pieces(opened))
        if opened.mode in ("L", "LA", "RGB", "RGBA"):
            # Before anything else is made of it, so that a large picture is in memory only once.
            _shrink(opened)
        return (_encoded(opened, kind),)


def _pieces(image: Image.Image) -> Iterator[Image.Image]:
    """A long picture in pieces about as high as a page is, each beginning a little before the last one's end."""
    # Half as high again as wide: the piece fills the width of the text and leaves room for its caption.
    high = max(round(image.width * 1.5), 1)
    count = math.ceil(image.height / high)
    if count > _MOST_PIECES:
        count = 1
    high = math.ceil(image.height / count)
    for number in range(count):
        top = max(number * high - (round(high * _OVERLAP) if number else 0), 0)
        foot = min((number + 1) * high, image.height)
        if foot > top:
            yield image.crop((0, top, image.width, foot))


def _encoded(opened: Image.Image, kind: str) -> Picture:
    image = _plain(opened)
    _shrink(image)
    space = "DeviceGray" if image.mode == "L" else "DeviceRGB"
    if kind != "JPEG":
        exact = zlib.compress(image.tobytes(), 6)
        if len(exact) <= _MOST_EXACT_BYTES:
            return Picture(image.width, image.height, exact, "FlateDecode", space)
    encoded = BytesIO()
    image.save(encoded, "JPEG", quality=_JPEG_QUALITY)
    return Picture(image.width, image.height, encoded.getvalue(), "DCTDecode", space)


def _shrink(image: Image.Image) -> None:
    image.thumbnail((MOST_PIXELS_WIDE, MOST_PIXELS_HIGH), Image.Resampling.LANCZOS, reducing_gap=2.0)


def _plain(image: Image.Image) -> Image.Image:
    """The picture in grey or red-green-blue, on white."""
    if image.mode in ("L", "RGB") and "transparency" not in image.info:
        return image
    if image.mode in ("1", "I", "I;16", "F") and "transparency" not in image.info:
        # Sixteen bits a sample would be cut off at white instead of scaled.
        wide = image.mode.startswith("I")
        return (image.point(lambda sample: sample / 256) if wide else image).convert("L")
    if image.mode in ("RGBA", "LA", "PA", "P") or "transparency" in image.info:
        layer = image.convert("RGBA")
        white = Image.new("RGB", layer.size, "white")
        white.paste(layer, mask=layer.getchannel("A"))
        return white
    return image.convert("RGB")
