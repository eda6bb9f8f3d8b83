"""Whose the acts are, at which stage, and what everybody else is answered: the same questions asked of every act."""

import pytest

from app.core.audit import AuditEvent
from app.core.db import commit, db
from app.core.errors import AlreadyDone, NotAllowed, NothingHere
from app.hr_cases.models import CaseStatus
from app.people.models import DeclaredRelationship, RelationshipKind
from tests.factories import Factory
from tests.hr_cases.acts_after_acceptance import ACTS
from tests.hr_cases.stages import (
    START,
    accepted_case,
    answered,
    final_by_appeal,
    people_for,
)


@pytest.mark.parametrize("name", ACTS)
def test_whose_it_is(make: Factory, name: str) -> None:
    """Strangers learn nothing, other readers are told whose it is, the rightful one acts, a second time is late."""
    act, people = ACTS[name], people_for(make)
    case = accepted_case(make, people)
    act.prepare(case, people)
    assert case.status is act.stage
    for part, person in people.everybody().items():
        if part == act.whose:
            continue
        reads = act.whose != "subject" and case.can_be_read_by(person)
        with pytest.raises(NotAllowed if reads else NothingHere) as refused:
            act.call(case, people, person, START)
        if isinstance(refused.value, NothingHere):
            assert refused.value.secret
    assert case.status is act.stage
    rightful = people.everybody()[act.whose]
    act.call(case, people, rightful, START)
    commit()
    if act.once:
        with pytest.raises(AlreadyDone) as late:
            act.call(case, people, rightful, START)
        assert late.value.what_now


def test_at_which_stage(make: Factory) -> None:
    """At every stage but its own each act is refused with 409 to the rightful person, and nothing changes."""
    people = people_for(make)
    case = accepted_case(make, people)
    final_by_appeal(case, people)
    answered(case, people, START)
    with db.session.no_autoflush:
        for act in ACTS.values():
            for status in set(CaseStatus) - {act.stage}:
                case.status = status
                with pytest.raises(AlreadyDone):
                    act.call(case, people, people.everybody()[act.whose], START)
                assert case.status is status
    db.session.rollback()


def test_every_act_is_recorded_without_content(make: Factory) -> None:
    """Facts hold ids, dates and kinds; the words stay in the case."""
    people = people_for(make)
    case = accepted_case(make, people)
    final_by_appeal(case, people)
    events = db.session.query(AuditEvent).filter_by(subject_id=case.id).order_by(AuditEvent.number).all()
    acts = [event.act for event in events]
    assert acts == [
        "case:decision-maker-appointed", "case:case-to-answer-decided", "case:letter-issued",
        "case:hearing-notice-issued", "case:hearing-held", "case:letter-issued", "case:outcome-decided",
        "case:letter-issued", "case:appeal-submitted", "case:letter-issued", "case:appeal-officer-appointed",
        "case:letter-issued", "case:appeal-decided",
    ]  # fmt: skip
    said = " ".join(event.facts for event in events)
    for secret in ("post", "Room", "mistake", "hard", people.subject.name):
        assert secret not in said


def test_whoever_became_close_to_a_party_is_walled_off(make: Factory) -> None:
    """The decision maker who declares a friendship with the reporter has no part in the case from then on."""
    people = people_for(make)
    case = accepted_case(make, people)
    ACTS["decide_case_to_answer"].prepare(case, people)
    make.keep(
        DeclaredRelationship(
            person_id=people.decision_maker.id, other_id=people.reporter.id, kind=RelationshipKind.CLOSE_FRIEND,
            since=START.date(),
        )
    )
    with pytest.raises(NothingHere):
        ACTS["decide_case_to_answer"].call(case, people, people.decision_maker, START)


def test_a_late_click_is_told_who_and_when(make: Factory) -> None:
    """The second click learns who was first."""
    people = people_for(make)
    case = accepted_case(make, people)
    act = ACTS["decide_case_to_answer"]
    act.prepare(case, people)
    act.call(case, people, people.decision_maker, START)
    commit()
    with pytest.raises(AlreadyDone) as late:
        act.call(case, people, people.decision_maker, START)
    assert (late.value.who, late.value.when) == ("Dan Decider", START)
