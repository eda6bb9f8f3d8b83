"""Whom somebody turns to first: their manager, the keeper of the register, the Chair, as the chains of a pack name them."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from app.people.models import KEEPERS, Person, Role, decider_of


class Seat(StrEnum):
    """In which place somebody hears of it; the words are those of the packs' chains."""

    MANAGER = "manager"
    SCA = "sca"
    CHAIR = "chair"


ROLES_OF_SEAT: Mapping[Seat, tuple[Role, ...]] = {Seat.SCA: KEEPERS, Seat.CHAIR: (Role.CHAIR,)}
"""Who holds one of these roles sits there. Who sits as manager follows from who asks: their line manager, failing one the
head of their service."""


def sits_in(seat: Seat, person: Person, author: Person, day: date) -> bool:
    """Whether this person hears in this place what the author has to say; nobody hears themselves."""
    if person.id == author.id:
        return False
    if seat is Seat.MANAGER:
        return person.id == decider_of(author, day)
    return person.holds(*ROLES_OF_SEAT[seat])
