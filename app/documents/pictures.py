"""Pictures: decoded, checked, made as small as print allows, and stripped of what their file says of its maker."""

import warnings
import zlib
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageOps

# The longer side at most: 165 mm at 250 dots to the inch is 1620, a whole page high is 2300.
MOST_PIXELS_WIDE = 1620
MOST_PIXELS_HIGH = 2300
# Above this a file is more likely made to exhaust the memory than taken with a telephone.
MOST_PIXELS = 52_000_000
_JPEG_QUALITY = 85


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
    try:
        with warnings.catch_warnings():
            # Pillow warns of odd but readable files; the answer here is the picture or None, never a warning.
            warnings.simplefilter("ignore")
            return _loaded(data)
    except (OSError, ValueError, SyntaxError, IndexError, KeyError, TypeError, MemoryError, EOFError, zlib.error):
        return None
    except (Image.DecompressionBombError, AttributeError, OverflowError, ZeroDivisionError):
        return None


def _loaded(data: bytes) -> Picture | None:
    with Image.open(BytesIO(data), formats=("PNG", "JPEG")) as opened:
        if not 0 < opened.width * opened.height <= MOST_PIXELS:
            return None
        kind = opened.format
        if kind == "JPEG" and max(opened.size) > MOST_PIXELS_HIGH:
            opened.draft("RGB", (MOST_PIXELS_WIDE, MOST_PIXELS_HIGH))
        opened.load()
        ImageOps.exif_transpose(opened, in_place=True)
        if opened.mode in ("L", "LA", "RGB", "RGBA"):
            # Before anything else is made of it, so that a large picture is in memory only once.
            _shrink(opened)
        image = _plain(opened)
    _shrink(image)
    space = "DeviceGray" if image.mode == "L" else "DeviceRGB"
    if kind == "JPEG":
        encoded = BytesIO()
        image.save(encoded, "JPEG", quality=_JPEG_QUALITY)
        return Picture(image.width, image.height, encoded.getvalue(), "DCTDecode", space)
    return Picture(image.width, image.height, zlib.compress(image.tobytes(), 6), "FlateDecode", space)


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
