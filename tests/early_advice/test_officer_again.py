"""What the data protection officer is told stays with its moments; what is new reaches them also after they answered."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from app.breach_reports.models import YesNoUnknown as Answer
from app.core import clock
from app.core.db import begin_writing, commit, db
from app.core.errors import AlreadyDone, InvalidInput, NotAllowed, NothingHere
from app.core.outbox import OutboxMessage
from app.duties.queries import desk_of
from app.early_advice.models import AlertOutcome, AlertStatus, BreachAnswer, MistakeAlert, OfficerStep
from app.early_advice.models.alerts import WITH_OFFICER
from app.early_advice.operations import OfficerAskedMeanwhile, correct_finding
from app.early_advice.queries.worked_out import alert_worked_out, deadline_of_breach
from app.people.models import Person, Role
from tests.due_equality import assert_same_duties
from tests.duties.factories import morning
from tests.early_advice.factories import NOW, TODAY, People, gone, judged, reminded_on, seen, sent_on, settled, told
from tests.factories import Factory
from tests.pages import PageClient

Clients = Callable[..., PageClient]
HOUR, DAY, HOURS = timedelta(hours=1), timedelta(days=1), timedelta(hours=72)
NO_BREACH, KEPT, REPORTED = BreachAnswer.NO_BREACH, BreachAnswer.NOT_REPORTABLE, BreachAnswer.REPORTED


def _asked_about_data(person: Person) -> int:
    rows = db.session.query(OutboxMessage).filter(OutboxMessage.to_person_id == person.id)
    return sum(row.occasion.partition("#")[0] == "early:data" for row in rows)


def _corrected(
    alert: MistakeAlert, by: Person, answer: BreachAnswer = REPORTED, words: str = "Two names.", at: datetime = NOW
) -> MistakeAlert:
    begin_writing(alert)
    correct_finding(alert, answer, words=words, by=by, at=at)
    commit()
    return alert


def _record(alert: MistakeAlert) -> list[tuple[str, datetime, str, BreachAnswer | None]]:
    db.session.expire_all()
    return [(one.by.name, one.at, one.words, one.answer) for one in alert.officer_record]


def _judged_by(alert: MistakeAlert) -> str:
    (how,) = [how for what, how in alert_worked_out(alert) if what == "judged by" and how is not None]
    return " ".join([*how.sentences, how.result])


def test_when_the_officer_was_first_asked_stays(make: Factory, client_of: Clients) -> None:
    """Through a "yes" without words and words of several people; the page shows each with its moment."""
    people = People(make)
    alert = seen(told(people.author, personal_data=Answer.YES), people.manager, people.sca)
    assert alert.was_asked_at_once
    settled(alert, people.manager, to_officer=True, at=NOW + DAY)
    assert (alert.officer_asked_at, alert.sent_on_at, alert.officer_asked_by) == (NOW, NOW + DAY, people.manager)
    assert _asked_about_data(people.dpo) == 1
    sent_on(alert, people.sca, "Eleven names.", at=NOW + DAY + HOUR)
    sent_on(alert, people.manager, "And a photograph.", at=NOW + DAY + 2 * HOUR)
    assert _asked_about_data(people.dpo) == 3
    assert _record(alert) == [
        ("Mary Manager", NOW + DAY, "", None), ("Sally Keeper", NOW + DAY + HOUR, "Eleven names.", None),
        ("Mary Manager", NOW + DAY + 2 * HOUR, "And a photograph.", None),
    ]  # fmt: skip
    assert (alert.officer_asked_at, alert.was_asked_at_once, deadline_of_breach(alert)) == (NOW, True, NOW + HOURS)
    with pytest.raises(AlreadyDone, match="in these words") as late:
        sent_on(alert, people.manager, "Eleven names.", at=NOW + 2 * DAY)
    assert (late.value.who, late.value.when) == ("Sally Keeper", NOW + DAY + HOUR)
    with pytest.raises(InvalidInput, match="does not know yet"):
        sent_on(alert, people.sca)
    db.session.rollback()
    page = client_of(people.dpo).get(f"/early-advice/mistake/{alert.reference}").text
    for words in (
        "At once, since it showed details about other people, on 3 March 2027 at 10:00am",
        "Sent on By Mary Manager on 4 March 2027 at 10:00am", "By Sally Keeper on 4 March 2027 at 11:00am",
        "Eleven names.", "And a photograph.",
    ):  # fmt: skip
        assert words in page
    with pytest.raises(sa.exc.DatabaseError):
        db.session.execute(sa.update(OfficerStep).values(answer="reported"))
    db.session.rollback()


@pytest.mark.parametrize("said", list(Answer))
def test_from_when_the_hours_count(make: Factory, client_of: Clients, said: Answer) -> None:
    """From the telling, but where it was said to show nobody's details from when somebody first thought that it did."""
    people, later = People(make), NOW + 7 * DAY
    alert = settled(seen(told(people.author, personal_data=said), people.manager, people.sca), people.manager, **_no(said))
    is_none = said is Answer.NO
    assert (deadline_of_breach(alert) is None) == is_none
    address = f"/early-advice/mistake/{alert.reference}"
    manager = client_of(people.manager)
    assert ("first thought that it may be one" in manager.get(f"{address}/officer").text) == is_none
    with clock.set_to(later):
        sent_on(alert, people.manager, "Eleven names.", at=later)
        counted = later if is_none else NOW
        assert (alert.officer_counts_from, deadline_of_breach(alert)) == (counted, counted + HOURS)
        assert alert.officer_due_on == clock.local_day(counted + HOURS)
        assert alert.officer_asked_at == (NOW if said is Answer.YES else later)
        assert ("first thought" in _judged_by(alert)) == is_none
        assert "If somebody here knew of it sooner, the time began then" in _judged_by(alert)
        page = client_of(people.dpo).get(address).text
        assert ("72 hours from when somebody first thought that it may be a breach" in page) == is_none
        assert ("the 72 hours from when it was sent ended on 6 March 2027 at 10:00am" in page) != is_none
        sent_on(alert, people.sca, "One more.", at=later + DAY)
        assert alert.officer_counts_from == counted


