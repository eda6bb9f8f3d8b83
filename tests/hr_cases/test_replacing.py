"""Somebody else is appointed to a part whose holder leaves, is away, or is in conflict; the case goes on."""

import itertools
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa

from app.core import clock
from app.core.audit import AuditEvent
from app.core.db import commit, db
from app.core.errors import AlreadyDone, InvalidInput, NotAllowed, NothingHere, Refusal
from app.core.outbox import OutboxMessage
from app.core.registries import Registries
from app.hr_cases import queries
from app.hr_cases.documents.gathering import case_report
from app.hr_cases.documents.rendering import render_case_report
from app.hr_cases.due import register_due
from app.hr_cases.models import (
    ROLE_FOR,
    CaseStatus,
    LetterKind,
    PauseReason,
    Reappointment,
    ReappointmentReason,
    ReportState,
)
from app.hr_cases.models.permissions import AT_WORK_IN
from app.hr_cases.operations import pause_case, record_hearing, replace_officer, report_in_progress, submit_report
from app.matters.models import CANNOT_ALSO_BE, Capacity, MatterParty
from app.people.models import DeclaredRelationship, Person, RelationshipKind, Role, RoleAssignment
from app.policy.queries import due_within
from tests.documents.reading import flat, page_texts
from tests.factories import Factory
from tests.hr_cases.at_stage import address, world_at
from tests.hr_cases.factories import World, a_statement, complete
from tests.hr_cases.stages import decided, notified
from tests.pages import PageClient, counted_queries

ClientOf = Callable[..., PageClient]
C, S, R = Capacity, CaseStatus, ReappointmentReason
PARTS = tuple(ROLE_FOR)
STAGE_OF = {
    C.CASE_OWNER: S.INVESTIGATING,
    C.INVESTIGATOR: S.INVESTIGATING,
    C.DECISION_MAKER: S.NOTIFIED,
    C.APPEAL_OFFICER: S.APPEALED,
}
"""A stage at which each part has something to do."""


def part_of(world: World, capacity: Capacity) -> MatterParty:
    """The part as it is held now."""
    return next(one for one in world.case.matter.parties if one.capacity is capacity and one.until is None)


def newcomer(world: World, capacity: Capacity, name: str = "Nora Next") -> Person:
    """Somebody who holds the role and had nothing to do with the case."""
    return world.make.person(name, ROLE_FOR[capacity])


def replaced(world: World, capacity: Capacity, **values: Any) -> Reappointment:
    """Somebody else is appointed by the HR manager."""
    part = part_of(world, capacity)
    world.at = max(world.at, part.since + timedelta(hours=1))
    given: dict[str, Any] = {"reason": R.LEAVING, "note": "", "by": world.manager, "at": world.at, **values}
    successor = given.pop("successor", None) or newcomer(world, capacity)
    made = replace_officer(world.case, part, successor=successor, **given)
    commit()
    return made


def refusal_of(kind: type[Refusal], act: Callable[[], Any]) -> Refusal:
    """Why something was refused; nothing of it stays."""
    with pytest.raises(kind) as caught:
        act()
    db.session.rollback()
    return caught.value


def with_role(person: Person, role: Role) -> None:
    """Somebody carries a role from long ago."""
    person.roles.append(RoleAssignment(role=role, since=date(2020, 1, 6)))


def told_of(person: Person) -> list[str]:
    """Of what somebody was told, in order."""
    query = sa.select(OutboxMessage).where(OutboxMessage.to_person_id == person.id).order_by(OutboxMessage.created_at)
    return [message.kind.name for message in db.session.execute(query).scalars()]


@pytest.mark.parametrize(("capacity", "stage"), list(itertools.product(PARTS, CaseStatus)))
def test_a_part_is_given_on_while_it_has_something_to_do(make: Factory, capacity: Capacity, stage: CaseStatus) -> None:
    """By an HR manager and nobody else; a part that ended, or has nothing left to do, is not given on."""
    world = world_at(make, STAGE_OF[capacity])
    part = part_of(world, capacity)
    with db.session.no_autoflush:
        world.case.status = stage
        can = {name for name, person in world.everybody().items() if world.case.can_replace(part, person)}
        assert can == ({"manager"} if stage in AT_WORK_IN[capacity] else set())
        part.until = world.at
        assert not world.case.can_replace(part, world.manager)
    db.session.rollback()


