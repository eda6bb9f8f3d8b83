"""Other work and long absence: who records it, what goes on and what ends, and that others cannot tell why."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from app.account_register.models import AccessLevel, Account, AccountStatus, EndReason, LoginMode
from app.core import clock
from app.core.db import begin_writing, commit, db
from app.core.errors import AlreadyDone, InvalidInput, NotAllowed
from app.core.outbox import OutboxMessage
from app.credential_rotation import operations
from app.credential_rotation.models import CredentialRotation, Move, MoveKind, RotationStatus, Trigger
from app.credential_rotation.routes.worked_out import rotation_worked_out
from app.people.models import Person
from tests.conftest import NOW
from tests.credential_rotation.factories import FRIDAY, TODAY, account, changed, grant, leave, moved, started, verified
from tests.factories import Factory
from tests.pages import PageClient, counted_queries

Clients = Callable[..., PageClient]
ROOM = "/credential-rotation"
HOUR = timedelta(hours=1)


@pytest.fixture
def jo(make: Factory) -> Person:
    """Who moves."""
    return make.person("Jo Bell", manager=make.person("Mina Cole"))


def _rotations() -> list[CredentialRotation]:
    return list(db.session.execute(sa.select(CredentialRotation).order_by(CredentialRotation.opened_at)).scalars())


@pytest.mark.parametrize(("kind", "reason"), [(MoveKind.MOVED, "moved"), (MoveKind.LONG_ABSENCE, "no_longer_needed")])
def test_what_does_not_go_on_ends_and_its_password_changes(
    make: Factory, hr: Person, sca: Person, owner: Person, jo: Person, kind: MoveKind, reason: str
) -> None:
    """What goes on stays as it is; a login of one's own only ends; access to begin later is called off."""
    keeps, shared, own, later = (
        grant(make, account(make, name, owner), jo, mode=mode)
        for name, mode in (
            ("Keeps", LoginMode.SHARED), ("Shared", LoginMode.SHARED), ("Own", LoginMode.INDIVIDUAL),
            ("Later", LoginMode.SHARED),
        )
    )  # fmt: skip
    later.starts_on = FRIDAY + timedelta(days=7)
    make.keep(later)
    move = moved(jo, hr, {keeps: True, shared: False, own: False, later: False}, kind=kind)
    assert keeps.ends_on is None
    assert [(one.ends_on, one.end_reason) for one in (shared, own)] == [(FRIDAY, EndReason(reason))] * 2
    assert later.is_called_off
    (rotation,) = _rotations()
    (cause,) = rotation.causes
    assert (rotation.account_id, rotation.due_on, rotation.owner_id) == (shared.account_id, FRIDAY, owner.id)
    assert (cause.trigger, cause.person_id, cause.counts_from) == (Trigger(kind.value), jo.id, clock.at_local(FRIDAY))
    assert {holding.grant_id: holding.cause_id for holding in move.holdings} == {
        keeps.id: None, shared.id: cause.id, own.id: None, later.id: None
    }  # fmt: skip
    told = db.session.execute(sa.select(OutboxMessage.to_person_id, OutboxMessage.occasion)).all()
    assert (sca.id, "move_hand_over") in {tuple(row) for row in told}


def test_who_may_record_a_move(make: Factory, hr: Person, sca: Person, owner: Person, jo: Person) -> None:
    """HR and the line; not the person, the keeper or a colleague."""
    given = grant(make, account(make, "Libraries", owner), jo)
    for wrong in (jo, sca, owner):
        with pytest.raises(NotAllowed):
            operations.record_move(operations.Moving(jo, MoveKind.MOVED, FRIDAY), {given.id: False}, by=wrong, at=NOW)
        db.session.rollback()
    manager = jo.line_manager
    assert manager is not None
    assert moved(jo, manager, {given: False}).recorded_by_id == manager.id


