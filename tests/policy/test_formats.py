"""The policy in large print or another format: asked for, due, sent."""

from collections.abc import Callable
from datetime import date, datetime

import pytest

from app.core import clock
from app.core.db import commit, db
from app.core.errors import AlreadyDone, InvalidInput, NotAllowed
from app.people.models import HR_OFFICERS, Person, Role
from app.policy.models import FORMAT_TRANSITIONS, Format, FormatRequest, FormatStatus
from app.policy.operations import ask_for_format, send_format, withdraw_format_request
from app.policy.queries import pack
from tests.conftest import NOW
from tests.duties.factories import morning
from tests.factories import Factory
from tests.pages import PageClient, counted_queries
from tests.policy.factories import DAY, TODAY


def asked(by: Person, kind: Format = Format.BRAILLE, words: str = "", at: datetime = NOW) -> FormatRequest:
    """A request that waits."""
    made = ask_for_format(kind, words, by=by, at=at)
    commit()
    return made


@pytest.mark.parametrize(
    ("at", "due"),
    [
        (clock.at_local(date(2027, 3, 3), 10), date(2027, 3, 10)),
        (clock.at_local(date(2027, 3, 3), 17), date(2027, 3, 11)),  # after hours it counts from the next working day
        (clock.at_local(date(2027, 3, 25), 10), date(2027, 4, 5)),  # over Easter and the change to summer time
        (clock.at_local(date(2027, 10, 29), 16, 59), date(2027, 11, 5)),  # over the change back
        (clock.at_local(date(2026, 12, 23), 10), date(2027, 1, 4)),  # over Christmas and New Year
    ],
)
def test_it_is_due_after_five_working_days(make: Factory, at: datetime, due: date) -> None:
    with clock.set_to(at):
        assert asked(make.person(), at=at).due_on == due
    assert pack().periods["alternative_format_working_days"].sources == ("local setting",)
    assert pack().switches["alternative_formats"].sources == ("back.1",)


def test_every_transition_from_every_state(make: Factory) -> None:
    for old, new, allowed in FORMAT_TRANSITIONS.pairs():
        request = FormatRequest(status=old)
        if allowed:
            request.move_to(new)
        else:
            with pytest.raises(AlreadyDone):
                request.move_to(new)


@pytest.mark.parametrize("role", [None, *Role])
@pytest.mark.parametrize("own", [False, True])
def test_who_may_do_what(make: Factory, role: Role | None, own: bool) -> None:
    """The truth table of every predicate of a request, in every state."""
    person = make.person("Reader", *([role] if role else []))
    request = FormatRequest(person_id=person.id if own else make.person().id)
    sends = role in HR_OFFICERS
    for status in FormatStatus:
        request.status = status
        waits = status is FormatStatus.REQUESTED
        assert request.is_sent_by(person) is sends
        assert request.can_be_sent_by(person) is (sends and waits)
        assert request.can_be_withdrawn_by(person) is (own and waits)
        assert request.can_be_seen_by(person) is (own or sends)


def test_what_is_refused(make: Factory) -> None:
    reader, hr = make.person("Reader"), make.person("Hr", Role.HR_INTAKE)
    with pytest.raises(InvalidInput):
        ask_for_format(Format.OTHER, "", by=reader, at=NOW)
    request = asked(reader)
    with pytest.raises(AlreadyDone):
        asked(reader)
    db.session.rollback()
    asked(reader, Format.OTHER, "In Welsh")
    for stranger in (reader, make.person("Sca", Role.SCA)):
        with pytest.raises(NotAllowed):
            send_format(request, "By post", by=stranger, at=NOW)
    with pytest.raises(NotAllowed):
        withdraw_format_request(request, by=hr, at=NOW)
    with pytest.raises(InvalidInput):
        send_format(request, "", by=hr, at=NOW)
    send_format(request, "By post", by=hr, at=NOW)
    commit()
    acts: list[Callable[[], object]] = [
        lambda: send_format(request, "x", by=hr, at=NOW), lambda: withdraw_format_request(request, by=reader, at=NOW)
    ]
    for late in acts:
        with pytest.raises(AlreadyDone) as told:
            late()
        assert (told.value.who, told.value.when) == ("Hr", NOW)


def test_somebody_asks_and_hr_sends_on_pages(make: Factory, client_of: Callable[..., PageClient]) -> None:
    """It waits on both first pages with its date; HR is reminded; nothing waits once it is sent."""
    reader, hr = make.person("Reader"), make.person("Hr", Role.HR_INTAKE)
    browser = client_of(reader)
    assert browser.post("/policy/formats", {}, status=422).errors == ["Select which format you need"]
    page = browser.post("/policy/formats", {"format": "other", "words": ""}, status=422)
    assert page.errors == ["Enter which format you need"]
    page = browser.follow("/policy/formats", {"format": "audio", "words": "For <b>me</b>"})
    place = str(page.soup.select_one("form.app-inline-form")["action"]).removesuffix("/withdraw")  # type: ignore[index]
    assert "Wednesday 10 March 2027" in page.text
    assert "For <b>me</b>" in page.text
    assert "The policy in another format, from Human Resources" in browser.get("/").text
    browser.post("/policy/formats", {"format": "audio", "words": "For <b>me</b>"}, status=409)
    morning(TODAY + 6 * DAY)
    with clock.set_to(clock.at_local(TODAY + 7 * DAY, 10)):
        assert "Send Reader the policy in another format" in client_of(hr).get("/").text
    officer = client_of(hr)
    with counted_queries() as queries:
        officer.get("/policy/formats")
    assert len(queries) <= 5, queries
    with counted_queries() as queries:
        officer.get(place)
    assert len(queries) <= 8, queries
    assert officer.post(place, {"how_sent": ""}, status=422).errors == ["Enter how you sent it"]
    client_of(make.person("Stranger")).get(place, status=403)
    page = officer.follow(place, {"how_sent": "On a memory stick"})
    assert "Audio Reader Sent 3 March 2027" in page.text
    assert "On a memory stick" in browser.get(place).text
    officer.post(place, {"how_sent": "Again"}, status=409)
    browser.post(f"{place}/withdraw", status=409)
    officer.get(f"/policy/formats/{Factory.id()}", status=404)
