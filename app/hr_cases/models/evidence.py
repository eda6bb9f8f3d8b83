"""Evidence and statements of a case."""

import hashlib
import uuid
from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Base, Identified, Versioned, append_only, enum_column, one_of
from app.core.sealing import DataKey, SealedText
from app.hr_cases.models.case import Allegation, Case
from app.hr_cases.models.sections import Section
from app.people.models import Person


class EvidenceKind(StrEnum):
    """What an exhibit is. A comment or repost links its author to the original (policy 7.10)."""

    POST = "post"
    COMMENT = "comment"
    REPOST = "repost"
    IMAGE = "image"
    MESSAGE = "message"
    LOG = "log"
    DOCUMENT = "document"


class Visibility(StrEnum):
    """Who could see it when it was captured."""

    PUBLIC = "public"
    MEMBERS = "members"
    FRIENDS = "friends"
    SUPPLIED = "supplied"
    NOT_KNOWN = "not_known"


class Attribution(StrEnum):
    """Whose statement it is: presumed the account holder's unless shown otherwise (policy 7.10, third point)."""

    PRESUMED = "presumed"
    ADMITTED = "admitted"
    DISPUTED = "disputed"
    REBUTTED = "rebutted"
    NOT_APPLICABLE = "not_applicable"


class EvidenceItem(Identified, Base):
    """One exhibit. The original file is sealed on disk and never changes; its fingerprint is of the original."""

    __tablename__ = "evidence_item"
    __table_args__ = (
        one_of("kind", EvidenceKind),
        one_of("visibility", Visibility),
        one_of("attribution", Attribution),
        sa.UniqueConstraint("case_id", "number"),
    )

    case_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("hr_case.id"))
    number: Mapped[int]
    kind: Mapped[EvidenceKind] = enum_column(EvidenceKind)
    captured_on: Mapped[date | None]
    visibility: Mapped[Visibility] = enum_column(Visibility)
    attribution: Mapped[Attribution] = enum_column(Attribution)
    special_category: Mapped[bool]
    third_party_data: Mapped[bool]
    from_report_evidence_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("report_evidence.id"))
    stored_as: Mapped[str | None] = mapped_column(sa.String(40), unique=True)
    sha256: Mapped[str | None] = mapped_column(sa.String(64))
    size: Mapped[int | None]
    media_type: Mapped[str | None] = mapped_column(sa.String(60))
    added_at: Mapped[datetime]
    added_by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))

    title_sealed: Mapped[bytes | None]
    address_sealed: Mapped[bytes | None]
    captured_by_sealed: Mapped[bytes | None]
    lawful_source_sealed: Mapped[bytes | None]
    transcript_sealed: Mapped[bytes | None]

    case: Mapped[Case] = relationship()
    added_by: Mapped[Person] = relationship()
    disclosures: Mapped[list["EvidenceDisclosure"]] = relationship(
        back_populates="item", order_by="EvidenceDisclosure.number"
    )
    bearings: Mapped[list["EvidenceBearing"]] = relationship(back_populates="item", cascade="all, delete-orphan")

    title = SealedText()
    address = SealedText()
    captured_by = SealedText()
    lawful_source = SealedText()
    transcript = SealedText()

    @property
    def data_key(self) -> DataKey:
        """The key of the case."""
        return self.case.data_key

    @property
    def label(self) -> str:
        """How the exhibit is cited: E1, E2, ..."""
        return f"E{self.number}"

    @property
    def weighing(self) -> str:
        """What is said of its bearings, as the form that changes it remembers it: never the same once that changed."""
        said = sorted(f"{one.allegation_id}:{one.bearing}" for one in self.bearings)
        return hashlib.sha256(";".join(said).encode()).hexdigest()

    @property
    def disclosure(self) -> "EvidenceDisclosure | None":
        """What was decided last about what the person concerned gets of the file."""
        return self.disclosures[-1] if self.disclosures else None

    @property
    def file_given(self) -> "EvidenceItem | EvidenceDisclosure | None":
        """What the person concerned may open: the file, a copy given instead, or nothing.

        A file that came with the report may show who sent it, so HR looks at it first; one that shows people who have
        nothing to do with this stays with HR.
        """
        last = self.disclosure
        if last is not None and last.manner is Manner.COPY:
            return last
        is_given = last.manner is Manner.FILE if last is not None else self.from_report_evidence_id is None
        return self if self.stored_as is not None and is_given and not self.third_party_data else None

    def file_for(self, person: Person) -> "EvidenceItem | EvidenceDisclosure | None":
        """The file or copy that somebody may open: who decides relies on none that the person concerned may not see."""
        if self.stored_as is None:
            return None
        if self.case.shows(Section.EVERY_FILE, person):
            return self
        return self.file_given if self.case.shows(Section.EVIDENCE, person) else None


