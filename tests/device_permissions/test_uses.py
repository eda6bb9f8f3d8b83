"""Telling what one uses for work, on whatever equipment, and what the keepers of the register see of it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from app.account_register.models import KeeperNotice, NoticeKind
from app.account_register.operations import note_notice
from app.core import clock
from app.core.audit import AuditEvent
from app.core.db import begin_writing, commit, db
from app.core.errors import AlreadyDone, InvalidInput, NotAllowed
from app.core.paging import Cursor
from app.device_permissions.models import Declared, DeviceKind, Equipment, WorkUse
from app.device_permissions.operations import declare_use, end_use
from app.device_permissions.queries import UsesShown, signs_of, uses_for
from app.people.models import Person, PersonKind, Role
from tests.conftest import NOW
from tests.device_permissions.factories import TODAY, account_of, approved, submitted
from tests.factories import Factory
from tests.pages import PageClient, counted_queries

Clients = Callable[..., PageClient]
NEW = "/device-permissions/uses/new"
LIST = "/device-permissions/uses"
MARKUP = "<script>alert(1)</script>"
TOLD = Declared((), ("Mastodon",), frozenset({Equipment.PHONE}), date(2026, 11, 2))


@pytest.fixture
def sca(make: Factory) -> Person:
    """Who is told."""
    return make.person("Cleo Marsh", Role.SCA)


def told(person: Person, declared: Declared = TOLD) -> WorkUse:
    """A declaration."""
    begin_writing(person)
    made = declare_use(declared, by=person, at=NOW)
    commit()
    return made


def _noted(use: WorkUse, by: Person) -> None:
    notice = db.session.execute(sa.select(KeeperNotice).where(KeeperNotice.subject_id == use.id)).scalar_one()
    begin_writing(notice)
    note_notice(notice, by=by, at=NOW)
    commit()


def test_telling_writes_the_notice_with_its_day_in_the_same_act(sca: Person, person: Person) -> None:
    """Nobody decides; noting it is a duty within five working days (local setting)."""
    made = told(person)
    notice = db.session.execute(sa.select(KeeperNotice).where(KeeperNotice.subject_id == made.id)).scalar_one()
    assert (notice.kind, notice.about_id, notice.due_on) == (NoticeKind.WORK_USE, person.id, date(2027, 3, 10))
    event = db.session.execute(sa.select(AuditEvent).where(AuditEvent.subject_id == made.id)).scalar_one()
    assert event.act == "work-use:declared"
    assert "Mastodon" not in event.facts


def test_one_page_is_all_it_takes(make: Factory, client_of: Clients, sca: Person, person: Person) -> None:
    """Accounts or platforms, on what, since when if known; it says what is still to be asked for."""
    account = account_of(make, person)
    browser = client_of(person)
    page = browser.post(NEW, {"accounts": ["other"], "other_platform": "password: Summer2027!"}, status=422)
    assert page.errors[0].startswith("Do not write a password")
    assert page.errors[1:] == ["Select what you use it on"]
    answers = {"accounts": [str(account.id), "other"], "other_platform": MARKUP, "equipment": ["council", "phone"]}
    page = browser.post(NEW, {**answers, "using_since": ["31", "2", "2027"]}, status=422)
    assert page.errors == ["The date since which you use it must be a real date"]
    assert page.field("other_platform") == MARKUP
    page = browser.follow(NEW, answers)
    assert page.heading == "Thank you for telling"
    assert page.has_button("Ask to use a device")
    page = browser.get(f"{LIST}/mine")
    assert "Libraries (Facebook), " + MARKUP in page.text
    assert "<script>alert" not in page.html
    assert "Note what Sam Okoro uses for work" in client_of(sca).get("/").text
    assert "Told on" in client_of(sca).get("/account-register/notices").text


def test_the_same_told_twice_is_409_and_more_of_it_is_not(client_of: Clients, person: Person) -> None:
    """The second of two clicks finds what the first one told."""
    answers = {"accounts": ["platform:Facebook"], "equipment": ["phone"]}
    client_of(person).post(NEW, answers)
    client_of(person).post(NEW, answers, status=409)
    client_of(person).post(NEW, {**answers, "equipment": ["phone", "tablet"]})
    assert db.session.query(WorkUse).count() == 2


@pytest.mark.parametrize("kind", list(PersonKind))
def test_whoever_acts_for_the_council_may_tell(make: Factory, client_of: Clients, kind: PersonKind) -> None:
    """Volunteers, agency workers, councillors and all others (5.2)."""
    client_of(make.person(kind=kind)).post(NEW, {"accounts": ["platform:X"], "equipment": ["council"]})


@pytest.mark.parametrize(
    ("declared", "field"),
    [(replace(TOLD, platforms=()), "accounts"), (replace(TOLD, equipment=frozenset()), "equipment")],
)
def test_what_is_missing_is_refused_at_its_field(person: Person, declared: Declared, field: str) -> None:
    """The act asks again what the page asked."""
    with pytest.raises(InvalidInput) as refused:
        declare_use(declared, by=person, at=NOW)
    assert refused.value.field == field
    db.session.rollback()


def test_somebody_elses_account_cannot_be_told(make: Factory, person: Person) -> None:
    """Only accounts open to whoever tells count."""
    other = account_of(make, make.person())
    with pytest.raises(InvalidInput):
        declare_use(replace(TOLD, account_ids=(other.id,), platforms=()), by=person, at=NOW)
    db.session.rollback()


def test_saying_that_it_is_over(client_of: Clients, person: Person, manager: Person) -> None:
    """Only whoever told it, once."""
    made = told(person)
    client_of(manager).post(f"{LIST}/{made.id}/end", status=403)
    with pytest.raises(NotAllowed):
        end_use(made, by=manager, at=NOW)
    assert "You said that you use it no longer." in client_of(person).follow(f"{LIST}/{made.id}/end").text
    client_of(person).post(f"{LIST}/{made.id}/end", status=409)
    with pytest.raises(AlreadyDone):
        end_use(made, by=person, at=NOW)
    db.session.rollback()
    client_of(person).get(f"{LIST}/00000000-0000-4000-8000-000000000000/told", status=404)


def test_the_keepers_list_holds_what_she_had_not_been_told_of(
    make: Factory, client_of: Clients, sca: Person, person: Person
) -> None:
    """New until it is noted, known then, over at the end."""
    made = told(person)
    keeper = client_of(sca)
    assert "Sam Okoro" in keeper.get(LIST).text
    _noted(made, sca)
    assert "There is nothing new." in keeper.get(LIST).text
    assert "Sam Okoro" in keeper.get(f"{LIST}?show=known").text
    client_of(person).post(f"{LIST}/{made.id}/end")
    assert "Nothing has been noted yet." in keeper.get(f"{LIST}?show=known").text
    assert "Sam Okoro" in keeper.get(f"{LIST}?show=ended").text


def test_what_somebody_used_who_has_left_is_over(
    client_of: Clients, sca: Person, person: Person
) -> None:
    """From the day after their last one, marked as theirs; then no permission is missing for it."""
    made = told(person)
    person.last_working_day = TODAY
    commit()
    assert "No permission for Mastodon" in client_of(sca).get(LIST).text
    with clock.set_to(NOW + timedelta(days=1)):
        keeper = client_of(sca)
        assert "Sam Okoro" not in keeper.get(LIST).text
        over = keeper.get(f"{LIST}?show=ended").text
        assert "told on 3 March 2027, has left" in over
        assert "No permission for" not in over
    assert [made.is_over_on(TODAY + timedelta(days=days)) for days in (0, 1)] == [False, True]


def test_who_sees_whose_use(make: Factory, client_of: Clients, sca: Person, person: Person, manager: Person) -> None:
    """Keepers and auditor everything, a manager their team's, everybody their own, others nothing; and its own page."""
    made = told(person)
    readers = {
        person: True, manager: True, sca: True, make.person("D", Role.DEPUTY_SCA): True,
        make.person("A", Role.AUDITOR): True, make.person("H", Role.HR_MANAGER): False,
        make.person("M", manager=manager): False, make.person("S", Role.ADMINISTRATOR): False,
    }  # fmt: skip
    for reader, sees in readers.items():
        assert [one.id for one in uses_for(reader, UsesShown.NEW, TODAY, Cursor()).rows] == ([made.id] if sees else [])
        assert ("Mastodon" in client_of(reader).get(LIST).text) == sees
        client_of(reader).get(f"{LIST}/{made.id}/told", status=200 if reader is person else 403)


