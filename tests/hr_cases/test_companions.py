"""The companion to a hearing: who is meant by the name, the wall from the answer on, and what no answer may tell."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from app.core import clock
from app.core.db import commit
from app.core.errors import InvalidInput
from app.core.outbox import notify
from app.hr_cases import queries
from app.hr_cases.documents.masking import Masking
from app.hr_cases.models import Case, CaseStatus, CompanionKind, HearingNotice
from app.hr_cases.operations import answer_notice, judge_companion, messages
from app.matters.models import Capacity, MatterParty
from app.matters.queries import conflicts_of, is_kept_from
from app.people.models import Person, Role
from app.people.renaming import forget_former_name, keep_former_name
from tests.factories import Factory
from tests.hr_cases.at_stage import address, own_address, world_at
from tests.hr_cases.factories import World
from tests.hr_cases.stages import START, People, accepted_case, heard, notified, people_for
from tests.pages import PageClient

ClientOf = Callable[[Person], PageClient]

COLLEAGUE, OTHER, OFFICIAL = CompanionKind.FELLOW_WORKER, CompanionKind.OTHER, CompanionKind.UNION_OFFICIAL
TODAY = clock.local_day(START)


@pytest.fixture
def people(make: Factory) -> People:
    return people_for(make)


@pytest.fixture
def notice(make: Factory, people: People) -> HearingNotice:
    return notified(accepted_case(make, people), people)


def name(notice: HearingNotice, typed: str, kind: CompanionKind | None = COLLEAGUE, *, hours: int = 1) -> None:
    at = START + timedelta(hours=hours)
    answer_notice(notice, companion_kind=kind, companion=typed, reply="", by=notice.case.subject, at=at)
    commit()


def parts(case: Case) -> list[tuple[str, bool]]:
    """The companions of a case, and whether their part still runs."""
    found: list[MatterParty] = [one for one in case.matter.parties if one.capacity is Capacity.COMPANION]
    return sorted((one.person.name, one.until is None) for one in found)


@pytest.mark.parametrize("kind", CompanionKind)
@pytest.mark.parametrize("typed", ["Mo Manager", "manager, mo", "by address"])
def test_a_manager_who_comes_along_reads_the_case_no_more(
    people: People, notice: HearingNotice, kind: CompanionKind, typed: str
) -> None:
    """The wall holds from the answer on: in the look-up, the lists, the predicates, and the report behind the case."""
    case, manager = notice.case, people.manager
    assert queries.find_case(case.reference, manager, on=TODAY) is case
    name(notice, manager.email if typed == "by address" else typed, kind)
    assert notice.companion == "Mo Manager"
    assert parts(case) == [("Mo Manager", True)]
    assert queries.find_case(case.reference, manager, on=TODAY) is None
    assert not case.can_be_read_by(manager)
    assert is_kept_from(case.report.matter, manager, TODAY)
    assert [one.rule for one in conflicts_of(case.matter, manager, Capacity.APPEAL_OFFICER, TODAY)] == [1]


@pytest.mark.parametrize("kind", CompanionKind)
@pytest.mark.parametrize("who", ["owner", "investigator", "decision_maker"])
def test_whoever_works_on_the_case_is_refused(people: People, notice: HearingNotice, kind: CompanionKind, who: str) -> None:
    """In plain words, at the field, and nothing is changed."""
    officer: Person = getattr(people, who)
    with pytest.raises(InvalidInput, match=rf"{officer.name} works on this case.*Enter somebody else, or ask") as error:
        name(notice, officer.name, kind)
    assert error.value.field == "companion"
    assert (parts(notice.case), notice.replied_at) == ([], None)


def test_nobody_accompanies_themselves(people: People, notice: HearingNotice) -> None:
    with pytest.raises(InvalidInput, match="their own companion"):
        name(notice, people.subject.name)


def test_another_answer_ends_the_part_and_the_wall(make: Factory, people: People, notice: HearingNotice) -> None:
    """Being named tells nobody anything, so whoever is not to come has their view again; the same answer is one part."""
    make.person("Una Colleague")
    name(notice, "Mo Manager")
    name(notice, "Mo Manager", hours=2)
    assert parts(notice.case) == [("Mo Manager", True)]
    name(notice, "Una Colleague", hours=3)
    assert parts(notice.case) == [("Mo Manager", False), ("Una Colleague", True)]
    name(notice, "", None, hours=4)
    assert parts(notice.case) == [("Mo Manager", False), ("Una Colleague", False)]
    assert notice.case.report.matter.people_as(Capacity.COMPANION) == []
    for matter in (notice.case.matter, notice.case.report.matter):
        assert not is_kept_from(matter, people.manager, TODAY)
    assert queries.find_case(notice.case.reference, people.manager, on=TODAY) is notice.case


def test_naming_all_of_hr_in_turn_leaves_nobody_walled_off_but_the_last(
    make: Factory, people: People, notice: HearingNotice
) -> None:
    """Each may be chosen, and chosen anew, as often as the person concerned likes (Acas Code 13 to 16)."""
    managers = [people.manager, *(make.person(f"Helen Manager-{letter}", Role.HR_MANAGER) for letter in "ABC")]
    for hours, one in enumerate((*managers, managers[0]), 1):
        name(notice, one.email, hours=hours)
        closed = [each for each in managers if queries.find_case(notice.case.reference, each, on=TODAY) is None]
        assert closed == [one]
        assert queries.nobody_left(notice.case.matter, TODAY, to=Role.HR_MANAGER) is None


def test_whoever_came_along_to_a_hearing_stays_walled_off(make: Factory, people: People, notice: HearingNotice) -> None:
    """They heard what was said; a second hearing with somebody else does not open the case to them again."""
    make.person("Una Colleague")
    name(notice, "Mo Manager")
    case = notice.case
    after = heard(case, people)
    case.move_to(CaseStatus.HEARING_SET_UP)
    again = notified(case, people, at=after)
    hours = int((after - START).total_seconds() // 3600) + 2
    name(again, "Una Colleague", hours=hours)
    assert parts(case) == [("Mo Manager", True), ("Una Colleague", True)]
    for matter in (case.matter, case.report.matter):
        assert is_kept_from(matter, people.manager, TODAY)
    name(again, "", None, hours=hours + 1)
    assert parts(case) == [("Mo Manager", True), ("Una Colleague", False)]


def test_whoever_hr_does_not_let_come_has_no_part(people: People, notice: HearingNotice) -> None:
    """Nobody stays walled off as the companion who was refused."""
    name(notice, "Mo Manager", OTHER)
    assert is_kept_from(notice.case.matter, people.manager, TODAY)
    judge_companion(notice, allowed=False, by=people.owner, at=START + timedelta(hours=2))
    commit()
    assert parts(notice.case) == [("Mo Manager", False)]
    assert not is_kept_from(notice.case.report.matter, people.manager, TODAY)


def test_where_the_only_hr_manager_comes_along_the_owner_reads_what_to_do(make: Factory, client_of: ClientOf) -> None:
    """The choice stands, and so does the wall; the case waits for nobody who cannot be found (domain 3.11, rule 7)."""
    world = world_at(make, CaseStatus.NOTIFIED)
    box = "Nobody is left who can appoint people to this case"
    assert box not in client_of(world.owner).get(address(world)).text
    answer(world, client_of, "Mary HR-Manager")
    shown = client_of(world.owner).get(address(world)).text
    assert box in shown
    assert "Ask the administrator to appoint somebody else to the role" in shown
    assert box not in client_of(world.decision_maker).get(address(world)).text
    other = make.person("Hal", Role.HR_MANAGER)
    assert box not in client_of(world.owner).get(address(world)).text
    client_of(other).get(address(world))


def test_a_decision_from_an_older_page_is_told_of_the_newer_answer(make: Factory, client_of: ClientOf) -> None:
    """The owner read of one companion and would have decided about another."""
    world = world_at(make, CaseStatus.NOTIFIED)
    answer(world, client_of, "Pat Friend", companion_kind="other")
    at_owner = client_of(world.owner)
    older = at_owner.get(address(world, "/judge-companion"))
    assert "Pat Friend" in older.text
    with clock.set_to(clock.now() + timedelta(minutes=5)):
        answer(world, client_of, "Chris Cousin", companion_kind="other")
    sent = {"answer_seen": older.field("answer_seen"), "allowed": "yes"}
    late = at_owner.post(address(world, "/judge-companion"), sent, status=409)
    assert "has been changed in the meantime" in late.text
    assert "Sam Subject sent another answer" in late.text
    assert queries.notices(world.case)[-1].companion_allowed is None
    sent["answer_seen"] = at_owner.get(address(world, "/judge-companion")).field("answer_seen")
    at_owner.post(address(world, "/judge-companion"), sent)
    assert queries.notices(world.case)[-1].companion_allowed is True


def test_several_of_one_name(make: Factory, notice: HearingNotice) -> None:
    """The address says who; the same answer again is not asked about again."""
    first, _second = make.person("Kim Lee"), make.person("Kim Lee")
    for kind in (COLLEAGUE, OTHER):
        with pytest.raises(InvalidInput, match=r"More than one person.*Enter their work e-mail address") as error:
            name(notice, "kim lee", kind)
        assert error.value.field == "companion"
    name(notice, first.email)
    name(notice, "Kim Lee", hours=2)
    assert notice.case.matter.people_as(Capacity.COMPANION) == [first]


@pytest.mark.parametrize("kind", [COLLEAGUE, OFFICIAL])
@pytest.mark.parametrize("typed", ["Mo Manager", "Mo Smith-Jones"])
def test_a_companion_who_is_called_otherwise_keeps_the_part(
    people: People, notice: HearingNotice, kind: CompanionKind, typed: str
) -> None:
    """Whether the answer that is sent again says the name of then or of today; it says that of today from now on."""
    manager, was = people.manager, people.manager.name
    name(notice, was, kind)
    rename(manager, "Mo Smith-Jones")
    name(notice, typed, kind, hours=2)
    assert notice.companion == "Mo Smith-Jones"
    assert [(one.person, one.until) for one in notice.case.matter.parties if one.capacity is Capacity.COMPANION] == [
        (manager, None)
    ]
    for matter in (notice.case.matter, notice.case.report.matter):
        assert is_kept_from(matter, manager, TODAY)
    forget_former_name(manager, was, reason="It never was hers.", by=None, at=START)
    rename(manager, "Mo Brown")
    name(notice, "Mo Smith-Jones", kind, hours=3)
    assert parts(notice.case) == [("Mo Brown", True)]


def test_somebody_from_outside_is_not_taken_for_who_came_along_before(people: People, notice: HearingNotice) -> None:
    """The same answer again, of an official nobody knows, after a hearing to which another companion came."""
    name(notice, "Mo Manager")
    after = heard(notice.case, people)
    notice.case.move_to(CaseStatus.HEARING_SET_UP)
    again = notified(notice.case, people, at=after)
    hours = int((after - START).total_seconds() // 3600) + 2
    for later in (0, 1):
        name(again, "Pat Official", OFFICIAL, hours=hours + later)
        assert again.companion == "Pat Official"
    rename(people.manager, "Mo Brown")
    name(again, "Mo Manager", OFFICIAL, hours=hours + 2)
    name(again, "Mo Brown", OFFICIAL, hours=hours + 3)
    assert parts(notice.case) == [("Mo Brown", True)]


def rename(person: Person, to: str) -> None:
    keep_former_name(person, at=START)
    person.name = to
    commit()


@pytest.mark.parametrize("typed", ["Nobody Known", "nobody@elsewhere.example", "Man"])
def test_a_colleague_nobody_knows_is_asked_about(people: People, notice: HearingNotice, typed: str) -> None:
    """Nor is anybody guessed from a part of a word."""
    with pytest.raises(InvalidInput, match="Enter their work e-mail address") as error:
        name(notice, typed)
    assert error.value.field == "companion"


@pytest.mark.parametrize("typed", ["Pat Official", "Manager", "Dan Decider from the union", "pat@union.example"])
@pytest.mark.parametrize("kind", [OFFICIAL, CompanionKind.UNION_REPRESENTATIVE, OTHER])
def test_somebody_from_outside_is_kept_as_typed(
    people: People, notice: HearingNotice, kind: CompanionKind, typed: str
) -> None:
    """They are in no directory, and have no part in the matter."""
    name(notice, typed, kind)
    assert (notice.companion, parts(notice.case)) == (typed, [])


def test_what_waited_behind_the_bell_is_walled_off(
    make: Factory, people: People, notice: HearingNotice, client_of: ClientOf
) -> None:
    """An officer's message about the case is gone once they come as companion."""
    case = notice.case
    notify(people.manager.id, messages.ACCEPTED, case.id, at=START, matter_id=case.matter_id)
    commit()
    assert messages.ACCEPTED.reads in client_of(people.manager).get("/messages").text
    name(notice, "Mo Manager")
    assert messages.ACCEPTED.reads not in client_of(people.manager).get("/messages").text