def _no(said: Answer) -> dict[str, object]:
    return {} if said is Answer.NO else {"to_officer": False, "why_not": "No face."}


# What was found first, when something new is told, from when it counts then, and words that explain it.
AGAIN = [
    (NO_BREACH, NOW + DAY, NOW + DAY, "found to be no breach before"),
    (NO_BREACH, NOW + 5 * DAY, NOW + 5 * DAY, "begin with what is new at the latest"),
    (KEPT, NOW + DAY, NOW, "since then the organisation knows of it"),
    (KEPT, NOW + 5 * DAY, NOW + 5 * DAY, "say why it is late"),
    (REPORTED, NOW + DAY, NOW + DAY, "without undue further delay"),
    (REPORTED, NOW + 5 * DAY, NOW + 5 * DAY, "Article 33(4)"),
]  # fmt: skip


@pytest.mark.parametrize(("found", "at", "counted", "words"), AGAIN)
def test_something_new_opens_it_again_and_keeps_the_answer(
    app: Flask, make: Factory, client_of: Clients, found: BreachAnswer, at: datetime, counted: datetime, words: str
) -> None:
    """With a day of its own, messages to officer and author, and the line of the officer; the first answer stays."""
    people = People(make)
    alert = judged(told(people.author, personal_data=Answer.YES), people.dpo, at=NOW + HOUR, answer=found)
    settled(seen(alert, people.manager, people.sca), people.manager)
    assert (alert.states, alert.is_open) == ([("closed", "Settled")], False)
    with clock.set_to(at):
        manager = client_of(people.manager)
        address = f"/early-advice/mistake/{alert.reference}"
        assert "Tell the data protection officer something new" in manager.get(address).text
        assert found.label in manager.get(f"{address}/officer").text
        assert manager.post(f"{address}/officer", {"words": ""}, status=422).errors
        page = manager.follow(f"{address}/officer", {"words": "A parent saw eleven names."})
        assert "They look at it again." in page.text
        db.session.expire_all()
        assert (alert.states, alert.is_open, alert.waits_for_officer) == ([WITH_OFFICER], True, True)
        assert alert.status is AlertStatus.CLOSED
        assert (alert.officer_asked_at, alert.officer_counts_from) == (NOW, counted)
        assert alert.officer_due_on == clock.local_day(counted + HOURS)
        assert words in _judged_by(alert)
        assert _asked_about_data(people.dpo) == 2
        with app.test_request_context():
            assert [line.text for line in desk_of(people.dpo, clock.today()).needs] == [
                "Look at personal data in what Alan Author told of"
            ]
            assert "What you told of early" in [line.text for line in desk_of(people.author, clock.today()).waiting]
        assert assert_same_duties(clock.today()) > 0
        dpo = client_of(people.dpo)
        text = dpo.get(address).text
        for shown in ("Found before", "A parent saw eleven names.", "something new", found.label):
            assert shown in text
        dpo.follow(f"{address}/personal-data", {"answer": "reported", "found": "Reported as 123."})
        assert [answer for *_, answer in _record(alert)] == [found, None, REPORTED]
        assert "Reported as 123." not in client_of(people.author).get(address).text


