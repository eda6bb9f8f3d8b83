"""Who may do what with a proposal and when, said three ways that must agree; and what the database itself refuses."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import DatabaseError, IntegrityError
from sqlalchemy.orm import aliased

from app.account_register import operations as acts
from app.account_register.chains import MANAGER, OWNER, roles_of
from app.account_register.models import (
    PROPOSAL_TRANSITIONS,
    AccountProposal,
    AccountStatus,
    Advice,
    KeeperNotice,
    ProposalKind,
    ProposalStatus,
    RiskLevel,
)
from app.account_register.models.assessments import level_of
from app.account_register.queries.checks import assessment_of
from app.account_register.queries.proposals import (
    Shown,
    proposals_page,
    sees_proposal,
    to_accept,
    to_advise,
    to_answer,
    to_approve,
    to_assess,
    to_support,
    to_use,
)
from app.core import clock
from app.core.db import commit, db
from app.core.errors import AlreadyDone, InvalidInput, NotAllowed
from app.core.outbox import OutboxMessage
from app.core.paging import Cursor
from app.people.models import Person, Role
from app.policy import queries as policy
from app.policy.pack import Setting, load_pack, pack_names
from tests.account_register.factories import make_account
from tests.account_register.proposing import Way, answers, plan, risk
from tests.conftest import NOW
from tests.factories import Factory

S = ProposalStatus
TODAY = NOW.date()


@pytest.fixture
def way(make: Factory) -> Way:
    """The people of a proposal."""
    return Way(make)


@pytest.mark.parametrize(("old", "new", "allowed"), PROPOSAL_TRANSITIONS.pairs())
def test_every_transition_from_every_state(old: S, new: S, allowed: bool) -> None:
    """The table and nothing else decides."""
    proposal = AccountProposal(status=old)
    assert proposal.can_move_to(new) == allowed
    if not allowed:
        with pytest.raises(AlreadyDone):
            proposal.move_to(new)


def _everybody(way: Way, make: Factory) -> dict[str, Person]:
    return {
        "proposer": way.proposer, "manager": way.manager, "owner": way.owner, "sca": way.sca,
        "deputy": make.person("Dep Uty", Role.DEPUTY_SCA), "auditor": make.person("Aud Itor", Role.AUDITOR),
        "chair": make.person("Cha Ir", Role.CHAIR), "stranger": make.person("Stran Ger"),
        "left": make.person("Gone Keeper", Role.SCA, last_working_day=TODAY - timedelta(days=1)),
    }  # fmt: skip


def test_who_may_do_what_in_each_state(way: Way, make: Factory) -> None:
    """Never the proposer but to answer and withdraw; each step has its person."""
    people = _everybody(way, make)
    may = {
        "can_be_supported_by": ({"manager"}, S.PROPOSED),
        "can_be_answered_by": ({"proposer"}, S.RETURNED),
        "can_be_advised_by": ({"sca", "deputy"}, S.WITH_SCA),
        "can_be_assessed_by": ({"owner"}, S.ASSESSING),
        "risk_can_be_accepted_by": ({"manager", "sca", "deputy", "left"}, S.APPROVAL),
        "can_be_decided_by": ({"manager"}, S.APPROVAL),
    }
    proposal = way.assessed(high=True)
    for status in S:
        proposal.status = status
        for predicate, (who, when) in may.items():
            found = {name for name, person in people.items() if getattr(proposal, predicate)(person)}
            assert found == (who if status is when else set()), (predicate, status)
        seen = {name for name, person in people.items() if proposal.can_be_seen_by(person)}
        assert seen == {"proposer", "manager", "owner", "sca", "deputy", "left", "auditor"}
    db.session.rollback()


def test_a_chair_decides_where_the_pack_says_so(way: Way, make: Factory, monkeypatch: pytest.MonkeyPatch) -> None:
    """The chain is data; where the Chair proposes, nobody else is meant."""
    monkeypatch.setattr("app.account_register.models.proposals.pack", lambda: load_pack("rudheath-and-witton-together"))
    monkeypatch.setattr("app.account_register.queries.proposals.pack", lambda: load_pack("rudheath-and-witton-together"))
    chair = make.person("Cha Ir", Role.CHAIR)
    proposal = way.proposed()
    assert proposal.can_be_supported_by(chair)
    assert not proposal.can_be_supported_by(way.manager)
    assert proposal.who_acts(TODAY) == "the Chair"
    assert not proposal.needs_risks
    assert [row.key for row in db.session.execute(to_support(chair, TODAY))] == [proposal.reference]
    assert db.session.execute(to_support(way.manager, TODAY)).all() == []
    chair.line_manager_id = way.manager.id
    make.keep(chair)
    with pytest.raises(InvalidInput, match="Nobody is recorded who could support this"):
        acts.submit_proposal(answers(way.owner, handle=None), by=chair, at=NOW)
    db.session.rollback()


def test_every_chain_of_every_pack_means_somebody(app: Flask) -> None:
    """A word that this service does not understand would send a proposal to nobody."""
    assert app
    for name in pack_names():
        chains = load_pack(name).chains
        for key in ("proposal_supported_by", "proposal_advised_by", *(kind.approval_chain for kind in ProposalKind)):
            assert chains[key].value
            for word in chains[key].value:
                assert word in (MANAGER, OWNER) or roles_of(word)


CHAINS: list[tuple[str, ...]] = [
    ("manager",), ("chair",), ("chair", "manager"), ("manager", "sca"), ("account_owner",),
    ("ict", "account_owner", "chair"),
]  # fmt: skip


@pytest.mark.parametrize("chain", CHAINS)
@pytest.mark.parametrize("proposer", ["proposer", "sca", "chair", "owner", "alone"])
def test_lists_and_predicates_agree(
    way: Way, make: Factory, monkeypatch: pytest.MonkeyPatch, chain: tuple[str, ...], proposer: str
) -> None:
    """Whatever the chain and whoever proposes: what waits on a home page is what its button allows."""
    people = _everybody(way, make)
    people["alone"] = make.person("Al One")
    people["chair"].line_manager_id = people["sca"].line_manager_id = way.manager.id
    found = way.proposed()
    found.proposer_id = people[proposer].id
    make.keep(found, *people.values())
    real = policy.pack()
    changed = [key for key in real.chains if key.startswith(("proposal_supported", "proposal_approved"))]

    class Chained:
        """The pack with other chains."""

        def __getattr__(self, name: str) -> Any:
            return getattr(real, name)

        chains = {**real.chains, **{key: Setting(chain, ("local setting",)) for key in changed}}

    monkeypatch.setattr("app.account_register.models.proposals.pack", Chained)
    monkeypatch.setattr("app.account_register.queries.proposals.pack", Chained)
    pairs = {
        S.PROPOSED: (AccountProposal.can_be_supported_by, to_support),
        S.WITH_SCA: (AccountProposal.can_be_advised_by, to_advise),
        S.APPROVAL: (AccountProposal.can_be_decided_by, to_approve),
    }
    for status, (predicate, query) in pairs.items():
        found.status = status
        make.keep(found)
        db.session.expire_all()
        for name, person in people.items():
            if name != "left":
                select = query(person, TODAY)
                waits = bool(db.session.execute(select).all())
                assert waits == predicate(found, person), (status, name)
    alias = aliased(Person)
    for name, person in people.items():
        seen = sa.select(AccountProposal.id).join(alias, alias.id == AccountProposal.proposer_id)
        rows = db.session.execute(seen.where(sees_proposal(person, alias, TODAY))).all()
        assert bool(rows) == found.can_be_seen_by(person), name


def test_a_keeper_who_proposes_is_advised_by_the_other(way: Way, make: Factory) -> None:
    """Where there is no other keeper, she advises herself, since nobody else can."""
    way.proposer, way.sca.line_manager = way.sca, way.manager
    make.keep(way.sca)
    proposal = way.supported()
    assert proposal.can_be_advised_by(way.sca)
    assert len(db.session.execute(to_advise(way.sca, TODAY)).all()) == 1
    deputy = make.person("Dep Uty", Role.DEPUTY_SCA)
    assert not proposal.can_be_advised_by(way.sca)
    assert proposal.can_be_advised_by(deputy)
    assert db.session.execute(to_advise(way.sca, TODAY)).all() == []
    with pytest.raises(NotAllowed):
        acts.advise_on_proposal(proposal, by=way.sca, at=NOW, advice=Advice.GO_AHEAD, words="Yes")


def test_a_question_is_to_be_answered_within_five_working_days(way: Way) -> None:
    """By its proposer alone; once it is answered the manager has their own time again."""
    made = way.returned()
    assert made.due_on == policy.due_after_receipt("proposal_answer_working_days", NOW)
    for person in (way.proposer, way.manager, way.owner, way.sca):
        rows = db.session.execute(to_answer(person, TODAY)).all()
        assert [(row.key, row.due_on) for row in rows] == ([(made.reference, made.due_on)] if person is way.proposer else [])
    later = NOW + timedelta(days=1)
    acts.answer_proposal(made, by=way.proposer, at=later, answer="Nobody does")
    assert made.due_on == policy.due_after_receipt("proposal_manager_decision_working_days", later)
    acts.return_proposal(made, by=way.manager, at=later, question="Why?")
    acts.withdraw_proposal(made, by=way.proposer, at=later)
    assert made.due_on is None


def test_the_papers_are_to_be_written_within_ten_working_days(way: Way) -> None:
    """Also once they were sent back; from when they come the approver has their own time."""
    made, period = way.advised(), "proposal_assessment_working_days"
    assert made.due_on == policy.due_after_receipt(period, NOW)
    assert [row.due_on for row in db.session.execute(to_assess(way.owner, TODAY))] == [made.due_on]
    later = NOW + timedelta(days=1)
    acts.submit_assessment(made, [risk(way.owner)], plan(way.owner), by=way.owner, at=later)
    assert made.due_on == policy.due_after_receipt("proposal_approval_working_days", later)
    acts.send_proposal_back(made, by=way.manager, at=later, changes="Less")
    assert made.due_on == policy.due_after_receipt(period, later)


def test_keepers_are_told_of_each_proposal(way: Way, make: Factory) -> None:
    """In the act, neutrally; and the manager that it waits for them (policy 6.1)."""
    made = way.proposed()
    told = db.session.query(OutboxMessage).filter_by(subject_id=made.id)
    assert {(row.to_person_id, row.kind.name) for row in told} == {
        (way.sca.id, "proposal_made"), (way.manager.id, "proposal_support"),
    }  # fmt: skip
    assert not db.session.query(KeeperNotice).count()
    assert all("Youth" not in row.kind.reads for row in told)
    assert made.due_on is not None


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"purpose": ""}, "purpose"), ({"name": ""}, "name"), ({"target_group": ""}, "target_group"),
        ({"cost": "password: hunter2!"}, "cost"),
    ],
)  # fmt: skip
def test_what_is_missing_is_refused(way: Way, changes: dict[str, str], field: str) -> None:
    """Each at its field; a proposal without its target group names the paragraph."""
    with pytest.raises(InvalidInput) as refused:
        acts.submit_proposal(answers(way.owner, **changes), by=way.proposer, at=NOW)
    assert refused.value.field == field
    if field == "target_group":
        assert "paragraph 2.2(3)" in refused.value.sentence


def test_a_change_needs_an_open_account_and_words(way: Way, make: Factory) -> None:
    """And an owner who is here."""
    closed, live = make_account(make, status=AccountStatus.CLOSED), make_account(make)
    gone = make.person("Go Ne", last_working_day=TODAY - timedelta(days=1))
    for made, field in (
        (answers(way.owner, closed), "account"), (answers(way.owner, live, change=""), "change"), (answers(gone), "owner"),
    ):  # fmt: skip
        with pytest.raises(InvalidInput) as refused:
            acts.submit_proposal(made, by=way.proposer, at=NOW)
        assert refused.value.field == field


def test_papers_are_asked_for_and_looked_at(way: Way) -> None:
    """At least one risk, a plan with a measure and a date to come, ratings within their scale."""
    made, owner = way.advised(), way.owner
    wrong: list[tuple[list[Any], Any, str]] = [
        ([], plan(owner), "risks"), ([risk(owner)], None, "plan"), ([risk(owner, likelihood=6)], plan(owner), "likelihood"),
        ([risk(owner, control="")], plan(owner), "control"), ([risk(owner)], plan(owner, measures=""), "measures"),
        ([risk(owner)], plan(owner, evaluation_on=TODAY), "evaluation_on"),
    ]  # fmt: skip
    for risks, papers, field in wrong:
        with pytest.raises(InvalidInput) as refused:
            acts.submit_assessment(made, risks, papers, by=owner, at=NOW)
        assert refused.value.field == field
    with pytest.raises(InvalidInput, match="Do not write a password"):
        acts.submit_assessment(made, [risk(owner, risk="password: hunter2!")], plan(owner), by=owner, at=NOW)
    with pytest.raises(NotAllowed):
        acts.submit_assessment(made, [risk(owner)], plan(owner), by=way.proposer, at=NOW)


def test_how_high_a_risk_is(app: Flask) -> None:
    """The bounds are local settings."""
    assert app
    low, medium, high = RiskLevel
    levels = {1: low, 5: low, 6: medium, 14: medium, 15: high, 25: high}
    assert {score: level_of(score) for score in levels} == levels


def test_nobody_is_asked_to_accept_the_risk_of_what_they_proposed(way: Way) -> None:
    """Another keeper is; whoever may not do it is not asked for it, and not chased for it."""
    keeper = way.make.person("Dep Keeper", Role.DEPUTY_SCA)
    way.proposer, way.sca = way.sca, keeper
    way.proposer.line_manager = way.manager
    way.make.keep(way.proposer)
    made = way.assessed(high=True)
    for person in (way.proposer, keeper):
        waits = db.session.execute(to_accept(person, TODAY)).all()  # type: ignore[arg-type]
        assert bool(waits) is made.risk_can_be_accepted_by(person) is (person is keeper)


def test_the_latest_assessment_counts(way: Way) -> None:
    """Sent back and sent again with less risk, nothing is left to accept."""
    made = way.assessed(high=True)
    assert len(db.session.execute(to_accept(way.sca, TODAY)).all()) == 1  # type: ignore[arg-type]
    acts.send_proposal_back(made, by=way.manager, at=NOW, changes="Less")
    later = NOW + timedelta(hours=1)
    acts.submit_assessment(made, [risk(way.owner)], plan(way.owner), by=way.owner, at=later)
    commit()
    assert not made.has_unaccepted_risk
    assert db.session.execute(to_accept(way.sca, TODAY)).all() == []  # type: ignore[arg-type]
    assert to_accept(way.manager, TODAY) is None
    acts.approve_proposal(made, by=way.manager, at=later)


def test_an_approval_is_used_until_its_last_day(way: Way, make: Factory) -> None:
    """Derived from its date; a stranger to the register never uses it."""
    made = way.approved()
    assert made.lapses_on is not None
    after = made.lapses_on + timedelta(days=1)
    assert len(db.session.execute(to_use(way.sca, made.lapses_on)).all()) == 1  # type: ignore[arg-type]
    assert db.session.execute(to_use(way.sca, after)).all() == []  # type: ignore[arg-type]
    assert to_use(way.manager, TODAY) is None
    with pytest.raises(AlreadyDone, match="lapsed"), clock.set_to(clock.at_local(after, 9)):
        acts.carry_out_proposal(made, by=way.sca, at=clock.now())
    with pytest.raises(NotAllowed):
        acts.carry_out_proposal(made, by=way.manager, at=NOW)
    with pytest.raises(InvalidInput, match="Put the account on the register"):
        acts.carry_out_proposal(made, by=way.sca, at=NOW)
    for part, day, there in ((Shown.APPROVED, TODAY, 1), (Shown.APPROVED, after, 0), (Shown.ENDED, after, 1)):
        assert len(proposals_page(way.sca, part, day, Cursor()).rows) == there


def test_a_change_that_was_made_points_at_its_account(way: Way, make: Factory) -> None:
    """What its papers say is the account's from then on; they stay its own (test_taking_over.py)."""
    account = make_account(make, way.owner)
    made = way.approved(account)
    acts.carry_out_proposal(made, by=way.sca, at=NOW)
    commit()
    assert made.status is S.REGISTERED
    assert made.assessment is not None
    assert (made.assessment.account_id, made.account_id) == (None, account.id)
    found = assessment_of(account)
    assert found is not None
    assert [row.risk for row in found.rows] == [row.risk for row in made.assessment.rows]


