"""The drawn document as a file: pages, head and foot, fonts, bookmarks, properties, and the same bytes each time."""

import io
import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pikepdf
import pypdf
import pytest

from app.documents.drawing import draw
from app.documents.parts import Cover, Heading, KeyFacts, PageBreak, Paragraph, Signature, Table
from app.documents.styles import BRAND, INK, QUIET, WASH, WATERMARK, Colour

from .reading import all_text, flat, page_texts, text_of
from .samples import COVER, SENTENCES, chronology, draft, frame, report


@pytest.fixture(scope="module")
def drawn() -> bytes:
    return draw(frame(), COVER, report())


def test_same_input_gives_same_bytes(drawn: bytes) -> None:
    draw(draft(), None, [Paragraph("Another document in between, with other letters: ŵ ŷ ł")])
    assert draw(frame(), COVER, report()) == drawn


def test_documents_that_differ_have_different_identities(drawn: bytes) -> None:
    other = draw(frame(), COVER, [*report(), Paragraph("One more sentence.")])
    identities = {bytes(pikepdf.open(io.BytesIO(data)).trailer.ID[0]) for data in (drawn, other)}
    assert len(identities) == 2


def test_every_page_carries_marking_twice_and_the_running_lines(drawn: bytes) -> None:
    pages = page_texts(drawn)
    assert len(pages) > 4
    for number, text in enumerate(pages, start=1):
        assert text.count("OFFICIAL-SENSITIVE") == 2
        assert f"Page {number} of {len(pages)}" in text
        for line in ("PB-2026-0042", "Investigation report", "Version 1.2", "Copy 2: decision maker"):
            assert line in text
        assert "Issued 20 November 2026 at 10:30am. Generated 20 November 2026 at 9:05am" in text
        assert "Do not copy or forward." in text


def test_draft_is_watermarked_on_every_page_and_says_so_in_words() -> None:
    pages = page_texts(draw(draft(), COVER, report()))
    assert all("DRAFT" in page and "Version 1.2 (draft)" in page and "Issued" not in page for page in pages)


def test_issued_document_has_no_watermark(drawn: bytes) -> None:
    assert "DRAFT" not in text_of(drawn)


def test_pages_are_a4(drawn: bytes) -> None:
    for page in pypdf.PdfReader(io.BytesIO(drawn)).pages:
        assert (round(page.mediabox.width), round(page.mediabox.height)) == (595, 842)


def test_every_font_is_embedded_and_none_is_helvetica(drawn: bytes) -> None:
    assert b"Helvetica" not in drawn
    with pikepdf.open(io.BytesIO(drawn)) as pdf:
        fonts = [thing for thing in pdf.objects if isinstance(thing, pikepdf.Dictionary) and thing.get("/Type") == "/Font"]
        assert len(fonts) >= 4
        assert all("/FontFile2" in font.FontDescriptor and "/ToUnicode" in font for font in fonts)


def test_bookmarks_nest_by_heading_and_lead_to_their_page(drawn: bytes) -> None:
    reader = pypdf.PdfReader(io.BytesIO(drawn))

    def names(entries: list) -> list:
        return [names(entry) if isinstance(entry, list) else entry.title for entry in entries]

    assert names(reader.outline) == [
        *("Contents", "1. Summary", ["Allegations"]),
        *("2. Background", ["Holds", ["Exhibit E4"], "Chronology"], "3. Signature"),
    ]
    summary = reader.outline[1]
    page = reader.get_destination_page_number(summary)
    assert "1. Summary" in reader.pages[page].extract_text()
    assert re.search(rf"1\. Summary\s*{page + 1}", reader.pages[1].extract_text())


def test_level_that_skips_one_hangs_below_the_nearest_heading() -> None:
    reader = pypdf.PdfReader(io.BytesIO(draw(frame(), None, [Heading(3, "Deep"), Heading(1, "Top"), Heading(4, "Leaf")])))
    assert [entry if isinstance(entry, str) else getattr(entry, "title", entry) for entry in reader.outline[:2]] == [
        "Deep",
        "Top",
    ]
    assert reader.outline[2][0].title == "Leaf"


def test_properties_hold_title_and_reference_and_no_name(drawn: bytes) -> None:
    reader = pypdf.PdfReader(io.BytesIO(drawn))
    assert reader.metadata is not None
    assert reader.metadata.title == "Investigation report PB-2026-0042"
    assert reader.metadata.subject == "PB-2026-0042"
    assert not reader.metadata.author
    assert not reader.metadata.get("/Keywords")
    assert reader.metadata.creation_date == datetime(2026, 11, 20, 10, 30, tzinfo=UTC)
    with pikepdf.open(io.BytesIO(drawn)) as pdf:
        packet = pdf.Root.Metadata.read_bytes().decode()
        assert "Investigation report PB-2026-0042" in packet
        assert "Okafor" not in packet + str(pdf.docinfo)
        assert "<xmp:CreateDate>2026-11-20T10:30:00Z" in packet
        assert str(pdf.Root.Lang) == "en-GB"
        assert pdf.Root.ViewerPreferences.DisplayDocTitle is True
        assert pdf.Root.MarkInfo.Marked is True
        with pdf.open_metadata() as xmp:
            assert xmp["dc:title"] == "Investigation report PB-2026-0042"


def test_properties_give_the_issue_time_in_universal_time() -> None:
    summer = datetime(2026, 7, 1, 10, 0, tzinfo=ZoneInfo("Europe/London"))
    data = draw(frame(issued_at=summer, generated_at=summer), None, [])
    metadata = pypdf.PdfReader(io.BytesIO(data)).metadata
    assert metadata is not None
    assert metadata.creation_date == datetime(2026, 7, 1, 9, 0, tzinfo=UTC)
    assert "Issued 1 July 2026 at 10:00" in text_of(data)


