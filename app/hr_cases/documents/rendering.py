"""Sets a case report out as a document: its cover, and its sections in the order a reader needs them."""

from collections.abc import Iterator
from datetime import datetime

from app.core.clock import LONDON, local_day
from app.core.presentation import count_words, uk_date, uk_datetime
from app.documents.drawing import draw
from app.documents.parts import (
    Contents,
    Cover,
    DocumentFrame,
    Empty,
    Heading,
    KeyFacts,
    PageBreak,
    Paragraph,
    Part,
    Signature,
    Table,
)
from app.hr_cases.documents.contents import AllegationPart, CaseReport, ChronologyRow, Exhibit, Investigation
from app.hr_cases.documents.leavings import leaving_parts
from app.hr_cases.documents.rendering_afterwards import afterwards_parts
from app.hr_cases.documents.rendering_appendices import appendix_parts
from app.hr_cases.documents.words import fingerprint_groups, shortened, when_words

STANDARD_OF_PROOF = (
    "Each allegation is judged on the balance of probabilities: whether it is more likely than not that it happened. "
    "The investigation makes findings of fact and a recommendation. It does not decide what should follow from them."
)
REPORTER_NOTE = (
    "Whoever reported this matter is called “the reporter” throughout. Where a record names the reporter, "
    "“[the reporter]” stands in the place of the name; nothing else in the records has been changed. What the person "
    "concerned said stands as they said it: a name in it tells whom they thought of, not who reported."
)

_ONE_LINE = 240
_NOT_YET = "No finding recorded"


def render_case_report(report: CaseReport, *, large_print: bool = False) -> bytes:
    """The report as a tagged PDF. The same report gives the same bytes; the file's properties name no person."""
    return draw(frame_of(report, large_print=large_print), cover_of(report), list(parts_of(report)))


def frame_of(report: CaseReport, *, large_print: bool = False) -> DocumentFrame:
    """What stands on every page."""
    return DocumentFrame(
        title=report.title,
        marking=report.marking,
        handling_line=report.handling_line,
        reference=report.reference,
        version=report.version,
        copy_line=report.copy_line,
        generated_at=report.generated_at.astimezone(LONDON),
        issued_at=report.issued_at.astimezone(LONDON) if report.issued_at else None,
        draft=report.issued_at is None,
        large_print=large_print,
    )


def cover_of(report: CaseReport) -> Cover:
    """The first page. The person concerned is not named on it: it may lie on a desk."""
    dated = uk_date(report.issued_at) if report.issued_at else f"Draft of {uk_date(report.generated_at)}"
    return Cover(
        report.organisation,
        "Conduct on social media",
        (
            ("Reference", report.reference),
            ("Investigator", report.investigator),
            ("Commissioned by", report.commissioned_by),
            ("Date", dated),
            ("Version", report.version),
            ("Where the case stands", report.stage),
            ("Copy", report.copy_line),
        ),
        REPORTER_NOTE,
    )


def parts_of(report: CaseReport) -> Iterator[Part]:
    """All that follows the cover, in order."""
    yield Contents()
    yield PageBreak()
    yield from _summary(report)
    yield from _introduction(report)
    yield from _background(report)
    yield from _process(report)
    yield from _allegations(report)
    yield from _conclusions(report)
    yield from _signature(report)
    if report.afterwards is not None:
        yield PageBreak()
        yield from afterwards_parts(
            report.afterwards, chronology_table(_later(report), "What happened after the investigation")
        )
    if report.ending:
        yield Heading(1, "How it ended")
        yield Paragraph("\n".join(report.ending))
    yield from leaving_parts(report.leavings)
    yield from appendix_parts(report)


def _summary(report: CaseReport) -> Iterator[Part]:
    found = report.investigation
    yield Heading(1, "1. Summary")
    yield Paragraph(
        f"This report is about {report.person.name}. It examines {count_words(len(report.allegations), 'allegation')} "
        f"under the {report.policy_name}.",
        "lead",
    )
    rows = tuple(
        (str(part.number), shortened(part.wording, _ONE_LINE), part.finding or _NOT_YET) for part in report.allegations
    )
    yield Table(("No.", "Allegation", "Conclusion"), rows, (1, 10, 4), "Allegations and conclusions", row_heads=True)
    yield KeyFacts((("Recommendation", found.recommendation if found else ""),))


def _introduction(report: CaseReport) -> Iterator[Part]:
    yield Heading(1, "2. Introduction and terms of reference")
    commissioned = uk_datetime(report.commissioned_at)
    before = tuple(_investigated(*one) for one in report.investigated_before)
    yield KeyFacts(
        (
            ("Commissioned by", report.commissioned_by),
            ("Investigator", report.investigator),
            ("Investigator appointed", commissioned),
            *((("Also investigated", _lines(before)),) if before else ()),
            ("Policy in force", f"{report.policy_name}\n{report.policy_in_force}"),
            ("Paragraphs relied on", _lines(line.cite for line in report.paragraphs)),
        )
    )
    yield Heading(2, "Terms of reference")
    yield Paragraph(report.terms)
    yield Heading(2, "Standard of proof")
    yield Paragraph(STANDARD_OF_PROOF)


def _investigated(name: str, since: datetime, until: datetime | None) -> str:
    return f"{name}, from {uk_datetime(since)}" + (f" to {uk_datetime(until)}" if until else "")


