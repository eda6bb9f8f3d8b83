"""Checked reading of TOML: every value is taken by its type, and every refusal names the file and the place in it."""

import re
from collections.abc import Iterator
from typing import Any, NoReturn, TypeVar

from app.policy.packs.shape import PolicyDate

T = TypeVar("T")
MONTH_OR_DAY = re.compile(r"(\d{4})-(\d{2})(?:-(\d{2}))?")


class BrokenPack(ValueError):
    """A pack contradicts itself; the message names the file and the place in it."""


class Table:
    """A TOML table that knows where it stands and which of its keys nobody has asked for yet."""

    def __init__(self, data: object, place: str) -> None:
        self.place = place
        if not isinstance(data, dict):
            self.refuse("must be a table")
        self.left: dict[str, Any] = dict(data)

    def refuse(self, why: str) -> NoReturn:
        raise BrokenPack(f"{self.place}: {why}")

    def __contains__(self, key: str) -> bool:
        return key in self.left

    def take(self, key: str, kind: type[T]) -> T:
        if key not in self.left:
            self.refuse(f"'{key}' is missing")
        value = self.left.pop(key)
        if type(value) is not kind:
            self.refuse(f"'{key}' must be of type {kind.__name__}")
        return value

    def text(self, key: str, default: str | None = None) -> str:
        if default is not None and key not in self.left:
            return default
        text = self.take(key, str)
        if not text.strip():
            self.refuse(f"'{key}' is blank")
        return text

    def whole(self, key: str) -> int:
        number = self.take(key, int)
        if number < 0:
            self.refuse(f"'{key}' must not be below nought")
        return number

    def flag(self, key: str) -> bool:
        """Yes or no; an absent key is no."""
        return self.take(key, bool) if key in self.left else False

    def switch(self, key: str) -> bool:
        return self.take(key, bool)

    def flag_if_known(self, key: str) -> bool | None:
        return self.take(key, bool) if key in self.left else None

    def texts(self, key: str) -> tuple[str, ...]:
        """One text or a list of texts; an absent key is an empty list."""
        value = self.left.pop(key, [])
        values = [value] if isinstance(value, str) else value
        if not isinstance(values, list) or not all(isinstance(item, str) and item.strip() for item in values):
            self.refuse(f"'{key}' must be a text or a list of texts")
        return tuple(values)

    def date(self, key: str) -> PolicyDate | None:
        if key not in self.left:
            return None
        text = self.text(key)
        found = MONTH_OR_DAY.fullmatch(text)
        try:
            year, month, day = (int(part) if part else None for part in found.groups()) if found else (0, 0, 0)
            when = PolicyDate(year or 0, month or 0, day)
            _ = when.first_day
        except ValueError:
            self.refuse(f"'{key}' must read 2017-01 or 2017-01-31 and be a date of the calendar, not '{text}'")
        return when

    def table(self, key: str) -> "Table":
        """The table under `key`; an absent one is empty, so that what it must hold is refused by name."""
        return Table(self.left.pop(key, {}), f"{self.place}{'.' if ',' in self.place else ', '}{key}")

    def required_table(self, key: str) -> "Table":
        if key not in self.left:
            self.refuse(f"'{key}' is missing")
        return self.table(key)

    def tables(self, key: str) -> Iterator["Table"]:
        rows = self.left.pop(key, [])
        if not isinstance(rows, list):
            self.refuse(f"'{key}' must be a list of tables")
        for number, row in enumerate(rows, start=1):
            label = row.get("id") or row.get("code") or row.get("name") if isinstance(row, dict) else None
            yield Table(row, f"{self.place}, {key} {label or number}")

    def entries(self) -> Iterator[tuple[str, "Table"]]:
        for key in tuple(self.left):
            yield key, Table(self.left.pop(key), f"{self.place}.{key}")

    def done(self) -> None:
        if self.left:
            self.refuse(f"nothing is known here by the name of {', '.join(map(repr, sorted(self.left)))}")
