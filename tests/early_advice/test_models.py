"""Every predicate for every kind of person in every state, and every transition from every state."""

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from app.core.db import db
from app.core.errors import AlreadyDone
from app.core.statuses import TransitionTable
from app.early_advice.models import (
    AdviceQuestion,
    AlertOutcome,
    AlertStatus,
    BreachAnswer,
    DeclarationAction,
    DeclarationOfInterest,
    DeclarationStatus,
    HrAnswer,
    MistakeAlert,
    QuestionStatus,
    Seat,
)
from app.early_advice.models.alerts import ALERT_TRANSITIONS
from app.early_advice.models.declarations import DECLARATION_TRANSITIONS
from app.early_advice.models.questions import QUESTION_TRANSITIONS
from app.early_advice.models.seats import sits_in
from app.early_advice.operations import (
    answer_breach,
    answer_for_hr,
    confirm_taken_down,
    end_connection,
    end_declaration,
    withdraw_question,
)
from app.early_advice.queries import may_read_declaration
from app.people.models import Role
from tests.conftest import NOW
from tests.early_advice.factories import TODAY, People, answered, asked, declared, gone, reviewed, seen, settled, told
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
    if stage == AlertStatus.WITH_DPO:
        return settled(alert, people.manager, AlertOutcome.PERSONAL_DATA_BREACH)
    seen(alert, people.sca)
    return alert if stage == AlertStatus.SEEN else settled(alert, people.sca, AlertOutcome.SETTLED, "")


READERS = {"author", "manager", "sca", "deputy"}
KEEPERS, TOLD = {"sca", "deputy"}, {"manager", "sca", "deputy"}
NOBODY: set[str] = set()
ALERTS: dict[str, dict[str, set[str]]] = {
    "sent": {"tick": TOLD, "decide": NOBODY, "report": NOBODY, "confirm": NOBODY, "answer": NOBODY, "see": READERS},
    "ticked by the manager": {
        "tick": KEEPERS, "decide": {"manager"}, "report": {"manager"}, "confirm": NOBODY, "answer": NOBODY, "see": READERS,
    },
    "seen": {"tick": NOBODY, "decide": TOLD, "report": TOLD, "confirm": NOBODY, "answer": NOBODY, "see": READERS},
    "taking_down": {
        "tick": KEEPERS, "decide": NOBODY, "report": {"manager"}, "confirm": READERS, "answer": NOBODY, "see": READERS,
    },
    "with_dpo": {
        "tick": KEEPERS, "decide": NOBODY, "report": {"manager"}, "confirm": NOBODY, "answer": {"dpo"},
        "see": {*READERS, "dpo"},
    },
    "closed": {"tick": NOBODY, "decide": NOBODY, "report": TOLD, "confirm": NOBODY, "answer": NOBODY, "see": READERS},
}  # fmt: skip


@pytest.mark.parametrize("stage", ALERTS)
def test_who_may_do_what_with_an_alert(make: Factory, stage: str) -> None:
    people = People(make)
    alert = _alert_at(stage, people)
    asked_of: dict[str, Callable[[Any], bool]] = {
        "tick": alert.can_be_ticked_by, "decide": alert.can_be_decided_by, "report": alert.can_be_reported_by,
        "confirm": alert.can_be_confirmed_by, "see": alert.can_be_seen_by,
        "answer": lambda person: alert.can_be_answered_by(person, [people.dpo]),
    }  # fmt: skip
    for name, may in asked_of.items():
        assert {who for who, person in vars(people).items() if may(person)} == ALERTS[stage][name], name


QUESTIONS: dict[str, dict[str, set[str]]] = {
    "asked": {"answer": {"manager"}, "withdraw": {"author"}, "see": {"author", "manager"}},
    "answered": {"answer": NOBODY, "withdraw": NOBODY, "see": {"author", "manager"}},
    "withdrawn": {"answer": NOBODY, "withdraw": NOBODY, "see": {"author", "manager"}},
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


HR = {"hr", "hr_manager"}
DECLARATIONS: dict[str, dict[str, set[str]]] = {
    "declared": {"review": {"manager"}, "done": NOBODY, "again": NOBODY, "end": {"author"}, "hr": HR},
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
    if status is not DeclarationStatus.DECLARED:
        reviewed(one, people.manager, DeclarationAction.UNLINK)
    if status in (DeclarationStatus.IN_PLACE, DeclarationStatus.ENDED):
        end_connection(one, by=people.author, at=NOW)
    if status is DeclarationStatus.ENDED:
        end_declaration(one, by=people.author, at=NOW)
    expected = {**DECLARATIONS[status], "see": {"author", "manager"} | HR}
    if not with_hr:
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
        "UPDATE mistake_alert SET decided_by_id = author_id, decided_at = sent_at, outcome = 'advice', status = 'with_dpo'",
        "UPDATE mistake_alert SET status = 'closed'",
        "UPDATE mistake_alert SET outcome = 'advice'",
        "UPDATE mistake_alert SET breach_answer = 'reported'",
        "UPDATE advice_question SET status = 'answered'",
        "UPDATE declaration_of_interest SET status = 'in_place'",
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
    with_dpo = _alert_at(AlertStatus.WITH_DPO, people)
    answer_breach(with_dpo, BreachAnswer.NO_BREACH, words="No names.", by=people.dpo, at=NOW)
    with pytest.raises(AlreadyDone) as late:
        answer_breach(with_dpo, BreachAnswer.NO_BREACH, words="No names.", by=people.dpo, at=NOW)
    assert late.value.who == "Dora Data"
    one = declared(people.author, at_risk="yes")
    answer_for_hr(one, HrAnswer.ADVICE, words="Talked.", by=people.hr, at=NOW)
    with pytest.raises(AlreadyDone) as late:
        answer_for_hr(one, HrAnswer.ADVICE, words="Talked.", by=people.hr_manager, at=NOW)
    assert late.value.who == "Ivo Intake"
