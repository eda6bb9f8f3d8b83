"""Who sees which accounts, how they are found, and that lists stay whole while rows come."""

from collections.abc import Callable
from datetime import date, timedelta
from itertools import product
from urllib.parse import quote

import pytest
from flask import Flask

from app.account_register import queries
from app.account_register.health import Health, what_is_missing
from app.account_register.models import (
    AccessLevel,
    Account,
    AccountKind,
    AccountStatus,
    GrantState,
    KeeperNotice,
    NoticeKind,
    TwoStep,
)
from app.account_register.queries import AccountFilters
from app.account_register.queries.accounts import PAGE_SIZE
from app.account_register.routes.filtering import read_filters
from app.core.errors import InvalidInput
from app.core.paging import Cursor
from app.duties.queries import DueItem, desk_of
from app.people.models import Person, Role
from app.people.renaming import keep_former_name
from app.policy.models import Acknowledgement, PolicyVersion, Precision
from tests.account_register.factories import fill_register, health_of, make_account, make_grant
from tests.conftest import NOW
from tests.factories import Factory
from tests.pages import PageClient
from tests.policy.factories import another_document

TODAY = NOW.date()
FIRST = Cursor()


def listed(viewer: Person, **filters: object) -> list[str]:
    """The names on the first page that somebody sees."""
    page = queries.accounts_page(viewer, AccountFilters(**filters), FIRST, TODAY)  # type: ignore[arg-type]
    return [row.name for row in page.rows]


def due_of(app: Flask, person: Person, day: date = TODAY) -> list[DueItem]:
    """What stands on somebody's home page."""
    with app.test_request_context():
        desk = desk_of(person, day)
    return [*desk.late, *desk.needs]


def test_everybody_sees_their_own_and_the_keepers_see_all(make: Factory, sca: Person, owner: Person) -> None:
    """Owners, deputies and holders their own, managers what their team holds, HR and the administrator nothing special."""
    manager, deputy = make.person(), make.person()
    holder, former = make.person(manager=manager), make.person(manager=manager)
    mine, other = make_account(make, owner, name="Mine", deputy_id=deputy.id), make_account(make, name="Other")
    make_grant(make, mine, holder)
    make_grant(make, other, former, ends_on=TODAY - timedelta(days=1), end_reason="moved")
    for person in (owner, deputy, holder, manager):
        assert listed(person) == ["Mine"]
        assert queries.account_for(person, mine.id, TODAY) is not None
        assert queries.account_for(person, other.id, TODAY) is None
    for person in (sca, make.person(None, Role.DEPUTY_SCA), make.person(None, Role.AUDITOR)):
        assert listed(person) == ["Mine", "Other"]
    for person in (former, make.person(), make.person(None, Role.HR_MANAGER), make.person(None, Role.ADMINISTRATOR)):
        assert listed(person) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("twitter", ["Roads"]), ("Twitt", ["Roads"]), ("x", ["Roads"]), ("northmereroads", ["Roads"]),
        ("@NorthmereRo", ["Roads"]), ("council lib", ["Council Libraries"]), ("LIB", ["Council Libraries"]),
        ("peertube", ["Films"]), ("raries", []), ("%", []), ("lib_", []),
        ("facebook roads", []), ("Dŵr", []),
    ],
)  # fmt: skip
def test_accounts_are_found_by_words_of_name_handle_and_platform(
    make: Factory, sca: Person, text: str, found: list[str]
) -> None:
    """A word finds what begins with it; a platform is found by the names it had; every word must fit."""
    make_account(make, name="Council Libraries", handle="northmerelibraries")
    make_account(make, name="Roads", platform="X", handle="@NorthmereRoads")
    make_account(make, name="Films", platform="Other: PeerTube", handle="films")
    assert listed(sca, text=text) == found


