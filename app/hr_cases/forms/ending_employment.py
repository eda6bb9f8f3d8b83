"""What a dismissal asks besides: the day on which employment ends, and the notice (Acas Code paragraph 22)."""

from typing import Any

from app.core.forms import DateField, RequiredIf, StringField
from app.policy.pack import OutcomeKind

ENDS_AT_ONCE = "Employment ends on the day of the decision, without notice."
TELL_LEAVERS = (
    "Whoever owns the case then records it under “Leavers” as the last working day, as for anybody who leaves and without "
    "saying why: it is not recorded there by itself."
)
NOTICE_HINT = "Like: 8 weeks, to be worked; or: 12 weeks, paid instead of worked. The person reads this in the letter."


def end_fields(kind: OutcomeKind) -> dict[str, Any]:
    """On which day employment ends by a dismissal with notice, and what notice is given."""
    if not kind.needs_dismissal_authority or kind.gross_misconduct_only:
        return {}
    return {
        f"ends_on_{kind.code}": DateField(
            "On which day does employment end?",
            [RequiredIf("kind", kind.code, "Enter the day on which employment ends")],
            hint=f"On or after the day of the decision. {TELL_LEAVERS}",
            what="the day on which employment ends",
        ),
        f"notice_{kind.code}": StringField(
            "What notice is given?",
            [RequiredIf("kind", kind.code, "Enter the notice period in words")],
            hint=NOTICE_HINT,
            max_length=300,
            what="the notice period",
        ),
    }
