"""One folding of names, for whoever searches by one and for what must name nobody."""

import pytest

from app.core.db import db
from app.people.models import Person
from app.people.naming import everybody_called, folded_name, name_holds, named_in
from tests.factories import Factory

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
