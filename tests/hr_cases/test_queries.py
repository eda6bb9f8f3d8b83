"""Who sees which case: the list, the look-up and the predicate agree; the wall is retroactive; costs do not grow."""

import uuid
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from flask import current_app

from app.breach_reports.models import BreachReport
from app.core.audit import record_read
from app.core.db import db
from app.core.references import new_reference
from app.duties.queries import desk_of
from app.hr_cases.models import Case, CaseStatus
from app.hr_cases.queries import (
    CASE_READ,
    MOST_COUNTED,
    PAGE,
    STEPS,
    CasePage,
    case_for_subject,
    case_list,
    case_of_report,
    cases_about,
    exhibits,
    find_case,
    last_act,
    may_see,
    next_step,
    reads_of,
    reports,
)
from app.hr_cases.queries.leaving import open_cases_about
from app.matters.models import Capacity, Matter, MatterParty
from app.matters.operations import add_party
from app.matters.queries import conflicts_of
from app.people.models import DeclaredRelationship, Person, RelationshipKind, Role
from tests.conftest import NOW
from tests.factories import Factory
from tests.hr_cases.factories import World, a_statement, bring_to, case_at, opened, people_and_report
from tests.pages import counted_queries

S = CaseStatus
TODAY = NOW.date()


def listed(person: Person, **values: Any) -> list[str]:
    """The references that somebody's list shows."""
    return [row.reference for row in case_list(person, on=TODAY, **values).rows]


def with_everybody(make: Factory) -> World:
    """A case in which every officer has their capacity."""
    world = case_at(make, S.INVESTIGATING)
    add_party(world.case.matter, world.decision_maker, Capacity.DECISION_MAKER, at=NOW)
    add_party(world.case.matter, world.appeal_officer, Capacity.APPEAL_OFFICER, at=NOW)
    db.session.commit()
    return world


def readers_of(make: Factory, world: World) -> dict[str, Person]:
    """Every kind of reader there is, also those with powerful roles and no part in the case."""
    roles = {f"only {role.value}": make.person(f"Only {role.value}", role) for role in Role}
    return world.everybody() | roles


def test_list_look_up_count_and_predicate_agree_for_every_kind_of_reader(make: Factory) -> None:
    """Four askers, one answer (house rule 2); an open case and a closed one."""
    world = with_everybody(make)
    people, case = readers_of(make, world), world.case
    sees = set()
    for name, person in people.items():
        may = case.can_be_read_by(person)
        page = case_list(person, on=TODAY)
        assert ([case.reference] if may else []) == [row.reference for row in page.rows], name
        assert page.count == int(may)
        assert (find_case(case.reference, person, on=TODAY) is not None) == may, name
        assert may_see(case, person, TODAY) == may
        assert (case_of_report(world.report.id, person, TODAY) is not None) == may
        sees |= {name} if may else set()
    assert sees == {"owner", "manager", "investigator", "decision_maker", "appeal_officer", "only hr_manager"}


def test_whoever_is_close_to_a_party_is_walled_off_like_the_party(make: Factory) -> None:
    """From the day on which it is declared, to the day on which it ends."""
    world = with_everybody(make)
    for officer in (world.owner, world.manager, world.investigator, world.decision_maker, world.appeal_officer):
        for party in (world.subject, world.reporter):
            near = make.keep(
                DeclaredRelationship(
                    person_id=officer.id, other_id=party.id, kind=RelationshipKind.FAMILY,
                    since=TODAY, until=TODAY + timedelta(days=1),
                )
            )  # fmt: skip
            for day, sees in ((-1, True), (0, False), (1, False), (2, True)):
                on = TODAY + timedelta(days=day)
                assert (find_case(world.case.reference, officer, on=on) is not None) == sees
                assert bool(case_list(officer, on=on).rows) == bool(case_list(officer, on=on).count) == sees
            db.session.delete(near)
            db.session.commit()


def test_an_owner_who_becomes_a_witness_loses_the_case_everywhere(make: Factory) -> None:
    """From the list, the count, the look-up and the home page, from that moment (rule 6)."""
    world = case_at(make, S.REPORT_REVIEW)
    reference = world.case.reference
    assert listed(world.owner) == [reference]
    assert [item.text for item in due_of(world.owner)] == [f"Review the report in case {reference}"]
    add_party(world.case.matter, world.owner, Capacity.WITNESS, at=NOW)
    db.session.commit()
    page = case_list(world.owner, on=TODAY)
    assert (page.rows, page.count, page.late) == ([], 0, 0)
    assert find_case(reference, world.owner, on=TODAY) is None
    assert case_of_report(world.report.id, world.owner, TODAY) is None
    assert due_of(world.owner) == []
    assert listed(world.manager) == [reference]


