"""Who is asked to agree to the policy and when, who agreed how, who is reminded, and how many agreed."""

import itertools
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from app.account_register.models import AccessGrant, AccessLevel, GrantState, LoginMode, grant_state
from app.account_register.operations import give_access
from app.account_register.queries.access import acknowledged_at as counted_at
from app.core import clock
from app.core.db import commit, db
from app.core.errors import AlreadyDone, InvalidInput, NotAllowed
from app.duties.models import Reminder
from app.people.coming_back import take_back
from app.people.models import Person, PersonKind, Role
from app.policy.models import AgreedBy, CoverageRow, PolicyAsk, SchoolAdoption, may_attest, shown
from app.policy.operations import acknowledge, ask_to_acknowledge, attest, take_back_agreement
from app.policy.queries import coverage, current_version, is_covered, last_ask, pack, team_of
from tests.conftest import NOW
from tests.credential_rotation.factories import account
from tests.duties.factories import morning
from tests.factories import Factory
from tests.pages import PageClient, counted_queries
from tests.policy.factories import DAY, SLUG, TODAY, published

AGREE = f"/policy/{SLUG}/acknowledge"
PAPER = {"method": "paper", "agreed_on": ["2", "3", "2027"], "attested": "y"}


def asked(at: datetime = NOW) -> list[PolicyAsk]:
    """Everybody who has been asked once the job has run."""
    ask_to_acknowledge(at)
    commit()
    return list(db.session.execute(sa.select(PolicyAsk).order_by(PolicyAsk.asked_on, PolicyAsk.id)).scalars())


def the_ask(person: Person) -> PolicyAsk:
    """What one person was asked."""
    return db.session.execute(sa.select(PolicyAsk).where(PolicyAsk.person_id == person.id)).scalar_one()


# ---- who is asked ----

WHO = {
    "employee": ({}, True),
    "volunteer": ({"kind": PersonKind.VOLUNTEER}, True),
    "starts tomorrow": ({"started": TODAY + DAY}, False),
    "starts today": ({"started": TODAY}, True),
    "no first day recorded": ({"started": None}, True),
    "left": ({"last_working_day": TODAY - DAY}, False),
    "last day": ({"last_working_day": TODAY}, True),
    "councillor": ({"kind": PersonKind.COUNCILLOR}, False),
    "a post that stands for whoever fills it": ({"email": None}, False),
    "school staff": ({"kind": PersonKind.SCHOOL_STAFF, "employing_body": "Elm School"}, False),
    "school staff where it was adopted": ({"kind": PersonKind.SCHOOL_STAFF, "employing_body": "Oak School"}, True),
    "school staff where it no longer is": ({"kind": PersonKind.SCHOOL_STAFF, "employing_body": "Ash School"}, False),
}


@pytest.mark.parametrize("who", list(WHO))
def test_who_is_asked(make: Factory, who: str) -> None:
    guardian = make.person("Guardian", Role.HR_MANAGER)
    for school, adopted, until in (("Oak School", True, None), ("Ash School", True, TODAY), ("Ash School", False, None)):
        make.keep(
            SchoolAdoption(slug=SLUG, school=school, adopted=adopted, decided_on=TODAY, until=until,
                           recorded_by_id=guardian.id, recorded_at=NOW)
        )  # fmt: skip
    values, expected = WHO[who]
    person = make.person(**values)
    assert (person.id in [one.person_id for one in asked()]) is expected


@pytest.mark.parametrize("spelt", ["Oakham C.E. Primary", "oakham  ce primary", "ÖAKHAM C-E Primary", "Oakham C’E. Primary"])
def test_staff_are_asked_however_their_school_is_spelt(make: Factory, spelt: str) -> None:
    """The database knows a school again as Python does, on both databases."""
    guardian = make.person("Guardian", Role.HR_MANAGER)
    make.keep(
        SchoolAdoption(slug=SLUG, school="Oakham CE Primary", adopted=True, decided_on=TODAY,
                       recorded_by_id=guardian.id, recorded_at=NOW)
    )  # fmt: skip
    person = make.person(kind=PersonKind.SCHOOL_STAFF, employing_body=spelt)
    other = make.person(kind=PersonKind.SCHOOL_STAFF, employing_body=f"{spelt} Annexe")
    asked_of = {one.person_id for one in asked()}
    assert (person.id in asked_of, other.id in asked_of) == (True, False)


