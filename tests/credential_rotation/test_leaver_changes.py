"""What is recorded of a leaver changes: another day, at once, staying after all, and accounts they are given meanwhile."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa

from app.account_register.models import AccessGrant, AccessLevel, Account, EndReason, LoginMode
from app.account_register.operations import (
    change_account,
    details_of,
    give_access,
    import_register,
    plan_register_import,
)
from app.core import clock
from app.core.db import begin_writing, commit, db
from app.core.errors import AlreadyDone, InvalidInput, NotAllowed
from app.core.outbox import OutboxMessage
from app.core.presentation import uk_date
from app.credential_rotation import operations
from app.credential_rotation.models import (
    NOTICE_TRANSITIONS,
    CredentialRotation,
    LeaverNotice,
    NoticeStatus,
    RotationStatus,
    Trigger,
)
from app.credential_rotation.operations import complete_leavers
from app.people.models import Person, Role
from app.policy.operations import acknowledge
from app.policy.queries import current_version
from tests.conftest import NOW
from tests.credential_rotation.factories import FRIDAY, TODAY, account, changed, grant, leave, verified
from tests.factories import Factory
from tests.pages import PageClient

MONDAY = date(2027, 3, 8)
Clients = Callable[[Person], PageClient]
HOUR = timedelta(hours=1)
ROOM = "/credential-rotation"


def _held(make: Factory, owner: Person, *people: Person, name: str = "Libraries") -> Account:
    """An account with a second administrator, so that nothing has to be handed over."""
    on = account(make, name, owner)
    for person in (make.person(), *people):
        grant(make, on, person)
    return on


def _given(on: Account, person: Person, by: Person, *, at: datetime = NOW, starts_on: date = TODAY) -> AccessGrant:
    begin_writing(on)
    made = give_access(
        on, person, level=AccessLevel.EDITOR, login_mode=LoginMode.SHARED, starts_on=starts_on, by=by, at=at
    )
    commit()
    return made


def _owned_by(on: Account, person: Person, by: Person, *, at: datetime) -> None:
    begin_writing(on)
    change_account(on, replace(details_of(on), owner_id=person.id), by=by, at=at)
    commit()


def _change(
    notice: LeaverNotice, by: Person, day: date, *, immediate: bool = False, at: datetime = NOW + HOUR
) -> None:
    begin_writing(notice)
    operations.change_leaving(notice, last_working_day=day, immediate=immediate, by=by, at=at)
    commit()


def _withdraw(notice: LeaverNotice, by: Person, *, at: datetime = NOW + HOUR) -> None:
    begin_writing(notice)
    operations.withdraw_leaver(notice, by=by, at=at)
    commit()


def _rotations(on: Account) -> list[CredentialRotation]:
    found = sa.select(CredentialRotation).where(CredentialRotation.account_id == on.id)
    return list(db.session.execute(found.order_by(CredentialRotation.opened_at, CredentialRotation.id)).scalars())


def test_access_given_after_the_notice_ends_with_it_and_is_rotated(
    make: Factory, hr: Person, sca: Person, owner: Person, jo: Person
) -> None:
    """Whoever is given access while they are leaving is part of the notice at once."""
    on = _held(make, owner)
    notice = leave(jo, hr, day=FRIDAY, immediate=False)
    given = _given(on, jo, sca, at=NOW + HOUR)
    assert (given.ends_on, given.end_reason) == (FRIDAY, EndReason.LEFT)
    (rotation,) = _rotations(on)
    assert (rotation.due_on, rotation.is_caused_by(jo)) == (FRIDAY, True)
    assert [holding.account_id for holding in notice.holdings] == [on.id]
    assert notice.status is NoticeStatus.NOTIFIED
    with pytest.raises(AlreadyDone, match="until 5 March 2027"):
        _given(on, jo, sca, at=NOW + 2 * HOUR)
    db.session.rollback()
    with pytest.raises(InvalidInput, match="last working day is 5 March"):
        _given(on, jo, sca, at=NOW + 2 * HOUR, starts_on=MONDAY)
    db.session.rollback()


def test_a_change_made_before_they_were_given_the_password_settles_nothing(
    make: Factory, hr: Person, sca: Person, owner: Person, jo: Person
) -> None:
    """On the last day itself: changed in the morning, given access at noon, so it changes again."""
    on = _held(make, owner)
    grant(make, on, jo, ends_on=TODAY - timedelta(days=1))
    notice = leave(jo, hr, day=TODAY, immediate=False)
    changed(_rotations(on)[0], owner, at=NOW + HOUR)
    verified(_rotations(on)[0], sca, at=NOW + 2 * HOUR)
    _given(on, jo, sca, at=NOW + 3 * HOUR)
    assert notice.status is NoticeStatus.NOTIFIED
    again = next(one for one in _rotations(on) if one.status is RotationStatus.DUE)
    assert again.counts_from == NOW + 3 * HOUR


def test_a_file_that_names_a_leaver_gives_no_access_without_an_end(
    make: Factory, hr: Person, sca: Person, owner: Person, jo: Person
) -> None:
    """An import during the notice: access in the file ends on the last day; access already set to end is not doubled."""
    jo.email, owner.email = "jo@example.org", "olu@example.org"
    on = _held(make, owner, jo)
    notice = leave(jo, hr, day=FRIDAY, immediate=False)
    content = (
        b"name,platform,handle,url,service,owner_email,purpose,status,holders\n"
        b"Libraries,Facebook,,,,olu@example.org,,live,jo@example.org:admin\n"
        b"Museum,Facebook,museum,,,olu@example.org,,live,jo@example.org:editor\n"
    )
    begin_writing()
    plan = plan_register_import(content, day=TODAY)
    assert plan.problems == []
    import_register(plan, by=sca, at=NOW + HOUR)
    commit()
    ends = db.session.execute(sa.select(AccessGrant.ends_on).where(AccessGrant.person_id == jo.id)).scalars().all()
    assert ends == [FRIDAY, FRIDAY]
    assert len(_rotations(on)) == 1
    assert {holding.account.name for holding in notice.holdings} == {"Libraries", "Museum"}


def test_an_account_that_becomes_theirs_must_be_handed_over(
    make: Factory, hr: Person, sca: Person, owner: Person, jo: Person
) -> None:
    """The notice is not complete before somebody else owns it (domain 3.3)."""
    on = _held(make, owner)
    notice = leave(jo, hr, immediate=False)
    _owned_by(on, jo, sca, at=NOW + HOUR)
    tomorrow = NOW + 24 * HOUR
    with clock.set_to(tomorrow):
        begin_writing()
        assert operations.complete_leavers(tomorrow) == 0
        commit()
        _owned_by(on, owner, sca, at=tomorrow)
    assert (notice.status, notice.completed_at) == (NoticeStatus.COMPLETE, tomorrow)


def test_not_complete_while_an_account_needs_an_owner_or_an_administrator(
    make: Factory, hr: Person, sca: Person, owner: Person, jo: Person
) -> None:
    """All passwords are changed, but nobody has taken over yet."""
    on = account(make, "Libraries", jo)
    grant(make, on, jo)
    notice = leave(jo, hr)
    changed(_rotations(on)[0], sca)
    deputy = make.person("Deputy", Role.DEPUTY_SCA)
    verified(_rotations(on)[0], deputy)
    assert notice.status is NoticeStatus.NOTIFIED
    _owned_by(on, owner, sca, at=NOW + 3 * HOUR)
    assert notice.status is NoticeStatus.NOTIFIED
    begin_writing(on)
    give_access(
        on, owner, level=AccessLevel.ADMIN, login_mode=LoginMode.SHARED, starts_on=TODAY, by=sca, at=NOW + 4 * HOUR
    )
    assert notice.status is NoticeStatus.NOTIFIED
    acknowledge(owner, current_version(TODAY), at=NOW + 5 * HOUR)
    complete_leavers(NOW + 24 * HOUR)
    commit()
    assert (notice.status, notice.completed_at) == (NoticeStatus.COMPLETE, NOW + 24 * HOUR)


def test_two_administrators_who_leave_on_one_day_do_not_stand_in_for_each_other(
    make: Factory, hr: Person, owner: Person, jo: Person
) -> None:
    """Whoever recorded second sees it: nobody is left who could let others in."""
    kim = make.person("Kim")
    on = account(make, "Libraries", owner)
    for person in (jo, kim):
        grant(make, on, person)
    leave(jo, hr, day=FRIDAY, immediate=False)
    second = leave(kim, hr, day=FRIDAY, immediate=False)
    assert [holding.hand_over for holding in second.holdings] == ["only_administrator"]


def test_the_last_day_alone_completes_it_by_itself(make: Factory, hr: Person, owner: Person, jo: Person) -> None:
    """A login of their own goes on until then; nobody has to do anything."""
    on = account(make, "Libraries", owner)
    grant(make, on, make.person())
    grant(make, on, jo, mode=LoginMode.INDIVIDUAL)
    notice = leave(jo, hr, day=FRIDAY, immediate=False)
    for day, expected in ((FRIDAY - timedelta(days=1), 0), (FRIDAY, 0), (MONDAY, 1)):
        begin_writing()
        assert complete_leavers(clock.at_local(day, 6, 30)) == expected
        commit()
    assert notice.status is NoticeStatus.COMPLETE


@pytest.mark.parametrize("day", [date(2027, 3, 4), MONDAY])
def test_another_day_moves_access_and_what_is_still_to_be_changed(
    make: Factory, hr: Person, sca: Person, owner: Person, jo: Person, day: date
) -> None:
    """Sooner or later: one rotation all the time, with the date that follows from the day."""
    on = _held(make, owner, jo)
    notice = leave(jo, hr, day=FRIDAY, immediate=False)
    plan = operations.preview_change(notice, last_working_day=day, immediate=False, by=hr, at=NOW + HOUR)
    assert (plan.accesses_ended, plan.passwords_to_change) == (1, 1)
    _change(notice, hr, day)
    (rotation,) = _rotations(on)
    assert (rotation.due_on, rotation.counts_from) == (day, clock.at_local(day))
    assert db.session.execute(sa.select(AccessGrant.ends_on).where(AccessGrant.person_id == jo.id)).scalar() == day
    assert (jo.last_working_day, notice.teller, notice.told_at) == (day, hr.name, NOW + HOUR)
    with pytest.raises(AlreadyDone) as refused:
        _change(notice, hr, day)
    assert (refused.value.who, refused.value.when) == ("Hana Reed", NOW + HOUR)
    db.session.rollback()


def test_a_planned_leaving_becomes_one_at_once(make: Factory, hr: Person, owner: Person, jo: Person) -> None:
    """Passwords change the same working day."""
    on = _held(make, owner, jo)
    notice = leave(jo, hr, day=FRIDAY, immediate=False)
    _change(notice, hr, TODAY, immediate=True)
    (rotation,) = _rotations(on)
    assert (rotation.due_on, rotation.counts_from) == (TODAY, NOW + HOUR)
    assert db.session.execute(sa.select(AccessGrant.ends_on).where(AccessGrant.person_id == jo.id)).scalar() == TODAY


def test_a_password_changed_before_a_later_day_changes_again(
    make: Factory, hr: Person, sca: Person, owner: Person, jo: Person
) -> None:
    """They go on using it until the new day, so the change that was made does not settle it."""
    on = _held(make, owner, jo)
    notice = leave(jo, hr, day=TODAY, immediate=False)
    changed(_rotations(on)[0], owner)
    verified(_rotations(on)[0], sca)
    _change(notice, hr, FRIDAY, at=NOW + 3 * HOUR)
    assert notice.status is NoticeStatus.NOTIFIED
    assert [one.status for one in _rotations(on)] == [RotationStatus.COMPLETE, RotationStatus.DUE]
    assert _rotations(on)[1].due_on == FRIDAY


def test_access_that_is_over_is_not_given_back(make: Factory, hr: Person, owner: Person, jo: Person) -> None:
    """Neither by a later day nor by staying: whoever needs it again is given it again."""
    on = _held(make, owner, jo)
    notice = leave(jo, hr, day=TODAY, immediate=False)
    tomorrow = NOW + timedelta(days=1)
    _change(notice, hr, MONDAY, at=tomorrow)
    theirs = sa.select(AccessGrant.ends_on).where(AccessGrant.person_id == jo.id)
    assert db.session.execute(theirs).scalar_one() == TODAY
    assert [one.status for one in _rotations(on)] == [RotationStatus.DUE]
    _withdraw(notice, hr, at=tomorrow + HOUR)
    assert db.session.execute(theirs).scalar_one() == TODAY
    (rotation,) = _rotations(on)
    assert (rotation.status, rotation.causes[0].trigger) == (RotationStatus.DUE, Trigger.ACCESS_ENDED)


def test_staying_after_all_stands_down_what_is_not_done(
    make: Factory, hr: Person, sca: Person, owner: Person, jo: Person
) -> None:
    """Access goes on; the password that changes for somebody else too still changes."""
    kim = make.person("Kim")
    alone, together = _held(make, owner, jo), _held(make, owner, jo, kim, name="Museum")
    notice = leave(jo, hr, day=FRIDAY, immediate=False)
    leave(kim, hr, day=MONDAY, immediate=False)
    _withdraw(notice, hr)
    assert (notice.status, jo.last_working_day) == (NoticeStatus.WITHDRAWN, None)
    theirs = sa.select(AccessGrant.ends_on, AccessGrant.end_reason).where(AccessGrant.person_id == jo.id)
    assert [tuple(row) for row in db.session.execute(theirs)] == [(None, None), (None, None)]
    assert [one.status for one in _rotations(alone)] == [RotationStatus.STOOD_DOWN]
    (other,) = _rotations(together)
    assert (other.status, other.due_on) == (RotationStatus.DUE, MONDAY)
    assert [cause.person_id for cause in other.standing_causes] == [kim.id]
    with pytest.raises(AlreadyDone) as refused:
        _withdraw(notice, hr)
    assert refused.value.who == "Hana Reed"
    db.session.rollback()
    with pytest.raises(AlreadyDone):
        _change(notice, hr, MONDAY)
    db.session.rollback()
    again = leave(jo, hr, day=MONDAY, immediate=False, at=NOW + 3 * HOUR)
    assert again.status is NoticeStatus.NOTIFIED
    assert [one.status for one in _rotations(alone)].count(RotationStatus.DUE) == 1


def _theirs(person: Person) -> list[tuple[date | None, EndReason | None, bool]]:
    found = sa.select(AccessGrant).where(AccessGrant.person_id == person.id).order_by(AccessGrant.approved_at)
    return [(one.ends_on, one.end_reason, one.runs_on(TODAY)) for one in db.session.execute(found).scalars()]


@pytest.mark.parametrize("planned_first", [False, True])
@pytest.mark.parametrize("day", [None, FRIDAY])
def test_access_that_ended_at_once_is_over_and_its_password_still_changes(
    make: Factory, hr: Person, sca: Person, owner: Person, jo: Person, planned_first: bool, day: date | None
) -> None:
    """The same day: whether they stay after all or leave later, and however it was recorded that they leave at once."""
    on = _held(make, owner, jo)
    notice = leave(jo, hr, day=FRIDAY if planned_first else TODAY, immediate=not planned_first)
    if planned_first:
        _change(notice, hr, TODAY, immediate=True, at=NOW)
    if day is None:
        _withdraw(notice, hr)
    else:
        _change(notice, hr, day)
    assert jo.is_here_on(TODAY)
    assert _theirs(jo) == [(TODAY, EndReason.LEFT, False)]
    (rotation,) = _rotations(on)
    assert (rotation.status, rotation.due_on, rotation.counts_from) == (RotationStatus.DUE, TODAY, NOW)
    assert [cause.trigger for cause in rotation.causes] == [Trigger.LEAVER if day else Trigger.ACCESS_ENDED]
    told = sa.select(OutboxMessage.occasion).where(OutboxMessage.to_person_id == sca.id)
    assert any(one.startswith("leaver_give_again") for one in db.session.execute(told).scalars())
    _given(on, jo, sca, at=NOW + 2 * HOUR)
    assert _theirs(jo)[1:] == [(day, EndReason.LEFT if day else None, True)]


def test_a_password_known_when_they_left_at_once_changes_even_where_they_have_access_again(
    make: Factory, hr: Person, sca: Person, owner: Person, jo: Person
) -> None:
    """Given access anew until the later day, it changes at once and after that day; and once where they stay then."""
    on = _held(make, owner, jo)
    notice = leave(jo, hr)
    _change(notice, hr, FRIDAY)
    _given(on, jo, sca, at=NOW + 2 * HOUR)
    (rotation,) = _rotations(on)
    assert sorted((cause.due_on, cause.trigger) for cause in rotation.causes) == [
        (TODAY, Trigger.ACCESS_ENDED), (FRIDAY, Trigger.LEAVER),
    ]  # fmt: skip
    _withdraw(notice, hr, at=NOW + 3 * HOUR)
    (rotation,) = _rotations(on)
    assert (rotation.status, rotation.due_on) == (RotationStatus.DUE, TODAY)
    assert [cause.trigger for cause in rotation.standing_causes] == [Trigger.ACCESS_ENDED]
    assert _theirs(jo) == [(TODAY, EndReason.LEFT, False), (None, None, True)]


def test_a_password_changed_since_they_left_at_once_does_not_change_again(
    make: Factory, hr: Person, owner: Person, jo: Person
) -> None:
    """What is done is done, and the access is over all the same."""
    on = _held(make, owner, jo)
    notice = leave(jo, hr)
    changed(_rotations(on)[0], owner)
    _withdraw(notice, hr, at=NOW + 2 * HOUR)
    assert [one.status for one in _rotations(on)] == [RotationStatus.TO_VERIFY]
    assert _theirs(jo) == [(TODAY, EndReason.LEFT, False)]


def test_whoever_left_at_once_today_does_not_leave_as_planned_today(
    make: Factory, hr: Person, owner: Person, jo: Person
) -> None:
    """That would give their access back for the rest of the day: by a change, and recorded anew after they stay."""
    _held(make, owner, jo)
    notice = leave(jo, hr)
    with pytest.raises(InvalidInput, match="Jo Bell left at once today, so their access is over"):
        _change(notice, hr, TODAY)
    db.session.rollback()
    _withdraw(notice, hr)
    with pytest.raises(InvalidInput, match="Enter a later day, or record that they leave at once"):
        leave(jo, hr, day=TODAY, immediate=False, at=NOW + 2 * HOUR)
    db.session.rollback()
    again = leave(jo, hr, at=NOW + 2 * HOUR)
    assert (again.immediate, _theirs(jo)) == (True, [(TODAY, EndReason.LEFT, False)])


def test_the_only_administrator_who_left_at_once_is_still_replaced(
    make: Factory, hr: Person, owner: Person, jo: Person
) -> None:
    """Leaving later after all brings their access back to nobody, so somebody else takes over."""
    on = account(make, "Libraries", owner)
    grant(make, on, jo)
    notice = leave(jo, hr)
    _change(notice, hr, FRIDAY)
    assert [holding.hand_over for holding in notice.holdings] == ["only_administrator"]
    assert notice.status is NoticeStatus.NOTIFIED


def test_who_may_change_it(make: Factory, hr: Person, sca: Person, owner: Person, jo: Person) -> None:
    """As recording: HR and the line; never the leaver, the keeper or a colleague."""
    notice = leave(jo, hr, day=FRIDAY, immediate=False)
    for wrong in (jo, sca, owner):
        for act in (lambda by: _change(notice, by, MONDAY), lambda by: _withdraw(notice, by)):
            with pytest.raises(NotAllowed):
                act(wrong)
            db.session.rollback()


def test_every_step_of_a_notice_from_every_state() -> None:
    """What is withdrawn stays so; what is complete may have more to do, or be withdrawn."""
    allowed = {
        (NoticeStatus.NOTIFIED, NoticeStatus.COMPLETE), (NoticeStatus.NOTIFIED, NoticeStatus.WITHDRAWN),
        (NoticeStatus.COMPLETE, NoticeStatus.NOTIFIED), (NoticeStatus.COMPLETE, NoticeStatus.WITHDRAWN),
    }  # fmt: skip
    for first in NoticeStatus:
        for second in NoticeStatus:
            assert NOTICE_TRANSITIONS.allows(first, second) == ((first, second) in allowed), (first, second)


def test_changed_and_withdrawn_through_pages(
    make: Factory, client_of: Clients, hr: Person, sca: Person, owner: Person, jo: Person
) -> None:
    """Preview, record, look; then they stay. A keeper and the leaver are not offered it."""
    on = _held(make, owner, jo)
    notice = leave(jo, hr, day=FRIDAY, immediate=False)
    officer, address = client_of(hr), f"{ROOM}/leavers/{notice.id}"
    assert "Change the last working day" not in client_of(sca).get(address).text
    client_of(sca).get(f"{address}/change", status=403)
    client_of(jo).get(f"{address}/change", status=404)
    assert "Change the last working day" in officer.get(address).text
    day = {"last_working_day": ["8", "3", "2027"]}
    page = officer.post(f"{address}/change", {**day, "immediate": "yes"}, status=422)
    assert page.errors == ["Somebody who leaves at once has a last working day of today or earlier"]
    page = officer.follow(f"{address}/change", {**day, "immediate": "no"})
    assert "Nothing is changed yet" in page.text
    assert _rotations(on)[0].due_on == FRIDAY
    page = officer.follow(f"{address}/change/record", {"day": "2027-03-08", "immediate": "no"})
    assert "Jo Bell leaves on Monday 8 March 2027" in page.text
    assert "Changed by Hana Reed" in page.text
    officer.post(f"{address}/change/record", {"day": "2027-03-08", "immediate": "no"}, status=409)
    officer.post(f"{address}/change/record", {"day": "31/02", "immediate": "no"}, status=404)
    assert officer.get(f"{address}/withdraw").has_button("Record that they stay")
    page = officer.follow(f"{address}/withdraw", {})
    assert "Jo Bell stays after all" in page.text
    assert "Any permission to use a device of their own" in page.text
    assert "Change the last working day" not in page.text
    assert "Goes on" in page.text
    assert "None when this was recorded" not in page.text
    officer.get(f"{address}/withdraw", status=409)
    officer.get(f"{address}/change", status=409)
    officer.post(f"{address}/withdraw", {}, status=409)
    shown = client_of(sca).get(f"{ROOM}/all?show=stood_down")
    assert "Libraries" in shown.text
    assert "Not needed any more" in client_of(sca).get(f"{ROOM}/rotations/{_rotations(on)[0].id}").text


def test_a_password_that_changes_sooner_for_another_reason_is_told_so(
    make: Factory, client_of: Callable[..., PageClient], hr: Person, jo: Person
) -> None:
    """The preview shows the day that is to be kept, and nobody explains it by a last working day that it does not follow."""
    owner = make.person("Olu Abara")
    on = account(make, "Libraries", owner)
    ended, other = grant(make, on, jo), grant(make, on, make.person("Al Pine"))
    operations.end_shared_access(other, by=owner, at=NOW, ends_on=TODAY, reason=EndReason.WITHDRAWN)
    commit()
    rotation = db.session.execute(sa.select(CredentialRotation)).scalar_one()
    assert rotation.due_on < FRIDAY
    browser = client_of(hr)
    page = browser.get(f"{ROOM}/leavers/preview?person={jo.id}&day={FRIDAY}&immediate=no")
    cells = {cell.get_text(" ", strip=True) for cell in page.soup.select("td[data-label=By]")}
    assert any(uk_date(rotation.due_on) in cell for cell in cells), cells
    assert "The last working day of Jo Bell falls" not in page.text
    notice = leave(jo, hr, day=FRIDAY, immediate=False)
    assert ended.ends_on == FRIDAY
    assert "The last working day of Jo Bell falls" not in browser.get(f"{ROOM}/leavers/{notice.id}").text
