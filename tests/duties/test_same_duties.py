"""What is chased is what home pages show, in an organisation with everything open at once, whatever then happens in it."""

import random
import uuid
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app.account_register.models import (
    AccessRequest,
    Account,
    AccountProposal,
    Frequency,
    HorizonItem,
    KeeperNotice,
    LoginMode,
    NoticeKind,
    PlanEntry,
    ProposalKind,
    RiskAssessment,
    RiskEntry,
)
from app.account_register.operations import advise_on_access
from app.account_register.operations.checks import assess_account, plan_account
from app.breach_reports.models import BreachReport, ReportStatus, Route, YesNoUnknown
from app.core import clock
from app.core import db as core_db
from app.core.audit import record_read
from app.core.db import commit, db
from app.core.registries import Registries
from app.credential_rotation.models import AccountIncident, CredentialRotation, RotationCause, Trigger, WorkChange
from app.device_permissions.models import OPEN_STATUSES, DevicePermissionRequest, RequestStatus
from app.device_permissions.operations import return_device_request
from app.device_permissions.operations.lasting import ask_to_confirm
from app.early_advice.models import (
    AdviceQuestion,
    AlertOutcome,
    AlertReceipt,
    DeclarationAction,
    DeclarationOfInterest,
    ProfileCheck,
    Seat,
)
from app.early_advice.operations import check_profile
from app.hr_cases.models import (
    Case,
    CaseLeaving,
    CaseStatus,
    CompanionKind,
    HearingNotice,
    Outcome,
    Statement,
    StatementKind,
    StatementState,
)
from app.hr_cases.operations import add_statement
from app.hr_cases.queries.sight import CASE_READ
from app.matters.models import Capacity, Matter, MatterParty
from app.matters.operations import add_party
from app.people.models import KEEPERS, DeclaredRelationship, Person, RelationshipKind, Role, RoleAssignment, Service
from app.people.queries import holders_of
from app.policy.models import AgreedBy, Format, ReminderTurn
from app.policy.operations import (
    acknowledge,
    ask_for_format,
    ask_to_acknowledge,
    attest,
    dispute_agreement,
    give_turns,
)
from app.policy.queries import HOLIDAYS_END, current_version
from tests.account_register.asking import asked
from tests.account_register.proposing import Way
from tests.account_register.watching import found_in_use, is_new, looks_like_ours
from tests.breach_reports.factories import a_report, decided, in_triage
from tests.conftest import NOW
from tests.credential_rotation.factories import account, changed, grant, leave, moved, started
from tests.credential_rotation.incidents import compromised, found_gone, happened, said_to_be_gone
from tests.device_permissions.factories import approved, submitted
from tests.due_equality import assert_same_duties
from tests.early_advice.factories import asked as asked_early
from tests.early_advice.factories import declared, gone, passed_on, reviewed, seen, sent_on, settled, told
from tests.factories import Factory
from tests.hr_cases.stages import accepted_case, appealed, notified, outcome_in, people_for
from tests.hr_cases.stages import decided as with_outcome

TODAY = NOW.date()
DAY = timedelta(days=1)
OPEN_STAGES = [stage for stage in CaseStatus if stage is not CaseStatus.CLOSED]
TRIED = (ReportStatus.RECEIVED, ReportStatus.TRIAGE, ReportStatus.CLOSING, ReportStatus.ROUTED)
MOVED = (Role.SCA, Role.DEPUTY_SCA, Role.ICT, Role.HR_INTAKE, Role.HR_CASE_OWNER, Role.HR_MANAGER, Role.INDEPENDENT,
         Role.SAFEGUARDING_LEAD, Role.WHISTLEBLOWING_OFFICER, Role.INVESTIGATOR, Role.DECISION_MAKER)  # fmt: skip


VACANCIES = {"register_keeper", "breach_reports:vacant-role", "people:no-hr-manager"}
NOT_ABOUT_AN_ACCOUNT = (ProposalKind.NEW_ACCOUNT, ProposalKind.NEW_PLATFORM)


