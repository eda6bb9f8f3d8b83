"""Who may dismiss, asked at the notice, at every appointment and at the outcome; and the union of a representative."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from app.core import clock
from app.core.db import commit, db
from app.core.errors import InvalidInput
from app.hr_cases import queries
from app.hr_cases.documents.gathering import case_report
from app.hr_cases.models import Case, CaseStatus, HearingNotice, ReappointmentReason, UnionStanding
from app.hr_cases.operations import (
    decide_outcome,
    earliest_hearing_day,
    issue_notice,
    postpone_hearing,
    preview_notice,
    replace_officer,
)
from app.hr_cases.operations.authority import UnionSaid, lacks_authority
from app.hr_cases.queries import records
from app.matters.models import Capacity
from app.people.models import Person, Role
from tests.factories import Factory
from tests.hr_cases.at_stage import address, own_address, world_at
from tests.hr_cases.factories import World
from tests.hr_cases.stages import OUTCOME, found, give_files, heard
from tests.pages import PageClient

ClientOf = Callable[..., PageClient]
S, U = CaseStatus, UnionStanding
DISMISSED: dict[str, Any] = {**OUTCOME, "kind": "dismissal_with_notice", "months": None, "change_required": ""}
LAST_DAY: dict[str, Any] = {"ends_on": date(2027, 6, 30), "notice": "Four weeks"}


def without_authority(person: Person) -> Person:
    """Somebody whose authority to dismiss ended before today; what else they are stays."""
    for held in person.roles:
        if held.role is Role.DISMISSAL_AUTHORITY:
            held.until = date(2021, 1, 4)
    db.session.commit()
    return person


def give(world: World, **values: Any) -> HearingNotice:
    """A notice that says that dismissal is possible, but for what the test names."""
    give_files(world.case, world.owner, at=world.at)
    given: dict[str, Any] = {"dismissal_possible": True, **values}
    day = earliest_hearing_day(clock.local_day(world.at), given["dismissal_possible"])
    notice = issue_notice(
        world.case, hearing_at=clock.at_local(day, 14), place="Room 4", by=world.owner, at=world.at, **given
    )
    commit()
    return notice


def instead(world: World, successor: Person, at: datetime) -> None:
    """Somebody else decides from now on."""
    part = next(p for p in world.case.matter.parties if p.capacity is Capacity.DECISION_MAKER and p.until is None)
    replace_officer(
        world.case, part, successor=successor, reason=ReappointmentReason.AWAY, note="", by=world.manager, at=at
    )


@pytest.mark.parametrize("dismissal", [True, False])
@pytest.mark.parametrize("authority", [True, False])
def test_the_notice_names_dismissal_only_where_the_decision_maker_may(
    make: Factory, dismissal: bool, authority: bool
) -> None:
    """What does not end in dismissal needs no authority."""
    world = world_at(make, S.HEARING_SET_UP)
    if not authority:
        without_authority(world.decision_maker)
    if dismissal and not authority:
        with pytest.raises(InvalidInput, match="Ask an HR manager to appoint somebody who may dismiss") as error:
            give(world, dismissal_possible=dismissal)
        assert error.value.field == "dismissal_possible"
        assert records.notices(world.case) == []
    else:
        assert give(world, dismissal_possible=dismissal).dismissal_possible is dismissal


@pytest.mark.parametrize("stage", [S.HEARING_SET_UP, S.NOTIFIED, S.HEARD])
@pytest.mark.parametrize("dismissal", [True, False])
@pytest.mark.parametrize("authority", [True, False])
def test_whoever_takes_over_such_a_hearing_may_dismiss(
    make: Factory, stage: CaseStatus, dismissal: bool, authority: bool
) -> None:
    """While a notice stands that says so; before one is given, the notice itself asks."""
    world = world_at(make, S.HEARING_SET_UP)
    at = world.at + timedelta(hours=1)
    if stage is not S.HEARING_SET_UP:
        give(world, dismissal_possible=dismissal)
    if stage is S.HEARD:
        at = heard(world.case, world)  # type: ignore[arg-type]
    successor = make.person("Nora Next", Role.DECISION_MAKER, *([Role.DISMISSAL_AUTHORITY] if authority else []))
    if dismissal and not authority and stage is not S.HEARING_SET_UP:
        with pytest.raises(InvalidInput, match=r"Nora Next does not hold the authority to dismiss.*ask an administrator"):
            instead(world, successor, at)
        db.session.rollback()
        assert world.case.decision_maker == world.decision_maker
    else:
        instead(world, successor, at)
        assert world.case.decision_maker == successor


@pytest.mark.parametrize("authority", [True, False])
def test_the_outcome_asks_again(make: Factory, authority: bool) -> None:
    """An authority that ended since the notice dismisses nobody; any other outcome is still theirs to decide."""
    world = world_at(make, S.HEARING_SET_UP)
    give(world)
    at = heard(world.case, world)  # type: ignore[arg-type]
    decider, case = world.decision_maker, world.case
    if not authority:
        without_authority(decider)
    assert case.can_dismiss(decider) is authority
    assert case.can_decide_outcome(decider)
    if authority:
        made = decide_outcome(case, findings=found(case), by=decider, at=at, **DISMISSED, **LAST_DAY)
        assert made.kind == "dismissal_with_notice"
        return
    with pytest.raises(InvalidInput, match=r"You do not hold the authority to dismiss. Select another outcome") as error:
        decide_outcome(case, findings=found(case), by=decider, at=at, **DISMISSED)
    assert error.value.field == "kind"
    db.session.rollback()
    assert decide_outcome(case, findings=found(case), by=decider, at=at, **OUTCOME).months == 6


@pytest.mark.parametrize("stage", [S.HEARING_SET_UP, S.NOTIFIED, S.HEARD])
@pytest.mark.parametrize("dismissal", [True, False])
@pytest.mark.parametrize("authority", [True, False])
def test_an_authority_that_ends_is_told_when_it_does(
    make: Factory, stage: CaseStatus, dismissal: bool, authority: bool
) -> None:
    """While such a notice stands somebody else is needed; the condition in SQL and the one of the acts are the same."""
    world = world_at(make, S.HEARING_SET_UP)
    at = world.at
    if stage is not S.HEARING_SET_UP:
        give(world, dismissal_possible=dismissal)
    if stage is S.HEARD:
        at = heard(world.case, world)  # type: ignore[arg-type]
    if not authority:
        without_authority(world.decision_maker)
    day, case = clock.local_day(at), world.case
    with clock.set_to(at):
        needed = queries.officers_to_replace(case, day)
        asked = db.session.execute(sa.select(queries.has_to_be_replaced(day)).select_from(Case)).scalar_one()
        lacks = lacks_authority(case, world.decision_maker)
    assert lacks is (dismissal and not authority and stage is not S.HEARING_SET_UP)
    assert asked is lacks
    assert [(one.part.capacity, "may not dismiss" in one.why) for one in needed] == (
        [(Capacity.DECISION_MAKER, True)] if lacks else []
    )


def test_only_the_notice_that_holds_asks_for_the_authority(make: Factory) -> None:
    """A new decision maker holds a new hearing, of which the notice need not say that dismissal is possible."""
    world = world_at(make, S.HEARING_SET_UP)
    give(world)
    world.at = heard(world.case, world)  # type: ignore[arg-type]
    successor = make.person("Nora Next", Role.DECISION_MAKER, Role.DISMISSAL_AUTHORITY)
    instead(world, successor, world.at)
    commit()
    give(world, dismissal_possible=False)
    without_authority(successor)
    assert not lacks_authority(world.case, successor)
    assert queries.officers_to_replace(world.case, clock.local_day(world.at)) == []


def test_the_owner_and_the_manager_read_that_an_authority_has_ended(make: Factory, client_of: ClientOf) -> None:
    """The manager on their first page, the owner on the case; a notice that was put off asks for nothing any more."""
    world = world_at(make, S.HEARING_SET_UP)
    notice = give(world)
    without_authority(world.decision_maker)
    said = f"{world.decision_maker.name} may not dismiss, and the notice of the hearing says that dismissal is possible"
    with clock.set_to(world.at):
        assert "Appoint somebody else to a part in case" in client_of(world.manager).get("/").text
        assert said in client_of(world.owner).get(address(world)).text
        postpone_hearing(notice, reason="To be heard by somebody who may dismiss.", by=world.owner, at=world.at)
        commit()
        assert "Appoint somebody else to a part in case" not in client_of(world.manager).get("/").text
        assert said not in client_of(world.owner).get(address(world)).text


def test_pages_say_who_may_dismiss(make: Factory, client_of: ClientOf) -> None:
    """Whoever appoints reads it; the list leaves out who may not; the notice is refused with what to do."""
    plain = make.person("Petra Plain", Role.DECISION_MAKER)
    world = world_at(make, S.HEARING_SET_UP)
    part = next(p for p in world.case.matter.parties if p.capacity is Capacity.DECISION_MAKER)
    where = address(world, f"/people/{part.id}/appoint-instead")
    with clock.set_to(world.at):
        page = client_of(world.manager).get(where)
        assert "None of them may dismiss." in page.text
        assert str(plain.id) in page.html
        able = make.person("Abel Able", Role.DECISION_MAKER, Role.DISMISSAL_AUTHORITY)
        assert f"May dismiss: {able.name}." in client_of(world.manager).get(where).text
    give(world)
    with clock.set_to(world.at):
        page = client_of(world.manager).get(where)
        assert "Petra Plain does not hold the authority to dismiss" in page.text
        assert str(plain.id) not in page.html


@pytest.mark.parametrize(
    ("said", "sentence", "field"),
    [
        (UnionSaid(U.REPRESENTATIVE), "Enter which official of the union you asked", "union_official"),
        (UnionSaid(U.REPRESENTATIVE, " ", date(2027, 3, 1)), "Enter which official", "union_official"),
        (UnionSaid(U.REPRESENTATIVE, "Una of Unison"), "Enter the day on which you asked them", "union_consulted_on"),
        (UnionSaid(U.REPRESENTATIVE, "Una of Unison", date(2027, 3, 4)), "today or in the past", "union_consulted_on"),
        (UnionSaid(U.REPRESENTATIVE, "Una of Unison", date(2027, 3, 3)), "", ""),
        (UnionSaid(U.NOT_REPRESENTATIVE, "typed and left", date(2027, 3, 3)), "", ""),
        (UnionSaid(U.NOT_KNOWN), "", ""),
    ],
)
def test_a_representative_is_heard_once_their_union_was_asked(
    make: Factory, said: UnionSaid, sentence: str, field: str
) -> None:
    """With whom and on which day (Acas Code paragraph 30); of others nothing of the kind is kept. In no letter."""
    world = world_at(make, S.HEARING_SET_UP)
    if sentence:
        with pytest.raises(InvalidInput, match=sentence) as error:
            give(world, union=said)
        assert error.value.field == field
        assert records.notices(world.case) == []
        return
    notice = give(world, union=said)
    asked = said.standing is U.REPRESENTATIVE
    assert notice.union_standing == said.standing
    assert (notice.union_official, notice.union_consulted_on) == (("Una of Unison", "2027-03-03") if asked else ("", ""))
    assert all(b"Unison" not in (sealed or b"") for sealed in (notice.union_standing_sealed, notice.union_official_sealed))
    letter = records.letters(world.case)[-1].words
    assert "Unison" not in letter
    assert "representative. Una" not in letter


def test_only_officers_of_the_case_read_of_the_union(make: Factory, client_of: ClientOf) -> None:
    """Not the person concerned, in no letter, in no copy of the case report; not the investigator, who reads no hearing."""
    world = world_at(make, S.HEARING_SET_UP)
    day = earliest_hearing_day(clock.local_day(world.at), False)
    give_files(world.case, world.owner, at=world.at)
    commit()
    sent: dict[str, Any] = {
        "dismissal_possible": "no", "hearing_at": [str(day.day), str(day.month), str(day.year)], "hearing_time": "2pm",
        "place": "Room 4", "union_standing": "representative", "union_official": "Una of Unison",
    }  # fmt: skip
    with clock.set_to(world.at):
        owner = client_of(world.owner)
        owner.get(address(world, "/issue-notice"))
        refused = owner.post(address(world, "/issue-notice"), sent, status=422)
        assert refused.errors == ["Enter the day on which you asked them"]
        assert refused.field("union_official") == "Una of Unison"
        without = {name: value for name, value in sent.items() if name != "union_standing"}
        assert owner.post(address(world, "/issue-notice"), without, status=422).errors == [
            "Select whether they represent a trade union"
        ]
        owner.follow(address(world, "/issue-notice"), {**sent, "union_consulted_on": ["2", "3", "2027"]})
        said = "A representative. Una of Unison was asked on 2 March 2027"
        for who in (world.owner, world.manager, world.decision_maker):
            assert said in client_of(who).get(address(world, "/meetings")).text
        for page in (
            client_of(world.investigator).get(address(world, "/meetings")),
            client_of(world.subject).get(own_address(world)),
        ):
            assert "Unison" not in page.html
        assert "Unison" not in str(case_report(world.case, at=world.at, reader=world.owner))


def test_the_preview_asks_the_same(make: Factory) -> None:
    """Nothing is shown that could not be issued."""
    world = world_at(make, S.HEARING_SET_UP)
    give_files(world.case, world.owner, at=world.at)
    without_authority(world.decision_maker)
    day = earliest_hearing_day(clock.local_day(world.at), True)
    with pytest.raises(InvalidInput, match="authority to dismiss"):
        preview_notice(
            world.case, hearing_at=clock.at_local(day, 14), place="Room 4", dismissal_possible=True, by=world.owner,
            at=world.at,
        )  # fmt: skip