append_only(EvidenceItem)


class Manner(StrEnum):
    """What the person concerned gets of a file: of each, or for each why not, before the hearing (Acas Code 9)."""

    FILE = "file"
    COPY = "copy"
    WORDS = "words"
    WITHHELD = "withheld"
    NOT_RELIED_ON = "not_relied_on"


class EvidenceDisclosure(Identified, Base):
    """What HR decided that the person concerned gets of a file, after looking at it; the last decision holds."""

    __tablename__ = "evidence_disclosure"
    __table_args__ = (
        one_of("manner", Manner),
        sa.CheckConstraint("(manner = 'copy') = (stored_as IS NOT NULL)", name="copy_has_a_file"),
        sa.UniqueConstraint("item_id", "number"),
    )

    item_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("evidence_item.id"))
    number: Mapped[int]
    manner: Mapped[Manner] = enum_column(Manner)
    decided_at: Mapped[datetime]
    decided_by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))
    stored_as: Mapped[str | None] = mapped_column(sa.String(40), unique=True)
    sha256: Mapped[str | None] = mapped_column(sa.String(64))
    size: Mapped[int | None]
    media_type: Mapped[str | None] = mapped_column(sa.String(60))
    words_sealed: Mapped[bytes | None]

    item: Mapped[EvidenceItem] = relationship(back_populates="disclosures")
    words = SealedText()

    @property
    def data_key(self) -> DataKey:
        """The key of the case."""
        return self.item.case.data_key


append_only(EvidenceDisclosure)


class Bearing(StrEnum):
    """Whether an exhibit speaks for or against an allegation."""

    FOR = "for"
    AGAINST = "against"


class EvidenceBearing(Base):
    """That an exhibit speaks for or against an allegation."""

    __tablename__ = "evidence_bearing"
    __table_args__ = (one_of("bearing", Bearing),)

    item_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("evidence_item.id"), primary_key=True)
    allegation_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("allegation.id"), primary_key=True)
    bearing: Mapped[Bearing] = enum_column(Bearing)

    item: Mapped[EvidenceItem] = relationship(back_populates="bearings")
    allegation: Mapped[Allegation] = relationship()


class StatementKind(StrEnum):
    """How somebody's account was given."""

    INTERVIEW = "interview"
    WRITTEN = "written"
    SUBJECT_REPLY = "subject_reply"


class StatementState(StrEnum):
    """Whether the person who gave a statement agrees with how it was written down."""

    SENT_FOR_CHECKING = "sent_for_checking"
    AGREED = "agreed"
    AGREED_WITH_AMENDMENTS = "agreed_with_amendments"
    NOT_AGREED = "not_agreed"


class Statement(Identified, Versioned, Base):
    """Somebody's account, as written down; amendments stand beside the original, never in it."""

    __tablename__ = "statement"
    __table_args__ = (
        one_of("kind", StatementKind),
        one_of("state", StatementState),
        sa.UniqueConstraint("case_id", "number"),
    )

    case_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("hr_case.id"))
    number: Mapped[int]
    person_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))
    kind: Mapped[StatementKind] = enum_column(StatementKind)
    state: Mapped[StatementState] = enum_column(StatementState)
    taken_on: Mapped[date]
    check_by: Mapped[date]
    checked_on: Mapped[date | None]
    added_at: Mapped[datetime]
    added_by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))

    words_sealed: Mapped[bytes | None]
    present_sealed: Mapped[bytes | None]
    amendments_sealed: Mapped[bytes | None]

    case: Mapped[Case] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    words = SealedText()
    present = SealedText()
    amendments = SealedText()

    @property
    def data_key(self) -> DataKey:
        """The key of the case."""
        return self.case.data_key

    @property
    def label(self) -> str:
        """How the statement is cited: S1, S2, ..."""
        return f"S{self.number}"

    @property
    def waits_for_answer(self) -> bool:
        """Whether nobody has recorded yet what whoever gave it answered when they checked it."""
        return self.state is StatementState.SENT_FOR_CHECKING
