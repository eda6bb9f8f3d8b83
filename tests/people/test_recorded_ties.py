"""What HR recorded of two people: who reads it, who says that it is over or was a mistake, and who confirms that."""

from collections.abc import Callable
from datetime import timedelta
from typing import NamedTuple

import pytest
import sqlalchemy as sa

from app.core.audit import AuditEvent
from app.core.db import commit, db
from app.core.errors import AlreadyDone, InvalidInput, NotAllowed
from app.core.outbox import OutboxMessage
from app.core.paging import Cursor
from app.matters.models import Capacity, Matter, MatterKind
from app.matters.operations import add_party
from app.matters.queries import is_kept_from
from app.people.models import DeclaredRelationship, Person, RelationshipKind, Role
from app.people.relating import (
    confirm_relationship,
    end_relationship,
    is_open_to,
    recorded_page,
    relate,
    say_recorded_over,
    to_confirm,
    turn_down_relationship,
)
from tests.conftest import NOW
from tests.factories import Factory
from tests.pages import PageClient, counted_queries

TODAY, DAY = NOW.date(), timedelta(days=1)
FAMILY = RelationshipKind.FAMILY
LIST = "/people/relationships/recorded"


class Office(NamedTuple):
    """HR, and the two of whom something is recorded."""

    olga: Person
    sam: Person
    intake: Person
    mona: Person
    mark: Person
    ines: Person


def _office(make: Factory) -> Office:
    return Office(
        make.person("Olga", Role.HR_CASE_OWNER), make.person("Sam"), make.person("Ida", Role.HR_INTAKE),
        make.person("Mona", Role.HR_MANAGER), make.person("Mark", Role.HR_MANAGER), make.person("Ines", Role.INDEPENDENT),
    )  # fmt: skip


def _recorded(
    office: Office, *, kind: RelationshipKind = FAMILY, confirmed: bool = True
) -> DeclaredRelationship:
    tie = relate(office.olga, office.sam, kind, by=office.mona, at=NOW, reason="Olga said so.")
    if confirmed:
        confirm_relationship(tie, by=office.mark, at=NOW)
    commit()
    return tie


def _matter_about(person: Person) -> Matter:
    matter = Matter.new(MatterKind.REPORT, at=NOW)
    db.session.add(matter)
    db.session.flush()
    add_party(matter, person, Capacity.SUBJECT, at=NOW)
    db.session.flush()
    return matter


def test_it_counts_until_another_confirmed_that_it_is_over(make: Factory) -> None:
    """Neither who recorded it nor who said so, nor one of the two; the wall stands to the end of that day."""
    office = _office(make)
    tie, matter = _recorded(office), _matter_about(office.sam)
    say_recorded_over(tie, by=office.intake, at=NOW + DAY, over_from=TODAY - DAY, reason="Olga moved out.")
    assert (tie.said_over_on, tie.said_over_by_id, tie.over_from) == (TODAY + DAY, office.intake.id, TODAY - DAY)
    assert tie.over_reason == "Olga moved out."
    assert b"moved" not in (tie.over_reason_sealed or b"")
    for one in office:
        may = one in (office.mark, office.ines)
        assert tie.is_judged_by(one) == may
        assert list(to_confirm(one, TODAY)) == ([tie] if may else [])
        if not may:
            with pytest.raises(NotAllowed):
                confirm_relationship(tie, by=one, at=NOW + DAY)
    assert is_kept_from(matter, office.olga, TODAY + DAY)
    confirm_relationship(tie, by=office.ines, at=NOW + 2 * DAY)
    assert is_kept_from(matter, office.olga, TODAY + 2 * DAY)
    assert not is_kept_from(matter, office.olga, TODAY + 3 * DAY)
    with pytest.raises(AlreadyDone):
        say_recorded_over(tie, by=office.intake, at=NOW + 3 * DAY, over_from=TODAY, reason="x")


def test_who_recorded_a_mistake_does_not_confirm_that_it_was_one(make: Factory) -> None:
    """They may say so; another confirms it. The record of acts tells it from one that is over."""
    office = _office(make)
    tie = _recorded(office)
    say_recorded_over(tie, by=office.mona, at=NOW, over_from=None, reason="It was another Olga.")
    assert tie.was_mistake
    assert not tie.is_judged_by(office.mona)
    confirm_relationship(tie, by=office.mark, at=NOW)
    acts = sa.select(AuditEvent.act).where(AuditEvent.subject_id == tie.id).order_by(AuditEvent.number)
    commit()
    assert db.session.execute(acts).scalars().all() == [
        "relationship:recorded", "relationship:confirmed", "relationship:said-mistake", "relationship:mistaken",
    ]  # fmt: skip


