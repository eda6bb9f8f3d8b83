"""The form in which HR records how a letter went to somebody who cannot read it in Probity."""

from app.core.forms import Choice, DateField, HiddenField, RadioField, Required, TextAreaField
from app.hr_cases.forms.naming import NamingForm
from app.hr_cases.models import SentBy


class LetterSentForm(NamingForm):
    """How and when was the letter sent?"""

    letter_shown = HiddenField()
    sent_by = RadioField(
        "How was it sent?",
        [Required("Select how it was sent")],
        choices=[
            Choice(SentBy.POST, "By post"),
            Choice(SentBy.BY_HAND, "It was handed over"),
            Choice(SentBy.EMAIL, "By e-mail, to an address of their own"),
        ],
        what="how it was sent",
    )
    sent_on = DateField(
        "On which day was it sent?",
        [Required("Enter the day on which it was sent")],
        hint="The person concerned counts as told from this day on, and what runs from the letter runs from this day.",
        what="the day on which it was sent",
    )
    note = TextAreaField(
        "Where was it sent, and what proof is there?",
        [Required("Enter where it was sent, or who handed it over, and what proof there is")],
        hint="For example “Home address on record, recorded delivery, receipt in the HR safe”.",
        rows=3,
        max_length=1000,
        what="where it was sent",
    )
