"""Every predicate for every kind of person in every state, and every transition from every state."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from app.breach_reports.models import YesNoUnknown
from app.core.db import commit, db
from app.core.errors import AlreadyDone, InvalidInput, NotAllowed, NothingHere
from app.core.paging import Cursor
from app.core.statuses import TransitionTable
from app.early_advice import queries
from app.early_advice.models import (
    AdviceQuestion,
    AlertOutcome,
    AlertStatus,
    DeclarationAction,
    DeclarationOfInterest,
    DeclarationStatus,
    HrAnswer,
    MistakeAlert,
    QuestionStatus,
    Seat,
)
from app.early_advice.models.alerts import ALERT_TRANSITIONS, WITH_OFFICER
from app.early_advice.models.declarations import DECLARATION_TRANSITIONS
from app.early_advice.models.questions import QUESTION_TRANSITIONS
from app.early_advice.models.seats import sits_in
from app.early_advice.operations import (
    answer_for_hr,
    confirm_taken_down,
    decide_alert,
    end_connection,
    end_declaration,
    mark_alert_seen,
    withdraw_question,
)
from app.early_advice.queries import may_read_declaration
from app.people.models import Role
from tests.conftest import NOW
from tests.early_advice.factories import (
    TODAY,
    People,
    answered,
    asked,
    declared,
    gone,
    judged,
    opened_again,
    reviewed,
    seen,
    sent_on,
    settled,
    told,
)
from tests.factories import Factory

TABLES: list[tuple[type[Any], TransitionTable[Any]]] = [
    (MistakeAlert, ALERT_TRANSITIONS),
    (AdviceQuestion, QUESTION_TRANSITIONS),
    (DeclarationOfInterest, DECLARATION_TRANSITIONS),
]


@pytest.mark.parametrize(("model", "table"), TABLES)
def test_every_transition_from_every_state(model: type[Any], table: TransitionTable[Any]) -> None:
    """The table and nothing else decides."""
    for old, new, allowed in table.pairs():
        thing = model(status=old)
        assert thing.can_move_to(new) == allowed
        if allowed:
            thing.move_to(new)
            assert thing.status is new
        else:
            with pytest.raises(AlreadyDone):
                thing.move_to(new)


def _alert_at(stage: str, people: People) -> MistakeAlert:
    alert = told(people.author)
    if stage == "sent":
        return alert
    seen(alert, people.manager)
    if stage == "ticked by the manager":
        return alert
    if stage == AlertStatus.TAKING_DOWN:
        return settled(alert, people.manager, AlertOutcome.TAKE_DOWN)
    if stage == "taken down before the keeper saw it":
        settled(alert, people.manager, AlertOutcome.TAKE_DOWN)
        confirm_taken_down(alert, by=people.author, at=NOW)
        commit()
        return alert
    seen(alert, people.sca)
    if stage == AlertStatus.SEEN:
        return alert
    settled(alert, people.sca, AlertOutcome.SETTLED, "")
    return opened_again(alert, people.manager) if stage == "to come down after all" else alert


DAY = timedelta(days=1)
READERS = {"author", "manager", "sca", "deputy"}
KEEPERS, TOLD = {"sca", "deputy"}, {"manager", "sca", "deputy"}
NOBODY: set[str] = set()
# Who may do what at each stage of those who were told, while the officer knows nothing of it. Whoever may report it to HR
# may also send it to the officer.
ALERTS: dict[str, dict[str, set[str]]] = {
    "sent": {"tick": TOLD, "decide": NOBODY, "report": NOBODY, "confirm": NOBODY, "see": READERS},
    "ticked by the manager": {
        "tick": KEEPERS, "decide": {"manager"}, "report": {"manager"}, "confirm": NOBODY, "see": READERS,
    },
    "seen": {"tick": NOBODY, "decide": TOLD, "report": TOLD, "confirm": NOBODY, "see": READERS},
    "taking_down": {"tick": KEEPERS, "decide": NOBODY, "report": {"manager"}, "confirm": READERS, "see": READERS},
    "taken down before the keeper saw it": {
        "tick": KEEPERS, "decide": NOBODY, "report": {"manager"}, "confirm": NOBODY, "see": READERS,
    },
    "closed": {
        "tick": NOBODY, "decide": NOBODY, "report": {"manager", "sca"}, "confirm": NOBODY,
        "see": {"author", "manager", "sca"},
    },
    "to come down after all": {"tick": NOBODY, "decide": NOBODY, "report": TOLD, "confirm": READERS, "see": READERS},
}  # fmt: skip


def _who_may(alert: MistakeAlert, people: People) -> dict[str, set[str]]:
    asked_of: dict[str, Callable[[Any], bool]] = {
        "tick": alert.can_be_ticked_by, "decide": alert.can_be_decided_by, "report": alert.can_be_reported_by,
        "confirm": alert.can_be_confirmed_by, "see": alert.can_be_seen_by, "send": alert.can_be_sent_to_officer_by,
        "answer": lambda person: alert.can_be_answered_by(person, [people.dpo]),
        "after all": alert.can_be_taken_down_after_all_by,
    }  # fmt: skip
    return {name: {who for who, one in vars(people).items() if may(one)} for name, may in asked_of.items()}


def _listed(people: People, of: Callable[..., Any], one: Any) -> set[str]:
    return {
        who for who, person in vars(people).items()
        if one.reference in [row.reference for row in of(person, TODAY, Cursor.read(None, None)).rows]
    }  # fmt: skip


@pytest.mark.parametrize("officer", ["not asked", "asked", "answered"])
@pytest.mark.parametrize("stage", ALERTS)
def test_who_may_do_what_with_an_alert(make: Factory, stage: str, officer: str) -> None:
    """At every stage, with the officer's look beside it, which changes nothing else but that what waits for it is open."""
    people = People(make)
    alert, expected = _alert_at(stage, people), {**ALERTS[stage], "answer": NOBODY}
    if officer != "not asked":
        if stage == "sent":
            with pytest.raises(InvalidInput, match="Tick first"):
                sent_on(alert, people.manager)
            return
        status = alert.status
        sent_on(alert, people.manager)
        assert alert.status is status
        expected |= {"answer": {"dpo"}, "see": READERS | {"dpo"}}
        if stage == "closed":
            expected["report"] = TOLD
    if officer == "answered":
        judged(alert, people.dpo)
        expected |= {"answer": NOBODY, "report": ALERTS[stage]["report"], "see": ALERTS[stage]["see"] | {"dpo"}}
    expected["send"] = expected["report"]  # what is new reaches the officer at any time
    # Once it is settled, whoever may still report it may also have it taken down after all.
    expected["after all"] = expected["report"] if alert.status is AlertStatus.CLOSED else NOBODY
    assert _who_may(alert, people) == expected
    assert _listed(people, queries.alerts_for, alert) == expected["see"] - {"author"}


