"""The register from a file: what is refused, what is added and changed, and that the same file twice changes nothing."""

import itertools
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.account_register import operations as acts
from app.account_register.models import (
    AccessGrant,
    AccessLevel,
    Account,
    AccountStatus,
    EndReason,
    LoginMode,
    TwoStep,
    TwoStepMethod,
    Upkeep,
)
from app.account_register.operations import details_of
from app.core.audit import ActorKind
from app.core.db import begin_writing, db
from app.core.drafts import Draft
from app.core.errors import InvalidInput, NotAllowed
from app.people.models import Person, Role
from app.people.operations import import_people, plan_people_import
from app.people.renaming import change_email
from app.policy.pack import AccessList, demo_inputs, pack_names
from app.policy.queries import pack
from tests.account_register.factories import LAST_WORDS, make_account, make_grant
from tests.conftest import NOW
from tests.factories import Factory
from tests.pages import PageClient, counted_queries

TODAY = NOW.date()
HEADERS = ",".join(acts.REGISTER_HEADERS)
IMPORT, CHECK = "/account-register/import", "/account-register/import/check"


def file_of(*lines: str) -> bytes:
    """A register file with these lines."""
    return "\n".join([HEADERS, *lines]).encode()


def problems(*lines: str) -> list[str]:
    """What is wrong with a file of these lines."""
    plan = acts.plan_register_import(file_of(*lines), day=TODAY)
    return [f"{problem.number}: {problem.sentence}" for problem in plan.problems]


def imported(*lines: str, by: Person | None = None) -> acts.RegisterPlan:
    """Carry out a file of these lines."""
    plan = acts.plan_register_import(file_of(*lines), day=TODAY)
    assert not plan.problems, plan.problems
    acts.import_register(plan, by=by, at=NOW)
    db.session.commit()
    return plan


def the_account() -> Account:
    """The only account on the register."""
    return db.session.execute(sa.select(Account)).scalar_one()


MORE = f"{HEADERS},deputy_email,target_group,opened_on,two_step,alerts"


def _more_file(owner: Person, rest: str) -> bytes:
    return f"{MORE}\nX,@n,,News,Press,{owner.email},Why,live,,{rest}".encode()


def test_columns_that_may_follow(make: Factory, sca: Person, owner: Person, holder: Person) -> None:
    """Each is taken; the same file twice changes nothing; another value is a difference; an empty cell says nothing."""
    content = _more_file(owner, f"{holder.email},Walkers,31/03/2020,On,not offered")
    acts.import_register(acts.plan_register_import(content, day=TODAY), by=sca, at=NOW)
    db.session.commit()
    account = the_account()
    assert (account.deputy_id, account.target_group, account.opened_on) == (holder.id, "Walkers", date(2020, 3, 31))
    assert (account.two_step, account.alerts) == (TwoStep.ON, Upkeep.NOT_OFFERED)
    assert acts.plan_register_import(content, day=TODAY).changes_nothing
    assert acts.plan_register_import(_more_file(owner, ",,,,"), day=TODAY).changes_nothing
    plan = acts.plan_register_import(_more_file(owner, ",Cyclists,,off,"), day=TODAY)
    [change] = plan.changed
    assert [(one.what, one.old, one.new) for one in change.differences] == [
        ("target group", "Walkers", "Cyclists"), ("2-step verification", "On", "Off"),
    ]  # fmt: skip
    acts.import_register(plan, by=sca, at=NOW)
    db.session.commit()
    assert (account.target_group, account.two_step, account.deputy_id) == ("Cyclists", TwoStep.OFF, holder.id)


def test_without_a_second_step_a_file_leaves_no_way_to_do_it(make: Factory, sca: Person, owner: Person) -> None:
    """As on the page: the preview says what goes with it, and the register says nothing of it afterwards."""
    account = make_account(
        make, owner, platform="X", handle="@n", name="News", purpose="Why", service_id=make.service("Press").id,
        two_step_method=TwoStepMethod.APP, two_step_custody="In the vault",
    )  # fmt: skip
    plan = acts.plan_register_import(_more_file(owner, ",,,off,"), day=TODAY)
    [change] = plan.changed
    assert [(one.what, one.new) for one in change.differences] == [
        ("2-step verification", "Off"), ("2-step method", ""), ("place of the second step", ""),
    ]  # fmt: skip
    acts.import_register(plan, by=sca, at=NOW)
    db.session.commit()
    assert (account.two_step, account.two_step_method, account.two_step_custody) == (TwoStep.OFF, None, "")
    assert acts.plan_register_import(_more_file(owner, ",,,off,"), day=TODAY).changes_nothing
    waived = replace(details_of(account), two_step_waiver="The platform offers none")
    begin_writing(account)
    acts.change_account(account, waived, by=sca, at=NOW)
    acts.import_register(acts.plan_register_import(_more_file(owner, ",,,on,"), day=TODAY), by=sca, at=NOW)
    assert (account.two_step, account.two_step_waiver) == (TwoStep.ON, "")