@pytest.mark.parametrize(
    "wrong",
    [
        {"supported_by_id": "proposer"}, {"decided_by_id": "proposer", "decided_at": NOW}, {"status": S.APPROVED},
        {"status": S.WITHDRAWN}, {"kind": ProposalKind.CLOSURE}, {"purpose": ""}, {"status": S.REFUSED},
    ],
)  # fmt: skip
def test_the_database_refuses_nonsense(way: Way, wrong: dict[str, Any]) -> None:
    """Also where an act forgot to."""
    made = way.proposed()
    for name, value in wrong.items():
        setattr(made, name, way.proposer.id if value == "proposer" else value)
    with pytest.raises(IntegrityError):
        db.session.flush()
    db.session.rollback()


def test_what_was_said_never_changes(way: Way) -> None:
    """By trigger, on both databases."""
    made = way.supported()
    made.remarks[0].words = "I never said so"
    with pytest.raises(DatabaseError):
        db.session.flush()
    db.session.rollback()


def test_nobody_accepts_a_risk_that_they_assessed(way: Way, make: Factory) -> None:
    """Not even a keeper; another can."""
    way.owner = way.sca
    made = way.assessed(high=True)
    with pytest.raises(NotAllowed, match="assessed yourself"):
        acts.accept_risk(made, by=way.sca, at=NOW)
    with pytest.raises(NotAllowed):
        acts.accept_risk(made, by=way.proposer, at=NOW)
    acts.accept_risk(made, by=make.person("Dep Uty", Role.DEPUTY_SCA), at=NOW)
    commit()
    assert made.remarks[-1].said_by.name == "Dep Uty"


