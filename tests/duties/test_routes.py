"""The first page and the pages about duties: groups, what came from others, numbers, rules, jobs."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app.core.db import db
from app.core.jobs import Every, Job, JobKind
from app.core.mail import Mail
from app.duties.models import Reminder
from app.duties.queries import desk
from app.duties.queries.desk import Desk, DueItem
from app.matters.models import Capacity, Matter, MatterKind, MatterParty
from app.people.models import Person, Role
from app.policy.queries import pack
from tests.conftest import NOW
from tests.duties.factories import Duties, morning, rule, use
from tests.duties.test_operations import MATTER_RULE, Team, _not_walled
from tests.factories import Factory
from tests.pages import Page, PageClient, counted_queries

ClientOf = Callable[..., PageClient]
TODAY = NOW.date()
DAY = timedelta(days=1)
LAST_WEEK = TODAY - 7 * DAY


@pytest.fixture
def team(make: Factory) -> Team:
    return Team(make)


def _group(page: Page, heading: str) -> list[str]:
    """The lines under a heading of a page."""
    found = next((tag for tag in page.soup.select("h1, h2") if tag.get_text(strip=True) == heading), None)
    lines = found.find_next_sibling() if found else None
    return [" ".join(line.get_text(" ").split()) for line in lines.select("li")] if lines else []


def test_the_first_page_has_late_things_first_and_at_most_seven(
    app: Flask, team: Team, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    duties = use(app, monkeypatch)
    for number in range(1, 4):
        duties.add(team.doer, LAST_WEEK, key=f"cellar {number}")
    for number in range(1, 7):
        duties.add(team.doer, TODAY + DAY, key=f"hall {number}")
    page = client_of(team.doer).get("/")
    assert page.heading == "What needs you"
    assert _group(page, "Late") == [f"Sweep the cellar {n} 24 February 2027 5 working days late" for n in (1, 2, 3)]
    assert _group(page, "Waiting for you") == [f"Sweep the hall {n} 4 March 2027 due tomorrow" for n in (1, 2, 3, 4)]
    assert "and 2 more" in page.text
    everything = client_of(team.doer).get("/duties/mine")
    assert len(_group(everything, "Late")) == 3
    assert len(_group(everything, "Waiting for you")) == 6


def test_of_very_much_the_most_urgent_is_shown(
    app: Flask, make: Factory, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = make.person()
    duties = use(app, monkeypatch)
    monkeypatch.setattr(desk, "MOST", 20)
    for number in range(30):
        duties.add(person, TODAY + number * DAY, key=f"{number}")
    assert "and many more" in client_of(person).get("/").text
    page = client_of(person).get("/duties/mine")
    assert "these are the most urgent" in page.text
    assert len(_group(page, "Waiting for you")) == 20


def test_who_has_nothing_reads_that(app: Flask, make: Factory, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch) -> None:
    use(app, monkeypatch)
    person = make.person()
    assert "Nothing needs you now." in client_of(person).get("/").text
    page = client_of(person).get("/duties/mine")
    assert "Nothing is late." in page.text
    assert "You are waiting for nobody." in page.text


def _told(duties: Duties, team: Team, **values: Any) -> None:
    duties.add(team.doer, LAST_WEEK, **values)
    morning(TODAY)


def test_what_is_late_with_somebody_else_stands_there_while_it_is_open(
    app: Flask, team: Team, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    duties = use(app, monkeypatch)
    assert _group(client_of(team.head).get("/"), "Late") == []
    _told(duties, team)
    line = "Late with Jo Bell: one thing about sweeping. Ask them about it. 24 February 2027 5 working days late"
    for told in (team.head, team.sca):
        page = client_of(told).get("/")
        assert _group(page, "Late") == [line]
        assert not page.soup.select(".app-lines a")
    assert _group(client_of(team.manager).get("/"), "Late") == []
    duties.rows.clear()  # done: gone at once, before any job has run
    assert _group(client_of(team.head).get("/"), "Late") == []


def test_a_link_where_it_opens_and_nothing_once_it_no_longer_does(
    app: Flask, make: Factory, team: Team, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    matter = make.keep(Matter.new(MatterKind.CASE, at=NOW))
    manager = make.person("Hana", Role.HR_MANAGER)
    _told(use(app, monkeypatch, MATTER_RULE, _not_walled(matter.id)), team, matter_id=matter.id)
    page = client_of(manager).get("/")
    link = page.soup.select_one(".app-lines a")
    assert link is not None
    assert link.get_text() == "Late with Jo Bell: sweep the hall"
    assert link["href"] == "/policy/hall"
    make.keep(MatterParty(matter_id=matter.id, person_id=manager.id, capacity=Capacity.WITNESS, since=NOW))
    assert _group(client_of(manager).get("/"), "Late") == []


def test_what_came_past_somebody_who_left_stands_on_the_page_of_whoever_was_told(
    app: Flask, make: Factory, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    top, hana = make.person("Top"), make.person("Hana", Role.HR_MANAGER)
    gone = make.person("Gone", manager=top, last_working_day=LAST_WEEK)
    duties = use(app, monkeypatch, rule(("doers_manager", 1)))
    for doer in (make.person("Jo Bell", manager=gone), make.person("Al Lone")):
        duties.add(doer, LAST_WEEK, key=doer.name)
    morning(TODAY)
    for told, name in ((top, "Jo Bell"), (hana, "Al Lone")):
        lines = _group(client_of(told).get("/"), "Late")
        assert len(lines) == 1
        assert lines[0].startswith(f"Late with {name}: one thing about sweeping. Ask them")


def test_however_much_is_late_with_others_ones_own_duties_stay(
    app: Flask, team: Team, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    duties = use(app, monkeypatch, rule(("doer", 0), ("sca", 1), repeat=5))
    monkeypatch.setattr(desk, "MOST", 20)
    duties.add(team.sca, TODAY, key="cellar")
    for number in range(22):
        duties.add(team.doer, LAST_WEEK, key=f"hall {number}")
    morning(TODAY)
    page = client_of(team.sca).get("/duties/mine")
    assert _group(page, "Waiting for you") == ["Sweep the cellar 3 March 2027 due today"]
    assert _group(page, "Late")[0].startswith("Late with Jo Bell: ")
    assert "these are the most urgent" in page.text


def test_several_things_with_the_same_people_are_one_line_where_they_do_not_open(
    app: Flask, team: Team, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    duties = use(app, monkeypatch)
    for number in range(3):
        duties.add(team.doer, LAST_WEEK + number * DAY, key=f"hall {number}")
    morning(TODAY)
    line = "Late with Jo Bell: 3 things about sweeping. Ask them about them. 24 February 2027 5 working days late"
    assert _group(client_of(team.sca).get("/"), "Late") == [line]


def test_many_doers_are_one_line_and_only_of_ones_own_people(
    app: Flask, make: Factory, team: Team, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    duties = use(app, monkeypatch, rule(("doer", 0), ("doers_manager", 1)))
    others = [make.person(name, manager=team.manager) for name in ("Ana Cole", "Bo Diaz")]
    stranger = make.person("Zoe", manager=make.person("Another manager"))
    for doer in (team.doer, *others, stranger):
        duties.add(doer, LAST_WEEK)
    morning(TODAY)
    assert _group(client_of(team.manager).get("/"), "Late")[0].startswith("Late with Ana Cole and 2 others: one thing")


def test_a_name_that_is_markup_is_shown_as_text(
    app: Flask, make: Factory, team: Team, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    team.doer.name = "<b>Jo</b>"
    make.keep(team.doer)
    _told(use(app, monkeypatch), team)
    page = client_of(team.head).get("/")
    assert "Late with <b>Jo</b>: one thing" in page.text


def test_the_first_page_takes_at_most_four_queries(
    app: Flask, make: Factory, team: Team, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Session, everything in one union, what came from others, and the door of somebody concerned in a case."""
    duties = use(app, monkeypatch)
    for path in ("/", "/duties/mine"):
        for many in (1, 30):
            for number in range(many):
                duties.add(team.doer, LAST_WEEK, key=f"{path[1:]}{many}-{number}")
            morning(TODAY)
            browser = client_of(team.head)
            browser.get(path)  # with the organisation's closed days read, which are kept for a minute
            with counted_queries() as statements:
                browser.get(path)
            assert len(statements) <= 4, statements
        morning(TODAY + DAY)