# Everybody who comes to sit in a place later, for each stage: whether they have work to do there, and so read it.
LATER = {
    "sent": True, "ticked by the manager": True, "seen": True, "taking_down": True,
    "taken down before the keeper saw it": False, "closed": False, "to come down after all": True,
}  # fmt: skip


@pytest.mark.parametrize("with_officer", [True, False])
@pytest.mark.parametrize("stage", LATER)
def test_whoever_comes_later_reads_what_is_open_and_nothing_that_is_settled(
    make: Factory, stage: str, with_officer: bool
) -> None:
    """A manager and a keeper: what is open passes on, what is settled stays with those who had a part in it."""
    people = People(make)
    alert = _alert_at(stage, people)
    if with_officer and stage != "sent":
        sent_on(alert, people.manager)
    is_open = LATER[stage] or (with_officer and stage != "sent")
    people.heir = make.person("Helen Heir")  # type: ignore[attr-defined]
    people.keeper = make.person("Kim Keeper", Role.SCA)  # type: ignore[attr-defined]
    people.author.line_manager = people.heir  # type: ignore[attr-defined]
    make.keep(people.author)
    found = _who_may(alert, people)
    assert ("heir" in found["see"]) == is_open
    # What no keeper has seen waits for the tick of whoever keeps the register now.
    assert ("keeper" in found["see"]) == (is_open or stage == "taken down before the keeper saw it")
    assert ("manager" in found["see"]) == (stage != "sent")
    assert ("heir" in found["report"]) == (is_open and stage != "sent")
    assert ("manager" in found["report"]) == (stage != "sent")
    assert found["see"] - {"author"} == _listed(people, queries.alerts_for, alert)
    for name in ("tick", "decide", "report", "confirm", "send", "answer", "after all"):
        assert found[name] <= found["see"], name
    assert "manager" not in found["after all"]  # such things are told to somebody else by now