def test_a_witness_by_statement_too(make: Factory) -> None:
    """An officer of the pool who gave a statement does not read the case, and may not be appointed to it later."""
    world = with_everybody(make)
    witness = make.person("Wendy Witness", Role.DECISION_MAKER)
    a_statement(world, witness)
    assert listed(witness) == []
    assert conflicts_of(world.case.matter, witness, Capacity.APPEAL_OFFICER, NOW.date())


def test_the_person_concerned_finds_their_case_only_when_told(make: Factory) -> None:
    """And never in the list of officers."""
    world = case_at(make, S.PLANNING, tells=False)
    reference = world.case.reference
    assert case_for_subject(world.subject, reference) is None
    assert list(cases_about(world.subject)) == []
    assert due_of(world.subject) == []
    told = case_at(make, S.PLANNING)
    for person in told.everybody().values():
        is_subject = person is told.subject
        assert (case_for_subject(person, told.case.reference) is not None) == is_subject
        assert len(cases_about(person)) == int(is_subject)
    assert case_for_subject(told.subject, reference) is None
    assert case_for_subject(told.subject, "nonsense") is None
    assert find_case("nonsense", told.owner, on=TODAY) is None
    assert find_case(told.case.reference.lower().replace("-", " "), told.owner, on=TODAY) is not None


def due_of(person: Person) -> list[Any]:
    """What cases put on somebody's home page."""
    with current_app.test_request_context():
        desk = desk_of(person, TODAY)
    return [item for item in (*desk.late, *desk.needs) if "case" in item.text or "about you" in item.text]


def test_each_stage_asks_the_right_person(make: Factory) -> None:
    """The step of the stage, and the letter until the person concerned has been told; with the day of the case's step."""
    world = people_and_report(make, tells=False)
    opened(world)
    ref = world.case.reference
    tell = f"Tell the person concerned in case {ref}"
    expected = {
        S.OPENED: {"manager": [f"Appoint an investigator for case {ref}"]},
        S.PLANNING: {"investigator": [f"Plan the investigation of case {ref}"], "owner": [tell]},
        S.INVESTIGATING: {"investigator": [f"Investigate case {ref} and submit the report"], "owner": [tell]},
        S.REPORT_REVIEW: {"owner": [f"Review the report in case {ref}", tell]},
        S.ACCEPTED: {"manager": [f"Appoint a decision maker for case {ref}"], "owner": [tell]},
    }
    for stage, duties in expected.items():
        if stage is not S.OPENED:
            bring_to(world, stage)
        found = {name: due_of(person) for name, person in world.everybody().items()}
        assert {name: [i.text for i in items] for name, items in found.items() if items} == duties, stage
        for items in found.values():
            assert {item.day for item in items} <= {world.case.step_due_on}


def test_the_owner_waits_for_those_who_work_on_the_case(make: Factory) -> None:
    """While the next step is theirs, and nobody else waits."""
    world = people_and_report(make, tells=False)
    opened(world)
    for stage, waits in ((S.OPENED, True), (S.INVESTIGATING, True), (S.REPORT_REVIEW, False), (S.ACCEPTED, True)):
        if stage is not S.OPENED:
            bring_to(world, stage)
        with current_app.test_request_context():
            everybody = {name: person for name, person in world.everybody().items() if name != "reporter"}
            waiting = {name: desk_of(person, TODAY).waiting for name, person in everybody.items()}
        assert {name for name, items in waiting.items() if items} == ({"owner"} if waits else set()), stage


def test_later_stages_ask_the_right_person(make: Factory) -> None:
    """From the pause to the closing, by stage alone."""
    world = with_everybody(make)
    ref, case = world.case.reference, world.case
    expected = {
        S.PAUSED: ("owner", f"See whether case {ref} can go on"),
        S.ACCEPTED: ("decision_maker", f"Decide whether there is a case to answer in case {ref}"),
        S.INFORMAL: ("owner", f"Record what was agreed in case {ref}"),
        S.HEARING_SET_UP: ("owner", f"Give notice of the hearing in case {ref}"),
        S.NOTIFIED: ("decision_maker", f"Hold the hearing in case {ref} and record it"),
        S.HEARD: ("decision_maker", f"Decide the outcome of case {ref}"),
        S.APPEALED: ("appeal_officer", f"Decide the appeal in case {ref}"),
        S.FINAL: ("owner", f"Close case {ref}"),
    }
    for stage, (who, text) in expected.items():
        case.status = stage
        db.session.commit()
        found = {name: [i.text for i in due_of(p)] for name, p in world.everybody().items() if name != "subject"}
        assert {name: texts for name, texts in found.items() if texts} == {who: [text]}, stage
    case.status = S.DECIDED
    final = f"Make the outcome of case {ref} final if nobody has appealed"
    for due, texts in ((TODAY, []), (TODAY - timedelta(days=1), [final])):
        case.step_due_on = case.step_counted_from = due
        db.session.commit()
        assert [item.text for item in due_of(world.owner)] == texts