def test_who_has_left_answers_for_nothing_by_a_change(make: Factory, owner: Person) -> None:
    """As on the page, as owner and as deputy. What the register says already stays, and what a file finds comes on it."""
    gone = make.person("Gil Gone", last_working_day=TODAY - timedelta(days=9))
    make_account(make, owner, platform="X", handle="@n", name="News", purpose="Why", service_id=make.service("Press").id)
    left = "Gil Gone has left. Enter somebody who works here"
    assert problems(f"X,@n,,News,,{gone.email},,live,") == [f"2: owner_email: {left}"]
    [told] = acts.plan_register_import(_more_file(owner, f"{gone.email},,,,"), day=TODAY).problems
    assert told.sentence == f"deputy_email: {left}"
    assert problems(f"X,@new,,New,,{gone.email},,live,") == []
    owner.last_working_day = TODAY - timedelta(days=9)
    make.keep(owner)
    assert acts.plan_register_import(_more_file(owner, ",,,,"), day=TODAY).changes_nothing
    leaves_soon = make.person(last_working_day=TODAY)
    assert problems(f"X,@n,,News,,{leaves_soon.email},,live,") == []


@pytest.mark.parametrize(
    ("rest", "words"),
    [
        ("nobody@x.example,,,,", "deputy_email: nobody@x.example is nobody we know"),
        (",password: Hunter2,,,", "target_group: Do not write a password"),
        (",,31/02/2020,,", "opened_on: "),
        (",,04/03/2027,,", "opened_on: the day it was opened must be today or earlier"),
        (",,,perhaps,", "two_step “perhaps” is not one of on, off, not recorded"),
        (",,,,loud", "alerts “loud” is not one of on, off, not offered, not recorded"),
        ("OWNER,,,,", "deputy_email: the deputy must be somebody other than the owner"),
    ],
)
def test_faults_in_columns_that_may_follow(make: Factory, owner: Person, rest: str, words: str) -> None:
    content = _more_file(owner, rest.replace("OWNER", owner.email or ""))
    [problem] = acts.plan_register_import(content, day=TODAY).problems
    assert problem.sentence.startswith(words)


def test_a_file_cannot_make_the_owner_their_own_deputy(make: Factory, sca: Person, owner: Person) -> None:
    """Not even where the owner stands on the register and only the deputy in the file."""
    account = make_account(make, owner, platform="X", handle="@n", name="News")
    assert account.owner_id == owner.id
    content = f"{MORE}\nX,@n,,News,,,Why,live,,{owner.email},,,,".encode()
    [problem] = acts.plan_register_import(content, day=TODAY).problems
    assert problem.sentence == "the deputy must be somebody other than the owner"


@pytest.mark.parametrize("name", pack_names())
def test_the_demonstration_files_go_in_once(app: Flask, name: str) -> None:
    """Every pack's own files; the second time nothing is added and nothing changes."""
    people_file, register_file = demo_inputs(name)
    import_people(plan_people_import(people_file.read_bytes(), today=NOW.date()), by=ActorKind.INSTALLATION, at=NOW)
    content = register_file.read_bytes()
    plan = acts.plan_register_import(content, day=TODAY)
    assert not plan.problems
    acts.import_register(plan, by=None, at=NOW)
    db.session.commit()
    again = acts.plan_register_import(content, day=TODAY)
    assert (again.changes_nothing, again.unchanged, again.kept_holders) == (True, len(plan.added), [])
    assert db.session.execute(sa.select(sa.func.count()).select_from(Account)).scalar_one() == len(plan.added)


