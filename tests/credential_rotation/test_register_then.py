"""The register as it stood on a day: nothing that is said or changed later changes what the page and the document tell."""

import io
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pypdf
import pytest

from app.account_register import operations as register
from app.account_register.health import Health
from app.account_register.models import (
    AccessLevel,
    Account,
    AccountOnDay,
    AccountStatus,
    LoginMode,
    TwoStep,
    TwoStepMethod,
)
from app.account_register.operations import change_level
from app.account_register.queries import register_on
from app.core import clock
from app.core.db import db
from app.people.models import Person, Role
from app.policy.models import PolicyVersion
from tests.account_register.factories import health_of, make_account, make_grant
from tests.conftest import NOW
from tests.factories import Factory
from tests.pages import PageClient, counted_queries
from tests.policy.factories import another_document

TODAY = NOW.date()
DAY = timedelta(days=1)
THEN = TODAY - 20 * DAY
Clients = Callable[..., PageClient]


@pytest.fixture
def sca(make: Factory) -> Person:
    """The keeper of the register."""
    return make.person("Sca Keeper", Role.SCA)


@pytest.fixture
def museum(make: Factory) -> Account:
    """On the register for long, with an owner and 2-step verification."""
    made = make_account(
        make, make.person("Olu Owner"), name="Museum", platform="X", handle="@museum", two_step_method=TwoStepMethod.APP,
    )  # fmt: skip
    made.registered_at = NOW - 60 * DAY
    db.session.commit()
    return made


def museum_on(day: date) -> AccountOnDay:
    """The one account as it stood."""
    return next(one for one in register_on(day) if one.platform in ("X", "Facebook"))


