"""Two people who each take away what the other relies on, in one moment: somebody is left, on both databases."""

import threading
from datetime import timedelta

import sqlalchemy as sa
from flask import Flask

from app.core import clock
from app.core.db import db
from app.people.models import DeclaredRelationship, Person, RelationshipKind, Role, RoleAssignment
from app.people.queries import holders_of
from app.people.relating import relate
from tests.conftest import NOW
from tests.factories import Factory, sign_in
from tests.pages import PageClient

ROUNDS = 4


def _two_at_once(app: Flask, first: tuple[Person, str], second: tuple[Person, str]) -> list[int]:
    """What two people are answered who send without a word in the same moment."""
    barrier, answers, threads = threading.Barrier(2), list[int](), []
    for person, path in (first, second):
        browser = app.test_client()
        sign_in(browser, person)
        token = PageClient(browser)._token()

        def send(browser: object = browser, path: str = path, token: str = token) -> None:
            barrier.wait(20)
            answers.append(browser.post(path, data={"csrf_token": token}).status_code)  # type: ignore[attr-defined]

        threads.append(threading.Thread(target=send, daemon=True))
    db.session.remove()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return sorted(answers)


def test_two_hr_managers_do_not_both_become_close_to_one_person(racing_app: Flask) -> None:
    """Each confirms the other's tie, and each is what the other act relies on."""
    with racing_app.app_context(), clock.set_to(NOW):
        make = Factory()
        managers = [make.person(name, Role.HR_MANAGER).id for name in ("Mona", "Mark")]
        for _ in range(ROUNDS):
            mona, mark = (db.session.get_one(Person, manager) for manager in managers)
            sam = make.person()
            ties = [relate(sam, other, RelationshipKind.FAMILY, by=sam, at=NOW).id for other in (mona, mark)]
            db.session.commit()
            paths = [f"/people/relationships/{tie_id}/confirm" for tie_id in ties]
            answers = _two_at_once(racing_app, (mark, paths[0]), (mona, paths[1]))
            counting = sa.select(sa.func.count()).where(
                DeclaredRelationship.id.in_(ties), DeclaredRelationship.since.is_not(None)
            )
            assert (answers, db.session.execute(counting).scalar_one()) == ([303, 422], 1)
        _end_every(Role.HR_MANAGER)


def test_two_administrators_do_not_end_each_other(racing_app: Flask) -> None:
    """One of the two stays, and is told that somebody has to, or is refused as one who is no longer administrator."""
    with racing_app.app_context(), clock.set_to(NOW):
        make = Factory()
        for _ in range(ROUNDS):
            _end_every(Role.ADMINISTRATOR)
            one, two = (make.person(None, Role.ADMINISTRATOR) for _ in range(2))
            db.session.commit()
            paths = [f"/people/roles/{person.id}/administrator/end" for person in (two, one)]
            answers = _two_at_once(racing_app, (one, paths[0]), (two, paths[1]))
            assert answers[0] == 303
            assert answers[1] in (403, 409, 422)
            assert len(holders_of([Role.ADMINISTRATOR], NOW.date())) == 1


def _end_every(role: Role) -> None:
    yesterday = NOW.date() - timedelta(days=1)
    db.session.execute(sa.update(RoleAssignment).where(RoleAssignment.role == role).values(until=yesterday))
    db.session.commit()
