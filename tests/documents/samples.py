"""Documents to draw in tests."""

import io
from datetime import UTC, datetime
from typing import Any

from PIL import Image, ImageDraw

from app.documents.parts import (
    Bullets,
    Contents,
    Cover,
    DocumentFrame,
    Empty,
    Figure,
    Heading,
    KeyFacts,
    PageBreak,
    Paragraph,
    Part,
    Quote,
    Signature,
    Table,
)

SENTENCES = (
    "The post was made from the Council's account at 21:14 on a Thursday. It named a resident and answered a complaint "
    "in words that the policy does not allow. It was removed on the next morning, after a colleague had spoken up. "
)
COVER = Cover(
    "Example County Council",
    "Conduct on social media",
    (("Reference", "PB-2026-0042"), ("Investigator", "Maya Okafor"), ("Change note", "")),
    "For the decision maker, the employee and the companion.",
)


def frame(**changes: Any) -> DocumentFrame:
    values: dict[str, Any] = {
        "title": "Investigation report",
        "marking": "OFFICIAL-SENSITIVE",
        "handling_line": "Do not copy or forward. Return to Human Resources when the matter is closed.",
        "reference": "PB-2026-0042",
        "version": "Version 1.2",
        "copy_line": "Copy 2: decision maker",
        "generated_at": datetime(2026, 11, 20, 9, 5, tzinfo=UTC),
        "issued_at": datetime(2026, 11, 20, 10, 30, tzinfo=UTC),
        "draft": False,
    }
    return DocumentFrame(**(values | changes))


def draft() -> DocumentFrame:
    return frame(draft=True, issued_at=None)


def picture(width: int = 400, height: int = 300, kind: str = "PNG", **options: Any) -> bytes:
    image = Image.new("RGB", (width, height), "white")
    ImageDraw.Draw(image).rectangle((width // 8, height // 8, width // 2, height // 2), fill="#1d3d5c")
    data = io.BytesIO()
    image.save(data, kind, **options)
    return data.getvalue()


def chronology(rows: int) -> Table:
    entries = tuple(
        (f"{1 + row % 28} November 2026", f"Entry {row}: {SENTENCES[: 40 + row * 37 % 150]}") for row in range(rows)
    )
    return Table(("Date", "What happened"), entries, (1, 3), "Table 2: chronology", row_heads=True)


def report() -> list[Part]:
    return [
        Contents(),
        PageBreak(),
        Heading(1, "1. Summary"),
        Paragraph(SENTENCES, "lead"),
        Heading(2, "Allegations"),
        Bullets(("That a post naming a resident was made.", "That it was left standing. " + SENTENCES)),
        Table(
            ("Allegation", "Finding", "Reason"),
            (("1", "Established", SENTENCES), ("2", "Not established", "The request came late.")),
            (1, 2, 5),
            "Table 1: findings on fact",
            row_heads=True,
        ),
        Heading(1, "2. Background"),
        KeyFacts((("Role", "Communications officer"), ("Relationships", ""))),
        Heading(2, "Holds"),
        Empty(),
        Heading(3, "Exhibit E4"),
        Figure(picture(), "Exhibit E4: screen capture of a post", "Exhibit E4, captured 6 November 2026"),
        Quote("Their bins, again.", "Transcript of exhibit E4"),
        Heading(2, "Chronology"),
        chronology(60),
        Heading(1, "3. Signature"),
        Signature((("Signed", ""), ("Date", ""))),
    ]
