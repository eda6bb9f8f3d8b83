"""Opening a case, appointing an investigator, planning, telling the person concerned."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from app.breach_reports.models import ReportStatus, Route
from app.core.audit import AuditEvent
from app.core.db import db
from app.core.errors import AlreadyDone, InvalidInput, NothingHere, Refusal
from app.core.evidence_files import read_file
from app.core.outbox import OutboxMessage
from app.core.sealing import SealBroken, unseal
from app.hr_cases.models import ROLE_FOR, CaseStatus, Letter
from app.hr_cases.operations import (
    add_allegation,
    appoint_investigator,
    approve_plan,
    change_allegation,
    prepare_copies,
    tell_subject,
)
from app.hr_cases.operations.appointing import take_part
from app.hr_cases.queries import exhibits, find_case, letters
from app.matters.models import Capacity
from app.matters.operations import add_party, end_part
from app.people.models import DeclaredRelationship, Person, PersonKind, RelationshipKind, Role, RoleAssignment
from app.policy.models import PolicyParagraph, PolicyVersion, Precision
from tests.breach_reports.factories import decided, in_triage
from tests.conftest import NOW
from tests.factories import Factory
from tests.hr_cases.factories import (
    HAPPENED,
    PNG,
    AskedAct,
    World,
    asked_by_everybody,
    attach,
    case_at,
    draft,
    letter_words,
    opened,
    people_and_report,
)

S = CaseStatus


def refused(act: Callable[[], Any], kind: type[Refusal], words: str, field: str | None = None) -> Refusal:
    """That an act was refused like this; nothing of it stays."""
    with pytest.raises(kind) as caught:
        act()
    db.session.rollback()
    assert words in caught.value.sentence
    if field is not None:
        assert getattr(caught.value, "field", None) == field
    return caught.value


def acts_of(world: World) -> list[str]:
    """What the log of acts says about a case, in order."""
    rows = sa.select(AuditEvent.act).where(AuditEvent.subject_id == world.case.id).order_by(AuditEvent.number)
    return list(db.session.execute(rows).scalars())


# Opening


def test_a_case_takes_over_what_the_report_holds(make: Factory) -> None:
    """Subject, reporter, files under a key of its own, allegations with paragraphs, the first deadline."""
    world = people_and_report(make, files=2)
    case = opened(world)
    assert case.status is S.OPENED
    assert case.step_due_on == date(2027, 3, 8)  # three working days after Wednesday 3 March
    assert world.report.status is ReportStatus.CASE_OPENED
    assert case.matter.people_as(Capacity.SUBJECT) == [world.subject]
    assert case.matter.people_as(Capacity.REPORTER) == [world.reporter]
    assert case.owner == world.owner
    assert case.owner_id == world.owner.id
    assert [(a.number, len(a.paragraphs), a.frozen_at) for a in case.allegations] == [(1, 1, None), (2, 1, None)]
    assert case.allegations[0].wording.startswith("It is alleged")
    items = exhibits(case)
    assert [item.label for item in items] == ["E1", "E2"]
    for item, evidence in zip(items, world.report.evidence, strict=True):
        assert item.sha256 == evidence.sha256
        assert item.stored_as != evidence.stored_as
        assert b"".join(read_file(str(item.stored_as), case.data_key)) == PNG
        with pytest.raises(SealBroken):
            b"".join(read_file(str(item.stored_as), world.report.data_key))
    assert acts_of(world) == ["case:opened", "case:owner-appointed"]


def test_nothing_said_lies_open_in_the_table(make: Factory) -> None:
    """Wording is sealed with the case's key, and does not open with the report's."""
    world = case_at(make, S.OPENED)
    allegation = world.case.allegations[0]
    assert allegation.wording_sealed is not None
    assert b"alleged" not in allegation.wording_sealed
    with pytest.raises(SealBroken):
        unseal(world.report.data_key, allegation.wording_sealed, f"allegation:{allegation.id}:wording_sealed")


def test_others_the_report_is_about_are_witnesses(make: Factory) -> None:
    """One subject for each case; whoever else was there has no officer's view of it."""
    world = people_and_report(make)
    add_party(world.report.matter, world.stranger, Capacity.SUBJECT, at=NOW)
    case = opened(world)
    assert case.matter.people_as(Capacity.SUBJECT) == [world.subject]
    assert case.matter.people_as(Capacity.WITNESS) == [world.stranger]


