"""What was attested of somebody by mistake: they say so, it is taken back, it stays readable, and they are asked anew."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.core import clock
from app.core.db import commit, db
from app.core.errors import AlreadyDone, InvalidInput, NotAllowed
from app.hr_cases.documents.gathering import acknowledged_words
from app.people.models import Person, Role
from app.policy.models import Acknowledgement, AgreedBy, AgreementNote, PolicyAsk
from app.policy.operations import (
    acknowledge,
    ask_to_acknowledge,
    attest,
    dispute_agreement,
    take_back_agreement,
    uphold_agreement,
)
from app.policy.queries import (
    agreement_to,
    agreements_of,
    agreements_that_count,
    attested_seen_by,
    coverage,
    current_version,
    how_they_stand,
    is_covered,
    last_ask,
    team_of,
)
from tests.conftest import NOW
from tests.due_equality import assert_same_duties
from tests.factories import Factory
from tests.pages import PageClient
from tests.policy.factories import DAY, SLUG, TODAY
from tests.policy.test_attested_of_you import told

Clients = Callable[..., PageClient]
LATER = NOW + 20 * DAY


class People:
    """Somebody for whom their manager attested that they agreed, and who else is there."""

    def __init__(self, make: Factory) -> None:
        self.manager = make.person("Mary Manager")
        self.person = make.person("Carys Signed", manager=self.manager)
        self.hr = make.person("Hana Personnel", Role.HR_MANAGER)
        self.intake = make.person("Ivo Intake", Role.HR_INTAKE)
        self.stranger = make.person("Stig Stranger")


def _attested(people: People, by: Person | None = None) -> Acknowledgement:
    by, version = by or people.manager, current_version(TODAY)
    (made,) = attest([people.person], version, method=AgreedBy.PAPER, agreed_on=TODAY - DAY, by=by, at=NOW)
    commit()
    return made


def _taken_back(agreement: Acknowledgement, by: Person) -> Acknowledgement:
    take_back_agreement(agreement, reason="The wrong name.", by=by, at=LATER)
    commit()
    return agreement


STAGES = {
    "attested": {"see": {"manager", "person", "hr"}, "back": {"manager", "hr"}, "dispute": {"person"}},
    "disputed": {"see": {"manager", "person", "hr"}, "back": {"manager", "hr"}, "dispute": set()},
    "upheld": {"see": {"manager", "person", "hr"}, "back": {"manager", "hr"}, "dispute": set()},
    "taken back": {"see": {"manager", "person", "hr"}, "back": set(), "dispute": set()},
    "on the page": {"see": set(), "back": set(), "dispute": set()},
}


@pytest.mark.parametrize("stage", STAGES)
def test_who_may_do_what_with_what_was_attested(make: Factory, stage: str) -> None:
    people = People(make)
    on_the_page = stage == "on the page"
    one = acknowledge(people.person, current_version(TODAY), at=NOW) if on_the_page else _attested(people)
    if stage in ("disputed", "upheld"):
        dispute_agreement(one, by=people.person, at=NOW)
        if stage == "upheld":
            uphold_agreement(one, reason="I saw it.", by=people.hr, at=NOW)
    elif stage == "taken back":
        _taken_back(one, people.manager)
    asked = {"see": one.can_be_seen_by, "back": one.can_be_taken_back_by, "dispute": one.can_be_disputed_by}
    for name, may in asked.items():
        assert {who for who, person in vars(people).items() if may(person)} == STAGES[stage][name], name
    listed = {who for who, person in vars(people).items() if one in attested_seen_by(person)}
    assert listed == STAGES[stage]["see"] - {"person"}


def test_nobody_takes_back_what_was_attested_of_themselves(make: Factory) -> None:
    people = People(make)
    people.person = people.hr
    people.hr.line_manager = people.manager
    one = _attested(people)
    for refused in (people.hr, people.stranger):
        with pytest.raises(NotAllowed):
            take_back_agreement(one, reason="x", by=refused, at=NOW)
    with pytest.raises(NotAllowed):
        dispute_agreement(one, by=people.manager, at=NOW)
    with pytest.raises(InvalidInput, match="why it was a mistake"):
        take_back_agreement(one, reason="", by=people.manager, at=NOW)


@pytest.mark.parametrize("was_asked", [True, False])
def test_what_was_a_mistake_counts_for_nothing_and_is_asked_anew(make: Factory, was_asked: bool) -> None:
    """With a date of its own: the first was over long ago. What was recorded stays; the same can be agreed to again."""
    people, version = People(make), current_version(TODAY)
    if was_asked:
        ask_to_acknowledge(NOW)
        commit()
    one = _attested(people)
    assert is_covered(people.person.id, version)
    with clock.set_to(LATER):
        _taken_back(one, people.manager)
        assert not is_covered(people.person.id, version)
        assert agreement_to(version, people.person.id) is None
        assert how_they_stand(people.person.id, version) == (None, False)
        assert [line.agreed for line in team_of(people.manager, TODAY, version)] == [False]
        assert sum(row.agreed for row in coverage(TODAY, version)) == 0
        ask_to_acknowledge(LATER)
        commit()
        ask = last_ask(people.person.id, version)
        assert ask is not None
        assert (ask.asked_on, ask.again) == (clock.today(), int(was_asked))
        assert ask.due_on > clock.today()
        assert "policy_taken_back" in told(people.person)
        assert assert_same_duties(clock.today()) > 0
        with pytest.raises(AlreadyDone) as late:
            take_back_agreement(one, reason="x", by=people.hr, at=LATER)
        assert late.value.who == "Mary Manager"
        again = acknowledge(people.person, version, at=LATER)
        commit()
        assert (again.again, is_covered(people.person.id, version)) == (1, True)
    assert agreements_of(people.person.id) == [again, one]
    with pytest.raises(sa.exc.DatabaseError):
        db.session.execute(sa.update(AgreementNote).values(reason="Other."))
    db.session.rollback()


def test_a_duty_that_was_asked_anew_is_one_duty(make: Factory, client_of: Clients) -> None:
    people = People(make)
    ask_to_acknowledge(NOW)
    commit()
    with clock.set_to(LATER):
        _taken_back(_attested(people), people.hr)
        asks = db.session.query(PolicyAsk).filter_by(person_id=people.person.id).count()
        assert asks == 2
        assert client_of(people.person).get("/").text.count("and agree to it") == 1


def test_the_case_report_says_what_was_on_record_when_it_was_made(make: Factory) -> None:
    people, version = People(make), current_version(TODAY)
    one = _taken_back(_attested(people), people.hr)
    kept = agreements_that_count(people.person.id, version)
    assert kept == [one]
    before, after = LATER - timedelta(hours=1), LATER + timedelta(hours=1)
    assert acknowledged_words(kept, [TODAY], until=before).endswith("on paper, recorded on 3 March 2027")
    assert acknowledged_words(kept, [TODAY], until=after) == (
        f"Not on record when it happened (a record of {version.label} on 2 March 2027, on paper, recorded on 3 March 2027, "
        "was a mistake and was taken back on 23 March 2027)"
    )
    acknowledge(people.person, version, at=after)
    commit()
    later = acknowledged_words(agreements_that_count(people.person.id, version), [TODAY], until=after + DAY)
    assert later == f"Not when it happened; {version.label} on 23 March 2027"


def test_the_person_says_that_they_did_not_agree_and_it_is_taken_back(make: Factory, client_of: Clients) -> None:
    people = People(make)
    one = _attested(people)
    page = f"/policy/attested/{one.id}"
    for stranger in (people.stranger, people.intake):
        client_of(stranger).get(page, status=403)
        client_of(stranger).post(f"{page}/take-back", {"reason": "x"}, status=403)
    person, manager, hr = client_of(people.person), client_of(people.manager), client_of(people.hr)
    assert page in person.get("/figures/my-record").html
    assert page in person.get(f"/policy/{SLUG}/acknowledge").html
    assert "You said that you did not agree." in person.follow(f"{page}/dispute").text
    person.post(f"{page}/dispute", status=409)
    person.post(f"{page}/take-back", {"reason": "x"}, status=403)
    for browser in (manager, hr):
        assert "Somebody says that they did not agree" in browser.get("/messages").text
        assert "They say that they did not agree" in browser.get("/policy/attested").text
    assert page in manager.get("/policy/attested").html
    assert manager.post(f"{page}/take-back", status=422).errors == ["Enter why it was a mistake"]
    assert "I selected the wrong name." in manager.follow(f"{page}/take-back", {"reason": "I selected the wrong name."}).text
    hr.post(f"{page}/take-back", {"reason": "x"}, status=409)
    assert "Taken back on 3 March 2027 as a mistake: it does not count" in person.get("/figures/my-record").text
    person.get("/figures/my-record.pdf")
    assert person.get(f"/policy/{SLUG}/acknowledge").has_button("I have read this")
    person.get("/policy/attested/00000000-0000-4000-8000-000000000000", status=404)
