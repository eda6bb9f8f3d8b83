"""A password that nobody is left to change who would be asked to: somebody is asked to find one, and is told how."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest
import sqlalchemy as sa

from app.account_register.models import AccessLevel, Account, EndReason
from app.account_register.operations import change_account, details_of
from app.core import clock
from app.core.db import begin_writing, commit, db
from app.core.presentation import uk_date
from app.credential_rotation import operations
from app.credential_rotation.due import DUE_KINDS
from app.credential_rotation.models import RotationCause, Trigger
from app.credential_rotation.operations.opening import stand_down
from app.duties.models import Reminder
from app.people.models import Person, Role, RoleAssignment
from app.policy.queries import working_calendar
from tests.conftest import NOW
from tests.credential_rotation.factories import TODAY, account, grant, started
from tests.duties.factories import morning
from tests.factories import Factory
from tests.pages import PageClient

Client = Callable[..., PageClient]
SELECT = {kind.name: kind.select for kind in DUE_KINDS}
FIND = "Find somebody to change"
YESTERDAY = TODAY - timedelta(days=1)


class Alone:
    """One keeper without a deputy, who owns the account; an administrator of it, and who looks after the service."""

    def __init__(self, make: Factory) -> None:
        self.make = make
        self.above = make.person("Above")
        self.sca = make.person("Cleo", Role.SCA, manager=self.above)
        self.hr, self.admin = make.person("Hana", Role.HR_MANAGER), make.person("Ada", Role.ADMINISTRATOR)
        self.officer, self.other = make.person("Comms Officer"), make.person("Olu")
        self.on = account(make, "Libraries", self.sca)
        grant(make, self.on, self.officer)
        self.rotation = started(self.on, self.sca)

    @property
    def people(self) -> list[Person]:
        everybody = (self.above, self.sca, self.hr, self.admin, self.officer, self.other)
        return [one for one in everybody if one.is_here_on(TODAY)]

    def because_of(self, *people: Person) -> None:
        for person in people:
            self.rotation.causes.append(
                RotationCause(trigger=Trigger.ACCESS_ENDED, person_id=person.id, counts_from=NOW, due_on=TODAY)
            )
        self.settled()

    def permitted(self, *, asks: Person, permits: Person) -> None:
        self.rotation.permission_asked_by, self.rotation.permission_asked_by_id = asks, asks.id
        self.rotation.permission_asked_at = self.rotation.permitted_at = NOW
        self.rotation.permit_by, self.rotation.permitted_by_id = TODAY, permits.id
        self.settled()

    def settled(self) -> None:
        self.make.keep(self.rotation)
        db.session.expire_all()
        begin_writing()
        operations.settle_owners(NOW)
        commit()

    def asked(self) -> tuple[set[str], set[str]]:
        """Who is to change it, and who is to find somebody; the record itself agrees with the first pages."""
        db.session.expire_all()
        changes, finds = ({one.name for one in self.people if _waits(one, kind)} for kind in ("change", "no_changer"))
        assert finds == {one.name for one in self.people if self.rotation.changer_is_found_by(one)}
        assert changes <= {one.name for one in self.people if self.rotation.can_be_changed_by(one)}
        assert bool(changes) != self.rotation.lacks_changer
        return changes, finds


def _waits(person: Person, kind: str) -> int:
    made = SELECT[f"rotation_{kind}"](person, TODAY)
    return len(db.session.execute(made).all()) if made is not None else 0


def _nothing(_there: Alone) -> None:
    """As it is."""


def _because_of_the_keeper(there: Alone) -> None:
    there.because_of(there.sca)


def _another_owner(there: Alone) -> None:
    there.because_of(there.sca)
    there.on.owner_id = there.other.id
    there.make.keep(there.on)


def _another_owner_who_is_gone(there: Alone) -> None:
    _another_owner(there)
    there.other.last_working_day = YESTERDAY
    there.make.keep(there.other)


def _because_of_the_administrator_too(there: Alone) -> None:
    there.because_of(there.sca, there.admin)


def _a_deputy(there: Alone) -> None:
    there.because_of(there.sca)
    there.make.keep(RoleAssignment(person_id=there.other.id, role=Role.DEPUTY_SCA, since=TODAY))


def _the_keeper_is_gone(there: Alone) -> None:
    """To appoint one is asked for by another duty."""
    there.sca.last_working_day = YESTERDAY
    there.make.keep(there.sca)


def _the_keeper_permits(there: Alone) -> None:
    there.permitted(asks=there.officer, permits=there.sca)


def _who_asked_has_no_access_any_more(there: Alone) -> None:
    _the_keeper_permits(there)
    held = next(one for one in there.on.grants if one.person_id == there.officer.id)
    held.ends_on, held.end_reason = YESTERDAY, EndReason.NO_LONGER_NEEDED
    there.make.keep(held)


def _who_asked_is_no_administrator_any_more(there: Alone) -> None:
    _the_keeper_permits(there)
    held = next(one for one in there.on.grants if one.person_id == there.officer.id)
    held.level = AccessLevel.EDITOR
    there.make.keep(held)


def _who_asked_is_a_cause(there: Alone) -> None:
    _the_keeper_permits(there)
    there.because_of(there.officer)


def _a_change_that_is_not_needed(there: Alone) -> None:
    there.because_of(there.sca)
    begin_writing(there.rotation)
    stand_down(there.rotation, by=there.sca.id, at=NOW)
    commit()


@pytest.mark.parametrize(
    ("happens", "changes", "finds"),
    [
        (_nothing, {"Cleo"}, set()),
        (_because_of_the_keeper, set(), {"Ada"}),
        (_another_owner, {"Olu"}, set()),
        (_another_owner_who_is_gone, set(), {"Ada"}),
        (_a_deputy, {"Olu"}, set()),
        (_the_keeper_permits, {"Comms Officer"}, set()),
        (_who_asked_has_no_access_any_more, set(), {"Cleo"}),
        (_who_asked_is_no_administrator_any_more, set(), {"Cleo"}),
        (_who_asked_is_a_cause, set(), {"Cleo"}),
        (_because_of_the_administrator_too, set(), set()),
        (_the_keeper_is_gone, set(), set()),
    ],
)
def test_who_is_asked(make: Factory, happens: Callable[[Alone], None], changes: set[str], finds: set[str]) -> None:
    there = Alone(make)
    happens(there)
    assert there.asked() == (changes, finds)


def test_nobody_is_looked_for_where_it_need_not_change(make: Factory) -> None:
    there = Alone(make)
    _a_change_that_is_not_needed(there)
    assert not there.rotation.lacks_changer
    assert not any(_waits(one, "no_changer") for one in there.people)


@pytest.mark.parametrize(("has_owner", "has_deputy", "is_cause", "is_permitted"), list(product([True, False], repeat=4)))
def test_somebody_is_always_asked(
    make: Factory, has_owner: bool, has_deputy: bool, is_cause: bool, is_permitted: bool
) -> None:
    """To make the change or to find somebody, whoever there is and whatever they did."""
    there = Alone(make)
    there.on.owner_id = there.other.id if has_owner else None
    there.make.keep(there.on)
    if has_deputy:
        there.make.keep(RoleAssignment(person_id=there.above.id, role=Role.DEPUTY_SCA, since=TODAY))
    if is_permitted:
        there.permitted(asks=there.officer, permits=there.sca)
    if is_cause:
        there.because_of(there.other, there.officer)
    there.settled()
    changes, finds = there.asked()
    assert changes or finds
    assert there.rotation.owner_id is not None or finds


def test_the_page_says_what_to_do_and_by_when(client_of: Client, make: Factory) -> None:
    there = Alone(make)
    _who_asked_has_no_access_any_more(there)
    address = f"/credential-rotation/rotations/{there.rotation.id}"
    browser = client_of(there.sca)
    assert f"{FIND} the password of Libraries (Facebook)" in browser.get("/").text
    page = browser.get(address)
    assert f"{FIND} it" in page.text
    explained = " ".join(part.get_text() for part in page.soup.select(".app-worked-out"))
    assert uk_date(there.rotation.due_on) in explained
    for link in (f"/account-register/{there.on.id}", f"/account-register/{there.on.id}/change/owners"):
        assert page.soup.select(f'main a[href="{link}"]'), link
        browser.get(link)
    assert "Nobody is asked to change this password yet" in client_of(there.hr).get(address).text


def test_it_is_asked_of_whom_the_keeper_finds(client_of: Client, make: Factory) -> None:
    """As soon as there is another owner, it stands on their first page and not on hers."""
    there = Alone(make)
    _who_asked_has_no_access_any_more(there)
    _give_to(there.on, there.other, by=there.sca)
    assert there.asked() == ({"Olu"}, set())
    assert there.rotation.owner_id == there.other.id
    assert "Change the password of Libraries" in client_of(there.other).get("/").text


def _give_to(on: Account, heir: Person, *, by: Person) -> None:
    begin_writing(on)
    change_account(on, replace(details_of(on), owner_id=heir.id, deputy_id=None), by=by, at=NOW)
    commit()


def test_the_administrator_is_asked_where_the_only_keeper_is_concerned(client_of: Client, make: Factory) -> None:
    """They read neither why nor because of whom, and lose sight of it when somebody is to change it."""
    there = Alone(make)
    _because_of_the_keeper(there)
    address = f"/credential-rotation/rotations/{there.rotation.id}"
    browser = client_of(there.admin)
    page = browser.get(address)
    assert FIND in page.text
    assert "Security maintenance" in page.text
    assert "Cleo" not in page.soup.select_one("main .govuk-summary-list").get_text()  # type: ignore[union-attr]
    assert page.soup.select('main a[href$="/roles"]')
    there.make.keep(RoleAssignment(person_id=there.other.id, role=Role.DEPUTY_SCA, since=TODAY))
    browser.get(address, status=403)


def test_it_is_chased_and_goes_further_up(make: Factory, client_of: Client) -> None:
    there = Alone(make)
    _who_asked_has_no_access_any_more(there)
    calendar, day = working_calendar(), TODAY
    for _ in range(9):
        day = calendar.add(day, 1)
        morning(day)
    sent = sa.select(Reminder.to_person_id).where(Reminder.kind == "rotation_no_changer")
    assert set(db.session.execute(sent).scalars()) == {there.sca.id, there.above.id, there.hr.id}
    with clock.set_to(clock.at_local(day, 9)):
        home = client_of(there.hr).get("/")
        assert home.soup.select(f'a[href="/credential-rotation/rotations/{there.rotation.id}"]')
