"""The form that gives a part in a case to somebody else."""

from app.core.forms import Choice, RadioField, Required, RequiredIf, TextAreaField
from app.hr_cases.forms.naming import NamingForm
from app.hr_cases.models import ReappointmentReason

REASONS = [
    Choice(ReappointmentReason.LEAVING, "They leave, or no longer do this work"),
    Choice(ReappointmentReason.AWAY, "They are away for too long", "For example because they are ill. Do not write why."),
    Choice(ReappointmentReason.CONFLICT, "They have a conflict of interest"),
    Choice(ReappointmentReason.OTHER, "Another reason"),
]
NEED_A_NOTE = [one.value for one in ReappointmentReason if one.needs_a_note]


class AppointInsteadForm(NamingForm):
    """Who takes over, and why?"""

    successor = RadioField(
        "Who takes over?",
        [Required("Select who takes over")],
        hint="Nobody may have another part in this case, or have been close to it.",
        what="who takes over",
    )
    reason = RadioField("Why?", [Required("Select why somebody else takes over")], choices=REASONS, what="the reason")
    note = TextAreaField(
        "What should the file say about this?",
        [RequiredIf("reason", NEED_A_NOTE, "Enter what the file should say about this")],
        hint="Needed for a conflict of interest and for another reason. The person concerned does not read it.",
        max_length=2000,
        rows=4,
    )
