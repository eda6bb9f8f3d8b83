"""Which people somebody may mean by what they typed: a name in any order, a work e-mail address, part of either."""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from app.breach_reports.models import REFERRED_TO, TRIAGE_ROLES
from app.core.db import db
from app.people.models import Person, Role, Service
from app.people.naming import folded_name, plain_name
from app.people.queries import has_left, holders_of

MOST_WORDS = 8
MOST_WALLED = 50
READERS: tuple[Role, ...] = (*TRIAGE_ROLES, *REFERRED_TO.values())
"""Whoever may read reports about others, and must not read one about themselves."""
_ADDRESS = re.compile(r"[^\s<>,;:()\"'“”]+@[^\s<>,;:()\"'“”]+")
_TITLES = frozenset({"mr", "mrs", "ms", "miss", "mx", "dr", "prof", "sir", "cllr", "councillor"})
_SHORTEST = 3


def people_called(typed: str, day: date, *, most: int = 10, with_leavers: bool = False) -> Sequence[Any]:
    """People who work here and may be meant, by name: id, name, post, address, service, and the last day of those who left.

    At most `most`. `with_leavers` is for HR alone: to anybody else the list would tell who has left. Those who work here
    come first.

    A work e-mail address is one person, however it is written. Else whose name holds every word typed, in any order;
    and where nobody's does, whose name has a word that begins like one of them, the closest first.
    """
    addresses = addresses_in(typed)
    if addresses:
        found = _rows(day, most, with_leavers, sa.func.lower(Person.email).in_(addresses))
        if found:
            return found
    words = _words(typed)[:MOST_WORDS]
    if not words:
        return []
    return _rows(day, most, with_leavers, *_holds_all(words)) or _begins_alike(words, day, most, with_leavers)


def people_named(typed: str, day: date, *, in_full: bool = False) -> list[Person]:
    """Everybody who works here and is meant by what was typed, without guessing: by a work e-mail address, or by name.

    A name means whoever has just this name; where nobody has, and `in_full` is not asked, whose name holds every word.
    """
    addresses = addresses_in(typed)
    words = _words(typed)[:MOST_WORDS]
    if not addresses and not words:
        return []
    asked = [sa.func.lower(Person.email).in_(addresses)] if addresses else _holds_all(words)
    found = list(
        db.session.execute(
            sa.select(Person).where(~has_left(day), *asked)
            .order_by(sa.func.length(Person.name), Person.id).limit(MOST_WALLED)
        ).scalars()
    )
    if addresses:
        return found
    called = [(person, set(_words(person.name))) for person in found]
    just_this = [person for person, own in called if own == set(words)]
    return just_this if just_this or in_full else [person for person, own in called if own >= set(words)]


def _rows(
    day: date, most: int, with_leavers: bool, *conditions: Any, first: tuple[Any, ...] = ()
) -> Sequence[Any]:
    left_on = sa.case((has_left(day), Person.last_working_day)).label("left_on")
    return db.session.execute(
        sa.select(Person.id, Person.name, Person.post, Person.email, Service.name.label("service"), left_on)
        .outerjoin(Service, Service.id == Person.service_id)
        .where(sa.true() if with_leavers else ~has_left(day), *conditions)
        .order_by(left_on.is_not(None), *first, Person.name, Person.id)
        .limit(most)
    ).all()


def _holds_all(words: Iterable[str]) -> list[sa.ColumnElement[bool]]:
    return [plain_name().contains(word, autoescape=True) for word in words]


def _begins_alike(words: Iterable[str], day: date, most: int, with_leavers: bool) -> Sequence[Any]:
    parted = sa.func.replace(sa.literal(" ").op("||")(plain_name()), "-", " ")
    alike = [parted.contains(f" {word}", autoescape=True) for word in words if len(word) >= _SHORTEST]
    if not alike:
        return []
    how_many = sum((sa.case((one, 1), else_=0) for one in alike), start=sa.literal(0))
    return _rows(day, most, with_leavers, sa.or_(*alike), first=(how_many.desc(),))


def addresses_in(text: str) -> list[str]:
    """The e-mail addresses in a text, in small letters."""
    found = (address.casefold().strip(".").removeprefix("mailto:") for address in _ADDRESS.findall(text))
    return list(dict.fromkeys(found))


def _words(text: str) -> list[str]:
    """The words of a name or a text in plain letters, without titles; an address as the name that stands before its @."""
    named = _ADDRESS.sub(lambda address: address[0].partition("@")[0], text)
    words = folded_name(named).split()
    return [word for word in words if word not in _TITLES] or words


def people_possibly_meant(named: str, described: str, texts: Iterable[str], day: date) -> list[Person]:
    """Who may be meant by a report whose subject nobody has chosen yet; until HR says who, it is closed to all of them.

    `named` is what stood in the field for a name, `described` what the reporter knows about the person, `texts` all else
    they wrote. Everybody who has that name or address is meant; an officer who reads reports is meant already by a word
    of their name beside it, or by their whole name or address anywhere.
    """
    found: dict[Any, Person] = {}
    words, addresses = _words(named)[:MOST_WORDS], addresses_in(" ".join((named, described, *texts)))
    conditions = [sa.and_(*_holds_all(words))] if words else []
    if addresses:
        conditions.append(sa.func.lower(Person.email).in_(addresses))
    if conditions:
        query = sa.select(Person).where(~has_left(day), sa.or_(*conditions)).order_by(Person.name, Person.id)
        found = {person.id: person for person in db.session.execute(query.limit(MOST_WALLED)).scalars()}
    close, anywhere = set(_words(f"{named} {described}")), set(_words(" ".join((named, described, *texts))))
    for officer in holders_of(READERS, day):
        own = set(_words(officer.name))
        is_close = any(len(word) >= _SHORTEST and word in close for word in own)
        if is_close or (own and own <= anywhere):
            found[officer.id] = officer
    return list(found.values())
