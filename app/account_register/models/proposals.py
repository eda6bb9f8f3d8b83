"""A proposal to open, change or close an account, what was said of it on its way, and who may do what with it."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.account_register.chains import anybody_meant, in_words, is_meant
from app.account_register.models.account import SEES_EVERYTHING, Account
from app.account_register.models.assessments import MonitoringPlan, RiskAssessment
from app.core import clock
from app.core.db import Base, Identified, Versioned, append_only, enum_column, one_of
from app.core.seen import mark_of
from app.core.statuses import HasStatus, TransitionTable
from app.people.models import KEEPERS, Person
from app.policy.queries import pack


class ProposalKind(StrEnum):
    """What is proposed (domain 3.1)."""

    NEW_PLATFORM = "new_platform"
    NEW_ACCOUNT = "new_account"
    EXPANSION = "expansion"
    OPERATIONAL_CHANGE = "operational_change"
    MAJOR_CHANGE = "major_change"
    CLOSURE = "closure"

    @property
    def makes_an_account(self) -> bool:
        """Whether an account comes of it, and not a change of one that there is."""
        return self in (ProposalKind.NEW_PLATFORM, ProposalKind.NEW_ACCOUNT)

    @property
    def approval_chain(self) -> str:
        """The chain of the pack that says who approves it."""
        return f"proposal_approved_by_{self.value}"


class ProposalStatus(StrEnum):
    """Where a proposal is (domain 3.2). Whether an approval has lapsed is derived from its date, never stored."""

    PROPOSED = "proposed"
    RETURNED = "returned"
    WITH_SCA = "with_sca"
    ASSESSING = "assessing"
    APPROVAL = "approval"
    APPROVED = "approved"
    REGISTERED = "registered"
    DECLINED = "declined"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        """The status as people read it."""
        return {
            "proposed": "To be supported", "returned": "Question asked", "with_sca": "To be advised on",
            "assessing": "To be assessed", "approval": "To be approved", "registered": "Carried out",
        }.get(self.value, self.value.capitalize())  # fmt: skip


PROPOSAL_TRANSITIONS = TransitionTable(
    ProposalStatus,
    {
        ProposalStatus.PROPOSED: (
            ProposalStatus.WITH_SCA,
            ProposalStatus.RETURNED,
            ProposalStatus.DECLINED,
            ProposalStatus.WITHDRAWN,
        ),
        ProposalStatus.RETURNED: (ProposalStatus.PROPOSED, ProposalStatus.WITHDRAWN),
        ProposalStatus.WITH_SCA: (ProposalStatus.ASSESSING, ProposalStatus.APPROVAL, ProposalStatus.WITHDRAWN),
        ProposalStatus.ASSESSING: (ProposalStatus.APPROVAL, ProposalStatus.WITHDRAWN),
        ProposalStatus.APPROVAL: (
            ProposalStatus.APPROVED,
            ProposalStatus.REFUSED,
            ProposalStatus.ASSESSING,
            ProposalStatus.WITHDRAWN,
        ),
        ProposalStatus.APPROVED: (ProposalStatus.REGISTERED, ProposalStatus.WITHDRAWN),
    },
)
OPEN_STATUSES = (
    ProposalStatus.PROPOSED,
    ProposalStatus.RETURNED,
    ProposalStatus.WITH_SCA,
    ProposalStatus.ASSESSING,
    ProposalStatus.APPROVAL,
)
WAITING_STATUSES = (*OPEN_STATUSES, ProposalStatus.APPROVED)
SUPPORT_CHAIN, ADVICE_CHAIN = "proposal_supported_by", "proposal_advised_by"


class AccountProposal(Identified, Versioned, HasStatus, Base):
    """That somebody wants an account opened, changed or closed, and what became of it (policy 6.1, 6.3)."""

    __tablename__ = "account_proposal"
    __table_args__ = (
        one_of("kind", ProposalKind),
        one_of("status", ProposalStatus),
        sa.CheckConstraint("name <> '' AND platform <> '' AND purpose <> ''", name="says_what_and_why"),
        sa.CheckConstraint(
            "kind IN ('new_platform', 'new_account') OR (account_id IS NOT NULL AND change <> '')",
            name="change_names_its_account",
        ),
        sa.CheckConstraint("supported_by_id IS NULL OR supported_by_id <> proposer_id", name="not_own_supporter"),
        sa.CheckConstraint("decided_by_id IS NULL OR decided_by_id <> proposer_id", name="not_own_decider"),
        sa.CheckConstraint("(decided_at IS NULL) = (decided_by_id IS NULL)", name="decided_by_somebody"),
        sa.CheckConstraint(
            "status NOT IN ('approved', 'registered', 'refused', 'declined') OR decided_at IS NOT NULL",
            name="decision_has_a_moment",
        ),
        sa.CheckConstraint("status NOT IN ('approved', 'registered') OR lapses_on IS NOT NULL", name="approval_lapses"),
        sa.CheckConstraint("(status IN ('withdrawn', 'registered')) = (ended_at IS NOT NULL)", name="ended_has_a_moment"),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_by_id IS NULL)", name="ended_by_somebody"),
        sa.CheckConstraint("status <> 'registered' OR account_id IS NOT NULL", name="registered_as_an_account"),
        sa.Index(None, "proposer_id", "submitted_at", "id"),
        sa.Index(None, "status", "submitted_at", "id"),
        sa.Index(None, "account_id", "submitted_at"),
        sa.Index(None, "owner_id"),
    )
    transitions = PROPOSAL_TRANSITIONS

    reference: Mapped[str] = mapped_column(sa.String(20), unique=True)
    kind: Mapped[ProposalKind] = enum_column(ProposalKind)
    status: Mapped[ProposalStatus] = enum_column(ProposalStatus, default=ProposalStatus.PROPOSED)
    proposer_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))
    owner_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))
    # The account it is about; for a new one, the account that came of it.
    account_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("account.id"))
    name: Mapped[str] = mapped_column(sa.String(160))
    platform: Mapped[str] = mapped_column(sa.String(80))
    handle: Mapped[str | None] = mapped_column(sa.String(120))
    url: Mapped[str | None] = mapped_column(sa.String(500))
    change: Mapped[str] = mapped_column(default="")
    purpose: Mapped[str]
    target_group: Mapped[str]
    benefit: Mapped[str]
    cost: Mapped[str]
    submitted_at: Mapped[datetime]
    # By when the present step is done; empty where a step has no such day.
    due_on: Mapped[date | None]
    supported_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    decided_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    lapses_on: Mapped[date | None]
    ended_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    ended_at: Mapped[datetime | None]

    proposer: Mapped[Person] = relationship(foreign_keys=[proposer_id])
    owner: Mapped[Person] = relationship(foreign_keys=[owner_id])
    account: Mapped[Account | None] = relationship()
    decided_by: Mapped[Person | None] = relationship(foreign_keys=[decided_by_id])
    ended_by: Mapped[Person | None] = relationship(foreign_keys=[ended_by_id])
    remarks: Mapped[list["ProposalRemark"]] = relationship(
        back_populates="proposal", order_by="ProposalRemark.position"
    )
    assessments: Mapped[list[RiskAssessment]] = relationship(order_by="RiskAssessment.assessed_at, RiskAssessment.id")
    plans: Mapped[list[MonitoringPlan]] = relationship(order_by="MonitoringPlan.planned_at, MonitoringPlan.id")

    @property
    def title(self) -> str:
        """What it is about, in a few words."""
        return f"{self.name} ({self.platform})"

    @property
    def assessment(self) -> RiskAssessment | None:
        """The risk assessment that counts: the last one sent."""
        return self.assessments[-1] if self.assessments else None

    @property
    def plan(self) -> MonitoringPlan | None:
        """The monitoring plan that counts: the last one sent."""
        return self.plans[-1] if self.plans else None

    @property
    def is_assessed(self) -> bool:
        """Whether it goes through a risk assessment and a plan: all do that let an account be used (policy 6.3)."""
        return self.kind is not ProposalKind.CLOSURE

    @property
    def needs_risks(self) -> bool:
        """Whether it cannot go on without a risk assessment (policy 6.1, 6.3); else one is recommended."""
        return self.is_assessed and pack().switches["risk_assessment_before_use"].value

    @property
    def needs_plan(self) -> bool:
        """Whether it cannot go on without a monitoring plan (policy 6.3); else one is recommended."""
        return self.is_assessed and pack().switches["monitoring_plan_before_use"].value

    @property
    def has_unaccepted_risk(self) -> bool:
        """Whether a high risk remains that nobody has accepted."""
        return self.assessment is not None and self.assessment.must_be_accepted

    @property
    def mark(self) -> str:
        """Different once somebody would read something else who decides on it: an answer, advice, other papers."""
        said = [remark for remark in self.remarks if remark.kind is not RemarkKind.RISK_ACCEPTED]
        papers = (one.id if one else None for one in (self.assessment, self.plan))
        return mark_of(self.status, len(said), *papers)

    @property
    def ended_by_itself(self) -> str:
        """Why nobody need deal with it any more although nobody ended it: derived, never stored. Empty while it goes on."""
        if self.status not in WAITING_STATUSES or self.account is None:
            return ""
        return f"{self.account.name} was closed" if self.account.is_closed else ""

    def _waits_at(self, status: ProposalStatus) -> bool:
        return self.status is status and not self.ended_by_itself

    def has_lapsed_on(self, day: date) -> bool:
        """Whether the approval was not used in time (local setting)."""
        return self.status is ProposalStatus.APPROVED and self.lapses_on is not None and self.lapses_on < day

    def is_meant_by(self, chain: str, person: Person) -> bool:
        """Whether a chain of the pack means this person for this proposal; it never means the proposer."""
        return is_meant(person, pack().chains[chain].value, self.proposer, self.owner_id, clock.today())

    def meant_by(self, chain: str) -> list[uuid.UUID]:
        """Everybody whom a chain of the pack means for this proposal."""
        return anybody_meant(pack().chains[chain].value, self.proposer, self.owner_id, clock.today())

    def who_acts(self, day: date) -> str:
        """Who acts next, in words; empty once nobody has to."""
        if self.ended_by_itself:
            return ""
        if self.status is ProposalStatus.RETURNED:
            return self.proposer.name
        if self.status is ProposalStatus.ASSESSING:
            return self.owner.name
        chains = {
            ProposalStatus.PROPOSED: SUPPORT_CHAIN, ProposalStatus.WITH_SCA: ADVICE_CHAIN,
            ProposalStatus.APPROVAL: self.kind.approval_chain,
        }  # fmt: skip
        if self.status is ProposalStatus.APPROVED:
            return f"the {pack().register_keeper_title.value}"
        chain = chains.get(self.status)
        return in_words(pack().chains[chain].value, self.proposer, self.owner, day) if chain else ""

    def is_adviser(self, person: Person) -> bool:
        """Whether it is for this person to advise; the proposer only where nobody else could."""
        if self.is_meant_by(ADVICE_CHAIN, person):
            return True
        return person.id == self.proposer_id and person.holds(*KEEPERS) and not self.meant_by(ADVICE_CHAIN)

    def is_approver(self, person: Person) -> bool:
        """Whether it is for this person to approve."""
        return self.is_meant_by(self.kind.approval_chain, person)

    def can_be_supported_by(self, person: Person) -> bool:
        """Whether this person may support, return or decline it now."""
        return self._waits_at(ProposalStatus.PROPOSED) and self.is_meant_by(SUPPORT_CHAIN, person)

    def can_be_answered_by(self, person: Person) -> bool:
        """Whether this person may answer the question that was asked back, and change the proposal."""
        return self._waits_at(ProposalStatus.RETURNED) and person.id == self.proposer_id

    def can_be_advised_by(self, person: Person) -> bool:
        """Whether this person may advise on it now."""
        return self._waits_at(ProposalStatus.WITH_SCA) and self.is_adviser(person)

    def is_assessor(self, person: Person) -> bool:
        """Whether it is for this person to assess it: who is to answer for the account; once they left, a keeper."""
        return person.id == self.owner_id or _stands_in_for(self.owner, person)

    def can_be_assessed_by(self, person: Person) -> bool:
        """Whether this person may write the risk assessment and the plan now."""
        return self._waits_at(ProposalStatus.ASSESSING) and self.is_assessor(person)

    def risk_can_be_accepted_by(self, person: Person) -> bool:
        """Whether this person may accept the high risk that remains: a keeper or the approver, never the assessor, and
        never who proposed it.
        """
        return (
            self._waits_at(ProposalStatus.APPROVAL)
            and self.has_unaccepted_risk
            and self.assessment is not None
            and person.id not in (self.assessment.assessed_by_id, self.proposer_id)
            and (person.holds(*KEEPERS) or self.is_approver(person))
        )

    def can_be_decided_by(self, person: Person) -> bool:
        """Whether this person may approve, send back or refuse it now."""
        return self._waits_at(ProposalStatus.APPROVAL) and self.is_approver(person)

    def can_be_carried_out_by(self, person: Person, day: date) -> bool:
        """Whether this person may put it on the register now: a keeper, while the approval has not lapsed."""
        return self._waits_at(ProposalStatus.APPROVED) and person.holds(*KEEPERS) and not self.has_lapsed_on(day)

    def can_be_withdrawn_by(self, person: Person) -> bool:
        """Whether this person may take the proposal back now."""
        return self.is_withdrawer(person) and self.can_move_to(ProposalStatus.WITHDRAWN) and not self.ended_by_itself

    def is_withdrawer(self, person: Person) -> bool:
        """Whether it is for this person to take it back: who proposed it; once they left, a keeper of the register."""
        return person.id == self.proposer_id or _stands_in_for(self.proposer, person)

    def can_be_seen_by(self, person: Person) -> bool:
        """Whether this person may read it: who proposed it, who is to answer for the account or does so now, whoever
        supports or approves it or had a say in it, the keepers of the register and the auditor.
        """
        return (
            person.id in (self.proposer_id, self.owner_id, *(remark.said_by_id for remark in self.remarks))
            or person.holds(*SEES_EVERYTHING)
            or (self.account is not None and self.account.owner_id == person.id)
            or self.is_meant_by(SUPPORT_CHAIN, person)
            or self.is_approver(person)
        )


def _stands_in_for(gone: Person, person: Person) -> bool:
    return person.holds(*KEEPERS) and not gone.is_here_on(clock.today())


class RemarkKind(StrEnum):
    """What somebody did when they said it."""

    SUPPORTED = "supported"
    QUESTION = "question"
    ANSWER = "answer"
    DECLINED = "declined"
    ADVICE = "advice"
    SENT_BACK = "sent_back"
    RISK_ACCEPTED = "risk_accepted"
    APPROVED = "approved"
    REFUSED = "refused"


class Advice(StrEnum):
    """What the Strategic Communications Adviser advises."""

    GO_AHEAD = "go_ahead"
    WITH_CHANGES = "with_changes"
    AGAINST = "against"

    @property
    def label(self) -> str:
        """The words that people read."""
        return {"go_ahead": "Go ahead", "with_changes": "Go ahead with changes", "against": "Do not go ahead"}[self.value]


class ProposalRemark(Identified, Base):
    """What somebody said of a proposal in an act: support, question, answer, advice, conditions, reasons. Never changed."""

    __tablename__ = "proposal_remark"
    __table_args__ = (
        one_of("kind", RemarkKind),
        one_of("advice", Advice),
        sa.CheckConstraint("(kind = 'advice') = (advice IS NOT NULL)", name="advice_is_given"),
        sa.CheckConstraint("kind IN ('supported', 'risk_accepted', 'approved') OR words <> ''", name="has_words"),
        sa.UniqueConstraint("proposal_id", "position"),
        sa.Index(None, "said_by_id"),
    )

    proposal_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("account_proposal.id"))
    position: Mapped[int]
    kind: Mapped[RemarkKind] = enum_column(RemarkKind)
    advice: Mapped[Advice | None] = enum_column(Advice)
    said_by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))
    said_at: Mapped[datetime]
    words: Mapped[str] = mapped_column(default="")

    proposal: Mapped[AccountProposal] = relationship(back_populates="remarks")
    said_by: Mapped[Person] = relationship()


append_only(ProposalRemark)


@dataclass(frozen=True)
class ProposalAnswers:
    """What somebody answered who proposes something. `platform` is a name as `canonical_platform` gives it."""

    kind: ProposalKind
    account_id: uuid.UUID | None
    name: str
    platform: str
    handle: str | None
    url: str | None
    change: str
    purpose: str
    target_group: str
    benefit: str
    cost: str
    owner_id: uuid.UUID
