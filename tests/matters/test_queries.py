"""The wall and the conflict rules, as truth tables."""

import itertools
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from app.core.db import db
from app.core.errors import InvalidInput
from app.matters.models import (
    CANNOT_ALSO_BE,
    CLOSE_MATTERS_FOR_NOW_TO,
    CLOSE_MATTERS_TO,
    CONCERNED,
    DECIDES_FROM_ABOVE,
    OPEN_TO_THE_LINE,
    SEPARATE,
    WALLED,
    WALLED_FOR_NOW,
    Capacity,
    Matter,
    MatterKind,
)
from app.matters.operations import add_party, appoint_party, end_part
from app.matters.queries import conflicts_of, holders_not_kept_from, is_kept_from, kept_from, takes_part
from app.people.models import DeclaredRelationship, Person, RelationshipKind, Role
from app.people.queries import carrying
from tests.conftest import NOW
from tests.factories import Factory
from tests.pages import counted_queries

TODAY = NOW.date()


@pytest.fixture
def matter(make: Factory) -> Matter:
    """A matter without anybody in it."""
    made = Matter.new(MatterKind.REPORT, at=NOW)
    return make.keep(made.data_key, made)


def _tie(make: Factory, one: Person, other: Person, since: date, until: date | None = None) -> None:
    make.keep(
        DeclaredRelationship(
            person_id=one.id, other_id=other.id, kind=RelationshipKind.CLOSE_FRIEND, since=since, until=until
        )
    )


@pytest.mark.parametrize("capacity", list(Capacity))
def test_whoever_is_concerned_is_kept_from(make: Factory, matter: Matter, capacity: Capacity) -> None:
    """Subject, reporter, witness and companion; officers of the matter are not."""
    person = make.person()
    add_party(matter, person, capacity, at=NOW)
    make.keep(matter)
    assert is_kept_from(matter, person, TODAY) is (capacity in (*WALLED, *WALLED_FOR_NOW))
    assert not is_kept_from(matter, make.person(), TODAY)


def test_whoever_may_be_the_subject_is_kept_from_until_it_is_known(make: Factory, matter: Matter) -> None:
    """With whoever is close to them, in the one look-up and in lists alike; a named subject stays walled off for good."""
    person, friend = make.person(), make.person()
    _tie(make, person, friend, since=TODAY)
    part = add_party(matter, person, Capacity.POSSIBLE_SUBJECT, at=NOW)
    make.keep(matter)
    for walled in (True, False):
        for one in (person, friend):
            in_a_list = sa.select(Matter.id).where(kept_from(Matter.id, one.id, TODAY))
            assert is_kept_from(matter, one, TODAY) is walled
            assert (db.session.execute(in_a_list).scalar_one_or_none() is not None) is walled
        assert matter.walls_off(person) is walled
        part.until = NOW
        db.session.commit()


@pytest.mark.parametrize("capacity", list(Capacity))
@pytest.mark.parametrize("turned", [False, True])
def test_whoever_is_close_is_kept_from(make: Factory, matter: Matter, capacity: Capacity, turned: bool) -> None:
    """Close to subject, reporter or witness, whoever of the two declared it; a companion's friend is not."""
    person, friend = make.person(), make.person()
    add_party(matter, person, capacity, at=NOW)
    _tie(make, *((friend, person) if turned else (person, friend)), since=TODAY)
    assert is_kept_from(matter, friend, TODAY) is (capacity in (*CLOSE_MATTERS_TO, *CLOSE_MATTERS_FOR_NOW_TO))


@pytest.mark.parametrize(
    ("since", "until", "walled"),
    [
        (0, None, True),
        (1, None, False),
        (-9, 0, True),
        (-9, -1, False),
        (0, 0, True),
    ],
)
def test_a_relationship_counts_on_its_days(
    make: Factory, matter: Matter, since: int, until: int | None, walled: bool
) -> None:
    """Both ends included."""
    subject, friend = make.person(), make.person()
    add_party(matter, subject, Capacity.SUBJECT, at=NOW)
    last = None if until is None else TODAY + timedelta(days=until)
    _tie(make, subject, friend, since=TODAY + timedelta(days=since), until=last)
    assert is_kept_from(matter, friend, TODAY) is walled


