"""The acts of this room: leaving, changing, verifying, permitting, ending shared access."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask import current_app

from app.account_register.models import AccessLevel, EndReason, KeeperNotice, LoginMode
from app.core import clock
from app.core.audit import AuditEvent
from app.core.db import begin_writing, commit, db
from app.core.errors import AlreadyDone, InvalidInput, NotAllowed
from app.core.jobs import run_due_jobs
from app.core.outbox import OutboxMessage
from app.credential_rotation import operations
from app.credential_rotation.models import (
    CredentialRotation,
    HandOver,
    LeaverHolding,
    NoticeStatus,
    RotationStatus,
    Sighting,
    StepAnswer,
    StepKind,
    StepOutcome,
    Trigger,
)
from app.people.models import Person, Role
from app.policy.models import Installation
from app.policy.queries import installation
from tests.conftest import NOW
from tests.credential_rotation.factories import (
    ALL_DONE,
    FRIDAY,
    TODAY,
    account,
    changed,
    grant,
    leave,
    started,
    verified,
)
from tests.factories import Factory

HOUR = timedelta(hours=1)


def _rotations() -> list[CredentialRotation]:
    return list(
        db.session.execute(
            sa.select(CredentialRotation).order_by(CredentialRotation.opened_at, CredentialRotation.due_on)
        ).scalars()
    )


def test_a_planned_leaver_ends_all_access_and_rotates_only_what_is_shared(
    make: Factory, hr: Person, sca: Person, owner: Person, jo: Person
) -> None:
    """By the end of the last working day; a login of one's own only ends."""
    shared, own = account(make, "Libraries", owner), account(make, "Museum", owner)
    grants = [grant(make, shared, jo), grant(make, own, jo, mode=LoginMode.INDIVIDUAL)]
    plan = operations.preview_leaver(jo, last_working_day=FRIDAY, immediate=False, by=hr, at=NOW)
    assert (plan.accesses_ended, plan.passwords_to_change, len(plan.hand_overs)) == (2, 1, 2)
    notice = leave(jo, hr, day=FRIDAY, immediate=False)
    assert jo.last_working_day == FRIDAY
    assert {(one.ends_on, one.end_reason) for one in grants} == {(FRIDAY, EndReason.LEFT)}
    rotation = _rotations()[0]
    assert len(_rotations()) == 1
    assert (rotation.account_id, rotation.owner_id, rotation.due_on) == (shared.id, owner.id, FRIDAY)
    assert rotation.counts_from == clock.at_local(FRIDAY)
    assert notice.status is NoticeStatus.NOTIFIED
    told = set(db.session.execute(sa.select(OutboxMessage.to_person_id, OutboxMessage.occasion)).all())
    assert {(owner.id, "rotation_due"), (sca.id, "leaver_hand_over")} <= {tuple(row) for row in told}


@pytest.mark.parametrize(
    ("day", "immediate", "due"),
    [
        (FRIDAY, False, FRIDAY),
        (date(2027, 3, 6), False, date(2027, 3, 8)),  # a Saturday: the next working day
        (date(2027, 3, 26), False, date(2027, 3, 30)),  # Good Friday, then Easter Monday
        (TODAY, True, TODAY),
        (date(2027, 3, 1), True, TODAY),
    ],
)
def test_due_dates(
    make: Factory, hr: Person, owner: Person, jo: Person, day: date, immediate: bool, due: date
) -> None:
    """Planned: counted from the last working day. At once: the same working day (local settings)."""
    grant(make, account(make, "Libraries", owner), jo)
    leave(jo, hr, day=day, immediate=immediate)
    assert _rotations()[0].due_on == due


def test_who_may_record_a_leaver(make: Factory, hr: Person, sca: Person) -> None:
    """HR, and managers up the line; not the leaver, a colleague, the keeper, or somebody lower down."""
    director = make.person("Director")
    manager = make.person("Manager", manager=director)
    jo = make.person("Jo", Role.HR_MANAGER, manager=manager)
    below = make.person("Below", manager=jo)
    for wrong in (jo, sca, below, make.person()):
        with pytest.raises(NotAllowed):
            operations.record_leaver(jo, last_working_day=FRIDAY, immediate=False, by=wrong, at=NOW)
    db.session.rollback()
    own = account(make, "Libraries")
    given = grant(make, own, jo)
    leave(jo, director, day=FRIDAY, immediate=False)
    assert given.ends_on == FRIDAY


