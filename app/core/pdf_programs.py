"""Whether a PDF holds a program: a script, or the wish to start something on the reader's machine (domain 3.12).

Its names are looked for where a PDF keeps its dictionaries: in the open, and in its object streams, which are inflated
for it (PDF 32000-1 7.3.5, 7.5.7, 12.6.4). The bytes of pictures and fonts are let be but for names so long that no
picture has them by chance: three letters are met by chance in one of twelve scanned letters. Nothing is held but the
piece that is read, and what is inflated has a bound; what cannot be looked into is refused.
"""

import re
import zlib

from app.core.errors import InvalidInput

PROGRAM_IN_PDF = "The selected PDF holds a program. Print it to a new PDF and select that"
CLOSED_PDF = (
    "Probity cannot look into the selected PDF to see that it holds no program. Print it to a new PDF and select that"
)
MOST_INFLATED, MOST_STREAMS = 64 * 1024 * 1024, 100_000
_STEP = 64 * 1024
_LONGEST_NAME = 40
_KEPT_BACK = 128
_DICTIONARY = 1024


def _names(*names: str) -> str:
    """Names as a pattern, each of whose letters may be written by its number (7.3.5: /J#53 is /JS)."""
    letters = (
        "".join(f"(?:{letter}|#(?i:{ord(letter):02x}))" for letter in name) for name in names
    )
    return rf"/(?:{'|'.join(letters)})(?=[\0\t\n\f\r ()<>\[\]{{}}/%]|\Z)"


_OBJECT_STREAM = _names("ObjStm")
_IN_THE_OPEN = re.compile(f"(?P<object_stream>{_OBJECT_STREAM})|{_names('JavaScript', 'JS', 'Launch')}".encode())
# A script always has a longer name beside its /JS: that of the action which runs it.
_IN_A_STREAM = re.compile(f"(?P<object_stream>{_OBJECT_STREAM})|{_names('JavaScript', 'Launch', 'Rendition')}".encode())
_MARK = re.compile(rb"endstream|stream(?:[\0\t\f ]{0,64}(?:\r\n|\r|\n))?")
_BEFORE_DICTIONARY = (b" obj", b"\nobj", b"\robj", b"endobj")
_BY_NUMBER = re.compile(rb"#([0-9A-Fa-f]{2})")
_HOW_MANY, _FIRST = re.compile(rb"/N\s*\d"), re.compile(rb"/First\s*\d")
_PLAINLY_DEFLATED = re.compile(rb"/Filter\s*(?:/FlateDecode|\[\s*/FlateDecode\s*\])(?=[\s/>])")


class ProgramSearch:
    """Looks through one PDF as its pieces go by: `take` each in turn, then `end`. Either raises InvalidInput."""

    def __init__(self) -> None:
        self._held, self._at = b"", 0  # what waits for the piece after it, and where in the file it begins
        self._before = b""  # the last bytes before that, where the dictionary of a stream stands
        self._in_stream, self._streams, self._budget = False, 0, _Budget()
        self._objects: _Objects | None = None  # the object stream in which we are
        self._named: list[int] = []  # where object streams were announced and not opened yet

    def take(self, piece: bytes) -> None:
        """The next piece of the file."""
        self._go_through(self._held + piece, kept_back=_KEPT_BACK)

    def end(self) -> None:
        """The file has no more pieces."""
        self._go_through(self._held, kept_back=0)
        self._close()
        if self._named:
            raise InvalidInput(CLOSED_PDF, field="file")

    def _go_through(self, held: bytes, *, kept_back: int) -> None:
        stop, here = max(len(held) - kept_back, 0), 0
        while (mark := _MARK.search(held, here)) is not None and mark.start() < stop:
            self._look(held, here, mark.start())
            if mark[0] == b"endstream":
                self._close()
            else:
                self._open(mark)
            here = mark.end()
            self._before = (self._before + mark[0])[-_DICTIONARY:]
        self._look(held, here, max(here, stop))
        self._held, self._at = held[max(here, stop) :], self._at + max(here, stop)

    def _look(self, held: bytes, start: int, stop: int) -> None:
        names = _IN_A_STREAM if self._in_stream else _IN_THE_OPEN
        for found in names.finditer(held, start, min(stop + _LONGEST_NAME, len(held))):
            if found.start() >= stop:
                break
            if found["object_stream"] is None:
                raise InvalidInput(PROGRAM_IN_PDF, field="file")
            self._named.append(self._at + found.start())
        if self._objects is not None:
            self._objects.take(held[start:stop])
        self._before = (self._before + held[max(start, stop - _DICTIONARY) : stop])[-_DICTIONARY:]

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
            self._objects = _Objects(said, self._budget)
        self._in_stream, self._named = True, []

    def _close(self) -> None:
        if self._objects is not None:
            self._objects.end()
        self._in_stream, self._objects = False, None


class _Budget:
    """How much may still be inflated of one file."""

    left = MOST_INFLATED


class _Objects:
    """Reads one object stream: as it stands, or deflated as nearly all are. Whatever else was done to it is refused."""

    def __init__(self, dictionary: bytes, budget: _Budget) -> None:
        self._budget, self._last = budget, b""
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
        joined = self._last + text
        stop = len(joined) if is_end else max(len(joined) - _LONGEST_NAME, 0)
        found = _IN_THE_OPEN.search(joined)
        if found is not None and found.start() < stop:
            raise InvalidInput(PROGRAM_IN_PDF, field="file")
        self._last = joined[stop:]
