"""Who is who, who takes part in what and who is close to whom, as it stands in the tables one morning.

Each table is read whole, once a morning and only if it is asked for, and looked at in plain Python: the checks share no
condition with the queries that they check.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from app.core import clock
from app.core.db import db
from app.matters.models import Capacity as C
from app.matters.models import MatterParty
from app.people.models import KEEPERS, DeclaredRelationship, Person, Role, RoleAssignment, Service

_PEOPLE = sa.select(
    Person.id, Person.line_manager_id, Person.started, Person.last_working_day, Person.left_at_once, Service.head_id
).outerjoin(Service, Service.id == Person.service_id)
_ROLES = sa.select(RoleAssignment.role, RoleAssignment.person_id, RoleAssignment.since, RoleAssignment.until)
_PARTIES = sa.select(
    MatterParty.matter_id, MatterParty.person_id, MatterParty.capacity, MatterParty.since, MatterParty.until
)
_TIES = sa.select(
    DeclaredRelationship.person_id, DeclaredRelationship.other_id, DeclaredRelationship.since, DeclaredRelationship.until
)


@dataclass(frozen=True)
class Known:
    """What is known this morning."""

    day: date

    def addressees(self, to: str, doer_id: uuid.UUID | None) -> Iterable[uuid.UUID]:
        """Whom a step of a rule is for: the doer, somebody above them who is here, or all who hold a role today.

        The nearest in the line of managers and the head of the service stand in for one another; where there is neither, the
        HR managers are told, and failing them the administrators. The keepers of the register stand in for one another;
        where nobody holds a role at all, it means whoever is above. Without a doer it is for the HR managers, too.
        """
        if doer_id is None:
            return self._who_see_to_it()
        if to == "doer":
            return [doer_id]
        if to not in ("doers_manager", "head_of_service"):
            role = Role(to)
            instead = KEEPERS if role in KEEPERS else ()
            holders = self._holders(role) or {one for other in instead for one in self._holders(other)}
            if holders:
                return holders
        manager = next((one for one in self._line_of(doer_id) if self.is_here(one)), None)
        head = self._people[doer_id].head_id
        above = [manager, head if head is not None and self.is_here(head) else None]
        in_turn = [one for one in (above[::-1] if to == "head_of_service" else above) if one not in (None, doer_id)]
        return in_turn[:1] or self._who_see_to_it()

    @property
    def somebody_keeps(self) -> bool:
        """Whether anybody who is here keeps the register today."""
        return any(self._holders(role) for role in KEEPERS)

    def _who_see_to_it(self) -> set[uuid.UUID]:
        return self._holders(Role.HR_MANAGER) or self._holders(Role.ADMINISTRATOR)

    def is_kept_from(self, matter_id: uuid.UUID, person_id: uuid.UUID, at: datetime | None = None) -> bool:
        """Whether a matter is closed to somebody, in plain words; at a moment, or now.

        Closed to a party of it, to whoever is close on that day to one who matters, to the line manager of the person
        concerned and everybody above, unless they decide or hear the appeal, and to everybody below that person.
        """
        day = self.day if at is None else clock.local_day(at)
        parts = [part for part in self._parties[matter_id] if at is None or part.since <= at]
        now = [part for part in parts if part.until is None or (at is not None and part.until > at)]
        own = {part.capacity for part in parts if part.person_id == person_id}
        own_now = {part.capacity for part in now if part.person_id == person_id}
        if own & {C.SUBJECT, C.REPORTER, C.ALSO_REPORTED, C.WITNESS} or own_now & {C.COMPANION, C.POSSIBLE_SUBJECT}:
            return True
        for_good = (C.SUBJECT, C.REPORTER, C.ALSO_REPORTED, C.WITNESS)
        near = {part.person_id for part in parts if part.capacity in for_good}
        near |= {part.person_id for part in now if part.capacity is C.POSSIBLE_SUBJECT}
        if any(
            tie.since is not None and tie.since <= day and (tie.until is None or tie.until >= day)
            and ({tie.person_id, tie.other_id} - {person_id}) & near
            for tie in self._ties[person_id]
        ):  # fmt: skip
            return True
        concerned = {part.person_id for part in now if part.capacity in (C.SUBJECT, C.POSSIBLE_SUBJECT)}
        decides = bool(own_now & {C.DECISION_MAKER, C.APPEAL_OFFICER})
        return any(self._stands_in_line(person_id, one, decides) for one in concerned)

    def _stands_in_line(self, person_id: uuid.UUID, concerned_id: uuid.UUID, decides: bool) -> bool:
        if person_id in self._line_of(concerned_id)[: 1 if decides else None]:
            return True
        return concerned_id in self._line_of(person_id)

    def _line_of(self, person_id: uuid.UUID) -> list[uuid.UUID]:
        """Everybody above somebody, the nearest first; also where the line runs in a ring."""
        line: list[uuid.UUID] = []
        above = self._people[person_id].line_manager_id
        while above is not None and above not in line:
            line.append(above)
            above = self._people[above].line_manager_id
        return line

    def is_here(self, person_id: uuid.UUID) -> bool:
        """Whether somebody has begun to work here and has not left."""
        person = self._people[person_id]
        last = person.last_working_day
        stays = last is None or last > self.day or (last == self.day and not person.left_at_once)
        return stays and self.has_begun(person_id)

    def has_begun(self, person_id: uuid.UUID) -> bool:
        """Whether somebody's first day has come."""
        started = self._people[person_id].started
        return started is None or started <= self.day

    def _holders(self, role: Role) -> set[uuid.UUID]:
        return {person_id for person_id, roles in self.roles_of_all.items() if role in roles}

    @cached_property
    def roles_of_all(self) -> Mapping[uuid.UUID, frozenset[Role]]:
        """The roles that each person who is here carries today; only of those who carry any."""
        found: dict[uuid.UUID, set[Role]] = defaultdict(set)
        for held in self._roles:
            runs = held.since <= self.day and (held.until is None or held.until >= self.day)
            if runs and self.is_here(held.person_id):
                found[held.person_id].add(held.role)
        return {person_id: frozenset(roles) for person_id, roles in found.items()}

    @cached_property
    def _people(self) -> Mapping[uuid.UUID, Any]:
        return {row.id: row for row in db.session.execute(_PEOPLE)}

    @cached_property
    def _roles(self) -> Sequence[Any]:
        return db.session.execute(_ROLES).all()

    @cached_property
    def _parties(self) -> Mapping[uuid.UUID, list[Any]]:
        found: dict[uuid.UUID, list[Any]] = defaultdict(list)
        for part in db.session.execute(_PARTIES):
            found[part.matter_id].append(part)
        return found

    @cached_property
    def _ties(self) -> Mapping[uuid.UUID, list[Any]]:
        """The declared relationships of each person, whoever of the two declared them."""
        found: dict[uuid.UUID, list[Any]] = defaultdict(list)
        for tie in db.session.execute(_TIES):
            found[tie.person_id].append(tie)
            found[tie.other_id].append(tie)
        return found