def test_what_is_refused(make: Factory, hr: Person, owner: Person, jo: Person) -> None:
    """Before the start; not long enough; back before they go; twice; who leaves anyway; other access than was shown."""
    given = grant(make, account(make, "Libraries", owner), jo)

    def _refused(error: type[Exception], **told: object) -> Exception:
        facts = {"person": jo, "kind": MoveKind.MOVED, "last_day": FRIDAY, **told}
        with pytest.raises(error) as refused:
            operations.preview_move(operations.Moving(**facts), by=hr, at=NOW)  # type: ignore[arg-type]
        db.session.rollback()
        return refused.value

    away = {"kind": MoveKind.LONG_ABSENCE}
    for field, told in (
        ("last_day", {"last_day": date(2019, 1, 1)}), ("back_on", {"back_on": FRIDAY + timedelta(days=90)}),
        ("back_on", {**away, "back_on": FRIDAY}), ("back_on", {**away, "back_on": date(2027, 4, 7)}),
        ("last_day", {"last_day": date(2090, 1, 1)}),
    ):  # fmt: skip
        refusal = _refused(InvalidInput, **told)
        assert getattr(refusal, "field", "") == field, told
    # The 21st working day of the absence is the first that counts; Good Friday and Easter Monday lie between.
    begin_writing(jo)
    long_enough = operations.Moving(jo, MoveKind.LONG_ABSENCE, FRIDAY, date(2027, 4, 9))
    assert operations.preview_move(long_enough, by=hr, at=NOW).grants == [given]
    moved(jo, hr, {given: True})
    refusal = _refused(AlreadyDone)
    assert getattr(refusal, "who", "") == "Hana Reed"
    with pytest.raises(AlreadyDone, match="has changed since"):
        operations.record_move(operations.Moving(jo, MoveKind.MOVED, TODAY), {}, by=hr, at=NOW)
    db.session.rollback()
    leave(jo, hr, day=TODAY, immediate=False)
    assert "leaves on 3 March 2027" in str(_refused(AlreadyDone, last_day=FRIDAY + timedelta(days=1)))


def test_a_mover_who_leaves_later_and_one_who_owns_the_account(
    make: Factory, hr: Person, sca: Person, jo: Person
) -> None:
    """The keeper changes the password of an account whose owner moved; leaving afterwards joins what is still open."""
    own = account(make, "Libraries", jo)
    given = grant(make, own, jo)
    moved(jo, hr, {given: False, own: False}, day=TODAY)
    (rotation,) = _rotations()
    assert rotation.owner_id == sca.id
    leave(jo, hr, day=FRIDAY, immediate=False, at=NOW + HOUR)
    assert {cause.trigger for cause in rotation.causes} == {Trigger.MOVED, Trigger.LEAVER}
    assert len(_rotations()) == 1


def test_a_mover_through_pages_and_nobody_else_can_tell_why(
    make: Factory, client_of: Clients, hr: Person, sca: Person, owner: Person, jo: Person
) -> None:
    """A manager records it; owner and holders read security maintenance; the mover sees nothing of it."""
    manager, holder = jo.line_manager, make.person("Holder")
    shared, own = account(make, "Libraries", owner), account(make, "Museum", owner)
    first, second = grant(make, shared, jo), grant(make, own, jo, mode=LoginMode.INDIVIDUAL)
    grant(make, shared, holder)
    browser = client_of(manager)
    assert browser.post(f"{ROOM}/moves/new", {}, status=422).errors == [
        "Select what changes for them", "Enter the last day on which they need their access", "Select who it is",
    ]  # fmt: skip
    typed = {"person": str(jo.id), "kind": "long_absence", "last_day": ["3", "3", "2027"], "back_on": ["5", "3", "2027"]}
    assert "20 working days or less" in browser.post(f"{ROOM}/moves/new", typed, status=422).errors[0]
    page = browser.follow(f"{ROOM}/moves/new", {**typed, "back_on": ["", "", ""]})
    assert page.heading == "Which access does Jo Bell keep?"
    assert [field["value"] for field in page.soup.select("input[checked]")] == ["ends", "ends"]
    moving = {**typed, "kind": "moved", "new_post": "Planning officer", "back_on": ["", "", ""]}
    asked = browser.post(f"{ROOM}/moves/new", moving)
    address = asked.location
    assert browser.get(address).soup.select("input[checked]") == []
    assert len(browser.post(address, {}, status=422).errors) == 2
    answers = {f"grant_{first.id.hex}": "ends", f"grant_{second.id.hex}": "goes_on"}
    shown = browser.follow(address, answers)
    assert shown.heading == "Jo Bell takes other work"
    for words in ("Olu Abara is to change it by 3 March 2027", "Goes on", "From then on: Planning officer"):
        assert words in shown.text
    browser.post(address, answers, status=409)
    (rotation,) = _rotations()
    for person, knows in ((owner, False), (holder, False), (hr, True), (sca, True)):
        text = client_of(person).get(f"{ROOM}/rotations/{rotation.id}").text
        assert ("Jo Bell" in text) == knows
        assert ("Security maintenance" in text) != knows
        assert "other work" in text or not knows
    client_of(jo).get(f"{ROOM}/rotations/{rotation.id}", status=403)
    with clock.set_to(NOW + HOUR):
        changed(rotation, owner)
        verified(rotation, sca)
        assert "Olu Abara, 3 March 2027 at 11:00am" in client_of(hr).get(shown_address(shown)).text
    assert "Jo Bell" in client_of(hr).get(f"{ROOM}/moves").text
    for stranger in (owner, jo, make.person()):
        assert "Jo Bell takes" not in client_of(stranger).get(f"{ROOM}/moves").text
        client_of(stranger).get(f"{ROOM}/moves/new", status=403)
        client_of(stranger).get(shown_address(shown), status=404)
        client_of(stranger).get(address, status=403)
    client_of(hr).get(f"{ROOM}/moves/access?person=x", status=404)


