"""Appointing somebody else in place of an officer of a case."""

import uuid
from typing import Any

from app.core.errors import NothingHere
from app.hr_cases import blueprint, operations
from app.hr_cases.forms.opening import people_choices
from app.hr_cases.forms.replacing import AppointInsteadForm
from app.hr_cases.models import ROLE_FOR, CaseStatus, ReappointmentReason
from app.hr_cases.routes.choosing import chosen_person, pool
from app.hr_cases.routes.common import Visit, act_page, ask, carried_out, done, visit
from app.matters.models import Capacity, MatterParty

WORDS = {
    Capacity.CASE_OWNER: "owner",
    Capacity.INVESTIGATOR: "investigator",
    Capacity.DECISION_MAKER: "decision maker",
    Capacity.APPEAL_OFFICER: "appeal officer",
}


@blueprint.route("/<reference>/people/<uuid:part_id>/appoint-instead", methods=["GET", "POST"])
def appoint_instead(reference: str, part_id: uuid.UUID) -> Any:
    """An HR manager appoints somebody else to a part whose holder leaves, is away, or is in conflict."""
    here = visit(reference)
    case, me = here.case, here.me
    part = _part(here, part_id)
    can = case.can_replace(part, me)
    ask(here, who=case.is_managed_by(me), can=can, whose="an HR manager", doing=operations.REAPPOINTED)
    people, left_out = pool(here, part.capacity, former=part.person)
    form = AppointInsteadForm(choices={"successor": people_choices(people)})
    form.successor.description = f"{form.successor.description} {left_out}".strip()
    if form.validate_on_submit():
        chosen, reason = chosen_person(people, form.successor.data), ReappointmentReason(form.reason.data or "")

        def act() -> None:
            operations.replace_officer(
                case, part, successor=chosen, reason=reason, note=form.note.data, by=me, at=here.now
            )

        if carried_out(form, act, case, part):
            return done(f"{chosen.name} is now the {WORDS[part.capacity]}.", "people", reference=here.reference)
    return act_page(
        here,
        form,
        f"Appoint another {WORDS[part.capacity]}",
        "Appoint",
        empty_pool=None if people else f"people who can be {WORDS[part.capacity]} instead",
        lead=_lead(here, part),
    )


def _part(here: Visit, part_id: uuid.UUID) -> MatterParty:
    """The part of an officer with this id; the constant page where there is none."""
    found = next((one for one in here.case.matter.parties if one.id == part_id and one.capacity in ROLE_FOR), None)
    if found is None:
        raise NothingHere(secret=True)
    return found


def _lead(here: Visit, part: MatterParty) -> str:
    """What will happen, before it is done."""
    name, case = part.person.name, here.case
    what = f"{name} can no longer open this case once you appoint somebody else. What they did stays in the file."
    if part.capacity is Capacity.INVESTIGATOR:
        what += " A report they have begun goes to the new investigator, who answers for every word of it."
    if part.capacity is Capacity.DECISION_MAKER and case.status is CaseStatus.HEARD:
        what += (
            " Whoever decides must have heard the person concerned, so the case goes back to setting up a hearing."
        )
    if case.told_subject_at is not None and case.status is not CaseStatus.CLOSED:
        what += f" {case.subject.name} is told by letter who it is now, not why, if they know of this part."
    return what
