"""Corporate accounts, who holds access to them, and what the keeper of the register was told."""

from app.account_register.models.access import (
    AccessGrant,
    AccessLevel,
    EndReason,
    GrantState,
    grant_state,
)
from app.account_register.models.account import (
    ACCOUNT_TRANSITIONS,
    SEES_EVERYTHING,
    Account,
    AccountKind,
    AccountStatus,
    AccountWord,
    LoginMode,
    TwoStep,
)
from app.account_register.models.assessments import (
    Frequency,
    MonitoringPlan,
    RiskAssessment,
    RiskLevel,
    RiskRow,
)
from app.account_register.models.notices import (
    KeeperNotice,
    NoticeKind,
)
from app.account_register.models.proposals import (
    PROPOSAL_TRANSITIONS,
    AccountProposal,
    Advice,
    ProposalKind,
    ProposalRemark,
    ProposalStatus,
    RemarkKind,
)
from app.account_register.models.reviews import AccessReview, AccessReviewAnswer
from app.account_register.models.watch import (
    DISCOVERED_TRANSITIONS,
    LOOK_ALIKE_TRANSITIONS,
    DiscoveredAccount,
    DiscoveredStatus,
    HorizonItem,
    HorizonLook,
    LookAlike,
    LookAlikeOutcome,
    LookAlikeStatus,
    LookResult,
)

__all__ = [
    "ACCOUNT_TRANSITIONS",
    "DISCOVERED_TRANSITIONS",
    "LOOK_ALIKE_TRANSITIONS",
    "PROPOSAL_TRANSITIONS",
    "SEES_EVERYTHING",
    "AccessGrant",
    "AccessLevel",
    "AccessReview",
    "AccessReviewAnswer",
    "Account",
    "AccountKind",
    "AccountProposal",
    "AccountStatus",
    "AccountWord",
    "Advice",
    "DiscoveredAccount",
    "DiscoveredStatus",
    "EndReason",
    "Frequency",
    "GrantState",
    "HorizonItem",
    "HorizonLook",
    "KeeperNotice",
    "LoginMode",
    "LookAlike",
    "LookAlikeOutcome",
    "LookAlikeStatus",
    "LookResult",
    "MonitoringPlan",
    "NoticeKind",
    "ProposalKind",
    "ProposalRemark",
    "ProposalStatus",
    "RemarkKind",
    "RiskAssessment",
    "RiskLevel",
    "RiskRow",
    "TwoStep",
    "grant_state",
]