def test_a_line_becomes_an_account_with_its_holders(make: Factory, sca: Person, owner: Person, holder: Person) -> None:
    """Access found in use starts today and asks for no acknowledgement; a former name of a platform counts."""
    line = f"Twitter,@News,www.x.com/news,News,Press,{owner.email},Why,dormant,{holder.email}:Admin; {sca.email}:viewer"
    imported(line, by=sca)
    account = the_account()
    assert (account.platform, account.handle, account.handle_key) == ("X", "@News", "news")
    assert (account.url, account.status, account.service.name) == (
        "https://www.x.com/news", AccountStatus.DORMANT, "Press",
    )  # fmt: skip
    assert account.owner is not None
    assert account.owner.id == owner.id
    grants = {grant.person_id: grant for grant in account.grants}
    assert {key: grant.level for key, grant in grants.items()} == {
        holder.id: AccessLevel.ADMIN, sca.id: AccessLevel.VIEWER,
    }  # fmt: skip
    for grant in grants.values():
        assert (grant.starts_on, grant.required_version_id, grant.login_mode) == (TODAY, None, LoginMode.SHARED)
    assert {grant.approved_by_id for grant in grants.values()} == {None}, "found in use: nobody approved it here"
    assert {grant.given_by_id for grant in grants.values()} == {sca.id}


OURS = "https://x.com/northmerecouncil"


@pytest.mark.parametrize(
    "line",
    [
        "X,,https://twitter.com/northmerecouncil,Northmere Council,,,,live,",
        "X,https://x.com/northmerecouncil,,Northmere Council,,,,live,",
        ",,https://x.com/NorthmereCouncil/status/1,Northmere Council,,,,live,",
        "Twitter,https://mobile.twitter.com/northmerecouncil,,Northmere Council,,,,live,",
        ",@northmerecouncil,x.com/northmerecouncil,Northmere Council,,,,live,",
    ],
)
@pytest.mark.parametrize("known", [{"handle": "@northmerecouncil", "url": OURS}, {"handle": None, "url": OURS}])
def test_an_address_in_a_file_is_read_as_on_the_pages(make: Factory, line: str, known: dict[str, str]) -> None:
    """The same account is not added twice, whether its handle or only its address stands on the register."""
    make_account(make, name="Northmere Council", platform="X", **known)
    plan = acts.plan_register_import(file_of(line), day=TODAY)
    assert (plan.problems, plan.added) == ([], [])
    twice = problems(line, "X,@NorthmereCouncil,,Again,,,,live,")
    assert twice == ["3: this is the same account as on line 2"]


def test_what_an_address_in_a_file_says_is_kept(make: Factory, sca: Person) -> None:
    """Platform, handle and address, each where the line says it or not; a handle may be a long address."""
    long = "https://www.facebook.com/northmerelibraries?" + "a" * 120
    imported(",,https://twitter.com/one,One,,,,live,", f"Facebook,{long},,Two,,,,live,", by=sca)
    rows = db.session.execute(sa.select(Account).order_by(Account.name.desc())).scalars()
    assert [(one.platform, one.handle, one.handle_key, one.url) for one in rows] == [
        ("Facebook", "northmerelibraries", "northmerelibraries", long), ("X", "one", "one", "https://twitter.com/one"),
    ]  # fmt: skip


def test_an_empty_handle_leaves_what_the_register_says(make: Factory) -> None:
    """What was taken away comes back as it is, also an account of which only its address is known, open or closed."""
    make_account(make, name="Open", platform="X", handle=None, url="https://x.com/open", service_id=None)
    make_account(make, name="Shut", platform="X", handle=None, url="https://x.com/shut", status=AccountStatus.CLOSED)
    db.session.commit()
    plan = acts.plan_register_import(
        file_of("X,,https://x.com/open,Open,,,News,live,", "X,,https://x.com/shut,Shut,,,,closed,"), day=TODAY
    )
    assert (plan.problems, plan.added, plan.changed, plan.unchanged) == ([], [], [], 2)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("Facebook,zzz,https://x.com/zzz,Zed,,,,live,", "platform: the address is on X, and the line says Facebook"),
        ("Facebook,https://x.com/zzz,,Zed,,,,live,", "platform: the address is on X, and the line says Facebook"),
        ("Other: PeerTube,,https://x.com/zzz,Zed,,,,live,", "platform: the address is on X, and the line says PeerTube"),
        (",,https://tube.example/us,Zed,,,,live,", "platform is missing"),
        ("X,https://x.com:port/z,,Zed,,,,live,", "handle: The web address must look like"),
        ("X," + "h" * 121 + ",,Zed,,,,live,", "handle is longer than 120 characters"),
    ],
)
def test_an_address_that_contradicts_its_line_is_refused(make: Factory, line: str, reason: str) -> None:
    told = problems("X,good,,Good,,,,live,", line)
    assert len(told) == 1
    assert told[0].startswith(f"3: {reason}")