class Organisation:
    """Officers in twos, some appointed for another time or gone, and at least one thing of each kind waiting."""

    def __init__(self, make: Factory) -> None:
        self.make = make
        self.officers = people_for(make)
        self.sca, self.deputy = make.person("Sca", Role.SCA), make.person("Deputy", Role.DEPUTY_SCA)
        self.intake = make.person("Ivo", Role.HR_INTAKE)
        self.lead = make.person("Lead", Role.SAFEGUARDING_LEAD)
        self.wynn = make.person("Wynn", Role.WHISTLEBLOWING_OFFICER)
        make.person("Ina", Role.INDEPENDENT)
        make.person("Ian", Role.ICT)
        make.person("Gone", Role.HR_INTAKE, Role.SCA, last_working_day=TODAY - DAY)
        self._appointed("Was", Role.HR_MANAGER, TODAY - 9 * DAY, TODAY - DAY)
        self._appointed("Until today", Role.HR_INTAKE, TODAY - 9 * DAY, TODAY)
        self._appointed("From tomorrow", Role.HR_CASE_OWNER, TODAY + DAY, None)
        self.head, self.manager = make.person("Head"), make.person("Manager")
        self.asks = make.person("Asks", manager=self.manager, service="Libraries")
        make.service("Libraries", head=self.head)
        make.service("Headless", head=make.person("Gone Head", last_working_day=TODAY - DAY))
        self._register()
        self._devices()
        self._proposals()
        self._access_asked_for(make.person("Owner of what is asked for"))
        self._policy()
        self._told_early()
        self._reports()
        self._cases()
        self._nobody_changes_or_verifies()
        for name, manager in (("Renamed", self.manager), ("Renamed alone", None)):
            person = make.person(name, manager=manager)
            account(make, f"Of {name}", person)
            make.keep(WorkChange(person_id=person.id, told_on=TODAY, due_on=TODAY + DAY, old_post="Librarian",
                                 new_post="Officer", old_service="", new_service=""))  # fmt: skip

    def _nobody_changes_or_verifies(self) -> None:
        """Because of all keepers but one: a change that she made, and one that she permitted to somebody without access."""
        made, due = (started(account(self.make, f"Nobody {does}", self.sca), self.sca) for does in ("verifies", "changes"))
        for keeper in holders_of(KEEPERS, TODAY):
            for rotation in (made, due) if keeper is not self.sca else ():
                cause = RotationCause(trigger=Trigger.ACCESS_ENDED, person_id=keeper.id, counts_from=NOW, due_on=TODAY)
                rotation.causes.append(cause)
        due.permission_asked_by_id, due.permission_asked_at = self.make.person("Had asked").id, NOW
        due.permitted_by_id, due.permitted_at = self.sca.id, NOW
        self.make.keep(made, due)
        changed(made, self.sca)

    def _told_early(self) -> None:
        """One alert, question and declaration at each stage; of somebody without a manager, and of the keeper herself."""
        make, author = self.make, self.make.person("Early", manager=self.manager)
        dpo = make.person("Dpo", Role.DPO)
        told(author)
        told(self.sca)
        told(dpo)
        told(make.person("Early alone"))
        for asks in (False, True):
            settled(seen(told(author), self.manager), self.manager, AlertOutcome.TAKE_DOWN, to_officer=asks)
            both = seen(told(author), self.manager, self.sca)
            settled(both, self.sca, to_officer=asks)
        seen(told(author), self.manager, self.sca)
        sent_on(seen(told(author), self.manager), self.manager)
        asked_early(author)
        asked_early(author, seat=Seat.SCA)
        for action in DeclarationAction:
            reviewed(declared(author, at_risk=YesNoUnknown.YES), self.manager, action)
        declared(author)
        declared(self.officers.manager, at_risk=YesNoUnknown.UNKNOWN)
        lead = make.person("Lead of the declarations", Role.SAFEGUARDING_LEAD)
        hr = make.person("Hr of the declarations", Role.HR_MANAGER)
        for by in (author, self.officers.manager):
            passed_on(declared(by, at_risk=YesNoUnknown.YES), hr)
        gone(lead, TODAY - DAY)  # what was passed on falls to HR then, and a report has to be referred again
        db.session.execute(
            sa.update(DeclarationOfInterest)
            .where(DeclarationOfInterest.again_on.is_not(None))
            .values(again_on=TODAY + DAY, again_from=TODAY - DAY)
        )
        check_profile([], note="", by=author, at=NOW)
        db.session.execute(sa.update(ProfileCheck).values(again_on=TODAY + DAY, again_from=TODAY - DAY))
        commit()

    def _appointed(self, name: str, role: Role, since: date, until: date | None) -> None:
        person = self.make.person(name)
        self.make.keep(RoleAssignment(person_id=person.id, role=role, since=since, until=until))

    def _register(self) -> None:
        make, owner, other = self.make, self.make.person("Owner"), self.make.person("Other")
        started(account(make, "To change", owner), self.sca)
        rotation = started(account(make, "To verify", owner), self.sca)
        grant(make, rotation.account, other)
        changed(rotation, owner)
        rotation = started(account(make, "To permit", owner), self.sca)
        grant(make, rotation.account, other)
        rotation.permission_asked_by_id, rotation.permission_asked_at, rotation.permit_by = owner.id, NOW, TODAY
        make.keep(rotation)
        found_in_use(self.asks)
        looks_like_ours(self.asks)
        is_new(self.sca, next_look_on=TODAY + DAY)
        db.session.execute(sa.update(HorizonItem).values(next_look_on=TODAY - DAY))
        commit()
        got_in = account(make, "Somebody got in", owner)
        grant(make, got_in, other, mode=LoginMode.INDIVIDUAL)
        compromised(got_in, self.sca)
        happened(account(make, "The media ask", owner), self.sca)
        said_to_be_gone(account(make, "Not there any more", owner), self.sca)
        found_gone(said_to_be_gone(account(make, "Certainly gone", owner), self.sca), owner)
        leaver = make.person("Leaver")
        grant(make, account(make, "Without an owner soon", leaver), leaver)
        grant(make, account(make, "Known to the leaver", owner), leaver)
        leave(leaver, self.officers.manager, day=TODAY + 2 * DAY, immediate=False)
        mover = make.person("Mover")
        only = grant(make, account(make, "Without an administrator soon", owner), mover)
        moved(mover, self.officers.manager, {only: False}, day=TODAY + 2 * DAY)
        for holder in (owner, leaver):
            to_review = account(make, f"To review of {holder.name}", holder)
            to_review.access_review_from = to_review.access_review_due_on = TODAY - DAY
        for kind in NoticeKind:
            for about in (None, self.sca, self.asks):
                about_id = about.id if about else None
                make.keep(KeeperNotice(kind=kind, subject_id=make.id(), about_id=about_id, sent_at=NOW, due_on=TODAY))

        self._looking_again(owner)

    def _looking_again(self, owner: Person) -> None:
        """Of somebody here, of somebody gone, and of nobody but the keepers."""
        make, gone = self.make, self.make.person("Gone Owner", last_working_day=TODAY - DAY)
        for number, (answers, sees) in enumerate(((owner, gone), (gone, owner), (gone, gone), (owner, self.asks))):
            watched = account(make, f"Watched {number}", answers)
            watched.content_review_due_on = watched.content_review_from = watched.papers_due_on = TODAY
            make.keep(watched)
            risk = RiskEntry("Confidentiality", "It is read", 2 + number, 5, "Two readers", sees.id)
            made = assess_account(watched, risk, by=self.sca, at=NOW)
            made.rows[0].review_on = made.rows[0].review_from = TODAY
            entry = PlanEntry("They know", "Questions", sees.id, Frequency.MONTHLY, TODAY + 9 * DAY)
            plan_account(watched, entry, by=self.sca, at=NOW).results_from = TODAY
            watched.papers_due_on = TODAY
            commit()
        waiting = grant(make, watched, self.asks)
        waiting.required_version_id, waiting.acknowledge_by = current_version(TODAY).id, TODAY + 2 * DAY
        make.keep(waiting)

    def _access_asked_for(self, owner: Person) -> None:
        """For somebody with a manager, for a keeper, and for somebody above whom nobody stands; one has been advised on."""
        wanted = account(self.make, "Asked for", owner)
        for who in (self.asks, self.sca, owner):
            asked(wanted, who)
        advise_on_access(asked(account(self.make, "Advised", owner), self.asks), by=self.sca, at=NOW, advice="Go ahead.")
        commit()

    def _devices(self) -> None:
        submitted(self.asks)
        returned = submitted(self.make.person("Answers", manager=self.manager, service="Libraries"))
        return_device_request(returned, by=self.manager, at=NOW, question="Whose is it?")
        unanswered = submitted(self.make.person("Never answers", manager=self.manager, service="Libraries"))
        return_device_request(unanswered, by=self.manager, at=NOW, question="Whose is it?")
        unanswered.questions[0].answer_by = unanswered.due_on = TODAY - DAY
        alone = submitted(self.make.person("Alone soon", manager=self.make.person("Gone")))
        alone.person.line_manager.last_working_day = TODAY - 2 * DAY
        for ends in (20 * DAY, 200 * DAY):
            held = approved(self.make.person("Holds one", manager=self.manager), self.manager, until=TODAY + ends)
            if ends > 20 * DAY:
                ask_to_confirm(held, self.manager.id, at=NOW)
        commit()

    def _proposals(self) -> None:
        way = Way(self.make)
        for step in (way.proposed, way.returned, way.supported, way.advised, way.assessed, way.approved):
            step(handle=None)
        way.assessed(handle=None, high=True)
        way.proposer = self.sca
        self.sca.line_manager_id = way.manager.id
        self.make.keep(self.sca)
        way.supported(handle=None)
        way.proposer = self.make.person("Proposes alone", service="Headless", manager=way.manager)
        alone = way.proposed(handle=None)
        alone.proposer.line_manager_id = None
        self.make.keep(alone.proposer)

    def _policy(self) -> None:
        """Some asked to agree, of whom one did; teams to remind, a format to send; the review is late by itself."""
        ask_to_acknowledge(NOW)
        acknowledge(self.head, current_version(TODAY), at=NOW)
        ask_for_format(Format.AUDIO, "", by=self.asks, at=NOW)
        give_turns(NOW)
        disputes = self.make.person("Disputes", manager=self.manager)
        (made,) = attest(
            [disputes], current_version(TODAY), method=AgreedBy.PAPER, agreed_on=TODAY, by=self.manager, at=NOW
        )
        dispute_agreement(made, by=disputes, at=NOW)
        db.session.flush()
        db.session.execute(sa.update(ReminderTurn).values(due_on=TODAY, shown_from=TODAY - DAY))
        commit()

    def _reports(self) -> None:
        reporter, about = self.make.person("Reporter"), self.make.person("About")
        for subject in (about, self.intake, self.officers.manager):
            a_report(reporter, subject=subject)
        for route in (Route.CASE, Route.NO_FURTHER_ACTION, Route.WHISTLEBLOWING, Route.SAFEGUARDING):
            decided(in_triage(reporter, self.intake, subject=about), self.intake, route)
        in_triage(reporter, self.intake, subject=about)
        for route, holder in ((Route.WHISTLEBLOWING, self.wynn), (Route.SAFEGUARDING, self.lead)):
            report = decided(in_triage(reporter, self.intake, subject=about), self.intake, route)
            add_party(report.matter, holder, Capacity.WITNESS, at=NOW)
        commit()

    def _cases(self) -> None:
        notice = notified(accepted_case(self.make, self.officers), self.officers)
        answered = notified(accepted_case(self.make, self.officers), self.officers)
        notice.companion_kind, answered.replied_at = CompanionKind.OTHER, NOW
        outcome = with_outcome(accepted_case(self.make, self.officers), self.officers)
        record_read(CASE_READ, outcome.case_id, by=self.officers.subject.id, at=clock.at_local(outcome.appeal_by))
        late = accepted_case(self.make, self.officers)
        appealed(late, self.officers)
        late.status = CaseStatus.DECIDED
        self.make.keep(late, notice)
        db.session.execute(sa.text("UPDATE appeal SET in_time = :no"), {"no": False})
        assert outcome_in(late) is not None
        for stage in (*OPEN_STAGES, CaseStatus.ACCEPTED):
            self._case(stage, told=stage not in (CaseStatus.PLANNING, CaseStatus.INVESTIGATING))
            if stage is CaseStatus.INVESTIGATING:
                self._statements()
        self._case(CaseStatus.ACCEPTED, Capacity.DECISION_MAKER)
        self._case(CaseStatus.APPEALED, Capacity.APPEAL_OFFICER)
        self._case_of_somebody_gone()
        leaves = accepted_case(self.make, self.officers)
        asked = {"last_working_day": TODAY + DAY, "asked_at": NOW, "due_on": TODAY + 2 * DAY, "counted_from": TODAY}
        self.make.keep(CaseLeaving(case_id=leaves.id, **asked))
        self.make.no_password(self.officers.subject)

    def _statements(self) -> None:
        """Two in the case that is being investigated, one of them answered."""
        case = db.session.execute(sa.select(Case).where(Case.status == CaseStatus.INVESTIGATING)).unique().scalar_one()
        for name in ("Saw it", "Saw it too"):
            last = add_statement(
                case, person=self.make.person(name), kind=StatementKind.WRITTEN, taken_on=TODAY, words="I saw it.",
                present="", by=self.officers.investigator, at=NOW,
            )  # fmt: skip
        last.state = StatementState.AGREED
        commit()

    def _case_of_somebody_gone(self) -> None:
        case = accepted_case(self.make, self.officers)
        gone = self.make.person("Gone Decider", Role.DECISION_MAKER, last_working_day=TODAY - DAY)
        self.make.keep(
            MatterParty(matter_id=case.matter_id, person_id=gone.id, capacity=Capacity.DECISION_MAKER, since=NOW)
        )

    def _case(self, stage: CaseStatus, *capacities: Capacity, told: bool = True) -> None:
        case = accepted_case(self.make, self.officers, told=told)
        if stage in (CaseStatus.HEARD, CaseStatus.NOTIFIED):
            capacities = (*capacities, Capacity.DECISION_MAKER)
        for capacity in capacities:
            officer = getattr(self.officers, capacity.value)
            self.make.keep(MatterParty(matter_id=case.matter_id, person_id=officer.id, capacity=capacity, since=NOW))
        case.status, case.step_due_on, case.step_counted_from = stage, TODAY - DAY, TODAY - 2 * DAY
        self.make.keep(case)


