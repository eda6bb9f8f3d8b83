"""Reviews of access: for whom one waits, what each answer does, and that a changed list is looked at again."""

import uuid
from collections.abc import Callable
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from app.account_register.models import AccessReview, AccessReviewAnswer, Account, AccountStatus, LoginMode
from app.account_register.operations.reviews import plan_review
from app.account_register.queries import grants_to_review
from app.account_register.queries.reviews import reviews_due
from app.core import clock
from app.core.audit import AuditEvent
from app.core.db import commit, db
from app.core.errors import AlreadyDone, NotAllowed
from app.core.working_days import months_after
from app.credential_rotation.models import CredentialRotation
from app.credential_rotation.operations import review_access
from app.people.models import Person, Role
from tests.account_register.factories import health_of
from tests.conftest import NOW
from tests.credential_rotation.factories import TODAY, account, grant
from tests.factories import Factory
from tests.pages import PageClient, counted_queries

ClientOf = Callable[..., PageClient]


@pytest.fixture
def libraries(make: Factory, owner: Person) -> Account:
    """An account whose review is due today, with three holders."""
    made = account(make, "Libraries", owner)
    for name, mode in (("Ann", LoginMode.SHARED), ("Ben", LoginMode.INDIVIDUAL), ("Cay", LoginMode.DELEGATED)):
        grant(make, made, make.person(name), mode=mode)
    made.access_review_from, made.access_review_due_on = TODAY - timedelta(days=14), TODAY
    make.keep(made)
    return made


def answers(libraries: Account, *leaving: str) -> dict[uuid.UUID, bool]:
    """Everybody stays but those named."""
    return {one.id: one.person.name not in leaving for one in grants_to_review(libraries)}


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2027, 3, 3), 3, date(2027, 6, 3)), (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2027, 11, 30), 3, date(2028, 2, 29)), (date(2027, 12, 31), 12, date(2028, 12, 31)),
    ],
)  # fmt: skip
def test_the_same_day_some_months_later(day: date, months: int, later: date) -> None:
    assert months_after(day, months) == later


def test_the_next_review_is_planned(make: Factory, libraries: Account) -> None:
    """A quarter later, and asked for ten working days before."""
    plan_review(libraries, date(2027, 3, 3))
    assert (libraries.access_review_from, libraries.access_review_due_on) == (date(2027, 5, 19), date(2027, 6, 3))


def test_everybody_stays(libraries: Account, owner: Person) -> None:
    """Nothing changes but what is known: who looked, when, and what was answered for each."""
    review_access(libraries, answers(libraries), by=owner, at=NOW)
    commit()
    review = db.session.execute(sa.select(AccessReview)).scalar_one()
    assert (review.reviewed_by, review.account) == (owner, libraries)
    assert [one.stays for one in db.session.execute(sa.select(AccessReviewAnswer)).scalars()] == [True] * 3
    assert libraries.last_access_review_on == TODAY
    assert libraries.access_review_due_on == date(2027, 6, 3)
    assert len(grants_to_review(libraries)) == 3
    event = db.session.execute(sa.select(AuditEvent).where(AuditEvent.act == "access:reviewed")).scalar_one()
    assert event.actor_id == owner.id


@pytest.mark.parametrize(("leaving", "rotates"), [("Ann", True), ("Ben", False), ("Cay", False)])
def test_whoever_needs_it_no_longer_loses_it(libraries: Account, owner: Person, leaving: str, rotates: bool) -> None:
    """And where they know a password that others use, it is to be changed."""
    review_access(libraries, answers(libraries, leaving), by=owner, at=NOW)
    commit()
    assert [one.person.name for one in grants_to_review(libraries)] == [n for n in ("Ann", "Ben", "Cay") if n != leaving]
    rotations = db.session.execute(sa.select(CredentialRotation)).scalars().all()
    assert [one.account_id for one in rotations] == ([libraries.id] if rotates else [])


def test_access_that_has_not_begun_is_called_off(make: Factory, libraries: Account, owner: Person) -> None:
    later = grant(make, libraries, make.person("Dee"))
    later.starts_on = TODAY + timedelta(days=5)
    make.keep(later)
    review_access(libraries, answers(libraries, "Dee"), by=owner, at=NOW)
    assert later.is_called_off


@pytest.mark.parametrize("who", ["holder", "manager", "auditor"])
def test_others_do_not_review(make: Factory, libraries: Account, who: str) -> None:
    holder = grants_to_review(libraries)[0].person
    person = {"holder": holder, "manager": make.person("Max"), "auditor": make.person("Ada", Role.AUDITOR)}[who]
    with pytest.raises(NotAllowed, match="Only the owner of this account"):
        review_access(libraries, answers(libraries), by=person, at=NOW)


def test_a_list_that_changed_is_looked_at_again(make: Factory, libraries: Account, owner: Person) -> None:
    said = answers(libraries)
    grant(make, libraries, make.person("Eve"))
    with pytest.raises(AlreadyDone, match="since you opened the page"):
        review_access(libraries, said, by=owner, at=NOW)