def test_numbers_lead_to_lists_and_only_those_they_concern_see_them(
    app: Flask, make: Factory, team: Team, client_of: ClientOf
) -> None:
    def numbers(person: Person) -> dict[str, str]:
        items = client_of(person).get("/").soup.select(".app-numbers__item")
        return {item.a["href"]: " ".join(item.get_text(" ").split()) for item in items}

    assert numbers(team.sca) == {
        "/account-register/notices": "0 notices to note",
        "/credential-rotation/all": "0 passwords still to be changed",
    }
    assert numbers(make.person("Hana", Role.HR_MANAGER)) == {
        "/breach-reports/": "0 open reports", "/hr-cases/": "0 open cases",
    }  # fmt: skip
    assert numbers(make.person("Ivo", Role.HR_INTAKE)).keys() == {"/breach-reports/", "/hr-cases/"}
    for person in (team.doer, make.person("Ada", Role.ADMINISTRATOR), make.person("Ina", Role.INVESTIGATOR)):
        assert numbers(person) == {}


def test_everybody_reads_the_rules_with_their_sources(make: Factory, client_of: ClientOf) -> None:
    browser = client_of(make.person())
    browser.get("/duties/rules")
    with counted_queries() as statements:
        page = browser.get("/duties/rules?about=accounts")
    assert len(statements) == 1
    row = next(row for row in page.soup.select("tbody tr") if row.th.get_text().startswith("Change a password"))
    text = " ".join(row.get_text(" ").split())
    assert "Whoever has the duty: on the day, 3 working days after" in text
    assert "Strategic Communications Adviser: 1 working day after" in text
    assert "Their head of service: 3 working days after" in text
    assert "Every 5 working days: whoever has the duty, Their head of service" in text
    assert "( policy 6.1(3) )" in text
    assert "front." not in text
    assert "back." not in text
    assert "(local setting)" in text
    link = row.select_one("a")
    assert link is not None
    assert link["href"] == "/policy/social-media-policy#p-6-1-3"
    assert browser.get(link["href"].split("#")[0]).soup.find(id="p-6-1-3")
    pages = [browser.get(f"/duties/rules?about={word}").text for word in ("everyday", "accounts", "matters")]
    for one in pack().chases.values():
        assert [one.says in text for text in pages].count(True) >= 1, one.kind
        assert (one.says in pages[2]) is one.about_matters, one.kind


