"""A report that repeats another: which one it is, and that whoever made it counts as a reporter of the other too."""

from collections.abc import Callable
from typing import Any

import pytest

from app.breach_reports.models import BreachReport, ReportStatus, Route
from app.breach_reports.operations import name_subject, route_report, second_closing
from app.breach_reports.queries import may_see
from app.core.db import db
from app.core.errors import InvalidInput
from app.matters.models import CONCERNED, Capacity
from app.matters.operations import add_party
from app.people.models import DeclaredRelationship, Person, RelationshipKind, Role
from tests.breach_reports.factories import a_report, decided, in_triage, repeat_of, shown_by
from tests.conftest import NOW
from tests.factories import Factory
from tests.pages import PageClient, counted_queries

HOME = "/breach-reports/"
TODAY = NOW.date()
UNKNOWN = "no report with this reference that you can open"
POST = "https://example.org/posts/1"
ClientOf = Callable[..., PageClient]


@pytest.fixture
def officers(make: Factory) -> list[Person]:
    """Three who triage."""
    return [make.person(f"Hr {number}", Role.HR_INTAKE) for number in ("One", "Two", "Three")]


@pytest.fixture
def first(make: Factory, officers: list[Person]) -> BreachReport:
    """The report that came first."""
    return in_triage(make.person("Rita Reporter"), officers[0], address=POST)


def _part(report: BreachReport, person: Person) -> bool:
    return report.matter.has_party(person, Capacity.ALSO_REPORTED)


def _propose(report: BreachReport, by: Person, reference: str) -> Any:
    return route_report(report, route=Route.DUPLICATE, reasons="The same.", by=by, at=NOW, repeats=reference)


# Which report it repeats


def test_which_report_it_repeats_is_one_that_the_officer_may_see(
    make: Factory, officers: list[Person], first: BreachReport
) -> None:
    """What does not exist and what is closed to the officer are refused in the same words; so are itself and none."""
    hr, again = officers[0], in_triage(make.person(), officers[1])
    hidden, sealed = a_report(make.person()), in_triage(make.person(), officers[1])
    add_party(hidden.matter, hr, Capacity.WITNESS, at=NOW)
    make.person("Wanda", Role.WHISTLEBLOWING_OFFICER)
    decided(sealed, officers[1], Route.WHISTLEBLOWING)
    for reference, words in {
        "": "Select which report it repeats, or enter its reference",
        " ": "Select which report it repeats, or enter its reference",
        "Rubbish": UNKNOWN,
        "K7MQ-4DXW-9PTR": UNKNOWN,
        hidden.reference: UNKNOWN,
        sealed.reference: UNKNOWN,
        again.reference: "cannot repeat itself",
    }.items():
        with pytest.raises(InvalidInput, match=words) as refused:
            _propose(again, hr, reference)
        assert refused.value.field == "repeats_reference"
        db.session.rollback()
        assert (again.status, again.decisions) == (ReportStatus.TRIAGE, [])
    decision = _propose(again, hr, first.reference.lower().replace("-", " "))
    assert (decision.repeats, again.repeats, again.status) == (first, first, ReportStatus.CLOSING)


def test_two_reports_never_repeat_each_other(make: Factory, officers: list[Person], first: BreachReport) -> None:
    """Not by way of a third either, proposed or agreed; where both were proposed at once, neither is agreed."""
    hr, hr2, _ = officers
    second, third = in_triage(make.person(), hr), in_triage(make.person(), hr)
    decided(second, hr, Route.DUPLICATE, repeats=first)
    decided(third, hr, Route.DUPLICATE, repeats=second)
    for one in (second, third):
        with pytest.raises(InvalidInput, match="as one that repeats this one"):
            _propose(first, hr, one.reference)
    second.route = None  # as if it stood there a moment ago
    decided(first, hr, Route.DUPLICATE, repeats=third)
    second.route = Route.DUPLICATE
    db.session.commit()
    for one in (first, second, third):
        with pytest.raises(InvalidInput, match="Select “No”") as refused:
            second_closing(one, agrees=True, reasons="", by=hr2, at=NOW)
        assert refused.value.field == "agrees"
        db.session.rollback()
    second_closing(first, agrees=False, reasons="One stays open.", by=hr2, at=NOW)
    second_closing(second, agrees=True, reasons="", by=hr2, at=NOW)
    assert (first.repeats, second.status) == (None, ReportStatus.CLOSED)


def test_other_ways_repeat_nothing(make: Factory, officers: list[Person], first: BreachReport) -> None:
    """What was entered for a repeat is not kept when something else is decided."""
    again = in_triage(make.person(), officers[0])
    route_report(
        again, route=Route.NO_FURTHER_ACTION, reasons="x", by=officers[0], at=NOW, repeats=first.reference
    )
    assert again.decisions[-1].repeats_id is None


# Who counts as a reporter


