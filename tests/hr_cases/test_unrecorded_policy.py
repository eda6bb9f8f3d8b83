"""Conduct from before the first recorded version of the policy: HR chooses what the case relies on, and says why."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from app.core.db import db
from app.core.errors import InvalidInput
from app.hr_cases.documents import render_case_report
from app.hr_cases.documents.gathering import case_report
from app.hr_cases.documents.rendering import parts_of
from app.hr_cases.models import Case, UnrecordedPolicy
from app.hr_cases.operations import add_allegation, appoint_investigator, tell_subject
from app.hr_cases.operations.drafting import PolicyBasis
from app.hr_cases.queries import records
from app.policy.queries import current_version, earliest_version
from tests.conftest import NOW
from tests.documents.reading import all_text, flat
from tests.factories import Factory
from tests.hr_cases.at_stage import address, own_address
from tests.hr_cases.factories import World, draft, letter_words, opened, people_and_report
from tests.hr_cases.test_routes_acts import ALLEGATION
from tests.pages import PageClient

ClientOf = Callable[..., PageClient]
U = UnrecordedPolicy
OLD = date(2012, 1, 1)
DAY = timedelta(days=1)
WHY = "The post was found in an old archive."
NOT_RECORDED = "the version of the policy of that day is not recorded"


def refused(act: Callable[[], Any], sentence: str, field: str) -> None:
    """That an act was refused at a field; nothing of it stays."""
    with pytest.raises(InvalidInput, match=sentence) as caught:
        act()
    db.session.rollback()
    assert caught.value.field == field


def old_case(make: Factory, chosen: UnrecordedPolicy) -> World:
    """A case about something from before the policy."""
    world = people_and_report(make)
    changed: dict[str, Any] = {"paragraph_ids": ()} if chosen is U.CODE_OF_CONDUCT else {}
    opened(world, draft(happened_on=OLD, **changed), policy_choice=chosen, policy_reason=f" {WHY} ")
    return world


@pytest.mark.parametrize(
    ("chosen", "before", "on_it", "after"),
    [(None, False, True, False), (U.EARLIEST, True, True, False), (U.CODE_OF_CONDUCT, True, False, False)],
)
def test_which_days_a_case_covers(
    make: Factory, chosen: UnrecordedPolicy | None, before: bool, on_it: bool, after: bool
) -> None:
    """By what it relies on: before the first version, while that held, and once another did."""
    assert make is not None
    version = current_version(NOW.date())
    version.superseded_on = NOW.date()
    basis = PolicyBasis(version, chosen)
    days = (version.effective_on - DAY, version.effective_on, version.superseded_on)
    assert tuple(basis.covers(day) for day in days) == (before, on_it, after)
    db.session.rollback()


def test_the_choice_is_asked_with_a_reason(make: Factory) -> None:
    """Nothing is chosen silently; where the version is recorded, a choice is not kept."""
    world = people_and_report(make)
    early = draft(happened_on=OLD)
    refused(lambda: opened(world, early), "The version of 1 January 2012 is not recorded. Select what", "policy_choice")
    refused(
        lambda: opened(world, early, policy_choice=U.EARLIEST, policy_reason=" "), "Enter why", "policy_reason"
    )
    refused(
        lambda: opened(world, early, policy_choice=U.CODE_OF_CONDUCT, policy_reason=WHY), "Select no paragraph", "paragraphs"
    )
    case = opened(world, policy_choice=U.EARLIEST, policy_reason=WHY)
    assert (case.unrecorded_policy, case.policy_note, case.policy_reason) == (None, "", "")


def test_the_earliest_version_is_used(make: Factory) -> None:
    """Its paragraphs are cited; what happened while it held can be alleged beside."""
    world = old_case(make, U.EARLIEST)
    case = world.case
    assert case.policy_version == earliest_version()
    assert (case.unrecorded_policy, case.policy_reason) == (U.EARLIEST, WHY)
    assert b"archive" not in case.policy_reason_sealed
    add_allegation(case, draft("7.4", wording="And later again."), by=world.owner, at=NOW)
    assert len(case.allegations) == 2


def test_the_code_of_conduct_only(make: Factory) -> None:
    """No paragraph is cited, and nothing that the policy covers is alleged beside it."""
    world = old_case(make, U.CODE_OF_CONDUCT)
    case = world.case
    assert case.policy_name == case.policy_title == "Code of conduct only"
    assert case.allegations[0].paragraphs == []
    later = draft(wording="And later again.", paragraph_ids=())
    refused(
        lambda: add_allegation(case, later, by=world.owner, at=NOW), "relies on the code of conduct only", "happened_on"
    )
    add_allegation(
        case, draft(wording="The day before.", paragraph_ids=(), happened_on=OLD - DAY), by=world.owner, at=NOW
    )


@pytest.mark.parametrize("chosen", list(U))
def test_it_is_printed_where_the_policy_is_cited(make: Factory, client_of: ClientOf, chosen: UnrecordedPolicy) -> None:
    """On the pages of the case, in letters, on the page of the person concerned, and in the report as a PDF."""
    world = old_case(make, chosen)
    case, owner = world.case, client_of(world.owner)
    code_only = chosen is U.CODE_OF_CONDUCT
    page = owner.get(address(world)).text
    assert WHY in page
    assert NOT_RECORDED in page.casefold()
    assert ("Code of conduct only" in page) is code_only
    assert NOT_RECORDED in owner.get(address(world, "/allegations/1")).text
    owner.get(address(world, "/allegations"))
    report = case_report(case, at=NOW, reader=world.owner)
    assert WHY in report.policy_in_force
    assert NOT_RECORDED in report.policy_in_force.casefold()
    assert report.policy_name == case.policy_name
    assert bool(report.paragraphs) is not code_only
    printed = flat(all_text(*parts_of(report)))
    assert WHY in printed
    assert render_case_report(report).startswith(b"%PDF")
    assert NOT_RECORDED in printed.casefold()
    appoint_investigator(case, investigator=world.investigator, terms="Find out.", by=world.manager, at=NOW)
    tell_subject(case, letter_words=letter_words(), by=world.owner, at=NOW)
    db.session.commit()
    letter = records.letters(case)[-1].words
    assert NOT_RECORDED in letter
    assert ("(Code of conduct only: " in letter) is code_only
    assert WHY not in letter
    own = client_of(world.subject).get(own_address(world)).text
    assert NOT_RECORDED in own
    assert WHY not in own


def test_hr_is_asked_on_the_page(make: Factory, client_of: ClientOf) -> None:
    """After the day was entered; all that was typed is kept, and each fault stands at its field."""
    world = people_and_report(make)
    browser, path = client_of(world.owner), f"/hr-cases/open/{world.report.reference}"
    assert "is not recorded" not in browser.get(path).text
    data: dict[str, Any] = {
        **ALLEGATION, "happened_on": ["1", "1", "2012"], "paragraphs": "", "subject": str(world.subject.id),
        "owner": str(world.owner.id),
    }  # fmt: skip
    page = browser.post(path, data, status=422)
    assert page.errors == [
        "The version of 1 January 2012 is not recorded. Select what the case relies on, or correct the day"
    ]
    assert "The earliest recorded version is used" in page.text
    assert page.field("wording") == ALLEGATION["wording"]
    page = browser.post(path, {**data, "policy_choice": "code_of_conduct"}, status=422)
    assert page.errors == ["Enter why the case relies on this"]
    said = {**data, "policy_choice": "code_of_conduct", "policy_reason": WHY}
    page = browser.post(path, {**said, "paragraphs": "7.4"}, status=422)
    assert page.errors == ["Select no paragraph: the case relies on the code of conduct only"]
    assert "Code of conduct only" in browser.follow(path, said).text
    case = db.session.execute(sa.select(Case)).unique().scalar_one()
    assert case.relies_on_code_only
    change = f"/hr-cases/{case.reference}/allegations/1/change"
    browser.follow(change, {**ALLEGATION, "happened_on": ["2", "1", "2012"], "paragraphs": ""})
    assert browser.post(change, {**ALLEGATION, "paragraphs": ""}, status=422).errors[0].startswith("On 24 February 2027")