def test_nobody_is_asked_twice_and_starters_on_their_first_day(make: Factory) -> None:
    make.person("Here")
    starter = make.person("Starter", started=TODAY + 5 * DAY)
    assert len(asked()) == 1
    assert len(asked(NOW + DAY)) == 1
    found = asked(NOW + 5 * DAY)
    assert [one.person_id for one in found if one.asked_on == TODAY + 5 * DAY] == [starter.id]


@pytest.mark.parametrize("next_version", [False, True])
def test_whoever_comes_back_is_asked_like_a_starter(
    make: Factory, client_of: Callable[..., PageClient], next_version: bool
) -> None:
    """What they were asked before they left counts no more, also where a version came since that changed no rule."""
    hr = make.person("Hr", Role.HR_MANAGER)
    above = make.person("Above")
    manager = make.person("Manager", manager=above)
    person = make.person("Seasonal", manager=manager)
    asked()
    before = the_ask(person)
    person.last_working_day = TODAY + 5 * DAY
    commit()
    if next_version:
        published(hr, is_material=False)
    back = date(2027, 6, 1)
    with clock.set_to(clock.at_local(date(2027, 5, 20), 10)):
        take_back(person, back, by=hr, at=clock.now())
        commit()
        assert person.id not in [one.person_id for one in asked(clock.now()) if one.id != before.id]
    with clock.set_to(clock.at_local(back, 6)):  # before the job ran on that day
        assert "agree to it" not in client_of(person).get("/").text
        assert _due_in_team(manager, person) is None
        found = [one for one in asked(clock.now()) if one.person_id == person.id and one.id != before.id]
        assert [(one.asked_on, one.due_on, one.again) for one in found] == [(back, date(2027, 6, 15), int(not next_version))]
        assert [one for one in asked(clock.now()) if one.person_id == person.id and one.id != before.id] == found
        assert _due_in_team(manager, person) == date(2027, 6, 15)
        assert last_ask(person.id, current_version(back)) == found[0]
    for number in range(3):
        morning(back + number * DAY)
    reminders = sa.select(Reminder.id).where(Reminder.kind == "policy:acknowledge", Reminder.sent_on >= back)
    reminded_of = reminders.where(Reminder.key.in_([str(before.id), before.id.hex, str(found[0].id), found[0].id.hex]))
    assert db.session.execute(reminded_of).all() == []
    with clock.set_to(clock.at_local(back, 10)):
        page = client_of(person).get("/").text
        assert page.count("agree to it") == 1
        assert "15 June 2027" in page
        assert "15 June 2027" in client_of(person).get(AGREE).text
        acknowledge(person, current_version(back), at=clock.now())
        commit()
        assert "agree to it" not in client_of(person).get("/").text


def test_whoever_agreed_before_they_left_is_not_asked_when_they_come_back(make: Factory) -> None:
    hr, person = make.person("Hr", Role.HR_MANAGER), make.person("Seasonal")
    asked()
    acknowledge(person, current_version(TODAY), at=NOW)
    person.last_working_day = TODAY + 5 * DAY
    take_back(person, TODAY + 20 * DAY, by=hr, at=NOW + 10 * DAY)
    commit()
    with clock.set_to(NOW + 20 * DAY):
        assert len([one for one in asked(clock.now()) if one.person_id == person.id]) == 1


def _due_in_team(manager: Person, person: Person) -> date | None:
    lines = team_of(manager, clock.today(), current_version(clock.today()))
    return next(line.due_on for line in lines if line.id == person.id)


@pytest.mark.parametrize(
    ("on", "due"),
    [
        (date(2026, 12, 18), date(2027, 1, 6)),  # Christmas, Boxing Day and its substitute, New Year
        (date(2027, 3, 22), date(2027, 4, 7)),  # Good Friday and Easter Monday, and the clocks go forward
        (date(2027, 10, 25), date(2027, 11, 8)),  # the clocks went back the day before
    ],
)
def test_by_when_is_counted_in_working_days(make: Factory, on: date, due: date) -> None:
    make.person()
    with clock.set_to(clock.at_local(on, 23, 30)):
        assert asked(clock.now())[0].due_on == due


def test_a_version_that_changes_a_rule_asks_everybody_again_and_another_nobody(make: Factory) -> None:
    guardian = make.person("Guardian", Role.HR_MANAGER)
    asked()
    acknowledge(guardian, current_version(TODAY), at=NOW)
    commit()
    published(guardian, is_material=False)
    later = NOW + 2 * DAY
    with clock.set_to(later):
        assert len(asked(later)) == 1
        assert is_covered(guardian.id, current_version(later.date()))
        published(guardian, label="Version 4", effective_on=later.date() + DAY)
    latest = NOW + 4 * DAY
    with clock.set_to(latest):
        assert len(asked(latest)) == 2
        assert not is_covered(guardian.id, current_version(latest.date()))