def test_a_second_notice_shows_the_first(hr: Person, jo: Person, make: Factory, owner: Person) -> None:
    """409 with who recorded it and when."""
    grant(make, account(make, "Libraries", owner), jo)
    leave(jo, hr, day=FRIDAY, immediate=False)
    with pytest.raises(AlreadyDone, match="5 March 2027") as refused:
        operations.record_leaver(jo, last_working_day=TODAY, immediate=True, by=hr, at=NOW + HOUR)
    assert (refused.value.who, refused.value.when) == ("Hana Reed", NOW)
    db.session.rollback()


def test_bad_days_are_refused_at_their_field(hr: Person, jo: Person) -> None:
    """Before the start; at once but in the future; so far away that it can only be a slip of the pen."""
    for day, immediate in ((date(2019, 1, 1), False), (FRIDAY, True), (date(2090, 1, 1), False)):
        with pytest.raises(InvalidInput) as refused:
            operations.record_leaver(jo, last_working_day=day, immediate=immediate, by=hr, at=NOW)
        assert refused.value.field == "last_working_day"
        db.session.rollback()


@pytest.mark.parametrize(
    ("owns", "other_admin", "expected"),
    [
        (True, False, HandOver.BOTH),
        (True, True, HandOver.OWNER),
        (False, False, HandOver.ONLY_ADMINISTRATOR),
        (False, True, None),
    ],
)
def test_a_leaver_is_never_refused_for_being_the_only_one(
    make: Factory, hr: Person, sca: Person, owner: Person, jo: Person,
    owns: bool, other_admin: bool, expected: HandOver | None,
) -> None:
    """Owner or only administrator: an urgent hand-over instead; the keeper sees to the rotation of the leaver's own."""
    on = account(make, "Libraries", jo if owns else owner)
    grant(make, on, jo)
    if other_admin:
        grant(make, on, make.person())
    leave(jo, hr)
    holding = db.session.execute(sa.select(LeaverHolding)).scalar_one()
    assert holding.hand_over == expected
    assert holding.hand_over_by == (TODAY if expected else None)
    assert _rotations()[0].owner_id == (sca.id if owns else owner.id)


def test_an_access_that_ended_earlier_without_a_change_rotates_too(
    make: Factory, hr: Person, sca: Person, owner: Person, jo: Person
) -> None:
    """Whoever knew the password since it was last changed still knows it; a change since then settles it."""
    last_week = TODAY - timedelta(days=7)
    known, settled = account(make, "Libraries", owner), account(make, "Museum", owner)
    for on in (known, settled):
        grant(make, on, jo, ends_on=last_week)
    rotation = started(settled, sca, at=NOW - timedelta(days=2))
    changed(rotation, owner, at=NOW - timedelta(days=1))
    leave(jo, hr)
    due = [one for one in _rotations() if one.status is RotationStatus.DUE]
    assert [one.account_id for one in due] == [known.id]
    assert due[0].counts_from == clock.at_local(last_week)


def test_nothing_shared_is_complete_at_once(hr: Person, jo: Person) -> None:
    """No password to change, nothing left for anybody to do."""
    notice = leave(jo, hr)
    assert (notice.status, notice.completed_at) == (NoticeStatus.COMPLETE, NOW)


