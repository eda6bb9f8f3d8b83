"""Whether a PDF holds a program, other files, or an action that reaches out of it (domain 3.12): looked for in its bytes.

Their names (pdf_actions.py) are looked for where a PDF keeps its dictionaries: in the open, and in its object streams,
which are inflated for it (PDF 32000-1 7.3.5, 7.5.7, 12.6.4). The bytes of pictures and fonts are let be but for names so
long that no picture has them by chance, and short ones with what belongs to them: three letters are met by chance in one
of twelve scanned letters. Nothing is held but the piece that is read, and what is inflated has a bound; what cannot be
looked into is refused, as is what a name is followed by past the bound within which it is read.
"""

import re
import zlib
from bisect import bisect

from app.core.errors import InvalidInput
from app.core.pdf_actions import (
    BEFORE_OBJECT,
    CLOSED_PDF,
    IN_A_STREAM,
    IN_THE_OPEN,
    LONGEST_FOUND,
    MOST_OBJECTS,
    Actions,
    number_before,
)
from app.core.pdf_strings import Place

MOST_INFLATED, MOST_STREAMS = 64 * 1024 * 1024, 100_000
_STEP = 64 * 1024
_KEPT_BACK = 2 * LONGEST_FOUND
_DICTIONARY = 1024
_MARK = re.compile(rb"endstream|stream(?:[\0\t\f ]{0,64}(?:\r\n|\r|\n))?")
_BEFORE_DICTIONARY = (b" obj", b"\nobj", b"\robj", b"endobj")
_OBJECT = re.compile(rb"obj")
_BY_NUMBER = re.compile(rb"#([0-9A-Fa-f]{2})")
_HOW_MANY, _FIRST = re.compile(rb"/N\s*\d"), re.compile(rb"/First\s*\d")
_FIRST_PLACE = re.compile(rb"/First\s*(\d{1,7})(?!\d|\s+\d+\s+R)")
_PLAINLY_DEFLATED = re.compile(rb"/Filter\s*(?:/FlateDecode|\[\s*/FlateDecode\s*\])(?=[\s/>])")


class ProgramSearch:
    """Looks through one PDF as its pieces go by: `take` each in turn, then `end`. Either raises InvalidInput."""

    def __init__(self) -> None:
        self._held, self._at = b"", 0  # what waits for the piece after it, and where in the file it begins
        self._before = b""  # the last bytes before that, where the dictionary of a stream stands
        self._in_stream, self._streams, self._budget = False, 0, _Budget()
        self._objects: _Objects | None = None  # the object stream in which we are
        self._named: list[int] = []  # where object streams were announced and not opened yet
        self._actions = Actions()
        self._number: int | None = None  # of the object in which we are
        self._seen, self._place = 0, Place()
        self._is_data = False  # whether a stream began behind a dictionary, not a word in a string or in a name

    def take(self, piece: bytes) -> None:
        """The next piece of the file."""
        self._go_through(self._held + piece, kept_back=_KEPT_BACK)

    def end(self) -> None:
        """The file has no more pieces."""
        self._go_through(self._held, kept_back=0)
        self._close()
        if self._named:
            raise InvalidInput(CLOSED_PDF, field="file")
        self._actions.end()

    def _go_through(self, held: bytes, *, kept_back: int) -> None:
        stop, here = max(len(held) - kept_back, 0), 0
        while (mark := _MARK.search(held, here)) is not None and mark.start() < stop:
            self._look(held, here, mark.start())
            if mark[0] == b"endstream":
                self._close()
            else:
                self._open(mark)
            self._read_on(held, *mark.span())
            here = mark.end()
            self._before = (self._before + mark[0])[-_DICTIONARY:]
        self._look(held, here, max(here, stop))
        self._held, self._at = held[max(here, stop) :], self._at + max(here, stop)

    def _look(self, held: bytes, start: int, stop: int) -> None:
        names, here = IN_A_STREAM if self._in_stream else IN_THE_OPEN, start
        for found in names.finditer(held, start, min(stop + LONGEST_FOUND, len(held))):
            if found.start() >= stop:
                break
            self._count_objects(held, start, here, found.start())
            here = found.start()
            if found["object_stream"] is not None:
                self._named.append(self._at + found.start())
            else:
                self._actions.judge(found, self._number)
        self._count_objects(held, start, here, stop)
        if self._objects is not None:
            self._objects.take(held[start:stop])
        self._before = (self._before + held[max(start, stop - _DICTIONARY) : stop])[-_DICTIONARY:]

    def _count_objects(self, held: bytes, start: int, here: int, stop: int) -> None:
        """Know the number of the object that a place is in; `start` is where what was looked at before ends.

        What stands in a string, a remark or the bytes of a stream begins no object, and makes it doubtful which is which.
        """
        for found in _OBJECT.finditer(held, here, min(stop + 2, len(held))):
            self._read_on(held, here, found.start())
            here = found.start()
            near = held[max(start, found.start() - BEFORE_OBJECT) : found.start()]
            if len(near) < BEFORE_OBJECT:
                near = self._before[len(near) - BEFORE_OBJECT :] + near
            number, self._seen = number_before(near, self._number), self._seen + 1
            if self._seen > MOST_OBJECTS:
                raise InvalidInput(CLOSED_PDF, field="file")
            if number != self._number and (self._is_data or not self._place.is_among_objects):
                self._actions.is_in_doubt = True
            else:
                self._number = number
        self._read_on(held, here, stop)

    def _read_on(self, held: bytes, here: int, stop: int) -> None:
        """Follow where strings and remarks begin and end; the bytes of a stream hold none."""
        if not self._is_data:
            self._place.read_on(held, here, stop)

    def _open(self, mark: re.Match[bytes]) -> None:
        """A stream begins. Every object stream announced so far must be this one, else one was hidden."""
        self._close()
        self._streams += 1
        ends_at = self._at + mark.start()
        dictionary = self._before[max(map(self._before.rfind, _BEFORE_DICTIONARY)) + 1 :]
        is_hidden = any(place < ends_at - len(dictionary) for place in self._named)
        if is_hidden or self._streams > MOST_STREAMS:
            raise InvalidInput(CLOSED_PDF, field="file")
        said = _BY_NUMBER.sub(lambda number: bytes([int(number[1], 16)]), dictionary) if b"#" in dictionary else dictionary
        if self._named or (_FIRST.search(said) and _HOW_MANY.search(said)):
            self._objects = _Objects(said, self._budget, self._actions)
        self._in_stream, self._named = True, []
        is_keyword = mark[0] != b"stream" and self._before.rstrip(b"\0\t\n\f\r ").endswith(b">>")
        self._is_data = is_keyword and self._place.is_among_objects

    def _close(self) -> None:
        if self._objects is not None:
            self._objects.end()
        self._in_stream, self._objects, self._is_data = False, None, False


