"""Every change of an account's password, each with its cause as the reader may know it."""

import uuid
from typing import Any

from flask import render_template, request

from app.account_register.queries import account_by_id, account_for
from app.core import clock
from app.core.errors import NothingHere, demand
from app.core.paging import Cursor
from app.credential_rotation import blueprint, queries
from app.credential_rotation.models import SEES_CAUSES
from app.credential_rotation.routes.shared import reader


@blueprint.get("/accounts/<uuid:account_id>/password-changes")
def password_changes(account_id: uuid.UUID) -> Any:
    """From the newest to the first: asked for, changed and verified by whom, and why. Nobody reads here of a change that
    was made because of themselves.
    """
    person = reader()
    seen_account = account_for(person, account_id, clock.today())
    # HR do not read the register, but whose passwords changed because somebody left.
    account = seen_account or (account_by_id(account_id) if person.holds(*SEES_CAUSES) else None)
    if account is None:
        raise NothingHere
    demand(
        account.past_access_is_known_to(person) or person.holds(*SEES_CAUSES),
        "Only the owner of this account, HR and the keepers of the register see every change of its password.",
        what_now="Ask the keeper of the register.",
    )
    page = queries.history_of(account, person, Cursor.read(request.args.get("after"), request.args.get("before")))
    seen = [one for one, knows in page.rows if one.can_be_seen_by(person, knows=knows)]
    return render_template(
        "credential_rotation/history.html", account=account, page=page, rotations=seen,
        known={one.id for one, knows in page.rows if knows}, opens_account=seen_account is not None,
    )  # fmt: skip
