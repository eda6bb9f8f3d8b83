"""Tables: columns that share the width, heads repeated on every page, rows of any height."""

from dataclasses import dataclass

from app.documents.parts import NONE_RECORDED, KeyFacts, Signature, Table
from app.documents.sheets import Bar, Flow
from app.documents.styles import HEIGHT, INK, LEFT, RULE, WIDTH, TextStyle
from app.documents.tagging import Element
from app.documents.text import text_width, wrap

_GUTTER = 14.0
_PADDING = 5.0
_SIGNING_HEIGHT = 40.0
_BELOW = 14.0
# A row taller than this is split at the foot of a page; a lower one goes to the next page whole.
_SPLIT_ABOVE = HEIGHT / 3
# Widths are judged by the first rows: a thousand more would not change them much.
_ROWS_JUDGED = 200
_PAIR = [0.34, 0.66]

_COLUMN_HEAD = "<</O/Table/Scope/Column>>"
_ROW_HEAD = "<</O/Table/Scope/Row>>"


@dataclass(slots=True)
class _Grid:
    """A table ready to be set: edges and widths of its columns, styles, and how its rows are read."""

    left: list[float]
    width: list[float]
    cell: TextStyle
    cell_head: TextStyle
    row_heads: bool
    numeric: frozenset[int] = frozenset()
    least: float = 0.0
    record: int = 1

    def lines(self, row: tuple[str, ...], *, head: bool = False) -> list[list[str]]:
        """The wrapped lines of each cell."""
        return [wrap(text, self.style(column, head), self.width[column]) for column, text in enumerate(row)]

    def style(self, column: int, head: bool) -> TextStyle:
        return self.cell_head if head or (self.row_heads and column == 0) else self.cell

    def height(self, lines: list[list[str]]) -> float:
        """Of a whole row with its padding, in points."""
        return max(max(len(cell) for cell in lines) * self.cell.leading, self.least) + 2 * _PADDING


def place_table(flow: Flow, table: Table) -> None:
    """Set a table; in large print one of more than two columns becomes records, each name beside its value."""
    if flow.large_print and len(table.head) > 2:
        _place_records(flow, table)
        return
    grid = _grid(flow, _shares(flow, table), "cell", table.row_heads)
    grid.numeric = frozenset(table.numeric)
    flow.need(table_lead(flow, table))
    element = _begin(flow, table.caption)
    head = grid.lines(table.head, head=True)
    rows = [grid.lines(row) for row in table.rows]
    flow.need(grid.height(head) + _first_rows(flow, grid, table))
    setter = _Setter(flow, grid, element, head)
    setter.head(artifact=False)
    setter.rows(rows)
    if not rows:
        setter.empty()
    flow.space(_BELOW)


def place_facts(flow: Flow, facts: KeyFacts) -> None:
    """Set names and values, a rule below each pair."""
    rows = tuple((name, value if value.strip() else NONE_RECORDED) for name, value in facts.rows)
    _place_pairs(flow, rows or (("", NONE_RECORDED),))


def place_signature(flow: Flow, signature: Signature) -> None:
    """Set lines to sign on, all on one page as far as one page can hold them."""
    flow.need(table_lead(flow, signature))
    _place_pairs(flow, signature.rows, least=_SIGNING_HEIGHT)


def table_lead(flow: Flow, part: Table | KeyFacts | Signature) -> float:
    """How much must stay with the heading above, in points: caption, head and first row, or a whole signature."""
    spare = 10.0
    if isinstance(part, Signature):
        grid = _grid(flow, _PAIR, "fact", True)
        grid.least = _SIGNING_HEIGHT
        return sum(grid.height(grid.lines(row)) for row in part.rows) + spare
    if isinstance(part, KeyFacts):
        grid = _grid(flow, _PAIR, "fact", True)
        return _together([grid.height(grid.lines(row)) for row in part.rows]) + spare
    caption = flow.styles["caption"]
    above = len(wrap(part.caption, caption, WIDTH)) * caption.leading + caption.before + caption.after + spare
    if flow.large_print and len(part.head) > 2:
        return above + grid_line(flow) * 4
    grid = _grid(flow, _shares(flow, part), "cell", part.row_heads)
    return above + grid.height(grid.lines(part.head, head=True)) + _first_rows(flow, grid, part)


