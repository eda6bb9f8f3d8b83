"""One exhibit and its file, and the case report as a PDF. A file leaves sealed storage only after its reading is logged."""

from datetime import datetime
from typing import Any

from flask import Response

from app.core.audit import EventKind, event_kind, record_read
from app.core.errors import NothingHere
from app.core.evidence_files import file_to_send, read_file
from app.core.file_kinds import JPEG, KINDS, PNG
from app.core.headers import as_attachment
from app.documents.pictures import clean_copy
from app.hr_cases import blueprint, documents, queries
from app.hr_cases.documents.words import MEDIA_TYPES, fingerprint_groups, size_words
from app.hr_cases.models import EvidenceDisclosure, EvidenceItem, ReportState, Section
from app.hr_cases.routes.common import Visit, case_page, visit
from app.people.models import Person

EXHIBIT_DOWNLOADED = event_kind("case:exhibit-downloaded", "downloaded an exhibit")
SHOWN_INLINE = (PNG.media_type, JPEG.media_type)
ENDINGS = {kind.media_type: kind.ending for kind in KINDS}
LOCKED = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


@blueprint.get("/<reference>/evidence/<int:number>")
def evidence_item(reference: str, number: int) -> Any:
    """One exhibit: the viewing copy with its words, how it was captured, its fingerprint, and who opened it."""
    here = visit(reference)
    item = exhibit_numbered(here, number)
    numbers = {one.id: one.number for one in here.case.allegations}
    return case_page(
        "evidence_item",
        here,
        f"Exhibit {item.label}",
        item=item,
        is_picture=item.media_type in SHOWN_INLINE,
        media_words=MEDIA_TYPES.get(item.media_type or "", ""),
        size_words=size_words,
        fingerprint_groups=fingerprint_groups,
        bearings=sorted((numbers[one.allegation_id], one.bearing) for one in item.bearings),
        file_is_open=item.file_for(here.me) is not None,
        tells_what_is_given=here.until is None,
        custody=queries.custody(item) if here.sees(Section.READINGS) else [],
    )


def exhibit_numbered(here: Visit, number: int) -> EvidenceItem:
    """The exhibit with this number; the constant page where there is none."""
    item = queries.exhibit(here.case, number)
    if item is None:
        raise NothingHere(secret=True)
    return item


def _open_file(here: Visit, number: int) -> tuple[EvidenceItem, EvidenceItem | EvidenceDisclosure]:
    """The exhibit with this number, and the file or copy of it that is open to the reader."""
    item = exhibit_numbered(here, number)
    given = item.file_for(here.me)
    if given is None:
        raise NothingHere(secret=True)
    return item, given


@blueprint.get("/<reference>/evidence/<int:number>/picture")
def evidence_file(reference: str, number: int) -> Any:
    """The viewing copy: only pictures are shown inside a page; everything else is only ever downloaded."""
    here = visit(reference)
    item, given = _open_file(here, number)
    if given.media_type not in SHOWN_INLINE:
        raise NothingHere(secret=True)
    return file_of(item, here.me, here.now, queries.EXHIBIT_READ, inline=True, given=given)


@blueprint.get("/<reference>/evidence/<int:number>/original")
def evidence_original(reference: str, number: int) -> Any:
    """The original as it came, to keep: the download is logged as one."""
    here = visit(reference)
    item, given = _open_file(here, number)
    return file_of(item, here.me, here.now, EXHIBIT_DOWNLOADED, inline=False, given=given)


def viewing_copy(
    item: EvidenceItem, given: EvidenceItem | EvidenceDisclosure, person: Person, at: datetime
) -> Response | None:
    """A picture made anew from its pixels: place, device and account in the file's own properties stay behind.

    None where its file is damaged or too large for that.
    """
    made = clean_copy(b"".join(read_file(given.stored_as or "", given.data_key)))
    if made is None:
        return None
    record_read(queries.EXHIBIT_READ, item.id, by=person.id, at=at)
    response = Response(made, content_type=PNG.media_type)
    response.headers["Content-Security-Policy"] = LOCKED
    response.headers["Content-Disposition"] = f'inline; filename="{item.case.reference}-{item.label}.png"'
    return response


def file_of(
    item: EvidenceItem,
    person: Person,
    at: datetime,
    kind: EventKind,
    *,
    inline: bool,
    given: EvidenceItem | EvidenceDisclosure | None = None,
) -> Response:
    """The bytes of an exhibit, or of the copy given instead, isolated from everything.

    They are never run, framed or guessed at. The reading is logged before the first byte leaves, and a file that was
    altered is refused before that too.
    """
    given = given or item
    if given.stored_as is None or given.media_type is None:
        raise NothingHere(secret=True)
    name = f"{item.case.reference}-{item.label}{ENDINGS.get(given.media_type, '.bin')}"
    with file_to_send(given.stored_as, given.data_key) as pieces:
        media_type, size = given.media_type, given.size
        record_read(kind, item.id, by=person.id, at=at)
        response = Response(pieces, content_type=media_type)
    response.headers["Content-Security-Policy"] = LOCKED
    response.headers["Content-Disposition"] = f'{"inline" if inline else "attachment"}; filename="{name}"'
    response.headers["Content-Length"] = str(size)
    return response


@blueprint.get("/<reference>/report.pdf")
def report_pdf(reference: str) -> Any:
    """The whole case as a tagged PDF, once a report was accepted; its name says nothing but the reference."""
    here = visit(reference)
    if not any(version.status is ReportState.ACCEPTED for version in queries.reports(here.case)):
        raise NothingHere(secret=True)
    record_read(queries.REPORT_PDF_READ, here.case.id, by=here.me.id, at=here.now)
    waiting = queries.letters_to_send(here.case, here.today)
    pdf = documents.render_case_report(documents.case_report(here.case, at=here.now, reader=here.me, waiting=waiting))
    response = as_attachment(pdf, "application/pdf", f"{here.reference}.pdf")
    response.headers["Content-Security-Policy"] = LOCKED
    return response
