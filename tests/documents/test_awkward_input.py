"""Text and pictures as people really give them: nothing raises, nothing is obeyed, nothing is lost."""

import io
import string
import zlib
from collections.abc import Sequence
from io import BytesIO

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from app.documents import pictures
from app.documents.drawing import draw
from app.documents.layout import PICTURE_LOST, lay_out
from app.documents.parts import (
    Bullets,
    Contents,
    Cover,
    DocumentFrame,
    Empty,
    Figure,
    Heading,
    KeyFacts,
    Paragraph,
    Part,
    Quote,
    Signature,
    Table,
)
from app.documents.pictures import clean_copy, load_picture
from app.documents.sheets import TextRun
from app.documents.styles import BOTTOM, LEFT, RIGHT, TOP
from app.documents.text import text_width

from .reading import flat, page_texts, structure, text_of, unmarked
from .samples import SENTENCES, frame, picture

MARKUP = '<b>bold</b> <font color="red">x</font> <a href="https://example.org">y</a> &lt; &amp; <para> </i> (paren\\) %'


def test_markup_in_any_field_is_printed_as_text() -> None:
    parts = [
        *(Heading(1, MARKUP), Paragraph(MARKUP), Bullets((MARKUP,)), KeyFacts(((MARKUP, MARKUP),)), Empty(MARKUP)),
        *(
            Table((MARKUP, "B"), ((MARKUP, "x"),), caption=MARKUP),
            Quote(MARKUP, MARKUP),
            Signature(((MARKUP, MARKUP),)),
        ),
        Figure(b"none", MARKUP, MARKUP),
    ]
    data = draw(frame(title=MARKUP), Cover(MARKUP, MARKUP, ((MARKUP, MARKUP),), MARKUP), parts)
    words = "".join(flat(structure(data).words()).split())
    assert words.count("".join(MARKUP.split())) == 21
    with pikepdf.open(io.BytesIO(data)) as pdf:
        assert all("/Annots" not in page for page in pdf.pages)


@pytest.mark.parametrize("word", ["https://example.org/" + "a/b?c=d&" * 260, "x" * 2000, "W" * 2000])
def test_unbroken_word_of_2000_characters_is_whole_and_inside_the_margins(word: str) -> None:
    parts = [
        Paragraph(word),
        Heading(1, word),
        Quote(word),
        KeyFacts(((word, word),)),
        Table(("A", "B", "C"), ((word, "x", word),)),
    ]
    for large_print in (False, True):
        data = draw(frame(large_print=large_print), None, parts)
        words = structure(data).words().replace(" ", "").replace("-", "")
        assert words.count(word.replace(" ", "").replace("-", "")) == 7
        assert not _outside(frame(large_print=large_print), parts)


def test_cell_longer_than_a_page_is_split() -> None:
    table = Table(("A", "B"), ((SENTENCES * 100, "short"), ("next", SENTENCES * 30)))
    data = draw(frame(), None, [table])
    assert len(page_texts(data)) > 5
    assert flat(SENTENCES * 100).strip() in flat(structure(data).words())
    assert not _outside(frame(), [table])


def test_head_taller_than_a_page_is_not_repeated_and_does_not_hang() -> None:
    data = draw(frame(), None, [Table((SENTENCES * 40, "B"), (("a", "b"), ("c", "d")))])
    assert len(page_texts(data)) < 8


def test_tables_of_one_column_and_of_many() -> None:
    many = tuple(f"Column {letter}" for letter in string.ascii_uppercase)
    parts = [Table(("One",), (("a",),)), Table(many, (many,))]
    assert "".join(structure(draw(frame(), None, parts)).words().split()).count("Column") == 52
    assert not _outside(frame(), parts)


def test_long_lists_contents_and_quotes_cross_pages() -> None:
    headings = [Heading(1 + number % 3, f"Heading {number} " + "word " * 12) for number in range(150)]
    parts = [Contents(3), *headings, Bullets((SENTENCES * 3,) * 40), Quote(SENTENCES * 40)]
    assert unmarked(draw(frame(), None, parts)) == []
    assert not _outside(frame(), parts)


def test_a_thousand_headings_in_a_row() -> None:
    assert len(page_texts(draw(frame(), None, [Heading(1, f"Heading {number}") for number in range(1000)]))) > 40


def test_characters_without_a_glyph_are_named() -> None:
    data = draw(frame(), None, [Paragraph("Bins 😀 مرحبا 你 \u202e.\x07")])
    words = structure(data).words()
    assert "[U+1F600 grinning face]" in words
    assert "[U+0645 arabic letter meem][U+0631 arabic letter reh]" in words
    assert "[U+4F60 cjk unified ideograph-4f60]" in words
    assert "[U+202E right-to-left override]" in words
    assert "[U+0007 control character]" in words


def test_letters_beyond_one_subset_of_the_typeface() -> None:
    letters = "".join(
        chr(code) for code in [*range(0xC0, 0x180), *range(0x391, 0x3CA), *range(0x410, 0x450)] if code != 0x3A2
    )
    shown = structure(draw(frame(), None, [Paragraph(" ".join(letters))])).words()
    assert not set(letters.replace("\u0149", "")) - set(shown)


