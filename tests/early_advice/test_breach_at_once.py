"""A mistake that may be a personal data breach reaches somebody in time for the 72 hours, whenever it is told."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from flask import Flask

from app.breach_reports.models import YesNoUnknown as Answer
from app.core import clock
from app.core.db import db
from app.core.errors import InvalidInput
from app.core.outbox import OutboxMessage
from app.duties.queries import desk_of
from app.early_advice.models import AlertOutcome, MistakeAlert
from app.early_advice.queries.worked_out import alert_worked_out
from app.people.models import Person
from tests.due_equality import assert_same_duties
from tests.duties.factories import morning
from tests.early_advice.factories import NOW, TODAY, People, judged, reminded_on, seen, sent_on, settled, told
from tests.factories import Factory
from tests.pages import PageClient

DAY = timedelta(days=1)
FRIDAY, SATURDAY, CHRISTMAS_EVE, MAUNDY = date(2026, 11, 27), date(2026, 11, 28), date(2026, 12, 24), date(2027, 3, 25)
# When it is sent, when it is due where it may be a breach, where it is none, and how the first of these is explained.
TIMES = [
    (clock.at_local(FRIDAY, 17, 10), date(2026, 11, 30), date(2026, 12, 1), "at whatever hour"),
    (clock.at_local(SATURDAY, 6, 30), date(2026, 11, 30), date(2026, 12, 1), "at whatever hour"),
    (clock.at_local(CHRISTMAS_EVE, 17, 10), date(2026, 12, 27), date(2026, 12, 30), "27 December 2026 at 5:10pm"),
    (clock.at_local(MAUNDY, 17, 10), date(2027, 3, 28), date(2027, 3, 31), "28 March 2027 at 6:10pm"),
]


def _messages(person: Person) -> int:
    rows = db.session.query(OutboxMessage).filter(OutboxMessage.to_person_id == person.id)
    return sum(row.occasion.partition("#")[0] == "early:data" for row in rows)


@pytest.mark.parametrize("said", list(Answer))
@pytest.mark.parametrize(("at", "due_on", "otherwise", "words"), TIMES)
def test_the_day_of_an_alert_is_never_after_the_72_hours(
    make: Factory, at: datetime, due_on: date, otherwise: date, words: str, said: Answer
) -> None:
    """What is none counts as before; what nobody knows goes to those who were told, and what is one to the officer too."""
    people = People(make)
    with clock.set_to(at):
        alert = told(people.author, at=at, personal_data=said)
        ((what, how), *more) = alert_worked_out(alert)
        assert how is not None
        assert what == "seen and decided by"
        assert alert.due_on == (otherwise if said is Answer.NO else due_on)
        assert (words in " ".join(how.sentences)) == (said is not Answer.NO)
        assert f"{alert.due_on.day} {alert.due_on:%B}" in how.result
        is_asked = said is Answer.YES
        assert (alert.waits_for_officer, bool(more), _messages(people.dpo)) == (is_asked, is_asked, int(is_asked))
        assert alert.officer_due_on == (clock.local_day(at + timedelta(hours=72)) if is_asked else None)
        assert assert_same_duties(clock.today()) > 0


@pytest.mark.parametrize(("at", "first"), [(TIMES[0][0], date(2026, 11, 30)), (NOW, TODAY + DAY)])
def test_the_officer_is_reminded_on_the_next_working_morning(
    app: Flask, make: Factory, at: datetime, first: date
) -> None:
    people = People(make)
    with clock.set_to(at):
        told(people.author, at=at, personal_data=Answer.YES)
        with app.test_request_context():
            (line,) = desk_of(people.dpo, clock.today()).needs
        assert (line.urgent, line.text) == (True, "Look at personal data in what Alan Author told of")
    for number in range(1, 4):
        morning(clock.local_day(at) + number * DAY)
    assert reminded_on(people.dpo, "early_alert_breach")[0] == (first, False)


def _may(alert: MistakeAlert, people: People) -> dict[str, set[str]]:
    asked = {
        "see": alert.can_be_seen_by, "report": alert.can_be_reported_by, "send": alert.can_be_sent_to_officer_by,
        "answer": lambda person: alert.can_be_answered_by(person, [people.dpo]),
    }  # fmt: skip
    return {name: {who for who, one in vars(people).items() if may(one)} for name, may in asked.items()}


def test_who_reads_it_can_still_do_all_that_they_could(make: Factory) -> None:
    """Tell the officer more, or say why they need not look, which these read; also once they have answered."""
    people = People(make)
    told_of, readers = {"manager", "sca", "deputy"}, {"author", "manager", "sca", "deputy", "dpo"}
    nobody: set[str] = set()
    alert, other, late = (told(people.author, personal_data=Answer.YES) for _ in range(3))
    assert _may(alert, people) == {"see": readers, "report": nobody, "send": nobody, "answer": {"dpo"}}
    seen(alert, people.manager, people.sca)
    assert alert.leaves_officer_open
    assert _may(alert, people) == {"see": readers, "report": told_of, "send": told_of, "answer": {"dpo"}}
    sent_on(alert, people.manager, "Two names.")
    assert (alert.officer_asked_by, alert.for_officer, _messages(people.dpo)) == (people.manager, "Two names.", 4)
    assert _may(alert, people) == {"see": readers, "report": told_of, "send": told_of, "answer": {"dpo"}}
    settled(
        seen(other, people.manager, people.sca), people.manager, AlertOutcome.CORRECTED, to_officer=False, why_not="No face."
    )
    assert (other.why_no_officer, other.waits_for_officer, other.is_open) == ("No face.", True, True)
    judged(other, people.dpo)
    judged(late, people.dpo)
    assert not late.leaves_officer_open
    with pytest.raises(InvalidInput, match="does not know yet"):
        sent_on(seen(late, people.manager), people.manager)
    db.session.rollback()


def test_the_pages_say_who_was_asked_and_by_when(client_of: Callable[..., PageClient], make: Factory) -> None:
    people = People(make)
    author, manager, dpo = client_of(people.author), client_of(people.manager), client_of(people.dpo)
    assert "details about other people: Dora Data" in author.get("/early-advice/mistake").text
    alert = told(people.author, personal_data=Answer.YES)
    address = f"/early-advice/mistake/{alert.reference}"
    for page in (author.get(address), author.get(f"{address}/sent"), manager.get(address), dpo.get(address)):
        assert "Dora Data" in page.text
        assert "may have to be reported by 6 March 2027 at 10:00am" in page.text or "reported by then" in page.text
    assert dpo.get(address).has_button("Record what was found")
    seen(alert, people.manager, people.sca)
    page = manager.get(address)
    assert "They were asked when it was sent" in page.text
    assert "Tell the data protection officer more" in page.text
    assert "They were asked at once" in manager.get(f"{address}/officer").text