@pytest.fixture
def some_jobs(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """A job that ran, one that failed, in place of the real ones."""
    kinds = {name: JobKind(name, f"Does the {name}.", Every(5), lambda _at: 0) for name in ("sweeping", "mopping")}
    monkeypatch.setattr(app.extensions["registries"], "jobs", kinds)


def test_the_administrator_sees_how_jobs_went(
    make: Factory, client_of: ClientOf, some_jobs: None
) -> None:
    minutes = timedelta(minutes=1)
    make.keep(
        Job(name="sweeping", next_run_at=NOW + 5 * minutes, last_finished_at=NOW - 2 * minutes, last_count=1204, failures=0),
        Job(
            name="mopping", next_run_at=NOW + minutes, failures=3, last_failed_at=NOW - minutes,
            last_error="KeyError at mopping.py:7", last_count=0,
        ),
    )  # fmt: skip
    browser = client_of(make.person("Ada", Role.ADMINISTRATOR))
    browser.get("/duties/rules")
    with counted_queries() as statements:
        page = browser.get("/duties/jobs")
    assert len(statements) <= 3, statements  # with those of other rooms' panels
    sweeping, mopping = (" ".join(row.get_text(" ").split()) for row in page.soup.select("tbody tr"))
    assert sweeping.startswith("Does the sweeping. Every 5 minutes 3 March 2027 at 9:58am , 1,204 things done")
    assert "3 in a row" in mopping
    assert "KeyError at mopping.py:7" in mopping
    assert "does not seem to run" not in page.text
    assert page.soup.find("a", href="/duties/jobs"), "the administrator finds it in the navigation"


@pytest.mark.parametrize(("minutes_late", "warns"), [(0, False), (15, False), (16, True)])
def test_a_silent_runner_is_noticed(
    make: Factory, client_of: ClientOf, some_jobs: None, minutes_late: int, warns: bool
) -> None:
    since = NOW - timedelta(minutes=minutes_late)
    make.keep(*(Job(name=name, next_run_at=since, failures=0, last_count=0) for name in ("sweeping", "mopping")))
    page = client_of(make.person("Ada", Role.ADMINISTRATOR)).get("/duties/jobs")
    assert ("does not seem to run" in page.text) is warns


def test_a_runner_that_never_ran_is_noticed(make: Factory, client_of: ClientOf) -> None:
    page = client_of(make.person("Ada", Role.ADMINISTRATOR)).get("/duties/jobs")
    assert "does not seem to run" in page.text
    assert "As soon as the runner starts" in page.text


@pytest.mark.parametrize(
    ("minutes_late", "failures", "warns"), [(None, 0, True), (0, 0, False), (14, 0, False), (16, 0, True), (0, 1, True)]
)
def test_the_first_page_says_when_nothing_runs_or_something_fails(
    make: Factory, client_of: ClientOf, minutes_late: int | None, failures: int, warns: bool
) -> None:
    """The administrator's only: nobody would be reminded of anything, and nobody would notice."""
    if minutes_late is not None:
        make.keep(Job(name="chase", next_run_at=NOW - timedelta(minutes=minutes_late), failures=failures))
    for role in (Role.ADMINISTRATOR, Role.SCA):
        page = client_of(make.person(None, role)).get("/")
        assert bool(page.soup.select('a[href^="/duties/jobs?"]')) is (warns and role is Role.ADMINISTRATOR)


def test_a_job_that_there_is_no_more_worries_nobody(make: Factory, client_of: ClientOf) -> None:
    """What was on record of it stays after an upgrade; the page of jobs shows nothing of it either."""
    make.keep(Job(name="chase", next_run_at=NOW, failures=0))
    make.keep(Job(name="of-an-earlier-version", next_run_at=NOW - timedelta(days=90), failures=7))
    page = client_of(make.person(None, Role.ADMINISTRATOR)).get("/")
    assert not page.soup.select('a[href^="/duties/jobs?"]')


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_jobs_are_for_the_administrator(make: Factory, client_of: ClientOf, role: Role) -> None:
    client_of(make.person(None, role)).get("/duties/jobs", status=403)


def test_no_reminder_is_made_by_looking(
    app: Flask, team: Team, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(app, monkeypatch).add(team.doer, LAST_WEEK)
    client_of(team.doer).get("/")
    assert db.session.execute(sa.select(sa.func.count()).select_from(Reminder)).scalar_one() == 0


def test_the_administrator_sees_which_mail_is_held_up(make: Factory, client_of: ClientOf) -> None:
    """How many, since when and why; no person and no address."""
    reader, administrator = make.person("Ada Reader"), make.person("Ann", Role.ADMINISTRATOR)
    browser = client_of(administrator)
    assert "No e-mail is held up." in browser.get("/duties/jobs").text
    times = {"created_at": NOW - DAY, "next_try_at": NOW, "give_up_after": NOW + DAY, "attempts": 3}
    make.keep(
        Mail(to_person_id=reader.id, last_error="refused with 451", **times),
        Mail(to_person_id=reader.id, last_error="the address was refused with 550", given_up_at=NOW, **times),
    )
    page = browser.get("/duties/jobs")
    assert "1 e-mail waits to leave, the oldest since 2 March 2027 at 10:00am" in page.text
    assert "refused with 451" in page.text
    assert "1 e-mail given up in the last 30 days" in page.text
    assert "Reader" not in page.text
    assert str(reader.email) not in page.text


def test_nothing_urgent_is_cut_off_by_what_is_late(
    make: Factory, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However much is late: it has a line of the seven, and stands first among what waits."""

    def item(text: str, day: date, *, urgent: bool = False) -> DueItem:
        return DueItem(text, "/", day, "", urgent=urgent)

    late = [item(f"Sweep cellar {number}", LAST_WEEK) for number in range(9)]
    needs = [item("Urgent: stop the flood", TODAY, urgent=True), item("Sweep the hall", TODAY)]
    shown = Desk(late, needs, waiting=[], numbers=[], has_team=False, is_cut=False)
    monkeypatch.setattr("app.home.desk_of", lambda *_: shown)
    page = client_of(make.person("Jo Bell")).get("/")
    assert len(_group(page, "Late")) == 6
    assert [line.partition(" 3 March")[0] for line in _group(page, "Waiting for you")] == ["Urgent: stop the flood"]
    assert "and 4 more" in page.text