def test_the_whole_chain_completes_the_notice(
    make: Factory, hr: Person, sca: Person, owner: Person, jo: Person
) -> None:
    """Changed by the owner, told to the keeper in the same act, verified by another: complete with the last of them."""
    accounts = [account(make, name, owner) for name in ("Libraries", "Museum")]
    for on in accounts:
        grant(make, on, jo)
        grant(make, on, make.person())
    notice = leave(jo, hr)
    for number, rotation in enumerate(_rotations()):
        changed(rotation, owner)
        told = db.session.execute(sa.select(KeeperNotice).where(KeeperNotice.subject_id == rotation.id)).scalar_one()
        assert (told.sent_at, told.account_id, told.about_id) == (NOW + HOUR, rotation.account_id, None)
        assert notice.status is NoticeStatus.NOTIFIED
        verified(rotation, sca, at=NOW + (number + 2) * HOUR)
    assert (notice.status, notice.completed_at) == (NoticeStatus.COMPLETE, NOW + 3 * HOUR)
    acts = db.session.execute(sa.select(AuditEvent.act).order_by(AuditEvent.number)).scalars().all()
    assert acts[-1] == "leaver:complete"


def test_never_the_leaver_whatever_roles_they_hold(make: Factory, hr: Person, owner: Person) -> None:
    """Not to change, not to verify, not to see."""
    jo = make.person("Jo", Role.SCA)
    other = make.person("Dep", Role.DEPUTY_SCA)
    grant(make, account(make, "Libraries", owner), jo)
    leave(jo, hr, day=FRIDAY, immediate=False)
    rotation = _rotations()[0]
    later = clock.at_local(FRIDAY, 17)
    with pytest.raises(NotAllowed):
        operations.mark_changed(rotation, by=jo, at=later, changed_at=later, steps=ALL_DONE)
    changed(rotation, owner, at=later)
    with pytest.raises(NotAllowed):
        operations.verify_rotation(rotation, by=jo, at=later, saw=Sighting.NO_SESSIONS)
    with pytest.raises(NotAllowed, match="another person"):
        operations.verify_rotation(rotation, by=owner, at=later, saw=Sighting.NO_SESSIONS)
    verified(rotation, other, at=later)


def test_bad_changes_are_refused(make: Factory, hr: Person, owner: Person, jo: Person) -> None:
    """In the future, before access was lost, with a step left out or without a reason, or the password not changed."""
    grant(make, account(make, "Libraries", owner), jo)
    leave(jo, hr)
    rotation = _rotations()[0]
    at = NOW + HOUR
    not_applicable = StepAnswer(StepOutcome.NOT_APPLICABLE)
    for moment, steps, field in (
        (at + HOUR, ALL_DONE, "changed_on"),
        (NOW - HOUR, ALL_DONE, "changed_on"),
        (at, {StepKind.PASSWORD: ALL_DONE[StepKind.PASSWORD]}, "sessions"),
        (at, {**ALL_DONE, StepKind.SESSIONS: not_applicable}, "sessions_reason"),
        (at, {**ALL_DONE, StepKind.PASSWORD: StepAnswer(StepOutcome.NOT_APPLICABLE, "x")}, "password"),
    ):
        with pytest.raises(InvalidInput) as refused:
            operations.mark_changed(rotation, by=owner, at=at, changed_at=moment, steps=steps)
        assert refused.value.field == field
    with pytest.raises(NotAllowed):
        operations.mark_changed(rotation, by=make.person(), at=at, changed_at=at, steps=ALL_DONE)
    db.session.rollback()


def test_a_change_in_the_minute_in_which_it_was_asked_for_counts(make: Factory, sca: Person, owner: Person) -> None:
    """People type minutes, and what is asked for is kept to the second; a minute earlier is too early."""
    asked = NOW.replace(second=41)
    rotation = started(account(make, "Libraries", owner), sca, at=asked)
    with pytest.raises(InvalidInput, match="must have been made after"):
        operations.mark_changed(rotation, by=owner, at=asked, changed_at=NOW - timedelta(minutes=1), steps=ALL_DONE)
    operations.mark_changed(rotation, by=owner, at=asked, changed_at=NOW, steps=ALL_DONE)
    commit()
    assert [one.status for one in _rotations()] == [RotationStatus.TO_VERIFY]  # and no second one was asked for


