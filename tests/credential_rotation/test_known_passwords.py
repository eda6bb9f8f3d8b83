"""Who changed a password, or signed in with it to verify a change, knows it until the next change: also without access."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa

from app.account_register.models import Account, LoginMode
from app.account_register.queries import register_on
from app.core import clock
from app.core.db import begin_writing, commit, db
from app.credential_rotation import operations
from app.credential_rotation.models import CredentialRotation, NoticeStatus, RotationStatus, Sighting, Trigger
from app.credential_rotation.queries import certificate_of, chain_of
from app.credential_rotation.queries.past_access import Way, what_could_be_got_into
from app.people.models import Person, Role
from tests.conftest import NOW
from tests.credential_rotation.factories import (
    FRIDAY,
    TODAY,
    changed,
    grant,
    leave,
    moved,
    started,
    verified,
    who_could_get_in,
)
from tests.factories import Factory
from tests.pages import PageClient

Clients = Callable[[Person], PageClient]
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MONDAY = date(2027, 3, 8)


def _signed_in(rotation: CredentialRotation, by: Person, *, at: datetime = NOW + 2 * HOUR) -> None:
    begin_writing(rotation)
    operations.verify_rotation(rotation, by=by, at=at, saw=Sighting.SIGNED_IN)
    commit()


def _renewed(on: Account, sca: Person, owner: Person, deputy: Person) -> CredentialRotation:
    """Changed by its owner, and verified by the deputy, who signed in with it; neither has access."""
    made = started(on, sca)
    changed(made, owner)
    _signed_in(made, deputy)
    return made


def _due(on: Account) -> list[CredentialRotation]:
    it = CredentialRotation
    return list(
        db.session.execute(sa.select(it).where(it.account_id == on.id, it.status == RotationStatus.DUE)).scalars()
    )


@pytest.mark.parametrize("who", ["owner", "deputy"])
def test_who_changed_it_or_signed_in_with_it_leaves_without_access(
    request: pytest.FixtureRequest, make: Factory, hr: Person, sca: Person, owner: Person, deputy: Person, on: Account,
    who: str,
) -> None:  # fmt: skip
    """One rotation, because of them, seen to by somebody else; the certificate counts it."""
    _renewed(on, sca, owner, deputy)
    leaver: Person = request.getfixturevalue(who)
    notice = leave(leaver, hr, at=NOW + 3 * HOUR)
    (rotation,) = _due(on)
    assert [(cause.person_id, cause.trigger) for cause in rotation.causes] == [(leaver.id, Trigger.LEAVER)]
    assert rotation.owner_id not in (None, leaver.id)
    (row,) = chain_of(notice, TODAY)
    assert (row.rotation_id, row.had_access) == (rotation.id, False)
    assert notice.status is NoticeStatus.NOTIFIED
    on.owner_id = make.person("New Owner").id
    make.keep(on)
    changed(rotation, sca, at=NOW + 4 * HOUR)
    verified(rotation, make.person("Ver", Role.DEPUTY_SCA), at=NOW + 5 * HOUR)
    assert notice.status is NoticeStatus.COMPLETE
    assert len(certificate_of(notice, day=TODAY).changes) == 1


def test_who_saw_something_else_than_the_password_does_not_know_it(
    hr: Person, sca: Person, owner: Person, deputy: Person, on: Account
) -> None:
    """Sessions or the vault's date tell nobody a password."""
    made = started(on, sca)
    changed(made, owner)
    verified(made, deputy)
    notice = leave(deputy, hr, at=NOW + 3 * HOUR)
    assert (_due(on), chain_of(notice, TODAY)) == ([], [])


def test_who_knew_it_before_another_changed_it_needs_no_further_change(
    hr: Person, sca: Person, owner: Person, deputy: Person, on: Account
) -> None:
    _renewed(on, sca, owner, deputy)
    again = started(on, sca, at=NOW + 3 * HOUR)
    changed(again, sca, at=NOW + 4 * HOUR)
    leave(deputy, hr, at=NOW + 5 * HOUR)
    assert _due(on) == []


