"""Letters to whoever cannot read them in Probity: which still wait, and how the others were sent."""

from typing import Any

from app.core import clock
from app.core.errors import AlreadyDone, InvalidInput
from app.core.presentation import uk_date
from app.hr_cases import blueprint, operations, queries
from app.hr_cases.documents.words import letter_name
from app.hr_cases.forms.sending import LetterSentForm
from app.hr_cases.models import Case, Letter, LetterKind, SentBy
from app.hr_cases.routes.common import Visit, act_page, ask, carried_out, done, visit
from app.hr_cases.routes.masked_view import page_of
from app.hr_cases.routes.opening import OWNER

NOTHING_WAITS = "No letter of this case waits to be sent another way."
READ_LETTERS = "Open the letters of the case to read how each was sent."


@blueprint.route("/<reference>/send-letter", methods=["GET", "POST"])
def send_letter(reference: str) -> Any:
    """The owner records how and on which day the letter that waits first was sent another way."""
    here = visit(reference)
    case, me = here.case, here.me
    ask(here, who=case.can_send_letters(me), can=True, whose=OWNER)
    letter = operations.letter_to_send(case, here.now)
    if letter is None:
        sent = queries.last_act(case, operations.LETTER_SENT)
        raise AlreadyDone(
            NOTHING_WAITS,
            who=sent.actor if sent else None,
            when=sent.at if sent else None,
            did=sent.words if sent else "",
            what_now=READ_LETTERS,
        )
    form = LetterSentForm(data={"letter_shown": str(letter.id)})
    form.sent_on.not_before, form.sent_on.not_after = clock.local_day(letter.issued_at), here.today
    if form.validate_on_submit() and carried_out(form, lambda: _record(here, form, letter), case):
        return done(f"You recorded that the letter of {uk_date(letter.issued_at)} was sent.", reference=here.reference)
    return act_page(
        here,
        form,
        f"Send the letter of {uk_date(letter.issued_at)} another way",
        "Record that it was sent",
        lead=f"{letter.to.name} could not read “{letter_name(letter, case.appeal)}” in Probity. Print it and send it, then "
        f"record here how. {_counts_from(case, letter)}",
        look_at=("Open the letter", page_of("hr_cases.letter", reference=here.reference, letter_id=letter.id)),
    )


def _counts_from(case: Case, letter: Letter) -> str:
    if letter.kind is LetterKind.OUTCOME and letter.send_by is None:
        return (
            "It names a last day to appeal. Write with it that the time to appeal counts from the day on which you send it, "
            "if that is later."
        )
    return f"Until then nobody may act as if {case.subject.name} had been told by it."


def _record(here: Visit, form: LetterSentForm, letter: Letter) -> None:
    """A click from an older page, or one that does not say which letter it showed, records nothing of another letter."""
    if form.letter_shown.data != str(letter.id):
        raise InvalidInput("Another letter waits now. Check which one you sent, and send this form again", field="sent_on")
    sent_on = form.sent_on.data
    if sent_on is None:
        raise InvalidInput("Enter the day on which it was sent", field="sent_on")
    operations.record_sending(
        letter, sent_on=sent_on, sent_by=SentBy(form.sent_by.data or ""), note=form.note.data, by=here.me, at=here.now
    )