def _first_rows(flow: Flow, grid: _Grid, table: Table) -> float:
    """How much of the rows stays with the head: the first, or both of two, since the last is never alone on a page."""
    heights = [grid.height(grid.lines(row)) for row in table.rows[:2]] or [grid_line(flow)]
    if len(table.rows) == 2 and sum(heights) <= _SPLIT_ABOVE:
        return sum(heights)
    return min(heights[0], _SPLIT_ABOVE)


def facts_height(flow: Flow, facts: KeyFacts) -> float:
    """The height of all names and values, with the space below them, in points."""
    grid = _grid(flow, _PAIR, "fact", True)
    return sum(grid.height(grid.lines(row)) for row in facts.rows) + _BELOW


def grid_line(flow: Flow) -> float:
    """The height of a row of one line, in points."""
    return flow.styles["cell"].leading + 2 * _PADDING


def _place_pairs(flow: Flow, rows: tuple[tuple[str, str], ...], least: float = 0.0) -> None:
    if not rows:
        return
    grid = _grid(flow, _PAIR, "fact", True)
    grid.least = least
    pairs = [grid.lines(row) for row in rows]
    flow.need(_together([grid.height(lines) for lines in pairs]))
    setter = _Setter(flow, grid, _begin(flow, ""), None)
    setter.rows(pairs)
    flow.space(_BELOW)


def _together(heights: list[float]) -> float:
    """How much of a few names and values stays on one page: all of a short list, the first of a long one."""
    whole = sum(heights)
    return whole if whole <= _SPLIT_ABOVE else min(heights[0], _SPLIT_ABOVE)


def _place_records(flow: Flow, table: Table) -> None:
    grid = _grid(flow, _PAIR, "cell", True)
    grid.record = len(table.head)
    setter = _Setter(flow, grid, _begin(flow, table.caption), None)
    if not table.rows:
        setter.empty()
    for row in table.rows:
        record = [grid.lines(pair) for pair in zip(table.head, (text or NONE_RECORDED for text in row), strict=True)]
        height = sum(map(grid.height, record))
        if height <= HEIGHT:
            flow.need(height)
        for lines in record:
            setter.row(lines)
    flow.space(_BELOW)


def _begin(flow: Flow, caption: str) -> Element:
    """The table's element, with its caption set above it and kept with it."""
    element = Element("Table", flow.root)
    if caption.strip():
        style = flow.styles["caption"]
        flow.need(style.leading * 6)
        flow.text(caption, style, Element("Caption", element))
    else:
        flow.space(4)
    return element


def _grid(flow: Flow, shares: list[float], cell: str, row_heads: bool) -> _Grid:
    total = sum(shares)
    outer = [share / total * WIDTH for share in shares]
    left = [LEFT + sum(outer[:column]) for column in range(len(outer))]
    last = len(outer) - 1
    width = [size if column == last else size - _GUTTER for column, size in enumerate(outer)]
    return _Grid(left, width, flow.styles[cell], flow.styles[f"{cell}_head"], row_heads)


def _shares(flow: Flow, table: Table) -> list[float]:
    """The columns' widths in points: as given or by content, and never so narrow that a word of the head is broken."""
    given = list(table.widths) or _wishes(flow, table)
    shares = [share / sum(given) * WIDTH for share in given]
    style = flow.styles["cell_head"]
    least = [max(text_width(word, style) for word in head.split(" ")) + _GUTTER + 1 for head in table.head]
    if sum(least) >= WIDTH:
        return shares
    lacking = [max(low - share, 0.0) for low, share in zip(least, shares, strict=True)]
    spare = [max(share - low, 0.0) for low, share in zip(least, shares, strict=True)]
    given_up = sum(lacking) / sum(spare)
    return [share + lack - over * given_up for share, lack, over in zip(shares, lacking, spare, strict=True)]