def test_nobody_accepts_the_risk_of_what_they_proposed(way: Way, make: Factory) -> None:
    """Not even a keeper, and no button is shown; another can."""
    way.sca.line_manager_id, way.proposer, deputy = way.manager.id, way.sca, make.person("Dep Uty", Role.DEPUTY_SCA)
    make.keep(way.sca)
    way.sca = deputy
    made = way.assessed(high=True)
    with pytest.raises(NotAllowed, match="what you proposed yourself"):
        acts.accept_risk(made, by=way.proposer, at=NOW)
    assert not made.risk_can_be_accepted_by(way.proposer)
    assert made.risk_can_be_accepted_by(deputy)


def test_a_keeper_stands_in_for_whoever_left(way: Way, make: Factory) -> None:
    """Nothing hangs because its owner or its proposer has gone."""
    made = way.advised()
    assert not made.can_be_assessed_by(way.sca)
    assert db.session.execute(to_assess(way.sca, TODAY)).all() == []
    assert len(db.session.execute(to_assess(way.owner, TODAY)).all()) == 1
    way.owner.last_working_day = way.proposer.last_working_day = TODAY - timedelta(days=1)
    make.keep(way.owner, way.proposer)
    assert made.can_be_assessed_by(way.sca)
    assert not made.can_be_assessed_by(way.manager)
    assert len(db.session.execute(to_assess(way.sca, TODAY)).all()) == 1
    acts.withdraw_proposal(made, by=way.sca, at=NOW)
    commit()
    assert made.ended_by_id == way.sca.id
