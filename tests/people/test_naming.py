"""One folding of names, for whoever searches by one and for what must name nobody."""

from collections.abc import Callable

import pytest

from app.breach_reports.forms import WhoIsItForm
from app.breach_reports.queries import people_called
from app.core.db import db
from app.hr_cases.forms.opening import people_choices
from app.people.models import Person
from app.people.naming import addresses_of_namesakes, everybody_called, folded_name, labels_to_choose, name_holds, named_in
from tests.conftest import NOW
from tests.factories import Factory
from tests.pages import PageClient

# As people write them: another case, no marks, all kinds of apostrophes, wide letters, parts of letters, hidden marks.
OF_SIAN = [
    "Siân O'Dowda", "Sian O’Dowda", "SIÂN O‘DOWDA", "sian oʼdowda", "Siân O´Dowda", "Sian O`Dowda",
    "ＳＩＡＮ Ｏ＇ＤＯＷＤＡ",
    "Sia\u0302n O'Dowda", "Si\u00adan O'Dow\u200bda", "  Sian   O'Dowda ",
]  # fmt: skip
OF_MAREK = ["Marek Świątczak", "marek swiatczak", "MAREK ŚWIĄTCZAK", "Marek S\u0301wia\u0328tczak"]


@pytest.mark.parametrize("typed", OF_SIAN)
@pytest.mark.parametrize("kept", ["Siân O'Dowda", "Siân O’Dowda", "Sian O'Dowda", "SIÂN O'DOWDA"])
def test_a_name_is_one_however_it_is_written(make: Factory, typed: str, kept: str) -> None:
    person = make.person(kept)
    make.person("Sian Dowda")
    assert folded_name(typed) == "sian odowda"
    assert [one.id for one in everybody_called(typed)] == [person.id]
    assert named_in(f"Run by {typed}.") == kept


@pytest.mark.parametrize("typed", [*OF_MAREK, "Świątczak", "swiat", "Świątczak Marek"])
def test_part_of_a_name_finds_it(make: Factory, typed: str) -> None:
    person = make.person("Marek Świątczak")
    make.person("Mark Swift")
    found = db.session.execute(db.select(Person.id).where(name_holds(typed))).scalars().all()
    assert found == [person.id]


@pytest.mark.parametrize("typed", ["", " ", "%", "_", "\u200b", "\x00"])
def test_what_has_no_letters_stands_for_itself(make: Factory, typed: str) -> None:
    make.person("Ann-Marie O'Neil")
    assert db.session.execute(db.select(Person.id).where(name_holds("-"))).all()
    assert db.session.execute(db.select(Person.id).where(name_holds(typed))).all() == []
    assert everybody_called(typed) == []


def test_of_two_who_differ_by_a_mark_the_one_who_was_written_is_meant(make: Factory) -> None:
    one, other = make.person("Siân Rees"), make.person("Sian Rees")
    assert [person.id for person in everybody_called("Siân Rees")] == [one.id]
    assert [person.id for person in everybody_called("Sian Rees")] == [other.id]
    assert {person.id for person in everybody_called("SIAN REES")} == {one.id, other.id}


def test_a_text_names_nobody_by_parts_of_words(make: Factory) -> None:
    """A name of one word is a word like others; a hyphen parts as a space does."""
    make.person("Ann Lee")
    make.person("Reader")
    make.person("Anne-Marie Poole")
    assert named_in("Joann Leeson and every Reader, since 1999") is None
    assert named_in("Ask Ann Lee.") == "Ann Lee"
    assert named_in("Kept by Anne Marie Poole’s team") == "Anne-Marie Poole"
    assert named_in("") is None


def test_namesakes_are_told_apart_by_their_addresses() -> None:
    """Where a list has the same name and post twice; everybody else is called as ever, and a post without an address too."""
    people = [
        Person(name="Ada", post="Officer", email="a@x.example"), Person(name="Ada", post="Officer", email="b@x.example"),
        Person(name="Ada", post="Head", email="c@x.example"), Person(name="Bo", post="", email="d@x.example"),
        Person(name="Chair", post="Chair"), Person(name="Chair", post="Chair"),
    ]  # fmt: skip
    assert list(addresses_of_namesakes(people).values()) == ["a@x.example", "b@x.example"]
    assert [label for _one, label in labels_to_choose(people)] == [
        "Ada, Officer, a@x.example", "Ada, Officer, b@x.example", "Ada, Head", "Bo", "Chair", "Chair",
    ]  # fmt: skip


def test_whoever_chooses_somebody_can_tell_namesakes_apart(make: Factory, client_of: Callable[..., PageClient]) -> None:
    """A manager whose team has two, and whoever reports one of them."""
    manager = make.person("Max")
    twins = [make.person("Sam Same", post="Officer", manager=manager) for _ in range(2)]
    other = make.person("Sam Smith", post="Officer", manager=manager)
    browser = client_of(manager)
    for page in ("/credential-rotation/leavers/new", "/credential-rotation/moves/new", "/policy/remind", "/policy/team"):
        text = browser.get(page).text
        assert all(f"Sam Same, Officer, {one.email}" in text for one in twins)
        assert str(other.email) not in text
    assert [choice.hint for choice in people_choices([*twins, other])] == [
        *(f"Officer, {one.email}" for one in twins), "Officer",
    ]  # fmt: skip
    found = WhoIsItForm.choices_for(people_called("Sam", NOW.date()), "Sam")
    assert {choice.hint for choice in found[:3]} == {*(f"Officer, {one.email}" for one in twins), "Officer"}