# ---- reminders ----


def _reminders(person: Person) -> list[date]:
    kinds = sa.select(Reminder.sent_on).where(Reminder.kind == "policy:acknowledge", Reminder.to_person_id == person.id)
    return list(db.session.execute(kinds.order_by(Reminder.sent_on)).scalars())


@pytest.mark.parametrize(
    ("first", "told", "manager_told"),
    [
        # asked; after 5 and 10 working days; the manager after 15
        (date(2027, 3, 8), [date(2027, 3, 15), date(2027, 3, 22)], date(2027, 3, 31)),  # over Easter and the clocks
        (date(2026, 12, 14), [date(2026, 12, 21), date(2026, 12, 30)], date(2027, 1, 7)),  # over Christmas
    ],
)
def test_reminders_after_five_and_ten_and_the_manager_after_fifteen(
    make: Factory, first: date, told: list[date], manager_told: date
) -> None:
    manager = make.person("Manager")
    person = make.person("Slow", manager=manager)
    with clock.set_to(clock.at_local(first, 7)):
        asked(clock.now())
        acknowledge(manager, current_version(first), at=clock.now())
        commit()
    day = first
    while day < manager_told + DAY:
        day += DAY
        morning(day)
    assert _reminders(person)[:2] == told
    assert _reminders(manager) == [manager_told]


def test_the_manager_records_it_where_the_line_leads(make: Factory, client_of: Callable[..., PageClient]) -> None:
    """The line opens for them with how the date was worked out; once it is recorded nothing waits."""
    manager = make.person("Manager")
    person = make.person("Slow", manager=manager)
    asked()
    place = f"/policy/asked/{the_ask(person).id}"
    browser = client_of(manager)
    with counted_queries() as queries:
        page = browser.get(place)
    assert len(queries) <= 8, queries
    assert "Wednesday 17 March 2027" in page.text
    assert "Slow was asked on Wednesday 3 March 2027" in page.text
    page = browser.post(place, {**PAPER, "agreed_on": ["4", "3", "2027"], "people": [str(person.id)]}, status=422)
    assert page.errors == ["Enter today or an earlier day on which the policy was in force"]
    page = browser.follow(place, {**PAPER, "people": [str(person.id)]})
    assert "has agreed to the policy" in page.text
    assert client_of(person).get(place, status=303).location == AGREE
    client_of(make.person("Stranger")).get(place, status=403)
    client_of(manager).get(f"/policy/asked/{Factory.id()}", status=404)


# ---- who may attest, and what is attested ----


@pytest.mark.parametrize(("manages", "hr", "self"), list(itertools.product((False, True), repeat=3)))
def test_who_may_attest_and_see_that_it_waits(make: Factory, manages: bool, hr: bool, self: bool) -> None:
    person = make.person("Reader", *([Role.HR_MANAGER] if hr else []))
    other = person if self else make.person("Other", manager=person if manages else None)
    assert may_attest(person, other) is (not self and (manages or hr))
    ask = PolicyAsk(person_id=other.id, version_id=current_version(TODAY).id, asked_on=TODAY, due_on=TODAY)
    ask.person = other
    assert ask.can_be_seen_by(person) is (self or manages or hr)
    db.session.rollback()


def test_what_cannot_be_attested(make: Factory) -> None:
    manager, stranger = make.person("Manager"), make.person("Stranger")
    person, version = make.person("Other", manager=manager), current_version(TODAY)

    def refused(kind: type[Exception], **changed: object) -> None:
        values = {"method": AgreedBy.PAPER, "agreed_on": TODAY, "by": manager, "at": NOW, **changed}
        with pytest.raises(kind):
            attest(values.pop("people", [person]), values.pop("version", version), **values)  # type: ignore[arg-type]

    refused(NotAllowed, by=stranger)
    refused(NotAllowed, people=[person, stranger])
    refused(NotAllowed, people=[manager])
    refused(InvalidInput, people=[])
    refused(InvalidInput, method=AgreedBy.ONLINE)
    refused(InvalidInput, agreed_on=TODAY + DAY)
    refused(InvalidInput, agreed_on=date(2016, 12, 31))
    attest([person], version, method=AgreedBy.BRIEFING, agreed_on=TODAY - DAY, by=manager, at=NOW)
    refused(AlreadyDone)
    published(make.person("Guardian", Role.HR_MANAGER))
    with clock.set_to(NOW + 2 * DAY):
        refused(AlreadyDone, at=NOW + 2 * DAY, agreed_on=TODAY)


