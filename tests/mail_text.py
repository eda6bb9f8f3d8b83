"""What no mail may say: everybody's name, and every word from which somebody could guess what it is about."""

import re
from email import message_from_bytes
from email.policy import default

import sqlalchemy as sa

from app.core.db import db
from app.people.models import Person

CASE_WORDS = (
    "case", "report", "reporter", "reported", "investigation", "investigator", "disciplinary", "allegation", "hearing",
    "appeal", "breach", "HR", "human resources", "suspend", "suspension", "misconduct", "witness", "companion", "outcome",
    "sanction", "dismissal", "warning", "leaver", "password", "rotation", "device", "account", "register", "deadline",
    "late", "overdue", "reminder", "whistleblowing", "safeguarding", "grievance", "complaint", "evidence", "policy",
)  # fmt: skip


def withheld_words() -> frozenset[str]:
    """Words that stand in no mail: those above, and every part of the name of everybody in the organisation."""
    names = db.session.execute(sa.select(Person.name)).scalars()
    parts = {part for name in names for part in re.split(r"\W+", name) if len(part) > 1 and not part.isdigit()}
    return frozenset({*CASE_WORDS, *parts})


def said_in(mail: bytes, words: frozenset[str]) -> list[str]:
    """Which of the words a mail says, in its raw bytes or once decoded, but for the address it goes to."""
    message = message_from_bytes(mail, policy=default)
    texts = [mail.decode("utf-8", "replace"), str(message.get_content()), *(f"{k}: {v}" for k, v in message.items())]
    text = "\n".join(texts).replace(str(message["To"]), "")
    return [word for word in sorted(words) if re.search(rf"\b{re.escape(word)}\b", text, re.IGNORECASE)]
