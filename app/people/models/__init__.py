"""Persons, services, roles with dates, relationships; how somebody signs in."""

from app.people.models.person import (
    CONFIRM_TIES,
    HR_OFFICERS,
    KEEPERS,
    KNOWS_WHY,
    RECORD_HEADS,
    FormerName,
    FormerNameMistake,
    MailChoice,
    Person,
    PersonKind,
    Role,
    RoleAssignment,
    Service,
    decider_of,
    one_above,
    with_post,
)
from app.people.models.relationship import DeclaredRelationship, RelationshipKind
from app.people.models.signing_in import Credential, SignInSession, SignInThrottle

__all__ = [
    "CONFIRM_TIES",
    "HR_OFFICERS",
    "KEEPERS",
    "KNOWS_WHY",
    "RECORD_HEADS",
    "Credential",
    "DeclaredRelationship",
    "FormerName",
    "FormerNameMistake",
    "MailChoice",
    "Person",
    "PersonKind",
    "RelationshipKind",
    "Role",
    "RoleAssignment",
    "Service",
    "SignInSession",
    "SignInThrottle",
    "decider_of",
    "one_above",
    "with_post",
]