def test_opening_twice_is_late(make: Factory) -> None:
    """The second click is told that it was decided."""
    world = case_at(make, S.OPENED)
    refused(lambda: opened(world), AlreadyDone, "opened from this report already")


def test_only_an_officer_who_is_not_walled_off_opens(make: Factory) -> None:
    """Strangers, pool members and the reporter learn nothing; managers and intake may."""
    world = people_and_report(make)
    for person in (world.stranger, world.reporter, world.subject, world.investigator):
        refused(lambda person=person: opened(world, by=person), NothingHere, "Nothing here")
    make.keep(
        DeclaredRelationship(
            person_id=world.manager.id, other_id=world.subject.id, kind=RelationshipKind.FAMILY, since=HAPPENED
        )
    )
    refused(lambda: opened(world, by=world.manager), NothingHere, "Nothing here")


def test_a_case_needs_a_recorded_decision_first(make: Factory) -> None:
    """A report in triage without the decision "case" becomes none; nor one that was routed elsewhere."""
    world = people_and_report(make)
    world.report = in_triage(world.reporter, world.owner, subject=world.subject)
    refused(lambda: opened(world), InvalidInput, "Record first, with reasons")
    world.report = decided(in_triage(world.reporter, world.owner, subject=world.subject), world.owner, Route.ADVICE)
    refused(lambda: opened(world), AlreadyDone, "decided already")


def test_the_subject_is_whom_the_report_is_about(make: Factory) -> None:
    """Somebody else must be named in the report first, so that the wall stands there too."""
    world = people_and_report(make)
    refused(lambda: opened(world, subject=world.stranger), InvalidInput, "Record first that the report", "subject")


OTHER_WAYS = {
    PersonKind.VOLUNTEER: "Problem-solving procedure",
    PersonKind.PARTNERSHIP_MEMBER: "Problem-solving procedure",
    PersonKind.AGENCY: "Report to their employer or agency",
    PersonKind.PARTNER: "Report to their employer or agency",
    PersonKind.STUDENT: "Report to the placement provider",
    PersonKind.COUNCILLOR: "Monitoring Officer",
    PersonKind.SCHOOL_STAFF: "Governing body of the school",
    PersonKind.BOARD_MEMBER: "Chair of the board",
    PersonKind.CHIEF_OFFICER: "Separate procedure",
    PersonKind.STATUTORY_OFFICER: "Separate procedure",
}


def test_who_has_another_procedure_gets_no_case(make: Factory) -> None:
    """The refusal says where it goes instead (domain 3.7)."""
    world = people_and_report(make)
    assert set(OTHER_WAYS) == set(PersonKind) - {PersonKind.EMPLOYEE}
    for kind, way in OTHER_WAYS.items():
        world.subject.person_kind = kind
        make.keep(world.subject)
        refused(lambda: opened(world), InvalidInput, way, "subject")


FAULTS: list[tuple[dict[str, Any], str, str]] = [
    ({"wording": "  "}, "Enter what is alleged", "wording"),
    ({"happened_on": date(2027, 3, 4)}, "must be today or in the past", "happened_on"),
    ({"happened_on": date(2016, 12, 31)}, "The version of 31 December 2016 is not recorded", "policy_choice"),
    ({"category": "NO-SUCH"}, "Select what kind of breach", "category"),
    ({"paragraph_ids": ()}, "Select at least one paragraph", "paragraphs"),
    ({"paragraph_ids": (Factory.id(),)}, "Select paragraphs of", "paragraphs"),
]


def test_what_an_allegation_must_have(make: Factory) -> None:
    """Each fault is named at its field; the conduct may be today but not tomorrow."""
    world = people_and_report(make)
    for values, words, field in FAULTS:
        refused(lambda values=values: opened(world, draft(**values)), InvalidInput, words, field)
    assert opened(world, draft(happened_on=NOW.date())).allegations


def test_at_least_one_allegation(make: Factory) -> None:
    """A case without one is none."""
    world = people_and_report(make)
    refused(lambda: opened(world, allegations=[]), InvalidInput, "at least one allegation", "wording")


def _next_version(make: Factory, on: date) -> PolicyVersion:
    old = db.session.execute(sa.select(PolicyVersion)).scalars().one()
    old.superseded_on = on
    new = PolicyVersion(
        slug=old.slug, title=old.title, label="Version 3", guardian="HR",
        effective_on=on, effective_precision=Precision.DAY,
    )  # fmt: skip
    new.paragraphs = [
        PolicyParagraph(
            number="1", cite="paragraph 1", anchor="p-1", section="One", heading="One", summary="Be kind.", position=1
        )
    ]
    return make.keep(new)


