"""A question that is not answered holds nobody up: once its day has passed the decider goes on without the answer, and
before it they take it back or write down what they were told.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import current_app

from app.core import clock
from app.core.audit import AuditEvent
from app.core.db import begin_writing, commit, db
from app.core.errors import AlreadyDone, NotAllowed
from app.core.outbox import OutboxMessage
from app.device_permissions import operations
from app.device_permissions.models import DevicePermissionRequest, DeviceQuestion, RequestStatus
from app.device_permissions.queries.requests import lacks_a_manager, waits_to_be_decided, went_unanswered
from app.duties.queries import desk_of
from app.people.models import Person, Role
from app.policy.queries import pack
from tests.conftest import NOW
from tests.device_permissions.factories import ANSWERS, TODAY, approved, submitted
from tests.due_equality import assert_same_duties
from tests.factories import Factory
from tests.pages import PageClient

ClientOf = Callable[..., PageClient]
DAY = timedelta(days=1)
ANSWER_BY, DECIDE_BY = date(2027, 3, 10), date(2027, 3, 17)
LATE = ANSWER_BY + DAY


class Line:
    """Somebody who was asked on 3 March 2027, who asked them, and who stands above."""

    def __init__(self, make: Factory) -> None:
        self.above = make.person("Above")
        self.manager = make.person("Priya Shah", manager=self.above)
        self.asks = make.person("Sam Okoro", manager=self.manager, post="Officer")
        self.hr = make.person("Hana", Role.HR_MANAGER)
        self.other = make.person("Other")
        self.request = asked_back(submitted(self.asks), self.manager)
        self.where = f"/device-permissions/requests/{self.request.reference}"


def asked_back(made: DevicePermissionRequest, manager: Person) -> DevicePermissionRequest:
    """A request about which the manager asked on 3 March 2027."""
    begin_writing(made)
    operations.return_device_request(made, by=manager, at=NOW, question="Which laptop?")
    commit()
    return made


@pytest.fixture
def line(make: Factory) -> Line:
    return Line(make)


def on(day: date) -> AbstractContextManager[None]:
    return clock.set_to(clock.at_local(day, 10))


def duties(person: Person) -> list[str]:
    with current_app.test_request_context():
        desk = desk_of(person, clock.today())
    return [item.text for item in (*desk.late, *desk.needs)]


def test_who_may_decide_before_and_after_the_day_of_the_answer(line: Line) -> None:
    """The truth table of everybody on each day, and the conditions of the lists beside the predicates."""
    people = (line.asks, line.manager, line.above, line.hr, line.other)
    by_day: dict[date, set[Person]] = {
        TODAY: set(), ANSWER_BY: set(), LATE: {line.manager}, DECIDE_BY: {line.manager},
        DECIDE_BY + DAY: {line.manager, line.above},
    }  # fmt: skip
    request, found = line.request, DevicePermissionRequest
    assert request.due_on == DECIDE_BY
    for day, deciders in by_day.items():
        with on(day):
            assert {one for one in people if request.can_be_decided_by(one)} == deciders, day
            assert [one for one in people if request.can_be_answered_by(one)] == [line.asks]
        for condition, asked in (
            (went_unanswered(day), request.went_unanswered_on(day)),
            (waits_to_be_decided(day), request.waits_to_be_decided_on(day)),
        ):
            rows = db.session.execute(sa.select(found.id).join(found.person).where(condition)).all()
            assert bool(rows) == asked == (day > ANSWER_BY), day
    line.asks.last_working_day = LATE
    assert not request.waits_to_be_decided_on(LATE + DAY)


def test_until_the_answer_is_due_the_decider_waits(line: Line, client_of: ClientOf) -> None:
    """409 that says until when, and not that it was settled."""
    refusal = {"decision": "refuse", "reasons": "No"}
    for day in (TODAY, ANSWER_BY):
        with on(day):
            page = client_of(line.manager).post(f"{line.where}/decide", refusal, status=409)
            assert "Sam Okoro has until 10 March 2027 to answer" in page.text
            assert "settled" not in page.text
            assert "Take your question back to decide now" in page.text
            client_of(line.manager).post(f"{line.where}/decide", {}, status=409)
            page = client_of(line.manager).get(line.where)
            assert not page.has_button("Record decision")
            assert "If no answer has come by 10 March 2027" in page.text


@pytest.mark.parametrize(
    ("answers", "status"),
    [
        ({"decision": "approve", "expires_on": ["1", "6", "2027"], "covers": "no"},
         RequestStatus.APPROVED),
        ({"decision": "refuse", "reasons": "You did not say which"}, RequestStatus.REFUSED),
        ({"decision": "take_back"}, RequestStatus.SUBMITTED),
    ],
)  # fmt: skip
def test_without_an_answer_it_is_decided_or_the_question_is_taken_back(
    line: Line, client_of: ClientOf, answers: dict[str, Any], status: RequestStatus
) -> None:
    """The question is closed as not answered, and says so."""
    with on(LATE):
        page = client_of(line.manager).get(line.where)
        assert "not answered by 10 March 2027, so to be decided by 17 March 2027" in page.text
        assert "The manager’s question was to be answered on Wednesday 10 March 2027." in page.text
        assert "Take your question back" in page.text
        assert "Ask a question first" not in page.text
        client_of(line.manager).post(f"{line.where}/decide", {"decision": "return", "question": "Well?"}, status=422)
        page = client_of(line.manager).follow(f"{line.where}/decide", answers)
        assert "Not answered." in page.text
        assert "The question was closed on 11 March 2027." in page.text
    db.session.refresh(line.request)
    assert (line.request.status, line.request.due_on) == (status, DECIDE_BY)
    assert (line.request.open_question, line.request.questions[0].answer) == (None, "")


def test_who_may_settle_the_question_and_when(line: Line) -> None:
    """Whoever decides, from the day it was asked; who stands in once it is late; nobody about somebody who left."""
    people = (line.asks, line.manager, line.above, line.hr, line.other)
    for day, expected in (
        (TODAY, {line.manager}), (ANSWER_BY, {line.manager}), (LATE, {line.manager}),
        (DECIDE_BY + DAY, {line.manager, line.above}),
    ):  # fmt: skip
        with on(day):
            assert {one for one in people if line.request.question_can_be_settled_by(one)} == expected, day
    for status in RequestStatus:
        line.request.status = status
        assert line.request.question_can_be_settled_by(line.manager) == (status is RequestStatus.RETURNED), status
    db.session.rollback()
    line.asks.last_working_day = TODAY
    with on(TODAY + DAY):
        assert not line.request.question_can_be_settled_by(line.manager)
    db.session.rollback()


def test_what_was_asked_by_mistake_is_taken_back_before_its_day(line: Line, client_of: ClientOf) -> None:
    """The time to decide begins anew, and the page says from when it counts; a second click is told how it stands."""
    with on(TODAY + DAY):
        browser, where = client_of(line.manager), f"{line.where}/question"
        page = browser.get(line.where)
        assert "What becomes of your question?" in page.text
        assert browser.post(where, {}, status=422).errors == ["Select what becomes of your question"]
        assert browser.post(where, {"settle": "answered"}, status=422).errors == ["Enter what they said"]
        page = browser.follow(where, {"settle": "take_back", "seen": page.field("seen")})
        assert "You took your question back." in page.text
        assert "The question was closed on 4 March 2027." in page.text
        assert "The manager’s question was taken back on Thursday 4 March 2027." in page.text
        assert "So it is Thursday 11 March 2027." in page.text
        assert page.has_button("Record decision")
        page = browser.post(where, {"settle": "take_back"}, status=409)
        assert "No answer is waited for any more" in page.text
        assert "Answer your manager’s question about a device" not in duties(line.asks)
    db.session.refresh(line.request)
    assert (line.request.status, line.request.due_on) == (RequestStatus.SUBMITTED, date(2027, 3, 11))


def test_an_answer_by_word_of_mouth_is_written_down(line: Line, client_of: ClientOf) -> None:
    """It counts as the answer, says who wrote it down, and whoever is said to have given it is told."""
    with on(ANSWER_BY):
        said = {"settle": "answered", "answer": "The grey one"}
        page = client_of(line.manager).follow(f"{line.where}/question", said)
        assert "You wrote down what Sam Okoro said. The request waits for your decision." in page.text
        assert "Answer of 10 March 2027, as Priya Shah wrote it down:" in page.text
        assert "wrote down the answer that they were told" in client_of(line.asks).get(line.where).text
    db.session.refresh(line.request)
    (question,) = line.request.questions
    assert (question.answer, question.written_down_by, question.is_open) == ("The grey one", line.manager, False)
    assert (line.request.status, line.request.due_on) == (RequestStatus.SUBMITTED, date(2027, 3, 17))
    told = sa.select(OutboxMessage.occasion).where(OutboxMessage.to_person_id == line.asks.id)
    assert "device_written_down#1" in db.session.execute(told).scalars().all()
    with pytest.raises(sa.exc.IntegrityError):
        db.session.execute(sa.update(DeviceQuestion).values(answer="", answered_at=None))
    db.session.rollback()


def test_nothing_is_settled_of_a_question_that_was_answered_since(line: Line, client_of: ClientOf) -> None:
    """The answer of whoever asked stays theirs."""
    seen = client_of(line.manager).get(line.where).field("seen")
    client_of(line.asks).post(f"{line.where}/answer", {"answer": "The grey one"})
    for settle in ("take_back", "answered"):
        said = {"settle": settle, "answer": "Another", "seen": seen}
        client_of(line.manager).post(f"{line.where}/question", said, status=409)
    db.session.refresh(line.request)
    assert [(one.answer, one.written_down_by) for one in line.request.questions] == [("The grey one", None)]


def test_what_was_taken_back_waits_for_its_decision_and_can_be_asked_about_anew(line: Line, client_of: ClientOf) -> None:
    """By the same day; an answer that comes then is too late, in words that are true."""
    with on(LATE):
        client_of(line.manager).post(f"{line.where}/decide", {"decision": "take_back"})
        page = client_of(line.asks).post(f"{line.where}/answer", {"answer": "The grey one"}, status=409)
        assert "No answer is waited for any more: this request waits to be decided." in page.text
        page = client_of(line.asks).get(line.where)
        assert "to be decided by 17 March 2027" in page.text
        assert "took the question back, which was not answered" in page.text
        client_of(line.manager).post(f"{line.where}/decide", {"decision": "return", "question": "Please?"})
    db.session.refresh(line.request)
    assert (line.request.status, line.request.due_on) == (RequestStatus.RETURNED, date(2027, 3, 25))
    with on(LATE):
        page = client_of(line.asks).follow(f"{line.where}/answer", {"answer": "The grey one"})
    assert "The grey one" in page.text
    acts = db.session.execute(sa.select(AuditEvent.act).order_by(AuditEvent.number)).scalars()
    assert [one for one in acts if one.startswith("device:")] == [
        "device:submitted", "device:returned", "device:taken-back", "device:returned", "device:answered"
    ]  # fmt: skip


def test_an_answer_that_comes_late_but_first_counts(line: Line, client_of: ClientOf) -> None:
    """The decider, who read the page before, is told that there is something newer."""
    with on(LATE):
        seen = client_of(line.manager).get(line.where).field("seen")
        client_of(line.asks).post(f"{line.where}/answer", {"answer": "The grey one"})
        said = {"decision": "refuse", "reasons": "No word from you", "seen": seen}
        page = client_of(line.manager).post(f"{line.where}/decide", said, status=409)
    assert "answered or changed this" in page.text


def test_the_sentence_of_every_act_in_every_open_state(make: Factory) -> None:
    """Nothing that is open is said to have been settled already."""
    line = Line(make)
    waiting, asked, manager, asks = submitted(line.asks, device_words="another"), line.request, line.manager, line.asks
    acts: dict[str, Callable[[DevicePermissionRequest], None]] = {
        "revoke": lambda one: operations.revoke_device_permission(one, by=manager, at=NOW, reasons="x"),
        "answer": lambda one: operations.answer_device_question(one, by=asks, at=NOW, answer="x"),
        "change": lambda one: operations.change_device_request(one, ANSWERS, by=asks, at=NOW),
        "take back": lambda one: operations.take_question_back(one, by=manager, at=NOW),
        "write down": lambda one: operations.write_answer_down(one, by=manager, at=NOW, answer="x"),
        "ask": lambda one: operations.return_device_request(one, by=manager, at=NOW, question="x"),
    }
    said = {
        ("revoke", "waiting"): "not decided yet", ("revoke", "asked"): "not decided yet",
        ("answer", "waiting"): "No answer is waited for", ("change", "waiting"): "No answer is waited for",
        ("take back", "waiting"): "No answer is waited for", ("write down", "waiting"): "No answer is waited for",
        ("ask", "asked"): "A question about this request was asked already",
    }  # fmt: skip
    for (act, which), words in said.items():
        with pytest.raises(AlreadyDone, match=words) as refused:
            acts[act](waiting if which == "waiting" else asked)
        assert "settled" not in str(refused.value)
        db.session.rollback()


def test_who_is_not_the_decider_takes_nothing_back_and_writes_nothing_down(line: Line, client_of: ClientOf) -> None:
    for one in (line.asks, line.above, line.hr, line.other):
        client_of(one).post(f"{line.where}/question", {"settle": "take_back"}, status=403)
    with on(LATE):
        for one in (line.asks, line.above, line.hr, line.other):
            with pytest.raises(NotAllowed):
                operations.take_question_back(line.request, by=one, at=clock.now())
            with pytest.raises(NotAllowed):
                operations.write_answer_down(line.request, by=one, at=clock.now(), answer="x")
    db.session.rollback()


@pytest.mark.parametrize("act", ["refuse", "approve", "take back"])
def test_what_was_decided_is_said_to_be_settled_by_whom(line: Line, act: str) -> None:
    """Every act of the decider on what another settled."""
    made, late = approved(line.asks, line.manager, device_words="another"), clock.at_local(LATE, 10)
    acts: dict[str, Callable[[], None]] = {
        "refuse": lambda: operations.refuse_device_request(made, by=line.manager, at=late, reasons="x"),
        "approve": lambda: operations.approve_device_request(made, by=line.manager, at=late, expires_on=LATE),
        "take back": lambda: operations.take_question_back(made, by=line.manager, at=late),
    }
    with clock.set_to(late), pytest.raises(AlreadyDone, match="settled already: it is approved") as refused:
        acts[act]()
    assert refused.value.who == "Priya Shah"
    db.session.rollback()


def test_from_that_day_the_decider_is_asked_and_later_who_stands_above(line: Line) -> None:
    """On the first page of whoever decides, and in everybody's duties alike; the one who asked keeps theirs."""
    words = "Decide Sam Okoro’s request to use a device: they did not answer"
    for day, is_asked in ((ANSWER_BY, False), (LATE, True), (DECIDE_BY + 9 * DAY, True)):
        with on(day):
            assert (words in duties(line.manager)) == is_asked, day
            assert "Answer your manager’s question about a device" in duties(line.asks)
        assert assert_same_duties(day)
    steps = {name: {(step.to, step.after_working_days) for step in pack().chases[name].steps}
             for name in ("device_answer", "device_unanswered")}  # fmt: skip
    assert ("doers_manager", 3) in steps["device_answer"]
    assert ("doers_manager", 1) in steps["device_unanswered"]


