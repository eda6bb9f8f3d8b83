"""What the person concerned gets of a file before the hearing: the file, a copy, words, or nothing for a reason.

Sources: domain 3.6, row Hearing set up (the pack is complete); Acas Code paragraphs 9 and 12.
"""

from datetime import datetime

from app.core.audit import event_kind, record
from app.core.db import db
from app.core.errors import AlreadyDone, InvalidInput
from app.core.evidence_files import SealedFile, read_file
from app.core.file_kinds import TOO_MANY_PIXELS, kind_called
from app.core.sealing import DataKey
from app.documents.pictures import clean_copy, has_too_many_pixels
from app.hr_cases.models import Case, EvidenceDisclosure, EvidenceItem, Manner
from app.hr_cases.operations.guards import ask_stage, ask_who, need
from app.hr_cases.queries.records import undecided_files
from app.people.models import Person

FILE_RELEASED = event_kind("case:file-released", "let the person concerned have the file of exhibit {exhibit}")
FILE_DECIDED = event_kind("case:file-decided", "decided what the person concerned gets of exhibit {exhibit}: {manner}")
DOES_NOT_OPEN = "This picture cannot be opened. Select another copy of it, or a screenshot"
CANNOT_BE_SHOWN = (
    "This picture cannot be made anew: it is damaged or too large, so the person concerned could not open it. "
    "Give them another copy, or describe what it shows"
)


def why_not_shown(stored_as: str, media_type: str, key: DataKey) -> str | None:
    """Why a file cannot be given as it would be, as a sentence; None where it can: a picture must open to be made anew.

    Slow; call it before writing.
    """
    if not kind_called(media_type).is_picture:
        return None
    picture = b"".join(read_file(stored_as, key))
    if clean_copy(picture) is not None:
        return None
    return TOO_MANY_PIXELS if has_too_many_pixels(picture) else DOES_NOT_OPEN


def can_be_shown(stored_as: str, media_type: str, key: DataKey) -> bool:
    """`why_not_shown`, where the reason does not matter."""
    return why_not_shown(stored_as, media_type, key) is None


def decide_disclosure(
    item: EvidenceItem,
    *,
    manner: Manner,
    words: str = "",
    copy: SealedFile | None = None,
    shown: bool,
    by: Person,
    at: datetime,
    decisions_seen: int | None = None,
) -> EvidenceDisclosure:
    """Decide what the person concerned gets of a file, after HR looked whether it shows who sent it.

    `words` describe it, or say why it is not given; `shown` is what `can_be_shown` said of the file or copy to be given.
    It can be decided anew until the case is closed; what holds is the last. `decisions_seen` is how many decisions the page
    showed: a click from an older page is told what was decided since.
    """
    case = item.case
    ask_who(case, case.is_owned_by(by), by=by, at=at, whose="the owner of the case")
    ask_stage(case, case.can_release_files(by), sentence="The case is closed, so nothing is given any more.")
    last = item.disclosure
    if last is not None and decisions_seen is not None and decisions_seen != len(item.disclosures):
        raise AlreadyDone(
            f"It was decided already what the person concerned gets of exhibit {item.label}.",
            who=db.session.get_one(Person, last.decided_by_id).name,
            when=last.decided_at,
            did="decided so",
            what_now="Open the evidence of the case to read what holds now.",
        )
    same = last is not None and manner is Manner.FILE and last.manner is manner
    ask_stage(case, not same, doing=FILE_RELEASED, sentence="The person concerned may have this file already.")
    words = _checked(item, manner, words, copy, shown)
    decided = EvidenceDisclosure(
        item_id=item.id, number=len(item.disclosures) + 1, manner=manner, decided_at=at, decided_by_id=by.id,
        stored_as=copy.stored_as if copy else None, sha256=copy.sha256 if copy else None, size=copy.size if copy else None,
        media_type=copy.kind.media_type if copy else None,
    )  # fmt: skip
    item.disclosures.append(decided)
    decided.words = words
    db.session.add(decided)
    facts = {"exhibit": item.label, "item": item.id}
    if manner is Manner.FILE:
        record(FILE_RELEASED, case.id, by=by.id, at=at, facts=facts)
    else:
        record(FILE_DECIDED, case.id, by=by.id, at=at, facts={**facts, "manner": manner})
    return decided


def _checked(item: EvidenceItem, manner: Manner, words: str, copy: SealedFile | None, shown: bool) -> str:
    """The words that this manner needs; refuses (422) what cannot be given."""
    if item.stored_as is None:
        raise InvalidInput("This exhibit has no file: the person concerned reads its words", field="manner")
    if manner is Manner.FILE and item.third_party_data:
        raise InvalidInput(
            "This file shows people who have nothing to do with this. Give a copy without them, or describe it",
            field="manner",
        )
    if manner is Manner.COPY and copy is None:
        raise InvalidInput("Select the copy that they get", field="copy")
    if manner in (Manner.FILE, Manner.COPY):
        if not shown:
            raise InvalidInput(CANNOT_BE_SHOWN, field="manner" if manner is Manner.FILE else "copy")
        return ""
    asked = "Enter what the file shows" if manner is Manner.WORDS else "Enter why they do not get it"
    return need(words, asked, manner.value)


def check_files_decided(case: Case) -> None:
    """Refuse a hearing before it is decided what the person concerned gets of each file that came with the report."""
    undecided = undecided_files(case)
    if undecided:
        labels = ", ".join(item.label for item in undecided)
        raise InvalidInput(
            f"{case.subject.name} must have the evidence in good time before the hearing. Decide first what they get of "
            f"{labels}: give each file, or record why it is withheld or not relied on"
        )
