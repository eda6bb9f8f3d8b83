"""Access that ended before somebody left, because they moved, were away or needed it no more, belongs to their leaving: with
the change of its password and with what nobody has taken over.
"""

import io
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pypdf
import pytest
import sqlalchemy as sa

from app.account_register.models import AccessGrant, AccessLevel, EndReason
from app.core import clock
from app.core.db import begin_writing, commit, db
from app.core.presentation import uk_date
from app.credential_rotation import operations
from app.credential_rotation.due import DUE_KINDS
from app.credential_rotation.models import CredentialRotation, LeaverNotice, MoveKind, NoticeStatus, Promptness
from app.credential_rotation.queries import chain_of, changes_between
from app.people.models import Person
from tests.conftest import NOW
from tests.credential_rotation.factories import TODAY, account, changed, grant, leave, moved, started, verified
from tests.documents.reading import flat
from tests.factories import Factory
from tests.pages import PageClient

Clients = Callable[..., PageClient]
ROOM, HOUR, DAY = "/credential-rotation", timedelta(hours=1), timedelta(days=1)
SELECT = {kind.name: kind.select for kind in DUE_KINDS}


def _ended(one: AccessGrant, by: Person, *, at: datetime = NOW) -> CredentialRotation:
    begin_writing(one)
    made = operations.end_shared_access(
        one, by=by, at=at, ends_on=clock.local_day(at), reason=EndReason.NO_LONGER_NEEDED
    )
    commit()
    assert made is not None
    return made


def _absent(make: Factory, hr: Person, jo: Person, name: str = "Libraries", owner: Person | None = None) -> AccessGrant:
    """Jo alone administered an account, and is away for long from today."""
    one = grant(make, account(make, name, owner), jo)
    moved(jo, hr, {one: False}, day=TODAY, kind=MoveKind.LONG_ABSENCE)
    return one


def _lines(person: Person, kind: str, at: datetime) -> list[Any]:
    with clock.set_to(at):
        made = SELECT[kind](person, clock.local_day(at))
        return list(db.session.execute(made)) if made is not None else []


def _reads(client_of: Clients, reader: Person, notice: LeaverNotice, at: datetime) -> str:
    with clock.set_to(at):
        return client_of(reader).get(f"{ROOM}/leavers/{notice.id}").text


@pytest.mark.parametrize("days_before", [0, 1, 40])
def test_no_leaving_is_complete_while_a_change_because_of_them_is_unverified(
    client_of: Clients, make: Factory, hr: Person, sca: Person, owner: Person, jo: Person, days_before: int
) -> None:
    """Their access ended and the password was changed shortly before it was told: chain and figures have it."""
    one = grant(make, account(make, "Libraries", owner), jo, level=AccessLevel.EDITOR)
    rotation = _ended(one, sca)
    changed(rotation, owner)
    told = NOW + days_before * DAY + HOUR
    notice = leave(jo, hr, day=clock.local_day(told), at=told)
    assert notice.status is NoticeStatus.NOTIFIED
    page = _reads(client_of, hr, notice, told)
    assert "Somebody else is to verify it" in page
    assert "Actions due" in page
    assert "Nothing is left to do" not in page
    with clock.set_to(told):
        assert client_of(hr).browser.get(f"{ROOM}/leavers/{notice.id}/certificate.pdf").status_code == 409
        (change,) = changes_between(TODAY, clock.local_day(told))
    assert change.promptness is Promptness.OUTSTANDING
    verified(rotation, sca, at=told + HOUR)
    assert notice.status is NoticeStatus.COMPLETE
    with clock.set_to(told + 2 * HOUR):
        (change,) = changes_between(TODAY, clock.local_day(told))
    assert change.hours is not None


def test_every_change_because_of_them_is_shown_while_it_is_open(
    make: Factory, hr: Person, sca: Person, owner: Person, jo: Person
) -> None:
    """They got the access again after one change of it: both of its changes are to be verified first."""
    on = account(make, "Libraries", owner)
    first = _ended(grant(make, on, jo, level=AccessLevel.EDITOR), sca)
    changed(first, owner)
    again = grant(make, on, jo, level=AccessLevel.VIEWER)
    again.approved_at, again.starts_on = NOW + 2 * HOUR, TODAY + DAY
    make.keep(again)
    told = NOW + 2 * DAY
    notice = leave(jo, hr, day=clock.local_day(told), at=told)
    chain = chain_of(notice, clock.local_day(told))
    assert {row.rotation_id for row in chain} == {one.id for one in db.session.query(CredentialRotation)}
    assert len(chain) == 2
    second = db.session.get_one(CredentialRotation, next(row.rotation_id for row in chain if row.rotation_id != first.id))
    changed(second, owner, at=told + HOUR)
    verified(second, sca, at=told + 2 * HOUR)
    assert notice.status is NoticeStatus.NOTIFIED
    verified(first, sca, at=told + 3 * HOUR)
    assert notice.status is NoticeStatus.COMPLETE