def _kinds_that_wait(app: Flask, day: date) -> tuple[set[str], set[str]]:
    """Which kinds are chased, and of which there is something on a day."""
    registries: Registries = app.extensions["registries"]
    asked = registries.asked_of_everybody()
    chased = {kind.name for kinds in asked.values() for kind in kinds}
    return chased, {row.name for ask in asked for row in db.session.execute(ask(), {"today": day})}


def test_with_something_of_every_kind_waiting(app: Flask, make: Factory) -> None:
    Organisation(make)
    chased, waiting = _kinds_that_wait(app, TODAY)
    assert chased - waiting == {HOLIDAYS_END, *VACANCIES}, "vacancies stand in test_keeperless"
    for day in (TODAY - DAY, TODAY, TODAY + DAY, TODAY + 3 * DAY):
        with clock.set_to(clock.at_local(day, 10)):
            db.session.expire_all()
            assert assert_same_duties(day) > 30


# ---- whatever happens: each change is written straight into the records, as no act would ----

Chance = random.Random
Change = Callable[[Chance], None]


def _any_day(chance: Chance) -> date:
    return TODAY + chance.randint(-2, 3) * DAY


def _one(chance: Chance, model: Any) -> Any:
    """One of the things there are, in an order that a seed gives again."""
    return chance.choice(list(db.session.execute(sa.select(model).order_by(model.id)).unique().scalars()))


