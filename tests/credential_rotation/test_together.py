"""Several passwords on one page: recorded together or not at all, each by the rules of its own account."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.account_register.models import AccessLevel, Account, KeeperNotice
from app.core import clock
from app.core.db import begin_writing, db
from app.core.errors import AlreadyDone, InvalidInput, NotAllowed
from app.credential_rotation import operations, queries
from app.credential_rotation.models import (
    CredentialRotation,
    LeaverNotice,
    NoticeStatus,
    RotationCause,
    RotationStatus,
    RotationStep,
    Sighting,
    StepAnswer,
    StepKind,
    StepOutcome,
)
from app.people.models import Person, Role
from tests.conftest import NOW
from tests.credential_rotation.factories import ALL_DONE, FRIDAY, TODAY, account, changed, grant, leave, started
from tests.factories import Factory
from tests.pages import PageClient, counted_queries

Clients = Callable[..., PageClient]
ROOM = "/credential-rotation"
HOUR = timedelta(hours=1)
LATER = NOW + HOUR
WHEN = {"changed_on": ["3", "3", "2027"]}


def _rotations() -> list[CredentialRotation]:
    return list(db.session.execute(sa.select(CredentialRotation).order_by(CredentialRotation.id)).scalars())


def _left(make: Factory, hr: Person, owner: Person, jo: Person, accounts: int = 3) -> LeaverNotice:
    for number in range(accounts):
        on = account(make, f"Account {number}", owner)
        grant(make, on, jo)
        grant(make, on, make.person(f"Stays {number}"))
    return leave(jo, hr)


def _sent(rotations: list[CredentialRotation], **answers: str) -> dict[str, object]:
    """Everything done on every account an hour after it was asked for, but for what is said otherwise."""
    found: dict[str, object] = dict(WHEN)
    for rotation in rotations:
        found |= {f"outcome_{rotation.id.hex}": "all", f"time_{rotation.id.hex}": "10:30am"}
    return found | answers


def _change(rotation: CredentialRotation, **other: object) -> operations.Change:
    return operations.Change(**{"rotation": rotation, "changed_at": LATER, "steps": ALL_DONE, **other})  # type: ignore[arg-type]


def test_ten_passwords_of_a_leaver_are_recorded_on_one_page_and_verified_on_another(
    make: Factory, client_of: Clients, hr: Person, sca: Person, owner: Person, jo: Person
) -> None:
    """With a step that does not apply on one of them; the keeper is told of each; the notice is complete."""
    notice = _left(make, hr, owner, jo, accounts=10)
    rotations = _rotations()
    browser = client_of(owner)
    assert "Record several changes on one page" in browser.get(f"{ROOM}/").text
    with clock.set_to(LATER):
        page = browser.get(f"{ROOM}/together")
        assert [f"Account {number} (Facebook)" in page.text for number in range(10)] == [True] * 10
        assert "Jo Bell" not in page.text
        first = rotations[0].id.hex
        special = {f"outcome_{first}": "some", "why_backup_codes": "The platform gives none"}
        sent = browser.follow(f"{ROOM}/together", _sent(rotations, **special))
        assert "You marked 10 passwords as changed." in sent.text
    told = db.session.execute(sa.select(sa.func.count(KeeperNotice.id))).scalar_one()
    assert ({one.status for one in _rotations()}, told) == ({RotationStatus.TO_VERIFY}, 10)
    left_out = db.session.execute(
        sa.select(RotationStep.reason).where(RotationStep.outcome == StepOutcome.NOT_APPLICABLE)
    ).scalars()
    assert list(left_out) == ["The platform gives none"]
    second = client_of(sca)
    assert "Verify several on one page" in second.get(f"{ROOM}/").text
    saw = {f"saw_{one.id.hex}": "no_sessions" for one in rotations}
    with clock.set_to(LATER + HOUR / 2):
        assert "You verified 10 new passwords." in second.follow(f"{ROOM}/verify-together", saw).text
    assert notice.status is NoticeStatus.COMPLETE


def test_a_reason_is_recorded_for_each_account_that_is_marked_and_the_page_says_so(
    make: Factory, client_of: Clients, hr: Person, owner: Person, jo: Person
) -> None:
    """Both reasons for the two that are marked, neither for the third."""
    _left(make, hr, owner, jo)
    one, two, three = sorted(_rotations(), key=lambda rotation: rotation.account.name)
    browser = client_of(owner)
    marked = {f"outcome_{each.id.hex}": "some" for each in (one, two)}
    reasons = {"why_backup_codes": "The platform gives none", "why_recovery": "None is set"}
    with clock.set_to(LATER):
        page = browser.get(f"{ROOM}/together").text
        assert "for every account below that you mark as “Changed, but the steps with a reason above do not apply”" in page
        browser.follow(f"{ROOM}/together", _sent([one, two, three], **marked, **reasons))
    told = {each.account.name: {step.reason for step in each.steps if step.reason} for each in (one, two, three)}
    both = set(reasons.values())
    assert told == {one.account.name: both, two.account.name: both, three.account.name: set()}


def test_bad_input_is_told_by_account_and_nothing_is_recorded(
    make: Factory, client_of: Clients, hr: Person, owner: Person, jo: Person
) -> None:
    """Too early, no time, a reason left out, nothing selected; what was typed stays."""
    _left(make, hr, owner, jo)
    one, two, three = sorted(_rotations(), key=lambda rotation: rotation.account.name)
    browser = client_of(owner)
    with clock.set_to(LATER):
        wrong = {
            f"time_{one.id.hex}": "", f"outcome_{two.id.hex}": "some", f"outcome_{three.id.hex}": "nothing",
            f"time_{three.id.hex}": "rubbish",
        }  # fmt: skip
        page = browser.post(f"{ROOM}/together", _sent([one, two, three], **wrong), status=422)
        assert page.errors == [
            "Enter which step does not apply, and why", "Enter the time you changed Account 0 (Facebook)",
        ]  # fmt: skip
        told = {f"outcome_{one.id.hex}": "some", "why_sessions": "New password: Summer2027!"}
        page = browser.post(f"{ROOM}/together", _sent([one, two, three], **told), status=422)
        assert "Do not write a password" in page.errors[0]
        page = browser.post(f"{ROOM}/together", _sent([one, two, three], **{f"time_{two.id.hex}": "9am"}), status=422)
        assert len(page.errors) == 1
        assert page.errors[0].startswith("Account 1 (Facebook): The change must have been made after 3 March 2027")
        assert page.field(f"time_{two.id.hex}") == "9am"
        nothing = {f"outcome_{rotation.id.hex}": "nothing" for rotation in (one, two, three)}
        page = browser.post(f"{ROOM}/together", _sent([one, two, three], **nothing), status=422)
        assert page.errors == ["Select what you did for at least one account"]
        page = browser.post(f"{ROOM}/verify-together", {}, status=422)
        assert page.errors == ["Select what you saw of at least one account"]
    assert {rotation.status for rotation in _rotations()} == {RotationStatus.DUE}


def test_somebody_else_was_first_with_one_of_them(
    make: Factory, client_of: Clients, hr: Person, sca: Person, owner: Person, jo: Person
) -> None:
    """409 at that account, with who and when; the others wait until it is left out. Verifying late is refused whole."""
    _left(make, hr, owner, jo)
    rotations = _rotations()
    changed(rotations[0], sca, at=NOW + HOUR / 2)
    browser = client_of(owner)
    with clock.set_to(LATER):
        page = browser.post(f"{ROOM}/together", _sent(rotations), status=409)
        assert "has been changed already. Cleo Marsh did it on 3 March 2027 at 10:30am" in page.errors[0]
        assert [one.status for one in _rotations()].count(RotationStatus.DUE) == 2
        without = _sent(rotations, **{f"outcome_{rotations[0].id.hex}": "nothing"})
        browser.post(f"{ROOM}/together", without, status=303)
        deputy = client_of(make.person("Deputy", Role.DEPUTY_SCA))
        saw = {f"saw_{one.id.hex}": "signed_in" for one in rotations}
        deputy.post(f"{ROOM}/verify-together", saw, status=303)
        late = client_of(make.person("Late", Role.SCA)).post(f"{ROOM}/verify-together", saw, status=409)
        assert "Nothing was recorded" in late.text
        assert "Deputy did this" in late.text


def test_the_rules_of_each_account_hold(make: Factory, hr: Person, sca: Person, owner: Person, jo: Person) -> None:
    """One who may not change one of them changes none; the doer verifies none; every problem is told at once."""
    _left(make, hr, owner, jo)
    admin = make.person("Administers one")
    rotations = _rotations()
    grant(make, rotations[0].account, admin, level=AccessLevel.ADMIN)
    for person in (admin, jo):
        with pytest.raises(NotAllowed):
            operations.mark_several_changed([_change(one) for one in rotations], by=person, at=LATER)
        db.session.rollback()
    bad = {**ALL_DONE, StepKind.SESSIONS: StepAnswer(StepOutcome.NOT_APPLICABLE)}
    several = [_change(rotations[0], steps=bad), _change(rotations[1], changed_at=LATER + HOUR), _change(rotations[2])]
    with pytest.raises(operations.SeveralRefused) as refused:
        operations.mark_several_changed(several, by=owner, at=LATER)
    assert [rotation_id for rotation_id, _ in refused.value.problems] == [rotations[0].id, rotations[1].id]
    assert {type(problem) for _, problem in refused.value.problems} == {InvalidInput}
    db.session.rollback()
    begin_writing(*rotations)
    operations.mark_several_changed([_change(one) for one in rotations], by=owner, at=LATER)
    with pytest.raises(NotAllowed):
        operations.verify_several(dict.fromkeys(rotations, Sighting.SIGNED_IN), by=owner, at=LATER)
    db.session.rollback()
    with pytest.raises(AlreadyDone, match="Account"):
        operations.verify_several(dict.fromkeys(_rotations(), Sighting.SIGNED_IN), by=sca, at=LATER)


def test_one_leavers_passwords_are_shown_to_those_who_know_of_it(
    make: Factory, client_of: Clients, hr: Person, sca: Person, owner: Person, jo: Person
) -> None:
    """From the chain; others get nothing there, and their own page never says why."""
    notice = _left(make, hr, owner, jo)
    started(account(make, "Other", owner), sca)
    later = grant(make, account(make, "Planned", owner), make.person("Kim"))
    leave(later.person, hr, day=FRIDAY, immediate=False)
    address = f"{ROOM}/together?leaver={notice.id}"
    page = client_of(sca).get(address)
    assert "Jo Bell" in page.heading
    assert "Other" not in page.text
    assert f"{address}" in {a.get("href") for a in client_of(sca).get(f"{ROOM}/leavers/{notice.id}").soup.select("a")}
    for person in (owner, make.person()):
        client_of(person).get(address, status=404)
    client_of(sca).get(f"{ROOM}/together?leaver=rubbish", status=404)
    mine = client_of(owner).get(f"{ROOM}/together")
    assert "Planned (Facebook) : change it on 5 March 2027 or later" in mine.text
    assert "Jo Bell" not in mine.text
    assert "You have no password to change now" in client_of(make.person()).get(f"{ROOM}/together").text
    assert "You have nothing to verify" in client_of(make.person()).get(f"{ROOM}/verify-together").text


def test_more_than_go_on_one_page_follow_on_the_next(
    make: Factory, client_of: Clients, hr: Person, sca: Person, owner: Person, jo: Person
) -> None:
    """It says how many more there are; once the first are recorded the others are shown, and then verified likewise."""
    notice = _left(make, hr, owner, jo, accounts=12)
    browser, second = client_of(sca), client_of(owner)
    address = f"{ROOM}/together?leaver={notice.id}"
    with clock.set_to(LATER):
        page = browser.get(address)
        assert "There are 2 more accounts than go on one page. Record these first" in page.text
        shown = [one for one in _rotations() if f"outcome_{one.id.hex}" in page.html]
        assert len(shown) == queries.TOGETHER
        again = browser.post(address, _sent(shown, **{f"time_{shown[0].id.hex}": ""}), status=422)
        assert "There are 2 more accounts" in again.text
        page = browser.follow(address, _sent(shown))
        assert "You marked 10 passwords as changed." in page.text
        left = [one for one in _rotations() if f"outcome_{one.id.hex}" in page.html]
        assert len({*left, *shown}) == 12
        assert "more account" not in page.text
        assert browser.post(address, _sent(left)).location.endswith(f"/leavers/{notice.id}")
        page = second.get(f"{ROOM}/verify-together")
        assert "There are 2 more changes to verify" in page.text
        seen = [one for one in _rotations() if f"saw_{one.id.hex}" in page.html]
        page = second.follow(f"{ROOM}/verify-together", {f"saw_{one.id.hex}": "no_sessions" for one in seen})
        assert "You verified 10 new passwords." in page.text
        assert sum(f"saw_{one.id.hex}" in page.html for one in _rotations()) == 2


def test_what_can_be_changed_now_comes_before_what_cannot_yet(
    make: Factory, client_of: Clients, hr: Person, owner: Person, sca: Person
) -> None:
    """However many are still to come; those are told with where all of them stand."""
    for number in range(11):
        grant(make, account(make, f"Planned {number:02}", owner), make.person(f"Leaves {number}", last_working_day=None))
    for number, holder in enumerate(db.session.execute(sa.select(Person).where(Person.name.like("Leaves%"))).scalars()):
        leave(holder, hr, day=TODAY if number else FRIDAY, immediate=False)
    db.session.execute(sa.update(RotationCause).values(counts_from=NOW + 5 * HOUR))
    db.session.commit()
    browser = client_of(owner)
    page = browser.get(f"{ROOM}/together")
    assert "There is 1 more account whose password cannot be changed yet. See all that you are to change" in page.text
    late = started(account(make, "Zebra", owner), sca)
    db.session.execute(sa.update(CredentialRotation).where(CredentialRotation.id == late.id).values(due_on=FRIDAY))
    db.session.commit()
    page = browser.get(f"{ROOM}/together")
    assert f"outcome_{late.id.hex}" in page.html
    assert "There are 2 more accounts whose password cannot be changed yet" in page.text


def test_a_reader_whose_accounts_come_last_finds_them(make: Factory, client_of: Clients, hr: Person, owner: Person) -> None:
    """It is asked first who may change which, and cut then."""
    manager = make.person("Mia Manager")
    jo = make.person("Jo Bell", manager=manager)
    notice = _left(make, hr, owner, jo, accounts=11)
    mine = next(one for one in _rotations() if one.account.name == "Account 9")  # by name the last of all
    grant(make, mine.account, manager)
    with clock.set_to(LATER):
        page = client_of(manager).get(f"{ROOM}/together?leaver={notice.id}")
    assert [one for one in _rotations() if f"outcome_{one.id.hex}" in page.html] == [mine]
    assert "more account" not in page.text


def test_who_may_change_which_is_asked_of_the_database_as_of_the_rotation(
    make: Factory, hr: Person, sca: Person, owner: Person, jo: Person
) -> None:
    """`may_change` and `can_be_changed_by` for everybody who has something to do with it, and in each state."""
    notice = _left(make, hr, owner, jo)
    first, second, third = _rotations()
    admin, editor, former = make.person("Admin"), make.person("Editor"), make.person("Former")
    grant(make, first.account, admin)
    grant(make, first.account, editor, level=AccessLevel.EDITOR)
    grant(make, first.account, former, ends_on=TODAY - timedelta(days=1))
    second.permitted_by_id, second.permitted_at = admin.id, NOW
    grant(make, second.account, admin)
    make.keep(second)
    third.account.owner_id = editor.id
    make.keep(third.account)
    changed(third, editor)
    db.session.expire_all()
    for person in (hr, sca, owner, jo, admin, editor, former, make.person("Deputy", Role.DEPUTY_SCA), make.person()):
        found = db.session.execute(
            sa.select(CredentialRotation.id)
            .join(Account, Account.id == CredentialRotation.account_id)
            .where(queries.may_change(person, TODAY))
        ).scalars()
        assert set(found) == {one.id for one in _rotations() if one.can_be_changed_by(person)}, person.name
    assert notice.status is NoticeStatus.NOTIFIED


def test_what_was_never_shown_is_no_page(make: Factory, client_of: Clients, hr: Person, owner: Person, jo: Person) -> None:
    """Rotations of others, unknown ones and rubbish in a form are not found."""
    _left(make, hr, owner, jo, accounts=1)
    rotation = _rotations()[0]
    for person in (make.person(), make.person("Holds another")):
        client_of(person).post(f"{ROOM}/together", _sent([rotation]), status=404)
        client_of(person).post(f"{ROOM}/verify-together", {f"saw_{rotation.id.hex}": "signed_in"}, status=404)
    client_of(owner).post(f"{ROOM}/together", {"outcome_x": "all"}, status=404)
    client_of(owner).post(f"{ROOM}/together", {f"outcome_{make.id().hex}": "all"}, status=404)


def test_both_pages_take_few_queries_whatever_their_length(
    make: Factory, client_of: Clients, hr: Person, sca: Person, owner: Person
) -> None:
    """At most eight, with two and with nine accounts."""
    pages = [(client_of(owner), "/together"), (client_of(sca), "/verify-together")]

    def _count() -> list[int]:
        counts = []
        for browser, path in pages:
            with counted_queries() as queries:
                browser.get(f"{ROOM}{path}")
            counts.append(len(queries))
        return counts

    made = 0
    for accounts in (2, 7):
        for _ in range(accounts):
            made += 1
            on = account(make, f"Account {made}", owner)
            grant(make, on, make.person())
            changed(started(on, sca), owner)
            started(on, sca, at=NOW + 2 * HOUR)
        if accounts == 2:
            _count()
            few = _count()
    assert _count() == few
    assert max(few) <= 8, few
