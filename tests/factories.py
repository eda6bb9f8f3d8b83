"""People and things for tests: the least that is valid, and what the test names."""

import itertools
import uuid
from datetime import date
from typing import Any

from flask.testing import FlaskClient

from app.core import clock
from app.core.db import begin_writing, commit, db
from app.people.models import Credential, Person, PersonKind, Role, RoleAssignment, Service
from app.people.operations import service_named
from app.people.signing_in import start_session

_numbers = itertools.count(1)


def sign_in(browser: FlaskClient, person: Any) -> None:
    """Begin a session for a person in a test browser, without the slow password."""
    begin_writing()
    found = db.session.get(Person, person.id)
    assert found is not None
    start_session(found, at=clock.now())
    token = found.get_id()
    commit()
    with browser.session_transaction() as session:
        session["_user_id"] = token
        session["_fresh"] = True


class Factory:
    """Makes what a test needs; each method commits, so that the next request sees it."""

    def person(
        self,
        name: str | None = None,
        *roles: Role,
        manager: Person | None = None,
        kind: PersonKind = PersonKind.EMPLOYEE,
        service: str | None = None,
        **values: Any,
    ) -> Person:
        """Somebody with these roles."""
        number = next(_numbers)
        person = Person(
            name=name or f"Person {number}",
            person_kind=kind,
            line_manager_id=manager.id if manager else None,
            service=service_named(service) if service else None,
            **{"email": f"person{number}@demo.example", "started": date(2020, 1, 6), **values},
        )
        for role in roles:
            person.roles.append(RoleAssignment(role=role, since=date(2020, 1, 6)))
        return self.keep(person)

    def password(self, person: Person) -> Person:
        """Let somebody have a password, so that they can sign in; nobody can sign in with this one."""
        person_id = person.id
        self.keep(Credential(person_id=person_id, password_hash="x", changed_at=clock.now()))
        return person

    def no_password(self, person: Person) -> None:
        """Let somebody have no password any more, as if they never had one."""
        db.session.delete(db.session.get_one(Credential, person.id))
        db.session.commit()

    def service(self, name: str, head: Person | None = None) -> Service:
        """A service with its head."""
        service = service_named(name)
        service.head_id = head.id if head else None
        return self.keep(service)

    def keep(self, *things: Any) -> Any:
        """Add things, commit, and give the (last) thing back."""
        db.session.add_all(things)
        db.session.commit()
        return things[-1]

    @staticmethod
    def id() -> uuid.UUID:
        """An id of nothing."""
        return uuid.uuid4()
