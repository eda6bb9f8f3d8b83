"""The case report as a document: what it says, that it names nobody where it must not, that nothing breaks it."""

import io
import re
from dataclasses import replace
from datetime import date

import pikepdf
import pypdf
import pytest

from app.documents.layout import PICTURE_LOST
from app.documents.parts import Heading, PageBreak
from app.hr_cases.documents import render_case_report
from app.hr_cases.documents.contents import CaseReport, ChronologyRow, ExhibitFile, StatementPart
from app.hr_cases.documents.exhibits import UNREADABLE
from app.hr_cases.documents.masking import Masking
from app.hr_cases.documents.rendering import cover_of, frame_of, parts_of
from app.hr_cases.documents.words import fingerprint_groups, shortened, size_words, words_for
from app.hr_cases.models import CaseToAnswer, LetterKind, Recommendation
from app.people.models import Person
from tests.documents.reading import all_text, flat, page_texts, structure, unmarked
from tests.hr_cases.report_samples import (
    NAMES,
    REPORTER,
    SUBJECT,
    afterwards,
    at,
    bare_report,
    exhibit,
    exhibits,
    file_of,
    large_report,
    report,
    screenshot,
)

MARKUP = '<b>bold</b> &amp; <script>alert("x")</script> {{ 7 * 7 }} %s'


@pytest.fixture(scope="module")
def whole() -> CaseReport:
    return report()


@pytest.fixture(scope="module")
def drawn(whole: CaseReport) -> bytes:
    return render_case_report(whole)


@pytest.fixture(scope="module")
def pages(drawn: bytes) -> list[str]:
    return page_texts(drawn)


def words_of(said: CaseReport) -> str:
    return flat(all_text(frame_of(said), cover_of(said), *parts_of(said)))


def test_every_page_carries_marking_reference_copy_version_and_number(pages: list[str]) -> None:
    for number, text in enumerate(pages, start=1):
        assert text.count("OFFICIAL-SENSITIVE") == 2
        assert f"Page {number} of {len(pages)}" in text
        for line in ("K7MQ-4DXW-9PTR", "Case report", "Version 2", "Copy 1: Human Resources", "For named recipients only"):
            assert line in text
        assert "DRAFT" not in text


def test_properties_hold_the_reference_and_no_name(drawn: bytes) -> None:
    parts = {part for name in NAMES for part in re.split(r"[\s-]", name)}
    with pikepdf.open(io.BytesIO(drawn)) as pdf:
        said = str(dict(pdf.docinfo)) + pdf.Root.Metadata.read_bytes().decode()
        assert "K7MQ-4DXW-9PTR" in said
        assert not [part for part in parts if part in said]
        assert "/Names" not in pdf.Root
    assert pypdf.PdfReader(io.BytesIO(drawn)).metadata.title == "Case report K7MQ-4DXW-9PTR"


def test_the_cover_does_not_name_the_person_concerned(pages: list[str]) -> None:
    assert SUBJECT not in pages[0]
    for words in ("Case report", "Priya Raghunathan", "Marion Ashdown", "20 January 2027", "the reporter"):
        assert words in flat(pages[0])


def test_the_reporter_is_named_nowhere(drawn: bytes) -> None:
    assert REPORTER not in flat(structure(drawn).words())


def test_sections_stand_in_their_order_and_the_summary_on_one_page(pages: list[str]) -> None:
    titles = [
        "1. Summary", "2. Introduction and terms of reference", "3. Background", "4. Process followed",
        "5. The allegations, one by one", "6. Mitigation and other factors", "7. Findings of fact",
        "8. Equality and human rights", "9. Recommendation", "10. Other matters", "11. Signature",
        "After the investigation", "Appendix A: Exhibits", "Appendix B: Statements",
        "Appendix C: Policy paragraphs relied on", "Appendix D: Letters", "Appendix E: Investigation plan",
    ]  # fmt: skip
    text = "\n".join(pages[2:])
    places = [text.index(f"\n{title} \n") for title in titles]
    assert places == sorted(places)
    summary = [page for page in pages if "1. Summary" in page and "Recommendation" in page and "Conclusion" in page]
    assert len(summary) == 1


def test_each_allegation_has_its_wording_evidence_finding_and_reasons(drawn: bytes, whole: CaseReport) -> None:
    text = flat(structure(drawn).words())
    for allegation in whole.allegations:
        for words in (allegation.wording, allegation.finding, allegation.basis, *allegation.reasons.split("\n\n")):
            assert words in text
    assert "Sign-in log of the mobile telephone issued to Mr Fenwick (log)" in text
    assert "balance of probabilities" in text


