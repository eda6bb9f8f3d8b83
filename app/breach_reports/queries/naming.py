"""Which people somebody may mean by what they typed: a name in any order, a work e-mail address, part of either.

Whoever is called otherwise by now, or has another address, is meant by those that they had before, too.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app.breach_reports.models import REFERRED_TO, TRIAGE_ROLES
from app.core.db import db
from app.people.models import FormerName, Person, Role, Service
from app.people.naming import folded_name, has_address, holds_words, once_called, plain_name
from app.people.queries import carrying, has_left, is_here

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

    A work e-mail address, however it is written, is whoever has it or had it before. Else whose name holds every word typed,
    in any order; and where nobody's does, whose name has a word that begins like one of them, the closest first.
    """
    addresses = addresses_in(typed)
    if addresses:
        found = _rows(day, most, with_leavers, has_address(addresses))
        if found:
            return found
    words = _words(typed)[:MOST_WORDS]
    if not words:
        return []
    return _rows(day, most, with_leavers, holds_words(words)) or _begins_alike(words, day, most, with_leavers)


def people_named(typed: str, day: date, *, in_full: bool = False) -> list[Person]:
    """Everybody who works here and is meant by what was typed, without guessing: by a work e-mail address, or by name.

    A name means whoever has just this name, else whoever had it; where nobody has, and `in_full` is not asked, whose name
    holds every word. An address means whoever has it, else whoever had it before.
    """
    addresses = addresses_in(typed)
    words = _words(typed)[:MOST_WORDS]
    if not addresses and not words:
        return []
    found = list(
        db.session.execute(
            sa.select(Person)
            .where(~has_left(day), has_address(addresses) if addresses else holds_words(words))
            .options(joinedload(Person.former_names))
            .order_by(sa.func.length(Person.name), Person.id).limit(MOST_WALLED)
        ).unique().scalars()
    )  # fmt: skip
    return _at_addresses(found, addresses) if addresses else _of_name(found, set(words), in_full)


def _at_addresses(found: Sequence[Person], addresses: Iterable[str]) -> list[Person]:
    """Of those found by addresses, without whoever had one before that somebody else has by now."""
    taken = {_address(person) for person in found}.intersection(addresses)
    free = set(addresses) - taken
    return [
        person for person in found
        if _address(person) in taken or any(_address(former) in free for former in person.former_names)
    ]  # fmt: skip


def _address(of: Person | FormerName) -> str:
    return (of.email or "").casefold()


def _of_name(found: Sequence[Person], asked: set[str], in_full: bool) -> list[Person]:
    called = [(person, [set(_words(name)) for name in person.names]) for person in found]
    just_this = [person for person, (own, *_before) in called if own == asked]
    just_this = just_this or [person for person, names in called if asked in names]
    if just_this or in_full:
        return just_this
    return [person for person, names in called if any(own >= asked for own in names)]


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


def _begins_alike(words: Iterable[str], day: date, most: int, with_leavers: bool) -> Sequence[Any]:
    alike = [_has_word_like(word) for word in words if len(word) >= _SHORTEST]
    if not alike:
        return []
    how_many = sum((sa.case((one, 1), else_=0) for one in alike), start=sa.literal(0))
    return _rows(day, most, with_leavers, sa.or_(*alike), first=(how_many.desc(),))


def _has_word_like(word: str) -> sa.ColumnElement[bool]:
    now, before = (
        sa.func.replace(sa.literal(" ").op("||")(plain_name(who)), "-", " ").contains(f" {word}", autoescape=True)
        for who in (Person, FormerName)
    )
    return sa.or_(now, Person.id.in_(once_called(before)))


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
    they wrote. Everybody who has that name or address, or had it before, is meant; an officer who reads reports is meant
    already by a word of a name of theirs beside it, or by one of their whole names or addresses anywhere.
    """
    found: dict[Any, Person] = {}
    words, addresses = _words(named)[:MOST_WORDS], addresses_in(" ".join((named, described, *texts)))
    conditions = [holds_words(words)] if words else []
    if addresses:
        conditions.append(has_address(addresses))
    if conditions:
        query = sa.select(Person).where(~has_left(day), sa.or_(*conditions)).order_by(Person.name, Person.id)
        found = {person.id: person for person in db.session.execute(query.limit(MOST_WALLED)).scalars()}
    close, anywhere = set(_words(f"{named} {described}")), set(_words(" ".join((named, described, *texts))))
    for officer in _who_reads_reports(day):
        names = [set(_words(name)) for name in officer.names]
        is_close = any(len(word) >= _SHORTEST and word in close for own in names for word in own)
        if is_close or any(own and own <= anywhere for own in names):
            found[officer.id] = officer
    return list(found.values())


def _who_reads_reports(day: date) -> Sequence[Person]:
    """Everybody who works here and reads reports, with what they were called before, by name."""
    query = sa.select(Person).where(is_here(day), Person.id.in_(carrying(READERS, day)))
    with_names = query.options(joinedload(Person.former_names)).order_by(Person.name, Person.id)
    return db.session.execute(with_names).unique().scalars().all()
