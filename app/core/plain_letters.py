"""Letters without marks, as people type names they do not know how to spell: Siân is found by "sian".

The same folding in Python and in the database, so that a search is one limited query on SQLite and on PostgreSQL.
"""

import unicodedata
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

_APOSTROPHES = "’‘‛ʼʻ′´＇"
_OWN_WAY = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ß": "ss", "æ": "ae", "œ": "oe", **dict.fromkeys(_APOSTROPHES, "'")}
)
# What is left out where two spellings of a name are compared.
_BETWEEN_LETTERS = " .,'-"


def plain_letters(text: str) -> str:
    """A text in small letters without marks; every kind of apostrophe becomes the straight one."""
    if text.isascii():
        return text.lower()
    bare = unicodedata.normalize("NFKD", text.casefold().translate(_OWN_WAY))
    return "".join(letter for letter in bare if not unicodedata.combining(letter))


def name_key(text: str) -> str:
    """What spellings of one name have in common: "St.  Brigid’s School" is "st brigids school", without the blanks."""
    return plain_letters(text).translate(str.maketrans(dict.fromkeys(_BETWEEN_LETTERS)))


def name_key_of(column: Any) -> sa.ColumnElement[str]:
    """`name_key` of a column, asked of the database."""
    key: Any = PlainLetters(column)
    for mark in _BETWEEN_LETTERS:
        key = sa.func.replace(key, mark, "")
    return sa.type_coerce(key, sa.String)


class PlainLetters(FunctionElement[str]):
    """`plain_letters` of a column, asked of the database."""

    name = "plain_letters"
    type = sa.String()
    inherit_cache = True


@compiles(PlainLetters)
def _by_function(element: PlainLetters, compiler: Any, **kw: Any) -> str:
    """SQLite has it as a function of its own, which every connection is given (core/db)."""
    return f"plain_letters({compiler.process(element.clauses, **kw)})"


@compiles(PlainLetters, "postgresql")
def _by_translation(element: PlainLetters, compiler: Any, **kw: Any) -> str:
    """One letter for one letter by `translate`, which also drops combining marks; the few that become two by `replace`."""
    said = compiler.process(element.clauses, **kw)
    for letter, two in _BECOME_TWO:
        said = f"replace({said}, '{letter}', '{two}')"
    return f"translate({said}, '{_FROM}', '{_TO}')"


def _known() -> list[tuple[str, str]]:
    """The letters of European names, capital and small, with what they become."""
    letters = (chr(code) for block in ((0x41, 0x5B), (0xC0, 0x250), (0x1E00, 0x1F00)) for code in range(*block))
    return [(letter, plain) for letter in letters if (plain := plain_letters(letter)) != letter and plain.isalpha()]


_BECOME_TWO = [(letter, plain) for letter, plain in _known() if len(plain) == 2]
_ONE_FOR_ONE = [(letter, plain) for letter, plain in _known() if len(plain) == 1]
_MARKS = "".join(chr(code) for code in range(0x300, 0x370))
_FROM = "".join(letter for letter, _ in _ONE_FOR_ONE) + _APOSTROPHES + _MARKS
_TO = "".join(plain for _, plain in _ONE_FOR_ONE) + "''" * len(_APOSTROPHES)