@pytest.mark.parametrize(
    ("equipment", "permitted", "platform", "needs"),
    [
        (Equipment.COUNCIL, None, "", False),
        (Equipment.HOME_COMPUTER, None, "", True),
        (Equipment.HOME_COMPUTER, DeviceKind.HOME_COMPUTER, "Mastodon", False),
        (Equipment.HOME_COMPUTER, DeviceKind.HOME_COMPUTER, "MASTODON ", False),
        (Equipment.HOME_COMPUTER, DeviceKind.HOME_COMPUTER, "Facebook", True),
        (Equipment.PHONE, DeviceKind.HOME_COMPUTER, "Mastodon", True),
        (Equipment.TABLET, None, "", True),
        (Equipment.OTHER, None, "", True),
    ],
)
def test_what_is_to_be_looked_at(
    person: Person, manager: Person, equipment: Equipment, permitted: DeviceKind | None, platform: str, needs: bool
) -> None:
    """An own device for which no permission for just that is in force, and what is no account of the register."""
    if permitted is not None:
        approved(person, manager, device_kind=permitted, platforms=(platform,))
    made = told(person, replace(TOLD, equipment=frozenset({equipment})))
    signs = signs_of([made], TODAY)[made.id]
    assert signs.not_registered
    assert [one.places for one in signs.missing] == ([("Mastodon",)] if needs else [])