def test_title_with_markup_does_not_break_the_properties() -> None:
    data = draw(frame(title='A <b>& "B"\n]]>\x00', reference="R&D\ud83d"), None, [])
    with pikepdf.open(io.BytesIO(data)) as pdf, pdf.open_metadata() as xmp:
        assert xmp["dc:title"].startswith('A <b>& "B" ]]>[U+0000 control character]')


def test_no_annotation_and_no_remote_reference(drawn: bytes) -> None:
    with pikepdf.open(io.BytesIO(drawn)) as pdf:
        assert all("/Annots" not in page for page in pdf.pages)
        assert not any(isinstance(thing, pikepdf.Dictionary) and "/URI" in thing for thing in pdf.objects)


def test_words_at_line_ends_do_not_run_together() -> None:
    data = draw(frame(), None, [Paragraph(SENTENCES * 12), chronology(3)])
    text = flat(text_of(data))
    assert flat(SENTENCES * 3).strip() in text


def test_everything_given_is_found_in_the_text(drawn: bytes) -> None:
    text = flat(text_of(drawn))
    for line in all_text(frame(), COVER, *(part for part in report() if not hasattr(part, "alt"))).splitlines():
        if line not in ("body", "lead") and "lead" not in line[:5]:
            assert flat(line).strip()[:60] in text


def test_document_without_cover_and_parts_has_one_page() -> None:
    assert len(page_texts(draw(frame(), None, []))) == 1


def test_page_break_at_the_head_of_a_page_leaves_no_blank_page() -> None:
    pages = page_texts(
        draw(frame(), COVER, [PageBreak(), Paragraph("One"), PageBreak(), PageBreak(), Paragraph("Two"), PageBreak()])
    )
    assert len(pages) == 3


def test_heading_stays_with_what_follows() -> None:
    for lines in range(30, 46):
        parts = [Paragraph("\n".join(["line"] * lines)), Heading(2, "Kept together"), chronology(2)]
        page = next(page for page in page_texts(draw(frame(), None, parts)) if "Kept together" in page)
        assert "Entry 0" in page


def test_heading_stays_with_the_table_that_a_few_lines_introduce() -> None:
    for lines in range(30, 46):
        told = Paragraph("What the figures below say. " * 6)
        parts = [Paragraph("\n".join(["line"] * lines)), Heading(1, "Kept together"), told, chronology(2)]
        page = next(page for page in page_texts(draw(frame(), None, parts)) if "Kept together" in page)
        assert "Entry 0" in page


def test_closing_paragraph_stays_with_its_signature() -> None:
    for lines in range(28, 44):
        parts = [Paragraph("\n".join(["line"] * lines)), Paragraph("Yours sincerely"), Signature((("Signed", ""),))]
        page = next(page for page in page_texts(draw(frame(), None, parts)) if "Yours sincerely" in page)
        assert "Signed" in page


def test_what_is_signed_stands_on_one_page_with_its_heading() -> None:
    """Nobody signs a page that holds three lines and no word of what they sign."""
    facts = KeyFacts(tuple((f"Fact {number}", "value") for number in range(5)))
    signed = Signature((("Investigator", "Ian"), ("Signed", ""), ("Date", "")))
    for large in (False, True):
        for lines in range(8, 46):
            above = Paragraph("\n".join(["line"] * lines))
            parts = [above, Heading(1, "11. Signature"), facts, Paragraph("By signing"), signed]
            page = next(page for page in page_texts(draw(frame(large_print=large), None, parts)) if "By signing" in page)
            assert "11. Signature" in page
            assert "Fact 0" in page
            assert "Investigator" in page
            assert "Date" in page


def test_the_second_of_two_rows_is_not_alone_on_a_page() -> None:
    """A short index goes to the next page whole, with its caption."""
    for lines in range(24, 46):
        rows = (("E1", "by Ann\non a phone"), ("E2", "by Bo\non a phone"))
        above, table = Paragraph("\n".join(["line"] * lines)), Table(("Exhibit", "Captured"), rows, (1, 3), "Index")
        pages = page_texts(draw(frame(), None, [above, table, PageBreak(), Paragraph("Next")]))
        page = next(page for page in pages if "E2" in page)
        assert "E1" in page
        assert "Index" in page


def test_large_print_sets_text_in_18_points() -> None:
    data = draw(frame(large_print=True), COVER, report())
    sizes = set()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        for page in pdf.pages:
            element = False
            for instruction in pikepdf.parse_content_stream(page):
                if str(instruction.operator) == "BDC":
                    element = "/MCID" in instruction.operands[1]
                if str(instruction.operator) == "Tf" and element:
                    sizes.add(round(float(instruction.operands[1]), 1))
    assert min(sizes) == 18
    assert "Not established" in text_of(data)


def test_cover_longer_than_a_page_goes_on() -> None:
    cover = Cover(
        "Council " * 40, "Sub " * 200, tuple((f"Fact {number}", "value " * 30) for number in range(40)), "Note " * 900
    )
    assert "Fact 39" in text_of(draw(frame(title="Long " * 80), cover, []))


def _brightness(colour: Colour) -> float:
    parts = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


@pytest.mark.parametrize("ground", [(1.0, 1.0, 1.0), WATERMARK, WASH])
@pytest.mark.parametrize("text", [INK, QUIET, BRAND])
def test_contrast_is_at_least_aa(text: Colour, ground: Colour) -> None:
    assert (_brightness(ground) + 0.05) / (_brightness(text) + 0.05) >= 4.5
