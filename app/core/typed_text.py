"""What is kept of text that people type, paste or send in files: one treatment for forms, files and commands."""

import unicodedata

# Marks that turn the order of letters around (a disguise in a name or an address), and marks of no width that only hide
# in a word. Arabic, Hebrew, Persian and Indian writing needs neither: the marks that it does need (U+200C to U+200F,
# U+061C) stay, and so do accents, joined pictures and flags.
_HIDDEN = {
    *range(0x202A, 0x202F), *range(0x2066, 0x2070), *range(0x2060, 0x2065), *range(0xFFF9, 0xFFFC), 0x200B, 0xFEFF
}  # fmt: skip
_KEPT_AS = {**dict.fromkeys(_HIDDEN), **dict.fromkeys((0x0D, 0x2028, 0x2029), "\n")}


def clean_text(text: str | None) -> str:
    """One Unicode form, plain line ends, no hidden marks, no blanks around it. Nothing typed is ""."""
    plain = unicodedata.normalize("NFC", (text or "").replace("\r\n", "\n"))
    return plain.translate(_KEPT_AS).strip()


def clean_line(text: str | None) -> str:
    """The same for one line, without anything that cannot be shown: for names that nobody can be asked to type again."""
    joined = clean_text(text).replace("\n", " ")
    return "".join(character for character in joined if unicodedata.category(character) not in ("Cc", "Cs", "Co", "Cn"))
