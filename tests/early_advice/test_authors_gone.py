"""What somebody asked or declared chases nobody once they have left; what must still be done about a mistake stays."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.core import clock
from app.core.db import commit, db
from app.core.errors import AlreadyDone, NothingHere
from app.duties.models import Reminder
from app.duties.queries import desk_of
from app.early_advice import operations, queries
from app.early_advice.models import (
    AlertOutcome,
    DeclarationAction,
    DeclarationStatus,
    QuestionStatus,
    Verdict,
)
from app.people.models import Person
from tests.conftest import NOW
from tests.due_equality import assert_same_duties
from tests.duties.factories import morning
from tests.early_advice.factories import TODAY, People, answered, asked, declared, gone, reviewed, seen, settled, told
from tests.factories import Factory
from tests.pages import PageClient

Clients = Callable[..., PageClient]
DAY = timedelta(days=1)
LEFT = ("has left", "last day today", "left at once today", "here")


def _leaves(person: Person, how: str) -> bool:
    """Let them leave; gives whether they are gone."""
    if how != "here":
        person.last_working_day, person.left_at_once = (
            TODAY - DAY if how == "has left" else TODAY, how == "left at once today"
        )  # fmt: skip
        commit()
    return how in ("has left", "left at once today")


@pytest.mark.parametrize("how", LEFT)
@pytest.mark.parametrize("status", list(QuestionStatus))
def test_a_question_of_somebody_who_left_waits_for_nothing(make: Factory, status: QuestionStatus, how: str) -> None:
    """The truth table; whoever was asked reads it all the same."""
    people = People(make)
    question = asked(people.author)
    if status is QuestionStatus.ANSWERED:
        answered(question, people.manager)
    elif status is QuestionStatus.WITHDRAWN:
        operations.withdraw_question(question, by=people.author, at=NOW)
    is_gone, waits = _leaves(people.author, how), status is QuestionStatus.ASKED
    assert question.waits_for_nothing is (is_gone and waits)
    assert question.can_be_answered_by(people.manager) is (waits and not is_gone)
    assert question.can_be_seen_by(people.manager) is (status is not QuestionStatus.WITHDRAWN)
    assert not question.can_be_seen_by(people.stranger)
    if question.waits_for_nothing:
        with pytest.raises(AlreadyDone, match="Alan Author does not work here any more"):
            operations.answer_question(question, Verdict.GO_AHEAD, answer="", by=people.manager, at=NOW)
        with pytest.raises(NothingHere):
            operations.answer_question(question, Verdict.GO_AHEAD, answer="", by=people.stranger, at=NOW)


@pytest.mark.parametrize("how", LEFT)
@pytest.mark.parametrize("status", list(DeclarationStatus))
def test_a_declaration_of_somebody_who_left_need_not_be_reviewed(
    make: Factory, status: DeclarationStatus, how: str
) -> None:
    """The truth table; it can be, since somebody may need protection."""
    people = People(make)
    one = declared(people.author)
    if status is DeclarationStatus.WITH_HR:
        reviewed(one, people.manager, DeclarationAction.REFER)
    elif status is not DeclarationStatus.DECLARED:
        action = DeclarationAction.UNLINK if status is DeclarationStatus.TO_DO else DeclarationAction.MAY_STAY
        reviewed(one, people.manager, action)
    if status is DeclarationStatus.ENDED:
        operations.end_declaration(one, by=people.author, at=NOW)
    is_gone, waits = _leaves(people.author, how), status is DeclarationStatus.DECLARED
    assert one.need_not_be_reviewed is (is_gone and waits)
    assert one.can_be_reviewed_by(people.manager) is waits


def _kinds(person: Person) -> set[str]:
    return {line.kind for line in desk_of(person, TODAY).lines if line.kind.startswith("early_")}


def test_nobody_is_chased_for_what_somebody_asked_or_declared_who_left(make: Factory) -> None:
    """The manager and those above hear no more of it. A mistake is seen and taken down all the same, and HR looks at what
    may bear on somebody's safety.
    """
    people = People(make)
    asked(people.author)
    declared(people.author, at_risk="yes")
    told(people.author)
    seen_by_both = seen(told(people.author), people.manager, people.sca)
    settled(seen_by_both, people.sca, AlertOutcome.TAKE_DOWN, "Please take it down.")
    gone(people.author, TODAY)
    for number in range(1, 25):
        morning(TODAY + number * DAY)
    with clock.set_to(NOW + 2 * DAY):
        assert assert_same_duties(clock.today()) > 0
    sent = sa.select(Reminder.kind, Reminder.to_person_id).where(Reminder.sent_on > TODAY)
    reminded = {(kind, to) for kind, to in db.session.execute(sent) if kind.startswith("early_")}
    assert {kind for kind, _to in reminded} == {"early_alert_see", "early_alert_take_down", "early_declaration_hr"}
    assert {kind for kind, to in reminded if to == people.manager.id} == {"early_alert_see", "early_alert_take_down"}
    assert ("early_declaration_hr", people.hr.id) in reminded


def test_hr_records_no_manager_for_what_somebody_asked_or_declared_who_left(make: Factory) -> None:
    """But for a mistake that nobody has seen."""
    people = People(make)
    alone = make.person("Lone Author", manager=people.manager)
    asked(alone)
    declared(alone)
    alone.line_manager_id = None
    commit()
    assert queries.waits_for_a_manager(alone, TODAY)
    assert queries.first_for_a_manager(alone, TODAY) is not None
    gone(alone, TODAY - DAY)
    assert not queries.waits_for_a_manager(alone, TODAY)
    assert queries.first_for_a_manager(alone, TODAY) is None
    other = make.person("Other Author", manager=people.manager)
    told(other)
    other.line_manager_id = None
    commit()
    gone(other, TODAY - DAY)
    assert queries.waits_for_a_manager(other, TODAY)


def test_pages_say_that_there_is_nothing_to_do(make: Factory, client_of: Clients) -> None:
    people = People(make)
    question, one = asked(people.author), declared(people.author)
    gone(people.author, TODAY - DAY)
    manager = client_of(people.manager)
    home = manager.get("/").text
    assert "who asks before posting" not in home
    assert "declaration" not in home
    address = f"/early-advice/ask/{question.reference}"
    page = manager.get(address)
    assert "Nothing to answer : Alan Author does not work here any more." in page.text
    assert "Send answer" not in page.text
    refused = manager.post(f"{address}/answer", {"verdict": "go_ahead"}, status=409)
    assert "Alan Author does not work here any more. You need not answer." in refused.text
    address = f"/early-advice/declare/{one.reference}"
    page = manager.get(address)
    assert "Nothing to decide : Alan Author does not work here any more. If a child" in page.text
    assert "to be decided" not in page.text
    manager.follow(f"{address}/review", {"action": "refer", "reasons": "A resident may be at risk."})
    assert one.status is DeclarationStatus.WITH_HR
    assert "looks at it" in client_of(people.hr).get(address).text