def test_an_ended_part_still_walls_off_but_takes_no_part(make: Factory, matter: Matter) -> None:
    """Whoever was concerned once stays walled off, and so does who is close to them."""
    witness, friend = make.person(), make.person()
    part = add_party(matter, witness, Capacity.WITNESS, at=NOW)
    _tie(make, friend, witness, since=TODAY)
    end_part(part, at=NOW + timedelta(hours=1))
    make.keep(matter)
    assert is_kept_from(matter, witness, TODAY)
    assert is_kept_from(matter, friend, TODAY)
    takes = takes_part(matter.id, witness.id, (Capacity.WITNESS,))
    assert db.session.execute(sa.select(takes)).scalar_one() is False
    assert matter.people_as(Capacity.WITNESS) == []
    assert not matter.has_party(witness, Capacity.WITNESS)


def test_the_wall_holds_in_a_list_for_every_person_at_once(make: Factory, matter: Matter) -> None:
    """Asked with columns instead of values it gives the same answers, matter by matter and person by person."""
    subject, friend, stranger = make.person(), make.person(), make.person()
    add_party(matter, subject, Capacity.SUBJECT, at=NOW)
    _tie(make, friend, subject, since=TODAY)
    other = Matter.new(MatterKind.CASE, at=NOW)
    make.keep(other.data_key, other)
    add_party(other, stranger, Capacity.REPORTER, at=NOW)
    db.session.commit()
    people = (subject, friend, stranger)
    rows = db.session.execute(
        sa.select(Matter.id, Person.id, kept_from(Matter.id, Person.id, TODAY))
        .join_from(Matter, Person, sa.true())
        .where(
            Person.id.in_([p.id for p in people]), Matter.id.in_([matter.id, other.id])
        )
    ).all()
    assert len(rows) == 6
    for matter_id, person_id, walled in rows:
        single = is_kept_from(db.session.get_one(Matter, matter_id), db.session.get_one(Person, person_id), TODAY)
        assert bool(walled) is single
    assert sum(bool(row[2]) for row in rows) == 3


def test_holders_of_a_role_without_those_walled_off(make: Factory, matter: Matter) -> None:
    """Who may be told: carries the role today, works here, takes no part and is not close to who does."""
    free = make.person("Free", Role.HR_INTAKE)
    subject = make.person("Subject", Role.HR_INTAKE)
    friend = make.person("Friend", Role.HR_INTAKE)
    make.person("Gone", Role.HR_INTAKE, last_working_day=TODAY - timedelta(days=1))
    make.person("Other", Role.AUDITOR)
    add_party(matter, subject, Capacity.SUBJECT, at=NOW)
    _tie(make, subject, friend, since=TODAY)
    assert holders_not_kept_from(matter, [Role.HR_INTAKE], TODAY) == [free]


@pytest.mark.parametrize(("first", "second"), list(itertools.permutations(Capacity, 2)))
def test_two_hats(make: Factory, matter: Matter, first: Capacity, second: Capacity) -> None:
    """Case owner, investigator, decision maker and appeal officer are four people, also after the part has ended."""
    if first in WALLED:
        return
    person = make.person("Two Hats")
    end_part(add_party(matter, person, first, at=NOW), at=NOW)
    make.keep(matter)
    rules = {conflict.rule for conflict in conflicts_of(matter, person, second, TODAY)}
    assert rules == ({2} if second in CANNOT_ALSO_BE[first] else set())


def test_the_four_are_apart_from_one_another() -> None:
    """And the relation is the same both ways round."""
    for one, other in itertools.permutations(SEPARATE, 2):
        assert other in CANNOT_ALSO_BE[one]
    for one, other in itertools.permutations(Capacity, 2):
        assert (other in CANNOT_ALSO_BE[one]) is (one in CANNOT_ALSO_BE[other])


@pytest.mark.parametrize("capacity", list(Capacity))
@pytest.mark.parametrize("concerned", WALLED)
def test_nobody_concerned_is_appointed_to_anything(
    make: Factory, matter: Matter, capacity: Capacity, concerned: Capacity
) -> None:
    """Rule 1, for every capacity."""
    person = make.person("Con Cerned")
    add_party(matter, person, concerned, at=NOW)
    make.keep(matter)
    assert 1 in {conflict.rule for conflict in conflicts_of(matter, person, capacity, TODAY)}