def test_a_case_has_one_version_of_the_policy(make: Factory) -> None:
    """That of the first conduct; what happened under another version is refused, and so are its paragraphs."""
    world = people_and_report(make)
    new = _next_version(make, HAPPENED + timedelta(days=1))
    later = draft(happened_on=NOW.date(), paragraph_ids=(new.paragraphs[0].id,))
    refused(lambda: opened(world, draft(), later), InvalidInput, "was not in force on 3 March 2027", "happened_on")
    wrong = draft(paragraph_ids=(new.paragraphs[0].id,))
    refused(lambda: opened(world, wrong), InvalidInput, "Select paragraphs of", "paragraphs")
    case = opened(world, later)
    assert case.policy_version_id == new.id
    more = draft(wording="More.")
    refused(lambda: add_allegation(case, more, by=world.owner, at=NOW), InvalidInput, "was not in force on 24 Feb")


def test_what_is_alleged_already_is_not_alleged_again(make: Factory) -> None:
    """By the act, also where a change would make two the same; an allegation may keep its own words."""
    world = case_at(make, S.PLANNING, tells=False)
    case, again = world.case, draft(wording=f"  {draft().wording} ")
    assert case.alleges(again.wording)
    assert not case.alleges(again.wording, but=case.allegations[0])
    refused(lambda: add_allegation(case, again, by=world.owner, at=NOW), InvalidInput, "alleged in the case already")
    second = case.allegations[1]
    refused(lambda: change_allegation(second, again, by=world.owner, at=NOW), InvalidInput, "alleged in the case already")
    change_allegation(case.allegations[0], draft("7.4"), by=world.owner, at=NOW)


def test_who_owns_a_case(make: Factory) -> None:
    """The owner has the role and no part in the matter."""
    world = people_and_report(make)
    refused(lambda: opened(world, owner=world.investigator), InvalidInput, "cannot own cases", "owner")
    near = make.person("Nora Near", Role.HR_CASE_OWNER)
    make.keep(
        DeclaredRelationship(
            person_id=near.id, other_id=world.reporter.id, kind=RelationshipKind.CLOSE_FRIEND, since=HAPPENED
        )
    )
    refused(lambda: opened(world, owner=near), InvalidInput, "or is close to one", "owner")


def test_evidence_that_came_while_copying_is_not_lost(make: Factory) -> None:
    """The copies are those of the report as it is now, or nothing is opened."""
    world = people_and_report(make, files=1)
    prepared = prepare_copies(world.report, at=NOW)
    attach(world.report, 2)
    refused(lambda: opened(world, prepared=prepared), AlreadyDone, "added to the report in the meantime")


def test_a_file_that_was_altered_stops_the_copying(make: Factory) -> None:
    """An original that is not what its fingerprint says is not taken over in silence."""
    world = people_and_report(make, files=1)
    with db.session.no_autoflush:
        world.report.evidence[0].sha256 = "0" * 64
        with pytest.raises(SealBroken):
            prepare_copies(world.report, at=NOW)


# Appointing, planning, telling: from every stage, by everybody


def _appoint(world: World, **values: Any) -> None:
    given = {"investigator": world.investigator, "terms": "Find out.", "by": world.manager, "at": NOW}
    appoint_investigator(world.case, **{**given, **values})


def _plan(world: World, **values: Any) -> None:
    approve_plan(world.case, **{"plan": "Look.", "by": world.investigator, "at": NOW, **values})


def _tell(world: World, **values: Any) -> None:
    tell_subject(world.case, **{"letter_words": letter_words(), "by": world.owner, "at": NOW, **values})


def _add(world: World, **values: Any) -> None:
    add_allegation(world.case, draft(), **{"by": world.owner, "at": NOW, **values})


def test_appointing_an_investigator(make: Factory) -> None:
    """Terms are sealed, the plan is due in five working days, the investigator is told that something waits."""
    world = case_at(make, S.OPENED)
    _appoint(world)
    db.session.commit()
    assert (world.case.status, world.case.investigator) == (S.PLANNING, world.investigator)
    assert world.case.terms == "Find out."
    assert world.case.step_due_on == date(2027, 3, 10)
    told = db.session.execute(sa.select(OutboxMessage.to_person_id).where(OutboxMessage.occasion == "case:investigator"))
    assert told.scalars().all() == [world.investigator.id]
    late = refused(lambda: _appoint(world), AlreadyDone, "has already been appointed")
    assert isinstance(late, AlreadyDone)
    assert (late.who, late.when) == (world.manager.name, NOW)