def answer(
    world: World, client_of: ClientOf, typed: str, companion_kind: str = "fellow_worker", **options: Any
) -> Any:
    sent = {"companion_kind": companion_kind, "companion": typed, "reply": "My side."}
    return client_of(world.subject).post(own_address(world, "/answer"), sent, **options)


def test_on_the_page(make: Factory, client_of: ClientOf) -> None:
    """The decision maker is refused with what was typed kept; an HR manager then finds nothing at the case's address."""
    world = world_at(make, CaseStatus.NOTIFIED)
    refused = answer(world, client_of, "Dora Decider", status=422)
    assert "Dora Decider works on this case" in refused.errors[0]
    assert (refused.field("companion"), refused.field("reply")) == ("Dora Decider", "My side.")
    client_of(world.manager).get(address(world))
    answer(world, client_of, "Mary HR-Manager")
    client_of(world.manager).get(address(world), status=404)
    assert world.case.reference not in client_of(world.manager).get("/hr-cases/").text


def test_a_reporter_who_is_named_is_taken_like_anybody_else(make: Factory, client_of: ClientOf) -> None:
    """No refusal, and no mask over the name: either would tell who reported. HR alone reads both parts."""
    world = world_at(make, CaseStatus.NOTIFIED)
    make.person("Rita Colleague")
    for typed in ("Rita Colleague", "Rita Reporter"):
        answer(world, client_of, typed)
        assert f"{typed} comes with you" in client_of(world.subject).get(own_address(world)).text
        deciding = client_of(world.decision_maker)
        assert f"{typed}, " in deciding.get(address(world, "/meetings")).text
        shown = deciding.get(address(world, "/people")).text.casefold()
        assert shown.count("companion") == 1, "the page's own words about the wall, and no part"
    assert world.case.matter.has_party(world.reporter, Capacity.COMPANION)
    assert "Rita Reporter" in client_of(world.owner).get(address(world, "/people")).text
    assert queries.find_case(world.case.reference, make.person("Hal", Role.HR_MANAGER), on=TODAY) is world.case


def test_a_namesake_does_not_lift_the_mask(make: Factory, client_of: ClientOf) -> None:
    """Nobody finds out who reported by naming companions who are called like them."""
    world = world_at(make, CaseStatus.NOTIFIED)
    make.person("Rita Colleague")
    before = Masking.of(world.case)("Rita saw it.")
    answer(world, client_of, "Rita Colleague")
    assert Masking.of(world.case)("Rita saw it.") == before == "[the reporter] saw it."