def test_a_closed_account_has_nothing_to_review(make: Factory, libraries: Account, owner: Person) -> None:
    libraries.status, libraries.closed_on = AccountStatus.CLOSED, TODAY
    make.keep(libraries)
    with pytest.raises(AlreadyDone, match="closed"):
        review_access(libraries, answers(libraries), by=owner, at=NOW)


def waits_for(person: Person, day: date) -> list[str]:
    """The accounts that a person is to review."""
    return [row.who for row in db.session.execute(reviews_due(person, day))]


def test_for_whom_a_review_waits(make: Factory, libraries: Account, owner: Person) -> None:
    """The owner from ten working days before; the keeper where the owner has left; nobody once it is done."""
    sca = make.person("Cleo", Role.SCA)
    assert waits_for(owner, TODAY - timedelta(days=15)) == []
    assert waits_for(owner, TODAY - timedelta(days=14)) == ["Libraries (Facebook)"]
    assert waits_for(sca, TODAY) == []
    owner.last_working_day = TODAY - timedelta(days=1)
    make.keep(owner)
    assert waits_for(sca, TODAY) == ["Libraries (Facebook)"]
    review_access(libraries, answers(libraries), by=sca, at=NOW)
    assert waits_for(sca, TODAY) == []


def test_an_overdue_review_is_a_fault_of_the_account(libraries: Account, owner: Person) -> None:
    assert "Review of access is overdue" not in [one.label for one in health_of(libraries, owner, TODAY)]
    late = [one.label for one in health_of(libraries, owner, TODAY + timedelta(days=1))]
    assert "Review of access is overdue" in late


def path(libraries: Account) -> str:
    """Where access is reviewed."""
    return f"/credential-rotation/accounts/{libraries.id}/review-access"


def test_the_page_asks_for_each_person_and_keeps_what_was_answered(
    libraries: Account, owner: Person, client_of: ClientOf
) -> None:
    browser = client_of(owner)
    names = {one.person.name: f"grant_{one.id.hex}" for one in grants_to_review(libraries)}
    refused = browser.post(path(libraries), {names["Ann"]: "no"}, status=422)
    assert refused.errors == ["Select whether Ben still needs access", "Select whether Cay still needs access"]
    assert refused.soup.find("input", attrs={"name": names["Ann"], "value": "no"}).has_attr("checked")
    done = browser.follow(path(libraries), {names["Ann"]: "no", names["Ben"]: "yes", names["Cay"]: "yes"})
    assert "1 person has lost access." in done.text
    assert "3 June 2027" in done.text


def test_a_review_that_is_sent_twice_is_one(
    make: Factory, libraries: Account, owner: Person, sca: Person, client_of: ClientOf
) -> None:
    """The second is told who made it and when, whether or not somebody lost access by it; one from a new page is made."""
    said = {f"grant_{one.id.hex}": "yes" for one in grants_to_review(libraries)}
    opened = client_of(owner).get(path(libraries)).field("seen")
    client_of(owner).post(path(libraries), {**said, "seen": opened})
    late = client_of(sca).post(path(libraries), {**said, "seen": opened}, status=409)
    assert "Olu Abara reviewed it, on 3 March 2027" in late.text
    again = client_of(sca).get(path(libraries)).field("seen")
    client_of(sca).post(path(libraries), {**dict.fromkeys(said, "no"), "seen": again})
    client_of(owner).post(path(libraries), {**said, "seen": again}, status=409)
    assert db.session.query(AccessReview).count() == 2


def test_a_person_who_came_since_is_answered_for_too(
    make: Factory, libraries: Account, owner: Person, client_of: ClientOf
) -> None:
    names = {one.person.name: f"grant_{one.id.hex}" for one in grants_to_review(libraries)}
    grant(make, libraries, make.person("Eve"))
    refused = client_of(owner).post(path(libraries), dict.fromkeys(names.values(), "yes"), status=422)
    assert refused.errors == ["Select whether Eve still needs access"]


@pytest.mark.parametrize(("role", "status"), [(Role.SCA, 200), (Role.DEPUTY_SCA, 200), (Role.AUDITOR, 403), (None, 403)])
def test_who_opens_the_page(
    make: Factory, libraries: Account, client_of: ClientOf, role: Role | None, status: int
) -> None:
    client_of(make.person("Somebody", *([role] if role else []))).get(path(libraries), status=status)


def test_the_page_costs_the_same_with_many_holders(
    make: Factory, libraries: Account, owner: Person, client_of: ClientOf
) -> None:
    browser = client_of(owner)
    browser.get(path(libraries))
    with counted_queries() as few:
        browser.get(path(libraries))
    for number in range(12):
        grant(make, libraries, make.person(f"Holder {number}"))
    with counted_queries() as many:
        browser.get(path(libraries))
    assert len(many) <= len(few) <= 5


def test_registering_plans_the_first_review(make: Factory, client_of: ClientOf) -> None:
    said = {
        "name": "Libraries", "platform": "Facebook", "handle": "libs", "login_mode": "shared", "two_step": "on",
        "purpose": "News",
    }  # fmt: skip
    with clock.set_to(NOW):
        client_of(make.person("Cleo", Role.SCA)).post("/account-register/new", said)
    registered = db.session.execute(sa.select(Account)).scalar_one()
    assert registered.access_review_due_on == date(2027, 6, 3)
