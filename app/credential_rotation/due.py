"""What this room puts on home pages: passwords to change, changes to verify or permit, hand-overs that cannot wait,
steps after a compromise, own logins to secure, accounts that are gone to confirm and to close."""

from datetime import date
from typing import Any

import sqlalchemy as sa

from app.account_register.models import Account
from app.core.registries import DueKind, Viewer
from app.credential_rotation.models import (
    HANDLERS,
    AccountIncident,
    CredentialRotation,
    IncidentKind,
    IncidentStatus,
    LeaverHolding,
    LeaverNotice,
    Move,
    MoveHandOver,
    NoticeStatus,
)
from app.credential_rotation.queries import (
    came_back,
    gone_seen,
    gone_to_close,
    gone_to_confirm,
    incidents_seen,
    left_by_move,
    mine_to_change,
    mine_to_find_changer,
    mine_to_find_verifier,
    mine_to_permit,
    mine_to_verify,
    open_hand_overs,
    open_when_late,
    open_where_nobody_is_left,
    still_to_hand_over,
)
from app.credential_rotation.queries.because_of import carried_by_leaver
from app.credential_rotation.queries.own_logins import OWN_LOGIN, mine_to_secure, own_logins_seen
from app.credential_rotation.queries.work_changes import WORK_CHANGE, to_say_what_goes_on, work_changes_opened
from app.people.everybody import everybody_with, opening
from app.people.models import KEEPERS, Role


def _account_words() -> Any:
    """Which account, for people who hold several of the same name."""
    return (Account.name + " (" + Account.platform + ")").label("who")


def _rotations(name: str, due_on: Any, condition: sa.ColumnElement[bool]) -> sa.Select[Any]:
    return (
        sa.select(
            sa.literal(name).label("name"), sa.cast(CredentialRotation.id, sa.String).label("key"),
            _account_words(), due_on.label("due_on"),
        )
        .join(Account, Account.id == CredentialRotation.account_id)
        .where(condition)
    )  # fmt: skip


def _to_change(viewer: Viewer, today: date) -> sa.Select[Any]:
    return _rotations("rotation_change", CredentialRotation.due_on, mine_to_change(viewer, today))


def _to_verify(viewer: Viewer, today: date) -> sa.Select[Any]:
    return _rotations("rotation_verify", CredentialRotation.verify_by, mine_to_verify(viewer, today))


def _without_changer(viewer: Viewer, today: date) -> sa.Select[Any] | None:
    if not viewer.holds(*KEEPERS, Role.ADMINISTRATOR):
        return None
    return _rotations("rotation_no_changer", CredentialRotation.due_on, mine_to_find_changer(viewer, today))


def _without_verifier(viewer: Viewer, today: date) -> sa.Select[Any] | None:
    if not viewer.holds(*KEEPERS, Role.ADMINISTRATOR):
        return None
    return _rotations("rotation_no_verifier", CredentialRotation.verify_by, mine_to_find_verifier(viewer, today))


def _to_permit(viewer: Viewer, today: date) -> sa.Select[Any]:
    return _rotations("rotation_permit", CredentialRotation.permit_by, mine_to_permit(viewer, today))


def _hand_over_rows(name: str, going: Any, holding: Any, of_going: Any) -> sa.Select[Any]:
    """Due on the day it was recorded, so that they stand at the top until they are done; never for who goes."""
    columns: list[Any] = [
        sa.literal(name).label("name"), sa.cast(going.id, sa.String).label("key"), _account_words(),
        holding.hand_over_by.label("due_on"),
    ]  # fmt: skip
    return sa.select(*columns).join(holding, of_going == going.id).join(Account, Account.id == holding.account_id)


def _leaver_hand_overs(viewer: Viewer, today: date) -> sa.Select[Any] | None:
    if not viewer.holds(*KEEPERS):
        return None
    needed = still_to_hand_over(LeaverHolding, LeaverNotice.person_id, LeaverNotice.last_working_day, today)
    rows = _hand_over_rows("leaver_hand_over", LeaverNotice, LeaverHolding, LeaverHolding.notice_id)
    return rows.where(
        LeaverHolding.hand_over.is_not(None), LeaverNotice.status != NoticeStatus.WITHDRAWN, needed,
        LeaverNotice.person_id != viewer.id, sa.not_(came_back()),
    )  # fmt: skip


def _move_hand_overs(viewer: Viewer, today: date) -> sa.Select[Any] | None:
    if not viewer.holds(*KEEPERS):
        return None
    rows = _hand_over_rows("move_hand_over", Move, MoveHandOver, MoveHandOver.move_id)
    return rows.where(left_by_move(today), sa.not_(carried_by_leaver()), Move.person_id != viewer.id)


