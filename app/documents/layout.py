"""Sets the parts of a document on its pages."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import zip_longest
from typing import Any

from app.documents.parts import (
    NONE_RECORDED,
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
from app.documents.pictures import Picture, load_picture
from app.documents.sheets import Bar, Flow, PlacedHeading, PlacedPicture, TextRun
from app.documents.styles import BRAND, COVER_TOP, HEIGHT, INK, LEFT, RULE, WASH, WIDTH, TextStyle
from app.documents.tables import facts_height, place_facts, place_signature, place_table, table_lead
from app.documents.tagging import Element
from app.documents.text import paragraphs_of, text_width, wrap

PICTURE_LOST = "This picture cannot be shown here. Its file is kept unchanged."

# Small pictures are not blown up beyond 96 dots to the inch.
_POINTS_A_PIXEL = 72 / 96
# Of the page: a telephone's screen comes out about as large as it is, with room for its transcript below.
_HIGHEST_PICTURE = 0.75
# A picture may be this much smaller to stay on the page it belongs to.
_SHRINKS_TO = 0.6
_INDENT = 16.0
_LIST_INDENT = 20.0
# The distances between the parts of a block, where each would be counted apart.
_DISTANCES = 24.0
_MOST_LINES_OF_INTRODUCTION = 8
_CONTENTS_STEP = 14.0
_CONTENTS_TIGHTEST = 0.85


def lay_out(frame: DocumentFrame, cover: Cover | None, parts: Sequence[Part]) -> Flow:
    """All pages of a document with everything that stands between their head and foot."""
    return _Layout(frame, parts).run(cover)


class _Layout:
    def __init__(self, frame: DocumentFrame, parts: Sequence[Part]) -> None:
        self.frame = frame
        self.parts = parts
        self.flow = Flow(frame.large_print)
        self.styles = self.flow.styles
        self.listed: list[PlacedHeading] = []
        self.page_numbers: list[tuple[int, TextRun]] = []
        self.pictures: dict[int, Picture | None] = {}
        self.place_by_kind: dict[type, Callable[[Any], None]] = {
            Heading: lambda part: self.listed.append(self.heading(part)),
            Paragraph: self.paragraph,
            Bullets: self.bullets,
            KeyFacts: lambda part: place_facts(self.flow, part),
            Table: lambda part: place_table(self.flow, part),
            Quote: self.quote,
            Figure: self.figure,
            Signature: lambda part: place_signature(self.flow, part),
            Contents: self.contents,
            PageBreak: lambda _part: self.flow.break_page(),
            Empty: lambda part: self.empty(part.text),
        }

    def run(self, cover: Cover | None) -> Flow:
        if cover is not None:
            self.cover(cover)
        for index, part in enumerate(self.parts):
            if isinstance(part, Heading):
                self.flow.need(max(self.lead(index), self.signature_block(part, self.parts[index + 1 :])))
            following = self.parts[index + 1] if index + 1 < len(self.parts) else None
            if isinstance(part, Paragraph) and isinstance(following, Signature):
                self.flow.need(self.with_signature(part, following))
            self.place_by_kind[type(part)](part)
        if not self.flow.sheet.items and len(self.flow.sheets) > 1:
            self.flow.sheets.pop()
        # Contents come before the headings they list, so their numbers are known only now.
        for heading, run in self.page_numbers:
            run.lines[0] = str(self.listed[heading].page + 1)
        return self.flow

    def lead(self, index: int) -> float:
        """How much room is needed to begin here, in points: headings in a row with what follows them.

        A few lines that introduce what follows stay with it, so that a heading never stands at the foot of a page with
        nothing but them.
        """
        height = 0.0
        for part, following in zip_longest(self.parts[index:], self.parts[index + 1 :]):
            introduction = self.introduction(part, following)
            if introduction:
                height += introduction
                continue
            if not isinstance(part, Heading):
                return min(height + self.body_lead(part), HEIGHT)
            style = self.styles[f"h{part.level}"]
            height += len(wrap(part.text, style, WIDTH)) * style.leading + style.before + style.after
            if height > HEIGHT / 2:
                break
        return min(height, HEIGHT)

    def introduction(self, part: Part, following: Part | None) -> float:
        """The height of a few lines that introduce a table or a figure, in points; none of any other part."""
        if not (isinstance(part, Paragraph) and isinstance(following, (Table, KeyFacts, Figure))):
            return 0.0
        height = self.paragraph_height(part)
        return height if height <= self.styles[part.style].leading * _MOST_LINES_OF_INTRODUCTION else 0.0

    def paragraph_height(self, part: Paragraph) -> float:
        """The height of a whole paragraph with the room around it, in points."""
        style = self.styles[part.style]
        lines = sum(len(wrap(piece, style, WIDTH)) for piece in paragraphs_of(part.text))
        return lines * style.leading + style.before + style.after

    def with_signature(self, part: Paragraph, signature: Signature) -> float:
        """The height of a closing paragraph and the signature that belongs to it, in points; none beyond half a page."""
        style = self.styles[part.style]
        height = len(wrap(part.text, style, WIDTH)) * style.leading + style.after + table_lead(self.flow, signature)
        return height if height <= HEIGHT / 2 else 0.0

    def signature_block(self, heading: Heading, below: Sequence[Part]) -> float:
        """The height of a heading with all that stands between it and a signature, and the signature, in points.

        None where anything else comes first, or where it is more than a page: what is signed stands on one page.
        """
        style = self.styles[f"h{heading.level}"]
        height = len(wrap(heading.text, style, WIDTH)) * style.leading + style.before + style.after
        for part in below:
            if isinstance(part, Signature):
                whole = height + table_lead(self.flow, part) + _DISTANCES
                return whole if whole <= HEIGHT else 0.0
            if isinstance(part, KeyFacts):
                height += facts_height(self.flow, part)
            elif isinstance(part, Paragraph):
                height += self.paragraph_height(part)
            else:
                return 0.0
        return 0.0

    def body_lead(self, part: Part) -> float:
        """How much of a part that is no heading stays with the heading above it, in points."""
        line = self.styles["body"].leading
        if isinstance(part, (Table, KeyFacts, Signature)):
            return table_lead(self.flow, part)
        if isinstance(part, Figure):
            picture = self.picture(part)
            return self.picture_size(picture, part)[1] + line * 2 if picture else line * 5
        return self.styles["lead"].leading * 3 + line / 2

    def cover(self, cover: Cover) -> None:
        flow, styles = self.flow, self.styles
        flow.y = COVER_TOP if not flow.large_print else COVER_TOP + 70
        flow.text(cover.organisation, styles["organisation"], Element("P", flow.root))
        flow.sheet.items.append(Bar(LEFT, flow.settle() - 4, 64, 4, BRAND))
        flow.y -= 4
        flow.text(self.frame.title, styles["title"], Element("H1", flow.root))
        if cover.subtitle.strip():
            flow.text(cover.subtitle, styles["subtitle"], Element("P", flow.root))
        flow.space(34)
        if cover.facts:
            place_facts(flow, KeyFacts(cover.facts))
        flow.space(22)
        for text in (cover.note, self.frame.handling_line):
            for piece in paragraphs_of(text):
                flow.text(piece, styles["inset"], Element("P", flow.root), indent=_INDENT, bar=BRAND)
        flow.new_page()

    def heading(self, part: Heading) -> PlacedHeading:
        flow, style = self.flow, self.styles[f"h{part.level}"]
        text = " ".join(part.text.split())
        page, top = flow.text(text, style, Element(f"H{part.level}", flow.root))
        placed = PlacedHeading(part.level, part.bookmark or text, page, top + 6)
        flow.headings.append(placed)
        return placed

    def paragraph(self, part: Paragraph) -> None:
        pieces = paragraphs_of(part.text)
        if not pieces:
            self.empty(NONE_RECORDED)
        inset = part.style == "inset"
        for piece in pieces:
            element = Element("P", self.flow.root)
            self.flow.text(
                piece,
                self.styles[part.style],
                element,
                indent=_INDENT if inset else 0.0,
                bar=BRAND if inset else None,
            )

    def empty(self, text: str) -> None:
        self.flow.text(text if text.strip() else NONE_RECORDED, self.styles["empty"], Element("P", self.flow.root))

    def bullets(self, part: Bullets) -> None:
        flow, style = self.flow, self.styles["body"]
        if not part.items:
            self.empty(NONE_RECORDED)
            return
        numbering = "Decimal" if part.numbered else "Disc"
        whole = Element("L", flow.root, attributes=f"<</O/List/ListNumbering/{numbering}>>")
        labels = [f"{index}." if part.numbered else "•" for index in range(1, len(part.items) + 1)]
        indent = max(_LIST_INDENT * style.size / 11, text_width(labels[-1], style) + 6)
        for label, text in zip(labels, part.items, strict=True):
            lines = len(wrap(text, style, WIDTH - indent))
            flow.need(style.leading * (min(lines, 2) if lines != 3 else 3))
            item = Element("LI", whole)
            flow.put(LEFT + 2, flow.settle(), style, [label + " "], Element("Lbl", item))
            flow.text(text if text.strip() else NONE_RECORDED, style, Element("LBody", item), indent=indent)
            flow.settle()
            flow.y += style.after / 2
        flow.y -= style.after / 2

    def quote(self, part: Quote) -> None:
        pieces = paragraphs_of(part.text)
        if not pieces:
            self.empty(NONE_RECORDED)
            return
        whole = Element("BlockQuote", self.flow.root)
        style = self.styles["quote"]
        for index, piece in enumerate(pieces):
            self.flow.text(piece, style, Element("P", whole), indent=_INDENT, bar=RULE, joined=index > 0)
        if part.source.strip():
            self.flow.close_up(2)
            self.flow.text(part.source, self.styles["source"], Element("P", whole), indent=_INDENT, bar=RULE, joined=True)
            self.flow.space(style.after)

    def picture(self, part: Figure) -> Picture | None:
        if id(part) not in self.pictures:
            self.pictures[id(part)] = load_picture(part.image) if isinstance(part.image, bytes) else part.image
        return self.pictures[id(part)]

    def picture_size(self, picture: Picture, part: Figure) -> tuple[float, float]:
        """Width and height on the page: no wider than the text, and room left for its caption and a heading."""
        most = max(HEIGHT * _HIGHEST_PICTURE - self.caption_height(part), HEIGHT / 3)
        wide, high = picture.width * _POINTS_A_PIXEL, picture.height * _POINTS_A_PIXEL
        scale = min(1.0, WIDTH / wide, most / high)
        return wide * scale, high * scale

    def caption_height(self, part: Figure) -> float:
        style = self.styles["figure_caption"]
        return len(wrap(part.caption, style, WIDTH)) * style.leading + style.before if part.caption.strip() else 0.0

    def figure(self, part: Figure) -> None:
        flow = self.flow
        picture = self.picture(part)
        if picture is None:
            self.lost_picture(part)
        else:
            width, height = self.picture_size(picture, part)
            flow.space(6)
            caption = self.caption_height(part)
            free = max(flow.room - caption, height * _SHRINKS_TO)
            if free < height:
                # A little smaller is better than half a page left blank.
                width, height = width * free / height, free
            flow.need(height + caption - 0.01)
            bottom = flow.settle() - height
            box = f"{LEFT:.2f} {bottom:.2f} {LEFT + width:.2f} {bottom + height:.2f}"
            layout = f"<</O/Layout/Placement/Block/BBox[{box}]>>"
            element = Element("Figure", flow.root, attributes=layout, alt=part.alt)
            flow.sheet.items.append(PlacedPicture(LEFT, bottom, width, height, picture, element))
            self.outline(LEFT, bottom, width, height)
            flow.y = bottom
        if part.caption.strip():
            flow.text(part.caption, self.styles["figure_caption"], Element("P", flow.root))
        flow.space(14)

    def outline(self, x: float, y: float, width: float, height: float) -> None:
        """A thin line around a picture, so that a white one has an edge."""
        for bar in (
            Bar(x, y, width, 0.5, RULE),
            Bar(x, y + height - 0.5, width, 0.5, RULE),
            Bar(x, y, 0.5, height, RULE),
            Bar(x + width - 0.5, y, 0.5, height, RULE),
        ):
            self.flow.sheet.items.append(bar)

    def lost_picture(self, part: Figure) -> None:
        """The boxed sentence in place of a picture that cannot be read, with what it would have shown."""
        flow, style = self.flow, self.styles["body"]
        width = WIDTH - 2 * _INDENT
        sentence = wrap(PICTURE_LOST, self.styles["strong"], width)
        alternative = wrap(f"It shows: {part.alt}", style, width)
        height = (len(sentence) + len(alternative)) * style.leading + 20
        if height > HEIGHT / 2:
            flow.text(PICTURE_LOST, self.styles["strong"], Element("P", flow.root), indent=_INDENT, bar=INK)
            flow.text(f"It shows: {part.alt}", style, Element("P", flow.root), indent=_INDENT, bar=INK)
            return
        flow.space(6)
        flow.need(height)
        top = flow.settle()
        flow.sheet.items.append(Bar(LEFT, top - height, WIDTH, height, WASH))
        self.outline(LEFT, top - height, WIDTH, height)
        flow.put(LEFT + _INDENT, top - 10, self.styles["strong"], sentence, Element("P", flow.root))
        below = top - 10 - len(sentence) * style.leading
        flow.put(LEFT + _INDENT, below, style, alternative, Element("P", flow.root))
        flow.y = top - height
        flow.space(10)

    def contents(self, part: Contents) -> None:
        flow = self.flow
        listed = [
            (index, heading)
            for index, heading in enumerate(found for found in self.parts if isinstance(found, Heading))
            if heading.level <= part.depth
        ]
        if not listed:
            self.empty(NONE_RECORDED)
            return
        if part.title.strip():
            flow.need(self.styles["h1"].leading * 3)
            self.heading(Heading(1, part.title))
        whole = Element("TOC", flow.root)
        number_width = text_width("0000", self.styles["contents_1"]) + 10
        levels = [self.styles["contents_1" if heading.level == 1 else "contents_2"] for _, heading in listed]
        levels = self.fitted(levels, [heading.text for _, heading in listed], WIDTH - number_width)
        for (index, heading), style in zip(listed, levels, strict=True):
            element = Element("TOCI", whole)
            flow.need(style.leading * 2 + style.before)
            flow.text(heading.text, style, element, indent=_CONTENTS_STEP * (heading.level - 1), width=WIDTH - number_width)
            run = flow.put(LEFT + WIDTH, flow.y + style.leading, style, [""], element, right=True)
            self.page_numbers.append((index, run))
        flow.space(14)

    def fitted(self, levels: list[TextStyle], texts: list[str], width: float) -> list[TextStyle]:
        """The styles of the contents, set a little closer where that saves a page for the last few lines."""
        lines = [len(wrap(text, style, width)) for text, style in zip(texts, levels, strict=True)]
        height = sum(count * style.leading + style.before for count, style in zip(lines, levels, strict=True))
        # One line more than is set, since entries are kept in pairs at the foot of a page.
        tight = (self.flow.room - levels[-1].leading) / height
        if not _CONTENTS_TIGHTEST <= tight < 1:
            return levels
        return [replace(style, leading=style.leading * tight, before=style.before * tight) for style in levels]