def _appoint(chance: Chance) -> None:
    since = _any_day(chance)
    until = chance.choice([None, since, since + 2 * DAY])
    person, role = _one(chance, Person), chance.choice(MOVED)
    holds = sa.exists().where(
        RoleAssignment.person_id == person.id, RoleAssignment.role == role, RoleAssignment.until.is_(None)
    )
    if until is not None or not db.session.execute(sa.select(holds)).scalar_one():
        db.session.add(RoleAssignment(person_id=person.id, role=role, since=since, until=until))


def _end_appointment(chance: Chance) -> None:
    role = _one(chance, RoleAssignment)
    role.until = max(role.since, _any_day(chance))


def _leave(chance: Chance) -> None:
    _one(chance, Person).last_working_day = chance.choice([None, _any_day(chance)])


def _move(chance: Chance) -> None:
    person, manager = _one(chance, Person), _one(chance, Person)
    person.line_manager_id = manager.id if manager is not person else None
    person.service_id = _one(chance, Service).id
    _one(chance, Service).head_id = chance.choice([None, _one(chance, Person).id])


def _take_part(chance: Chance) -> None:
    matter, person, capacity = _one(chance, Matter), _one(chance, Person), chance.choice(list(Capacity))
    parts = sa.select(MatterParty).filter_by(matter_id=matter.id, person_id=person.id, capacity=capacity, until=None)
    if db.session.execute(parts).first() is None:
        until = chance.choice([None, NOW])
        db.session.add(
            MatterParty(matter_id=matter.id, person_id=person.id, capacity=capacity, since=NOW - DAY, until=until)
        )