@pytest.mark.parametrize("personal_data", list(YesNoUnknown))
@pytest.mark.parametrize("outcome", list(AlertOutcome))
def test_no_outcome_takes_the_officers_look_away_without_a_word(
    make: Factory, outcome: AlertOutcome, personal_data: YesNoUnknown
) -> None:
    """With each outcome: the officer is asked, or need not look for a reason that is kept; both stand beside each other."""
    people, asks = People(make), personal_data is not YesNoUnknown.NO
    made = [seen(told(people.author, personal_data=personal_data), people.manager, people.sca) for _ in range(4)]
    plain, refused, yes, early = made
    assert plain.leaves_officer_open == asks
    if asks:
        for said in ({}, {"to_officer": False}):
            with pytest.raises(InvalidInput, match="data protection officer"):
                settled(plain, people.manager, outcome, **said)
        db.session.rollback()
        assert (plain.status, plain.leaves_officer_open) == (AlertStatus.SEEN, True)
    else:
        settled(plain, people.manager, outcome)
        assert plain.officer_asked_at is None
    settled(refused, people.manager, outcome, to_officer=False, why_not="It showed no face.")
    assert refused.why_no_officer == ("It showed no face." if asks else "")
    asked_at_once = personal_data is YesNoUnknown.YES
    assert refused.waits_for_officer == refused.can_be_seen_by(people.dpo) == asked_at_once
    sent_on(refused, people.sca, "There was one after all.")
    settled(yes, people.manager, outcome, to_officer=True)
    settled(sent_on(early, people.sca, "A name."), people.manager, outcome)
    for alert in (refused, yes, early):
        takes_down = outcome is AlertOutcome.TAKE_DOWN
        assert alert.states == ([("taking_down", "To be taken down")] if takes_down else []) + [WITH_OFFICER]
        assert (alert.take_down_by, alert.officer_due_on) == (TODAY + DAY if takes_down else None, TODAY + 3 * DAY)
        assert not alert.leaves_officer_open
        judged(alert, people.dpo)
        assert alert.is_open == takes_down
        if takes_down:
            confirm_taken_down(alert, by=people.author, at=NOW)
            commit()
        assert alert.states == [("closed", "Settled")]


QUESTIONS: dict[str, dict[str, set[str]]] = {
    "asked": {"answer": {"manager"}, "withdraw": {"author"}, "see": {"author", "manager"}},
    "answered": {"answer": NOBODY, "withdraw": NOBODY, "see": {"author", "manager"}},
    "withdrawn": {"answer": NOBODY, "withdraw": NOBODY, "see": {"author"}},
}


@pytest.mark.parametrize("status", list(QuestionStatus))
def test_who_may_do_what_with_a_question(make: Factory, status: QuestionStatus) -> None:
    people = People(make)
    question = asked(people.author)
    if status is QuestionStatus.ANSWERED:
        answered(question, people.manager)
    elif status is QuestionStatus.WITHDRAWN:
        withdraw_question(question, by=people.author, at=NOW)
    asked_of: dict[str, Callable[[Any], bool]] = {
        "answer": question.can_be_answered_by, "withdraw": question.can_be_withdrawn_by, "see": question.can_be_seen_by,
    }  # fmt: skip
    for name, may in asked_of.items():
        assert {who for who, person in vars(people).items() if may(person)} == QUESTIONS[status][name], name
    assert _listed(people, queries.questions_for, question) == QUESTIONS[status]["see"] - {"author"}
    heir = make.person("Helen Heir")
    people.author.line_manager = heir
    make.keep(people.author)
    waits = status is QuestionStatus.ASKED
    assert question.can_be_seen_by(heir) == question.can_be_answered_by(heir) == waits
    assert question.can_be_seen_by(people.manager) == (status is QuestionStatus.ANSWERED)
    assert not question.can_be_answered_by(people.manager)