def test_filters_narrow_the_list_and_the_sentence(make: Factory, sca: Person, owner: Person) -> None:
    """Each alone, and together."""
    service = make.service("Museums")
    make_account(make, owner, name="A", service_id=service.id)
    make_account(make, name="B", platform="X", status=AccountStatus.PAUSED)
    make_account(make, name="C", platform="Other: PeerTube", status=AccountStatus.CLOSED)
    assert listed(sca, platform="X") == ["B"]
    assert listed(sca, platform="Other") == ["C"]
    assert listed(sca, service_id=service.id) == ["A"]
    assert listed(sca, status=AccountStatus.PAUSED) == ["B"]
    assert listed(sca, attention=True) == ["A", "B"]
    assert listed(sca, attention=True, platform="X", text="nothing") == []
    whole = queries.overview(sca, AccountFilters(), TODAY)
    assert (whole.accounts, whole.platforms, whole.attention, whole.more) == (3, 3, 2, False)
    part = queries.overview(sca, AccountFilters(platform="X"), TODAY)
    assert (part.accounts, part.platforms, part.attention) == (1, 1, 1)


def test_paging_loses_nothing_while_rows_are_added(make: Factory, sca: Person) -> None:
    """Forwards and backwards; an account added before the place does not push one out."""
    fill_register([sca], 2 * PAGE_SIZE + 3)
    first = queries.accounts_page(sca, AccountFilters(), FIRST, TODAY)
    make_account(make, name="Aardvark")
    second = queries.accounts_page(sca, AccountFilters(), Cursor(after=first.next_after), TODAY)
    third = queries.accounts_page(sca, AccountFilters(), Cursor(after=second.next_after), TODAY)
    names = [row.name for page in (first, second, third) for row in page.rows]
    assert names == [f"Many {number:05}" for number in range(2 * PAGE_SIZE + 3)]
    assert (first.previous_before, third.next_after) == (None, None)
    back = queries.accounts_page(sca, AccountFilters(), Cursor(before=third.previous_before), TODAY)
    assert back.rows == second.rows
    start = queries.accounts_page(sca, AccountFilters(), Cursor(before=back.previous_before), TODAY)
    assert start.rows == first.rows
    assert start.previous_before is not None, "the one that was added lies before"


def test_health_reads_alike_in_python_and_in_sql(make: Factory, sca: Person, owner: Person) -> None:
    """For every mixture of facts the list's condition says what the lines say."""
    gone = make.person(last_working_day=TODAY - timedelta(days=1))
    owners, handles = (None, owner, gone), ("handle", None)
    expected = {}
    for who, two_step, handle, holders, status in product(
        owners, TwoStep, handles, (0, 1, 2), (AccountStatus.LIVE, AccountStatus.CLOSED)
    ):
        account = make_account(
            make, who, two_step=two_step, status=status, handle=f"h{len(expected)}" if handle else None
        )
        for person in (sca, owner)[:holders]:
            make_grant(make, account, person)
        expected[account.id] = health_of(account, sca, TODAY)
    attention, cursor = set(), FIRST
    while True:
        page = queries.accounts_page(sca, AccountFilters(attention=True), cursor, TODAY)
        for row in page.rows:
            attention.add(row.id)
            assert row.health == expected[row.id]
        if page.next_after is None:
            break
        cursor = Cursor(after=page.next_after)
    assert attention == {key for key, lines in expected.items() if lines}


def said_of(account: Account, viewer: Person) -> list[Health]:
    """The lines of an account, which the list and its filters say alike."""
    lines = health_of(account, viewer, TODAY)
    for health in Health:
        found = queries.accounts_page(viewer, AccountFilters(health=health, text=account.name), FIRST, TODAY)
        assert (account.id in {row.id for row in found.rows}) is (health in lines), health
    for row in queries.accounts_page(viewer, AccountFilters(text=account.name), FIRST, TODAY).rows:
        assert row.id != account.id or row.health == lines
    return lines


def test_health_in_words_worst_first(make: Factory, sca: Person, holder: Person) -> None:
    """A blog needs no handle; a closed account needs nothing."""
    worst = make_account(make, two_step=TwoStep.NOT_RECORDED, handle=None)
    assert [line.label for line in said_of(worst, sca)] == [
        "No owner",
        "Not recorded whether 2-step verification is on",
        "Nobody can post or answer",
        "Incomplete",
    ]
    assert what_is_missing(worst) == ["handle"]
    blog = make_account(make, holder, platform="Blog", handle=None)
    assert blog.kind == AccountKind.BLOG
    make_grant(make, blog, holder)
    assert said_of(blog, sca) == [Health.ONE_HOLDER]