@pytest.mark.parametrize("capacity", PARTS)
def test_the_successor_has_the_part_and_the_former_officer_reads_no_more(make: Factory, capacity: Capacity) -> None:
    world = world_at(make, STAGE_OF[capacity])
    former = part_of(world, capacity).person
    made = replaced(world, capacity, reason=R.AWAY, note="  Back in autumn. ")
    case, successor = world.case, made.successor
    assert [one.person for one in case.matter.parties if one.capacity is capacity and one.until is None] == [successor]
    today = clock.local_day(world.at)
    assert queries.find_case(case.reference, successor, on=today) is not None
    assert queries.find_case(case.reference, former, on=today) is None
    assert (made.former, made.reason, made.note) == (former, R.AWAY, "Back in autumn.")
    assert made.made_by_id == world.manager.id
    if capacity is C.CASE_OWNER:
        assert case.owner_id == successor.id
    acts = db.session.execute(
        sa.select(AuditEvent.act, AuditEvent.about_id).where(AuditEvent.subject_id == case.id, AuditEvent.at == world.at)
    ).all()
    assert ("case:part-ended", former.id) in acts
    assert ("case:reappointed", successor.id) in acts


@pytest.mark.parametrize(("capacity", "other"), [pair for pair in itertools.product(PARTS, PARTS) if pair[0] is not pair[1]])
def test_whoever_had_a_part_cannot_have_another_also_after_it_ended(
    make: Factory, capacity: Capacity, other: Capacity
) -> None:
    """The former officer stays on the list: nobody decides on what they once investigated (domain 3.11, rule 2)."""
    world = world_at(make, S.APPEALED)
    former = part_of(world, capacity)
    with db.session.no_autoflush:
        former.until = world.at
        with_role(former.person, ROLE_FOR[other])
        world.case.status = STAGE_OF[other]
        words = refusal_of(InvalidInput, lambda: replaced(world, other, successor=former.person)).sentence
    assert "is or was the" in words or "was involved in this case before" in words
    assert other in CANNOT_ALSO_BE[capacity]


def test_who_does_this_and_what_the_others_learn(make: Factory) -> None:
    world = world_at(make, S.INVESTIGATING)
    for name in ("owner", "investigator"):
        by = world.everybody()[name]
        assert "Only an HR manager" in refusal_of(NotAllowed, partial(replaced, world, C.INVESTIGATOR, by=by)).sentence
    for name in ("stranger", "subject", "reporter", "line_manager", "decision_maker"):
        refusal_of(NothingHere, partial(replaced, world, C.INVESTIGATOR, by=world.everybody()[name]))


def test_an_hr_manager_who_is_close_to_somebody_learns_nothing(make: Factory) -> None:
    world = world_at(make, S.INVESTIGATING)
    come_close(world, world.manager, world.subject)
    refusal_of(NothingHere, lambda: replaced(world, C.INVESTIGATOR))


def come_close(world: World, one: Person, other: Person) -> None:
    """A close relationship becomes known."""
    since = clock.local_day(world.at)
    world.make.keep(DeclaredRelationship(person_id=one.id, other_id=other.id, kind=RelationshipKind.FAMILY, since=since))


@pytest.mark.parametrize(
    ("successor", "capacity", "words"),
    [
        ("investigator", C.INVESTIGATOR, "has this part now"),
        ("stranger", C.INVESTIGATOR, "not in the pool of trained investigators"),
        ("manager", C.INVESTIGATOR, "cannot appoint yourself"),
        ("stranger", C.CASE_OWNER, "cannot own cases"),
    ],
)
def test_who_cannot_take_over(make: Factory, successor: str, capacity: Capacity, words: str) -> None:
    world = world_at(make, S.INVESTIGATING)
    refusal = refusal_of(InvalidInput, lambda: replaced(world, capacity, successor=world.everybody()[successor]))
    assert words in refusal.sentence
    assert getattr(refusal, "field", None) == "successor"
    assert part_of(world, capacity).until is None


def test_an_hr_manager_may_take_a_case_over_themselves(make: Factory) -> None:
    """Somebody has to answer for it, and in a small department it is they."""
    world = world_at(make, S.INVESTIGATING)
    with_role(world.manager, Role.HR_CASE_OWNER)
    replaced(world, C.CASE_OWNER, successor=world.manager)
    assert world.case.is_owned_by(world.manager)


