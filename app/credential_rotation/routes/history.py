"""Every change of an account's password, each with its cause as the reader may know it."""

import uuid
from collections.abc import Sequence
from typing import Any

from flask import render_template, request

from app.account_register.queries import account_for
from app.core import clock
from app.core.errors import NothingHere, demand
from app.core.paging import Cursor
from app.credential_rotation import blueprint, queries
from app.credential_rotation.models import SEES_CAUSES, CredentialRotation
from app.credential_rotation.routes.shared import reader
from app.people.models import Person


@blueprint.get("/accounts/<uuid:account_id>/password-changes")
def password_changes(account_id: uuid.UUID) -> Any:
    """From the newest to the first: asked for, changed and verified by whom, and why. Nobody reads here of a change that
    was made because of themselves.
    """
    person = reader()
    account = account_for(person, account_id, clock.today())
    if account is None:
        raise NothingHere
    demand(
        account.past_access_is_known_to(person) or person.holds(*SEES_CAUSES),
        "Only the owner of this account, HR and the keepers of the register see every change of its password.",
        what_now="Ask the keeper of the register.",
    )
    page = queries.history_of(account, Cursor.read(request.args.get("after"), request.args.get("before")))
    seen = [one for one in page.rows if one.can_be_seen_by(person)]
    return render_template(
        "credential_rotation/history.html", account=account, page=page, rotations=seen, known=_known(seen, person)
    )


def _known(rotations: Sequence[CredentialRotation], person: Person) -> set[uuid.UUID]:
    """The rotations of which this person may read because of whom the password changed."""
    if person.holds(*SEES_CAUSES):
        return {one.id for one in rotations}
    concerned = {cause.person_id for one in rotations for cause in one.causes if cause.person_id is not None}
    managed = queries.managed_of(person, concerned)
    return {one.id for one in rotations if one.causes and all(cause.person_id in managed for cause in one.causes)}