def test_only_who_can_act_is_a_second_holder(make: Factory, sca: Person, holder: Person) -> None:
    """Neither who may only look, nor who has not agreed to the policy yet, nor whose access lapsed or is over."""
    account = make_account(make, sca)
    make_grant(make, account, holder)
    version = make.keep(
        PolicyVersion(
            slug=another_document(make, "of-this-test").slug, title="Policy", label="1", guardian="HR", effective_on=TODAY,
            effective_precision="day",
        )
    )
    second = make_grant(make, account, make.person("Sec Ond"), level=AccessLevel.VIEWER)
    assert said_of(account, sca) == [Health.ONE_HOLDER]
    second.level, second.required_version_id = AccessLevel.RESPONDER, version.id
    make.keep(second)
    assert said_of(account, sca) == [Health.ONE_HOLDER]
    make.keep(Acknowledgement(person_id=second.person_id, version_id=version.id, at=NOW))
    assert said_of(account, sca) == []
    watched = make_account(make, sca)
    make_grant(make, watched, holder, level=AccessLevel.VIEWER)
    assert said_of(watched, sca) == [Health.NOBODY]


DAY = timedelta(days=1)
WRONG: list[tuple[dict[str, object], list[Health]]] = [
    ({}, []),
    ({"two_step": TwoStep.OFF}, [Health.NO_TWO_STEP]),
    ({"two_step": TwoStep.NOT_RECORDED}, [Health.TWO_STEP_NOT_RECORDED]),
    ({"access_review_due_on": TODAY - DAY}, [Health.REVIEW_OVERDUE]),
    ({"access_review_due_on": TODAY}, []),
    ({"content_review_due_on": TODAY - DAY}, [Health.CONTENT_OVERDUE]),
    ({"content_review_due_on": TODAY}, []),
    ({"papers_due_on": TODAY + DAY}, [Health.NO_PAPERS]),
    ({"status": AccountStatus.DORMANT}, [Health.DORMANT]),
    ({"status": AccountStatus.COMPROMISED}, [Health.COMPROMISED]),
    ({"status": AccountStatus.COMPROMISED, "two_step": TwoStep.OFF}, [Health.COMPROMISED, Health.NO_TWO_STEP]),
    ({"status": AccountStatus.PAUSED}, []),
    ({"purpose": ""}, [Health.INCOMPLETE]),
    ({"target_group": ""}, [Health.INCOMPLETE]),
    ({"identification": ""}, [Health.INCOMPLETE]),
    ({"service_id": None}, [Health.INCOMPLETE]),
    ({"status": AccountStatus.CLOSED, "closed_on": TODAY, "two_step": TwoStep.OFF, "papers_due_on": TODAY}, []),
]


def test_the_lines_are_those_that_are_asked_for() -> None:
    """All that the register is to warn of has a line, and no two of them say the same."""
    asked = {"no_two_step", "one_holder", "owner_left", "review_overdue", "dormant", "incomplete", "no_papers"}
    assert asked <= {line.value for line in Health}
    assert len({line.label for line in Health}) == len(Health)
    assert next(iter(Health)) is Health.COMPROMISED


@pytest.mark.parametrize(("facts", "lines"), WRONG)
def test_each_fact_has_its_line(
    make: Factory, sca: Person, owner: Person, holder: Person, facts: dict[str, object], lines: list[Health]
) -> None:
    """One thing wrong at a time, on an account that is in order else."""
    account = make_account(make, owner)
    for person in (owner, holder):
        make_grant(make, account, person)
    for name, value in facts.items():
        setattr(account, name, value)
    make.keep(account)
    assert said_of(account, sca) == lines


