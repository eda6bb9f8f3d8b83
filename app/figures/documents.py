"""What somebody holds and has agreed to, as a document of their own."""

from collections.abc import Iterator
from datetime import datetime

from app.core.clock import LONDON
from app.core.presentation import status_words, uk_date
from app.documents.drawing import draw
from app.documents.parts import Cover, DocumentFrame, Heading, Paragraph, Part, Table
from app.figures.models import MyRecord, how_agreed
from app.policy.queries import installation, pack

TITLE = "What I hold and have agreed to"


def record_document(record: MyRecord, *, at: datetime, large_print: bool) -> bytes:
    """The record as a tagged PDF; the file's properties name nobody."""
    moment = at.astimezone(LONDON)
    frame = DocumentFrame(
        title=TITLE, marking=pack().marking.value, handling_line="Made by the person whom it is about, for themselves.",
        reference=f"As of {record.day.isoformat()}", version="1", copy_line="Own copy", generated_at=moment,
        issued_at=moment, draft=False, large_print=large_print,
    )  # fmt: skip
    facts = (("Of", record.person.named_with_post), ("As it stood on", uk_date(record.day)))
    return draw(frame, Cover(installation().organisation_name, "", facts), list(_parts(record)))


def _parts(record: MyRecord) -> Iterator[Part]:
    yield Heading(1, "Access to accounts")
    yield Table(
        ("Account", "Platform", "As", "Since", "State"),
        tuple(("\n".join(filter(None, (one.account, one.account_status.to_heed))), one.platform, one.level,
               uk_date(one.starts_on), status_words(one.state))
              for one in record.holdings),
        (4, 3, 2, 3, 3), row_heads=True,
    )  # fmt: skip
    yield Heading(1, "Devices of my own")
    yield Table(
        ("Device", "For", "Until", "Working hours", "Conditions"),
        tuple((one.device, one.used_for, uk_date(one.expires_on), "Included" if one.covers_working_hours else "Not included",
               one.conditions or "None") for one in record.devices),
        (4, 4, 3, 3, 4), row_heads=True,
    )  # fmt: skip
    yield Heading(1, "What I said I use for work")
    yield Table(
        ("What", "On", "Told on"),
        tuple((", ".join(place.words for place in one.places), ", ".join(kind.label for kind in one.equipment),
               uk_date(one.declared_at)) for one in record.uses),
        (5, 4, 3), row_heads=True,
    )  # fmt: skip
    yield Heading(1, "What I agreed to")
    yield Table(
        ("Document", "Version", "On", "How"),
        tuple((one.version.title, one.version.label, uk_date(one.day),
               how_agreed(one))
              for one in record.agreements),
        (4, 3, 3, 5), row_heads=True,
    )  # fmt: skip
    yield Heading(1, "What my manager reminded me of")
    for one in record.reminders:
        yield Heading(2, f"{uk_date(one.given_on)}, {one.method.label.lower()}")
        yield Paragraph(one.words)
    if not record.reminders:
        yield Paragraph("")
