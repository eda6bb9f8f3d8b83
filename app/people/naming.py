"""How names of people are compared: by their letters, whatever case, marks, apostrophes and hyphens somebody types.

One folding for the guard of what the public reads, for every filter by a name, and for whom a name means. The database only
narrows; whether two names are the same is decided here. Whoever is called otherwise by now is found by what they were called
before, too: people and papers go on saying it.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app.core.db import db
from app.core.plain_letters import PlainLetters, plain_letters
from app.core.typed_text import clean_line
from app.people.models import FormerName, Person, with_post

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
    """That a name of somebody holds every word that was typed, in any order, as a condition; else the mark that was."""
    words = folded_name(typed).split()
    if words:
        return holds_words(words, who)
    mark = clean_line(typed)
    return who.name.contains(mark, autoescape=True) if mark else sa.false()


def holds_words(words: Collection[str], who: Any = Person) -> sa.ColumnElement[bool]:
    """That somebody's name, or one that they had before, holds every one of these folded words, as a condition."""
    now, before = (
        [plain_name(called).contains(word, autoescape=True) for word in words] for called in (who, FormerName)
    )
    return sa.or_(sa.and_(*now), who.id.in_(once_called(*before)))


def once_called(*conditions: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """The ids of everybody who had such a name or address before."""
    return sa.select(FormerName.person_id).where(FormerName.counts(), *conditions)


def has_address(addresses: Collection[str], who: Any = Person) -> sa.ColumnElement[bool]:
    """That somebody has one of these addresses, in small letters, or had it before, as a condition."""
    before = once_called(sa.func.lower(FormerName.email).in_(addresses))
    return sa.or_(sa.func.lower(who.email).in_(addresses), who.id.in_(before))


def everybody_called(typed: str) -> list[Person]:
    """Everybody of this name, who works here or did; where it is written just so in the register, only those.

    Where nobody is called that, whoever was before.
    """
    now, before = called_now_and_before(typed)
    return now or before


def called_now_and_before(typed: str) -> tuple[list[Person], list[Person]]:
    """Everybody of this name, or only those of whom the register writes it just so; and whoever else was called that."""
    asked = sa.select(Person).where(name_holds(typed)).order_by(sa.func.length(Person.name), Person.id).limit(_MOST)
    found = db.session.execute(asked.options(joinedload(Person.former_names))).unique().scalars().all()
    folded = folded_name(typed)
    now = [one for one in found if folded_name(one.name) == folded]
    before = [one for one in found if one not in now and folded in map(folded_name, one.names)]
    return [one for one in now if one.name == typed] or now, before


def addresses_of_namesakes(people: Iterable[Any]) -> dict[Any, str]:
    """The addresses that tell apart people of the same name and post, by id, where a list to choose from has several."""
    listed = list(people)
    how_many = Counter((one.name, one.post) for one in listed)
    return {one.id: one.email for one in listed if one.email and how_many[one.name, one.post] > 1}


def labels_to_choose(people: Iterable[Any]) -> list[tuple[Any, str]]:
    """People to choose from, each by name and post, and address where that means somebody else in the list too."""
    listed = list(people)
    addresses = addresses_of_namesakes(listed)
    return [(one, ", ".join(filter(None, (with_post(one.name, one.post), addresses.get(one.id))))) for one in listed]


def named_in(text: str) -> str | None:
    """The name of somebody, or one that they had before, in two words or more, that stands in a text; the first by name."""
    within = f" {folded_name(text)}"
    every = sa.union(sa.select(Person.name.label("name")), sa.select(FormerName.name).where(FormerName.counts()))
    names = db.session.execute(every.order_by("name")).scalars()
    return next((name for name in names if " " in name and f" {folded_name(name)}" in within), None)