HR = {"hr", "hr_manager"}
DECLARATIONS: dict[str, dict[str, set[str]]] = {
    "declared": {"review": {"manager"}, "done": NOBODY, "again": NOBODY, "end": {"author"}, "hr": HR},
    "with_hr": {"review": NOBODY, "done": NOBODY, "again": NOBODY, "end": {"author"}, "hr": HR},
    "to_do": {"review": NOBODY, "done": {"author"}, "again": NOBODY, "end": {"author"}, "hr": HR},
    "in_place": {"review": NOBODY, "done": NOBODY, "again": {"author"}, "end": {"author"}, "hr": HR},
    "ended": {"review": NOBODY, "done": NOBODY, "again": NOBODY, "end": NOBODY, "hr": HR},
}


@pytest.mark.parametrize("with_hr", [True, False])
@pytest.mark.parametrize("status", list(DeclarationStatus))
def test_who_may_do_what_with_a_declaration(make: Factory, status: DeclarationStatus, with_hr: bool) -> None:
    """HR knows of it only where it was asked; the keepers of the register never do."""
    people = People(make)
    one = declared(people.author, at_risk="yes" if with_hr else "no")
    if status is DeclarationStatus.WITH_HR:
        reviewed(one, people.manager, DeclarationAction.REFER)
    elif status is not DeclarationStatus.DECLARED:
        reviewed(one, people.manager, DeclarationAction.UNLINK)
    if status in (DeclarationStatus.IN_PLACE, DeclarationStatus.ENDED):
        end_connection(one, by=people.author, at=NOW)
    if status is DeclarationStatus.ENDED:
        end_declaration(one, by=people.author, at=NOW)
    expected = {**DECLARATIONS[status], "see": {"author", "manager"} | HR}
    if not with_hr and status is not DeclarationStatus.WITH_HR:
        expected = {**expected, "hr": NOBODY, "see": {"author", "manager"}}
    asked_of: dict[str, Callable[[Any], bool]] = {
        "review": one.can_be_reviewed_by, "done": one.can_be_done_by, "again": one.can_be_looked_at_again_by,
        "end": one.can_be_ended_by, "hr": one.can_be_answered_by,
        "see": lambda person: may_read_declaration(one, person, TODAY),
    }  # fmt: skip
    for name, may in asked_of.items():
        assert {who for who, person in vars(people).items() if may(person)} == expected[name], name


def test_nobody_hears_themselves_and_those_who_left_hear_nothing(make: Factory) -> None:
    """A manager who left gives way to the head; a keeper who tells of a mistake leaves it to her deputy."""
    people = People(make)
    chair = make.person("Cora Chair", Role.CHAIR)
    for seat, hearers in ((Seat.MANAGER, {"manager"}), (Seat.SCA, KEEPERS), (Seat.CHAIR, NOBODY)):
        assert {who for who, one in vars(people).items() if sits_in(seat, one, people.author, TODAY)} == hearers
    assert sits_in(Seat.CHAIR, chair, people.author, TODAY)
    assert not sits_in(Seat.CHAIR, chair, chair, TODAY)
    assert not sits_in(Seat.SCA, people.sca, people.sca, TODAY)
    gone(people.manager, TODAY.replace(day=1))
    assert sits_in(Seat.MANAGER, people.head, people.author, TODAY)
    assert not sits_in(Seat.MANAGER, people.manager, people.author, TODAY)