def test_both_forms_of_a_handle_on_mastodon_are_one_line(make: Factory) -> None:
    make_account(make, name="Ours", platform="Mastodon", handle="@northmere@mastodon.social", service_id=None)
    lines = ["Mastodon,,https://mastodon.social/@northmere,Ours,,,,live,", "Mastodon,northmere,,Ours,,,,live,"]
    for line in lines:
        assert acts.plan_register_import(file_of(line), day=TODAY).added == []
    assert problems(*lines) == ["3: this is the same account as on line 2"]


def test_only_keepers_import(make: Factory, owner: Person) -> None:
    """The act asks, whoever calls it."""
    plan = acts.plan_register_import(file_of("X,a,,A,,,,live,"), day=TODAY)
    with pytest.raises(NotAllowed):
        acts.import_register(plan, by=owner, at=NOW)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("Facebok,a,,A,,,,live,", "Did you mean Facebook?"),
        (",a,,A,,,,live,", "platform is missing"),
        ("X,a,,,,,,live,", "name is missing"),
        ("X,a,,A,,,,open,", "status “open” is not one of live, paused, dormant"),
        ("X,a,,A,,,,,", "a new account is one of live, paused, dormant. Enter its status"),
        ("X,a,,A,,nobody@demo.example,,live,", "owner_email: nobody@demo.example is nobody we know"),
        ("X,a,,A,,,,live,nobody@demo.example:admin", "holders: nobody@demo.example is nobody we know"),
        ("X,a,,A,,,,live,HOLDER:boss", "must be an e-mail address, a colon and one of admin"),
        ("X,a,,A,,,,live,HOLDER", "must be an e-mail address, a colon and one of admin"),
        ("X,a,,A,,,,live,HOLDER:admin;HOLDER:viewer", "stands there twice"),
        ("X,a,,A,,,,live,LEAVER:admin", "left on 2 March 2027"),
        ("X,a,javascript:x,A,,,,live,", "web address must look like"),
        ("X,a,,A,,,password: hunter2,live,", "Do not write a password"),
        ("X,a,," + "A" * 161 + ",,,,live,", "name is longer than 160 characters"),
    ],
)
def test_a_fault_refuses_the_whole_file_with_its_line(make: Factory, holder: Person, line: str, reason: str) -> None:
    """The good line before it is not imported either."""
    leaver = make.person(last_working_day=TODAY - timedelta(days=1))
    line = line.replace("HOLDER", holder.email or "").replace("LEAVER", leaver.email or "")
    content = file_of("X,good,,Good,,,,live,", line)
    plan = acts.plan_register_import(content, day=TODAY)
    assert [problem.number for problem in plan.problems] == [3]
    assert reason in plan.problems[0].sentence
    with pytest.raises(InvalidInput):
        acts.import_register(plan, by=None, at=NOW)
    assert db.session.execute(sa.select(sa.func.count()).select_from(Account)).scalar_one() == 0


@pytest.mark.parametrize("line", ["X,a,,A,,OLD,,live,", "X,a,,A,,,,live,OLD:admin"])
def test_a_former_address_is_told_the_one_of_today(make: Factory, holder: Person, line: str) -> None:
    """Nobody is added once more because a file still has the address that somebody had."""
    old = str(holder.email)
    change_email(holder, "new@demo.example", by=ActorKind.INSTALLATION, at=NOW)
    db.session.commit()
    (problem,) = acts.plan_register_import(file_of(line.replace("OLD", old.upper())), day=TODAY).problems
    told = f"{old.upper()} is an address of before: {holder.name} has new@demo.example now. Write that one"
    assert told in problem.sentence


@pytest.mark.parametrize("missing", acts.REGISTER_HEADERS)
def test_every_column_must_be_there(app: Flask, missing: str) -> None:
    """A file without a column is refused by naming it."""
    names = ",".join(name for name in acts.REGISTER_HEADERS if name != missing)
    with pytest.raises(InvalidInput, match=f"Missing: {missing}"):
        acts.plan_register_import(f"{names}\nx,x,x,x,x,x,x,x\n".encode(), day=TODAY)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("X,@a,,A,,,,live,", "Twitter,A,,B,,,,live,"),
        ("X,,x.com/a,A,,,,live,", "X,,https://www.x.com/a/,B,,,,live,"),
        ("LinkedIn,,,A b,,,,live,", "LinkedIn,,,a B,,,,paused,"),
    ],
)
def test_the_same_account_twice_in_a_file_is_refused(app: Flask, first: str, second: str) -> None:
    """By handle, else by address, else by name."""
    assert problems(first, second) == ["3: this is the same account as on line 2"]