def test_late_clicks_say_who_and_when(make: Factory, sca: Person, owner: Person) -> None:
    """Changed twice, verified too early, verified twice."""
    rotation = started(account(make, "Libraries", owner), sca)
    with pytest.raises(AlreadyDone, match="not been changed yet"):
        operations.verify_rotation(rotation, by=sca, at=NOW, saw=Sighting.VAULT_DATE)
    changed(rotation, owner)
    with pytest.raises(AlreadyDone) as refused:
        operations.mark_changed(rotation, by=sca, at=NOW + HOUR, changed_at=NOW, steps=ALL_DONE)
    assert (refused.value.who, refused.value.when) == ("Olu Abara", NOW + HOUR)
    verified(rotation, sca)
    deputy = make.person("Deputy", Role.DEPUTY_SCA)
    with pytest.raises(AlreadyDone) as refused:
        operations.verify_rotation(rotation, by=deputy, at=NOW + 3 * HOUR, saw=Sighting.VAULT_DATE)
    assert (refused.value.who, refused.value.when) == ("Cleo Marsh", NOW + 2 * HOUR)


def test_a_second_leaver_joins_the_open_rotation_and_a_change_settles_only_who_is_gone(
    make: Factory, hr: Person, sca: Person, owner: Person, jo: Person
) -> None:
    """Somebody who leaves later will know the new password too, so it changes again after them."""
    kim = make.person("Kim")
    on = account(make, "Libraries", owner)
    for person in (jo, kim, make.person()):
        grant(make, on, person)
    first = leave(jo, hr)
    second = leave(kim, hr, day=FRIDAY, immediate=False)
    rotation = _rotations()[0]
    assert len(_rotations()) == 1
    assert (rotation.due_on, len(rotation.causes)) == (TODAY, 2)
    changed(rotation, owner)
    again = next(one for one in _rotations() if one.status is RotationStatus.DUE)
    assert ([cause.person_id for cause in again.causes], again.due_on, again.owner_id) == ([kim.id], FRIDAY, owner.id)
    verified(rotation, sca)
    assert (first.status, second.status) == (NoticeStatus.COMPLETE, NoticeStatus.NOTIFIED)
    changed(again, owner, at=clock.at_local(FRIDAY, 17))
    verified(again, sca, at=clock.at_local(FRIDAY, 18))
    assert second.status is NoticeStatus.NOTIFIED, "they work until the end of that day"
    with clock.set_to(clock.at_local(FRIDAY + timedelta(days=1), 6)):
        begin_writing()
        assert operations.complete_leavers(clock.now()) == 1
        commit()


def test_a_change_waiting_to_be_verified_is_not_joined(
    make: Factory, hr: Person, sca: Person, owner: Person, jo: Person
) -> None:
    """It was made before this leaver's last use, so a new one is opened."""
    on = account(make, "Libraries", owner)
    grant(make, on, jo)
    changed(started(on, sca), owner)
    leave(jo, hr, at=NOW + 2 * HOUR)
    assert [one.status for one in _rotations()] == [RotationStatus.TO_VERIFY, RotationStatus.DUE]


def test_ending_shared_access_opens_a_rotation_in_one_act(make: Factory, sca: Person, owner: Person, jo: Person) -> None:
    """A login of one's own only ends; ending twice is refused."""
    on = account(make, "Libraries", owner)
    shared = grant(make, on, jo)
    own = grant(make, account(make, "Museum", owner), jo, mode=LoginMode.DELEGATED)
    begin_writing(shared)
    rotation = operations.end_shared_access(shared, by=owner, at=NOW, ends_on=TODAY, reason=EndReason.WITHDRAWN)
    assert operations.end_shared_access(own, by=owner, at=NOW, ends_on=TODAY, reason=EndReason.MOVED) is None
    commit()
    assert rotation is not None
    cause = rotation.causes[0]
    assert (cause.trigger, cause.person_id, rotation.due_on) == (Trigger.WITHDRAWN, jo.id, TODAY)
    with pytest.raises(AlreadyDone):
        operations.end_shared_access(shared, by=owner, at=NOW, ends_on=TODAY, reason=EndReason.WITHDRAWN)
    with pytest.raises(NotAllowed):
        operations.end_shared_access(shared, by=make.person(), at=NOW, ends_on=TODAY, reason=EndReason.WITHDRAWN)
    db.session.rollback()


