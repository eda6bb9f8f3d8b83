"""Keeps whoever reported a matter from being named in texts that go to others.

A mask finds whole words only, whatever their case and marks: the address and what stands before its @, the name in full
and joined as in file names, the surname after a title or alone with a capital, initials with the surname, and the first
name alone unless the person concerned bears it too. What would just as well mean somebody else in the case is left alone,
and so are the names of everybody else. It cannot find what was described, a nickname, or initials alone.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from app.core.plain_letters import plain_letters
from app.hr_cases.models import Case
from app.matters.models import Capacity
from app.people.models import Person

MASK = "[the reporter]"
_TITLES = r"(?:mr|mrs|ms|miss|mx|dr|prof|professor|cllr|councillor|sir|dame|lady|lord|rev|reverend)"
_ALSO_WORDS = frozenset(
    {
        "angel", "april", "art", "august", "autumn", "bill", "bob", "carol", "chance", "charity", "chase",
        "christian", "dawn", "dean", "drew", "earl", "faith", "frank", "gene", "grace", "grant", "guy", "harmony",
        "heath", "heather", "holly", "hope", "iris", "ivy", "jack", "joy", "june", "king", "lance", "lily", "mark",
        "may", "merit", "miles", "olive", "pat", "patience", "pearl", "penny", "peter", "pierce", "poppy", "prudence",
        "ray", "reed", "rich", "rob", "robin", "rose", "ruby", "rusty", "sky", "skip", "sonny", "summer", "sue",
        "ted", "terry", "tiger", "trinity", "victor", "violet", "will", "wade",
    }
)  # fmt: skip
"""First names that are words as well: alone they are masked only where they are written as a name."""

_SURNAMES_ALSO_WORDS = frozenset(
    {
        "baker", "banks", "bell", "best", "bird", "bishop", "black", "bond", "book", "booth", "brook", "brooks", "brown",
        "burns", "bush", "butler", "carpenter", "carter", "chambers", "church", "clark", "clay", "cook", "cooper", "cross",
        "day", "dean", "field", "fields", "fisher", "ford", "forest", "fox", "french", "frost", "gardener", "gardner",
        "glass", "gold", "good", "gray", "green", "grey", "hall", "hand", "hands", "hardy", "hart", "head", "hill", "holmes",
        "hope", "hunt", "hunter", "judge", "kent", "key", "keys", "king", "knight", "lake", "lane", "law", "lincoln",
        "little",
        "long",
        "love", "major", "march", "marsh", "mason", "may", "miller", "mills", "moon", "moor", "moore", "more", "north",
        "page", "park", "parks", "parker", "peace", "piper", "pool", "poole", "pope", "porter", "post", "potter", "power",
        "price", "read", "reader", "reading", "reporter", "rich", "rivers", "rose", "sharp", "shepherd", "short", "singer",
        "small", "smart", "snow", "south", "spring", "stone", "street", "strong", "summers", "swift", "taylor", "town",
        "turner", "wall", "walker", "ward", "waters", "webb", "wells", "west", "white", "wild", "winter", "wise", "wood",
        "woods", "worth", "young",
    }
)  # fmt: skip
"""Surnames that are words as well: alone they are masked only where they are written as a name."""


@dataclass(frozen=True)
class _Name:
    """A person's name in plain letters, taken apart."""

    full: str
    first: str
    surname: str
    address: str

    @classmethod
    def of(cls, person: Person) -> "_Name":
        words = plain_letters(person.name).split()
        return cls(" ".join(words), words[0], words[-1] if len(words) > 1 else "", plain_letters(person.email or ""))

    @property
    def short(self) -> str:
        """Without what stands between first name and surname."""
        return f"{self.first} {self.surname}".strip()

    @property
    def box(self) -> str:
        """What stands before the @ of the address."""
        return self.address.partition("@")[0]

    @property
    def initialled(self) -> tuple[str, str]:
        """Initial and surname."""
        return (self.first[:1], self.surname)


class Masking:
    """Puts "[the reporter]" where a text names whoever reported the matter."""

    def __init__(self, reporters: Iterable[Person], others: Iterable[Person], subject: Person | None = None) -> None:
        reporters = list(reporters)
        self.hidden = frozenset(person.id for person in reporters)
        hidden = [_Name.of(person) for person in reporters]
        known = [_Name.of(person) for person in others]
        concerned = _Name.of(subject).first if subject is not None else ""
        spoken = [pattern for name in hidden for pattern in _ways_to_say(name, known, concerned)]
        kept = [pattern for name in known for pattern in _ways_to_keep(name)]
        joined = [pattern for name in hidden for pattern in _ways_to_join(name, known)]
        self._pattern = _whole_words(kept, spoken, joined) if spoken else None
        self._words = {name.first for name in hidden} & _ALSO_WORDS
        self._surnames = {name.surname for name in hidden if name.surname}
        self._words |= self._surnames & (_SURNAMES_ALSO_WORDS | _ALSO_WORDS)

    @classmethod
    def of(cls, case: Case) -> "Masking":
        """The mask for a case: whoever ever stood in it as its reporter is hidden, everybody else is named.

        Companions do not count: the person concerned chooses them, and could find out by namesakes who reported.
        """
        parties = [party for party in case.matter.parties if party.capacity is not Capacity.COMPANION]
        reporters = {party.person_id: party.person for party in parties if party.capacity is Capacity.REPORTER}
        others = [party.person for party in parties if party.person_id not in reporters]
        return cls(reporters.values(), others, case.subject)

    def __call__(self, text: str) -> str:
        """The text with the reporter masked."""
        if self._pattern is None or not text:
            return text
        plain, places = _folded(text)
        done, parts = 0, []
        for found in self._pattern.finditer(plain):
            start, end = places[found.start()], places[found.end()]
            if found["kept"] is None and self._names_somebody(text, start, end, plain[found.start() : found.end()]):
                parts += [text[done:start], MASK]
                done = end
        return "".join([*parts, text[done:]])

    def _names_somebody(self, text: str, start: int, end: int, said: str) -> bool:
        """Whether these words mean a person: "will" and "May 2026" do not, nor does "a smith"."""
        if said[:2] in ("a ", "i "):
            return text[start].isupper() and text[start + 2].isupper()
        if said not in self._words:
            return said not in self._surnames or text[start].isupper()
        before = text[:start].rstrip(" \t\"'“‘(")
        begins_a_sentence = not before or before[-1] in ".!?:\n"
        beside_a_number = before[-1:].isdigit() or text[end:].lstrip()[:1].isdigit()
        return text[start].isupper() and not begins_a_sentence and not beside_a_number


