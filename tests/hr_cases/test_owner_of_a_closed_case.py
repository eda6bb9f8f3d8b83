"""A letter of a closed case still waits, and its owner cannot send it: an HR manager is asked to appoint another owner."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask import current_app

from app.core import clock
from app.core.db import commit, db
from app.duties.queries import desk_of
from app.hr_cases import queries
from app.hr_cases.models import CaseToAnswer, LetterKind, ReappointmentReason, SentBy
from app.hr_cases.operations import record_sending, replace_officer
from app.hr_cases.operations.left_to_nobody import tell_of_work_left_to_nobody
from app.hr_cases.queries import records
from app.matters.models import Capacity, MatterParty
from app.matters.operations import add_party
from app.people.models import Person, Role, RoleAssignment
from tests.due_equality import assert_same_duties
from tests.factories import Factory
from tests.hr_cases.stages import LATER, People, accepted_case, people_for, with_decision
from tests.pages import PageClient

DAY = timedelta(days=1)
TODAY = clock.local_day(LATER)


def closed(make: Factory, *, reached: bool = False) -> tuple[People, str]:
    """A closed case; its last letter waits to be sent where the person concerned cannot sign in."""
    people = people_for(make)
    case = accepted_case(make, people)
    if not reached:
        make.no_password(people.subject)
    with_decision(case, people, CaseToAnswer.NO_CASE)
    assert case.closed_at is not None
    return people, case.reference


def goes(owner: Person, how: str) -> None:
    """The owner cannot go on."""
    if how == "leaves":
        owner.last_working_day = TODAY - DAY
    else:
        db.session.execute(sa.delete(RoleAssignment).where(RoleAssignment.person_id == owner.id))
    commit()
    db.session.refresh(owner)


def asked(person: Person) -> list[tuple[str, date | None]]:
    """What the first page asks of somebody in cases."""
    with current_app.test_request_context(), clock.set_to(LATER):
        desk = desk_of(person, TODAY)
    return [(item.text, item.day) for item in (*desk.late, *desk.needs) if " case " in item.text]


def part_of_owner(reference: str, reader: Person) -> MatterParty:
    """The owner's part."""
    case = queries.find_case(reference, reader, on=TODAY)
    assert case
    parties = case.matter.parties
    return next(one for one in parties if one.capacity is Capacity.CASE_OWNER and one.until is None)


@pytest.mark.parametrize("how", ["leaves", "loses the role"])
def test_the_letter_falls_to_another_owner(make: Factory, client_of: Callable[..., PageClient], how: str) -> None:
    """The manager is asked, by a day; whoever takes over is asked for the letter, and the person concerned gets no other."""
    people, reference = closed(make)
    send = f"Send a letter in case {reference} another way, to somebody who cannot sign in"
    replace = f"Appoint somebody else to a part in case {reference}"
    assert [text for text, _ in asked(people.owner)] == [send]
    assert asked(people.manager) == []
    goes(people.owner, how)
    case = queries.find_case(reference, people.manager, on=TODAY)
    assert case
    letter = records.letters(case)[-1]
    assert how == "leaves" or asked(people.owner) == []
    assert asked(people.manager) == [(replace, TODAY - DAY if how == "leaves" else letter.send_by)]
    with clock.set_to(LATER):
        assert assert_same_duties(TODAY) > 0
        page = client_of(people.manager).get(f"/hr-cases/{reference}")
        assert "Somebody else has to take over" in page.text
        nora = make.person("Nora Next", Role.HR_CASE_OWNER)
        part = part_of_owner(reference, people.manager)
        path = f"/hr-cases/{reference}/people/{part.id}/appoint-instead"
        form = client_of(people.manager).get(path)
        assert "is told by letter" not in form.text
        client_of(people.manager).post(path, {"successor": str(nora.id), "reason": "leaving", "note": ""})
    db.session.refresh(case)
    assert case.owner_id == nora.id
    assert LetterKind.REAPPOINTMENT not in [one.kind for one in records.letters(case)]
    assert [text for text, _ in asked(nora)] == [send]
    assert asked(people.manager) == []
    record_sending(letter, sent_on=TODAY, sent_by=SentBy.POST, note="Recorded delivery", by=nora, at=LATER)
    commit()
    assert asked(nora) == asked(people.manager) == []


def test_nobody_is_asked_where_no_letter_waits(make: Factory, client_of: Callable[..., PageClient]) -> None:
    """A closed case in which nothing is left to do needs no other owner."""
    people, reference = closed(make, reached=True)
    goes(people.owner, "leaves")
    assert asked(people.manager) == []
    with clock.set_to(LATER):
        assert "Somebody else has to take over" not in client_of(people.manager).get(f"/hr-cases/{reference}").text


def test_a_manager_outside_is_not_asked_and_the_administrator_is_told(make: Factory) -> None:
    """Where the case is closed to every HR manager too, an administrator hears that HR work waits, and no more."""
    people, reference = closed(make)
    admin = make.person("Ada", Role.ADMINISTRATOR)
    case = queries.find_case(reference, people.manager, on=TODAY)
    assert case
    assert tell_of_work_left_to_nobody(LATER) == 0
    add_party(case.matter, people.manager, Capacity.WITNESS, at=LATER)
    commit()
    assert tell_of_work_left_to_nobody(LATER) == 0, "its owner is there"
    goes(people.owner, "loses the role")
    assert asked(people.manager) == asked(admin) == []
    assert tell_of_work_left_to_nobody(LATER) == 1


def test_who_else_may_not_appoint(make: Factory) -> None:
    """The same people as in an open case: no owner, no decision maker."""
    people, reference = closed(make)
    part = part_of_owner(reference, people.manager)
    case = queries.find_case(reference, people.manager, on=TODAY)
    assert case
    may = {name for name, person in people.everybody().items() if case.can_replace(part, person)}
    assert may == {"manager"}
    nora = make.person("Nora Next", Role.HR_CASE_OWNER)
    made = replace_officer(
        case, part, successor=nora, reason=ReappointmentReason.AWAY, note="", by=people.manager, at=LATER
    )
    commit()
    assert made.successor is nora
