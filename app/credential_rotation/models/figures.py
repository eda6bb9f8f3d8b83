"""How long it takes until what a leaver knew is proved changed, in figures from which nobody can be told (domain 4.6).

Counts below the smallest that may be printed are hidden, and further ones wherever a hidden count could be worked out
from the sums of its row or column.

Figures are of whole quarters. What is printed of several is a sum of what could be printed of each quarter alone, so two
ranges that are taken from each other never tell more than the quarters between them may.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from statistics import median

ALL_SERVICES, NO_SERVICE = "All services", "No service recorded"


def quarter_of(day: date) -> date:
    """The first day of the quarter of a day."""
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


def end_of_quarter(day: date) -> date:
    """The last day of the quarter of a day."""
    first = quarter_of(day)
    return quarter_of(first + timedelta(days=100)) - timedelta(days=1)


class Promptness(StrEnum):
    """How the change of one password stands."""

    ON_TIME = "on_time"
    LATE = "late"
    OUTSTANDING = "outstanding"

    @property
    def label(self) -> str:
        """The words that people read."""
        return {"on_time": "On time", "late": "Late", "outstanding": "Outstanding"}[self.value]


@dataclass(frozen=True)
class ProvedChange:
    """One password that changed, or is to, because somebody left. `hours` is none until it is proved."""

    service: str
    left_on: date
    changed_on: date | None
    due_on: date
    hours: int | None

    @property
    def quarter(self) -> date:
        """The first day of the quarter in which they left."""
        return quarter_of(self.left_on)

    @property
    def promptness(self) -> Promptness:
        """On time is changed by its date, and proved since; what is not proved is outstanding."""
        if self.hours is None or self.changed_on is None:
            return Promptness.OUTSTANDING
        return Promptness.ON_TIME if self.changed_on <= self.due_on else Promptness.LATE


@dataclass(frozen=True)
class FigureRow:
    """One service, as it may be shown: words, numbers where they may be known."""

    service: str
    counts: tuple[str, ...]
    total: str
    median_hours: str
    ninetieth_hours: str


def figures_of(changes: Iterable[ProvedChange], smallest: int) -> list[FigureRow]:
    """A row for each service by name, and one for all of them, with what must be hidden hidden."""
    by_service: dict[str, list[ProvedChange]] = defaultdict(list)
    for change in changes:
        by_service[change.service].append(change)
    groups = [(name, by_service[name]) for name in sorted(by_service, key=lambda name: (name == NO_SERVICE, name))]
    groups.append((ALL_SERVICES, [change for _, group in groups for change in group]))
    table = [_counts(group) for _, group in groups]
    hidden: set[tuple[int, int]] = set()
    for quarter in {change.quarter for _, group in groups for change in group}:
        of_quarter = [_counts([change for change in group if change.quarter == quarter]) for _, group in groups]
        hidden |= hidden_cells(of_quarter, smallest)
    rows = []
    for at, ((name, group), counts) in enumerate(zip(groups, table, strict=True)):
        words = [_shown(count, (at, place) in hidden, smallest) for place, count in enumerate(counts)]
        rows.append(FigureRow(name, tuple(words[:-1]), words[-1], *_times(group, smallest)))
    return rows


def _counts(group: Sequence[ProvedChange]) -> list[int]:
    """How many of each promptness, and last how many in all."""
    return [*(sum(change.promptness is kind for change in group) for kind in Promptness), len(group)]


def hidden_cells(table: Sequence[Sequence[int]], smallest: int) -> set[tuple[int, int]]:
    """Which cells of a table with sums (its last row and column) are hidden.

    First every count from 1 to below the smallest; then, as long as a row or a column hides only one, the least other
    count of it, for the one could be worked out from the rest.
    """
    places = [(row, column) for row, counts in enumerate(table) for column in range(len(counts))]
    hidden = {(row, column) for row, column in places if 0 < table[row][column] < smallest}
    lines = [[place for place in places if place[0] == row] for row in range(len(table))]
    lines += [[place for place in places if place[1] == column] for column in range(len(table[0]))] if table else []
    while alone := next((line for line in lines if len(hidden.intersection(line)) == 1), None):
        others = [place for place in alone if place not in hidden]
        hidden.add(min(others, key=lambda place: (table[place[0]][place[1]] == 0, table[place[0]][place[1]], place)))
    return hidden


def _shown(count: int, is_hidden: bool, smallest: int) -> str:
    if not is_hidden:
        return f"{count:,}"
    return f"Fewer than {smallest}" if 0 < count < smallest else "Not shown"


def _times(group: Sequence[ProvedChange], smallest: int) -> tuple[str, str]:
    """Median and 90th percentile (the nearest rank), where in each quarter enough were proved to tell nobody's own."""
    hours = [change.hours for change in group if change.hours is not None]
    proved = Counter(change.quarter for change in group if change.hours is not None)
    if not hours or min(proved.values()) < smallest:
        return "Not shown", "Not shown"
    ninetieth = sorted(hours)[math.ceil(0.9 * len(hours)) - 1]
    return f"{median(hours):g}", f"{ninetieth:g}"