def pdf_of(client: PageClient, day: date) -> str:
    """What the document of a day says, page after page."""
    asked = {"day": [str(day.day), str(day.month), str(day.year)]}
    reply = client.post("/account-register/as-it-stood", asked, status=200).response
    return " ".join(" ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(reply.data)).pages).split())


def page_of(client: PageClient, on: Account, day: date) -> str:
    """The page of a day."""
    asked = f"?day={day.day}&day={day.month}&day={day.year}"
    return client.get(f"/credential-rotation/accounts/{on.id}/who-could-get-in{asked}").text


def test_what_changed_since_is_told_as_it_was(
    make: Factory, client_of: Clients, museum: Account, sca: Person
) -> None:
    """Name, handle, service, owner, status, protection and level: as they were, on the page and in the document."""
    boss = make.person("Mo Manager")
    given = make_grant(
        make, museum, make.person("Ann"), level=AccessLevel.EDITOR, approved_by_id=boss.id, login_mode=LoginMode.SHARED
    )
    later = replace(
        register.details_of(museum), name="Gallery", platform="Facebook", handle="@gallery", two_step=TwoStep.OFF,
        two_step_method=None, owner_id=make.person("Nia New").id, service_id=make.service("Culture").id,
    )  # fmt: skip
    change_level(given, AccessLevel.ADMIN, by=sca, at=NOW - 5 * DAY)
    change_level(given, AccessLevel.VIEWER, by=sca, at=NOW - 4 * DAY)
    register.change_account(museum, later, by=sca, at=NOW - 3 * DAY)
    register.change_status(museum, AccountStatus.PAUSED, by=sca, at=NOW - 2 * DAY, reason="Quiet")
    db.session.commit()
    was, now = museum_on(THEN), museum_on(TODAY)
    assert (was.name, was.platform, was.handle, was.service, was.owner, was.status, was.two_step) == (
        "Museum", "X", "@museum", "Corporate", "Olu Owner", "Live", "On: a code from an app",
    )  # fmt: skip
    assert (now.name, now.platform, now.handle, now.service, now.owner, now.status, now.two_step) == (
        "Gallery", "Facebook", "@gallery", "Culture", "Nia New", "Paused", "Off",
    )  # fmt: skip
    assert [museum_on(day).ways_in[0].level for day in (THEN, TODAY - 5 * DAY, TODAY)] == ["editor", "admin", "viewer"]
    assert Health.NO_TWO_STEP.label in now.health
    assert Health.NO_TWO_STEP.label not in was.health
    client = client_of(sca)
    for text in (pdf_of(client, THEN), page_of(client, museum, THEN)):
        for words in ("Olu Owner", "Live", "On: a code from an app", "Editor", "Mo Manager"):
            assert words in text, words
        for words in ("Nia New", "Paused", "Viewer"):
            assert words not in text, words
    assert "Gallery" not in pdf_of(client, THEN)


def test_the_document_names_everybody_who_could_get_in(
    make: Factory, client_of: Clients, museum: Account, sca: Person
) -> None:
    """Whoever still knew the shared password, as on the page; two people of one name are two."""
    for post in ("Editor of the news", "Clerk"):
        make_grant(make, museum, make.person("Kim Lane", post=post), login_mode=LoginMode.SHARED)
    gone = make_grant(make, museum, make.person("Bob Gone"), login_mode=LoginMode.SHARED)
    gone.ends_on, gone.end_reason = THEN - DAY, "no_longer_needed"
    db.session.commit()
    client = client_of(sca)
    text = pdf_of(client, THEN)
    assert re.search(r"People who could get in\s+3", text), text[:900]
    for words in ("Bob Gone", "Knew the shared password", "Kim Lane, Clerk", "Nobody: found in use at an import"):
        assert words in text, (words, text)
    assert "Bob Gone" in page_of(client, museum, THEN)


def test_an_owner_who_left_and_was_followed(make: Factory, museum: Account, sca: Person) -> None:
    """Between their last day and the new owner the account needed attention."""
    assert museum.owner is not None
    museum.owner.last_working_day = THEN
    db.session.commit()
    later = replace(register.details_of(museum), owner_id=make.person("Nia New").id)
    register.change_account(museum, later, by=sca, at=NOW - 5 * DAY)
    db.session.commit()
    db.session.expire_all()
    left = [Health.OWNER_LEFT.label in museum_on(day).health for day in (THEN, THEN + DAY, TODAY - 6 * DAY, TODAY)]
    assert left == [False, True, True, False]


def test_a_review_and_papers_that_came_later(make: Factory, museum: Account, sca: Person) -> None:
    """What was late on a day was late, though it was done since."""
    museum.access_review_due_on = museum.content_review_due_on = TODAY - 25 * DAY
    museum.registered_at = clock.at_local(date(2026, 1, 5))
    db.session.commit()
    assert {Health.REVIEW_OVERDUE.label, Health.CONTENT_OVERDUE.label} <= set(museum_on(THEN).health)
    register.record_access_review(museum, {}, by=sca, at=NOW)
    db.session.commit()
    assert Health.REVIEW_OVERDUE.label in museum_on(THEN).health
    assert Health.REVIEW_OVERDUE.label not in museum_on(TODAY).health
    assert (museum_on(THEN).last_review, museum_on(TODAY).last_review) == (None, TODAY)


def test_today_it_says_what_the_register_says(make: Factory, sca: Person) -> None:
    """For the present day the lines are those of the list, but for the two that a past day does not tell."""
    left = make.person("Len Left", last_working_day=TODAY - DAY)
    accounts = [
        make_account(make), make_account(make, sca, purpose=""), make_account(make, left, two_step=TwoStep.OFF),
        make_account(make, sca, AccountStatus.DORMANT, two_step=TwoStep.NOT_RECORDED), make_account(make, handle=None),
        make_account(make, sca, AccountStatus.COMPROMISED),
    ]  # fmt: skip
    for number, account in enumerate(accounts):
        for _one in range(number % 3):
            make_grant(make, account, make.person())
    make_grant(make, accounts[0], left)
    accounts[1].access_review_due_on = accounts[2].papers_due_on = accounts[3].content_review_due_on = TODAY - DAY
    db.session.commit()
    told = {one.id: one.health for one in register_on(TODAY)}
    for account in accounts:
        assert told[account.id] == [line.label for line in health_of(account, sca, TODAY)]


def test_the_page_asks_no_more_for_more_people(make: Factory, client_of: Clients, museum: Account, sca: Person) -> None:
    counts = []
    client = client_of(sca)
    page_of(client, museum, THEN)
    for more in (1, 12):
        for _one in range(more):
            make_grant(make, museum, make.person())
        with counted_queries() as queries:
            page_of(client, museum, THEN)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 8


@pytest.mark.parametrize("level", [AccessLevel.VIEWER, AccessLevel.EDITOR])
@pytest.mark.parametrize("agreed", [True, False])
def test_who_can_act_is_counted_as_the_register_counts_now(
    make: Factory, museum: Account, sca: Person, level: AccessLevel, agreed: bool
) -> None:
    """Whoever only looks, or has not agreed to the policy yet, can neither post nor answer."""
    slug = another_document(make, "of-this-test").slug
    version = make.keep(
        PolicyVersion(
            slug=slug, title="Policy", label="1", guardian="HR", effective_on=TODAY - 90 * DAY, effective_precision="day"
        )
    )

    def same(line: Health | None) -> None:
        assert health_of(museum, sca, TODAY) == ([line] if line else [])
        assert museum_on(TODAY).health == ([line.label] if line else [])

    same(Health.NOBODY)
    counts = agreed and level is not AccessLevel.VIEWER
    make_grant(make, museum, make.person(), level=level, required_version_id=None if agreed else version.id)
    same(Health.ONE_HOLDER if counts else Health.NOBODY)
    make_grant(make, museum, make.person())
    same(None if counts else Health.ONE_HOLDER)