@pytest.mark.parametrize(
    ("first", "second", "told"),
    [
        ("X,@a,,,,,,live,", "Twitter,A,,B,,,,live,", ["2: name is missing", "3: this is the same account as on line 2"]),
        ("X,@a,,A,,,,live,", "Twitter,A,,,,,,live,", ["3: name is missing", "3: this is the same account as on line 2"]),
        ("X,@a,,,,,,live,", "Mastodon,A,,,,,,live,", ["2: name is missing", "3: name is missing"]),
        ("X,,,,,,,live,", "X,,,,,,,live,", ["2: name is missing", "3: name is missing"]),
    ],
)
def test_a_line_with_another_fault_is_told_of_its_twin_too(app: Flask, first: str, second: str, told: list[str]) -> None:
    """One look at what is wrong mends the whole file."""
    assert problems(first, second) == told


def test_other_platforms_are_taken_by_their_name(app: Flask) -> None:
    """And stay what they are when the file comes again."""
    imported("Other: PeerTube,films,,Films,,,,live,")
    assert the_account().platform == "Other: PeerTube"
    assert imported("other:  PeerTube,films,,Films,,,,live,").changes_nothing


def test_a_line_changes_what_it_says_and_leaves_what_it_does_not(
    make: Factory, sca: Person, owner: Person, holder: Person
) -> None:
    """An empty cell leaves what the register says; a holder who is not in the file keeps their access."""
    account = make_account(make, owner, name="Old", platform="X", handle="@news", purpose="Why", url="https://x.com/n")
    make_grant(make, account, holder, level=AccessLevel.EDITOR)
    make_grant(make, account, sca)
    plan = imported(f"X,NEWS,,New,Press,,,paused,{holder.email}:viewer", by=sca)
    db.session.expire_all()
    account = the_account()
    assert (account.name, account.handle, account.purpose, account.url) == ("New", "@news", "Why", "https://x.com/n")
    assert (account.status, account.owner_id, account.service.name) == (AccountStatus.PAUSED, owner.id, "Press")
    assert {grant.person_id: grant.level for grant in account.grants} == {
        holder.id: AccessLevel.VIEWER, sca.id: AccessLevel.EDITOR,
    }  # fmt: skip
    assert (len(plan.kept_holders), plan.new_services) == (1, ["Press"])


@pytest.mark.parametrize("status", [one for one in AccountStatus if one is not AccountStatus.CLOSED])
def test_an_empty_status_leaves_the_state_as_it_is(make: Factory, sca: Person, owner: Person, status: AccountStatus) -> None:
    """Also where no file could change it: of a compromised account a file may correct the name."""
    make_account(make, owner, name="Old", platform="X", handle="@news", status=status)
    plan = imported("X,news,,New,,,,,", by=sca)
    assert [[one.what for one in change.differences] for change in plan.changed] == [["name"]]
    db.session.expire_all()
    assert (the_account().name, the_account().status) == ("New", status)
    assert imported("X,news,,New,,,,,", by=sca).changes_nothing


def test_a_file_lets_nobody_into_an_account_that_is_on_the_register(
    make: Factory, client_of: Callable[..., PageClient], sca: Person, holder: Person
) -> None:
    """Not even the keeper herself, nor as more than they are, nor where the account is being closed: by line, what to do."""
    account = make_account(make, platform="X", handle="@news", name="News")
    make_account(make, platform="X", handle="@old", name="Old", status=AccountStatus.CLOSING)
    make_grant(make, account, holder, level=AccessLevel.EDITOR)
    page = upload(
        client_of(sca),
        file_of(
            f"X,news,,News,,,,live,{holder.email}:editor;{sca.email}:admin", f"X,old,,Old,,,,closing,{holder.email}:viewer"
        ),
        status=422,
    )
    assert "has no access to News yet, and a file gives none to an account that is on the register" in page.text
    assert "ask for it on the page of the account" in page.text
    assert "has no access to Old, which is being closed and takes nobody" in page.text
    [told] = problems(f"X,news,,News,,,,live,{holder.email}:admin")
    assert "and a file lets nobody do more. Write editor, and ask for more on the page of the account" in told
    assert db.session.execute(sa.select(sa.func.count()).select_from(AccessGrant)).scalar_one() == 1


