"""Who is who, who takes part in what and who is close to whom, as it stands in the tables one morning.

Each table is read whole, once a morning and only if it is asked for, and looked at in plain Python: the checks share no
condition with the queries that they check.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from app.core.db import db
from app.matters.models import CLOSE_MATTERS_TO, WALLED, Capacity, MatterParty
from app.people.models import DeclaredRelationship, Person, Role, RoleAssignment, Service

_PEOPLE = sa.select(
    Person.id, Person.line_manager_id, Person.last_working_day, Person.left_at_once, Service.head_id
).outerjoin(Service, Service.id == Person.service_id)
_ROLES = sa.select(RoleAssignment.role, RoleAssignment.person_id, RoleAssignment.since, RoleAssignment.until)
_PARTIES = sa.select(MatterParty.matter_id, MatterParty.person_id, MatterParty.capacity)
_TIES = sa.select(
    DeclaredRelationship.person_id, DeclaredRelationship.other_id, DeclaredRelationship.since, DeclaredRelationship.until
)


@dataclass(frozen=True)
class Known:
    """What is known this morning."""

    day: date

    def addressees(self, to: str, doer_id: uuid.UUID) -> Iterable[uuid.UUID]:
        """Whom a step of a rule is for: the doer, somebody above them who is here, or all who hold a role today."""
        if to == "doer":
            return [doer_id]
        if to in ("doers_manager", "head_of_service"):
            doer = self._people[doer_id]
            above = doer.line_manager_id if to == "doers_manager" else doer.head_id
            return [above] if above is not None and above != doer_id and self._is_here(above) else []
        return self._holders(Role(to))

    def is_walled_off(self, matter_id: uuid.UUID, person_id: uuid.UUID, day: date) -> bool:
        """The wall, worked out in plain words: a party of the matter, or close on that day to one who matters."""
        parties = self._parties[matter_id]
        if any(party_id == person_id and capacity in WALLED for party_id, capacity in parties):
            return True
        near = {party_id for party_id, capacity in parties if capacity in CLOSE_MATTERS_TO}
        return any(
            tie.since <= day and (tie.until is None or tie.until >= day)
            and ({tie.person_id, tie.other_id} - {person_id}) & near
            for tie in self._ties[person_id]
        )  # fmt: skip

    def _is_here(self, person_id: uuid.UUID) -> bool:
        person = self._people[person_id]
        last = person.last_working_day
        return last is None or last > self.day or (last == self.day and not person.left_at_once)

    def _holders(self, role: Role) -> set[uuid.UUID]:
        return {
            held.person_id
            for held in self._roles
            if held.role is role and held.since <= self.day and (held.until is None or held.until >= self.day)
            and self._is_here(held.person_id)
        }  # fmt: skip

    @cached_property
    def _people(self) -> Mapping[uuid.UUID, Any]:
        return {row.id: row for row in db.session.execute(_PEOPLE)}

    @cached_property
    def _roles(self) -> Sequence[Any]:
        return db.session.execute(_ROLES).all()

    @cached_property
    def _parties(self) -> Mapping[uuid.UUID, list[tuple[uuid.UUID, Capacity]]]:
        found: dict[uuid.UUID, list[tuple[uuid.UUID, Capacity]]] = defaultdict(list)
        for matter_id, person_id, capacity in db.session.execute(_PARTIES):
            found[matter_id].append((person_id, capacity))
        return found

    @cached_property
    def _ties(self) -> Mapping[uuid.UUID, list[Any]]:
        """The declared relationships of each person, whoever of the two declared them."""
        found: dict[uuid.UUID, list[Any]] = defaultdict(list)
        for tie in db.session.execute(_TIES):
            found[tie.person_id].append(tie)
            found[tie.other_id].append(tie)
        return found