def test_who_is_near_one_of_the_two_neither_reads_nor_says(make: Factory) -> None:
    """The two, who is close to one of them, and who stands above or below one of them; and nobody outside HR."""
    office = _office(make)
    boss = make.person("Boss", Role.HR_MANAGER)
    below = make.person("Below", Role.HR_INTAKE, manager=office.sam)
    friend, stranger = make.person("Friend", Role.HR_INTAKE), make.person("Stranger")
    office.sam.line_manager = make.person("Between", manager=boss)
    relate(friend, office.olga, FAMILY, by=None, at=NOW)
    tie = _recorded(office)
    for one in (*office, boss, below, friend, stranger):
        may = one in (office.intake, office.mona, office.mark)
        assert is_open_to(tie, one, TODAY) == may, one.name
        listed = [row.id for row in recorded_page(one, TODAY, Cursor()).rows]
        assert (tie.id in listed) == (may or one in (office.ines, stranger)), "the page itself asks for the role"
        if not may:
            with pytest.raises(NotAllowed):
                say_recorded_over(tie, by=one, at=NOW, over_from=TODAY, reason="x")


def test_who_is_near_one_of_the_two_neither_confirms_nor_is_asked_to(make: Factory) -> None:
    office = _office(make)
    boss, friend = make.person("Boss", Role.HR_MANAGER), make.person("Friend", Role.HR_MANAGER)
    office.sam.line_manager = boss
    relate(friend, office.olga, FAMILY, by=None, at=NOW)
    tie = _recorded(office, confirmed=False)
    for one in (boss, friend):
        assert list(to_confirm(one, TODAY)) == []
        for act in (confirm_relationship, turn_down_relationship):
            with pytest.raises(NotAllowed):
                act(tie, by=one, at=NOW)
    asked = sa.select(OutboxMessage.to_person_id).where(OutboxMessage.occasion.startswith("relationship:to-confirm"))
    assert set(db.session.execute(asked).scalars()) == {office.mark.id, office.ines.id}
    confirm_relationship(tie, by=office.ines, at=NOW)
    assert tie.since == TODAY


def test_what_somebody_declared_is_not_for_hr_to_end(make: Factory) -> None:
    """Only they say that it is over; HR does not even read it there."""
    office = _office(make)
    tie = relate(office.sam, office.mark, FAMILY, by=office.sam, at=NOW)
    confirm_relationship(tie, by=office.mona, at=NOW)
    commit()
    assert not is_open_to(tie, office.intake, TODAY)
    with pytest.raises(NotAllowed):
        say_recorded_over(tie, by=office.intake, at=NOW, over_from=TODAY, reason="x")
    end_relationship(tie, by=office.sam, at=NOW)
    assert tie.said_over_by_id == office.sam.id


def test_what_was_said_and_turned_down_leaves_nothing(make: Factory) -> None:
    """It goes on to count, and may be said again; who said so is told each time that it was looked at."""
    office = _office(make)
    tie, matter = _recorded(office), _matter_about(office.sam)
    say_recorded_over(tie, by=office.intake, at=NOW, over_from=None, reason="A mistake.")
    turn_down_relationship(tie, by=office.ines, at=NOW)
    assert (tie.said_over_on, tie.said_over_by_id, tie.over_from, tie.was_mistake, tie.over_reason) == (
        None, None, None, False, "",
    )  # fmt: skip
    assert is_kept_from(matter, office.olga, TODAY + 30 * DAY)
    say_recorded_over(tie, by=office.intake, at=NOW + DAY, over_from=TODAY, reason="They parted.")
    confirm_relationship(tie, by=office.mark, at=NOW + DAY)
    commit()
    told = sa.select(OutboxMessage.occasion).where(OutboxMessage.to_person_id == office.intake.id)
    assert len(db.session.execute(told).scalars().all()) == 2
    told = sa.select(sa.func.count()).where(
        OutboxMessage.to_person_id == office.ines.id, OutboxMessage.occasion.startswith("relationship:to-confirm")
    )
    assert db.session.execute(told).scalar_one() == 2


def test_what_does_not_count_yet_is_taken_back_by_who_recorded_it(make: Factory) -> None:
    """Nobody else has a word in it before it was confirmed."""
    office = _office(make)
    tie = _recorded(office, confirmed=False)
    with pytest.raises(AlreadyDone, match="does not count yet"):
        say_recorded_over(tie, by=office.intake, at=NOW, over_from=TODAY, reason="x")
    say_recorded_over(tie, by=office.mona, at=NOW, over_from=None, reason="")
    assert tie.until == TODAY
    assert tie.since is None


def test_a_day_to_come_or_no_reason_is_refused(make: Factory) -> None:
    office = _office(make)
    tie = _recorded(office)
    for over_from, reason, what in ((TODAY + DAY, "x", "in the past"), (TODAY, " ", "how you know it")):
        with pytest.raises(InvalidInput, match=what):
            say_recorded_over(tie, by=office.intake, at=NOW, over_from=over_from, reason=reason)
    assert tie.said_over_on is None


