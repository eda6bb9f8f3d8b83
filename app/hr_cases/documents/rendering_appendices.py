"""Sets out the appendices: exhibits, statements, policy paragraphs, letters and the plan."""

from collections.abc import Iterator

from app.core.presentation import uk_date, uk_datetime
from app.documents.parts import Empty, Figure, Heading, KeyFacts, PageBreak, Paragraph, Part, Quote, Table
from app.hr_cases.documents.contents import CaseReport, Exhibit, ExhibitFile, StatementPart
from app.hr_cases.documents.words import fingerprint_groups, shortened

FINGERPRINT_NOTE = (
    "A fingerprint (SHA-256) is worked out from every byte of a file. If a file still has the fingerprint printed here, "
    "it is the file that was received, unchanged."
)
NOT_PRINTED = "The file is kept sealed with the case and can be opened there. It is not printed here."

WITHHELD = (
    "The file is not part of this copy. Those who decide rely on files that the person concerned may see too: Human "
    "Resources looks first whether the file shows other people, or who reported the matter."
)


def appendix_parts(report: CaseReport) -> Iterator[Part]:
    """All appendices; an empty one says so."""
    yield from _exhibits(report.exhibits)
    yield from _statements(report.statements)
    yield Heading(1, "Appendix C: Policy paragraphs relied on")
    yield Paragraph(f"{report.policy_name}. The summaries are the organisation’s own words.")
    yield Table(
        ("Paragraph", "What it is about", "What it asks"),
        tuple((line.cite, line.heading, line.summary) for line in report.paragraphs),
        (3.4, 4.2, 9),
        row_heads=True,
    )
    yield Heading(1, "Appendix D: Letters")
    yield Table(
        ("Letter", "Issued", "Fingerprint (SHA-256)"),
        tuple((line.kind, uk_datetime(line.issued_at), fingerprint_groups(line.fingerprint)) for line in report.letters),
        (4.5, 4.5, 7),
        row_heads=True,
    )
    yield Heading(1, "Appendix E: Investigation plan")
    yield Paragraph(report.plan)


def _exhibits(exhibits: tuple[Exhibit, ...]) -> Iterator[Part]:
    yield Heading(1, "Appendix A: Exhibits")
    yield Paragraph(FINGERPRINT_NOTE)
    yield Table(
        ("Exhibit", "Captured", "File", "Fingerprint (SHA-256)"),
        tuple(_index_row(exhibit) for exhibit in exhibits),
        (2, 6.4, 3, 5.2),
        "Index of exhibits",
        row_heads=True,
    )
    for exhibit in exhibits:
        yield from _exhibit(exhibit)


def _index_row(exhibit: Exhibit) -> tuple[str, str, str, str]:
    captured = _lines(
        exhibit.captured or "Date not recorded",
        f"By: {exhibit.captured_by}" if exhibit.captured_by else "",
        f"How: {exhibit.lawful_source}" if exhibit.lawful_source else "",
    )
    if exhibit.file is None:
        return exhibit.label, captured, "No file", "Does not apply"
    file = exhibit.file
    return exhibit.label, captured, _lines(file.kind, file.size), fingerprint_groups(file.fingerprint)


def _exhibit(exhibit: Exhibit) -> Iterator[Part]:
    if exhibit.file is not None and exhibit.file.is_picture and not exhibit.file.withheld:
        yield PageBreak()
    yield Heading(2, f"Exhibit {exhibit.label}: {shortened(exhibit.title, 90) or 'No title'}")
    facts = [
        ("What it is", exhibit.kind),
        ("Whose it is", exhibit.attribution),
        ("Who could see it", exhibit.visibility),
        ("Address", exhibit.address),
        ("Bearing", _lines(*exhibit.bears_on)),
        ("Added to the case", exhibit.added),
        ("File check", exhibit.file.check if exhibit.file else "No file"),
    ]
    if exhibit.cautions:
        facts.append(("Take care", _lines(*exhibit.cautions)))
    yield KeyFacts(tuple(facts))
    yield Heading(3, f"Transcript of exhibit {exhibit.label}")
    yield Quote(exhibit.transcript)
    if exhibit.file is not None:
        yield from _file(exhibit, exhibit.file)


def _file(exhibit: Exhibit, file: ExhibitFile) -> Iterator[Part]:
    if file.withheld:
        yield Paragraph(WITHHELD)
    elif file.is_picture:
        yield from _figures(exhibit, file)
    elif file.text:
        yield Heading(3, f"Text of exhibit {exhibit.label}")
        yield Quote(file.text, f"The whole file, {file.size}")
    else:
        yield Paragraph(NOT_PRINTED)


def _figures(exhibit: Exhibit, file: ExhibitFile) -> Iterator[Part]:
    pictures = file.pictures or (None,)
    transcript = "Its words are in the transcript above it." if exhibit.transcript else "It has no transcript."
    for number, picture in enumerate(pictures, start=1):
        piece = f", part {number} of {len(pictures)}" if len(pictures) > 1 else ""
        alternative = f"Exhibit {exhibit.label}{piece}: {exhibit.kind.lower()}. {exhibit.title}. {transcript}"
        captured = f", captured {exhibit.captured}" if exhibit.captured else ""
        yield Figure(picture, alternative, f"Exhibit {exhibit.label}{piece}{captured}")


def _statements(statements: tuple[StatementPart, ...]) -> Iterator[Part]:
    yield Heading(1, "Appendix B: Statements")
    if not statements:
        yield Empty()
    for statement in statements:
        yield Heading(
            2, f"Statement {statement.label}: {statement.person}", f"Statement {statement.label} ({statement.part})"
        )
        yield KeyFacts(
            (
                ("How it was given", statement.kind),
                ("Taken on", uk_date(statement.taken_on)),
                ("Present", statement.present),
                ("Checked", statement.state),
            )
        )
        yield Quote(statement.words)
        if statement.amendments:
            yield Heading(3, f"Amendments to statement {statement.label}")
            yield Quote(statement.amendments)


def _lines(*texts: str) -> str:
    return "\n".join(filter(None, texts))