def test_who_cannot_investigate(make: Factory) -> None:
    """Every conflict rule, named to HR."""
    world = case_at(make, S.OPENED)
    trained = make.person("Tara Trained", Role.INVESTIGATOR)
    line_manager = world.line_manager
    refused(lambda: _appoint(world, investigator=world.stranger), InvalidInput, "pool of trained", "investigator")
    refused(lambda: _appoint(world, investigator=world.manager), InvalidInput, "cannot appoint yourself", "investigator")
    refused(lambda: _appoint(world, terms=" "), InvalidInput, "asked to find out", "terms")
    sentences = {
        world.owner: "case owner",
        world.reporter: "the subject, the reporter",
        world.subject: "the subject, the reporter",
        line_manager: "line manager of the person concerned",
    }
    for person in sentences:
        _give_role(make, person, Role.INVESTIGATOR)
    for person, words in sentences.items():
        refused(lambda person=person: _appoint(world, investigator=person), InvalidInput, words, "investigator")
    for capacity in (Capacity.WITNESS, Capacity.COMPANION):
        party = add_party(world.case.matter, trained, capacity, at=NOW)
        db.session.flush()
        refused(lambda: _appoint(world, investigator=trained), InvalidInput, "a witness or a companion", "investigator")
        assert party not in world.case.matter.parties
    for other in (world.subject, world.reporter):
        near = make.keep(
            DeclaredRelationship(
                person_id=other.id, other_id=trained.id, kind=RelationshipKind.BUSINESS, since=HAPPENED, until=NOW.date()
            )
        )
        refused(lambda: _appoint(world, investigator=trained), InvalidInput, "is close to one", "investigator")
        db.session.delete(near)
        db.session.commit()
    trained.last_working_day = date(2027, 3, 2)
    make.keep(trained)
    refused(lambda: _appoint(world, investigator=trained), InvalidInput, "no longer works here", "investigator")


@pytest.mark.parametrize("who", ["confirmed it", "decided where it belongs", "agreed or answered", "opened the case"])
@pytest.mark.parametrize("capacity", [Capacity.INVESTIGATOR, Capacity.DECISION_MAKER, Capacity.APPEAL_OFFICER])
def test_whoever_dealt_with_the_report_neither_investigates_nor_decides(
    make: Factory, who: str, capacity: Capacity
) -> None:
    """They were involved before, whichever act of triage was theirs (3.6, Appealed; 3.11, rule 4). They may own the case."""
    world = case_at(make, S.OPENED)
    officer = make.person("Tara Triage", Role.HR_CASE_OWNER, ROLE_FOR[capacity])
    decision = world.report.decisions[-1]
    if who == "confirmed it":
        world.report.acknowledged_by = officer
    elif who == "decided where it belongs":
        decision.decided_by = officer
    elif who == "agreed or answered":
        decision.second_by, decision.second_at, decision.second_agreed = officer, NOW, True
    else:
        world.case.opened_by_id = officer.id
    db.session.commit()
    with pytest.raises(InvalidInput, match="dealt with the report before there was a case"):
        take_part(world.case, officer, capacity, by=world.manager, at=NOW, field="officer")
    take_part(world.case, officer, Capacity.CASE_OWNER, by=world.manager, at=NOW, field="owner")


def _give_role(make: Factory, person: Person, role: Role) -> None:
    person.roles.append(RoleAssignment(role=role, since=date(2020, 1, 6)))
    make.keep(person)


def test_the_plan_begins_the_investigation(make: Factory) -> None:
    """The report is due in twenty working days."""
    world = case_at(make, S.PLANNING)
    refused(lambda: _plan(world, plan=" "), InvalidInput, "Enter the plan", "plan")
    _plan(world)
    assert (world.case.status, world.case.plan) == (S.INVESTIGATING, "Look.")
    assert world.case.plan_approved_at == NOW
    assert world.case.step_due_on == date(2027, 4, 2)  # Good Friday is 26 March, Easter Monday 29 March


