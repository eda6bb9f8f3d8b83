"""Somebody who had left works here again: what was proved of their leaving stays, and nothing they had comes back."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from app.account_register.models import LoginMode
from app.core import clock
from app.core.audit import ActorKind
from app.core.db import begin_writing, commit, db
from app.core.errors import AlreadyDone, InvalidInput, NotAllowed
from app.core.outbox import OutboxMessage
from app.core.presentation import uk_date
from app.credential_rotation import operations, queries
from app.credential_rotation.models import CredentialRotation, LeaverNotice, NoticeSource, NoticeStatus
from app.credential_rotation.operations import messages
from app.people.models import Person, Role, RoleAssignment
from app.people.operations import PEOPLE_HEADERS, plan_people_import
from tests.conftest import NOW
from tests.credential_rotation.factories import TODAY, account, changed, grant, leave, verified
from tests.factories import Factory
from tests.pages import PageClient

Clients = Callable[[Person], PageClient]
ROOM = "/credential-rotation"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LATER = NOW + 400 * DAY
BACK = LATER.date()


@pytest.fixture
def notice(make: Factory, sca: Person, owner: Person, hr: Person, jo: Person) -> LeaverNotice:
    """Complete, with a password that was changed and verified; they also answered for something."""
    on = account(make, "Libraries", owner)
    for person in (jo, make.person("Stays Here")):
        grant(make, on, person)
    make.keep(RoleAssignment(person_id=jo.id, role=Role.DPO, since=TODAY))
    made = leave(jo, hr)
    with clock.set_to(NOW + 2 * HOUR):
        rotation = db.session.execute(sa.select(CredentialRotation)).scalar_one()
        changed(rotation, owner)
        verified(rotation, sca)
    assert made.status is NoticeStatus.COMPLETE
    return made


def _back(notice: LeaverNotice, by: Person, *, at: datetime = LATER) -> None:
    with clock.set_to(at):
        begin_writing(notice, notice.person)
        operations.come_back(notice, started=at.date(), by=by, at=at)
        commit()


def test_what_was_proved_stays_and_nothing_comes_back(
    notice: LeaverNotice, make: Factory, sca: Person, hr: Person, jo: Person
) -> None:
    """They may sign in again; notice, chain, certificate and figures are as they were, also once they have access anew."""
    def proved() -> object:
        paper = queries.certificate_of(notice, day=BACK)
        return paper.chain, paper.accesses, paper.history, queries.changes_between(TODAY, TODAY)

    with clock.set_to(LATER):
        before, stood = proved(), notice.status
        assert not jo.is_here_on(BACK)
    _back(notice, hr)
    with clock.set_to(LATER):
        old = jo.roles[0]
        assert (jo.is_here_on(BACK), jo.started, jo.last_working_day, old.until) == (True, BACK, None, TODAY)
        assert not jo.holds(Role.DPO)
        assert all(one.is_over_on(BACK) for one in db.session.get_one(LeaverNotice, notice.id).holdings[0].account.grants
                   if one.person_id == jo.id)
        again = grant(make, notice.holdings[0].account, jo)
        again.starts_on, again.approved_at = BACK, LATER + HOUR
        db.session.commit()
        assert (proved(), notice.status, notice.came_back) == (before, stood, True)
        told = sa.select(OutboxMessage.to_person_id).where(OutboxMessage.occasion == messages.CAME_BACK.name)
        assert list(db.session.execute(told).scalars()) == [sca.id]
        second = leave(jo, hr, day=BACK, at=LATER + 2 * HOUR)
        assert second.id != notice.id
        assert [holding.cause is not None for holding in second.holdings] == [True]


@pytest.mark.parametrize("has_access_again", [False, True])
def test_who_leaves_again_leaves_with_what_they_had_this_time(
    notice: LeaverNotice, make: Factory, client_of: Clients, sca: Person, owner: Person, hr: Person, jo: Person,
    has_access_again: bool,
) -> None:  # fmt: skip
    """Nothing that ended, or was changed, before they came back: neither in the preview, nor on the page, nor on paper."""
    back = NOW + 90 * DAY
    _back(notice, hr, at=back)
    (libraries,) = (one.account for one in notice.holdings)
    with clock.set_to(back + HOUR):
        if has_access_again:
            again = grant(make, libraries, jo, mode=LoginMode.INDIVIDUAL)
            again.starts_on, again.approved_at = back.date(), back + HOUR
            make.keep(again)
        preview = operations.preview_leaver(
            jo, last_working_day=back.date() + DAY, immediate=False, by=hr, at=back + HOUR
        )
        assert [(one.grant is not None, one.over, one.made) for one in preview.holdings] == (
            [(True, None, None)] if has_access_again else []
        )
        second = leave(jo, hr, day=back.date() + DAY, immediate=False, at=back + HOUR)
        assert not operations.complete_leavers(back + HOUR)
    gone = back + 2 * DAY
    with clock.set_to(gone):
        begin_writing()
        operations.complete_leavers(gone)
        commit()
        assert second.status is NoticeStatus.COMPLETE
        chain = queries.chain_of(second, gone.date())
        assert [(row.account, row.rotation_id) for row in chain] == [("Libraries", None)] * has_access_again
        page = client_of(hr).get(f"{ROOM}/leavers/{second.id}").text
        assert uk_date(TODAY) not in page
        assert "every password was changed" not in page
        paper = queries.certificate_of(second, day=gone.date())
        assert [one.ends_on for one in paper.accesses] == [back.date() + DAY] * has_access_again
        first = queries.certificate_of(notice, day=gone.date())
        assert ([row.account for row in first.chain], [one.ends_on for one in first.accesses]) == (["Libraries"], [TODAY])


def test_who_may_and_when(notice: LeaverNotice, make: Factory, sca: Person, hr: Person, jo: Person) -> None:
    """HR alone; a day after the last one and not to come; once."""
    with clock.set_to(LATER):
        for wrong in (sca, make.person()):
            with pytest.raises(NotAllowed):
                operations.come_back(notice, started=BACK, by=wrong, at=LATER)
        for day in (TODAY, BACK + DAY):
            with pytest.raises(InvalidInput, match="The day they came back must be"):
                operations.come_back(notice, started=day, by=hr, at=LATER)
    _back(notice, hr)
    with clock.set_to(LATER + HOUR):
        acts = (
            lambda: operations.come_back(notice, started=BACK, by=hr, at=LATER),
            lambda: operations.withdraw_leaver(notice, by=hr, at=LATER),
            lambda: operations.change_leaving(notice, last_working_day=TODAY - DAY, immediate=True, by=hr, at=LATER),
        )
        for act in acts:
            with pytest.raises(AlreadyDone, match="Jo Bell came back on"):
                act()


def test_not_while_something_is_left_to_do(make: Factory, owner: Person, hr: Person, jo: Person) -> None:
    """Nor while they work here still."""
    grant(make, account(make, "Libraries", owner), jo)
    notice = leave(jo, hr)
    with pytest.raises(AlreadyDone, match="still to be done"):
        operations.come_back(notice, started=TODAY, by=hr, at=NOW)
    kim = make.person("Kim Lane")
    with pytest.raises(AlreadyDone, match="works here still"):
        operations.come_back(leave(kim, hr, day=BACK, immediate=False), started=TODAY, by=hr, at=NOW)


def test_they_stayed_is_said_for_a_month_and_of_what_is_complete_by_hr(
    notice: LeaverNotice, make: Factory, hr: Person, jo: Person
) -> None:
    """After that what was proved stays; a line manager undoes nothing that is complete."""
    boss = make.person("Bo Boss")
    jo.line_manager_id, notice.source = boss.id, NoticeSource.MANAGER
    db.session.commit()
    with pytest.raises(NotAllowed, match="Everything is done"):
        operations.withdraw_leaver(notice, by=boss, at=NOW + HOUR)
    late = NOW + 31 * DAY
    with clock.set_to(late):
        for by, kind in ((hr, AlreadyDone), (ActorKind.INSTALLATION, AlreadyDone), (boss, NotAllowed)):
            with pytest.raises(kind):
                operations.withdraw_leaver(notice, by=by, at=late)
        with pytest.raises(AlreadyDone, match="left more than 30 days ago"):
            operations.preview_change(notice, last_working_day=BACK, immediate=False, by=hr, at=late)
    with clock.set_to(NOW + 30 * DAY):
        operations.withdraw_leaver(notice, by=hr, at=NOW + 30 * DAY)
    assert notice.is_withdrawn


def test_the_people_file_says_what_to_do(notice: LeaverNotice, hr: Person, jo: Person) -> None:
    """By line; the file is taken once HR has recorded that they came back."""
    line = f"{jo.email},Jo Bell,,,employee,,{BACK.isoformat()},"
    content = "\n".join([",".join(PEOPLE_HEADERS), line]).encode()
    (problem,) = plan_people_import(content, today=BACK).problems
    assert (problem.number, problem.sentence.split(":")[0]) == (2, "started")
    assert "If they came back, HR records that first" in problem.sentence
    _back(notice, hr)
    assert not plan_people_import(content, today=BACK).problems


def test_through_the_page(notice: LeaverNotice, client_of: Clients, sca: Person, hr: Person) -> None:
    """From the page of the leaver; others are not offered it."""
    address = f"{ROOM}/leavers/{notice.id}"
    with clock.set_to(LATER):
        officer = client_of(hr)
        page = officer.get(address)
        assert "Record that they came back" in page.text
        assert "record that they stay after all" not in page.text
        assert "Record that they came back" not in client_of(sca).get(address).text
        client_of(sca).get(f"{address}/back", status=403)
        officer.get(f"{address}/withdraw", status=409)
        assert officer.post(f"{address}/back", {}, status=422).errors == ["Enter the day they came back"]
        day = {"started": [str(BACK.day), str(BACK.month), str(BACK.year)]}
        page = officer.follow(f"{address}/back", day)
        for words in ("You recorded that Jo Bell came back.", "They came back on", "Certificate (PDF)"):
            assert words in page.text
        officer.post(f"{address}/back", day, status=409)