def test_a_letter_waits_until_the_person_concerned_has_read_their_page(make: Factory) -> None:
    """In neutral words; reading by others does not count."""
    world = case_at(make, S.PLANNING)
    waits = [(item.text, item.day) for item in due_of(world.subject)]
    assert waits == [(f"Read something about you ({world.case.reference})", None)]
    record_read(CASE_READ, world.case.id, by=world.owner.id, at=NOW)
    assert len(due_of(world.subject)) == 1
    record_read(CASE_READ, world.case.id, by=world.subject.id, at=NOW)
    assert due_of(world.subject) == []
    assert [row.name for row in reads_of(world.case)] == [world.subject.name, world.owner.name]


def test_every_stage_has_a_next_step_but_the_last(make: Factory) -> None:
    """With who and by when; ACCEPTED and APPEALED first ask for an appointment."""
    world = case_at(make, S.OPENED)
    assert set(CaseStatus) - set(STEPS) == {S.CLOSED}
    step = next_step(world.case)
    assert step is not None
    assert (step.words, step.who, step.due_on) == ("appoint an investigator", "HR manager", world.case.step_due_on)
    bring_to(world, S.ACCEPTED)
    step = next_step(world.case)
    assert step is not None
    assert step.words == "appoint a decision maker"
    add_party(world.case.matter, world.decision_maker, Capacity.DECISION_MAKER, at=NOW)
    step = next_step(world.case)
    assert step is not None
    assert (step.words, step.who) == ("decide whether there is a case to answer", world.decision_maker.name)
    with db.session.no_autoflush:
        world.case.status = S.APPEALED
        step = next_step(world.case)
        assert step is not None
        assert (step.words, step.who) == ("appoint an appeal officer", world.owner.name)
        world.case.status = S.CLOSED
        assert next_step(world.case) is None
    db.session.rollback()
    last = last_act(world.case)
    assert last is not None
    assert (last.actor, last.words) == ("Olga Owner", "accepted version 1 of the investigation report")


# The list at length


