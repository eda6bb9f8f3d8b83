"""What is asked of the last day of an access, wherever access is ended: in a year at most, and how one knows a past one."""

from app.core.forms import NoSecrets, TextAreaField

LAST_DAY_HINT = "They still have access on this day. Within a year: leave the access open if you do not know the day yet."


def correction_field() -> TextAreaField:
    """How a keeper knows of a last day that has passed, asked of those who may correct what the register says."""
    return TextAreaField(
        "If the last day has passed: how do you know?", [NoSecrets()], rows=2, max_length=500, what="how you know",
        hint="For example the platform shows when they were removed. The register shows this beside the day on which it "
        "was recorded.",
    )  # fmt: skip