def test_no_sanction_stands_in_the_investigation_part(whole: CaseReport) -> None:
    before, after = words_of(whole).split(" After the investigation This part", 1)
    for words in ("First written warning", "10 June 2027", "Outcome decided", "Appeal", "Hearing held"):
        assert words not in before
        assert words in after


def test_outcome_prints_first_and_last_live_day(drawn: bytes) -> None:
    text = flat(structure(drawn).words())
    assert "First live day 11 December 2026" in text
    assert "Last live day 10 June 2027" in text


def test_the_investigation_report_alone(whole: CaseReport) -> None:
    alone = report(afterwards=None)
    assert alone.title == "Investigation report"
    text = flat("".join(page_texts(render_case_report(alone))))
    assert "After the investigation" not in text
    assert "Issued 20 November 2026 at 10:30am" in text


def test_parts_that_are_due_but_not_there_say_so() -> None:
    text = words_of(report(afterwards=replace(afterwards(), notices=(), hearings=(), outcome=None, appeal=None)))
    assert re.search(r"Hearing None recorded .*Outcome None recorded .*Appeal None recorded", text)


def test_a_draft_is_watermarked_on_every_page() -> None:
    pages = page_texts(render_case_report(bare_report()))
    assert all("DRAFT" in page and "(draft)" in page and "Issued 2" not in page for page in pages)
    assert "Draft of 21 January 2027" in flat(pages[0])


def test_empty_sections_say_that_nothing_is_recorded() -> None:
    text = flat("".join(page_texts(render_case_report(bare_report()))))
    assert text.count("None recorded") > 15


def test_the_same_report_gives_the_same_bytes(drawn: bytes) -> None:
    assert render_case_report(report()) == drawn


def test_times_are_those_of_london(drawn: bytes) -> None:
    text = flat(structure(drawn).words())
    assert "9 October 2026 at 9:40am Report received by Human Resources" in text
    assert "19 October 2026 at midday Person concerned told" in text


def test_headings_are_nested_bookmarks(drawn: bytes) -> None:
    outline = pypdf.PdfReader(io.BytesIO(drawn)).outline
    names = [
        item.title if not isinstance(item, list) else [kid.title for kid in item if not isinstance(kid, list)]
        for item in outline
    ]
    place = names.index("5. The allegations, one by one")
    assert len(names[place + 1]) == 2
    assert names[names.index("Appendix A: Exhibits") + 1][0] == "Exhibit E1: Post about the leisure centre"
    assert names[names.index("Appendix B: Statements") + 1][0] == "Statement S1 (witness)"  # viewers show it unasked


def test_fonts_are_embedded_and_everything_painted_is_tagged(drawn: bytes) -> None:
    with pikepdf.open(io.BytesIO(drawn)) as pdf:
        fonts = {font.objgen: font for page in pdf.pages for font in page.Resources.Font.values()}
        assert fonts
        for font in fonts.values():
            assert "/FontFile2" in font.FontDescriptor
        assert all("/Annots" not in page for page in pdf.pages)
    assert unmarked(drawn) == []


def test_exhibits_have_alternatives_captions_transcripts_and_fingerprints(drawn: bytes, whole: CaseReport) -> None:
    tree = structure(drawn)
    figures = tree.all("Figure")
    assert [figure.alt.split(":")[0] for figure in figures] == ["Exhibit E1", "Exhibit E2"]
    assert all("transcript above" in figure.alt for figure in figures)
    text = flat(tree.words())
    quotes = [flat(quote.words()) for quote in tree.all("BlockQuote")]
    for found in whole.exhibits:
        assert not found.transcript or any(flat(found.transcript) in quote for quote in quotes)
        if found.file:
            assert fingerprint_groups(found.file.fingerprint) in text
    assert "Exhibit E1, captured 7 October 2026" in text


def test_a_very_long_capture_is_cut_into_pieces_that_can_be_read() -> None:
    long = exhibit(1, "A long thread", file=file_of(screenshot("A word. " * 30, height=9000, posts=9)), transcript="A word.")
    data = render_case_report(report(exhibits=(long,)))
    assert len(structure(data).all("Figure")) == 6
    assert "Exhibit E1, part 6 of 6, captured 7 October 2026" in flat(structure(data).words())


def test_a_picture_that_cannot_be_read_says_so_and_keeps_its_place() -> None:
    lost = ExhibitFile("PNG picture", "1 KB", "ab" * 32, UNREADABLE, True)
    text = flat(structure(render_case_report(report(exhibits=(exhibit(1, "A post", file=lost),)))).words())
    assert PICTURE_LOST in text
    assert UNREADABLE in text