def _wishes(flow: Flow, table: Table) -> list[float]:
    """For each column what its texts would like, held between a twelfth and a half of the page."""
    shares = []
    for column, head in enumerate(table.head):
        wish = text_width(head, flow.styles["cell_head"])
        for row in table.rows[:_ROWS_JUDGED]:
            wish = max(wish, text_width(row[column][:200], flow.styles["cell"]))
        shares.append(min(max(wish + _GUTTER, WIDTH / 12), WIDTH / 2))
    return shares


class _Setter:
    """Sets rows one below the other and begins new pages, each with the head of the table."""

    def __init__(self, flow: Flow, grid: _Grid, element: Element, head: list[list[str]] | None) -> None:
        self.flow = flow
        self.grid = grid
        self.element = element
        # A head taller than a third of the page would leave no room for what it heads.
        self.head_lines = head
        self.repeats = head is not None and grid.height(head) <= _SPLIT_ABOVE
        self.set = 0

    def head(self, *, artifact: bool) -> None:
        """Set the head: to be read the first time, an artifact when it is repeated."""
        if self.head_lines is None:
            return
        row = None if artifact else Element("TR", self.element)
        elements = [None if row is None else Element("TH", row, attributes=_COLUMN_HEAD) for _ in self.head_lines]
        self._cells(self.head_lines, elements, head=True)

    def rows(self, rows: list[list[list[str]]]) -> None:
        """Set rows; the last is never alone on a page unless it must be."""
        for index, lines in enumerate(rows):
            self.row(lines, with_next=self.grid.height(rows[-1]) if index == len(rows) - 2 and index else 0.0)

    def row(self, lines: list[list[str]], *, with_next: float = 0.0) -> None:
        """Set one row; it goes to the next page whole unless it is taller than a third of a page, when it is split."""
        row = Element("TR", self.element)
        elements: list[Element | None] = []
        for column in range(len(lines)):
            is_head = self.grid.row_heads and column == 0
            elements.append(Element("TH" if is_head else "TD", row, attributes=_ROW_HEAD if is_head else ""))
        if with_next <= _SPLIT_ABOVE and not self.flow.at_top:
            both = self.grid.height(lines) + with_next
            if with_next and both > self.flow.room and both <= HEIGHT / 2:
                self._turn(False)
        self._cells(lines, elements, head=False)

    def empty(self) -> None:
        """Set the one row of a table that has none."""
        attributes = f"<</O/Table/ColSpan {len(self.grid.width)}>>" if len(self.grid.width) > 1 else ""
        cell = Element("TD", Element("TR", self.element), attributes=attributes)
        self._cells([[NONE_RECORDED + " "]], [cell], head=False)

    def _cells(self, lines: list[list[str]], elements: list[Element | None], *, head: bool) -> None:
        flow, grid = self.flow, self.grid
        self.set += not head
        height = grid.height(lines)
        if height > flow.room and not flow.at_top and (height <= _SPLIT_ABOVE or flow.room < grid.height([[""] * 3])):
            self._turn(head)
        while True:
            fitting = int((flow.room - 2 * _PADDING + 0.01) // grid.cell.leading)
            tallest = max(len(cell) for cell in lines)
            if tallest <= fitting or fitting < 1:
                break
            self._put([cell[:fitting] for cell in lines], elements, head)
            lines = [cell[fitting:] for cell in lines]
            self._turn(head)
        self._put(lines, elements, head)
        self._rule(head)

    def _turn(self, head: bool) -> None:
        self.flow.new_page()
        if self.repeats and not head:
            self.head(artifact=True)

    def _put(self, lines: list[list[str]], elements: list[Element | None], head: bool) -> None:
        top = self.flow.settle() - _PADDING
        for column, cell in enumerate(lines):
            if cell:
                style = self.grid.style(column, head)
                right = column in self.grid.numeric
                x = self.grid.left[column] + (self.grid.width[column] if right else 0.0)
                self.flow.put(x, top, style, cell, elements[column], right=right)
        self.flow.y -= self.grid.height(lines)

    def _rule(self, head: bool) -> None:
        heavy = head or (self.grid.record > 1 and self.set % self.grid.record == 0)
        self.flow.sheet.items.append(Bar(LEFT, self.flow.y, WIDTH, 1.0 if heavy else 0.5, INK if heavy else RULE))