def _incidents(name: str, viewer: Viewer, *conditions: sa.ColumnElement[bool]) -> sa.Select[Any] | None:
    if not viewer.holds(*HANDLERS):
        return None
    columns: list[Any] = [
        sa.literal(name).label("name"), sa.cast(AccountIncident.id, sa.String).label("key"), _account_words(),
        AccountIncident.due_on.label("due_on"),
    ]  # fmt: skip
    return (
        sa.select(*columns)
        .join(Account, Account.id == AccountIncident.account_id)
        .where(AccountIncident.status == IncidentStatus.OPEN, *conditions)
    )


def _compromises(viewer: Viewer, _today: date) -> sa.Select[Any] | None:
    return _incidents("incident_steps", viewer, AccountIncident.kind == IncidentKind.COMPROMISE)


def _to_close(viewer: Viewer, _today: date) -> sa.Select[Any] | None:
    return _incidents("incident_close", viewer, AccountIncident.kind != IncidentKind.COMPROMISE)


ABOUT_PASSWORDS = "about passwords"
IS_GONE = "about an account that is gone"
SOMETHING_HAPPENED = "about what happened to an account"
DUE_KINDS = (
    DueKind(
        "rotation_change", "Change the password of {who}", "credential_rotation.rotation", "rotation_id", _to_change,
        everybody=everybody_with(_to_change), opens=open_when_late, unopened=ABOUT_PASSWORDS,
    ),
    DueKind(
        "rotation_verify", "Verify the new password of {who}", "credential_rotation.rotation", "rotation_id", _to_verify,
        everybody=everybody_with(_to_verify), opens=open_when_late, unopened=ABOUT_PASSWORDS,
    ),
    DueKind(
        "rotation_no_changer", "Find somebody to change the password of {who}", "credential_rotation.rotation",
        "rotation_id", _without_changer, everybody=everybody_with(_without_changer), opens=open_where_nobody_is_left,
        unopened=ABOUT_PASSWORDS,
    ),
    DueKind(
        "rotation_no_verifier", "Find somebody to verify the new password of {who}", "credential_rotation.rotation",
        "rotation_id", _without_verifier, everybody=everybody_with(_without_verifier), opens=open_where_nobody_is_left,
        unopened=ABOUT_PASSWORDS,
    ),
    DueKind(
        "rotation_permit", "Permit a new password of {who}", "credential_rotation.rotation", "rotation_id", _to_permit,
        everybody=everybody_with(_to_permit), opens=open_when_late, unopened=ABOUT_PASSWORDS,
    ),
    DueKind(
        "leaver_hand_over", "Urgent: find somebody to take over {who}", "credential_rotation.leaver", "notice_id",
        _leaver_hand_overs, everybody=everybody_with(_leaver_hand_overs), opens=open_hand_overs(LeaverNotice), urgent=True,
    ),
    DueKind(
        "move_hand_over", "Urgent: find somebody to take over {who}", "credential_rotation.move", "move_id",
        _move_hand_overs, everybody=everybody_with(_move_hand_overs), opens=open_hand_overs(Move), urgent=True,
    ),
    DueKind(
        WORK_CHANGE, "Say which access {who} keeps in their other work", "credential_rotation.work_change", "change_id",
        to_say_what_goes_on, everybody=everybody_with(to_say_what_goes_on), opens=work_changes_opened,
    ),
    DueKind(
        "incident_steps", "Urgent: take the steps for {who}, which is compromised", "credential_rotation.incident",
        "incident_id", _compromises, everybody=everybody_with(_compromises), opens=opening(incidents_seen),
        unopened=SOMETHING_HAPPENED, urgent=True,
    ),
    DueKind(
        OWN_LOGIN, "Secure your own login to {who}", "credential_rotation.own_login", "login_id", mine_to_secure,
        everybody=everybody_with(mine_to_secure), opens=opening(own_logins_seen), unopened=SOMETHING_HAPPENED,
    ),
    DueKind(
        "incident_close", "Record how it ended: what happened to {who}", "credential_rotation.incident", "incident_id",
        _to_close, everybody=everybody_with(_to_close), opens=opening(incidents_seen),
        unopened=SOMETHING_HAPPENED,
    ),
    DueKind(
        "account_gone", "Have it confirmed that {who} no longer exists or is lost", "credential_rotation.account_gone",
        "gone_id", gone_to_confirm, everybody=everybody_with(gone_to_confirm), opens=opening(gone_seen),
        unopened=IS_GONE,
    ),
    DueKind(
        "account_gone_close", "Close {who}, which no longer exists or is lost", "credential_rotation.account_gone",
        "gone_id", gone_to_close, everybody=everybody_with(gone_to_close), opens=opening(gone_seen), unopened=IS_GONE,
    ),
)  # fmt: skip