def test_where_the_manager_has_gone_hr_records_another_from_that_day(make: Factory, line: Line) -> None:
    """And the request, not a permission to confirm, goes to them."""
    line.manager.last_working_day = ANSWER_BY
    make.keep(line.manager)
    for day, lacks in ((ANSWER_BY, False), (LATE, True)):
        rows = sa.select(DevicePermissionRequest.id).join(DevicePermissionRequest.person).where(lacks_a_manager(day))
        assert bool(db.session.execute(rows).all()) == line.request.lacks_a_manager_on(day) == lacks
    with on(LATE):
        assert "Record who manages Sam Okoro, who asked to use a device" in duties(line.hr)
        begin_writing(line.request, line.asks)
        operations.give_manager(line.request, line.other, by=line.hr, at=clock.now())
        commit()
        assert line.request.confirm_due_on is None
        assert line.request.can_be_decided_by(line.other)


def test_the_list_says_by_when_it_is_decided_once_no_answer_came(line: Line, client_of: ClientOf) -> None:
    for day, said in ((ANSWER_BY, "Waits for an answer"), (LATE, "17 March 2027")):
        with on(day):
            assert said in client_of(line.manager).get("/device-permissions/team").text
            exported = client_of(line.manager).get("/device-permissions/export.csv").response.get_data(as_text=True)
            assert ("2027-03-17" in exported) == (day == LATE)


def test_a_question_is_not_both_answered_and_closed(line: Line) -> None:
    """Not even past the acts."""
    with pytest.raises(sa.exc.IntegrityError):
        db.session.execute(sa.update(DeviceQuestion).values(answer="x", answered_at=NOW, closed_at=NOW))
    db.session.rollback()
