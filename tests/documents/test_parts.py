"""The parts refuse what could only be a mistake of the room that made them, and the engine knows no other room."""

import ast
import dataclasses
from datetime import UTC, datetime
from pathlib import Path

import pytest

import app.documents.drawing as drawing
from app.core.file_kinds import MOST_PIXELS as MOST_PIXELS_TAKEN
from app.documents import parts
from app.documents.parts import Figure, Heading, Paragraph, Table
from app.documents.pictures import MOST_PIXELS

from .samples import frame


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Heading(5, "x"),
        lambda: Heading(1, " "),
        lambda: Table((), ()),
        lambda: Table(("a", "b"), (("only one",),)),
        lambda: Table(("a", "b"), (), widths=(1,)),
        lambda: Table(("a", "b"), (), widths=(1, 0)),
        lambda: Figure(b"", " "),
        lambda: frame(generated_at=datetime(2026, 11, 20)),
        lambda: frame(marking=" "),
        lambda: frame(title=""),
        lambda: frame(draft=False, issued_at=None),
    ],
)
def test_mistakes_are_refused(wrong) -> None:
    with pytest.raises(ValueError):
        wrong()


def test_parts_are_frozen() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        Paragraph("x").text = "y"  # type: ignore[misc]
    assert all(kind.__dataclass_params__.frozen for kind in parts.Part.__args__)


def test_document_that_is_no_draft_needs_its_issue_time_in_a_zone() -> None:
    assert frame(issued_at=datetime(2026, 1, 1, tzinfo=UTC)).issued_at is not None


def test_drawing_stands_on_reportlab_and_pillow_alone() -> None:
    engine = "drawing fonts layout painting parts pictures sheets styles tables tagging text".split()  # noqa: SIM905
    allowed = {"reportlab", "PIL", "app.documents"}
    for name in engine:
        path = Path(drawing.__file__).with_name(f"{name}.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            modules = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            modules += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            for module in modules:
                assert module.split(".")[0] not in ("flask", "sqlalchemy", "pikepdf", "pypdf")
                if module.startswith("app"):
                    assert any(module == root or module.startswith(root + ".") for root in allowed), (name, module)


def test_what_is_taken_as_a_picture_can_be_drawn() -> None:
    """The limit is said in two places, since drawing knows nothing of the rest of the house."""
    assert MOST_PIXELS == MOST_PIXELS_TAKEN
