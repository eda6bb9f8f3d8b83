"""Somebody says that they did not agree as it was recorded: it stands beside it, HR settles it by a day, they can agree."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from app.core import clock
from app.core.db import commit, db
from app.core.errors import AlreadyDone, InvalidInput, NotAllowed
from app.figures.models import how_agreed
from app.hr_cases.documents.gathering import acknowledged_words
from app.people.models import Person, Role
from app.policy.models import Acknowledgement, AgreedBy, AgreementNote
from app.policy.operations import acknowledge, attest, dispute_agreement, take_back_agreement, uphold_agreement
from app.policy.queries import (
    DISPUTED,
    agreement_by_id,
    agreement_to,
    agreements_that_count,
    current_version,
    how_they_stand,
    is_covered,
    to_settle,
)
from tests.conftest import NOW
from tests.due_equality import assert_same_duties
from tests.duties.factories import morning
from tests.early_advice.factories import reminded_on
from tests.factories import Factory
from tests.pages import PageClient
from tests.policy.factories import DAY, SLUG, TODAY

Clients = Callable[..., PageClient]
HOUR = timedelta(hours=1)
SETTLE_BY = date(2027, 3, 10)
SAID = "They said on 3 March 2027 that they did not agree"


class People:
    """Somebody for whom their manager attested that they agreed, two HR managers, and others."""

    def __init__(self, make: Factory) -> None:
        self.manager = make.person("Mary Manager")
        self.person = make.person("Carys Signed", manager=self.manager)
        self.hr = make.person("Hana Personnel", Role.HR_MANAGER)
        self.other_hr = make.person("Olga Personnel", Role.HR_MANAGER)
        self.intake = make.person("Ivo Intake", Role.HR_INTAKE)
        self.gone = make.person("Gwen Gone", Role.HR_MANAGER, last_working_day=TODAY - DAY)


def _disputed(person: Person, by: Person) -> Acknowledgement:
    (made,) = attest([person], current_version(TODAY), method=AgreedBy.PAPER, agreed_on=TODAY - DAY, by=by, at=NOW)
    dispute_agreement(made, by=person, at=NOW)
    commit()
    return made


def _upheld(agreement: Acknowledgement, by: Person) -> Acknowledgement:
    uphold_agreement(agreement, reason="I saw the form.", by=by, at=clock.now())
    commit()
    return agreement


def _settled_by(people: People, agreement: Acknowledgement) -> set[str]:
    """Who may uphold it, which is whose first page it stands on."""
    hr = [people.hr, people.other_hr]
    may = {who for who, one in vars(people).items() if who != "gone" and agreement.can_be_upheld_by(one, hr)}
    listed = set()
    for who, one in vars(people).items():
        query = to_settle(one, TODAY)
        if who != "gone" and query is not None and db.session.execute(query).all():
            listed.add(who)
    assert may == listed
    return may


@pytest.mark.parametrize(
    ("attests", "disputes", "settle"),
    [
        ("manager", "person", {"hr", "other_hr"}),
        ("hr", "person", {"other_hr"}),
        ("hr", "other_hr", {"hr"}),  # nobody else is there: better whoever attested it than nobody
        ("manager", "hr", {"other_hr"}),
    ],
)
def test_who_settles_what_is_disputed(make: Factory, attests: str, disputes: str, settle: set[str]) -> None:
    """An HR manager, never the person themself, nor whoever attested it where another is there."""
    people = People(make)
    if attests == "manager":
        getattr(people, disputes).line_manager = people.manager
    one = _disputed(getattr(people, disputes), getattr(people, attests))
    assert _settled_by(people, one) == settle
    assert assert_same_duties(TODAY) > 0
    for who, person in vars(people).items():
        if who not in {*settle, "gone"}:  # who left cannot sign in
            with pytest.raises(NotAllowed):
                uphold_agreement(one, reason="x", by=person, at=NOW)
    judge = getattr(people, sorted(settle)[0])
    with pytest.raises(InvalidInput, match="why it is right"):
        uphold_agreement(one, reason="", by=judge, at=NOW)
    _upheld(one, judge)
    assert _settled_by(people, one) == set()
    with pytest.raises(AlreadyDone, match="found to be right"):
        uphold_agreement(one, reason="x", by=judge, at=NOW)


def test_it_is_settled_by_a_day_and_chased(make: Factory) -> None:
    people = People(make)
    one = _disputed(people.person, people.hr)
    assert one.disputed is not None
    assert one.disputed.due_on == SETTLE_BY
    for number in range(1, 9):
        morning(TODAY + number * DAY)
    assert reminded_on(people.other_hr, DISPUTED) == [(SETTLE_BY - DAY, False), (SETTLE_BY, False)]
    assert reminded_on(people.hr, DISPUTED) == []
    take_back_agreement(one, reason="The wrong name.", by=people.hr, at=NOW)
    commit()
    assert _settled_by(people, one) == set()
    with pytest.raises(AlreadyDone, match="taken back"):
        uphold_agreement(one, reason="x", by=people.other_hr, at=NOW)


def test_nothing_is_settled_that_nobody_disputes_and_what_was_said_stays(make: Factory) -> None:
    people = People(make)
    (one,) = attest([people.person], current_version(TODAY), method=AgreedBy.PAPER, agreed_on=TODAY, by=people.hr, at=NOW)
    commit()
    with pytest.raises(AlreadyDone, match="Nobody says"):
        uphold_agreement(one, reason="x", by=people.other_hr, at=NOW)
    dispute_agreement(one, by=people.person, at=NOW)
    _upheld(one, people.other_hr)
    with pytest.raises(sa.exc.DatabaseError):
        db.session.execute(sa.update(AgreementNote).values(reason="Otherwise"))
    db.session.rollback()


def test_it_stands_beside_the_agreement_wherever_that_is_evidence(make: Factory) -> None:
    """Up to the moment of the papers; what was agreed besides and is not disputed counts before it."""
    people, version = People(make), current_version(TODAY)
    one = _disputed(people.person, people.manager)

    def words(until: timedelta) -> str:
        found = agreements_that_count(people.person.id, version)
        return acknowledged_words(found, [TODAY + DAY], until=NOW + until)

    assert words(HOUR).endswith(f"on 2 March 2027, on paper, recorded on 3 March 2027. {SAID}")
    assert "did not agree" in acknowledged_words([one], [TODAY - 9 * DAY], until=NOW)
    assert "did not agree" not in acknowledged_words([one], [TODAY], until=NOW - HOUR)
    assert how_agreed(one) == f"On paper, attested by Mary Manager on 3 March 2027. {SAID}"
    with clock.set_to(NOW + HOUR):
        _upheld(one, people.hr)
    assert words(timedelta()).endswith(SAID)
    assert words(HOUR).endswith(f"{SAID}; Human Resources found on 3 March 2027 that it is right")
    assert how_agreed(one).endswith("Human Resources found on 3 March 2027 that it is right")
    acknowledge(people.person, version, at=NOW + HOUR)
    commit()
    assert words(HOUR) == f"{version.label} on 3 March 2027"
    take_back_agreement(one, reason="No form.", by=people.hr, at=NOW + HOUR)
    commit()
    assert SAID in how_agreed(one)
    assert how_agreed(one).endswith("it does not count")


def test_whoever_disputes_it_can_agree_on_the_page_meanwhile(make: Factory) -> None:
    people, version = People(make), current_version(TODAY)
    one = _disputed(people.person, people.manager)
    assert is_covered(people.person.id, version)
    made = acknowledge(people.person, version, at=NOW + HOUR)
    commit()
    assert agreement_to(version, people.person.id) == made
    assert how_they_stand(people.person.id, version) == (TODAY, True)
    with pytest.raises(AlreadyDone):
        acknowledge(people.person, version, at=NOW + HOUR)
    assert _settled_by(people, one) == {"hr", "other_hr"}


def test_the_pages_lead_through_it(client_of: Clients, make: Factory) -> None:
    people = People(make)
    one = _disputed(people.person, people.manager)
    address = f"/policy/attested/{one.id}"
    person, hr, manager = client_of(people.person), client_of(people.hr), client_of(people.manager)
    page = person.get(f"/policy/{SLUG}/acknowledge")
    assert "You can agree yourself now." in page.text
    assert page.has_button("I have read this")
    page = person.get(address)
    for words in ("by 10 March 2027", "You need not wait"):
        assert words in page.text
    assert SAID in person.get("/figures/my-record").text
    assert not manager.get(address).has_button("It is right")
    manager.post(f"{address}/uphold", {"why_right": "x"}, status=403)
    page = hr.get("/")
    assert "Settle whether Carys Signed agreed to the policy" in page.text
    assert "They said so on" in hr.get(address).text
    assert hr.post(f"{address}/uphold", {"why_right": ""}, status=422).errors == ["Enter why it is right"]
    assert hr.post(f"{address}/take-back", {"reason": ""}, status=422).errors == ["Enter why it was a mistake"]
    hr.follow(f"{address}/uphold", {"why_right": "I saw the form."})
    assert "I saw the form." in person.get(address).text
    assert "Counts: found to be right" in hr.get("/policy/attested").text
    person.follow(f"/policy/{SLUG}/acknowledge", {"agreed": "y"})
    assert "You agreed to this version" in person.get(f"/policy/{SLUG}/acknowledge").text
    found = agreement_by_id(one.id)
    assert found is not None
    assert found.upheld is not None
