"""The exhibits of a case report: each sealed file is read once, checked against its fingerprint, and let go of again.

Only what will be printed stays in memory: a picture made as small as print allows, or the text of a short text file.
"""

import hashlib
from collections.abc import Callable, Iterable

from app.core.evidence_files import read_file
from app.core.presentation import uk_date, uk_datetime
from app.core.sealing import SealBroken
from app.documents.pictures import Picture, load_pictures
from app.hr_cases.documents.contents import Exhibit, ExhibitFile
from app.hr_cases.documents.records import CaseRecords
from app.hr_cases.documents.words import MEDIA_TYPES, size_words, words_for
from app.hr_cases.models import EvidenceDisclosure, EvidenceItem

UNCHANGED = "Opened for this document: the fingerprint matches."
CHANGED = "Opened for this document: the fingerprint does not match. Tell Human Resources."
NOT_OPENED = "Not opened for this copy."
UNREADABLE = "The sealed file could not be opened for this document. Tell Human Resources."

# A text file longer than this is named in the report and read in the service.
MOST_TEXT = 60_000

Opened = EvidenceItem | EvidenceDisclosure


def exhibits_of(records: CaseRecords, open_file: Callable[[EvidenceItem], Opened | None]) -> tuple[Exhibit, ...]:
    """All exhibits with what can be printed of their files, as far as these are open to whom the copy is for."""
    return tuple(_exhibit(records, item, open_file(item)) for item in records.evidence)


def _exhibit(records: CaseRecords, item: EvidenceItem, given: Opened | None) -> Exhibit:
    masked = records.masked
    numbers = {allegation.id: allegation.number for allegation in records.case.allegations}
    bearings = sorted((numbers[bearing.allegation_id], bearing.bearing.value) for bearing in item.bearings)
    cautions = (
        ("Holds special category data", item.special_category),
        ("Holds personal data of other people", item.third_party_data),
    )
    return Exhibit(
        label=item.label,
        title=masked(item.title),
        kind=words_for(item.kind),
        captured=uk_date(item.captured_on),
        captured_by=masked(item.captured_by),
        lawful_source=masked(item.lawful_source),
        visibility=words_for(item.visibility),
        attribution=words_for(item.attribution),
        address=masked(item.address),
        added=f"{uk_datetime(item.added_at)}, by {records.name(item.added_by_id)}",
        bears_on=tuple(f"{bearing.capitalize()} allegation {number}" for number, bearing in bearings),
        cautions=tuple(words for words, holds in cautions if holds),
        transcript=masked(item.transcript),
        file=_file(records, given, is_copy=given is not item) if given is not None else _withheld(item),
    )


def _withheld(item: EvidenceItem) -> ExhibitFile | None:
    """What is said of a file that is not for this reader: that there is one, and its fingerprint."""
    if item.stored_as is None:
        return None
    kind = MEDIA_TYPES.get(item.media_type or "", "File")
    return ExhibitFile(kind, size_words(item.size or 0), item.sha256 or "", NOT_OPENED, withheld=True)


def _file(records: CaseRecords, item: Opened, *, is_copy: bool) -> ExhibitFile | None:
    if item.stored_as is None:
        return None
    media_type, fingerprint = item.media_type or "", item.sha256 or ""
    is_picture, is_text = media_type.startswith("image/"), media_type == "text/plain"
    # A document that cannot be printed here is read for its fingerprint alone and never held whole.
    digest, kept = hashlib.sha256(), bytearray()
    try:
        with read_file(item.stored_as, records.case.data_key) as pieces:
            for piece in pieces:
                digest.update(piece)
                if is_picture or (is_text and len(kept) <= MOST_TEXT):
                    kept += piece
        check = UNCHANGED if digest.hexdigest() == fingerprint else CHANGED
    except (SealBroken, OSError):
        kept, check = bytearray(), UNREADABLE
    return ExhibitFile(
        kind=MEDIA_TYPES.get(media_type, "File") + (" (the copy that was given)" if is_copy else ""),
        size=size_words(item.size or 0),
        fingerprint=fingerprint,
        check=check,
        is_picture=is_picture,
        pictures=_pictures(kept) if is_picture else (),
        text=records.masked(_text(kept)) if is_text else "",
    )


def _pictures(data: bytearray) -> tuple[Picture, ...]:
    return load_pictures(bytes(data)) if data else ()


def _text(data: bytearray) -> str:
    return data.decode("utf-8", errors="replace") if len(data) <= MOST_TEXT else ""


def bearing_on(exhibits: Iterable[Exhibit], bearing: str, number: int) -> tuple[Exhibit, ...]:
    """The exhibits that speak for, or against, an allegation."""
    return tuple(exhibit for exhibit in exhibits if f"{bearing} allegation {number}" in exhibit.bears_on)