def test_an_absence_before_the_leaving_is_in_its_chain_and_certificate(
    client_of: Clients, make: Factory, hr: Person, sca: Person, owner: Person, jo: Person
) -> None:
    """The access that ended with it, who changed the password and who verified that; why it ended is not said."""
    one = grant(make, account(make, "Libraries", owner), jo, level=AccessLevel.EDITOR)
    moved(jo, hr, {one: False}, day=TODAY, kind=MoveKind.LONG_ABSENCE)
    rotation = db.session.execute(sa.select(CredentialRotation)).scalar_one()
    changed(rotation, owner, at=NOW + 10 * DAY)
    verified(rotation, sca, at=NOW + 10 * DAY + HOUR)
    told = NOW + 20 * DAY
    last = clock.local_day(told)
    with clock.set_to(told):
        preview = client_of(hr).get(f"{ROOM}/leavers/preview?person={jo.id}&day={last.isoformat()}&immediate=yes").text
    assert "Was changed on" in preview
    notice = leave(jo, hr, day=last, at=told)
    assert notice.status is NoticeStatus.COMPLETE
    page = _reads(client_of, hr, notice, told)
    assert f"Ended on {uk_date(TODAY)}" in page
    assert f"{owner.name}, {uk_date(TODAY + 10 * DAY)}" in page
    assert "verified before the last working day was over" in page
    assert "absence" not in page
    with clock.set_to(told):
        answer = client_of(hr).browser.get(f"{ROOM}/leavers/{notice.id}/certificate.pdf")
        assert changes_between(TODAY, last) == []  # proved before it was told
    words = flat("\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(answer.data)).pages))
    assert "Access to 1 account is over. 1 shared password was changed and verified" in words
    assert f"Libraries, Facebook Editor Shared login {uk_date(TODAY)}" in words
    assert f"{owner.name}, {uk_date(TODAY + 10 * DAY)}" in words
    assert "No shared password had to change" not in words


def test_a_hand_over_that_an_absence_left_is_carried_over_and_keeps_the_leaving_open(
    client_of: Clients, make: Factory, hr: Person, sca: Person, owner: Person, jo: Person
) -> None:
    """Since the day on which it was asked for first, and once: the absence does not ask for it beside the leaving."""
    one = _absent(make, hr, jo, owner=owner)
    rotation = db.session.execute(sa.select(CredentialRotation)).scalar_one()
    changed(rotation, owner, at=NOW + DAY)
    verified(rotation, sca, at=NOW + DAY + HOUR)
    told = NOW + 20 * DAY
    assert len(_lines(sca, "move_hand_over", told)) == 1
    notice = leave(jo, hr, day=clock.local_day(told), at=told)
    assert notice.status is NoticeStatus.NOTIFIED
    assert "needs another administrator" in _reads(client_of, hr, notice, told)
    assert _lines(sca, "move_hand_over", told) == []
    (line,) = _lines(sca, "leaver_hand_over", told)
    assert line.due_on == TODAY
    begin_writing(notice)
    operations.withdraw_leaver(notice, by=hr, at=told + HOUR)
    commit()
    assert len(_lines(sca, "move_hand_over", told + HOUR)) == 1
    notice = leave(jo, hr, day=clock.local_day(told), at=told + 2 * HOUR)
    grant(make, one.account, make.person("Kim"))
    begin_writing(notice)
    operations.follow_account(one.account, by=sca.id, at=told + 3 * HOUR)
    commit()
    assert notice.status is NoticeStatus.COMPLETE


@pytest.mark.parametrize(("days", "shown"), [(700, True), (760, False)])
def test_what_ended_long_ago_is_no_part_of_the_leaving(
    client_of: Clients, make: Factory, hr: Person, sca: Person, owner: Person, jo: Person, days: int, shown: bool
) -> None:
    """Two years are looked back, and the page says so where there is nothing."""
    rotation = _ended(grant(make, account(make, "Libraries", owner), jo, level=AccessLevel.EDITOR), sca)
    changed(rotation, owner)
    verified(rotation, sca)
    told = NOW + days * DAY
    notice = leave(jo, hr, day=clock.local_day(told), at=told)
    page = _reads(client_of, hr, notice, told)
    assert (f"Ended on {uk_date(TODAY)}" in page) is shown
    assert ("had access to none in the two years before" in page) is not shown


def test_staying_after_all_leaves_what_came_before_as_it_was(
    make: Factory, hr: Person, sca: Person, owner: Person, jo: Person
) -> None:
    """The change stays the move's, and what is due because of it stays due."""
    one = grant(make, account(make, "Libraries", owner), jo, level=AccessLevel.EDITOR)
    move = moved(jo, hr, {one: False}, day=TODAY)
    rotation = db.session.execute(sa.select(CredentialRotation)).scalar_one()
    changed(rotation, owner, at=NOW + DAY)
    told = NOW + 2 * DAY
    notice = leave(jo, hr, day=clock.local_day(told) + 9 * DAY, immediate=False, at=told)
    begin_writing(notice)
    operations.withdraw_leaver(notice, by=hr, at=told + HOUR)
    commit()
    (holding,) = move.holdings
    assert holding.cause is not None
    assert holding.cause.stood_down_at is None
    assert holding.cause.trigger == "moved"
    assert started(account(make, "Other", owner), sca).id != rotation.id