def _background(report: CaseReport) -> Iterator[Part]:
    person = report.person
    yield Heading(1, "3. Background")
    yield Paragraph(report.investigation.background if report.investigation else "")
    yield Heading(2, f"The person concerned, as recorded on {uk_date(local_day(report.generated_at))}")
    yield KeyFacts(
        (
            ("Name", person.name),
            ("Post", person.post),
            ("Service", person.service),
            ("Line manager", person.line_manager),
            ("Works here as", person.kind),
            ("Started", uk_date(person.started)),
            ("Agreed to the policy", person.acknowledged),
        )
    )
    yield Heading(2, "How the matter came to light")
    yield Paragraph(
        f"Human Resources received a report from the reporter on {uk_datetime(report.received_at)}. "
        f"It is kept under the reference {report.report_reference}."
    )


def _process(report: CaseReport) -> Iterator[Part]:
    yield Heading(1, "4. Process followed")
    yield Paragraph(report.investigation.process if report.investigation else "")
    yield Heading(2, "Who was heard")
    yield Table(
        ("Statement", "Person", "How", "Taken on", "Checked"),
        tuple((s.label, s.person, s.kind, uk_date(s.taken_on), s.state) for s in report.statements),
        (2.2, 4, 3.6, 3.4, 4),
        row_heads=True,
    )
    yield Heading(2, "Chronology")
    yield chronology_table(_earlier(report))


def _earlier(report: CaseReport) -> tuple[ChronologyRow, ...]:
    """What belongs to the investigation: all that came before its report was accepted."""
    later = set(_later(report))
    return tuple(row for row in report.chronology if row not in later)


def _later(report: CaseReport) -> tuple[ChronologyRow, ...]:
    """What came after the acceptance of the report, once something was decided on it."""
    accepted = report.investigation.accepted_at if report.investigation else None
    if report.afterwards is None or accepted is None:
        return ()
    places = [index for index, row in enumerate(report.chronology) if row.when == accepted]
    return report.chronology[places[-1] + 1 :] if places else ()


def chronology_table(rows: tuple[ChronologyRow, ...], caption: str = "") -> Table:
    """What happened, each with its day and time."""
    return Table(
        ("When", "What happened", "By"),
        tuple((when_words(row.when), row.what, row.by) for row in rows),
        (5, 7.4, 3.4),
        caption,
        row_heads=True,
    )


def _allegations(report: CaseReport) -> Iterator[Part]:
    yield Heading(1, "5. The allegations, one by one")
    if not report.allegations:
        yield Empty()
    for part in report.allegations:
        yield from _allegation(part)


def _allegation(part: AllegationPart) -> Iterator[Part]:
    yield Heading(2, f"Allegation {part.number}: {part.category}")
    yield Paragraph(part.wording, "inset")
    yield KeyFacts(
        (
            ("Date of the conduct", uk_date(part.happened_on)),
            ("Capacity", part.capacity),
            ("Policy paragraphs", _lines(part.cites)),
        )
    )
    yield from _evidence("Evidence for", part.evidence_for)
    yield from _evidence("Evidence against", part.evidence_against)
    yield Heading(3, f"Finding on allegation {part.number}")
    yield KeyFacts((("Finding", part.finding or _NOT_YET), ("Basis", part.basis)))
    yield Heading(4, "Reasons")
    yield Paragraph(part.reasons)


def _evidence(heading: str, exhibits: tuple[Exhibit, ...]) -> Iterator[Part]:
    yield Heading(3, heading)
    if not exhibits:
        yield Empty()
        return
    yield Table(
        ("Exhibit", "What it is", "Whose it is", "Who could see it"),
        tuple((e.label, f"{e.title} ({e.kind.lower()})", e.attribution, e.visibility) for e in exhibits),
        (2, 7, 4, 3.6),
        row_heads=True,
    )


def _conclusions(report: CaseReport) -> Iterator[Part]:
    found = report.investigation
    yield Heading(1, "6. Mitigation and other factors")
    yield Paragraph(found.mitigation if found else "")
    yield Heading(1, "7. Findings of fact")
    yield Table(
        ("Allegation", "Finding", "Basis", "Reasons"),
        tuple((str(p.number), p.finding or _NOT_YET, p.basis, shortened(p.reasons, 300)) for p in report.allegations),
        (2.2, 3, 3.4, 8),
        "The reasons in full stand with each allegation in section 5.",
        row_heads=True,
    )
    yield Heading(1, "8. Equality and human rights")
    yield Paragraph(found.equality if found else "")
    yield Heading(1, "9. Recommendation")
    yield Paragraph(found.recommendation if found else "", "lead")
    if found and found.recommendation:
        yield Paragraph(found.recommendation_reasons)
    yield Heading(1, "10. Other matters")
    yield Paragraph(found.other_matters if found else "")


def _signature(report: CaseReport) -> Iterator[Part]:
    found = report.investigation
    yield Heading(1, "11. Signature")
    if found is not None:
        yield KeyFacts(_sealed(found))
    yield Paragraph(
        "By signing, the investigator confirms that this report is complete and true as far as they know, and that they "
        "have no interest in the matter and no close relationship to anyone concerned in it."
    )
    yield Signature((("Investigator", report.investigator), ("Signed", ""), ("Date", "")))


def _sealed(found: Investigation) -> tuple[tuple[str, str], ...]:
    accepted = f"{uk_datetime(found.accepted_at)}, by {found.accepted_by}" if found.accepted_at else ""
    return (
        ("Version", f"{found.version}: {found.status.lower()}"),
        ("Submitted", uk_datetime(found.submitted_at)),
        ("Accepted", accepted),
        ("Fingerprint of the version as it was submitted (SHA-256)", fingerprint_groups(found.fingerprint)),
    )


def _lines(texts: Iterator[str] | tuple[str, ...]) -> str:
    return "\n".join(text[:1].upper() + text[1:] for text in texts)