def test_a_leaver_whose_own_change_others_see_to_needs_no_other(
    hr: Person, sca: Person, owner: Person, deputy: Person, on: Account
) -> None:
    """Nor does another day ask for a second one, once somebody else has changed it."""
    _renewed(on, sca, owner, deputy)
    notice = leave(owner, hr, day=FRIDAY, immediate=False, at=NOW + 3 * HOUR)
    (rotation,) = _due(on)
    assert (rotation.counts_from, rotation.due_on) == (clock.at_local(FRIDAY), FRIDAY)
    friday = clock.at_local(FRIDAY) + 10 * HOUR
    with clock.set_to(friday):
        changed(rotation, sca, at=friday)
        begin_writing(notice)
        operations.change_leaving(notice, last_working_day=MONDAY, immediate=False, by=hr, at=friday + HOUR)
        commit()
    assert _due(on) == []


def test_a_leaver_who_changes_one_meanwhile_is_followed(
    hr: Person, sca: Person, owner: Person, deputy: Person, on: Account
) -> None:
    """Recorded as leaving, without access and without knowing it; then she changes it, or signs in with it."""
    notices = [leave(one, hr, day=FRIDAY, immediate=False) for one in (owner, deputy)]
    made = started(on, sca, at=NOW + HOUR)
    changed(made, owner, at=NOW + 2 * HOUR)
    (rotation,) = _due(on)
    assert {cause.person_id for cause in rotation.causes} == {owner.id}
    _signed_in(made, deputy, at=NOW + 3 * HOUR)
    (rotation,) = _due(on)
    assert {cause.person_id for cause in rotation.causes} == {owner.id, deputy.id}
    assert [[holding.account_id for holding in notice.holdings] for notice in notices] == [[on.id], [on.id]]


def test_who_stays_after_all_goes_on_knowing_it(
    hr: Person, sca: Person, owner: Person, deputy: Person, on: Account
) -> None:
    _renewed(on, sca, owner, deputy)
    notice = leave(deputy, hr, day=FRIDAY, immediate=False, at=NOW + 3 * HOUR)
    (rotation,) = _due(on)
    begin_writing(notice)
    operations.withdraw_leaver(notice, by=hr, at=NOW + 4 * HOUR)
    commit()
    assert rotation.status is RotationStatus.STOOD_DOWN


def test_the_preview_says_that_it_changes(
    client_of: Clients, hr: Person, sca: Person, owner: Person, deputy: Person, on: Account
) -> None:
    """For the owner without access, and for who has nothing to do with the account otherwise."""
    _renewed(on, sca, owner, deputy)
    for leaver, words in ((owner, "They own it, without access"), (deputy, "None, but they know the shared password")):
        with clock.set_to(NOW + 3 * HOUR):
            place = f"/credential-rotation/leavers/preview?person={leaver.id}&day={TODAY}&immediate=yes"
            page = client_of(hr).get(place)
        row = page.soup.select_one("tbody tr")
        assert row is not None
        assert words in row.get_text(" ")
        assert "Is to be changed" in row.get_text(" ")


@pytest.mark.parametrize("keeps", [True, False])
def test_who_moves_and_keeps_nothing_there(
    hr: Person, sca: Person, owner: Person, deputy: Person, on: Account, keeps: bool
) -> None:
    """The owner who goes on as owner may go on knowing it; who lets go of it, or never had anything there, may not."""
    _renewed(on, sca, owner, deputy)
    move = moved(owner, hr, {on: keeps}, at=NOW + 3 * HOUR)
    assert [(one.grant_id, one.account_id, one.cause is not None) for one in move.holdings] == (
        [] if keeps else [(None, on.id, True)]
    )
    assert [cause.trigger for one in _due(on) for cause in one.causes] == ([] if keeps else [Trigger.MOVED])
    moved(deputy, hr, {}, at=NOW + 4 * HOUR)
    (rotation,) = _due(on)
    assert rotation.is_caused_by(deputy)
    assert rotation.counts_from == clock.at_local(FRIDAY)


