"""What the page of an account shows of this room, and how this room keeps an account from being closed."""

from typing import Any

import sqlalchemy as sa

from app.account_register.models import Account
from app.core.presentation import count_words
from app.core.registries import Panel
from app.credential_rotation.models import (
    CHECKLIST,
    HANDLERS,
    SEES_CAUSES,
    CredentialRotation,
    RotationCause,
    RotationStatus,
    may_ask_for_new_password,
    may_say_gone,
    owner_is_named_to,
)
from app.credential_rotation.queries import (
    gone_and_open_changes_of,
    incidents_of,
    may_see_incidents_of,
    open_rotations_of,
    standing_gone_of,
)
from app.people.models import Person


def panel_of_account(account: Account, viewer: Any) -> Panel | None:
    """That an account no longer exists or is lost, with who said and confirmed it, or the way to say so; and its open
    rotations, in neutral words: nothing for those because of whom its password changes.
    """
    reader: Person = viewer
    gone, changes = gone_and_open_changes_of(account, reader)
    seen = [(one, knows) for one, knows in changes if one.can_be_seen_by(reader, knows=knows)]
    names_owner = {one.id for one, knows in seen if owner_is_named_to(one, reader, knows=knows)}
    can_start = may_ask_for_new_password(account, reader) and account.is_there
    sees_history = account.past_access_is_known_to(reader) or reader.holds(*SEES_CAUSES)
    can_say = gone is None and may_say_gone(account, reader) and not account.is_closed
    known = gone if gone is not None and gone.can_be_seen_by(reader) else None
    shows_changes = bool(seen) or can_start or sees_history
    if not shows_changes and not can_say and known is None:
        return None
    return Panel(
        "credential_rotation/account-panel.html",
        {
            "rotations": [one for one, _ in seen], "account": account, "can_start": can_start, "sees_history": sees_history,
            "names_owner": names_owner, "shows_changes": shows_changes, "gone": known, "can_say_gone": can_say,
        },
    )  # fmt: skip


def incidents_panel(account: Account, viewer: Any) -> Panel | None:
    """What happened to an account, for those who may know of it: how far the steps are after a compromise comes first."""
    reader: Person = viewer
    if not may_see_incidents_of(account, reader):
        return None
    found = incidents_of(account)
    can_record = reader.holds(*HANDLERS) and not account.is_closed
    if not found and not can_record:
        return None
    return Panel(
        "credential_rotation/incidents/account-panel.html",
        {"incidents": found, "steps": len(CHECKLIST), "account": account, "can_record": can_record},
    )


def why_account_stays_open(account: Account) -> str | None:
    """An account is not closed while a change of its password is not done and verified (domain 3.2)."""
    count = len(open_rotations_of(account))
    if not count:
        return None
    return (
        f"{count_words(count, 'password change')} of this account must be done and verified first. If the account no longer "
        "exists or we have lost it, record that on its page instead: no password is changed then."
    )


def why_gone_is_settled_first(account: Account) -> str | None:
    """An account is not closed while somebody says that it is gone, and nobody has confirmed it or taken it back."""
    gone = standing_gone_of(account)
    if gone is None or not gone.is_waiting:
        return None
    return f"{gone.recorded_by.name} recorded that this account {gone.in_words}: somebody else must confirm that first."


def password_is_overdue(account_id: Any, viewer_id: Any, day: Any) -> sa.ColumnElement[bool]:
    """That an account's password should have been changed by now; never for those because of whom it changes."""
    because_of_reader = sa.exists().where(
        RotationCause.rotation_id == CredentialRotation.id, RotationCause.person_id == viewer_id
    )
    return sa.exists().where(
        CredentialRotation.account_id == account_id, CredentialRotation.status == RotationStatus.DUE,
        CredentialRotation.due_on < day, sa.not_(because_of_reader),
    )  # fmt: skip
