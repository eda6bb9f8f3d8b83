"""A change that nobody is left to verify: somebody is asked to find one, and is told how."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.account_register.models import AccessLevel
from app.core import clock
from app.core.db import db
from app.core.presentation import uk_date
from app.credential_rotation.due import DUE_KINDS
from app.credential_rotation.models import CredentialRotation, RotationStatus
from app.duties.models import Reminder
from app.people.models import Person, Role, RoleAssignment
from app.policy.models import Installation
from app.policy.queries import installation, working_calendar
from tests.credential_rotation.factories import TODAY, account, changed, grant, leave
from tests.duties.factories import morning
from tests.factories import Factory
from tests.pages import PageClient

Client = Callable[..., PageClient]
TO_FIND = next(kind for kind in DUE_KINDS if kind.name == "rotation_no_verifier")
FIND = "Find somebody to verify"


class Alone:
    """One keeper without a deputy, who owns the account and changed its password because the only holder left."""

    def __init__(self, make: Factory) -> None:
        self.make = make
        self.above = make.person("Above")
        self.sca = make.person("Cleo", Role.SCA, manager=self.above)
        self.hr, self.admin = make.person("Hana", Role.HR_MANAGER), make.person("Ada", Role.ADMINISTRATOR)
        self.leaver, self.other = make.person("Bryn"), make.person("Olu")
        self.on = account(make, "Libraries", self.sca)
        grant(make, self.on, self.leaver)
        leave(self.leaver, self.hr)
        self.rotation = db.session.execute(sa.select(CredentialRotation)).scalar_one()
        changed(self.rotation, self.sca)

    @property
    def people(self) -> list[Person]:
        return [self.above, self.sca, self.hr, self.admin, self.leaver, self.other]

    def who_is_asked(self) -> set[str]:
        """By their first pages and by the record itself, which agree."""
        db.session.expire_all()
        by_query = {one.name for one in self.people if _asked(one)}
        assert by_query == {one.name for one in self.people if self.rotation.verifier_is_found_by(one)}
        return by_query


def _asked(person: Person) -> int:
    made = TO_FIND.select(person, TODAY)
    return len(db.session.execute(made).all()) if made is not None else 0


def _nothing(_there: Alone) -> None:
    """As it is."""


def _another_owner(there: Alone) -> None:
    there.on.owner_id = there.other.id
    there.make.keep(there.on)


def _a_holder(there: Alone) -> None:
    grant(there.make, there.on, there.other, level=AccessLevel.VIEWER)


def _a_holder_who_is_gone(there: Alone) -> None:
    _a_holder(there)
    there.other.last_working_day = TODAY - timedelta(days=1)
    there.make.keep(there.other)


def _a_deputy(there: Alone) -> None:
    there.make.keep(_role(there.other, Role.DEPUTY_SCA))


def _the_keeper_is_concerned(there: Alone) -> None:
    """Somebody else changed it, and owns it, because of her."""
    there.rotation.causes[0].person_id = there.sca.id
    there.rotation.done_by_id = there.rotation.owner_id = there.other.id
    _another_owner(there)


def _nobody_keeps(there: Alone) -> None:
    """Where the owner made the change, and the keeper is gone: to appoint one is asked for already."""
    _the_keeper_is_concerned(there)
    there.sca.last_working_day = TODAY - timedelta(days=1)
    there.make.keep(there.sca)


def _it_is_due_again(there: Alone) -> None:
    there.rotation.status = RotationStatus.DUE
    there.rotation.done_by_id = there.rotation.done_at = there.rotation.changed_at = None
    there.make.keep(there.rotation)


def _role(person: Person, role: Role) -> object:
    return RoleAssignment(person_id=person.id, role=role, since=TODAY)


@pytest.mark.parametrize(
    ("happens", "asked"),
    [
        (_nothing, {"Cleo"}),
        (_another_owner, set()),
        (_a_holder, set()),
        (_a_holder_who_is_gone, {"Cleo"}),
        (_a_deputy, set()),
        (_the_keeper_is_concerned, {"Ada"}),
        (_nobody_keeps, set()),
        (_it_is_due_again, set()),
    ],
)
def test_who_is_to_find_somebody(make: Factory, happens: Callable[[Alone], None], asked: set[str]) -> None:
    there = Alone(make)
    happens(there)
    assert there.who_is_asked() == asked


@pytest.fixture
def one_is_enough(make: Factory) -> Iterator[Callable[[], None]]:
    """Goes over to the pack that lets who made a change verify it, with a reason, where nobody else can."""

    def _goes_over() -> None:
        row = db.session.get(Installation, 1)
        row.pack_name = "rudheath-and-witton-together"
        make.keep(row)
        installation.forget()

    yield _goes_over
    db.session.rollback()
    installation.forget()


def test_where_the_pack_lets_one_verify_alone_nobody_is_looked_for(
    make: Factory, one_is_enough: Callable[[], None]
) -> None:
    there = Alone(make)
    one_is_enough()
    assert there.who_is_asked() == set()
    assert there.rotation.is_verified_alone


def test_the_page_says_what_to_do_and_by_when(client_of: Client, make: Factory) -> None:
    there = Alone(make)
    address = f"/credential-rotation/rotations/{there.rotation.id}"
    assert there.rotation.verify_by is not None
    browser = client_of(there.sca)
    assert f"{FIND} the new password of Libraries (Facebook)" in browser.get("/").text
    page = browser.get(address)
    assert f"{FIND} it" in page.text
    explained = " ".join(part.get_text() for part in page.soup.select(".app-worked-out"))
    assert uk_date(there.rotation.verify_by) in explained
    for link in (f"/account-register/{there.on.id}/give-access", f"/account-register/{there.on.id}/change/owners"):
        assert page.soup.select(f'a[href="{link}"]'), link
        browser.get(link)
    assert "Nobody is left who may verify this" in client_of(there.hr).get(address).text


def test_the_administrator_is_asked_where_the_only_keeper_is_concerned(client_of: Client, make: Factory) -> None:
    """They read neither why nor because of whom, and lose sight of it when somebody may verify it."""
    there = Alone(make)
    _the_keeper_is_concerned(there)
    address = f"/credential-rotation/rotations/{there.rotation.id}"
    browser = client_of(there.admin)
    page = browser.get(address)
    assert FIND in page.text
    assert "Security maintenance" in page.text
    assert "Bryn" not in page.text
    assert page.soup.select('main a[href$="/roles"]')
    grant(make, there.on, there.above, level=AccessLevel.VIEWER)
    browser.get(address, status=403)


def test_it_is_chased_and_goes_further_up(make: Factory, client_of: Client) -> None:
    there = Alone(make)
    assert there.rotation.verify_by is not None
    calendar, day = working_calendar(), TODAY
    for _ in range(6):
        day = calendar.add(day, 1)
        morning(day)
    sent = sa.select(Reminder.to_person_id).where(Reminder.kind == "rotation_no_verifier")
    assert set(db.session.execute(sent).scalars()) == {there.sca.id, there.above.id, there.hr.id}
    with clock.set_to(clock.at_local(day, 9)):
        home = client_of(there.hr).get("/")
        assert home.soup.select(f'a[href="/credential-rotation/rotations/{there.rotation.id}"]')