def test_a_permission_is_for_the_account_or_platform_that_it_names(make: Factory, person: Person, manager: Person) -> None:
    """One for an account is for no other and not for its whole platform; one for a platform is for its accounts."""
    libraries, parks = account_of(make, person), account_of(make, person, "Parks")
    use = replace(TOLD, account_ids=(libraries.id, parks.id), platforms=("Facebook",))
    made = told(person, use)
    phone = {"device_kind": DeviceKind.PHONE, "device_words": ""}

    def missing() -> list[str]:
        signs = signs_of([made], TODAY)[made.id]
        return [name for one in signs.missing for name in one.places]

    assert missing() == ["Libraries (Facebook)", "Parks (Facebook)", "Facebook"]
    approved(person, manager, account_ids=(libraries.id,), platforms=(), **phone)
    assert missing() == ["Parks (Facebook)", "Facebook"]
    assert signs_of([made], TODAY)[made.id].labels == [
        "Not an account of the register", "No permission for Parks (Facebook), Facebook on their own phone"
    ]
    other = told(make.person("Somebody else"), replace(TOLD, platforms=("Facebook",)))
    approved(person, manager, **phone)
    assert missing() == []
    assert signs_of([made, other], TODAY)[other.id].missing


def test_whoever_tells_is_told_to_ask_for_what_is_missing(
    client_of: Clients, person: Person, manager: Person, sca: Person
) -> None:
    """A permission for the phone, but for another platform: it is said to them and to the keeper."""
    approved(person, manager, device_kind=DeviceKind.PHONE)
    made = told(person)
    page = client_of(person).get(f"{LIST}/{made.id}/told").text
    assert "Mastodon on your own phone" in page
    assert "You can ask for it now" in page
    assert "You need do nothing more" not in page
    assert "No permission for Mastodon on their own phone" in client_of(sca).get(LIST).text
    approved(person, manager, device_kind=DeviceKind.PHONE, platforms=("Mastodon",))
    assert "You need do nothing more" in client_of(person).get(f"{LIST}/{made.id}/told").text


def test_a_request_is_no_permission_yet(person: Person) -> None:
    """Only what is in force counts."""
    submitted(person, platforms=("Mastodon",))
    made = told(person, replace(TOLD, equipment=frozenset({Equipment.HOME_COMPUTER})))
    assert signs_of([made], TODAY)[made.id].missing


def test_the_database_refuses_use_on_nothing_and_an_end_before_it_was_told(person: Person) -> None:
    """Named check constraints."""
    told(person)
    for values in ({"phone": False}, {"ended_at": NOW - timedelta(days=1)}):
        with pytest.raises(IntegrityError):
            db.session.execute(sa.update(WorkUse).values(**values))
        db.session.rollback()


def test_lists_take_four_queries_whatever_their_length(
    make: Factory, client_of: Clients, sca: Person, person: Person
) -> None:
    """One page of each, with few and with many."""
    told(person)
    browser = client_of(sca)
    browser.get(LIST)
    with counted_queries() as few:
        browser.get(LIST)
    for number in range(24):
        told(make.person(f"Person {number:02}"))
    with counted_queries() as many:
        page = browser.get(LIST)
    assert len(few) == len(many) <= 4, many
    older = page.soup.select_one("a[rel=next]")
    assert older is not None
    assert len(page.soup.select("tbody tr")) + len(browser.get(str(older["href"])).soup.select("tbody tr")) == 25
    for path in (NEW, f"{LIST}/mine"):
        browser.get(path)
        with counted_queries() as queries:
            browser.get(path)
        assert len(queries) <= 4, queries