def _stop_taking_part(chance: Chance) -> None:
    _one(chance, MatterParty).until = NOW + DAY


def _come_close(chance: Chance) -> None:
    one, other = _one(chance, Person), _one(chance, Person)
    known = sa.select(DeclaredRelationship).filter_by(person_id=one.id, other_id=other.id)
    if one is not other and db.session.execute(known).first() is None:
        since = _any_day(chance)
        until = chance.choice([None, since + DAY])
        kind = chance.choice(list(RelationshipKind))
        db.session.add(DeclaredRelationship(person_id=one.id, other_id=other.id, kind=kind, since=since, until=until))


def _change_a_case(chance: Chance) -> None:
    case = _one(chance, Case)
    case.status, case.step_due_on = chance.choice(OPEN_STAGES), _any_day(chance)
    case.owner_id = chance.choice([case.owner_id, _one(chance, Person).id])
    case.told_subject_at = chance.choice([None, NOW])
    given = _one(chance, Statement)
    given.state, given.check_by = chance.choice(list(StatementState)), _any_day(chance)
    notice = _one(chance, HearingNotice)
    notice.replied_at, notice.companion_allowed = chance.choice([None, NOW]), chance.choice([None, True])
    outcome = _one(chance, Outcome)
    outcome.appeal_by = max(outcome.issued_on, _any_day(chance))
    notice.companion_decide_by = chance.choice([None, _any_day(chance)])