def test_whoever_reported_the_same_counts_once_it_is_agreed(
    make: Factory, officers: list[Person], first: BreachReport
) -> None:
    """Not while it is proposed, nor when it was sent back; its witness counts as a witness, and nobody sees more for it."""
    hr, hr2, hr3 = officers
    witness = make.person(None, Role.HR_MANAGER)
    again = in_triage(hr3, hr, subject=make.person())
    add_party(again.matter, witness, Capacity.WITNESS, at=NOW)
    decided(again, hr, Route.DUPLICATE, repeats=first)
    assert may_see(first, hr3, TODAY)
    second_closing(again, agrees=False, reasons="Look again.", by=hr2, at=NOW)
    assert not _part(first, hr3)
    decided(again, hr, Route.DUPLICATE, repeats=first)
    second_closing(again, agrees=True, reasons="", by=hr2, at=NOW)
    db.session.commit()
    assert _part(first, hr3)
    assert first.matter.has_party(witness, Capacity.WITNESS)
    assert not any(may_see(first, one, TODAY) for one in (hr3, witness))
    assert may_see(first, hr2, TODAY)
    assert first.reporter is not None
    assert first.reporter.name == "Rita Reporter"
    assert again.matter.people_as(Capacity.REPORTER) == [hr3]


@pytest.mark.parametrize("nearer_first", [True, False])
def test_a_repeat_of_a_repeat_reaches_the_first(
    make: Factory, officers: list[Person], first: BreachReport, nearer_first: bool
) -> None:
    """In whichever order the two are agreed; whoever reported two of them counts once."""
    hr, hr2, _ = officers
    two, three = make.person("Two"), make.person("Three")
    second, third, fourth = (in_triage(one, hr) for one in (two, three, two))
    for one, what in ((second, first), (third, second), (fourth, third)):
        decided(one, hr, Route.DUPLICATE, repeats=what)
    order = [second, third, fourth]
    for one in order if nearer_first else order[::-1]:
        second_closing(one, agrees=True, reasons="", by=hr2, at=NOW)
        db.session.commit()
    assert sorted(one.name for one in first.matter.people_as(Capacity.ALSO_REPORTED)) == ["Three", "Two"]
    assert second.matter.people_as(Capacity.ALSO_REPORTED) == [three]


@pytest.mark.parametrize("capacity", CONCERNED)
@pytest.mark.parametrize("in_which", ["first", "again"])
def test_the_person_concerned_never_counts_as_a_reporter(
    make: Factory, officers: list[Person], first: BreachReport, capacity: Capacity, in_which: str
) -> None:
    """Nor whoever may be: they told of themselves. Who only named somebody else in their words does count."""
    person = make.person("Sam Subject")
    again = in_triage(person, officers[0])
    add_party(first.matter if in_which == "first" else again.matter, person, capacity, at=NOW)
    decided(again, officers[0], Route.DUPLICATE, repeats=first)
    second_closing(again, agrees=True, reasons="", by=officers[1], at=NOW)
    assert _part(first, person) is (in_which == "again" and capacity is Capacity.POSSIBLE_SUBJECT)


def test_who_told_of_themselves_is_a_reporter_of_what_is_about_somebody_else(
    make: Factory, officers: list[Person], first: BreachReport
) -> None:
    """Once that is known; as long as nobody is recorded, it may be them."""
    person = make.person("Sam")
    repeat_of(first, person, officers[0], officers[1], subject=person)
    assert not _part(first, person)
    name_subject(first, make.person("Otto"), by=officers[0], at=NOW)
    assert _part(first, person)
    name_subject(first, person, by=officers[0], at=NOW)
    assert not _part(first, person)


def test_who_turns_out_to_be_the_person_concerned_is_no_reporter_any_more(
    make: Factory, officers: list[Person], first: BreachReport
) -> None:
    """And is one again when it turns out to be somebody else; so is who was only taken for the person concerned."""
    hr, hr2, _ = officers
    person, other, wrong = make.person("Sam"), make.person("Otto"), make.person("Wrong")
    add_party(first.matter, wrong, Capacity.POSSIBLE_SUBJECT, at=NOW)
    for one in (person, wrong):
        repeat_of(first, one, hr, hr2)
    assert [_part(first, one) for one in (person, wrong)] == [True, False]
    for named, counts in ((person, [False, True]), (other, [True, True]), (wrong, [True, False])):
        name_subject(first, named, by=hr, at=NOW)
        db.session.commit()
        assert [_part(first, one) for one in (person, wrong)] == counts
        hidden = {part.person for part in first.matter.parties if part.is_of_a_reporter}
        assert (person in hidden, wrong in hidden) == tuple(counts)


def test_whoever_is_close_to_them_is_walled_off_too(make: Factory, officers: list[Person], first: BreachReport) -> None:
    """As from everybody who reported."""
    again, friend = make.person("Ann"), officers[2]
    make.keep(
        DeclaredRelationship(person_id=friend.id, other_id=again.id, kind=RelationshipKind.CLOSE_FRIEND, since=TODAY)
    )
    assert may_see(first, friend, TODAY)
    repeat_of(first, again, officers[0], officers[1])
    assert not may_see(first, friend, TODAY)


