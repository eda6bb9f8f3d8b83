"""The chain of a leaver, account by account, and the certificate that it is complete."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from app.account_register.models import AccessGrant, Gone
from app.core.presentation import uk_datetime
from app.credential_rotation.models.leavers import HandOver, LeaverNotice
from app.credential_rotation.models.proof import proof_words
from app.credential_rotation.models.rotation_states import RotationStatus, Sighting
from app.credential_rotation.models.rotations import RotationStep
from app.people.queries import TimelineEntry

NOTHING_SHARED = "No shared password had to change"


@dataclass(frozen=True)
class ChainRow:
    """One account of a leaver through the four columns of the chain."""

    account_id: uuid.UUID
    account: str
    platform: str
    ends_on: date | None
    hand_over: HandOver | None
    rotation_id: uuid.UUID | None
    status: RotationStatus | None
    due_on: date | None
    owner: str | None
    done_by: str | None
    changed_at: datetime | None
    verified_by: str | None
    verified_at: datetime | None
    told_at: datetime | None
    noted_at: datetime | None
    still_to_hand_over: bool
    had_access: bool
    called_off_from: date | None
    saw: Sighting | None
    verify_by: date | None
    is_over: bool
    cause_due_on: date | None
    due_period: str | None
    due_counted_from: date | None
    emergency_reason: str | None
    permitted_by: str | None
    permitted_at: datetime | None
    refused_by: str | None
    refused_at: datetime | None
    refused_why: str | None
    alone_because: str | None
    hand_over_by: date | None
    by_shared_login: bool | None
    gone: Gone | None
    gone_said_by: str | None
    gone_confirmed_by: str | None
    gone_confirmed_at: datetime | None
    done_at: datetime | None

    @property
    def is_without_change(self) -> str:
        """Why no password is left to change, and who said so, where the account is gone; else nothing."""
        if self.gone is None or self.gone_confirmed_at is None:
            return ""
        what = "no longer exists on the platform" if self.gone is Gone.DELETED else "is lost for good"
        return (
            f"No password is left to change: the account {what}. {self.gone_said_by} said so, {self.gone_confirmed_by} "
            f"confirmed it, {uk_datetime(self.gone_confirmed_at)}"
        )

    @property
    def waits_for_judgement(self) -> bool:
        """`CredentialRotation.waits_for_judgement`."""
        return bool(self.emergency_reason and self.changed_at and not self.permitted_at and not self.refused_at)


@dataclass(frozen=True)
class LeaverCertificate:
    """What a certificate is drawn from. Nothing of it depends on when it is drawn: the same records give the same bytes."""

    notice: LeaverNotice
    completed_at: datetime
    chain: Sequence[ChainRow]
    accesses: Sequence[AccessGrant]
    steps: Mapping[UUID, Sequence[RotationStep]]
    history: Sequence[TimelineEntry]

    @property
    def changes(self) -> list[ChainRow]:
        """The accounts whose password was changed, as a second person saw."""
        return [row for row in self.chain if row.changed_at is not None and row.gone is None]

    @property
    def gone(self) -> list[ChainRow]:
        """The accounts whose password was still to be changed, or to be seen as changed, when they were gone."""
        return [row for row in self.chain if row.gone is not None]

    @property
    def with_permission(self) -> list[ChainRow]:
        """The changes that somebody permitted, before or after, and those made in an emergency."""
        return [row for row in self.changes if row.permitted_at or row.emergency_reason]

    @property
    def handed_over(self) -> list[ChainRow]:
        """The accounts that somebody else had to take over."""
        return [row for row in self.chain if row.hand_over is not None]

    @property
    def proved(self) -> str:
        """How long it took from their leaving until the last change was verified."""
        verified = [row.verified_at for row in self.chain if row.verified_at is not None]
        words = proof_words(self.notice.gone_at, max(verified)) if verified else NOTHING_SHARED
        return words[:1].upper() + words[1:]