def _change_a_report(chance: Chance) -> None:
    report = _one(chance, BreachReport)
    report.status, report.route = chance.choice(TRIED), chance.choice([None, *Route])
    report.next_due = chance.choice([None, _any_day(chance)])


def _change_what_is_told_early(chance: Chance) -> None:
    receipt = _one(chance, AlertReceipt)
    receipt.seen_at = receipt.seen_by_id = None
    _one(chance, AdviceQuestion).seat = chance.choice(list(Seat))
    declaration = _one(chance, DeclarationOfInterest)
    if declaration.again_on is not None:
        declaration.again_on = declaration.again_from = _any_day(chance)


def _change_the_register(chance: Chance) -> None:
    owner, notice = _one(chance, Person), _one(chance, KeeperNotice)
    _one(chance, Account).owner_id = chance.choice([None, owner.id])
    _one(chance, CredentialRotation).owner_id = chance.choice([None, owner.id])
    notice.about_id = chance.choice([None, _one(chance, Person).id])
    incident = _one(chance, AccountIncident)
    incident.due_on = _any_day(chance)
    wanted = _one(chance, AccessRequest)
    wanted.advice, wanted.advised_by_id = chance.choice(["", "Go ahead."]), None
    proposal = _one(chance, AccountProposal)
    proposal.owner_id, proposal.kind = owner.id, chance.choice(NOT_ABOUT_AN_ACCOUNT)
    _one(chance, RiskAssessment).highest_score = chance.choice([4, 25])
    _change_a_device(chance)


def _change_a_device(chance: Chance) -> None:
    asked = _one(chance, DevicePermissionRequest)
    if asked.status in OPEN_STATUSES:
        asked.status, asked.renews_id = chance.choice(OPEN_STATUSES), None
        held = _one(chance, DevicePermissionRequest)
        if held.status is RequestStatus.APPROVED:
            asked.renews_id = held.id
    else:
        asked.renew_from = _any_day(chance)
        asked.confirm_due_on = chance.choice([None, _any_day(chance)])
        asked.confirm_asked_at = NOW if asked.confirm_due_on else None
        asked.let_end_at = chance.choice([None, NOW])


CHANGES: list[Change] = [
    _appoint, _end_appointment, _leave, _move, _take_part, _stop_taking_part, _come_close, _change_a_case,
    _change_a_report, _change_the_register, _change_what_is_told_early,
]  # fmt: skip


@pytest.mark.parametrize("seed", range(2))
def test_whatever_happens(app: Flask, make: Factory, monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    chance, ids, seen = random.Random(seed), random.Random(seed), set[str]()
    monkeypatch.setattr(core_db, "new_id", lambda: uuid.UUID(int=ids.getrandbits(128), version=4))
    Organisation(make)
    for _ in range(4):
        for change in chance.choices(CHANGES, k=40):
            change(chance)
            db.session.commit()
        day = _any_day(chance)
        with clock.set_to(clock.at_local(day, 10)):
            db.session.expire_all()
            assert assert_same_duties(day) > 0
            seen |= _kinds_that_wait(app, day)[1]
    assert len(seen) > 15