@pytest.mark.parametrize("reason", list(R))
def test_the_file_says_why_where_one_word_is_not_enough(make: Factory, reason: ReappointmentReason) -> None:
    world = world_at(make, S.INVESTIGATING)
    if reason.needs_a_note:
        refusal = refusal_of(InvalidInput, lambda: replaced(world, C.INVESTIGATOR, reason=reason, note=" "))
        assert getattr(refusal, "field", None) == "note"
    made = replaced(world, C.INVESTIGATOR, reason=reason, note="They shared an office." if reason.needs_a_note else "")
    assert made.reason is reason


def test_a_second_manager_is_told_that_it_has_been_done(make: Factory) -> None:
    world = world_at(make, S.INVESTIGATING)
    part = part_of(world, C.INVESTIGATOR)
    replaced(world, C.INVESTIGATOR)
    late = newcomer(world, C.INVESTIGATOR, "Late Choice")
    refusal = refusal_of(
        AlreadyDone,
        lambda: replace_officer(
            world.case, part, successor=late, reason=R.LEAVING, note="", by=world.manager, at=world.at
        ),
    )
    assert getattr(refusal, "who", None) == world.manager.name


def test_the_report_they_had_begun_goes_to_the_new_investigator(make: Factory) -> None:
    """Who answers for every word of it; versions that were submitted stay under the name of their author."""
    world = world_at(make, S.INVESTIGATING)
    a_statement(world, world.subject)
    draft = complete(world)
    made = replaced(world, C.INVESTIGATOR)
    assert report_in_progress(world.case, by=made.successor, at=world.at).id == draft.id
    assert draft.author_id == made.successor_id
    assert draft.can_be_read_by(made.successor)
    assert not draft.can_be_read_by(world.investigator)
    submit_report(draft, by=made.successor, at=world.at)
    assert draft.status is ReportState.SUBMITTED
    said = case_report(world.case, at=world.at, reader=world.owner)
    assert (said.investigator, said.commissioned_at) == (made.successor.name, made.made_at)
    (before,) = said.investigated_before
    assert (before[0], before[2]) == (world.investigator.name, made.made_at)
    text = flat("".join(page_texts(render_case_report(said))))
    assert f"Also investigated {world.investigator.name}, from " in text


@pytest.mark.parametrize(
    ("stage", "capacity", "period"),
    [
        (S.PLANNING, C.INVESTIGATOR, "investigation_plan_working_days"),
        (S.INVESTIGATING, C.INVESTIGATOR, "investigation_report_working_days"),
        (S.INVESTIGATING, C.CASE_OWNER, None),
        (S.PAUSED, C.INVESTIGATOR, None),
        (S.APPEALED, C.APPEAL_OFFICER, None),
        (S.NOTIFIED, C.DECISION_MAKER, None),
        (S.HEARD, C.DECISION_MAKER, "case_to_answer_working_days"),
    ],
)
def test_how_long_the_successor_has(make: Factory, stage: CaseStatus, capacity: Capacity, period: str | None) -> None:
    """The whole time for a step that is theirs to do; a day that others were told of stays."""
    world = world_at(make, stage)
    was_due, was_period = world.case.step_due_on, world.case.step_period
    world.at += timedelta(days=6)
    replaced(world, capacity)
    if period is None:
        assert (world.case.step_due_on, world.case.step_period) == (was_due, was_period)
    else:
        assert world.case.step_due_on == due_within(period, clock.local_day(world.at))
        assert world.case.step_counted_from == clock.local_day(world.at)


def test_whoever_decides_has_heard_the_person(make: Factory) -> None:
    """After the hearing a new decision maker holds another; both stand in the file, and the outcome rests on the last."""
    world = world_at(make, S.HEARD)
    made = replaced(world, C.DECISION_MAKER)
    assert world.case.status is S.HEARING_SET_UP
    letter = queries.letters(world.case)[-1]
    assert letter.kind is LetterKind.REAPPOINTMENT
    assert "there will be a hearing with them" in letter.words
    world.decision_maker = made.successor
    notified(world.case, world, at=world.at)  # type: ignore[arg-type]
    world.at = queries.notices(world.case)[-1].hearing_at + timedelta(hours=2)
    _record(world)
    decided(world.case, world, at=world.at)  # type: ignore[arg-type]
    assert len(queries.hearings(world.case)) == 2
    document = case_report(world.case, at=world.at, reader=world.owner)
    assert document.afterwards is not None
    assert len(document.afterwards.hearings) == 2
    told = [row.what for row in document.chronology]
    assert told.count("Hearing held") == 2
    assert f"Decision maker appointed: {made.successor.name}, in place of {made.former.name}" in told


