"""What waits for a keeper of the register while nobody keeps it: it does not vanish, and whoever comes finds all of it."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from app.account_register.models import KeeperNotice, NoticeKind
from app.core import clock
from app.core.db import db
from app.core.registries import Registries
from app.credential_rotation.models import CredentialRotation
from app.duties.models import Reminder
from app.duties.queries import desk_of
from app.people.models import KEEPERS, Person, Role, RoleAssignment
from app.policy.queries import pack, working_calendar
from tests.conftest import NOW
from tests.credential_rotation.factories import account, grant, leave, started
from tests.due_equality import assert_same_duties
from tests.duties.factories import morning
from tests.duties.test_same_duties import Organisation
from tests.duties.told import assert_each_line_opens_or_names_nobody
from tests.factories import Factory
from tests.pages import PageClient, counted_queries

ClientOf = Callable[..., PageClient]
TODAY, DAY = NOW.date(), timedelta(days=1)
KEEPER = "Strategic Communications Adviser"
APPOINT = f"Appoint somebody: nobody holds the role of {KEEPER}"


def _working_days(days: int) -> date:
    return working_calendar().add(TODAY, days)


def _goes(make: Factory, *people: Person, last: date = TODAY) -> None:
    for person in people:
        person.last_working_day = last
        make.keep(person)


def _reminders(kind: str, *, escalated: bool) -> list[tuple[str, date, int]]:
    """Who was told of a kind, when and by which step."""
    told = sa.select(Person.name, Reminder.sent_on, Reminder.step).join(Reminder, Reminder.to_person_id == Person.id)
    return [
        tuple(row)
        for row in db.session.execute(
            told.where(Reminder.kind == kind, Reminder.escalated == escalated).order_by(Reminder.sent_on, Person.name)
        )
    ]


def _lines(app: Flask, person: Person, day: date) -> dict[str, tuple[str, str]]:
    """The late lines of a first page: where each leads and whom it says to ask."""
    with clock.set_to(clock.at_local(day, 10)), app.test_request_context():
        return {line.text: (line.href, line.ask) for line in desk_of(person, day).late}


class Council:
    """Two keepers, HR, an administrator, and a notice that waits for a keeper."""

    def __init__(self, make: Factory) -> None:
        self.above = make.person("Above")
        self.sca = make.person("Sca", Role.SCA, manager=self.above)
        self.deputy = make.person("Deputy", Role.DEPUTY_SCA, manager=self.above)
        self.hana = make.person("Hana", Role.HR_MANAGER)
        self.ada = make.person("Ada", Role.ADMINISTRATOR)
        self.notice = make.keep(
            KeeperNotice(kind=NoticeKind.PASSWORD_CHANGED, subject_id=make.id(), sent_at=NOW, due_on=TODAY)
        )


def _days(until: int) -> None:
    """Every morning of so many working days after today."""
    for number in range(1, until + 1):
        morning(_working_days(number))


# ---- the vacancy itself ----


def test_a_vacancy_is_due_by_the_last_day_on_which_either_role_was_held(app: Flask, make: Factory) -> None:
    """Whatever ended last; who was gone before their role began, or is still to come, never held it."""
    ada = make.person("Ada", Role.ADMINISTRATOR)
    registries: Registries = app.extensions["registries"]
    select = registries.due["register_keeper"].select

    def due() -> date | None:
        made = select(ada, TODAY)
        assert made is not None
        row = db.session.execute(made).one_or_none()
        assert row is None or (row.key, row.who) == ("sca", KEEPER)
        return row.due_on if row else None

    assert due() == date(2020, 1, 6), "nobody ever held it: it counts from when the first role was given"
    former, deputy, gone = make.person(), make.person("Dee", Role.DEPUTY_SCA), make.person(last_working_day=TODAY - 9 * DAY)
    make.keep(
        RoleAssignment(person_id=former.id, role=Role.SCA, since=TODAY - 90 * DAY, until=TODAY - 8 * DAY),
        RoleAssignment(person_id=former.id, role=Role.SCA, since=TODAY + DAY),
        RoleAssignment(person_id=gone.id, role=Role.SCA, since=TODAY - 5 * DAY),
    )
    assert due() is None
    _goes(make, deputy, last=TODAY - 20 * DAY)
    assert due() == TODAY - 8 * DAY
    _goes(make, deputy, last=TODAY - DAY)
    assert due() == TODAY - DAY
    deputy.roles[0].until = TODAY - 3 * DAY
    make.keep(deputy)
    assert due() == TODAY - 3 * DAY
    _goes(make, former, last=TODAY - 30 * DAY)
    assert due() == TODAY - 3 * DAY
    deputy.roles[0].until, deputy.last_working_day, deputy.left_at_once = None, TODAY, True
    make.keep(deputy)
    assert due() == TODAY


@pytest.mark.parametrize(
    ("kind", "roles"), [("register_keeper", KEEPERS), ("breach_reports:vacant-role", (Role.INDEPENDENT,))]
)
def test_a_vacancy_is_chased_until_somebody_is_appointed(
    app: Flask, make: Factory, kind: str, roles: tuple[Role, ...]
) -> None:
    """The administrator on the first days, then the HR manager, who reads only where it is; settled once it is done."""
    holders = [make.person(role.value, role) for role in roles]
    make.person(None, Role.WHISTLEBLOWING_OFFICER, Role.SAFEGUARDING_LEAD, *([] if roles == KEEPERS else [Role.SCA]))
    if roles == KEEPERS:
        make.person(None, Role.INDEPENDENT)
    hana, ada = make.person("Hana", Role.HR_MANAGER), make.person("Ada", Role.ADMINISTRATOR)
    _goes(make, *holders)
    morning(TODAY)
    assert not _reminders(kind, escalated=False)
    _days(2)
    assert _reminders(kind, escalated=False) == [("Ada", _working_days(1), 1)]
    assert _reminders(kind, escalated=True) == [("Hana", _working_days(2), 2)]
    again = 2 + (pack().chases[kind].repeat_working_days or 0)
    morning(_working_days(again))
    assert ("Hana", _working_days(again), again) in _reminders(kind, escalated=True)
    told = {line: ask for line, (_, ask) in _lines(app, hana, _working_days(2)).items()}
    assert told["Late with Ada: one thing about who holds which role"] == "Ask them about it."
    assert any(line.startswith("Appoint somebody: ") for line in _lines(app, ada, _working_days(2)))
    make.person("Next", roles[0])
    morning(_working_days(again + 1))
    assert db.session.query(Reminder).filter_by(kind=kind, escalated=True, settled_on=None).count() == 0


def test_the_page_on_which_somebody_is_appointed_says_how_each_day_came_about(
    make: Factory, client_of: ClientOf
) -> None:
    """Of the roles that somebody should hold; of those that were never held too."""
    council = Council(make)
    make.person(None, Role.INDEPENDENT, last_working_day=date(2027, 2, 26))
    make.person(None, Role.SAFEGUARDING_LEAD)
    page = client_of(council.ada).get("/people/roles")
    explained = [" ".join(one.get_text(" ").split()) for one in page.soup.select(".app-worked-out")]
    assert len(explained) == 2
    said = " ".join(explained)
    assert "The first role was given here on Monday 6 January 2020. Nobody has held this one since then." in said
    assert "until Friday 26 February 2027" in said
    assert "So it is Friday 26 February 2027." in said
    _goes(make, council.sca, council.deputy, last=TODAY - DAY)
    page = client_of(council.ada).get("/people/roles?role=sca")
    assert f"Appoint somebody as {KEEPER}: due by 2 March 2027." in page.text
    assert len(page.soup.select(".app-worked-out")) == 3


def test_with_nobody_in_these_roles_what_is_chased_is_what_first_pages_show(app: Flask, make: Factory) -> None:
    Organisation(make)
    make.person("Ada", Role.ADMINISTRATOR)
    roles = (*KEEPERS, Role.INDEPENDENT)
    ended = sa.update(RoleAssignment).where(RoleAssignment.role.in_(roles), RoleAssignment.since < TODAY)
    db.session.execute(ended.values(until=TODAY - DAY))
    db.session.commit()
    db.session.expire_all()
    assert assert_same_duties(TODAY) > 30
    registries: Registries = app.extensions["registries"]
    for kind in ("register_keeper", "breach_reports:vacant-role"):
        everybody = registries.due[kind].everybody
        assert everybody is not None
        assert [row.due_on for row in db.session.execute(everybody(), {"today": TODAY})] == [TODAY - DAY]


# ---- what waits for a keeper meanwhile ----


def test_what_waits_for_a_keeper_goes_to_hr_once_it_is_late_and_then_to_whoever_is_appointed(
    app: Flask, make: Factory
) -> None:
    council = Council(make)
    _goes(make, council.sca, council.deputy)
    _days(7)
    assert _reminders("notice_password", escalated=False) == []
    assert _reminders("notice_password", escalated=True) == [
        ("Hana", _working_days(2), 2), ("Hana", _working_days(5), 5), ("Hana", _working_days(7), 7),
    ]  # fmt: skip
    line = "Late with nobody: one thing in the register of accounts"
    ask = f"Ask the administrator to appoint somebody as {KEEPER}."
    assert _lines(app, council.hana, _working_days(7))[line] == ("", ask)
    assert not any("register of accounts" in line for line in _lines(app, council.ada, _working_days(7)))
    make.person("Next", Role.DEPUTY_SCA)
    morning(_working_days(8))
    morning(_working_days(9))
    assert _reminders("notice_password", escalated=False) == [("Next", _working_days(8), 7)]
    found = [line for line in _lines(app, council.hana, _working_days(8)) if "register of accounts" in line]
    assert found == ["Late with Next: one thing in the register of accounts"]
    assert db.session.query(Reminder).filter_by(kind="notice_password").filter(Reminder.settled_on.is_not(None)).count() == 0
    council.notice.noted_at, council.notice.noted_by_id = NOW, council.ada.id
    make.keep(council.notice)
    morning(_working_days(10))
    assert db.session.query(Reminder).filter_by(kind="notice_password", escalated=True, settled_on=None).count() == 0


def test_what_was_told_to_whoever_stood_above_the_keepers_is_not_settled_when_they_go(app: Flask, make: Factory) -> None:
    """It is not done. It is no longer with anybody of theirs, so it stands on the page of HR instead."""
    council = Council(make)
    _days(5)
    assert [name for name, _, _ in _reminders("notice_password", escalated=True)] == ["Above"]
    _goes(make, council.sca, council.deputy, last=_working_days(5))
    morning(_working_days(6))
    assert db.session.query(Reminder).filter(Reminder.settled_on.is_not(None)).count() == 0
    assert _lines(app, council.above, _working_days(6)) == {}
    assert "Late with nobody: one thing in the register of accounts" in _lines(app, council.hana, _working_days(6))


def test_where_there_is_no_hr_manager_the_administrator_is_led_to_the_roles(
    make: Factory, client_of: ClientOf
) -> None:
    council = Council(make)
    _goes(make, council.sca, council.deputy, council.hana)
    _days(3)
    with clock.set_to(clock.at_local(_working_days(3), 10)):
        page = client_of(council.ada).get("/")
        links = {link.get_text(): link["href"] for link in page.soup.select(".app-lines a")}
        text = f"Late with nobody: one thing in the register of accounts. Appoint somebody as {KEEPER}"
        assert links[text] == links[APPOINT] == "/people/roles?role=sca"
        client_of(council.ada).get(links[text])


def test_what_hr_may_open_is_named_and_led_to(app: Flask, make: Factory) -> None:
    """A hand-over, urgent on the day it is recorded: its page opens for HR managers."""
    council = Council(make)
    leaver = make.person("Leaver")
    grant(make, account(make, "Libraries", leaver), leaver)
    leave(leaver, council.hana, day=TODAY + 60 * DAY, immediate=False)
    _goes(make, council.sca, council.deputy)
    _days(3)
    found = {line: href for line, (href, _) in _lines(app, council.hana, _working_days(3)).items() if "take over" in line}
    assert len(found) == 1
    (text, href), = found.items()
    assert text.startswith("Late with nobody: urgent: find somebody to take over Libraries")
    assert href.startswith("/credential-rotation/leavers/")


def test_what_has_another_doer_stays_with_them(app: Flask, make: Factory) -> None:
    """A password that its owner is to change is theirs, whoever keeps the register."""
    council = Council(make)
    owner = make.person("Olu", manager=make.person("Manager"))
    started(account(make, "Libraries", owner), council.sca)
    alone = started(account(make, "Parks", make.person("Gone")), council.sca)
    _goes(make, council.sca, council.deputy, alone.owner)
    late = (sa.select(sa.func.max(CredentialRotation.due_on))).scalar_subquery()
    due_on = db.session.execute(sa.select(late)).scalar_one()
    for number in range(1, 6):
        morning(working_calendar().add(due_on, number))
    told = [name for name, _, _ in _reminders("rotation_change", escalated=True)]
    assert {"Manager", "Hana"} == set(told)
    lines = _lines(app, council.hana, working_calendar().add(due_on, 5))
    assert "Late with nobody: one thing about passwords" in lines


def test_whoever_is_told_can_open_it_or_learns_no_name_and_nothing_is_settled(app: Flask, make: Factory) -> None:
    """Of every kind that keepers do, with things of others beside them; also once a keeper has come."""
    there = Organisation(make)
    make.person("Ada", Role.ADMINISTRATOR)
    db.session.execute(sa.update(RoleAssignment).where(RoleAssignment.role.in_(KEEPERS)).values(until=TODAY))
    db.session.commit()
    db.session.expire_all()
    for number in range(1, 26):
        morning(TODAY + number * DAY)
    day = TODAY + 25 * DAY
    with clock.set_to(clock.at_local(day, 10)):
        told = assert_each_line_opens_or_names_nobody(app, day, but="/hr-cases/")
    keepers = {"notice_password", "notice_device", "notice_use", "look_alike_settle", "leaver_hand_over", "horizon_look",
               "discovered_settle", "proposal_advise", "access_advise", "early_alert_see"}  # fmt: skip
    assert keepers <= told, keepers - told
    done = sa.select(Reminder.kind).where(Reminder.settled_on.is_not(None), Reminder.kind.in_(keepers))
    assert db.session.execute(done).all() == []
    hr = there.officers.manager
    assert any(line.startswith("Late with nobody: ") for line in _lines(app, hr, day))


def test_first_pages_and_the_chase_ask_no_more_however_much_waits(
    app: Flask, make: Factory, client_of: ClientOf
) -> None:
    council = Council(make)
    _goes(make, council.sca, council.deputy)
    counts = []
    for number in (2, 5):
        for _ in range(8):
            make.keep(KeeperNotice(kind=NoticeKind.DEVICE_PERMISSION, subject_id=make.id(), sent_at=NOW, due_on=TODAY))
        morning(_working_days(number))
        with clock.set_to(clock.at_local(_working_days(number), 10)):
            browser = client_of(council.hana)
            browser.get("/")
            with counted_queries() as statements:
                browser.get("/")
            counts.append(len(statements))
    assert counts[0] == counts[1] <= 4


def test_that_nobody_is_an_hr_manager_is_chased_until_somebody_is(app: Flask, make: Factory) -> None:
    """By the last day of the last of them; the administrator is asked, then whoever manages the administrator."""
    kind, above = "people:no-hr-manager", make.person("Above")
    ada = make.person("Ada", Role.ADMINISTRATOR, manager=above)
    first, last = make.person("First", Role.HR_MANAGER), make.person("Last", Role.HR_MANAGER)
    _goes(make, first)
    asked = "Appoint somebody: nobody holds the role of HR manager"
    assert asked not in _lines(app, ada, TODAY)
    _goes(make, last)
    assert_same_duties(TODAY)
    assert any(line.startswith(asked) for line in _lines(app, ada, _working_days(1)))
    _days(2)
    assert _reminders(kind, escalated=False) == [("Ada", _working_days(1), 1)]
    assert _reminders(kind, escalated=True) == [("Above", _working_days(2), 2)]
    make.person("Next", Role.HR_MANAGER)
    morning(_working_days(5))
    assert not any(line.startswith(asked) for line in _lines(app, ada, _working_days(5)))
    assert db.session.query(Reminder).filter_by(kind=kind, escalated=True, settled_on=None).count() == 0