@pytest.mark.parametrize("capacity", list(Capacity))
def test_line_manager_and_reporting_line(make: Factory, matter: Matter, capacity: Capacity) -> None:
    """Nobody in the line of the subject takes an officer's part; only above the line manager they decide or hear appeals.

    The line manager may be a witness, may come along, and may need to know: these give no officer's view.
    """
    far_above = make.person("Far Above")
    above = make.person("A Bove", manager=far_above)
    manager = make.person("Man Ager", manager=above)
    subject = make.person("Sub Ject", manager=manager)
    below = make.person("Be Low", manager=subject)
    far_below = make.person("Far Below", manager=below)
    beside = make.person("Be Side", manager=manager)
    add_party(matter, subject, Capacity.SUBJECT, at=NOW)
    make.keep(matter)
    is_officer = capacity not in OPEN_TO_THE_LINE
    sentences = {
        manager: "is the line manager of the person concerned.",
        above: "is above the person concerned in their reporting line.",
        far_above: "is above the person concerned in their reporting line.",
        below: "reports to the person concerned.",
        far_below: "reports to the person concerned.",
    }
    for person, words in sentences.items():
        may = not is_officer or (person in (above, far_above) and capacity in DECIDES_FROM_ABOVE)
        found = [(one.rule, one.sentence) for one in conflicts_of(matter, person, capacity, TODAY)]
        assert found == ([] if may else [(3, f"{person.name} {words}")])
    for person in (beside, make.person()):
        assert conflicts_of(matter, person, capacity, TODAY) == []


def _found_in_a_list(matter: Matter, person: Person) -> bool:
    listed = sa.select(Matter.id).where(~kept_from(Matter.id, person.id, TODAY))
    return matter.id in set(db.session.execute(listed).scalars())


@pytest.mark.parametrize("part", [None, *DECIDES_FROM_ABOVE, Capacity.CASE_OWNER, Capacity.INVESTIGATOR])
@pytest.mark.parametrize("concerned", CONCERNED)
def test_a_matter_is_closed_to_the_line_of_the_person_concerned(
    make: Factory, matter: Matter, concerned: Capacity, part: Capacity | None
) -> None:
    """Above and below, in the one look-up, in lists and for everybody at once; open from above to who decides or hears."""
    far_above = make.person("Far Above", Role.HR_MANAGER)
    manager = make.person("Man Ager", Role.HR_MANAGER, manager=far_above)
    subject = make.person("Sub Ject", manager=manager)
    below = make.person("Be Low", Role.HR_MANAGER, manager=subject)
    far_below = make.person("Far Below", Role.HR_MANAGER, manager=below)
    beside = make.person("Be Side", Role.HR_MANAGER, manager=manager)
    everybody = (far_above, manager, below, far_below, beside)
    about = add_party(matter, subject, concerned, at=NOW)
    if part is not None:
        for person in everybody:
            add_party(matter, person, part, at=NOW)
    make.keep(matter)
    closed = {manager, below, far_below} | (set() if part in DECIDES_FROM_ABOVE else {far_above})
    for person in everybody:
        assert is_kept_from(matter, person, TODAY) is (person in closed), person.name
        assert _found_in_a_list(matter, person) is (person not in closed), person.name
    assert set(holders_not_kept_from(matter, [Role.HR_MANAGER], TODAY)) == set(everybody) - closed
    assert _kept_among_managers(matter) == closed
    for as_ in (Capacity.CASE_OWNER, Capacity.APPEAL_OFFICER):
        offered = set(holders_not_kept_from(matter, [Role.HR_MANAGER], TODAY, as_=as_))
        assert (far_above in offered) is (as_ is Capacity.APPEAL_OFFICER or far_above not in closed)
        assert offered <= {far_above, beside}
    end_part(about, at=NOW)
    db.session.commit()
    for person in everybody:
        assert not is_kept_from(matter, person, TODAY)
        assert _found_in_a_list(matter, person)


def _kept_among_managers(matter: Matter) -> set[Person]:
    """Whom a matter is closed to, asked of all HR managers together."""
    kept = kept_from(matter.id, Person.id, TODAY, among=carrying([Role.HR_MANAGER], TODAY))
    return set(db.session.execute(sa.select(Person).where(kept)).scalars()) & set(
        db.session.execute(sa.select(Person).where(Person.id.in_(carrying([Role.HR_MANAGER], TODAY)))).scalars()
    )


def test_a_close_relationship_is_found_among_many_people_too(make: Factory, matter: Matter) -> None:
    """Whichever of the two declared it, and only as long as it runs."""
    subject, past = make.person("Sub Ject"), TODAY - timedelta(days=9)
    friend, friended, former, stranger = (make.person(f"M {number}", Role.HR_MANAGER) for number in range(4))
    _tie(make, friend, subject, past)
    _tie(make, subject, friended, past)
    _tie(make, former, subject, past, TODAY - timedelta(days=1))
    add_party(matter, subject, Capacity.SUBJECT, at=NOW)
    make.keep(matter)
    assert _kept_among_managers(matter) == {friend, friended}
    assert [is_kept_from(matter, one, TODAY) for one in (friend, friended, former, stranger)] == [True, True, False, False]