@pytest.mark.parametrize(
    ("who", "last", "lines"),
    [
        ("owner", TODAY - DAY, [Health.OWNER_LEFT]),
        ("owner", TODAY, [Health.OWNER_LEAVING]),
        ("deputy", TODAY - DAY, [Health.DEPUTY_LEFT]),
        ("deputy", TODAY, [Health.DEPUTY_LEAVING]),
        ("holder", TODAY - DAY, [Health.HOLDER_LEFT]),
        ("holder", TODAY, [Health.HOLDER_LEAVING]),
        ("former", TODAY - DAY, []),
    ],
)
def test_who_leaves_is_a_fault_of_what_they_hold(
    make: Factory, sca: Person, who: str, last: date, lines: list[Health]
) -> None:
    """Whoever has left or is leaving; not somebody whose access has ended."""
    people = {name: make.person(name.title()) for name in ("owner", "deputy", "holder", "other", "former")}
    account = make_account(make, people["owner"])
    account.deputy = people["deputy"]
    make_grant(make, account, people["holder"])
    make_grant(make, account, people["other"])
    make_grant(make, account, people["former"], ends_on=TODAY - DAY, end_reason="moved")
    people[who].last_working_day = last
    make.keep(people[who])
    assert said_of(account, sca) == lines


@pytest.mark.parametrize("typed", ["@", "🎉", "?!", "/", "“”"])
def test_a_search_without_letter_and_digit_finds_nothing(
    client_of: Callable[..., PageClient], make: Factory, sca: Person, typed: str
) -> None:
    """And says so, rather than to list everything; so does the file that is taken away."""
    make_account(make, name="Libraries 🎉")
    assert listed(sca, text=typed) == []
    assert queries.overview(sca, AccountFilters(text=typed), TODAY).accounts == 0
    assert queries.register_rows(sca, AccountFilters(text=typed), TODAY) == []
    assert listed(sca, text=f"{typed} libraries") == ["Libraries 🎉"]
    page = client_of(sca).get(f"/account-register/?q={quote(typed)}")
    assert f"“{typed}” has no letter and no digit, so it finds no account." in page.text


def test_the_list_is_narrowed_by_who_has_access(make: Factory, sca: Person, owner: Person, holder: Person) -> None:
    """By name or address; access that has ended does not count."""
    held, other = make_account(make, owner), make_account(make, owner)
    make_grant(make, held, holder)
    make_grant(make, other, holder, ends_on=TODAY - DAY, end_reason="moved")
    for typed in ("hana", "HANA NOVAK", holder.email or "", (holder.email or "").upper()):
        rows = queries.accounts_page(sca, AccountFilters(holder=typed), FIRST, TODAY).rows
        assert [row.id for row in rows] == [held.id], typed
    for typed in ("%", "Hanna", "Novak Hanna"):
        assert not queries.accounts_page(sca, AccountFilters(holder=typed), FIRST, TODAY).rows, typed


@pytest.mark.parametrize("typed", ["Marek Świątczak", "Świątczak", "SWIATCZAK marek", "O’Dowda", "o'dowda", "sian odowda"])
def test_who_has_access_is_found_however_the_name_is_written(make: Factory, sca: Person, typed: str) -> None:
    """With marks or without, in any case, with any apostrophe: the keeper is never told that somebody holds nothing."""
    held = make_account(make)
    make_grant(make, held, make.person("Marek Świątczak" if "cz" in typed.lower() else "Siân O'Dowda"))
    make_account(make)
    rows = queries.accounts_page(sca, AccountFilters(holder=typed), FIRST, TODAY).rows
    assert [row.id for row in rows] == [held.id]


def test_hidden_letters_in_a_filter_are_not_sent_on(sca: Person, app: Flask) -> None:
    """A database refuses some of them."""
    found = read_filters({"holder": "a\x00b", "q": "\x00libraries\x00"})
    assert (found.holder, found.text) == ("ab", "libraries")


def test_what_other_rooms_ask(make: Factory, owner: Person, holder: Person) -> None:
    """Access that runs, and the owner while they are here."""
    first, second = make_account(make, owner, name="A"), make_account(make, owner, name="B")
    make_grant(make, first, holder)
    make_grant(make, second, holder, starts_on=TODAY + timedelta(days=1))
    assert queries.accounts_open_to(holder, TODAY) == [first]
    assert queries.accountable_owner(first, TODAY) is owner
    owner.last_working_day = TODAY
    assert queries.accountable_owner(first, TODAY) is owner
    assert queries.accountable_owner(first, TODAY + timedelta(days=1)) is None