def many(world: World, count: int, *, closed: int = 0) -> None:
    """Cases of the same owner beside the world's, all rows at once, each a day apart from ten days ago on."""
    columns = {c.name: getattr(world.case, c.name) for c in Case.__table__.columns}
    matter, matters, reports_, parties, cases = world.case.matter, [], [], [], []
    report = {c.name: getattr(world.report, c.name) for c in BreachReport.__table__.columns}
    for number in range(count):
        one, two = world.make.id(), world.make.id()
        matters += [{"id": i, "kind": matter.kind, "data_key_id": matter.data_key_id} for i in (one, two)]
        report_id = world.make.id()
        reports_.append({**report, "id": report_id, "matter_id": two, "reference": new_reference()})
        is_closed = number < closed
        cases.append(
            {
                **columns,
                "id": world.make.id(),
                "reference": new_reference(),
                "matter_id": one,
                "report_id": report_id,
                "status": S.CLOSED if is_closed else S.PLANNING if number % 2 else S.OPENED,
                "closed_at": NOW - timedelta(hours=number) if is_closed else None,
                "step_due_on": None if is_closed else TODAY - timedelta(days=10) + timedelta(days=(number - closed) // 3),
            }
        )
        for party in matter.parties:
            values = {c.name: getattr(party, c.name) for c in MatterParty.__table__.columns}
            parties.append({**values, "id": world.make.id(), "matter_id": one})
    for table, rows in ((Matter, matters), (BreachReport, reports_), (Case, cases), (MatterParty, parties)):
        db.session.execute(sa.insert(table), rows)
    db.session.commit()


def all_pages(person: Person, **values: Any) -> list[CasePage]:
    """Every page of somebody's list."""
    pages, after = [], None
    while True:
        pages.append(case_list(person, on=TODAY, after=after, **values))
        after = pages[-1].following
        if after is None:
            return pages


def test_paging_shows_every_case_once_in_order(make: Factory) -> None:
    """For a manager, an owner and an investigator, open, by stage and closed."""
    world = case_at(make, S.PLANNING)
    many(world, 90, closed=30)
    for person in (world.manager, world.owner):
        rows = [row for page in all_pages(person) for row in page.rows]
        assert len(rows) == len({row.reference for row in rows}) == 61
        days = [row.step_due_on for row in rows]
        assert days == sorted(days, key=lambda day: day or date.max)
        assert all(page.count == 61 and not page.is_capped for page in all_pages(person))
        assert case_list(person, on=TODAY).late == sum(day is not None and day < TODAY for day in days) > 0
        planned = [row for page in all_pages(person, status=S.PLANNING) for row in page.rows]
        assert {row.status for row in planned} == {S.PLANNING}
        assert {row.next_step for row in planned} == {"approve the plan"}
        closed = [row for page in all_pages(person, status=S.CLOSED) for row in page.rows]
        moments = [row.closed_at for row in closed]
        assert len(closed) == 30
        assert moments == sorted(moments, key=lambda moment: moment or NOW, reverse=True)
        assert {(row.next_step, row.owner_name) for row in closed} == {("", world.owner.name)}
    rows = [row for page in all_pages(world.investigator) for row in page.rows]
    assert len(rows) == len({row.reference for row in rows}) == 91
    handed_over = [row for row in rows if row.status is S.ACCEPTED]
    assert {(row.step_due_on, row.closed_at, row.next_step) for row in handed_over} == {(None, None, "")}
    assert rows[-30:] == handed_over == sorted(handed_over, key=lambda row: row.id)
    assert listed(world.investigator, status=S.CLOSED) == []
    for nonsense in ("x", "_", "20270303_zz", "99999999_" + make.id().hex):
        assert len(listed(world.owner, after=nonsense)) == PAGE


def test_counts_are_capped(make: Factory) -> None:
    """No list is counted to its end."""
    world = case_at(make, S.PLANNING)
    many(world, MOST_COUNTED + 5)
    page = case_list(world.manager, on=TODAY)
    assert (page.count, page.is_capped, len(page.rows)) == (MOST_COUNTED, True, PAGE)


def test_a_list_and_a_case_cost_the_same_whatever_there_is(make: Factory) -> None:
    """Two SELECTs for a list, three for a case, three for its exhibits and reports."""
    world = case_at(make, S.REPORT_REVIEW, files=3)
    reference = world.case.reference
    costs = []
    for _ in range(2):
        for name in ("manager", "owner"):
            person = getattr(world, name)
            ids = {name: one.id for name, one in world.everybody().items()}
            db.session.expire_all()
            assert person.holds(Role.HR_MANAGER) == (person is world.manager)
            with counted_queries() as of_list:
                case_list(person, on=TODAY)
            db.session.expunge_all()
            with counted_queries() as of_case:
                case = find_case(reference, person, on=TODAY)
                assert case is not None
                assert case.can_review_report(person) == (person.id == case.owner_id)
                assert next_step(case) is not None
                assert [link.paragraph.cite for a in case.allegations for link in a.paragraphs]
                assert case.allegations[0].wording
                assert case.policy_version.label
            with counted_queries() as of_tabs:
                assert [item.title and item.added_by.name for item in exhibits(case)]
                assert [(r.author.name, [f.reasons for f in r.findings]) for r in reports(case)]
            costs.append((len(of_list), len(of_case), len(of_tabs)))
            world = _afresh(world, ids, reference)
        many(world, 60)
    assert set(costs) == {(2, 3, 2)}, costs


def _afresh(world: World, ids: dict[str, uuid.UUID], reference: str) -> World:
    """The world's people and case read again after the session forgot them."""
    for name, person_id in ids.items():
        setattr(world, name, db.session.get_one(Person, person_id))
    world.case = db.session.execute(sa.select(Case).where(Case.reference == reference)).scalar_one()
    world.report = world.case.report
    return world


def test_cases_asked_about_are_read_as_they_are_now(make: Factory) -> None:
    """Also one that was read before whoever decides in it was waited for."""
    world = case_at(make, S.PLANNING)
    assert world.case.status is S.PLANNING
    table = sa.inspect(Case).local_table
    db.session.execute(sa.update(table).where(table.c.id == world.case.id).values(status=S.INVESTIGATING))
    (found,) = open_cases_about(world.subject)
    assert found is world.case
    assert found.status is S.INVESTIGATING