def test_a_team_is_recorded_together_after_a_briefing(make: Factory, client_of: Callable[..., PageClient]) -> None:
    """Those who have not agreed can be selected; what is refused keeps what was chosen."""
    manager = make.person("Manager")
    team = [make.person(f"Member {number}", manager=manager) for number in range(3)]
    acknowledge(team[0], current_version(TODAY), at=NOW)
    commit()
    asked()
    browser = client_of(manager)
    with counted_queries() as queries:
        page = browser.get("/policy/team")
    assert len(queries) <= 5, queries
    assert [box["value"] for box in page.soup.select("input[name=people]")] == [str(one.id) for one in team[1:]]
    chosen = {"people": [str(one.id) for one in team[1:]], "method": "briefing", "agreed_on": ["1", "3", "2027"]}
    page = browser.post("/policy/team", chosen, status=422)
    assert page.errors == ["Select the box to attest it"]
    assert len(page.soup.select("input[name=people][checked]")) == 2
    browser.post("/policy/team", {**chosen, "people": [str(make.person("Stranger").id)], "attested": "y"}, status=422)
    page = browser.follow("/policy/team", {**chosen, "attested": "y"})
    assert "You recorded that 2 people agreed to the policy." in page.text
    assert "Everybody has agreed." in page.text
    page = browser.post("/policy/team", {**chosen, "attested": "y"}, status=409)
    assert "has already agreed to Version 2" in page.text
    assert all(one.agreed for one in team_of(manager, TODAY, current_version(TODAY)))
    assert "Nobody is recorded as reporting to you" in client_of(team[0]).get("/policy/team").text


def test_what_was_signed_is_recorded_of_the_version_of_that_day(make: Factory) -> None:
    """It counts on where no rule has changed since; where one has, it is kept and they are still asked."""
    guardian, manager = make.person("Guardian", Role.HR_MANAGER), make.person("Manager")
    first, second = make.person("First", manager=manager), make.person("Second", manager=manager)
    before = current_version(TODAY)
    published(guardian, is_material=False)
    for person, changes_a_rule in ((first, False), (second, True)):
        later = TODAY + (4 if changes_a_rule else 2) * DAY
        if changes_a_rule:
            published(guardian, label="Version 4", effective_on=TODAY + 3 * DAY)
        at = clock.at_local(later, 10)
        with clock.set_to(at):
            now = current_version(later)
            (made,) = attest([person], now, method=AgreedBy.PAPER, agreed_on=TODAY, by=manager, at=at)
            commit()
            assert (made.version_id, made.agreed_on) == (before.id, TODAY)
            assert is_covered(person.id, now) is not changes_a_rule
            with pytest.raises(AlreadyDone, match="already agreed to Version 2"):
                attest([person], now, method=AgreedBy.PAPER, agreed_on=TODAY - DAY, by=manager, at=at)
            db.session.rollback()


@pytest.mark.parametrize("is_material", [True, False])
def test_the_page_says_to_which_version_they_agreed(
    make: Factory, client_of: Callable[..., PageClient], is_material: bool
) -> None:
    manager = make.person("Manager")
    person = make.person("Signed", manager=manager)
    published(make.person("Guardian", Role.HR_MANAGER), is_material=is_material)
    with clock.set_to(NOW + 2 * DAY):
        typed = {**PAPER, "agreed_on": ["3", "3", "2027"], "people": [str(person.id)]}
        page = client_of(manager).follow("/policy/team", typed)
    assert "That was Version 2, which held on that day." in page.text
    assert ("they are still asked to agree to Version 3" in page.text) is is_material
    assert ("Everybody has agreed" in page.text) is not is_material


# ---- agreeing on the page ----


def test_what_is_good_to_know_is_shown_at_that_moment(make: Factory, client_of: Callable[..., PageClient]) -> None:
    """Paragraphs 7.1 to 7.8 and 7.10 in plain words, each with a link; and that the gate is a local setting."""
    page = client_of(make.person()).get(AGREE)
    for number in ("7.1", "7.7", "7.8", "7.8(3)", "7.10(1)", "7.10(10)", "7.10(12)"):
        assert pack().policy.paragraph(number).summary in page.text
    assert "7.9" not in pack().policy.good_to_know
    assert "Being asked is a local setting" in page.text


