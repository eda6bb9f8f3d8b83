"""The typeface and the text it can print."""

import pytest

from app.documents.fonts import REGULAR, FontsMissing, readable, register_fonts
from app.documents.styles import STYLES
from app.documents.text import elided, paragraphs_of, text_width, wrap


def test_missing_typeface_is_named_with_what_to_do(tmp_path) -> None:
    with pytest.raises(FontsMissing, match=rf"{REGULAR}\.ttf is missing.*Install the service again"):
        register_fonts(tmp_path)


def test_unusable_typeface_is_named(tmp_path) -> None:
    (tmp_path / f"{REGULAR}.ttf").write_bytes(b"no font")
    with pytest.raises(FontsMissing, match=rf"{REGULAR}\.ttf cannot be used"):
        register_fonts(tmp_path)


@pytest.mark.parametrize(
    ("given", "printed"),
    [
        ("Llŷn & Ŵyr, Łódź, café — “quoted” £5 €6", "Llŷn & Ŵyr, Łódź, café — “quoted” £5 €6"),
        ("cafe\u0301", "café"),
        ("a\r\nb\rc\u2028d\te", "a\nb\nc\nd    e"),
        ("soft\u00adhyphen \u2764\ufe0f zero\u200bwidth", "softhyphen ❤ zerowidth"),
        ("😀", "[U+1F600 grinning face]"),
        ("\u05e9", "[U+05E9 hebrew letter shin]"),
        ("\x00", "[U+0000 control character]"),
        ("\ud800", "[U+D800 unnamed character]"),
        ("\ue000", "[U+E000 unnamed character]"),
        ("👩\u200d💻", "[U+1F469 woman][U+200D zero width joiner][U+1F4BB personal computer]"),
    ],
)
def test_readable(given: str, printed: str) -> None:
    assert readable(given) == printed


def test_wrapped_lines_fit_and_keep_every_character() -> None:
    style = STYLES["body"]
    text = "A sentence with a very-long-hyphenated-word and https://example.org/a/b/c?d=e&f=g#h " * 20
    lines = wrap(text, style, 120)
    assert "".join(lines).rstrip() == text.rstrip()
    assert all(text_width(line.rstrip(), style) <= 120.01 for line in lines)


def test_address_is_broken_after_a_seam() -> None:
    first, *_ = wrap("https://example.org/committee/papers/2026/november/minutes", STYLES["body"], 150)
    assert first.endswith("/")


def test_given_line_breaks_and_double_spaces_stay() -> None:
    assert wrap("one\n\n  two  three", STYLES["body"], 400) == ["one ", " ", "  two  three "]
    assert wrap(" \n ", STYLES["body"], 400) == []


def test_column_narrower_than_a_letter_still_ends() -> None:
    assert "".join(wrap("WWWW", STYLES["title"], 1)).strip() == "WWWW"


def test_paragraphs_are_cut_at_empty_lines() -> None:
    assert paragraphs_of("\n\na\nb\n \n\nc\n") == ["a\nb", "c"]


def test_elided_line_fits() -> None:
    style = STYLES["running"]
    line = elided("word " * 2000, style, 200)
    assert line.endswith("…")
    assert text_width(line, style) <= 200
    assert elided("short\nline", style, 200) == "short line"