def test_the_officer_is_reminded_of_what_is_opened_again(make: Factory) -> None:
    people = People(make)
    alert = judged(told(people.author, personal_data=Answer.YES), people.dpo)
    seen(alert, people.manager)
    morning(TODAY + DAY)
    assert reminded_on(people.dpo, "early_alert_breach") == []
    sent_on(alert, people.manager, "Eleven names.", at=NOW + 5 * DAY)  # on a Monday, so the hours end on Thursday
    for number in range(6, 10):
        morning(TODAY + number * DAY)
    assert reminded_on(people.dpo, "early_alert_breach")[0] == (TODAY + 6 * DAY, False)


def test_the_officer_corrects_what_they_found(make: Factory, client_of: Clients) -> None:
    """With reasons, the earlier one kept, and nobody else; another officer only once whoever answered is none."""
    people = People(make)
    other = make.person("Olga Officer", Role.DPO)
    alert = judged(seen(told(people.author, personal_data=Answer.YES), people.manager, people.sca), people.dpo)
    address = f"/early-advice/mistake/{alert.reference}"

    def may() -> set[str]:
        officers = [one for one in (people.dpo, other) if one.last_working_day is None]
        return {one.name for one in [*people.everybody, other] if alert.can_be_corrected_by(one, officers)}

    assert may() == {"Dora Data"}
    for who, kind in ((people.stranger, NothingHere), (people.manager, NotAllowed), (other, NotAllowed)):
        with pytest.raises(kind):
            correct_finding(alert, REPORTED, words="x", by=who, at=NOW)
    with pytest.raises(InvalidInput, match="Enter what you found"):
        correct_finding(alert, REPORTED, words="", by=people.dpo, at=NOW)
    dpo = client_of(people.dpo)
    assert "Correct what was found" in dpo.get(address).text
    assert "Correct what was found" not in client_of(people.manager).get(address).text
    assert "is kept, with its reasons" in dpo.get(f"{address}/finding").text
    assert dpo.post(f"{address}/finding", {"answer": "reported", "found": ""}, status=422).errors
    client_of(people.manager).post(f"{address}/finding", {"answer": "reported", "found": "x"}, status=403)
    client_of(people.stranger).get(f"{address}/finding", status=404)
    page = dpo.follow(f"{address}/finding", {"answer": "not_reportable", "found": "One name after all."})
    for words in ("You corrected what was found.", "Found before", "No names.", "One name after all.", KEPT.label):
        assert words in page.text
    dpo.post(f"{address}/finding", {"answer": "not_reportable", "found": "One name after all."}, status=409)
    assert [answer for *_, answer in _record(alert)] == [NO_BREACH, KEPT]
    assert (alert.waits_for_officer, alert.officer_asked_at) == (False, NOW)
    gone(people.dpo, TODAY - DAY)
    assert may() == {"Olga Officer"}
    _corrected(alert, other)
    assert alert.answered_by == other
    assert alert.can_be_seen_by(people.dpo)
    waits = told(people.author, personal_data=Answer.YES)
    with pytest.raises(AlreadyDone, match="waits for what is found"):
        correct_finding(waits, REPORTED, words="x", by=other, at=NOW)


