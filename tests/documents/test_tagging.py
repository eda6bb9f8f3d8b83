"""What a screen reader is told: structure, order, and that nothing on the page is left unmarked."""

import io
import shutil
import subprocess

import pikepdf
import pytest

from app.documents.drawing import draw
from app.documents.parts import Bullets, Figure, Heading, Paragraph, Quote, Table

from .reading import Node, flat, structure, unmarked
from .samples import COVER, SENTENCES, chronology, draft, frame, picture, report


@pytest.fixture(scope="module")
def drawn() -> bytes:
    return draw(draft(), COVER, report())


@pytest.fixture(scope="module")
def tree(drawn: bytes) -> Node:
    return structure(drawn)


def test_nothing_is_painted_unmarked(drawn: bytes) -> None:
    assert unmarked(drawn) == []


def test_root_is_the_document_and_its_parts_come_in_order(tree: Node) -> None:
    assert tree.kind == "Document"
    kinds = [kid.kind for kid in tree.kids]
    assert kinds[:4] == ["P", "H1", "P", "Table"]
    after_contents = kinds[kinds.index("TOC") + 1 :]
    assert after_contents == [
        *("H1", "P", "H2", "L", "Table", "H1", "Table", "H2", "P", "H3"),
        *("Figure", "P", "BlockQuote", "H2", "Table", "H1", "Table"),
    ]


def test_headings_read_as_given(tree: Node) -> None:
    headings = [(node.kind, node.words().strip()) for node in tree.all() if node.kind in ("H1", "H2", "H3")]
    assert headings == [
        *(("H1", "Investigation report"), ("H1", "Contents"), ("H1", "1. Summary"), ("H2", "Allegations")),
        *(("H1", "2. Background"), ("H2", "Holds"), ("H3", "Exhibit E4"), ("H2", "Chronology"), ("H1", "3. Signature")),
    ]


def test_list_items_have_label_and_body(tree: Node) -> None:
    (whole,) = tree.all("L")
    assert [[kid.kind for kid in item.kids] for item in whole.kids] == [["Lbl", "LBody"]] * 2
    assert whole.kids[1].kids[1].words() == "That it was left standing. " + SENTENCES


def test_table_has_scoped_heads_and_its_repeated_heads_are_not_read(tree: Node) -> None:
    table = next(node for node in tree.all("Table") if "chronology" in node.words())
    caption, head, *rows = table.kids
    assert (caption.kind, caption.words().strip()) == ("Caption", "Table 2: chronology")
    assert [(cell.kind, cell.attributes["/Scope"]) for cell in head.kids] == [("TH", "/Column")] * 2
    assert len(rows) == 60
    assert all([cell.kind for cell in row.kids] == ["TH", "TD"] for row in rows)
    assert all(row.kids[0].attributes["/Scope"] == "/Row" for row in rows)
    assert table.words().count("What happened") == 1


def test_table_head_is_printed_on_every_page_it_reaches() -> None:
    from .reading import page_texts

    pages = page_texts(draw(frame(), None, [chronology(120)]))
    assert len(pages) > 3
    assert all("What happened" in page for page in pages)


def test_paragraph_over_two_pages_is_one_element() -> None:
    text = SENTENCES * 30
    (paragraph,) = structure(draw(frame(), None, [Paragraph(text)])).kids
    assert flat(paragraph.words()).strip() == flat(text).strip()


def test_row_split_over_pages_keeps_each_cell_one_element() -> None:
    table = Table(("Who", "Statement"), (("Witness 1", SENTENCES * 60), ("Witness 2", "Short")))
    tree = structure(draw(frame(), None, [table]))
    rows = tree.kids[0].kids
    assert len(rows) == 3
    assert flat(rows[1].kids[1].words()).strip() == flat(SENTENCES * 60).strip()
    assert rows[2].words() == "Witness 2 Short "


def test_figure_has_alternative_and_place(tree: Node) -> None:
    (figure,) = tree.all("Figure")
    assert figure.alt == "Exhibit E4: screen capture of a post"
    assert figure.attributes["/O"] == "/Layout"
    assert "/BBox" in figure.attributes


def test_quote_holds_its_paragraphs_and_source() -> None:
    tree = structure(draw(frame(), None, [Quote("One\nstill one\n\nTwo", "Transcript")]))
    (quote,) = tree.kids
    assert [kid.words() for kid in quote.kids] == ["One still one ", "Two ", "Transcript "]


def test_numbered_list_says_so() -> None:
    (whole,) = structure(draw(frame(), None, [Bullets(("a", "b"), numbered=True)])).kids
    assert whole.attributes["/ListNumbering"] == "/Decimal"
    assert whole.words() == "1. a 2. b "


def test_parent_tree_leads_back_from_each_piece_of_content(drawn: bytes) -> None:
    with pikepdf.open(io.BytesIO(drawn)) as pdf:
        numbers = list(pdf.Root.StructTreeRoot.ParentTree.Nums)
        by_page = dict(zip(numbers[::2], numbers[1::2], strict=True))
        for index, page in enumerate(pdf.pages):
            assert page.StructParents == index
            assert page.Tabs == "/S"
            marks = [
                (int(instruction.operands[1].MCID), str(instruction.operands[0]))
                for instruction in pikepdf.parse_content_stream(page)
                if str(instruction.operator) == "BDC" and "/MCID" in instruction.operands[1]
            ]
            assert [number for number, _ in marks] == list(range(len(by_page[index])))
            assert all(str(by_page[index][number].S) == kind for number, kind in marks)


def test_empty_parts_read_none_recorded() -> None:
    parts = [Paragraph(" \n "), Bullets(()), Quote(""), Table(("A", "B"), ())]
    tree = structure(draw(frame(), None, parts))
    assert [node.words().count("None recorded") for node in tree.kids] == [1, 1, 1, 1]
    assert tree.kids[-1].kids[-1].kids[0].attributes["/ColSpan"] == "2"


def test_one_object_for_each_element_keeps_the_file_small() -> None:
    data = draw(frame(), None, [Heading(1, "Chronology"), chronology(300)])
    assert len(data) < 300_000
    with pikepdf.open(io.BytesIO(data)) as pdf:
        assert len(list(pdf.objects)) < 300 * 3 + 150


def test_same_picture_twice_is_stored_once() -> None:
    figure = Figure(picture(), "A capture")
    with pikepdf.open(io.BytesIO(draw(frame(), None, [figure, figure]))) as pdf:
        images = [thing for thing in pdf.objects if isinstance(thing, pikepdf.Stream) and thing.get("/Subtype") == "/Image"]
        assert len(images) == 1


@pytest.mark.skipif(shutil.which("qpdf") is None, reason="qpdf is not installed")
def test_qpdf_finds_no_fault(drawn: bytes, tmp_path) -> None:
    path = tmp_path / "report.pdf"
    path.write_bytes(drawn)
    checked = subprocess.run(["qpdf", "--check", str(path)], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr
