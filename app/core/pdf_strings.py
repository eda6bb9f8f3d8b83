"""Where a search through the bytes of a PDF stands: among its objects, or in a string or a remark, whose words are none.

What looks like the beginning of an object there is text (PDF 32000-1 7.2.4, 7.3.4): literal strings with their parentheses
and backslashes, hexadecimal strings, remarks up to the end of the line. Nothing is held but the state between two pieces.
"""

import re

from app.core.errors import InvalidInput
from app.core.pdf_actions import CLOSED_PDF

MOST_STEPS = 2_000_000
_AMONG_OBJECTS = re.compile(rb"<<|[(%<]")
_IN_STRING = re.compile(rb"[()]|\\(?s:.)?")
_IN_NUMBERS = re.compile(rb">")
_IN_REMARK = re.compile(rb"[\r\n]")


class Place:
    """Reads on piece by piece, each where the last one ended."""

    def __init__(self) -> None:
        self._within, self._depth, self._steps = _AMONG_OBJECTS, 0, 0
        self._last = b""  # what the piece before ended with, if it decides about the first byte of the next

    @property
    def is_among_objects(self) -> bool:
        """Whether what comes next is neither part of a string nor of a remark."""
        return self._within is _AMONG_OBJECTS

    def read_on(self, held: bytes, start: int, stop: int) -> None:
        """Read a part of what is held. Refuses (422) a file made up of so many strings that it would take long."""
        if start >= stop:
            return
        here, last, self._last = start, self._last, b""
        if last == b"\\":
            here += 1
        elif last == b"<" and held[start : start + 1] == b"<":
            self._within, here = _AMONG_OBJECTS, start + 1
        while (found := self._within.search(held, here, stop)) is not None:
            here = found.end()
            self._meet(found[0], is_last=here == stop)

    def _meet(self, met: bytes, *, is_last: bool) -> None:
        self._steps += 1
        if self._steps > MOST_STEPS:
            raise InvalidInput(CLOSED_PDF, field="file")
        match met:
            case b"(":
                self._within, self._depth = _IN_STRING, self._depth + 1
            case b")":
                self._depth -= 1
                self._within = _IN_STRING if self._depth else _AMONG_OBJECTS
            case b"%":
                self._within = _IN_REMARK
            case b"<":
                self._within, self._last = _IN_NUMBERS, met if is_last else b""
            case b"\\":
                self._last = met
            case b">" | b"\r" | b"\n":
                self._within = _AMONG_OBJECTS