def test_holders_of_new_accounts_are_taken_as_they_are_and_what_is_odd_is_shown(
    make: Factory, client_of: Callable[..., PageClient], sca: Person, holder: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever is not on a closed list, with its paragraph, and the importer's own access; then marked as imported."""
    real = pack()
    listed = AccessList(("X",), ("Chair",), True, ("6.1(3)",))
    monkeypatch.setattr("app.account_register.queries.access.pack", lambda: replace(real, access_lists=(listed,)))
    browser = client_of(sca)
    content = file_of(
        f"X,a,,Alpha,,,,live,{holder.email}:admin;{sca.email}:viewer", f"Facebook,b,,Beta,,,,live,{holder.email}:admin"
    )
    page = browser.get(upload(browser, content).location)
    assert "2 people have access that the policy does not allow" in page.text
    assert "Only the Chair may have access to X (" in page.text
    assert "You have access yourself to 1 new account: Alpha." in page.text
    browser.post(CHECK, {"plan": page.field("plan")})
    grants = db.session.execute(sa.select(AccessGrant)).scalars().all()
    assert len(grants) == 3
    alpha = next(grant.account_id for grant in grants if grant.person_id == sca.id)
    assert "as imported" in browser.get(f"/account-register/{alpha}").text


def test_a_large_file_is_sent_in_few_statements(make: Factory, sca: Person, holder: Person) -> None:
    """As many for a hundred accounts with three holders each as for ten."""
    counts, sent = [], list[str]()

    def note(_conn: object, _cursor: object, statement: str, *_: object) -> None:
        sent.append(statement)

    for first, many in ((0, 10), (10, 100)):
        holders = ";".join(f"{person.email}:editor" for person in (sca, holder, make.person()))
        lines = [f"X,many{n},,Many {n},Press,{holder.email},,live,{holders}" for n in range(first, first + many)]
        plan = acts.plan_register_import(file_of(*lines), day=TODAY)
        sent.clear()
        sa.event.listen(sa.Engine, "before_cursor_execute", note)
        acts.import_register(plan, by=sca, at=NOW)
        db.session.commit()
        sa.event.remove(sa.Engine, "before_cursor_execute", note)
        counts.append(len(sent))
    assert max(counts) <= 20, counts


def test_a_handle_or_an_address_that_was_missing_is_added(app: Flask) -> None:
    """A line finds the entry without a handle by its address, and the one without either by its name."""
    imported("LinkedIn,,,Council,,,,live,")
    imported("LinkedIn,,linkedin.com/company/council,Council,,,,live,")
    imported("LinkedIn,council,linkedin.com/company/council,The Council,,,,live,")
    account = the_account()
    assert (account.handle, account.url, account.name) == (
        "council", "https://linkedin.com/company/council", "The Council",
    )  # fmt: skip
    assert imported("LinkedIn,,,The Council,,,,live,").changes_nothing


def test_two_entries_that_cannot_be_told_apart_are_not_guessed(make: Factory) -> None:
    """The line must name the handle."""
    make_account(make, name="Same", handle="a", platform="X")
    make_account(make, name="Same", handle="b", platform="X")
    assert problems("X,,,Same,,,,live,") == [
        "2: 2 accounts on the register could be meant. Add the handle or the address to the line, or change them on their "
        "pages"
    ]


def test_a_state_that_may_not_follow_is_refused(make: Factory) -> None:
    """A file does not undo a closing, nor skip a state."""
    make_account(make, status=AccountStatus.CLOSING, handle="a", platform="X")
    make_account(make, status=AccountStatus.PAUSED, handle="b", platform="X")
    make_account(make, status=AccountStatus.CLOSED, handle="c", platform="X")
    assert len(problems("X,a,,A,,,,paused,", "X,b,,B,,,,dormant,", "X,c,,C,,,,live,")) == 3


def upload(browser: PageClient, content: bytes, status: int = 303) -> object:
    """Send a file to be checked."""
    return browser.post(
        IMPORT, {"file": (BytesIO(content), "register.csv")}, status=status, content_type="multipart/form-data"
    )


def test_upload_check_confirm(make: Factory, client_of: Callable[..., PageClient], sca: Person, holder: Person) -> None:
    """What is shown is what happens; the kept file is gone afterwards, and a second click is told so."""
    browser = client_of(sca)
    content = file_of(f"X,a,,<b>Alpha</b>,Press,,,live,{holder.email}:admin")
    page = browser.get(upload(browser, content).location)
    assert page.heading == "Check the import"
    assert "<b>Alpha</b>" in page.text
    assert "Press" in page.text
    assert page.has_button("Import 1 account")
    answers = {"plan": page.field("plan")}
    page = browser.follow(CHECK, answers)
    assert "1 account added, 0 accounts changed" in page.text
    assert db.session.execute(sa.select(Draft)).first() is None
    browser.post(CHECK, answers, status=409)
    browser.get(CHECK, status=303)
    page = browser.get(upload(browser, content).location)
    assert "There is nothing to import" in page.text


def test_before_confirming_everybody_who_gets_or_keeps_access_is_named(
    make: Factory, client_of: Callable[..., PageClient], sca: Person, owner: Person, holder: Person
) -> None:
    """Account by account, by post and name, with the level; a file ends nobody's access, and the page says whose stays."""
    holder.post, owner.post = "Press officer", "Owen Lloyd"
    make.keep(holder, owner)
    account = make_account(make, owner, name="Old", platform="X", handle="news")
    make_grant(make, account, holder, level=AccessLevel.EDITOR)
    make_grant(make, account, sca, level=AccessLevel.ADMIN)
    browser = client_of(sca)
    lines = (f"X,news,,Old,,,,live,{holder.email}:viewer", f"X,b,,New,,,,live,{holder.email}:admin")
    text = browser.get(upload(browser, file_of(*lines)).location).text
    assert "Hana Novak, Press officer as editor becomes viewer" in text
    assert "Hana Novak, Press officer as admin" in text
    assert "Nobody loses access by this file" in text
    assert "1 access is on the register and not in the file. It goes on" in text
    assert "Priya Shah as admin" in text.replace(f", {sca.post}", "")


def test_whoever_confirms_second_reads_who_was_first_and_when(
    make: Factory, client_of: Callable[..., PageClient], sca: Person, owner: Person
) -> None:
    """The same keeper's second click, and another keeper's file that was checked before the first was imported."""
    other = make.person("Deputy Dee", Role.DEPUTY_SCA)
    first, second = client_of(sca), client_of(other)
    plans = [page.get(upload(page, file_of("X,a,,A,,,,live,")).location).field("plan") for page in (first, second)]
    first.post(CHECK, {"plan": plans[0]})
    for browser, plan in ((first, plans[0]), (second, plans[1])):
        text = browser.post(CHECK, {"plan": plan}, status=409).text
        assert "Priya Shah did this on" in text, text


def test_a_register_that_changed_meanwhile_asks_for_a_second_look(
    make: Factory, client_of: Callable[..., PageClient], sca: Person
) -> None:
    """A plan that would now do something else is not carried out; one that would do the same is."""
    account = make_account(make, handle="a", platform="X", name="Old", purpose="P")
    browser = client_of(sca)
    page = browser.get(upload(browser, file_of("X,a,,New,,,,live,")).location)
    answers = {"plan": page.field("plan")}
    account = db.session.get(Account, account.id)
    account.purpose = "Another purpose"
    make.keep(account)
    account.name = "Newer"
    make.keep(account)
    page = browser.post(CHECK, answers, status=409)
    assert "changed since you looked" in page.text
    answers = {"plan": browser.get(CHECK).field("plan")}
    browser.post(CHECK, answers)
    db.session.expire_all()
    assert the_account().name == "New"


def test_a_refused_file_shows_its_lines(client_of: Callable[..., PageClient], sca: Person) -> None:
    """Nothing is kept of it."""
    browser = client_of(sca)
    page = upload(browser, file_of("Facebok,a,,A,,,,live,", "X,b,,B,,x@y.example,,live,"), status=422)
    assert page.errors == ["Nothing was imported. Mend the lines below and select the file again"]
    assert "Line 2" in page.text
    assert "Line 3" in page.text
    assert upload(browser, b"name\nx\n", status=422).errors[0].startswith("The first line must name the columns")
    assert upload(browser, b"", status=422).errors
    assert browser.post(IMPORT, {}, status=422).errors == ["Select a CSV file"]
    browser.get(CHECK, status=303)
    page = browser.get(IMPORT)
    assert HEADERS in page.html.replace("<wbr>", "")


def test_the_check_reads_the_register_in_a_fixed_number_of_queries(
    make: Factory, client_of: Callable[..., PageClient], sca: Person, holder: Person
) -> None:
    """However many lines the file has."""
    browser, counts = client_of(sca), []
    for lines in (2, 200):
        content = file_of(*(f"X,a{n},,A{n},Press,{sca.email},,live,{holder.email}:admin" for n in range(lines)))
        plan = acts.plan_register_import(content, day=TODAY)
        acts.import_register(plan, by=sca, at=NOW)
        db.session.commit()
        upload(browser, content.replace(b"live", b"paused"))
        with counted_queries() as queries:
            browser.get(CHECK)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 8


def test_the_command_takes_and_refuses_the_same_files(app: Flask, holder: Person, tmp_path: Path) -> None:
    """With no person behind it."""
    run = app.test_cli_runner().invoke
    good, bad = tmp_path / "good.csv", tmp_path / "bad.csv"
    good.write_bytes(file_of(f"X,a,,A,,,,live,{holder.email}:admin"))
    bad.write_bytes(file_of("Facebok,a,,A,,,,live,"))
    assert "1 added, 0 changed, 0 as they were." in run(args=["accounts", "import", str(good)]).output
    assert "0 added, 0 changed, 1 as they were." in run(args=["accounts", "import", str(good)]).output
    refused = run(args=["accounts", "import", str(bad)])
    assert refused.exit_code != 0
    assert "line 2: platform: “Facebok” is not a platform we know. Did you mean Facebook?" in refused.output
    assert db.session.execute(sa.select(AccessGrant.approved_by_id)).scalar_one() is None


_numbers = itertools.count(1)
PLACES = st.sampled_from(["@fete{0}", "https://x.com/fete{0}", ""])
ADDRESSES = st.sampled_from(["https://x.com/fete{0}", "https://fete.example/{0}", ""])


@given(handle=PLACES, url=ADDRESSES, status=st.sampled_from(["live", "paused", "dormant"]), held=st.booleans())
@settings(
    max_examples=25, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_the_same_file_twice_changes_nothing_also_after_closing(
    make: Factory, sca: Person, holder: Person, handle: str, url: str, status: str, *, held: bool
) -> None:  # fmt: skip
    """Whatever a line says of where the account is, it neither changes it in use nor opens it again once it is closed."""
    name = f"Fete {(number := next(_numbers))}"
    place = f"{handle},{url}".format(number)
    line = f"X,{place},{name},,,The fete,{status},{holder.email + ':admin' if held else ''}"
    imported(line, by=sca)
    assert acts.plan_register_import(file_of(line), day=TODAY).changes_nothing
    account = db.session.execute(sa.select(Account).where(Account.name == name)).scalar_one()
    for grant in account.grants:
        grant.ends_on, grant.ended_at, grant.ended_by_id = TODAY, NOW, sca.id
        grant.end_reason = EndReason.NO_LONGER_NEEDED
    acts.change_status(account, AccountStatus.CLOSING, by=sca, at=NOW, reason="Over")
    acts.close_account(account, by=sca, at=NOW, **LAST_WORDS)
    db.session.commit()
    [told] = problems(line)
    assert told == (
        f"2: {name} was closed on 3 March 2027, and a file does not open it again. Leave the line out. If it is really a "
        "new account, propose it, or add it on the page of the register"
    )
    assert acts.plan_register_import(file_of(line.replace(f",{status},", ",closed,")), day=TODAY).changes_nothing


def test_a_line_of_a_closed_account_means_the_one_that_was_added_anew(make: Factory, sca: Person) -> None:
    make_account(make, name="Fete", platform="X", handle="fete", status=AccountStatus.CLOSED, service_id=None)
    make_account(make, name="Fete", platform="X", handle="fete", purpose="", service_id=None)
    assert acts.plan_register_import(file_of("X,fete,,Fete,,,,live,"), day=TODAY).changes_nothing


def test_the_page_and_the_command_refuse_to_open_a_closed_account_again(
    app: Flask, make: Factory, client_of: Callable[..., PageClient], sca: Person, tmp_path: Path
) -> None:
    """By line, with the day; nothing of the file is taken."""
    make_account(make, name="Fete", platform="X", handle="fete", status=AccountStatus.CLOSED)
    content = file_of("X,fete,,Fete,,,,live,", "X,news,,News,,,,live,")
    page = upload(client_of(sca), content, status=422)
    assert "Fete was closed on 3 March 2027" in page.text
    path = tmp_path / "register.csv"
    path.write_bytes(content)
    told = app.test_cli_runner().invoke(args=["accounts", "import", str(path)])
    assert told.exit_code != 0
    assert "line 2: Fete was closed on 3 March 2027" in told.output
    assert len(db.session.execute(sa.select(Account)).all()) == 1