def test_whoever_stands_in_for_a_missing_officer_ticks_first(make: Factory, client_of: Clients) -> None:
    people = People(make)
    gone(people.dpo, TODAY - DAY)
    alert = told(people.author, personal_data=Answer.YES)
    assert not alert.can_be_answered_by(people.sca, [])
    sca = client_of(people.sca)
    address = f"/early-advice/mistake/{alert.reference}"
    assert not sca.get(address).has_button("Record what was found")
    said = {"answer": "no_breach", "found": "No names."}
    assert sca.post(f"{address}/personal-data", said, status=422).errors == ["Tick first that you have seen it"]
    seen(alert, people.sca)
    assert sca.get(address).has_button("Record what was found")
    sca.follow(f"{address}/personal-data", said)
    assert alert.can_be_corrected_by(people.sca, [])
    assert not alert.can_be_corrected_by(people.manager, [])


@pytest.mark.parametrize("is_answered", [True, False])
def test_a_no_from_an_older_page_is_not_dropped(make: Factory, client_of: Clients, is_answered: bool) -> None:
    """Whoever says why the officer need not look is told who asked them, or that they answered; nothing is recorded."""
    people = People(make)
    alert = seen(told(people.author, personal_data=Answer.UNKNOWN), people.manager, people.sca)
    sent_on(alert, people.sca, "A name.")
    if is_answered:
        judged(alert, people.dpo, at=NOW + HOUR)
    with pytest.raises(OfficerAskedMeanwhile):
        settled(alert, people.manager, AlertOutcome.ADVICE, to_officer=False, why_not="No names.")
    db.session.rollback()
    manager, address = client_of(people.manager), f"/early-advice/mistake/{alert.reference}"
    said = {"outcome": "advice", "words": "Ask first.", "to_officer": "no", "why_not": "Nobody is in it."}
    page = manager.post(f"{address}/decide", said, status=409)
    who = "Dora Data recorded what was found" if is_answered else "Sally Keeper sent this to the data protection officer"
    assert who in page.errors[0]
    for words in ("Nobody is in it.", "was not recorded", "Ask first."):
        assert words in page.text
    assert "Nobody is in it." in manager.post(f"{address}/decide", {**said, "outcome": ""}, status=422).text
    db.session.expire_all()
    assert alert.status is AlertStatus.SEEN
    manager.follow(f"{address}/decide", {"outcome": "advice", "words": "Ask first."})


def test_what_ended_at_an_hour_is_not_due_today(app: Flask, make: Factory, client_of: Clients) -> None:
    people = People(make)
    alert = told(people.author, at=NOW - 2 * DAY, personal_data=Answer.YES)
    end = NOW + DAY
    assert deadline_of_breach(alert) == end
    for at, words in ((end - HOUR, "due today"), (end + HOUR, "the time ended at 10:00am")):
        with clock.set_to(at), app.test_request_context():
            lines = {line.text: line.words for line in desk_of(people.dpo, clock.today()).needs}
            assert lines == {"Look at personal data in what Alan Author told of": words}
    with clock.set_to(end + HOUR):
        page = client_of(people.dpo).get(f"/early-advice/mistake/{alert.reference}").text
        assert "the 72 hours from when it was sent ended on 4 March 2027 at 10:00am" in page


def test_when_it_was_noticed(make: Factory, client_of: Clients) -> None:
    """Earlier than it was told is said beside the hours; what is longer ago than a year is refused, with what to do."""
    people = People(make)
    author = client_of(people.author)
    day = TODAY - timedelta(days=366)
    said = {
        "what": "I posted it.", "place": "elsewhere", "platform": "Facebook", "personal_data": "yes",
        "noticed_on": [str(day.day), str(day.month), str(day.year)],
    }  # fmt: skip
    page = author.post("/early-advice/mistake", said, status=422)
    assert page.errors[0].startswith("Enter a day from 3 March 2026 on. If you noticed before that,")
    alert = told(people.author, personal_data=Answer.YES, noticed_on=TODAY - 6 * DAY)
    told(people.author, noticed_on=TODAY - timedelta(days=365))
    for who in (people.dpo, people.manager):
        page = client_of(who).get(f"/early-advice/mistake/{alert.reference}")
        assert "They noticed it on 25 February 2027" in page.text
        assert "check with HR or legal" in page.text
    assert "They noticed it" not in author.get(f"/early-advice/mistake/{alert.reference}").text
