"""Who may ask for a new password though nobody leaves, and what those are told who may not."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from app.account_register.models import AccessLevel, Account
from app.core.db import db
from app.core.errors import NotAllowed
from app.credential_rotation import operations
from app.credential_rotation.models import CredentialRotation, Trigger, may_ask_for_new_password
from app.people.models import Person, Role
from tests.conftest import NOW
from tests.credential_rotation.factories import FRIDAY, TODAY, account, grant, leave
from tests.factories import Factory
from tests.pages import PageClient

Clients = Callable[..., PageClient]
ASK = "Ask for a new password"


class Page:
    """An account with its owner, an administrator, an editor, one whose access is over, and somebody else."""

    def __init__(self, make: Factory, owner: Person, sca: Person) -> None:
        self.on: Account = account(make, "Village page", owner)
        self.people = {"owner": owner, "keeper": sca, "nobody": make.person("Somebody Else")}
        for name, level, ends_on in (
            ("administrator", AccessLevel.ADMIN, None), ("editor", AccessLevel.EDITOR, None),
            ("former", AccessLevel.ADMIN, TODAY.replace(day=1)),
        ):  # fmt: skip
            self.people[name] = make.person(name.capitalize())
            grant(make, self.on, self.people[name], level=level, ends_on=ends_on)

    @property
    def start(self) -> str:
        return f"/credential-rotation/accounts/{self.on.id}/start"

    def who_may(self) -> set[str]:
        """By the record; the act refuses everybody else."""
        may = {name for name, person in self.people.items() if may_ask_for_new_password(self.on, person)}
        for name in self.people.keys() - may:
            with pytest.raises(NotAllowed):
                operations.start_rotation(self.on, trigger=Trigger.SCHEDULED, by=self.people[name], at=NOW)
            db.session.rollback()
        return may


@pytest.fixture
def page(make: Factory, owner: Person, sca: Person) -> Page:
    return Page(make, owner, sca)


def test_others_are_told_whom_to_ask(make: Factory, client_of: Clients, page: Page) -> None:
    """Who owns or holds it reads who keeps the register; nobody else learns that there is such an account."""
    assert page.who_may() == {"keeper"}
    make.person("Dep Uty", Role.DEPUTY_SCA)
    for name in ("owner", "administrator", "editor"):
        browser = client_of(page.people[name])
        told = browser.get(page.start, status=403).text
        assert "Ask Cleo Marsh or Dep Uty" in told
        assert "say why the password should change" in told
        browser.post(page.start, {"trigger": "scheduled"}, status=403)
        assert ASK not in browser.get(f"/account-register/{page.on.id}").text
    client_of(page.people["nobody"]).get(page.start, status=404)
    assert client_of(page.people["keeper"]).get(page.start).has_button(ASK)


def test_while_nobody_keeps_the_register_they_are_told_so(make: Factory, client_of: Clients, page: Page) -> None:
    page.people["keeper"].last_working_day = TODAY.replace(day=1)
    make.keep(page.people["keeper"])
    told = client_of(page.people["owner"]).get(page.start, status=403).text
    assert "Ask the administrator to appoint somebody who keeps the register" in told


@pytest.mark.usefixtures("partnership")
@pytest.mark.parametrize("name", ["owner", "administrator"])
def test_who_may_ask_for_permission_begins_it(client_of: Clients, page: Page, name: str) -> None:
    """Where the policy wants it before each change: they ask for the change, and on its page for permission."""
    assert page.who_may() == {"keeper", "owner", "administrator"}
    assert "Ask Cleo Marsh" in client_of(page.people["editor"]).get(page.start, status=403).text
    browser = client_of(page.people[name])
    assert ASK in browser.get(f"/account-register/{page.on.id}").text
    assert "another holder of the account" in browser.get(page.start).text
    asked = browser.follow(page.start, {"trigger": "scheduled"})
    assert asked.heading == "New password for Village page"
    assert asked.has_button("Ask for permission")


@pytest.mark.usefixtures("partnership")
def test_who_leaves_with_it_reads_nothing_of_why(client_of: Clients, page: Page, hr: Person) -> None:
    """It changes because of them already: what they ask for joins that, and they come back to the account."""
    who = page.people["administrator"]
    leave(who, hr, day=FRIDAY, immediate=False)
    shown = client_of(who).follow(page.start, {"trigger": "compromise"})
    assert shown.heading == "Village page"
    rotation = db.session.execute(sa.select(CredentialRotation)).scalar_one()
    assert {cause.trigger for cause in rotation.causes} == {Trigger.LEAVER, Trigger.COMPROMISE}
