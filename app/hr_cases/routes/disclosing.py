"""What the person concerned gets of a file: decided by the owner after looking at it."""

from typing import Any

from app.core.errors import InvalidInput, NothingHere
from app.core.evidence_files import SealedFile, seal_file
from app.hr_cases import blueprint, operations
from app.hr_cases.forms.disclosing import DisclosureForm
from app.hr_cases.models import EvidenceItem, Manner
from app.hr_cases.routes.common import Visit, act_page, ask, carried_out, done, visit
from app.hr_cases.routes.files import exhibit_numbered
from app.hr_cases.routes.masked_view import page_of
from app.hr_cases.routes.opening import OWNER


@blueprint.route("/<reference>/evidence/<int:number>/release", methods=["GET", "POST"])
def release_file(reference: str, number: int) -> Any:
    """The owner decides what the person concerned gets of a file; whether it opens is looked at before they choose."""
    here = visit(reference)
    item = exhibit_numbered(here, number)
    ask(here, who=here.case.is_owned_by(here.me), can=here.case.can_release_files(here.me), whose=OWNER)
    if item.stored_as is None or item.media_type is None:
        raise NothingHere(secret=True)
    opens = operations.can_be_shown(item.stored_as, item.media_type, item.data_key)
    last = item.disclosure
    seen = {"decisions_seen": str(len(item.disclosures))}
    form = DisclosureForm(data={**seen, "manner": last.manner, last.manner.value: last.words} if last else seen)
    if form.validate_on_submit() and _decided(here, item, form, opens):
        return done(f"You decided what the person concerned gets of {item.label}.", "evidence", reference=here.reference)
    return act_page(
        here,
        form,
        f"What {here.case.subject.name} gets of exhibit {item.label}",
        "Record decision",
        lead="Look first whether the file shows who sent it, such as a name or picture at its edge."
        if opens
        else f"{operations.CANNOT_BE_SHOWN}.",
        recalled=("What it says or shows", item.transcript) if item.transcript else None,
        look_at=(
            f"Look at exhibit {item.label}",
            page_of("hr_cases.evidence_item", reference=here.reference, number=number),
        ),
        file_again=bool(form.errors and form["copy"].data),
    )


def _decided(here: Visit, item: EvidenceItem, form: DisclosureForm, opens: bool) -> bool:
    """Carry it out; a copy is sealed and opened before the transaction begins."""
    manner, copy, shown = Manner(form.manner.data or ""), None, opens
    if manner is Manner.COPY:
        copy = _sealed(here, form)
        if copy is None:
            return False
        shown = operations.can_be_shown(copy.stored_as, copy.kind.media_type, here.case.data_key)

    def act() -> None:
        operations.decide_disclosure(
            item, manner=manner, words=form.said, copy=copy, shown=shown, by=here.me, at=here.now,
            decisions_seen=form.decisions_seen.number,
        )  # fmt: skip

    return carried_out(form, act, here.case)


def _sealed(here: Visit, form: DisclosureForm) -> SealedFile | None:
    try:
        return seal_file(form["copy"].data.stream, here.case.data_key)
    except InvalidInput as refusal:
        form.add_refusal(type(refusal)(refusal.sentence, field="copy"))
        return None
