"""Invented screenshots of invented posts, drawn, so that the demo has evidence to look at."""

import io

from PIL import Image, ImageDraw, ImageFont

from app.documents.fonts import FOLDER

WIDTH, HEIGHT = 900, 560
INK, GREY, LINE, PAPER = "#1c1e21", "#606770", "#dadde1", "#ffffff"


def post_screenshot(author: str, when: str, words: str, comments: tuple[tuple[str, str], ...]) -> bytes:
    """A PNG picture of a post with its comments, as somebody would capture it from a page."""
    picture = Image.new("RGB", (WIDTH, HEIGHT), "#f0f2f5")
    pen = ImageDraw.Draw(picture)
    bold, plain, small = (_font(name, size) for name, size in (("Bold", 26), ("Regular", 26), ("Regular", 20)))
    pen.rounded_rectangle((40, 30, WIDTH - 40, HEIGHT - 30), 14, fill=PAPER, outline=LINE)
    _avatar(pen, 68, 56, 52)
    pen.text((138, 54), author, INK, font=bold)
    pen.text((138, 86), f"{when} · Public", GREY, font=small)
    y = _paragraph(pen, words, 68, 130, WIDTH - 136, plain)
    pen.line((68, y + 20, WIDTH - 68, y + 20), LINE)
    y += 40
    for name, said in comments:
        _avatar(pen, 68, y, 34)
        pen.text((116, y - 2), name, INK, font=_font("SemiBold", 20))
        y = _paragraph(pen, said, 116, y + 22, WIDTH - 190, small) + 14
    target = io.BytesIO()
    picture.save(target, "PNG", optimize=True)
    return target.getvalue()


def _font(weight: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(FOLDER / f"SourceSans3-{weight}.ttf"), size)


def _avatar(pen: ImageDraw.ImageDraw, x: int, y: int, size: int) -> None:
    pen.ellipse((x, y, x + size, y + size), fill="#b8c4ce")
    pen.ellipse((x + size * 0.32, y + size * 0.2, x + size * 0.68, y + size * 0.56), fill="#8795a1")


def _paragraph(
    pen: ImageDraw.ImageDraw, words: str, x: int, y: int, width: int, font: ImageFont.FreeTypeFont
) -> int:
    line = ""
    for word in words.split():
        longer = f"{line} {word}".strip()
        if pen.textlength(longer, font) > width:
            pen.text((x, y), line, INK, font=font)
            y += int(font.size * 1.35)
            line = word
        else:
            line = longer
    pen.text((x, y), line, INK, font=font)
    return y + int(font.size * 1.35)
