"""The policy as a document: a version with its numbered paragraphs, for print and in large print."""

from collections.abc import Iterator
from itertools import groupby

from app.core.clock import LONDON
from app.core.presentation import uk_date
from app.documents.drawing import draw
from app.documents.parts import Bullets, Contents, Cover, DocumentFrame, Heading, Paragraph, Part
from app.policy.models import UNDATED_FROM, PolicyVersion

MARKING = "For everybody"
OUR_WORDS = (
    "This is the organisation’s own summary of each paragraph, in plain words, with its number. It is not the wording of "
    "the document itself."
)


def policy_document(version: PolicyVersion, organisation: str, *, large_print: bool) -> bytes:
    """A version as a tagged PDF. It is dated with its publication, so the same version always gives the same bytes."""
    at = (version.published_at or UNDATED_FROM).astimezone(LONDON)
    frame = DocumentFrame(
        title=f"{version.title}, {version.label}",
        marking=MARKING,
        handling_line="May be copied and passed on.",
        reference=version.slug,
        version=version.label,
        copy_line="Large print" if large_print else "Copy to read",
        generated_at=at,
        issued_at=at,
        draft=False,
        large_print=large_print,
    )
    in_force = f"From {version.effective_words}"
    facts = (
        ("In force", in_force if version.last_day is None else f"{in_force} to {uk_date(version.last_day)}"),
        ("Guardian", version.guardian),
        ("Approved by", "; ".join(f"{one.body}: {one.words}" for one in version.approvals)),
        ("Next review", version.next_review_words or "Not stated"),
        ("Fingerprint of the text", version.text_hash[:16]),
    )
    return draw(frame, Cover(organisation, version.label, facts, OUR_WORDS), list(_parts(version)))


def _parts(version: PolicyVersion) -> Iterator[Part]:
    yield Contents(1)
    for section, paragraphs in groupby(version.paragraphs, key=lambda one: one.section):
        yield Heading(1, section)
        for one in paragraphs:
            yield Heading(2, f"{one.printed_number} {one.heading}".strip())
            yield Paragraph(one.summary)
    yield Heading(1, "Documents that belong beside it")
    yield Bullets(tuple(version.links))