def test_the_pages_on_which_hr_says_that_it_is_over(make: Factory, client_of: Callable[..., PageClient]) -> None:
    """From the list to the word, and on to whoever confirms it; a late click is told who was first."""
    office = _office(make)
    tie = _recorded(office)
    where = f"/people/relationships/{tie.id}/over"
    browser = client_of(office.intake)
    assert "Olga and Sam" in browser.get(LIST).text
    assert "Say that it is over or was a mistake: Olga and Sam" in browser.get(where).heading
    missing = browser.post(where, {}, status=422).errors
    assert missing == ["Select whether it is over or was a mistake", "Enter how you know it"]
    typed = {"what": "over", "over_from": ["9", "3", "2027"], "reason": "They <b>parted</b>."}
    page = browser.post(where, typed, status=422)
    assert page.errors == ["The day must be today or in the past. Come back on that day"]
    assert page.field("reason") == "They <b>parted</b>."
    typed["over_from"] = ["1", "3", "2027"]
    assert "You said so." in browser.follow(where, typed).text
    assert "that it is over waits to be confirmed" in browser.get(LIST).text
    late = client_of(office.mark).post(where, typed, status=409)
    assert "Ida" in late.text
    for stranger, status in ((office.olga, 404), (office.sam, 403), (office.ines, 403)):
        client_of(stranger).get(where, status=status)
        client_of(stranger).post(where, typed, status=status)
    assert "Olga" not in client_of(office.olga).get(LIST).soup.find("main").get_text()
    judge = client_of(office.ines)
    page = judge.get("/people/relationships")
    assert "Ida said on 3 March 2027 that they have not been close since 1 March 2027" in page.text
    assert "They <b>parted</b>." in page.text
    assert "You confirmed it." in judge.follow(f"/people/relationships/{tie.id}/confirm").text
    browser.get(where, status=409)
    assert "What you said of a close relationship has been looked at" in browser.get("/messages").text


def test_the_pages_say_what_to_do_where_nobody_is_left_to_confirm_it(
    make: Factory, client_of: Callable[..., PageClient]
) -> None:
    """Wherever somebody records or ends it; not where it is only taken back. Nothing in it hangs on who is recorded."""
    office = _office(make)
    tie, waiting = _recorded(office), _recorded(office, kind=RelationshipKind.BUSINESS, confirmed=False)
    browser, words = client_of(office.mona), "they can record that two people are close, or end it, by a command"
    for where in (LIST, "/people/relationships/record", f"/people/relationships/{tie.id}/over"):
        assert words in browser.get(where).text
    assert words not in browser.get(f"/people/relationships/{waiting.id}/over").text
    assert words in client_of(office.olga).get(LIST).text


def test_who_meant_to_confirm_it_does_not_end_it_from_an_older_page(
    make: Factory, client_of: Callable[..., PageClient]
) -> None:
    """What was said since is read first; then it can be confirmed."""
    office = _office(make)
    tie = _recorded(office, confirmed=False)
    browser = client_of(office.ines)
    seen = {"what_waits": browser.get("/people/relationships").field("what_waits")}
    confirm_relationship(tie, by=office.mark, at=NOW)
    say_recorded_over(tie, by=office.intake, at=NOW, over_from=TODAY, reason="They parted.")
    commit()
    for act in ("confirm", "turn-down"):
        late = browser.post(f"/people/relationships/{tie.id}/{act}", seen, status=409)
        assert "Something else has been said of these two in the meantime" in late.text
        assert "Ida said it, on 3 March 2027" in late.text
    assert (tie.until, tie.said_over_on) == (None, TODAY)
    seen = {"what_waits": browser.get("/people/relationships").field("what_waits")}
    browser.follow(f"/people/relationships/{tie.id}/confirm", seen)
    assert tie.until == TODAY


def test_a_mistake_on_the_page(make: Factory, client_of: Callable[..., PageClient]) -> None:
    office = _office(make)
    tie = _recorded(office)
    client_of(office.mona).follow(f"/people/relationships/{tie.id}/over", {"what": "mistake", "reason": "Another Sam."})
    page = client_of(office.mark).get("/people/relationships")
    assert "Mona said on 3 March 2027 that it was recorded by mistake" in page.text
    assert page.has_button("Confirm that it was a mistake : Olga and Sam")
    assert page.has_button("It was no mistake : Olga and Sam")


def test_taking_back_on_the_page(make: Factory, client_of: Callable[..., PageClient]) -> None:
    office = _office(make)
    tie = _recorded(office, confirmed=False)
    where = f"/people/relationships/{tie.id}/over"
    client_of(office.intake).get(where, status=409)
    assert client_of(office.mona).get(where).has_button("Take it back")
    assert "You took it back." in client_of(office.mona).follow(where).text


def test_the_list_of_what_hr_recorded_takes_a_fixed_number_of_queries_and_has_pages(
    make: Factory, client_of: Callable[..., PageClient]
) -> None:
    intake, recorder, counts = make.person("Ida", Role.HR_INTAKE), make.person("Rae", Role.HR_MANAGER), []
    browser = client_of(intake)
    for more in (1, 29):
        for _ in range(more):
            relate(make.person(), make.person(), FAMILY, by=recorder, at=NOW, reason="x")
        commit()
        with counted_queries() as queries:
            page = browser.get(LIST)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 4
    older = page.soup.select_one(".govuk-pagination__next a")
    assert older is not None
    assert len(browser.get(str(older["href"])).soup.select("tbody tr")) == 5
