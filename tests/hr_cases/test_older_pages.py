"""What is sent from a page that no longer shows how things stand: told what was done since, and nothing is replaced."""

from collections.abc import Callable
from typing import Any

from app.core import clock
from app.core.db import commit, db
from app.hr_cases.models import Bearing
from app.hr_cases.operations import (
    issue_notice,
    postpone_hearing,
    report_in_progress,
    return_report,
    submit_report,
    weigh_evidence,
)
from app.hr_cases.queries import exhibit, last_report, notices
from tests.factories import Factory
from tests.hr_cases.at_stage import S, address, world_at
from tests.pages import Page, PageClient

ClientOf = Callable[..., PageClient]


def _unseen(page: Page, *names: str) -> dict[str, Any]:
    return {name: page.field(name) for name in names}


def test_neither_replaces_what_the_other_said_an_exhibit_speaks_for(make: Factory, client_of: ClientOf) -> None:
    """Investigator and owner may both say it."""
    world = world_at(make, S.INVESTIGATING, files=1)
    item = exhibit(world.case, 1)
    assert item is not None
    first = world.case.allegations[0]
    path = address(world, "/evidence/1/weigh")
    with clock.set_to(world.at):
        browser = client_of(world.owner)
        seen = _unseen(browser.get(path), "weighing_seen")
        weigh_evidence(item, bearings={first.id: Bearing.AGAINST}, by=world.investigator, at=world.at)
        commit()
        said = {f"bearing_{one.number}": "for" for one in world.case.allegations}
        late = browser.post(path, {**said, **seen}, status=409)
        assert "It was said anew in the meantime what exhibit E1 speaks for" in late.text
        assert world.investigator.name in late.text
        assert {one.allegation_id: one.bearing for one in item.bearings} == {first.id: Bearing.AGAINST}
        browser.follow(path, {**said, **_unseen(browser.get(path), "weighing_seen")})
        assert {one.bearing for one in item.bearings} == {Bearing.FOR}


def test_a_newer_notice_is_not_put_off_from_the_page_of_the_older(make: Factory, client_of: ClientOf) -> None:
    """Nobody loses a new day for the hearing to a page that was left open."""
    world = world_at(make, S.NOTIFIED)
    path, case = address(world, "/postpone"), world.case
    with clock.set_to(world.at):
        browser = client_of(world.owner)
        seen = _unseen(browser.get(path), "notice_seen")
        old = notices(case)[-1]
        postpone_hearing(old, reason="The room is flooded.", by=world.owner, at=world.at)
        issue_notice(
            case, hearing_at=old.hearing_at, place="Room 5", dismissal_possible=False, by=world.owner, at=world.at
        )
        commit()
        late = browser.post(path, {"reason": "Again.", **seen}, status=409)
        assert "A newer notice was given in the meantime" in late.text
        assert world.owner.name in late.text
        assert notices(case)[-1].postponed_at is None
        browser.follow(path, {"reason": "Again.", **_unseen(browser.get(path), "notice_seen")})
        assert notices(case)[-1].postponed_at is not None


def test_a_version_of_the_report_is_not_judged_from_the_page_of_another(make: Factory, client_of: ClientOf) -> None:
    """Neither accepted nor sent back; after the page was opened again it is."""
    world = world_at(make, S.REPORT_REVIEW)
    path, case = address(world, "/review-report"), world.case
    with clock.set_to(world.at):
        browser = client_of(world.owner)
        seen = _unseen(browser.get(path), "version_seen")
        first = last_report(case)
        assert first is not None
        return_report(first, reasons="Too short.", by=world.owner, at=world.at)
        submit_report(
            report_in_progress(case, by=world.investigator, at=world.at), by=world.investigator, at=world.at
        )
        commit()
        for said in ({"decision": "accept"}, {"decision": "return", "reasons": "Longer."}):
            late = browser.post(path, {**said, **seen}, status=409)
            assert "Another version of the report was submitted in the meantime: version 2" in late.text
            assert world.investigator.name in late.text
        db.session.refresh(case)
        assert case.status is S.REPORT_REVIEW
        browser.follow(path, {"decision": "accept", **_unseen(browser.get(path), "version_seen")})
        db.session.refresh(case)
        assert case.status is S.ACCEPTED
