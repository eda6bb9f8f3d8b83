"""What is asked where the last day of an access has passed already, wherever access is ended."""

from app.core.forms import NoSecrets, TextAreaField


def correction_field() -> TextAreaField:
    """How a keeper knows of a last day that has passed, asked of those who may correct what the register says."""
    return TextAreaField(
        "If the last day has passed: how do you know?", [NoSecrets()], rows=2, max_length=500, what="how you know",
        hint="For example the platform shows when they were removed. The register shows this beside the day on which it "
        "was recorded.",
    )  # fmt: skip
