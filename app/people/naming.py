"""How names of people are compared: by their letters, whatever case, marks, apostrophes and hyphens somebody types.

One folding for the guard of what the public reads, for every filter by a name, and for whom a name means. The database only
narrows; whether two names are the same is decided here.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from app.core.db import db
from app.core.plain_letters import PlainLetters, plain_letters
from app.core.typed_text import clean_line
from app.people.models import Person

_NO_LETTER = re.compile(r"[\W_]+")
_MOST = 50


def folded_name(text: str) -> str:
    """A name, or a text with names in it, as names are compared: words of plain small letters, one space between them."""
    seen = "".join(one for one in unicodedata.normalize("NFC", text) if unicodedata.category(one) != "Cf")
    return _NO_LETTER.sub(" ", plain_letters(seen).replace("`", "'").replace("'", "")).strip()


def plain_name(who: Any = Person) -> Any:
    """The name of the row as words of `folded_name` are found in it: without marks and apostrophes."""
    return sa.func.replace(PlainLetters(who.name), "'", "")


def name_holds(typed: str, who: Any = Person) -> sa.ColumnElement[bool]:
    """That somebody's name holds every word that was typed, in any order, as a condition; else the mark that was."""
    words = folded_name(typed).split()
    if words:
        return sa.and_(*(plain_name(who).contains(word, autoescape=True) for word in words))
    mark = clean_line(typed)
    return who.name.contains(mark, autoescape=True) if mark else sa.false()


def everybody_called(typed: str) -> list[Person]:
    """Everybody of this name, who works here or did; where it is written just so in the register, only those."""
    asked = sa.select(Person).where(name_holds(typed)).order_by(sa.func.length(Person.name), Person.id).limit(_MOST)
    called = [one for one in db.session.execute(asked).scalars() if folded_name(one.name) == folded_name(typed)]
    return [one for one in called if one.name == typed] or called


def addresses_of_namesakes(people: Iterable[Any]) -> dict[Any, str]:
    """The addresses that tell apart people of the same name and post, by id, where a list to choose from has several."""
    listed = list(people)
    how_many = Counter((one.name, one.post) for one in listed)
    return {one.id: one.email for one in listed if one.email and how_many[one.name, one.post] > 1}


def labels_to_choose(people: Iterable[Person]) -> list[tuple[Person, str]]:
    """People to choose from, each by name and post, and address where that means somebody else in the list too."""
    listed = list(people)
    addresses = addresses_of_namesakes(listed)
    return [(one, ", ".join(filter(None, (one.named_with_post, addresses.get(one.id))))) for one in listed]


def named_in(text: str) -> str | None:
    """The name of somebody, in two words or more, that stands in a text; the first by name."""
    within = f" {folded_name(text)}"
    names = db.session.execute(sa.select(Person.name).order_by(Person.name, Person.id)).scalars()
    return next((name for name in names if " " in name and f" {folded_name(name)}" in within), None)
