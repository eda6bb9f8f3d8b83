"""How many of each service agreed to the policy, with small counts hidden so that nobody can be told from them."""

from collections.abc import Sequence
from dataclasses import dataclass

NOT_SHOWN = "not shown"
LEAST_FOR_PERCENT = 10


@dataclass(frozen=True)
class CoverageRow:
    """How many people of a service the policy binds, and how many of them agreed to what is in force."""

    service: str
    people: int
    agreed: int


@dataclass(frozen=True)
class ShownRow:
    """The same as it may be printed."""

    service: str
    people: str
    agreed: str
    percent: str


def shown(rows: Sequence[CoverageRow], smallest: int) -> list[ShownRow]:
    """Every service and all together. A count below the smallest is not printed, nor is it left to be worked out.

    Where one service alone is hidden, its number would be what is missing from the total; so that is hidden as well.
    """
    lines = [_shown(row, smallest) for row in rows]
    hidden = sum(not line.agreed.replace(",", "").isdigit() for line in lines)
    total = CoverageRow("All together", sum(row.people for row in rows), sum(row.agreed for row in rows))
    line = _shown(total, smallest)
    return [*lines, ShownRow(line.service, line.people, NOT_SHOWN, NOT_SHOWN) if hidden == 1 else line]


def _shown(row: CoverageRow, smallest: int) -> ShownRow:
    if row.people < smallest:
        return ShownRow(row.service, f"fewer than {smallest}", NOT_SHOWN, NOT_SHOWN)
    missing = row.people - row.agreed
    if 0 < row.agreed < smallest:
        return ShownRow(row.service, f"{row.people:,}", f"fewer than {smallest}", NOT_SHOWN)
    if 0 < missing < smallest:
        return ShownRow(row.service, f"{row.people:,}", f"all but fewer than {smallest}", NOT_SHOWN)
    percent = f"{100 * row.agreed // row.people}%" if row.people >= LEAST_FOR_PERCENT else NOT_SHOWN
    return ShownRow(row.service, f"{row.people:,}", f"{row.agreed:,}", percent)
