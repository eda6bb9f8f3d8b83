"""What the person concerned gets of a file."""

from app.core.forms import Choice, FileField, RadioField, Required, RequiredIf, SeenField, TextAreaField
from app.hr_cases.forms.naming import NamingForm
from app.hr_cases.models import Manner

MANNERS = [
    Choice(Manner.FILE, "The file", hint="A picture is made anew, so that nothing else in its file comes along."),
    Choice(
        Manner.COPY, "Another copy", hint="For example with names blacked out, or one that opens.", reveals=("copy",)
    ),
    Choice(Manner.WORDS, "A description in words", reveals=("words",)),
    Choice(Manner.WITHHELD, "Nothing: the file is withheld", reveals=("withheld",)),
    Choice(Manner.NOT_RELIED_ON, "Nothing: the hearing does not rely on it", reveals=("not_relied_on",)),
]
WORDS_OF = (Manner.WORDS, Manner.WITHHELD, Manner.NOT_RELIED_ON)


class DisclosureForm(NamingForm):
    """What does the person concerned get of this file?"""

    decisions_seen = SeenField()
    manner = RadioField(
        "What does the person concerned get of this file?", [Required("Select what they get of this file")], choices=MANNERS
    )
    copy = FileField(
        "The copy",
        [RequiredIf("manner", Manner.COPY, "Select the copy that they get")],
        hint="A PNG or JPEG picture, a PDF or plain text, at most 20 MB.",
        accept=".png,.jpg,.jpeg,.pdf,.txt",
    )
    words = TextAreaField(
        "What the file shows",
        [RequiredIf("manner", Manner.WORDS, "Enter what the file shows")],
        hint="They read this in place of the file.",
        rows=5,
        max_length=10000,
    )
    withheld = TextAreaField(
        "Why it is withheld",
        [RequiredIf("manner", Manner.WITHHELD, "Enter why they do not get it")],
        hint="This is kept with the case. They read that the file is withheld, and whom to ask; not the reason.",
        rows=3,
        max_length=5000,
    )
    not_relied_on = TextAreaField(
        "Why the hearing does not rely on it",
        [RequiredIf("manner", Manner.NOT_RELIED_ON, "Enter why the hearing does not rely on it")],
        hint="This is kept with the case. They read that the hearing does not rely on the file.",
        rows=3,
        max_length=5000,
    )

    @property
    def said(self) -> str:
        """The description or the reason that belongs to what was chosen."""
        chosen = self.manner.data
        return str(self[chosen].data) if chosen in WORDS_OF else ""
