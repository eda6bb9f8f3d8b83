"""A mistake that was settled and proves worse than thought comes down after all; what came of it first stays."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.core.db import begin_writing, commit, db
from app.core.errors import AlreadyDone, InvalidInput, NotAllowed, NothingHere
from app.core.outbox import OutboxMessage
from app.early_advice.models import AlertOutcome, AlertStatus, EarlierOutcome, MistakeAlert
from app.early_advice.operations import confirm_taken_down, take_down_after_all
from app.people.models import Person
from tests.conftest import NOW
from tests.due_equality import assert_same_duties
from tests.early_advice.factories import TODAY, People, opened_again, seen, settled, told
from tests.factories import Factory
from tests.pages import PageClient

Clients = Callable[..., PageClient]
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def _settled(people: People) -> MistakeAlert:
    return settled(seen(told(people.author), people.manager, people.sca), people.sca, AlertOutcome.ADVICE, "Ask first.")


def _down(alert: MistakeAlert, by: Person) -> None:
    begin_writing(alert)
    confirm_taken_down(alert, by=by, at=NOW, words="It is gone.")
    commit()


def _told_times(person: Person, alert: MistakeAlert) -> int:
    mine = sa.and_(OutboxMessage.to_person_id == person.id, OutboxMessage.subject_id == alert.id)
    return db.session.execute(sa.select(sa.func.count()).select_from(OutboxMessage).where(mine)).scalar_one()


def test_what_came_of_it_first_stays_each_time(make: Factory) -> None:
    """It has a day anew, is due from who sent it, and everybody who was told is told again; however often."""
    people = People(make)
    alert = _settled(people)
    everybody = (people.author, people.manager, people.sca, people.deputy)
    before = {one.id: _told_times(one, alert) for one in everybody}
    opened_again(alert, people.manager, NOW + HOUR)
    assert (alert.status, alert.outcome, alert.decided_by) == (
        AlertStatus.TAKING_DOWN, AlertOutcome.TAKE_DOWN, people.manager,
    )  # fmt: skip
    assert (alert.take_down_by, alert.same_day, alert.closed_at) == (TODAY + DAY, False, None)
    assert [_told_times(one, alert) - before[one.id] for one in everybody] == [1, 0, 1, 1]
    assert assert_same_duties(TODAY) > 0
    _down(alert, people.author)
    opened_again(alert, people.sca, same_day=True)
    assert (alert.take_down_by, alert.same_day, alert.taken_down) == (TODAY, True, "")
    assert [_told_times(one, alert) - before[one.id] for one in everybody] == [2, 2, 1, 2]
    _down(alert, people.author)
    db.session.expire_all()
    kept = [(one.outcome, one.decided_by.name, one.words, one.taken_down) for one in alert.earlier]
    assert kept == [
        (AlertOutcome.ADVICE, "Sally Keeper", "Ask first.", ""),
        (AlertOutcome.TAKE_DOWN, "Mary Manager", "It was shared. Please remove it.", "It is gone."),
    ]
    assert alert.status is AlertStatus.CLOSED
    with pytest.raises(sa.exc.DatabaseError):
        db.session.execute(sa.update(EarlierOutcome).values(outcome="settled"))
    db.session.rollback()


def test_whoever_decided_first_goes_on_to_have_a_part(make: Factory) -> None:
    """Also a deputy who decided where the keeper had ticked, and whose outcome another took the place of."""
    people = People(make)
    alert = settled(seen(told(people.author), people.manager, people.sca), people.deputy)
    opened_again(alert, people.manager)
    _down(alert, people.manager)
    db.session.expire_all()
    assert alert.has_a_part(people.deputy)
    assert alert.can_be_seen_by(people.deputy)


def test_who_is_refused_and_how(make: Factory) -> None:
    """Who first, state second."""
    people = People(make)
    alert = _settled(people)
    for who, kind in (
        (people.stranger, NothingHere), (people.hr_manager, NothingHere), (people.deputy, NothingHere),
        (people.author, NotAllowed),
    ):  # fmt: skip
        with pytest.raises(kind):
            take_down_after_all(alert, words="x", by=who, at=NOW)
    with pytest.raises(InvalidInput, match="Enter what the person is to do"):
        take_down_after_all(alert, words="", by=people.manager, at=NOW)
    opened_again(alert, people.manager)
    with pytest.raises(AlreadyDone, match="It must come down") as refused:
        take_down_after_all(alert, words="x", by=people.sca, at=NOW)
    assert refused.value.who == "Mary Manager"
    undecided = seen(told(people.author), people.manager, people.sca)
    with pytest.raises(AlreadyDone, match="Nothing has been decided yet"):
        take_down_after_all(undecided, words="x", by=people.sca, at=NOW)
    people.author.line_manager = make.person("Helen Heir")
    make.keep(people.author)
    _down(alert, people.sca)
    with pytest.raises(NotAllowed):
        take_down_after_all(alert, words="x", by=people.manager, at=NOW)
    db.session.rollback()


def test_the_pages_lead_through_it(make: Factory, client_of: Clients) -> None:
    people = People(make)
    alert = _settled(people)
    where = f"/early-advice/mistake/{alert.reference}"
    manager, author = client_of(people.manager), client_of(people.author)
    client_of(people.stranger).get(f"{where}/after-all", status=404)
    author.get(f"{where}/after-all", status=403)
    assert "must come down after all" not in author.get(where).text
    assert "Say that it must come down after all" in manager.get(where).text
    assert "That stays on record." in manager.get(f"{where}/after-all").text
    page = manager.post(f"{where}/after-all", {"words": ""}, status=422)
    assert page.errors == ["Enter what the person is to do, and what was found"]
    page = manager.follow(f"{where}/after-all", {"words": "It was shared."})
    for words in ("You told Alan Author that it must come down after all.", "What came of it before", "Ask first.",
                  "What comes of it now", "said that it must come down after all"):  # fmt: skip
        assert words in page.text
    assert manager.look(f"{where}/after-all").location.endswith(alert.reference)
    manager.post(f"{where}/after-all", {"words": "Again."}, status=409)
    assert "Take down what you told us of, and say so" in author.get("/").text
    author.follow(f"{where}/taken-down", {"words": ""})
    assert "Settled" in manager.get(where).text