def _record(world: World) -> None:
    record_hearing(
        world.case, held_on=clock.local_day(world.at), in_absence=False, absence_reasons="", present="All",
        minutes="They were heard again.", by=world.decision_maker, at=world.at,
    )  # fmt: skip
    commit()


@pytest.mark.parametrize(
    ("stage", "capacity", "tells", "is_told"),
    [
        (S.INVESTIGATING, C.INVESTIGATOR, True, True),
        (S.INVESTIGATING, C.CASE_OWNER, True, True),
        (S.INVESTIGATING, C.INVESTIGATOR, False, False),
        (S.INVESTIGATING, C.CASE_OWNER, False, False),
        (S.NOTIFIED, C.DECISION_MAKER, True, True),
        (S.HEARING_SET_UP, C.DECISION_MAKER, True, False),
        (S.APPEALED, C.APPEAL_OFFICER, True, True),
    ],
)
def test_the_person_concerned_is_told_of_whom_they_know(
    make: Factory, stage: CaseStatus, capacity: Capacity, tells: bool, is_told: bool
) -> None:
    """Who it is now, never why; and nothing at all before they were told of the case."""
    world = world_at(make, stage, tells=tells)
    before = {letter.id for letter in queries.letters(world.case)}
    made = replaced(world, capacity, reason=R.CONFLICT, note="An old quarrel.")
    letters = [letter for letter in queries.letters(world.case) if letter.id not in before]
    assert [letter.kind for letter in letters] == ([LetterKind.REAPPOINTMENT] if is_told else [])
    for letter in letters:
        assert made.successor.name in letter.words
        assert "quarrel" not in letter.words
        assert "conflict" not in letter.words


def test_who_gets_a_message(make: Factory) -> None:
    """The successor and the owner as officers; the former one in words that say nothing of a case."""
    world = world_at(make, S.INVESTIGATING)
    made = replaced(world, C.INVESTIGATOR)
    assert told_of(made.successor) == ["case:investigator"]
    assert told_of(world.owner)[-1] == "case:reappointed"
    assert told_of(world.investigator)[-1] == "case:part-ended"
    world.owner.last_working_day = clock.local_day(world.at) - timedelta(days=1)
    new_owner = replaced(world, C.CASE_OWNER).successor
    assert told_of(new_owner) == ["case:owner"]
    assert "case:part-ended" not in told_of(world.owner)


# ---- whose part has to go to somebody else ----


def _leaves(world: World, person: Person, days: int) -> None:
    person.last_working_day = clock.local_day(world.at) + timedelta(days=days)
    commit()


def _loses_role(world: World, person: Person) -> None:
    for role in person.roles:
        role.until = clock.local_day(world.at) - timedelta(days=1)
    commit()


@pytest.mark.parametrize("capacity", PARTS)
@pytest.mark.parametrize(
    ("why", "words"),
    [
        (lambda w, p: _leaves(w, p, -1), "no longer works here"),
        (lambda w, p: _leaves(w, p, 0), "leaves before this step is due"),
        (_loses_role, "no longer holds the role"),
        (lambda w, p: come_close(w, p, w.reporter), "is close to somebody in this case"),
    ],
)
def test_a_part_without_somebody_who_can_do_it_waits_for_the_hr_manager(
    make: Factory, capacity: Capacity, why: Callable[[World, Person], None], words: str
) -> None:
    """On their first page, until somebody else is appointed."""
    world = world_at(make, STAGE_OF[capacity])
    today = clock.local_day(world.at)
    with clock.set_to(world.at):
        assert queries.officers_to_replace(world.case, today) == []
        assert waiting(world) == []
        why(world, part_of(world, capacity).person)
        assert [(one.part.capacity, words in one.why) for one in queries.officers_to_replace(world.case, today)] == [
            (capacity, True)
        ]
        assert waiting(world) == [world.case.reference]
        replaced(world, capacity)
        assert waiting(world) == []


def test_a_day_far_away_is_nobodys_business_yet(make: Factory) -> None:
    """Whoever leaves after the step is due does it first."""
    world = world_at(make, S.INVESTIGATING)
    _leaves(world, world.investigator, 200)
    assert queries.officers_to_replace(world.case, clock.local_day(world.at)) == []


