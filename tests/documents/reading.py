"""Reads drawn documents back: their words, their structure, what is painted and how it is marked."""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, fields

import pikepdf
import pypdf

# Operators that leave ink on the page.
PAINTING = {
    *("Tj", "TJ", "'", '"'),
    *("S", "s", "f", "F", "f*", "B", "B*", "b", "b*", "sh", "Do", "EI", "INLINE IMAGE"),
}


@dataclass
class Node:
    """An element of the structure tree: its type, its text in reading order, its attributes."""

    kind: str
    kids: list["Node"] = field(default_factory=list)
    text: str = ""
    alt: str = ""
    attributes: dict[str, object] = field(default_factory=dict)

    def all(self, kind: str = "") -> list["Node"]:
        found = [self] if not kind or self.kind == kind else []
        for kid in self.kids:
            found.extend(kid.all(kind))
        return found

    def words(self) -> str:
        return self.text + "".join(kid.words() for kid in self.kids)


def page_texts(data: bytes) -> list[str]:
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages]


def text_of(data: bytes) -> str:
    return "\n".join(page_texts(data))


def flat(text: str) -> str:
    """Text without its line breaks, for comparing with what was given."""
    return re.sub(r"\s+", " ", text)


def unmarked(data: bytes) -> list[str]:
    """Painting operators that belong neither to an element nor to an artifact."""
    loose = []
    with pikepdf.open(io.BytesIO(data)) as pdf:
        for page in pdf.pages:
            depth = 0
            for instruction in pikepdf.parse_content_stream(page):
                operator = str(instruction.operator)
                depth += {"BDC": 1, "BMC": 1, "EMC": -1}.get(operator, 0)
                assert 0 <= depth <= 1, "marked content is never nested"
                if operator in PAINTING and depth == 0:
                    loose.append(operator)
            assert depth == 0
    return loose


def structure(data: bytes) -> Node:
    """The structure tree with the text of each element."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        content = {page.objgen: _marked_text(page) for page in pdf.pages}
        return _node(pdf.Root.StructTreeRoot.K, content)


def _node(element: pikepdf.Object, content: dict[tuple[int, int], dict[int, str]]) -> Node:
    node = Node(str(element.S)[1:], alt=str(element.get("/Alt", "")))
    node.attributes = {key: str(value) for key, value in dict(element.get("/A", {})).items()}
    kids = element.get("/K", pikepdf.Array())
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, int):
            node.text += content[element.Pg.objgen][kid]
        elif "/MCID" in kid:
            node.text += content[kid.Pg.objgen][kid.MCID]
        else:
            assert kid.P.objgen == element.objgen
            node.kids.append(_node(kid, content))
    return node


def _marked_text(page: pikepdf.Page) -> dict[int, str]:
    """The text of each piece of marked content on a page, decoded through the fonts' own character maps."""
    maps = {name: _character_map(font) for name, font in page.Resources.Font.items()}
    texts: dict[int, str] = {}
    current, font = None, ""
    for instruction in pikepdf.parse_content_stream(page):
        operator = str(instruction.operator)
        if operator == "BDC":
            current = instruction.operands[1].get("/MCID")
            if current is not None:
                texts[current] = ""
        elif operator == "EMC":
            current = None
        elif operator == "Tf":
            font = str(instruction.operands[0])
        elif operator == "Tj" and current is not None:
            texts[current] += "".join(maps[font].get(code, "�") for code in bytes(instruction.operands[0]))
    return texts


def _character_map(font: pikepdf.Object) -> dict[int, str]:
    return dict(_mapped(font.ToUnicode.read_bytes().decode("latin-1")))


def _mapped(cmap: str) -> Iterator[tuple[int, str]]:
    for first, _, codes in re.findall(r"<(\w+)> <(\w+)>\s*\[([^\]]*)\]", cmap):
        for offset, code in enumerate(re.findall(r"<(\w+)>", codes)):
            yield int(first, 16) + offset, bytes.fromhex(code).decode("utf-16-be")
    for block in re.findall(r"beginbfchar(.*?)endbfchar", cmap, re.DOTALL):
        for code, value in re.findall(r"<(\w+)>\s*<(\w+)>", block):
            yield int(code, 16), bytes.fromhex(value).decode("utf-16-be")


def all_text(*holders: object) -> str:
    """Every word that parts, cover or frame of a document hold, alternatives of pictures included, one field a line."""
    return "\n".join(text for one in holders for field in fields(one) for text in _strings(getattr(one, field.name)))


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _strings(item)
