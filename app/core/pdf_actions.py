"""What a PDF must not do: run something, carry other files, or reach out of itself when it is opened (domain 3.12).

A link that its reader clicks is common in what offices write and stays allowed; the same link followed by itself when the
document opens tells a stranger who read it and when (PDF 32000-1 7.11.4, 12.3, 12.6, 12.7.8, 13.6).
"""

import re
from collections.abc import Sequence

from app.core.errors import InvalidInput

PROGRAM_IN_PDF = "The selected PDF holds a program. Print it to a new PDF and select that"
FILES_IN_PDF = (
    "The selected PDF has other files attached to it, as PDF/A-3 documents may. Print it to a new PDF and select that. "
    "If the attached files matter, save each and add it by itself"
)
REACHING_PDF = (
    "The selected PDF opens or sends something outside itself. Print it to a new PDF and select that"
)
CLOSED_PDF = (
    "Probity cannot look into the selected PDF to see that it holds no program. Print it to a new PDF and select that"
)
LONGEST_FOUND = 256
MOST_OBJECTS = 500_000

_WHITE = r"[\0\t\n\f\r ]"
_GAP = rf"(?:{_WHITE}|%[^\r\n]{{0,60}}[\r\n]){{0,40}}"
_REFERENCE = rf"\d{{1,10}}{_WHITE}{{1,20}}\d{{1,5}}{_WHITE}{{1,20}}R"
_NUMBER_BEFORE = re.compile(rf"(\d{{1,10}}){_WHITE}{{1,20}}\d{{1,5}}{_WHITE}{{0,20}}\Z".encode())
BEFORE_OBJECT = 64


def _names(*names: str) -> str:
    """Names behind their slash as a pattern, each of whose letters may be written by its number (7.3.5: /J#53 is /JS)."""
    letters = (
        "".join(f"(?:{letter}|#(?i:{ord(letter):02x}))" for letter in name) for name in names
    )
    return rf"(?:{'|'.join(letters)})(?=[\0\t\n\f\r ()<>\[\]{{}}/%]|\Z)"


def _pattern(*, programs: Sequence[str], files: str, forms: str) -> re.Pattern[bytes]:
    opens = rf"{_names('OpenAction')}{_GAP}(?:(?P<to>{_REFERENCE})|(?P<here><<)|(?P<place>[\[(]|<[0-9A-Fa-f]|null))?"
    automatic = rf"{_names('AA')}{_GAP}(?:<<|{_REFERENCE})"
    # All begin with the one slash, which the search leaps to.
    found = "|".join((
        rf"(?P<object_stream>{_names('ObjStm')})", rf"(?P<program>{_names(*programs)}|{forms})",
        rf"(?P<files>{_names('EmbeddedFile', 'EmbeddedFiles', 'FileAttachment')}|{files})",
        rf"(?P<reaches>{_names('SubmitForm', 'ImportData', 'GoToR', 'GoToE')}|{automatic})",
        rf"(?P<opens>{opens})", rf"(?P<leads>{_names('URI')}(?!{_GAP}<<)|{_names('Next')})",
    ))  # fmt: skip
    return re.compile(f"/(?:{found})".encode())


IN_THE_OPEN = _pattern(programs=("JavaScript", "JS", "Launch", "RichMedia"), files=_names("EF"), forms=_names("XFA"))
# Among the bytes of pictures and fonts only what no picture has by chance. A script always has a longer name beside its
# /JS: that of the action which runs it; short names are known by what follows them.
IN_A_STREAM = _pattern(
    programs=("JavaScript", "Launch", "Rendition", "RichMedia"), files=rf"{_names('EF')}{_GAP}(?:<<|{_REFERENCE})",
    forms=rf"{_names('XFA')}{_GAP}(?:\[|{_REFERENCE})",
)  # fmt: skip


class Actions:
    """Judges what is found in a PDF; what its opening does is known only at the `end`, when all its objects were seen."""

    def __init__(self) -> None:
        self._opened: set[int | None] = set()  # the objects that opening the document calls
        self._leading: set[int | None] = set()  # those from which an address or a further action is called
        self._seen = 0

    def judge(self, found: re.Match[bytes], number: int | None) -> None:
        """Refuse what is found, or note it for the object with this number; None if that is not known."""
        self._seen += 1
        if self._seen > MOST_OBJECTS:
            raise InvalidInput(CLOSED_PDF, field="file")
        match found.lastgroup:
            case "program":
                raise InvalidInput(PROGRAM_IN_PDF, field="file")
            case "files":
                raise InvalidInput(FILES_IN_PDF, field="file")
            case "reaches":
                raise InvalidInput(REACHING_PDF, field="file")
            case "leads":
                self._leading.add(number)
            case "opens":
                self._note_opening(found, number)

    def _note_opening(self, found: re.Match[bytes], number: int | None) -> None:
        if found["to"]:
            self._opened.add(int(re.split(rb"\D", found["to"])[0]))
        elif found["here"]:
            self._opened.add(number)
        elif not found["place"]:
            raise InvalidInput(CLOSED_PDF, field="file")

    def end(self) -> None:
        """All objects were seen: refuse if opening calls one that leads out, or may be one that could not be told."""
        if self._opened & self._leading - {None}:
            raise InvalidInput(REACHING_PDF, field="file")
        if (self._opened and None in self._leading) or (None in self._opened and self._leading):
            raise InvalidInput(CLOSED_PDF, field="file")


def number_before(text: bytes, present: int | None) -> int | None:
    """The number of the object if its keyword follows this text, and what is present if another word does.

    Without numbers before it, it is a word like others, and what is present goes on; with a comment it cannot be told.
    """
    if text[-1:].isalpha():
        return present
    found = _NUMBER_BEFORE.search(text)
    return int(found[1]) if found else None if b"%" in text else present
