"""What a PDF must not do: run or play something, carry other files, or reach out of itself when it is opened (domain 3.12).

Refused wherever they stand, since they act without a click or are asked for by what does: automatic actions (/AA) and
further ones on opening; scripts, programs, films, sounds, models with scripts; files attached; what sends a form or opens
another document; and files named by an address or a path outside (PDF 32000-1 7.11.2, 7.11.4, 7.11.5, 12.6, 12.7.8, 13).
A link that its reader clicks is common in what offices write and stays allowed; the same link followed by itself when the
document opens tells a stranger who read it and when. These are names looked for in bytes, not a document that is read: what
stands further from its name than a program would write it cannot be told and is refused, and a file outside that is named
by a reference to a string of its own is not found.
"""

import re
from collections.abc import Sequence

from app.core.errors import InvalidInput

PROGRAM_IN_PDF = (
    "The selected PDF holds a program, or a film, sound or model that plays. Print it to a new PDF and select that"
)
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
LONGEST_FOUND = 512
MOST_OBJECTS = 500_000

_WHITE = r"[\0\t\n\f\r ]"
# What is passed over is never given back ("+"), so that what still follows it is known to be past the bound.
_SPACE = rf"{_WHITE}{{0,40}}+"
_GAP = rf"{_SPACE}(?:%[^\r\n]{{0,240}}+[\r\n]{_SPACE})?+"
_REFERENCE = rf"\+?\d{{1,20}}+{_WHITE}{{1,40}}+\d{{1,20}}+{_WHITE}{{1,40}}+R"
_UNREAD = rf"{_GAP}(?:\+?\d{{1,20}}+{_SPACE}(?:\d{{1,20}}+{_SPACE})?+)?+(?:[\0\t\n\f\r %\d]|\Z)"
_NUMBER_BEFORE = re.compile(rf"(\d{{1,10}}){_WHITE}{{1,20}}\d{{1,5}}{_WHITE}{{0,20}}\Z".encode())
BEFORE_OBJECT = 64


def _names(*names: str) -> str:
    """Names behind their slash as a pattern, each of whose letters may be written by its number (7.3.5: /J#53 is /JS)."""
    letters = (
        "".join(f"(?:{letter}|#(?i:{ord(letter):02x}))" for letter in name) for name in names
    )
    return rf"(?:{'|'.join(letters)})(?=[\0\t\n\f\r ()<>\[\]{{}}/%]|\Z)"


def _pattern(*, programs: Sequence[str], files: str, forms: str, reaches: str, unread: Sequence[str]) -> re.Pattern[bytes]:
    opens = rf"{_names('OpenAction')}{_GAP}(?:(?P<to>{_REFERENCE})|(?P<here><<)|(?P<place>[\[(]|<[0-9A-Fa-f]|null))?"
    automatic = rf"{_names('AA')}{_GAP}(?:<<|{_REFERENCE})"
    address = rf"{_names('FS')}{_GAP}/{_names('URL')}"
    # All begin with the one slash, which the search leaps to. What was looked past is let be, but counted: a file that
    # is made up of remarks would keep the search busy.
    found = "|".join((
        rf"(?P<object_stream>{_names('ObjStm')})", rf"(?P<program>{_names(*programs, *_PLAYED)}|{forms})",
        rf"(?P<files>{_names('EmbeddedFile', 'EmbeddedFiles', 'FileAttachment')}|{files})",
        rf"(?P<reaches>{_names('SubmitForm', 'ImportData', 'GoToR', 'GoToE')}|{automatic}|{address}|{reaches})",
        rf"(?P<opens>{opens})", rf"(?P<leads>{_names('URI')}(?!{_GAP}<<)|{_names('Next')})",
        rf"(?P<unread>{_names('AA', 'FS', *unread)}{_UNREAD})",
        rf"(?P<looked_past>{_names('AA', 'FS', 'URI', *unread)}{_SPACE}%)",
    ))  # fmt: skip
    return re.compile(f"/(?=[ADEFGIJLMNORSTUX3]|#[0-9A-Fa-f]{{2}})(?:{found})".encode())


_PLAYED = ("Launch", "JavaScript", "RichMedia", "Rendition", "Movie", "Sound", "OnInstantiate")
# A file named by a path or an address; "see a.pdf" and the "M/F (circle one)" of a form are none.
_PATH = rf"{_GAP}(?:\({_SPACE}/|\([^)]{{0,40}}?[\\:]|<(?!<))"
_PLAIN_PATH = rf"{_GAP}\({_SPACE}(?:(?i:https?|ftp|file):|//|\\{{2}})"
IN_THE_OPEN = _pattern(
    programs=("JS", "3DD"), files=_names("EF"), forms=_names("XFA"), unread=("F", "UF", "S"),
    # The articles of a document are /Thread, too: only the action that goes to one may go to another document's.
    reaches=rf"{_names('S')}{_GAP}/{_names('Thread')}|{_names('F', 'UF', 'DOS', 'Mac', 'Unix')}{_PATH}",
)  # fmt: skip
# Among the bytes of pictures and fonts only what no picture has by chance. A script always has a longer name beside its
# /JS: that of the action which runs it; short names are known by what follows them.
IN_A_STREAM = _pattern(
    programs=(), files=rf"{_names('EF')}{_GAP}(?:<<|{_REFERENCE})", forms=rf"{_names('XFA')}{_GAP}(?:\[|{_REFERENCE})",
    reaches=rf"{_names('Thread')}|{_names('F', 'UF')}{_PLAIN_PATH}", unread=("EF", "XFA"),
)  # fmt: skip


class Actions:
    """Judges what is found in a PDF; what its opening does is known only at the `end`, when all its objects were seen."""

    def __init__(self) -> None:
        self._opened: set[int | None] = set()  # the objects that opening the document calls
        self._leading: set[int | None] = set()  # those from which an address or a further action is called
        self._seen = 0
        self.is_in_doubt = False  # whether something that is no object looked like one, so that numbers may be wrong

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
            case "unread":
                raise InvalidInput(CLOSED_PDF, field="file")
            case "leads":
                self._leading.add(number)
            case "opens":
                self._note_opening(found, number)

    def _note_opening(self, found: re.Match[bytes], number: int | None) -> None:
        if found["to"]:
            self._opened.add(int(found["to"].split()[0]))
        elif found["here"]:
            self._opened.add(number)
        elif not found["place"]:
            raise InvalidInput(CLOSED_PDF, field="file")

    def end(self) -> None:
        """All objects were seen: refuse if opening calls one that leads out, or may be one that could not be told."""
        if self._opened & self._leading - {None}:
            raise InvalidInput(REACHING_PDF, field="file")
        may_lead = None in self._leading or None in self._opened or self.is_in_doubt
        if self._opened and self._leading and may_lead:
            raise InvalidInput(CLOSED_PDF, field="file")


def number_before(text: bytes, present: int | None) -> int | None:
    """The number of the object if its keyword follows this text, and what is present if another word does.

    Without numbers before it, it is a word like others, and what is present goes on; with a comment it cannot be told.
    """
    if text[-1:].isalpha():
        return present
    found = _NUMBER_BEFORE.search(text)
    return int(found[1]) if found else None if b"%" in text else present