def test_a_move_on_another_day_or_not_at_all(
    client_of: Clients, hr: Person, sca: Person, owner: Person, deputy: Person, on: Account
) -> None:
    """What they know changes on the other day, or need not change; once it was changed it is left as it is."""
    _renewed(on, sca, owner, deputy)
    move = moved(deputy, hr, {}, at=NOW + 3 * HOUR)
    assert "None, but they knew the shared password" in client_of(hr).get(f"/credential-rotation/moves/{move.id}").text
    (rotation,) = _due(on)
    begin_writing(move)
    operations.change_move(move, last_day=MONDAY, back_on=None, by=hr, at=NOW + 4 * HOUR)
    commit()
    assert (rotation.due_on, rotation.counts_from) == (MONDAY, clock.at_local(MONDAY))
    begin_writing(move)
    operations.withdraw_move(move, by=hr, at=NOW + 5 * HOUR)
    commit()
    assert rotation.status is RotationStatus.STOOD_DOWN
    move = moved(deputy, hr, {}, day=TODAY, at=NOW + 6 * HOUR)
    (rotation,) = _due(on)
    changed(rotation, sca, at=NOW + 7 * HOUR)
    begin_writing(move)
    operations.change_move(move, last_day=MONDAY, back_on=None, by=hr, at=NOW + 8 * HOUR)
    commit()
    assert _due(on) == []


def test_a_login_of_ones_own_does_not_hide_that_they_know_the_shared_one(
    make: Factory, hr: Person, sca: Person, deputy: Person, owner: Person, on: Account
) -> None:
    own = grant(make, on, owner, mode=LoginMode.INDIVIDUAL)
    _renewed(on, sca, owner, deputy)
    moved(owner, hr, {own: False, on: False}, at=NOW + 3 * HOUR)
    (rotation,) = _due(on)
    assert rotation.is_caused_by(owner)


def test_the_questions_of_a_move_name_what_they_only_know(
    client_of: Clients, hr: Person, sca: Person, owner: Person, deputy: Person, on: Account
) -> None:
    _renewed(on, sca, owner, deputy)
    place = "/credential-rotation/moves/access?person={}&kind=moved&day=2027-03-05"
    page = client_of(hr).get(place.format(deputy.id))
    assert "They also know passwords of accounts to which they have no access" in page.text
    assert [item.get_text() for item in page.soup.select("main li")] == ["Northmere, Facebook"]
    assert "They also know" not in client_of(hr).get(place.format(owner.id)).text, "of that it is asked whether they keep it"


def test_they_could_get_in_until_the_next_change(
    client_of: Clients, hr: Person, sca: Person, owner: Person, deputy: Person, on: Account
) -> None:
    """On the account's page, on the person's, and in the register as it stood; none of it by access."""
    _renewed(on, sca, owner, deputy)
    with clock.set_to(NOW + 3 * DAY):
        again = started(on, sca, at=NOW + 2 * DAY)
        changed(again, sca, at=NOW + 2 * DAY + HOUR)

        def _ways(day: date) -> dict[str, Way]:
            return {one.person.name: one.way for one in who_could_get_in(on, day) if one.way is not Way.ACCESS}

        knew = Way.CAME_TO_KNOW
        assert _ways(TODAY - DAY) == {}
        assert _ways(TODAY) == _ways(TODAY + DAY) == {owner.name: knew, deputy.name: knew}
        assert _ways(TODAY + 2 * DAY) == {owner.name: knew, deputy.name: knew, sca.name: knew}
        assert _ways(TODAY + 3 * DAY) == {sca.name: knew}
        assert [one.account.name for one in what_could_be_got_into(deputy, TODAY)] == ["Northmere"]
        assert what_could_be_got_into(deputy, TODAY + 3 * DAY) == []
        assert [len(one.ways_in) for one in register_on(TODAY + DAY)] == [4]
        for place in (f"accounts/{on.id}/who-could-get-in", f"people/{deputy.id}/what-they-could-get-into"):
            page = client_of(sca).get(f"/credential-rotation/{place}?day=4&day=3&day=2027")
            assert "Knew the shared password: changed it or said so, or signed in with it" in page.text
            assert "No access; knew it from 3 March 2027" in page.text