def test_people_are_chosen_by_address_or_by_name(make: Factory, holder: Person) -> None:
    """Nobody who left, and nobody by guessing."""
    make.person("Twin Name")
    make.person("Twin Name")
    gone = make.person("Gone Person", last_working_day=TODAY - timedelta(days=1))
    assert queries.person_to_choose((holder.email or "").upper(), TODAY, field="person") is holder
    assert queries.person_to_choose("hana novak", TODAY, field="person") is holder
    for typed, words in (
        ("Twin Name", "More than one"), ("Nobody Here", "Nobody is recorded"), ("x@y.example", "Nobody is recorded"),
        ("Gone Person", "left on 2 March 2027"), (gone.email or "", "left on 2 March 2027"),
    ):  # fmt: skip
        with pytest.raises(InvalidInput, match=words):
            queries.person_to_choose(typed, TODAY, field="person")


def test_people_are_found_by_what_they_were_called(make: Factory, holder: Person) -> None:
    """By a former name, unless somebody is called that today; a former address is told the one of today."""
    was, address = holder.name, str(holder.email)
    keep_former_name(holder, at=NOW)
    holder.name, holder.email = "Hana Wed", "wed@demo.example"
    make.keep(holder)
    assert queries.person_to_choose(was.upper(), TODAY, field="person") is holder
    with pytest.raises(InvalidInput, match=r"Hana Wed has wed@demo.example now. Enter that one"):
        queries.person_to_choose(address.upper(), TODAY, field="person")
    namesake = make.person(was)
    assert queries.person_to_choose(was, TODAY, field="person") is namesake


@pytest.mark.parametrize("with_deputy", [True, False])
def test_due_items_say_what_the_predicate_says(
    app: Flask, make: Factory, sca: Person, holder: Person, with_deputy: bool
) -> None:
    """Notices to note stand on the keepers' home pages, but not those about themselves while another can note them."""
    people = [sca, holder, *([make.person(None, Role.DEPUTY_SCA)] if with_deputy else [])]
    notices = []
    for about in (None, sca, holder):
        account = make_account(make)
        notices.append(
            make.keep(
                KeeperNotice(
                    kind=NoticeKind.DEVICE_PERMISSION, subject_id=Factory.id(), about_id=about.id if about else None,
                    account_id=account.id, sent_at=NOW, due_on=TODAY,
                )
            )
        )  # fmt: skip
    keepers = queries.keepers_on(TODAY)
    for person in people:
        lines = [item for item in due_of(app, person) if item.text.startswith("Note the device")]
        with_links = {item.href.partition("#")[2] for item in lines}
        assert with_links == {notice.id.hex for notice in notices if notice.can_be_noted_by(person, keepers)}


def test_a_later_version_of_the_policy_counts_too(make: Factory, sca: Person, holder: Person) -> None:
    """Whoever was given access just before a new version can agree only to the new one; an older one does not count."""
    slug = another_document(make, "policy-of-this-test").slug
    older, required, newer = (
        make.keep(
            PolicyVersion(
                slug=slug, title="Policy", label=str(year), guardian="HR", effective_on=date(year, 1, 1),
                effective_precision=Precision.DAY,
            )
        )
        for year in (2015, 2016, 2017)
    )  # fmt: skip
    account = make_account(make)
    make_grant(make, account, holder, required_version_id=required.id)

    def state() -> GrantState:
        [only] = queries.holders_page(account, sca, FIRST, TODAY).rows
        found: GrantState = only.state
        return found

    assert state() == GrantState.AWAITING_ACKNOWLEDGEMENT
    make.keep(Acknowledgement(person_id=holder.id, version_id=older.id, at=NOW))
    assert state() == GrantState.AWAITING_ACKNOWLEDGEMENT
    make.keep(Acknowledgement(person_id=sca.id, version_id=required.id, at=NOW))
    assert state() == GrantState.AWAITING_ACKNOWLEDGEMENT
    make.keep(Acknowledgement(person_id=holder.id, version_id=newer.id, at=NOW))
    assert state() == GrantState.ACTIVE