def test_telling_freezes_and_opens_the_page_of_the_person_concerned(make: Factory) -> None:
    """One letter with all allegations and their paragraphs; nothing can be changed from then on."""
    world = case_at(make, S.PLANNING, tells=False)
    _tell(world)
    db.session.commit()
    case = world.case
    assert case.told_subject_at == NOW
    assert {a.frozen_at for a in case.allegations} == {NOW}
    letter = letters(case)[0]
    assert letter.to == world.subject
    for part in ("called a resident a liar", "paragraph 8.1(a)(1)", "occupational health", "trade union", "Olga Owner"):
        assert part in letter.words
    sent = sa.select(OutboxMessage).where(OutboxMessage.to_person_id == world.subject.id)
    assert len(db.session.execute(sent).scalars().all()) == 1
    late = refused(lambda: _tell(world), AlreadyDone, "already been told")
    assert isinstance(late, AlreadyDone)
    assert (late.who, late.when) == (world.owner.name, NOW)
    change = change_allegation
    refused(lambda: change(case.allegations[0], draft(), by=world.owner, at=NOW), AlreadyDone, "frozen")
    refused(lambda: _add(world), AlreadyDone, "frozen")


def test_a_letter_with_an_empty_part_is_not_issued(make: Factory) -> None:
    """Each part is mandatory, and named."""
    world = case_at(make, S.PLANNING, tells=False)
    for part in ("what_happens_next", "contact", "support", "companion", "confidentiality"):
        words = letter_words(**{part: " "})
        refused(lambda words=words: _tell(world, letter_words=words), InvalidInput, "Enter", part)
    assert world.case.told_subject_at is None
    assert db.session.execute(sa.select(sa.func.count()).select_from(Letter)).scalar_one() == 0


def test_nobody_is_told_while_the_case_stands_still(make: Factory) -> None:
    """A police or safeguarding pause is a hold."""
    world = case_at(make, S.PAUSED, tells=False)
    refused(lambda: _tell(world), AlreadyDone, "stands still")


def test_allegations_can_be_changed_and_added_before_that(make: Factory) -> None:
    """Paragraphs are replaced as a whole."""
    world = case_at(make, S.PLANNING, tells=False)
    case = world.case
    added = add_allegation(case, draft("7.10(6)", "8.1(a)(3)", wording="More."), by=world.owner, at=NOW)
    change_allegation(added, draft("7.10(6)", "7.4", wording="Otherwise."), by=world.owner, at=NOW)
    db.session.commit()
    db.session.expire_all()
    found = find_case(case.reference, world.owner, on=NOW.date())
    assert found is not None
    assert found.allegations[2].wording == "Otherwise."
    assert {link.paragraph.number for link in found.allegations[2].paragraphs} == {"7.10(6)", "7.4"}
    assert acts_of(world)[-2:] == ["case:allegation-added", "case:allegation-changed"]


ACTS: list[AskedAct] = [
    (_appoint, {"manager"}, {S.OPENED}),
    (_plan, {"investigator"}, {S.PLANNING}),
    (_tell, {"owner"}, {S.PLANNING, S.INVESTIGATING, S.REPORT_REVIEW, S.ACCEPTED}),
    (_add, {"owner"}, {S.OPENED, S.PLANNING, S.INVESTIGATING}),
]


def test_acts_ask_who_first_and_stage_second(make: Factory) -> None:
    """Strangers learn nothing, other readers get 403, the rightful one 409 at every other stage."""
    asked_by_everybody(case_at(make, S.PLANNING, tells=False), ACTS, readers={"owner", "manager", "investigator"})


def test_who_is_close_to_a_party_cannot_act_though_appointed(make: Factory) -> None:
    """A relationship declared later walls an officer off in every act."""
    world = case_at(make, S.PLANNING, tells=False)
    make.keep(
        DeclaredRelationship(
            person_id=world.owner.id, other_id=world.subject.id, kind=RelationshipKind.FAMILY, since=NOW.date()
        )
    )
    refused(lambda: _tell(world), NothingHere, "Nothing here")


def test_whoever_was_named_by_mistake_stays_walled_off_from_the_case_too(make: Factory) -> None:
    """As they are from the report: also an HR manager, who else would read and appoint."""
    world = people_and_report(make)
    part = add_party(world.report.matter, world.manager, Capacity.SUBJECT, at=NOW)
    end_part(part, at=NOW)
    db.session.commit()
    make.person("Hal Other", Role.HR_MANAGER)
    case = opened(world)
    assert case.subject.id == world.subject.id
    assert case.matter.walls_off(world.manager)
    assert find_case(case.reference, world.manager, on=NOW.date()) is None