def shown_address(_page: object) -> str:
    """Where the one move stands."""
    return f"{ROOM}/moves/{db.session.execute(sa.select(Move.id)).scalar_one()}"


def test_withdrawn_access_changes_the_password_with_its_own_reason(
    make: Factory, sca: Person, owner: Person, jo: Person
) -> None:
    """Each reason of an ending has its trigger; what was simply not needed any more is an ending."""
    for reason, trigger in (
        (EndReason.WITHDRAWN, Trigger.WITHDRAWN), (EndReason.MOVED, Trigger.MOVED),
        (EndReason.NO_LONGER_NEEDED, Trigger.ACCESS_ENDED),
    ):  # fmt: skip
        given = grant(make, account(make, reason.value, owner), jo)
        begin_writing(given)
        rotation = operations.end_shared_access(given, by=sca, at=NOW, ends_on=TODAY, reason=reason)
        commit()
        assert rotation is not None
        assert rotation.causes[0].trigger is trigger


def _old(make: Factory, owner: Person, name: str, registered: date, **values: object) -> Account:
    on = account(make, name, owner)
    on.registered_at = clock.at_local(registered, 9)
    for field, value in values.items():
        setattr(on, field, value)
    grant(make, on, owner, level=AccessLevel.ADMIN)
    make.keep(on)
    return on


def test_a_shared_password_that_became_old_is_renewed_once(make: Factory, sca: Person, owner: Person) -> None:
    """After twelve months (a setting), to the day; not where one is open, nobody shares it, or it was changed since."""
    old = _old(make, owner, "Old", date(2026, 3, 3))
    _old(make, owner, "Younger", date(2026, 3, 4))
    _old(make, owner, "Closing", date(2020, 1, 1), status=AccountStatus.CLOSING)
    own = account(make, "Own logins", owner)
    own.registered_at = clock.at_local(date(2020, 1, 1))
    grant(make, own, owner, mode=LoginMode.INDIVIDUAL)
    changed_since = _old(make, owner, "Changed since", date(2020, 1, 1))
    rotation = started(changed_since, sca, at=NOW - timedelta(days=30))
    changed(rotation, owner, at=NOW - timedelta(days=29))
    verified(rotation, sca, at=NOW - timedelta(days=28))
    open_already = _old(make, owner, "Open already", date(2020, 1, 1))
    started(open_already, sca)
    before = {one.id for one in _rotations()}
    begin_writing()
    assert operations.renew_old_passwords(NOW) == 1
    assert operations.renew_old_passwords(NOW) == 0
    commit()
    (made,) = [one for one in _rotations() if one.id not in before]
    assert (made.account_id, made.status, made.causes[0].trigger) == (old.id, RotationStatus.DUE, Trigger.SCHEDULED)
    assert made.due_on == date(2027, 3, 17)
    assert made.causes[0].person_id is None
    known, unknown = (rotation_worked_out(made, knows=knows) for knows in (True, False))
    assert known is not None
    assert known.sentences[0].startswith("The password was found to be old on")
    assert unknown is not None
    assert "old" not in " ".join(unknown.sentences)


def test_the_pages_take_few_queries_whatever_their_length(
    make: Factory, client_of: Clients, hr: Person, owner: Person
) -> None:
    """The list at most four, a move and its questions at most eight."""
    browser, counts = client_of(hr), []
    for accounts in (1, 7):
        jo = make.person("Jo")
        given = {grant(make, account(make, f"A{accounts}{number}", owner), jo): False for number in range(accounts)}
        address = f"{ROOM}/moves/access?person={jo.id}&kind=moved&day=2027-03-05"
        browser.get(address)
        one = []
        with counted_queries() as queries:
            browser.get(address)
        one.append(len(queries))
        made = moved(jo, hr, given)
        for path, _most in ((f"{ROOM}/moves", 4), (f"{ROOM}/moves/{made.id}", 8)):
            browser.get(path)
            with counted_queries() as queries:
                browser.get(path)
            one.append(len(queries))
        counts.append(one)
    assert counts[0] == counts[1], counts
    assert counts[0][0] <= 8, counts
    assert counts[0][1] <= 4, counts
    assert counts[0][2] <= 8, counts
