"""What the public may read of an account: one sentence that names nobody and gives no way to reach anybody."""

import re

from app.core.errors import InvalidInput
from app.people.naming import named_in

FIELD = "public_words"
_EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.\w")
_TELEPHONE = re.compile(r"(?:\+|\b0)(?:[\s().-]*\d){8,}")


def check_public_words(words: str) -> None:
    """Refuse what should not be read by everybody: an e-mail address, a telephone number, a person by name."""
    if not words:
        return
    if _EMAIL.search(words):
        raise InvalidInput("Leave the e-mail address out: anybody can read this", field=FIELD)
    if _TELEPHONE.search(words):
        raise InvalidInput("Leave the telephone number out: anybody can read this", field=FIELD)
    named = named_in(words)
    if named is not None:
        raise InvalidInput(f"Leave {named} out: anybody can read this, and it names no person", field=FIELD)