def test_a_plain_text_file_is_quoted_whole() -> None:
    kept = ExhibitFile("Plain text", "1 KB", "ab" * 32, "Checked.", text="Line one.\n\nLine <b>two</b>.")
    quotes = structure(render_case_report(report(exhibits=(exhibit(1, "A log", file=kept),)))).all("BlockQuote")
    assert any("Line <b>two</b>." in quote.words() for quote in quotes)


def test_markup_emoji_and_endless_words_are_printed_as_they_are() -> None:
    endless = "https://social.example/" + "a" * 1500
    first = exhibits()[0]
    awkward = report(
        terms=MARKUP,
        exhibits=(replace(first, title=endless, address=endless, transcript="So 😀 funny. " + MARKUP, captured_by=MARKUP),),
        chronology=tuple(ChronologyRow(at(10, 9), f"{MARKUP} {endless}", MARKUP) for _ in range(3)),
        allegations=tuple(replace(part, wording=endless, reasons=MARKUP * 50) for part in report().allegations),
    )
    words = structure(render_case_report(awkward)).words()
    assert "[U+1F600 grinning face]" in words
    bare = "".join(words.split())
    assert bare.count("".join(MARKUP.split())) > 100
    assert endless in bare


def test_a_statement_of_20000_words_and_300_rows() -> None:
    long = StatementPart("S1", SUBJECT, "Interview", date(2026, 11, 4), "Agreed", "", "I said so again. " * 5000)
    data = render_case_report(replace(large_report(pictures=1), statements=(long,)))
    pages = page_texts(data)
    assert "".join(structure(data).words().split()).count("Isaidsoagain.") == 5000
    assert sum("What happened" in page and "Entry" in page for page in pages) > 8
    assert "Entry 299" in "".join(pages)


def test_no_exhibits_no_statements_no_letters() -> None:
    text = words_of(report(exhibits=(), statements=(), letters=()))
    assert "Index of exhibits" in text
    assert "Appendix B: Statements None recorded" in text


def test_large_print_holds_the_same_words(whole: CaseReport, drawn: bytes) -> None:
    large = render_case_report(whole, large_print=True)
    for allegation in whole.allegations:
        assert allegation.wording in flat(structure(large).words())
    assert len(page_texts(large)) > len(page_texts(drawn))


def person(name: str, email: str | None = None) -> Person:
    return Person(name=name, email=email)


def test_the_reporters_full_name_and_address_are_masked_in_texts() -> None:
    masked = Masking([person("Dorothy Winterbourne", "dorothy@demo.example")], [person(SUBJECT)])
    assert masked("Told by dorothy  WINTERBOURNE.") == "Told by [the reporter]."
    assert masked("From dorothy@demo.example\nto me") == "From [the reporter]\nto me"
    assert masked("Of the Winterbournes and Dorothys") == "Of the [the reporter] and Dorothys"


def test_nothing_is_masked_where_somebody_else_has_the_same_name_or_nobody_is_known() -> None:
    assert Masking([person("Ann Lee")], [person("Ann LEE")])("Ann Lee spoke.") == "Ann Lee spoke."
    assert Masking([], [person("Ann Lee")])("Ann Lee spoke.") == "Ann Lee spoke."


def test_words_are_told_apart_where_values_are_the_same() -> None:
    assert words_for(Recommendation.INFORMAL) == "Informal action"
    assert words_for(CaseToAnswer.INFORMAL) == "To be dealt with informally"
    assert words_for(LetterKind.NO_CASE) == "No case to answer"
    assert words_for(None) == ""


@pytest.mark.parametrize(("size", "words"), [(1, "1 byte"), (999, "999 bytes"), (184_320, "184 KB"), (3_200_000, "3.2 MB")])
def test_sizes_in_words(size: int, words: str) -> None:
    assert size_words(size) == words


def test_a_fingerprint_is_grouped_and_a_long_line_cut_between_words() -> None:
    assert fingerprint_groups("ab" * 32) == " ".join(["abababab"] * 8)
    assert shortened("one two three four", 12) == "one two…"
    assert shortened("x" * 30, 10) == "x" * 9 + "…"


def test_the_appendices_follow_where_the_report_ends() -> None:
    """No page is left nearly empty behind the closing: what follows begins on the same one."""
    parts = list(parts_of(report()))
    first = next(n for n, part in enumerate(parts) if isinstance(part, Heading) and part.text.startswith("Appendix A"))
    assert not isinstance(parts[first - 1], PageBreak)