def test_long_running_lines_are_shortened_and_the_marking_is_not() -> None:
    marking = "OFFICIAL-SENSITIVE PERSONAL AND CONFIDENTIAL: EMPLOYMENT MATTER OF THE SCHOOLS AND EARLY YEARS SERVICE ONLY"
    long = frame(
        marking=marking,
        title="T" * 5000,
        reference="R" * 300,
        version="V" * 300,
        copy_line="C" * 300,
        handling_line="H " * 900,
    )
    data = draw(long, None, [Paragraph("Text")])
    assert text_of(data).count(marking) == 2


@pytest.mark.parametrize(
    "data", [b"", b"GIF89a", b"\x89PNG\r\n\x1a\n", picture()[:200], picture(kind="JPEG")[:-400], b"%PDF-1.7"]
)
def test_damaged_picture_prints_a_sentence(data: bytes) -> None:
    words = structure(draw(frame(), None, [Figure(data, "The profile page", "Exhibit E6")])).words()
    assert PICTURE_LOST in words
    assert "It shows: The profile page" in words
    assert "Exhibit E6" in words


def test_damaged_picture_with_a_very_long_alternative() -> None:
    assert PICTURE_LOST in structure(draw(frame(), None, [Figure(b"x", SENTENCES * 40)])).words()


def test_picture_of_too_many_pixels_is_not_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "MOST_PIXELS", 1000)
    assert load_picture(picture()) is None


@pytest.mark.parametrize("size", [(1, 1), (3000, 10), (10, 3000), (3000, 4000)])
@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_pictures_of_any_shape_fit_the_page(size: tuple[int, int], kind: str) -> None:
    caption = "A caption " * 20
    parts = [Heading(1, "Exhibit"), Figure(picture(*size, kind), "A capture", caption)]
    data = draw(frame(), None, parts)
    assert len(page_texts(data)) == 1
    assert not _outside(frame(), parts)
    assert unmarked(data) == []


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16", "CMYK"])
def test_pictures_of_every_kind_of_colour(mode: str) -> None:
    image = Image.new("L", (40, 40), 255).convert("RGB").convert(mode if mode not in ("I;16", "LA") else "L")
    if mode == "LA":
        image = image.convert(mode)
    elif mode == "I;16":
        image = Image.new("I;16", (40, 40), 65535)
    encoded = io.BytesIO()
    image.save(encoded, "JPEG" if mode == "CMYK" else "PNG")
    loaded = load_picture(encoded.getvalue())
    assert loaded is not None
    if loaded.filter == "FlateDecode":
        import zlib

        assert set(zlib.decompress(loaded.samples)) == {255}


def test_picture_is_turned_and_loses_its_own_properties() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x013B] = "Name of the photographer"
    loaded = load_picture(picture(400, 300, "JPEG", exif=exif.tobytes()))
    assert loaded is not None
    assert (loaded.width, loaded.height) == (300, 400)
    assert b"photographer" not in loaded.samples


@settings(max_examples=25, deadline=None, database=None, derandomize=True)
@given(st.text(st.characters(), max_size=300), st.booleans())
def test_any_text_anywhere(text: str, large_print: bool) -> None:
    parts = [
        *(
            Paragraph(text),
            Bullets((text, text)),
            KeyFacts(((text, text),)),
            Quote(text, text),
            Empty(text),
            Contents(4),
        ),
        *(Table((text, "B"), ((text, text),), caption=text), Heading(2, text or "x") if text.strip() else Empty()),
        Figure(b"", text if text.strip() else "x", text),
    ]
    data = draw(
        frame(title=text if text.strip() else "x", reference=text, large_print=large_print), Cover(text, text), parts
    )
    assert unmarked(data) == []
    assert "�" not in structure(data).words().replace("[U+FFFD replacement character]", "") or "\ufffd" in text


def _outside(page_frame: DocumentFrame, parts: Sequence[Part]) -> list[tuple[int, str]]:
    """Page and text of each run that leaves the margins at any side."""
    found = []
    for number, sheet in enumerate(lay_out(page_frame, None, parts).sheets, start=1):
        for run in sheet.items:
            if not isinstance(run, TextRun):
                continue
            widest = max(text_width(line.rstrip(), run.style) for line in run.lines)
            left = run.x - widest if run.right else run.x
            foot = run.y - (len(run.lines) - 1) * run.style.leading
            if left < LEFT - 1 or left + widest > RIGHT + 1 or run.y > TOP or foot < BOTTOM:
                found.append((number, run.lines[0]))
    return found


def test_a_picture_that_claims_to_be_enormous_is_no_picture_in_a_copy_either() -> None:
    """The head of a file may say anything: what would exhaust the memory gives none, never an error."""
    claimed = bytearray(clean_copy(_png_of(4, 3)) or b"")
    claimed[16:24] = (60_000).to_bytes(4, "big") * 2
    claimed[29:33] = zlib.crc32(claimed[12:29]).to_bytes(4, "big")
    with pytest.raises(Image.DecompressionBombError):
        Image.open(BytesIO(bytes(claimed)))
    assert clean_copy(bytes(claimed)) is None
    assert clean_copy(b"\x89PNG\r\n\x1a\nnothing") is None


def _png_of(width: int, height: int) -> bytes:
    target = BytesIO()
    Image.new("RGB", (width, height), "teal").save(target, "PNG")
    return target.getvalue()