def test_an_old_version_cannot_be_agreed_to(make: Factory, client_of: Callable[..., PageClient]) -> None:
    """Somebody who had the page open while a new version came reads that one first."""
    person, version = make.person(), current_version(TODAY)
    published(make.person("Guardian", Role.HR_MANAGER))
    with clock.set_to(NOW + 2 * DAY):
        browser = client_of(person)
        page = browser.post(AGREE, {"agreed": "y", "version": str(version.id)}, status=409)
        assert "newer version" in page.text
        page = browser.get(AGREE)
        assert "Home computers are told apart from phones." in page.text
        browser.follow(AGREE, {"agreed": "y", "version": page.field("version")})
        assert "You agreed to this version on 5 March 2027" in browser.get(AGREE).text


def test_pages_of_agreeing_take_few_queries(make: Factory, client_of: Callable[..., PageClient]) -> None:
    browser = client_of(make.person("Hr", Role.HR_MANAGER))
    asked()
    for path, most in ((AGREE, 6), ("/policy/coverage", 4), (f"/policy/{SLUG}", 4)):
        with counted_queries() as queries:
            browser.get(path)
        assert len(queries) <= most, (path, "\n".join(queries))


# ---- the gate: no access before it; no access lost by a new version ----

DAYS_ON_WHICH = (None, -1, 0, 1)


@pytest.fixture
def given(make: Factory) -> AccessGrant:
    """Access given today by its owner's manager, with the version in force required."""
    manager = make.person("Manager")
    owner, holder = make.person("Owner", Role.SCA), make.person("Holder", manager=manager)
    return give_access(
        account(make, "Library", owner), holder, level=AccessLevel.EDITOR, login_mode=LoginMode.SHARED, starts_on=TODAY,
        by=owner, at=NOW, approved_by=manager, advice="Fine.",
    )  # fmt: skip


def _state(grant: AccessGrant, day: date) -> GrantState:
    commit()
    at = db.session.execute(sa.select(counted_at()).where(AccessGrant.id == grant.id)).scalar_one()
    return grant_state(grant, at, day)


def test_access_is_active_from_the_later_of_approval_and_agreement(given: AccessGrant) -> None:
    assert _state(given, TODAY) is GrantState.AWAITING_ACKNOWLEDGEMENT
    acknowledge(given.person, current_version(TODAY), at=NOW + DAY)
    assert _state(given, TODAY) is GrantState.AWAITING_ACKNOWLEDGEMENT
    assert _state(given, TODAY + DAY) is GrantState.ACTIVE


def test_what_was_signed_on_paper_opens_the_gate_from_when_it_is_recorded(given: AccessGrant) -> None:
    manager = given.person.line_manager
    assert manager is not None
    attest([given.person], current_version(TODAY), method=AgreedBy.PAPER, agreed_on=TODAY - DAY, by=manager, at=NOW)
    assert _state(given, TODAY) is GrantState.ACTIVE
    assert _state(given, TODAY - DAY) is not GrantState.ACTIVE


def test_access_that_began_with_a_mistake_waits_until_they_agree(given: AccessGrant) -> None:
    manager = given.person.line_manager
    assert manager is not None
    (one,) = attest([given.person], current_version(TODAY), method=AgreedBy.PAPER, agreed_on=TODAY, by=manager, at=NOW)
    take_back_agreement(one, reason="The wrong name.", by=manager, at=NOW + DAY)
    assert _state(given, TODAY + DAY) is GrantState.AWAITING_ACKNOWLEDGEMENT
    acknowledge(given.person, current_version(TODAY), at=NOW + DAY)
    assert _state(given, TODAY + DAY) is GrantState.ACTIVE


def test_a_new_version_never_suspends_access_and_one_without_new_rules_opens_nothing_twice(
    make: Factory, given: AccessGrant
) -> None:
    guardian = make.person("Guardian", Role.HR_MANAGER)
    acknowledge(given.person, current_version(TODAY), at=NOW)
    published(guardian)
    assert _state(given, TODAY + 2 * DAY) is GrantState.ACTIVE
    with clock.set_to(NOW + 2 * DAY):
        published(guardian, label="Version 4", effective_on=TODAY + 3 * DAY, is_material=False)
    acknowledge(given.person, current_version(TODAY + 2 * DAY), at=NOW + 2 * DAY)
    given.required_version_id = current_version(TODAY + 3 * DAY).id
    assert _state(given, TODAY + 4 * DAY) is GrantState.ACTIVE


