"""Who heads which service: recorded by an administrator or HR, in the record of acts, and asked for where a head leaves."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from app.core.audit import AuditEvent
from app.core.db import commit, db
from app.core.errors import AlreadyDone, InvalidInput, NotAllowed
from app.core.seen import ChangedBySomebody, mark_of
from app.duties.models import Reminder
from app.people.heading import mark_of_head, name_head
from app.people.heads import next_head_due
from app.people.models import Person, Role, decider_of
from app.people.queries import decided_by, decider_column, nobody_decides, timeline
from app.policy.queries import working_calendar
from tests.conftest import NOW
from tests.due_equality import assert_same_duties
from tests.duties.factories import morning
from tests.factories import Factory
from tests.pages import PageClient, counted_queries

TODAY, DAY = NOW.date(), timedelta(days=1)
KIND = "people:head-of-service"
ClientOf = Callable[..., PageClient]


def test_who_may_record_who_heads_a_service(make: Factory) -> None:
    """An administrator, an HR manager and the installation; nobody themselves, and nobody who has left."""
    service, head = make.service("Libraries"), make.person("Hedda")
    may = {role for role in Role if service.head_can_be_recorded_by(make.person(None, role))}
    assert may == {Role.ADMINISTRATOR, Role.HR_MANAGER}
    assert not service.head_can_be_recorded_by(head)
    admin, hr = make.person("Ada", Role.ADMINISTRATOR), make.person("Hana", Role.HR_MANAGER)
    gone = make.person("Gone", last_working_day=TODAY - DAY)
    for by, whom in ((head, head), (make.person(None, Role.HR_INTAKE), head), (admin, admin), (hr, hr)):
        with pytest.raises(NotAllowed):
            name_head(service, whom, by=by, at=NOW)
    with pytest.raises(InvalidInput, match="Gone does not work here"):
        name_head(service, gone, by=hr, at=NOW)
    for by, whom in ((admin, hr), (hr, admin), (None, head)):
        name_head(service, whom, by=by, at=NOW)
        commit()
        assert service.head == whom


def test_who_heads_a_service_stands_in_the_record_with_whom_it_was_before(make: Factory) -> None:
    hr, one, two = make.person("Hana", Role.HR_MANAGER), make.person("One"), make.person("Two")
    service, officer = make.service("Libraries"), make.person("Olly", service="Libraries")
    assert decider_of(officer, TODAY) is None
    for head in (one, two, None):
        name_head(service, head, by=hr, at=NOW)
        assert decider_of(officer, TODAY) == (head.id if head else None), "it counts from this moment on"
        commit()
    assert [entry.words for entry in timeline([service.id])] == [
        "recorded that Two no longer heads it", "recorded Two as its head", "recorded One as its head",
    ]  # fmt: skip
    facts = db.session.execute(sa.select(AuditEvent.facts).order_by(AuditEvent.number)).scalars().all()
    assert str(one.id) in facts[-2]
    with pytest.raises(AlreadyDone, match="Nobody heads Libraries already"):
        name_head(service, None, by=hr, at=NOW)
    name_head(service, one, by=None, at=NOW)
    with pytest.raises(AlreadyDone, match="One heads Libraries already"):
        name_head(service, one, by=hr, at=NOW)


def test_an_older_page_undoes_nothing(make: Factory) -> None:
    hr, service = make.person("Hana", Role.HR_MANAGER), make.service("Libraries")
    seen = mark_of_head(service)
    assert seen == mark_of(None)
    name_head(service, make.person("One"), by=hr, at=NOW, seen=seen)
    commit()
    with pytest.raises(ChangedBySomebody, match="Hana recorded another head"):
        name_head(service, make.person("Two"), by=hr, at=NOW, seen=seen)


def test_the_pages_of_heads(make: Factory, client_of: ClientOf) -> None:
    hr, bo = make.person("Hana", Role.HR_MANAGER, email="hana@x.example"), make.person("Bo", email="bo@x.example")
    service = make.service("Libraries")
    where, browser = f"/people/services/{service.id}/head", client_of(hr)
    for path in ("/people/services", where):
        client_of(bo).get(path, status=403)
        client_of(make.person(None, Role.ADMINISTRATOR)).get(path)
    browser.get(f"/people/services/{bo.id}/head", status=404)
    assert "Nobody heads it now." in browser.get(where).text
    assert browser.post(where, {}, status=422).errors
    assert browser.post(where, {"who": "somebody", "email": ""}, status=422).errors
    assert browser.post(where, {"who": "somebody", "email": "no@x.example"}, status=422).errors
    browser.post(where, {"who": "somebody", "email": "hana@x.example"}, status=403)
    browser.post(where, {"who": "nobody"}, status=409)
    page = browser.follow(where, {"who": "somebody", "email": "bo@x.example"})
    assert "You recorded that Bo heads Libraries, from now on." in page.text
    assert "Bo" in page.soup.select_one("table").get_text()
    older = {"who": "nobody", "seen": mark_of(None)}
    assert "Hana recorded another head" in browser.post(where, older, status=409).text
    assert "Hana recorded Bo as its head" in browser.get(where).text
    bo.last_working_day = TODAY - DAY
    make.keep(bo)
    assert "Bo, who has left" in browser.get("/people/services").text
    assert "Bo, who has left, is recorded." in browser.get(where).text
    assert "nobody heads Libraries" in browser.follow(where, {"who": "nobody"}).text


def test_the_list_of_heads_is_paged_and_takes_a_fixed_number_of_queries(make: Factory, client_of: ClientOf) -> None:
    browser, counts = client_of(make.person(None, Role.HR_MANAGER)), []
    for more in (2, 60):
        for number in range(more):
            make.service(f"Service {more} {number}", head=make.person())
        with counted_queries() as queries:
            page = browser.get("/people/services")
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 4
    assert len(page.soup.select("tbody tr")) == 50
    assert page.soup.select_one("a[href*='after=']") is not None


@pytest.mark.parametrize("at_once", [True, False])
def test_where_a_head_leaves_hr_records_the_next(make: Factory, client_of: ClientOf, at_once: bool) -> None:
    """By their last working day, of which the head reads nothing; whoever is above HR hears of it once it is late."""
    above = make.person("Above")
    hr = make.person("Hana", Role.HR_MANAGER, manager=above)
    head = make.person("Hedda", *([] if at_once else [Role.HR_MANAGER]))
    service = make.service("Libraries", head=head)
    morning(TODAY)
    assert next_head_due(service, hr) is None
    last = TODAY if at_once else working_calendar().add(TODAY, 3)
    head.last_working_day, head.left_at_once = last, at_once
    make.keep(head)
    due = next_head_due(service, hr)
    assert due is not None
    assert due.day == last
    assert next_head_due(service, head) is None
    assert next_head_due(service, above) is None
    assert assert_same_duties(TODAY) > 0
    assert "Record who heads Libraries next" in client_of(hr).get("/").text
    page = client_of(hr).get(f"/people/services/{service.id}/head")
    assert "The last working day of Hedda is" in page.text
    if not at_once:
        assert "Record who heads" not in client_of(head).get("/").text
        assert "The last working day" not in client_of(head).get(f"/people/services/{service.id}/head").text
    for number in range(3):
        morning(working_calendar().add(last, number) if number else last)
    assert _told("Hana") == [(last, False), (working_calendar().add(last, 1), False)]
    assert _told("Above") == [(working_calendar().add(last, 2), True)]
    name_head(service, above, by=hr, at=NOW)
    commit()
    assert next_head_due(service, hr) is None
    assert_same_duties(TODAY)


def _told(name: str) -> list[tuple[date, bool]]:
    told = sa.select(Reminder.sent_on, Reminder.escalated).join(Person, Person.id == Reminder.to_person_id)
    rows = db.session.execute(told.where(Reminder.kind == KIND, Person.name == name).order_by(Reminder.sent_on))
    return [(row.sent_on, row.escalated) for row in rows]


def test_who_decides_asked_of_the_person_and_in_the_queries(make: Factory) -> None:
    """A manager who is here, failing one a head who is; nobody who has left, and nobody about themselves."""
    here, gone = make.person("Here"), make.person("Gone", last_working_day=TODAY - DAY)
    at_once = make.person("At once", last_working_day=TODAY, left_at_once=True)
    last_day = make.person("Last day", last_working_day=TODAY)
    heads = {"Here": here, "Gone": gone, "At once": at_once, "Last day": last_day, "None": None}
    people = [here, gone, make.person("Nobody's")]
    for name, head in heads.items():
        make.service(name, head=head)
        people += [make.person(None, service=name, manager=boss) for boss in (None, here, gone, at_once, last_day)]
        if head is not None:
            head.service = make.service(name, head=head)
            make.keep(head)
    rows = db.session.execute(sa.select(Person.id, decider_column(TODAY), nobody_decides(TODAY)))
    found = {row[0]: row[1:] for row in rows}
    for one in people:
        decider = decider_of(one, TODAY)
        assert decider in {None, here.id, last_day.id}
        assert found[one.id] == (decider, decider is None), one.name
        for boss in (here, gone, at_once, last_day):
            told = sa.select(decided_by(boss.id, TODAY)).select_from(Person).where(Person.id == one.id)
            assert db.session.execute(told).scalar_one() is (decider == boss.id)
    assert sum(decider_of(one, TODAY) is None for one in people) > 8