def test_what_is_written_is_sealed(make: Factory) -> None:
    """No word of it stands in the database in clear, and each has a key of its own."""
    people = People(make)
    alert, question, one = told(people.author), asked(people.author), declared(people.author)
    for table, words in (
        ("mistake_alert", (alert.what, alert.done, alert.address)), ("advice_question", (question.post, question.doubt)),
        ("declaration_of_interest", (one.words, one.marker)),
    ):  # fmt: skip
        kept = b" ".join(
            bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
            for row in db.session.execute(sa.text(f"SELECT * FROM {table}")) for value in row
        )  # fmt: skip
        for text in words:
            assert text
            assert text.encode() not in kept
    assert len({alert.data_key_id, question.data_key_id, one.data_key_id}) == 3


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE mistake_alert SET decided_by_id = author_id, decided_at = sent_at, outcome = 'advice', status = 'closed', "
        "closed_at = sent_at",
        "UPDATE mistake_alert SET status = 'with_dpo'",
        "UPDATE mistake_alert SET outcome = 'personal_data_breach'",
        "UPDATE mistake_alert SET take_down_by = due_on",
        "UPDATE mistake_alert SET officer_asked_at = sent_at, officer_due_on = due_on",
        "UPDATE mistake_alert SET officer_asked_at = sent_at, officer_due_on = due_on, officer_asked_by_id = author_id",
        "UPDATE mistake_alert SET officer_due_on = due_on",
        "UPDATE mistake_alert SET status = 'closed'",
        "UPDATE mistake_alert SET outcome = 'advice'",
        "UPDATE mistake_alert SET sent_on_at = sent_at",
        "UPDATE mistake_alert SET officer_counts_from = sent_at",
        "UPDATE mistake_alert SET breach_answer = 'reported'",
        "UPDATE advice_question SET status = 'answered'",
        "UPDATE declaration_of_interest SET status = 'in_place'",
        "UPDATE declaration_of_interest SET status = 'with_hr'",
        "UPDATE declaration_of_interest SET action = 'may_stay', reviewed_at = declared_at",
        "UPDATE declaration_of_interest SET lead_due_on = review_by",
        "UPDATE declaration_of_interest SET hr_answer = 'advice'",
        "UPDATE alert_receipt SET seat = 'hr'",
    ],
)
def test_the_database_refuses_nonsense_too(make: Factory, change: str) -> None:
    people = People(make)
    told(people.author)
    asked(people.author)
    declared(people.author)
    with pytest.raises(IntegrityError):
        db.session.execute(sa.text(change))
    db.session.rollback()


def test_acts_from_a_wrong_state_are_refused(make: Factory) -> None:
    """Each rightful actor who comes too early or too late is told how it stands."""
    people = People(make)
    closed = _alert_at("closed", people)
    with pytest.raises(AlreadyDone, match="Nothing more is needed here"):
        confirm_taken_down(closed, by=people.author, at=NOW)
    for late_act in (
        lambda: mark_alert_seen(closed, by=people.manager, at=NOW),
        lambda: decide_alert(closed, AlertOutcome.CORRECTED, words="", by=people.manager, at=NOW),
    ):
        with pytest.raises(AlreadyDone) as late:
            late_act()
        assert late.value.who == "Sally Keeper"
    with pytest.raises(NothingHere):
        decide_alert(closed, AlertOutcome.CORRECTED, words="", by=people.deputy, at=NOW)
    sent_on(closed, people.manager)
    with pytest.raises(AlreadyDone) as late:
        sent_on(closed, people.sca)
    assert late.value.who == "Mary Manager"
    with pytest.raises(NotAllowed):
        sent_on(closed, people.author)
    judged(closed, people.dpo)
    with pytest.raises(AlreadyDone) as late:
        judged(closed, people.dpo)
    assert late.value.who == "Dora Data"
    with pytest.raises(NotAllowed):
        sent_on(closed, people.dpo)
    one = declared(people.author, at_risk="yes")
    answer_for_hr(one, HrAnswer.NO_CONCERN, words="Talked.", by=people.hr, at=NOW)
    with pytest.raises(AlreadyDone) as late:
        answer_for_hr(one, HrAnswer.NO_CONCERN, words="Talked.", by=people.hr_manager, at=NOW)
    assert late.value.who == "Ivo Intake"
