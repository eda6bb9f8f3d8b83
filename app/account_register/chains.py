"""Whom the words of a chain of approval mean (domain 3.10): one answer for the act, the button and the list.

A chain stands in the pack, in order: "manager" is the proposer's line manager, failing one the head of their service;
"account_owner" who is to answer for the account; any other word is a role. The first word for which there is anybody but
the proposer decides; the next ones stand in where there is nobody. Nobody who has left is meant.
"""

import uuid
from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from app.core.db import db, named
from app.core.registries import Viewer
from app.people.everybody import carries
from app.people.models import KEEPERS, Person, Role, decider_of
from app.people.queries import carrying, decided_by, holders_of, is_here, nobody_decides
from app.policy.queries import pack

MANAGER, OWNER = "manager", "account_owner"


def roles_of(word: str) -> tuple[Role, ...]:
    """The roles that a word of a chain means; the keeper of the register has a deputy."""
    return KEEPERS if word == Role.SCA else (Role(word),)


def is_meant(person: Person, words: Sequence[str], proposer: Person, owner_id: uuid.UUID, day: date) -> bool:
    """Whether it is for this person to act on a proposal: they are here and who a chain means, never the proposer."""
    if person.id == proposer.id or not person.is_here_on(day):
        return False
    for word in words:
        if _answers_to(person, word, proposer, owner_id, day):
            return True
        if _anybody(word, proposer, owner_id, day):
            return False
    return False


def anybody_meant(words: Sequence[str], proposer: Person, owner_id: uuid.UUID, day: date) -> list[uuid.UUID]:
    """Everybody whom a chain means: those of the first word for which there is anybody."""
    for word in words:
        found = _anybody(word, proposer, owner_id, day)
        if found:
            return found
    return []


def in_words(words: Sequence[str], proposer: Person, owner: Person, day: date) -> str:
    """Whom a chain means, as a page says it: a name where one person is meant, else the title of the role."""
    meant = [said for word in words if (said := _in_words(word, proposer, owner, day))]
    return " or ".join(dict.fromkeys(meant)) or f"somebody once Human Resources have recorded who manages {proposer.name}"


def _in_words(word: str, proposer: Person, owner: Person, day: date) -> str:
    """One of them, empty where a person is meant and nobody is there."""
    if word == MANAGER:
        manager = proposer.manager_on(day)
        if manager is not None:
            return manager.name
        return f"the head of {proposer.service.name}" if proposer.service and decider_of(proposer, day) else ""
    if word == OWNER:
        return owner.name if owner.is_here_on(day) else ""
    return f"the {pack().role_titles[word].value}"


def _answers_to(person: Person, word: str, proposer: Person, owner_id: uuid.UUID, day: date) -> bool:
    if word == MANAGER:
        return decider_of(proposer, day) == person.id
    return owner_id == person.id if word == OWNER else person.holds(*roles_of(word))


def _anybody(word: str, proposer: Person, owner_id: uuid.UUID, day: date) -> list[uuid.UUID]:
    if word == MANAGER:
        found = [decider_of(proposer, day)]
    elif word == OWNER:
        owner = db.session.get(Person, owner_id)
        found = [owner_id] if owner is not None and owner.is_here_on(day) else []
    else:
        found = [person.id for person in holders_of(roles_of(word), day)]
    return [one for one in found if one is not None and one != proposer.id]


def is_for(viewer: Viewer, words: Sequence[str], proposer: Any, owner_id: Any, day: Any) -> sa.ColumnElement[bool]:
    """`is_meant` as a condition of a query that joins the proposer."""
    ways: list[sa.ColumnElement[bool]] = []
    nobody_before: list[sa.ColumnElement[bool]] = []
    for word in words:
        ways.append(sa.and_(_viewer_answers_to(viewer, word, proposer, owner_id, day), *nobody_before))
        nobody_before.append(sa.not_(_is_anybody(word, proposer, owner_id, day)))
    return sa.and_(proposer.id != viewer.id, sa.or_(sa.false(), *ways))


def nobody_meant(words: Sequence[str], proposer: Any, owner_id: Any, day: Any) -> sa.ColumnElement[bool]:
    """That `anybody_meant` finds nobody, as a condition of a query that joins the proposer."""
    return sa.and_(sa.true(), *(sa.not_(_is_anybody(word, proposer, owner_id, day)) for word in words))


def _viewer_answers_to(viewer: Viewer, word: str, proposer: Any, owner_id: Any, day: Any) -> sa.ColumnElement[bool]:
    if word == MANAGER:
        return decided_by(viewer.id, day, proposer)
    if word == OWNER:
        owns: sa.ColumnElement[bool] = owner_id == viewer.id
        return owns
    return carries(viewer, *roles_of(word))


def _is_anybody(word: str, proposer: Any, owner_id: Any, day: Any) -> sa.ColumnElement[bool]:
    if word == MANAGER:
        return sa.not_(nobody_decides(day, proposer))
    if word == OWNER:
        owner = named(Person, "owner_meant")
        owners = sa.select(owner.id).where(owner.id == owner_id, owner.id != proposer.id, is_here(day, owner))
        return owners.correlate_except(owner).exists()
    other = named(Person, "anybody_meant")
    carried = other.id.in_(carrying(roles_of(word), day))
    return sa.select(other.id).where(other.id != proposer.id, is_here(day, other), carried).exists()