def test_what_was_closed_before_it_was_asked_stays_as_it_is(
    make: Factory, officers: list[Person], first: BreachReport
) -> None:
    """A closing that waits for its second officer without saying which report it repeats can be agreed."""
    again = in_triage(make.person(), officers[0])
    decision = decided(again, officers[0], Route.DUPLICATE, repeats=first).decisions[-1]
    decision.repeats_id = decision.repeats = None
    db.session.commit()
    second_closing(again, agrees=True, reasons="", by=officers[1], at=NOW)
    assert (again.status, first.matter.people_as(Capacity.ALSO_REPORTED)) == (ReportStatus.CLOSED, [])


# Pages


def test_the_form_asks_which_report_it_repeats(
    make: Factory, client_of: ClientOf, officers: list[Person], first: BreachReport
) -> None:
    """Reports about the same address to select from, or a reference to enter; what was typed is kept when it is refused."""
    again, elsewhere = in_triage(make.person(), officers[0], address=POST), in_triage(make.person(), officers[0])
    hidden = a_report(make.person(), address=POST)
    add_party(hidden.matter, officers[0], Capacity.WITNESS, at=NOW)
    db.session.commit()
    browser, address = client_of(officers[0]), f"{HOME}{again.reference}"
    page = browser.get(address)
    offered = [str(one["value"]) for one in page.soup.find_all("input", attrs={"name": "repeats"})]
    assert offered == [first.reference, "another"]
    assert not browser.get(f"{HOME}{elsewhere.reference}").soup.find("input", attrs={"name": "repeats"})
    said = {"route": "duplicate", "reasons": "The same post.", **shown_by(page, "/decision")}
    for typed in ({}, {"repeats": "another"}, {"repeats_reference": " "}):
        page = browser.post(f"{address}/decision", {**said, **typed}, status=422)
        assert page.errors == ["Select which report it repeats, or enter its reference"]
    for reference in (hidden.reference, "K7MQ-4DXW-9PTR"):
        typed = {"repeats": "another", "repeats_reference": reference}
        page = browser.post(f"{address}/decision", {**said, **typed}, status=422)
        assert len(page.errors) == 1
        assert UNKNOWN in page.errors[0]
        assert (page.field("repeats_reference"), page.field("reasons")) == (reference, "The same post.")
    browser.post(f"{address}/decision", {**said, "repeats": hidden.reference}, status=422)
    both = {"repeats": first.reference, "repeats_reference": elsewhere.reference}
    page = browser.post(f"{address}/decision", {**said, **both}, status=422)
    assert page.errors == ["Select “Another report”, or leave the reference empty"]
    browser.post(f"{address}/decision", {**said, "repeats": first.reference})
    assert again.repeats == first
    said |= shown_by(browser.get(f"{HOME}{elsewhere.reference}"), "/decision")
    browser.post(f"{HOME}{elsewhere.reference}/decision", {**said, "repeats_reference": first.reference})
    assert elsewhere.repeats == first


def test_which_one_it_repeats_is_shown_to_whoever_may_see_both(
    make: Factory, client_of: ClientOf, officers: list[Person], first: BreachReport
) -> None:
    """With a link, to the second officer and afterwards; to others not, and whoever made either reads what they did."""
    hr, hr2, hr3 = officers
    person = make.person("Ann Again")
    again = decided(in_triage(person, hr), hr, Route.DUPLICATE, repeats=first)
    add_party(first.matter, hr3, Capacity.WITNESS, at=NOW)
    db.session.commit()
    address, link = f"{HOME}{again.reference}", f'href="{HOME}{first.reference}"'
    assert "counts as a reporter of that report too" in client_of(hr2).get(address).text
    assert link in client_of(hr2).get(address).html
    client_of(hr2).post(f"{address}/second", {"agrees": "yes", "decisions_seen": "1"})
    for one, sees in ((hr, True), (hr2, True), (hr3, False)):
        page = client_of(one).get(address)
        assert (link in page.html, first.reference in page.html) == (sees, sees)
    assert "Also reported by Ann Again" in client_of(hr2).get(f"{HOME}{first.reference}").text
    own = client_of(person)
    assert first.reference not in own.get(f"{HOME}mine").html
    assert again.reference in own.get(f"{HOME}mine").html
    assert own.look(f"{HOME}{first.reference}").status == 404
    assert first.reporter is not None
    assert again.reference not in client_of(first.reporter).get(f"{HOME}mine").html


def test_the_page_of_a_repeat_asks_one_thing_more(
    client_of: ClientOf, make: Factory, officers: list[Person], first: BreachReport
) -> None:
    """However many decisions there are; at most eight altogether."""
    again = decided(in_triage(make.person(), officers[0]), officers[0], Route.DUPLICATE, repeats=first)
    browser = client_of(officers[1])
    browser.get(f"{HOME}{again.reference}")
    with counted_queries() as statements:
        browser.get(f"{HOME}{again.reference}")
    assert len(statements) <= 8