def _ways_to_say(name: _Name, known: list[_Name], concerned: str) -> Iterator[str]:
    """What means this person and nobody else in the case."""
    if name.address and name.address not in {one.address for one in known}:
        yield rf"@{re.escape(name.box)}" + ("" if "." in name.box or "_" in name.box else r"(?!@)")
    fulls = {said for one in known for said in (one.full, one.short)}
    for said in dict.fromkeys((name.full, name.short)):
        if said not in fulls and " " in said:
            yield _spaced(said)
            yield rf"{_TITLES}\.?\s+{_spaced(said)}"
    if name.surname:
        yield from _by_surname(name, known)
    if name.first != concerned and name.full not in fulls and len(name.first) > 1:
        yield re.escape(name.first)


def _by_surname(name: _Name, known: list[_Name]) -> Iterator[str]:
    first, surname = re.escape(name.first), re.escape(name.surname)
    if name.surname not in {one.surname for one in known}:
        yield rf"{_TITLES}\.?\s+(?:[^\W\d_]\.?\s*)?{surname}"
        if len(name.surname) > 1 and name.surname not in {one.first for one in known}:
            yield surname
    if name.short not in {one.short for one in known}:
        yield rf"{surname},\s*{first}"
    if name.initialled not in {one.initialled for one in known}:
        initial = first[:1]
        yield rf"(?:{_TITLES}\.?\s+)?{initial}(?:\.\s*|\s+)(?:[^\W\d_]\.\s*)*{surname}"
        yield rf"{surname},\s*{initial}\."


def _ways_to_join(name: _Name, known: list[_Name]) -> Iterator[str]:
    """How a name stands in addresses, handles and file names: the address, what comes before its @, the name joined."""
    if name.address and name.address not in {one.address for one in known}:
        yield re.escape(name.address)
    first, surname = re.escape(name.first), re.escape(name.surname)
    if name.surname and name.short not in {one.short for one in known}:
        yield rf"{first}[._-]?{surname}"
        yield rf"{surname}[._-]?{first}"
    if name.surname and name.initialled not in {one.initialled for one in known}:
        yield rf"{first[:1]}[._-]{surname}"
    ends_in_name = bool(name.surname) and name.box.endswith(name.surname) and name.box != name.surname
    if name.box not in {one.box for one in known} and (re.search(r"[._\-\d]", name.box) or ends_in_name):
        yield re.escape(name.box)


def _ways_to_keep(name: _Name) -> Iterator[str]:
    """How everybody else is named: never cut in two by a first name that two people share."""
    for said in {name.full, name.short}:
        if " " in said:
            yield _spaced(said)
    if name.address:
        yield re.escape(name.address)


def _spaced(said: str) -> str:
    return r"[\s]+".join(re.escape(word) for word in said.split())


def _whole_words(kept: list[str], spoken: list[str], joined: list[str]) -> re.Pattern[str]:
    """Longer ways first, so that "Ms Jane Smith" is one person and not two; joined ways also beside _ and figures."""
    keeping, speaking, joining = (
        "|".join(sorted(set(ways), key=len, reverse=True)) or r"(?!)" for ways in (kept, spoken, joined)
    )
    begin, end = r"(?<![\w@])(?<!\w[-'])", r"(?!\w)(?!-\w)(?!'(?!s\b)\w)(?!\.?@)"
    joined_up = rf"(?<![^\W\d_])(?<!\w-)(?:{joining})(?![^\W\d_])(?!-[^\W\d_])"
    return re.compile(rf"{begin}(?P<kept>{keeping}){end}|{joined_up}|{begin}(?:{speaking}){end}")


def _folded(text: str) -> tuple[str, list[int]]:
    """A text in plain letters, and for each of them (and the end) where it stood in the text."""
    letters: list[str] = []
    places: list[int] = []
    for place, letter in enumerate(text):
        plain = plain_letters(letter)
        letters.append(plain)
        places += [place] * len(plain)
    return "".join(letters), [*places, len(text)]