def test_by_when_somebody_else_is_needed(make: Factory) -> None:
    """The last working day of whoever leaves before the step is due, else that day."""
    world = world_at(make, S.INVESTIGATING)
    today = clock.local_day(world.at)
    due = sa.select(queries.replace_by(today)).select_from(type(world.case))
    _loses_role(world, world.investigator)
    assert db.session.execute(due).scalar_one() == world.case.step_due_on
    _leaves(world, world.investigator, 200)
    assert db.session.execute(due).scalar_one() == world.case.step_due_on
    _leaves(world, world.owner, 2)
    assert db.session.execute(due).scalar_one() == today + timedelta(days=2)


def waiting(world: World) -> list[str]:
    """The cases in which the HR manager is asked to appoint somebody else."""
    registries = Registries()
    register_due(registries)
    select = registries.due["case-appoint-instead"].select(world.manager, clock.local_day(world.at))
    return [row.key for row in db.session.execute(select)] if select is not None else []


def test_a_paused_case_still_needs_its_investigator(make: Factory) -> None:
    world = world_at(make, S.INVESTIGATING)
    pause_case(world.case, reason=PauseReason.POLICE, note="As the police asked.", by=world.owner, at=world.at)
    commit()
    _leaves(world, world.investigator, -1)
    needed = queries.officers_to_replace(world.case, clock.local_day(world.at))
    assert [one.part.capacity for one in needed] == [C.INVESTIGATOR]


# ---- pages ----


def path_of(world: World, capacity: Capacity) -> str:
    """Where somebody else is appointed."""
    return address(world, f"/people/{part_of(world, capacity).id}/appoint-instead")


def test_the_way_through_the_pages(make: Factory, client_of: ClientOf) -> None:
    """From the box on the case, through the form, to the list that says who took over from whom and why."""
    world = world_at(make, S.INVESTIGATING)
    _leaves(world, world.investigator, -1)
    nora = newcomer(world, C.INVESTIGATOR)
    with clock.set_to(world.at):
        manager, owner = client_of(world.manager), client_of(world.owner)
        page = manager.get(address(world))
        assert "Ian Investigator no longer works here." in page.text
        assert path_of(world, C.INVESTIGATOR) in page.html
        seen = owner.get(address(world))
        assert "An HR manager appoints somebody else" in seen.text
        assert "Whoever takes over does this." in seen.text
        assert path_of(world, C.INVESTIGATOR) not in seen.html
        path = path_of(world, C.INVESTIGATOR)
        said = {"successor": str(nora.id), "reason": "conflict", "note": ""}
        refused = manager.post(path, said, status=422)
        assert "Enter what the file should say about this" in refused.text
        done = manager.post(path, {**said, "note": "<b>They</b> are cousins."}, status=303)
        listed = manager.get(done.location)
        assert "Nora Next took over from Ian Investigator as investigator" in listed.text
        assert "<b>They</b> are cousins." in listed.text
        assert "are cousins" not in client_of(nora).get(address(world, "/people")).text
        assert manager.post(path, said, status=409).status == 409
        assert manager.get(address(world, "/people/00000000-0000-4000-8000-000000000000/appoint-instead"), status=404)


@pytest.mark.parametrize(("who", "status"), [("owner", 403), ("investigator", 403), ("stranger", 404), ("subject", 404)])
def test_the_page_is_the_managers(make: Factory, client_of: ClientOf, who: str, status: int) -> None:
    world = world_at(make, S.INVESTIGATING)
    path = path_of(world, C.INVESTIGATOR)
    with clock.set_to(world.at):
        assert client_of(world.everybody()[who]).get(path, status=status).status == status


def test_the_list_of_people_costs_the_same_with_many_changes(make: Factory, client_of: ClientOf) -> None:
    world = world_at(make, S.INVESTIGATING)
    with clock.set_to(world.at):
        manager = client_of(world.manager)
        manager.get(address(world, "/people"))
        with counted_queries() as few:
            manager.get(address(world, "/people"))
        for number in range(4):
            replaced(world, C.INVESTIGATOR, successor=newcomer(world, C.INVESTIGATOR, f"Next {number}"))
        with counted_queries() as many:
            manager.get(address(world, "/people"))
    assert len(many) <= len(few) <= 8