def test_only_the_keeper_starts_a_rotation_without_anybody_leaving(make: Factory, sca: Person, owner: Person) -> None:
    """For a compromise, or because it is time."""
    on = account(make, "Libraries", owner)
    with pytest.raises(NotAllowed):
        operations.start_rotation(on, trigger=Trigger.COMPROMISE, by=owner, at=NOW)
    with pytest.raises(InvalidInput):
        operations.start_rotation(on, trigger=Trigger.LEAVER, by=sca, at=NOW)
    db.session.rollback()
    assert started(on, sca).due_on == TODAY


def test_prior_permission_where_the_policy_asks_for_it(make: Factory, sca: Person, owner: Person) -> None:
    """The partnership's pack: another holder permits; in an emergency the change comes first, with its reason."""
    row = db.session.get(Installation, 1)
    row.pack_name = "rudheath-and-witton-together"
    make.keep(row)
    installation.forget()
    try:
        holder = make.person("Holder")
        on = account(make, "Libraries", owner)
        grant(make, on, holder, level=AccessLevel.EDITOR)
        rotation = started(on, sca)
        at = NOW + HOUR
        with pytest.raises(AlreadyDone, match="permit"):
            operations.mark_changed(rotation, by=owner, at=at, changed_at=at, steps=ALL_DONE)
        with pytest.raises(NotAllowed):
            operations.permit_rotation(rotation, by=make.person(), at=NOW)
        db.session.rollback()
        begin_writing(rotation)
        operations.ask_for_permission(rotation, by=owner, at=NOW)
        operations.permit_rotation(rotation, by=holder, at=NOW)
        commit()
        with pytest.raises(AlreadyDone) as refused:
            operations.permit_rotation(rotation, by=sca, at=NOW)
        assert refused.value.who == "Holder"
        changed(rotation, owner)
        urgent = started(account(make, "Museum", owner), sca)
        begin_writing(urgent)
        operations.mark_changed(
            urgent, by=owner, at=at, changed_at=at, steps=ALL_DONE, emergency_reason="Somebody was posting"
        )
        operations.permit_rotation(urgent, by=sca, at=at)
        commit()
        assert (urgent.emergency_reason, urgent.permitted_by_id) == ("Somebody was posting", sca.id)
    finally:
        db.session.rollback()
        installation.forget()


# ---- beyond the bank holidays that are known nobody keeps access, and nothing stops ----


def test_beyond_the_holiday_data_leavers_are_recorded_and_passwords_changed(
    make: Factory, hr: Person, sca: Person, owner: Person, jo: Person
) -> None:
    """At once on a day in 2029; planned in 2028 for 2029; and a change on the last days of 2028."""
    libraries, parks = account(make, "Libraries", owner), account(make, "Parks", owner)
    grant(make, libraries, jo)
    planned = make.person("Plans to go")
    grant(make, parks, planned)
    with clock.set_to(clock.at_local(date(2028, 12, 29), 10)):
        rotation = started(account(make, "Media", owner), sca, at=clock.now())
        changed(rotation, owner, at=clock.now())
        assert rotation.verify_by == date(2029, 1, 2)
        leave(planned, hr, day=date(2029, 1, 31), immediate=False, at=clock.now())
        with pytest.raises(InvalidInput, match="within 5 years"):
            operations.record_leaver(jo, last_working_day=date(2034, 1, 2), immediate=False, by=hr, at=clock.now())
    with clock.set_to(clock.at_local(date(2029, 2, 1), 10)):
        leave(jo, hr, day=date(2029, 2, 1), immediate=True, at=clock.now())
    due = db.session.execute(sa.select(CredentialRotation.due_on).order_by(CredentialRotation.due_on)).scalars().all()
    assert due[-2:] == [date(2029, 1, 31), date(2029, 2, 1)]


def test_old_passwords_come_up_to_the_end_of_the_holiday_data_and_after(make: Factory, sca: Person, owner: Person) -> None:
    account(make, "Libraries", owner)
    kind = current_app.extensions["registries"].jobs["renew-old-passwords"]
    for day in (date(2028, 12, 20), date(2029, 1, 3)):
        with clock.set_to(clock.at_local(day, 7)):
            (outcome,) = run_due_jobs([kind])
            assert outcome.error is None