def test_the_gate_cites_no_paragraph_where_it_is_a_local_setting(app: Flask) -> None:
    assert pack().switches["acknowledgement_before_access"].sources == ("local setting",)


# ---- how many agreed ----


@pytest.mark.parametrize(
    ("row", "people", "agreed", "percent"),
    [
        (CoverageRow("A", 0, 0), "fewer than 5", "not shown", "not shown"),
        (CoverageRow("A", 4, 4), "fewer than 5", "not shown", "not shown"),
        (CoverageRow("A", 9, 0), "9", "0", "not shown"),
        (CoverageRow("A", 9, 4), "9", "fewer than 5", "not shown"),
        (CoverageRow("A", 9, 5), "9", "all but fewer than 5", "not shown"),
        (CoverageRow("A", 9, 9), "9", "9", "not shown"),
        (CoverageRow("A", 10, 5), "10", "5", "50%"),
        (CoverageRow("A", 2000, 1999), "2,000", "all but fewer than 5", "not shown"),
        (CoverageRow("A", 3000, 1500), "3,000", "1,500", "50%"),
    ],
)
def test_small_counts_are_hidden(row: CoverageRow, people: str, agreed: str, percent: str) -> None:
    line = shown([row], 5)[0]
    assert (line.people, line.agreed, line.percent) == (people, agreed, percent)


def test_what_is_hidden_is_not_left_to_be_worked_out() -> None:
    """One hidden number would be what is missing from the total; two cannot be told apart."""
    one, two = CoverageRow("A", 20, 10), CoverageRow("B", 20, 2)
    assert shown([one, two], 5)[-1].agreed == "not shown"
    assert shown([one, one], 5)[-1].agreed == "20"
    assert shown([one, two, two], 5)[-1].agreed == "14"


def test_coverage_is_of_those_whom_the_policy_binds(make: Factory, client_of: Callable[..., PageClient]) -> None:
    version = current_version(TODAY)
    people = [make.person(service="Libraries") for _ in range(12)]
    make.person(service="Libraries", kind=PersonKind.COUNCILLOR)
    make.person(service="Libraries", last_working_day=TODAY - DAY)
    for person in people[:6]:
        acknowledge(person, version, at=NOW)
    commit()
    make.person(service="Libraries", started=TODAY + DAY)
    assert coverage(TODAY, version) == [CoverageRow("Libraries", 12, 6)]
    assert coverage(TODAY + DAY, version) == [CoverageRow("Libraries", 13, 6)]
    for role, status in ((Role.SCA, 200), (Role.HR_INTAKE, 200), (Role.AUDITOR, 200), (Role.ADMINISTRATOR, 403)):
        page = client_of(make.person("Reader", role)).get("/policy/coverage", status=status)
        assert ("Libraries 12 6 50%" in page.text) is (status == 200)


def test_coverage_can_be_taken_away_with_the_same_counts_hidden(
    make: Factory, client_of: Callable[..., PageClient]
) -> None:
    """As the page shows it, and to nobody else; a name that begins like a formula is none."""
    version = current_version(TODAY)
    for number in range(12):
        person = make.person(service="=Libraries")
        if number < 10:
            acknowledge(person, version, at=NOW)
    for _ in range(3):
        make.person(service="Museum")
    commit()
    browser = client_of(make.person("Reader", Role.SCA, email=None, service="Museum"))
    with counted_queries() as queries:
        taken = browser.get("/policy/coverage.csv")
    assert len(queries) <= 4, queries
    lines = taken.response.get_data().decode("utf-8-sig").splitlines()
    assert lines == [
        "Service,People,Agreed,Share,Version,On",
        "'=Libraries,12,all but fewer than 5,not shown,Version 2,2027-03-03",
        "Museum,fewer than 5,not shown,not shown,Version 2,2027-03-03",
        "All together,15,10,66%,Version 2,2027-03-03",
    ]
    client_of(make.person("Admin", Role.ADMINISTRATOR)).get("/policy/coverage.csv", status=403)


def test_being_late_is_counted_from_the_days_that_are_known(app: Flask, make: Factory) -> None:
    """Beyond the bank holidays that are known the date is an estimate: asking never stops."""
    make.person()
    far = datetime(2040, 3, 5, 10, tzinfo=NOW.tzinfo)
    with clock.set_to(far):
        assert asked(far)[0].due_on == far.date() + timedelta(days=14)