def test_the_closed_matters_of_somebody_are_read_in_one_query(make: Factory, matter: Matter) -> None:
    """However long the lines are above and below them."""
    counts = []
    for length in (1, 6):
        line = [make.person()]
        for _ in range(length):
            line.append(make.person(manager=line[-1]))
        with counted_queries() as queries:
            assert _found_in_a_list(matter, line[length // 2])
        counts.append(len(queries))
    assert counts == [1, 1]


def test_a_circle_of_managers_ends(make: Factory, matter: Matter) -> None:
    """Bad data must not hang the check."""
    one, subject = make.person(), make.person()
    two = make.person(manager=one)
    one.line_manager_id = two.id
    make.keep(one)
    add_party(matter, subject, Capacity.SUBJECT, at=NOW)
    assert conflicts_of(matter, one, Capacity.DECISION_MAKER, TODAY) == []


def test_who_has_left_is_not_appointed(make: Factory, matter: Matter) -> None:
    """The last working day is the last on which somebody can be appointed."""
    leaver = make.person("Lea Ver", last_working_day=TODAY - timedelta(days=1))
    assert [c.sentence for c in conflicts_of(matter, leaver, Capacity.INVESTIGATOR, TODAY)] == [
        "Lea Ver no longer works here."
    ]
    assert conflicts_of(matter, make.person(last_working_day=TODAY), Capacity.INVESTIGATOR, TODAY) == []


def test_appointing_refuses_with_the_rule_and_appoints_otherwise(make: Factory, matter: Matter) -> None:
    """The refusal names the person, the reason and the field; the same part twice is one part."""
    subject, free = make.person("Sub Ject"), make.person()
    add_party(matter, subject, Capacity.SUBJECT, at=NOW)
    make.keep(matter)
    with pytest.raises(InvalidInput) as refused:
        appoint_party(matter, subject, Capacity.INVESTIGATOR, at=NOW, field="investigator")
    assert refused.value.field == "investigator"
    assert "Sub Ject is the subject" in refused.value.sentence
    assert refused.value.sentence.endswith("Select somebody else.")
    assert not matter.has_party(subject, Capacity.INVESTIGATOR)
    party = appoint_party(matter, free, Capacity.INVESTIGATOR, at=NOW)
    assert appoint_party(matter, free, Capacity.INVESTIGATOR, at=NOW) is party
    assert matter.people_as(Capacity.INVESTIGATOR) == [free]


def test_the_database_keeps_one_current_part(make: Factory, matter: Matter) -> None:
    """And no part that ends before it begins."""
    from app.matters.models import MatterParty

    person = make.person()
    add_party(matter, person, Capacity.WITNESS, at=NOW)
    make.keep(matter)
    values = {"matter_id": matter.id, "person_id": person.id, "capacity": Capacity.WITNESS}
    for wrong in ({"since": NOW}, {"since": NOW, "until": NOW - timedelta(seconds=1)}):
        db.session.add(MatterParty(**values, **wrong))
        with pytest.raises(sa.exc.IntegrityError):
            db.session.flush()
        db.session.rollback()


def test_the_reporting_line_is_one_query_however_long_and_ends_in_a_ring(make: Factory, matter: Matter) -> None:
    """Six levels up, and a line that runs in a ring by mistake."""
    top = make.person("Top")
    line = [top]
    for number in range(6):
        line.append(make.person(f"Level {number}", manager=line[-1]))
    add_party(matter, top, Capacity.SUBJECT, at=NOW)
    make.keep(matter)
    counts = []
    for person in (line[1], line[-1]):
        db.session.expire_all()
        assert [matter.parties, person.name, top.name, matter.parties[0].person.name]
        with counted_queries() as queries:
            found = conflicts_of(matter, person, Capacity.APPEAL_OFFICER, TODAY)
        assert 3 in {conflict.rule for conflict in found}
        counts.append(len(queries))
    assert counts[0] == counts[1]
    stranger = make.person("Stranger")
    other = make.person("Other", manager=stranger)
    stranger.line_manager = other
    db.session.commit()
    assert conflicts_of(matter, stranger, Capacity.APPEAL_OFFICER, TODAY) == []
