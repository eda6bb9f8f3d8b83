"""Reading the policy, and agreeing to it."""

from collections.abc import Callable
from datetime import date

from app.core.db import commit, db
from app.policy.models import PolicyVersion, Precision
from app.policy.operations import ask_to_acknowledge
from app.policy.queries import current_version, paragraphs_by_number, version_in_force
from tests.conftest import NOW
from tests.factories import Factory
from tests.pages import PageClient, counted_queries


def test_every_paragraph_stands_on_the_page_under_its_anchor(make: Factory, client_of: Callable[..., PageClient]) -> None:
    """Refusals and allegations link to the paragraph they cite."""
    browser = client_of(make.person())
    page = browser.get(browser.get("/policy/", status=303).location)
    for paragraph in paragraphs_by_number(current_version(NOW.date()), ["6.1(3)", "6.2(1)", "7.10(12)", "8.1(a)(1)"]):
        place = page.soup.find(id=paragraph.anchor)
        assert place is not None
        assert paragraph.summary in " ".join(place.get_text(" ").split())


def test_agreeing_is_asked_once_and_shown_afterwards(make: Factory, client_of: Callable[..., PageClient]) -> None:
    """It leaves the home page, and a second click is told so."""
    browser = client_of(make.person())
    assert ask_to_acknowledge(NOW) == 1
    commit()
    assert "Read the Social Media Policy and agree to it" in browser.get("/").text
    page = browser.post("/policy/social-media-policy/acknowledge", {}, status=422)
    assert page.errors == ["Select the box to say that you have read this version"]
    page = browser.follow("/policy/social-media-policy/acknowledge", {"agreed": "y"})
    assert "You agreed to this version on 3 March 2027" in page.text
    assert "Nothing needs you now" in browser.get("/").text
    browser.post("/policy/social-media-policy/acknowledge", {"agreed": "y"}, status=409)


def test_the_version_that_held_on_a_day_is_found(make: Factory) -> None:
    """A superseded version still holds for the days before."""
    first = current_version(NOW.date())
    first.superseded_on = date(2027, 2, 1)
    second = PolicyVersion(
        slug=first.slug, title=first.title, label="Version 3", guardian="HR", effective_on=date(2027, 2, 1),
        effective_precision=first.effective_precision,
    )  # fmt: skip
    make.keep(second)
    assert version_in_force(date(2027, 1, 31)) == first
    assert version_in_force(date(2027, 2, 1)) == second
    assert version_in_force(date(1999, 1, 1)) is None


def test_the_policy_page_takes_few_queries(make: Factory, client_of: Callable[..., PageClient]) -> None:
    """Session, version with paragraphs, acknowledgement."""
    browser = client_of(make.person())
    with counted_queries() as queries:
        browser.get("/policy/social-media-policy")
    assert len(queries) <= 4, queries
    assert db.session.is_active


def test_a_superseded_version_is_read_as_it_was(make: Factory, client_of: Callable[..., PageClient]) -> None:
    """With the days on which it held and the way to today's; a version to come says from when it counts."""
    first = current_version(NOW.date())
    first.superseded_on = date(2027, 2, 1)
    second, third = (
        PolicyVersion(
            slug=first.slug, title=first.title, label=label, guardian="HR", effective_on=day,
            effective_precision=Precision.DAY,
        )
        for label, day in (("Version 3", date(2027, 2, 1)), ("Version 4", date(2028, 2, 1)))
    )  # fmt: skip
    second.superseded_on = third.effective_on
    make.keep(second, third)
    browser = client_of(make.person())
    with counted_queries() as queries:
        page = browser.get(f"/policy/{first.slug}/versions/{first.id}")
    assert len(queries) <= 4, queries
    assert "You are reading the version in force from January 2017 to 31 January 2027." in page.text
    assert page.soup.find(id=paragraphs_by_number(first, ["8.1(a)(1)"])[0].anchor) is not None
    assert page.soup.find("a", href=f"/policy/{first.slug}") is not None
    assert not page.has_button("Agree to this version")
    page = browser.get(f"/policy/{first.slug}/versions/{second.id}")
    assert "You are reading the version in force from 1 February 2027 to 31 January 2028." in page.text
    assert page.has_button("Agree to this version")
    page = browser.get(f"/policy/{first.slug}/versions/{third.id}")
    assert "You are reading a version that is to come. It counts from 1 February 2028" in page.text
    assert not page.has_button("Agree to this version")
    browser.get(f"/policy/other/versions/{first.id}", status=404)