class _Budget:
    """How much may still be inflated of one file."""

    left = MOST_INFLATED


class _Objects:
    """Reads one object stream: as it stands, or deflated as nearly all are. Whatever else was done to it is refused."""

    def __init__(self, dictionary: bytes, budget: _Budget, actions: Actions) -> None:
        self._budget, self._actions = budget, actions
        self._last, self._at, self._numbers = b"", 0, _Numbers(dictionary)
        self._inflater = zlib.decompressobj() if b"/Filter" in dictionary else None
        is_plain = dictionary.count(b"/Filter") == len(_PLAINLY_DEFLATED.findall(dictionary)) <= 1
        if not is_plain or b"/DecodeParms" in dictionary:
            raise InvalidInput(CLOSED_PDF, field="file")

    def take(self, piece: bytes) -> None:
        if self._inflater is None:
            self._read(piece)
            return
        try:
            while piece and not self._inflater.eof:
                self._read(self._inflater.decompress(piece, _STEP))
                piece = self._inflater.unconsumed_tail
        except zlib.error as error:
            raise InvalidInput(CLOSED_PDF, field="file") from error

    def end(self) -> None:
        if self._inflater is not None and not self._inflater.eof:
            raise InvalidInput(CLOSED_PDF, field="file")
        self._read(b"", is_end=True)

    def _read(self, text: bytes, *, is_end: bool = False) -> None:
        self._budget.left -= len(text)
        if self._budget.left < 0:
            raise InvalidInput(CLOSED_PDF, field="file")
        self._numbers.take(text)
        joined = self._last + text
        stop = len(joined) if is_end else max(len(joined) - LONGEST_FOUND, 0)
        for found in IN_THE_OPEN.finditer(joined):
            if found.start() >= stop:
                break
            if found["object_stream"] is None:
                self._actions.judge(found, self._numbers.at(self._at + found.start()))
        self._last, self._at = joined[stop:], self._at + stop


class _Numbers:
    """Which object stands where in an object stream, by the pairs of numbers at its head (7.5.7)."""

    def __init__(self, dictionary: bytes) -> None:
        said = _FIRST_PLACE.search(dictionary)
        self._first = int(said[1]) if said else 0
        self._head = b""
        self._places: list[tuple[int, int]] | None = None

    def take(self, text: bytes) -> None:
        """The next piece of what was inflated."""
        if self._places is None and len(self._head) < self._first:
            self._head += text[: self._first - len(self._head)]
            if len(self._head) == self._first:
                self._places = self._read()

    def at(self, place: int) -> int | None:
        """The number of the object at a place; None if the head does not say."""
        nearest = bisect(self._places or [], (place - self._first, 1 << 60))
        return self._places[nearest - 1][1] if self._places and nearest else None

    def _read(self) -> list[tuple[int, int]]:
        words = self._head.split()
        if len(words) % 2 or not all(word.isdigit() and len(word) < 11 for word in words):
            return []
        return sorted((int(place), int(number)) for number, place in zip(words[::2], words[1::2], strict=True))
