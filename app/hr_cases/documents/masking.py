"""Keeps whoever reported a matter from being named in texts that go to others.

A mask finds whole words only, whatever their case and marks: the address, the name in full, the surname after a title,
initials with the surname, and the first name alone unless the person concerned bears it too. What would just as well
mean somebody else in the case is left alone, and so are the names of everybody else. It cannot find what was described.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from app.core.plain_letters import plain_letters
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
    def initialled(self) -> tuple[str, str]:
        """Initial and surname."""
        return (self.first[:1], self.surname)


class Masking:
    """Puts "[the reporter]" where a text names whoever reported the matter."""

    def __init__(self, reporters: Iterable[Person], others: Iterable[Person], subject: Person | None = None) -> None:
        hidden = [_Name.of(person) for person in reporters]
        known = [_Name.of(person) for person in others]
        concerned = _Name.of(subject).first if subject is not None else ""
        spoken = [pattern for name in hidden for pattern in _ways_to_say(name, known, concerned)]
        kept = [pattern for name in known for pattern in _ways_to_keep(name)]
        self._pattern = _whole_words(kept, spoken) if spoken else None
        self._words = {name.first for name in hidden} & _ALSO_WORDS

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
            return True
        before = text[:start].rstrip(" \t\"'“‘(")
        begins_a_sentence = not before or before[-1] in ".!?:\n"
        beside_a_number = before[-1:].isdigit() or text[end:].lstrip()[:1].isdigit()
        return text[start].isupper() and not begins_a_sentence and not beside_a_number


def _ways_to_say(name: _Name, known: list[_Name], concerned: str) -> Iterator[str]:
    """What means this person and nobody else in the case."""
    if name.address and name.address not in {one.address for one in known}:
        yield re.escape(name.address)
        box = name.address.split("@")[0]
        yield rf"@{re.escape(box)}" + ("" if "." in box or "_" in box else r"(?!@)")
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
    if name.short not in {one.short for one in known}:
        yield rf"{surname},\s*{first}"
    if name.initialled not in {one.initialled for one in known}:
        initial = first[:1]
        yield rf"(?:{_TITLES}\.?\s+)?{initial}(?:\.\s*|\s+)(?:[^\W\d_]\.\s*)*{surname}"
        yield rf"{surname},\s*{initial}\."


def _ways_to_keep(name: _Name) -> Iterator[str]:
    """How everybody else is named: never cut in two by a first name that two people share."""
    for said in {name.full, name.short}:
        if " " in said:
            yield _spaced(said)
    if name.address:
        yield re.escape(name.address)


def _spaced(said: str) -> str:
    return r"[\s]+".join(re.escape(word) for word in said.split())


def _whole_words(kept: list[str], spoken: list[str]) -> re.Pattern[str]:
    """Longer ways first, so that "Ms Jane Smith" is one person and not two."""
    keeping = "|".join(sorted(set(kept), key=len, reverse=True)) or r"(?!)"
    speaking = "|".join(sorted(set(spoken), key=len, reverse=True))
    return re.compile(rf"(?<![\w@])(?<!\w[-'])(?:(?P<kept>{keeping})|(?:{speaking}))(?!\w)(?!-\w)(?!'(?!s\b)\w)(?!\.?@)")


def _folded(text: str) -> tuple[str, list[int]]:
    """A text in plain letters, and for each of them (and the end) where it stood in the text."""
    letters: list[str] = []
    places: list[int] = []
    for place, letter in enumerate(text):
        plain = plain_letters(letter)
        letters.append(plain)
        places += [place] * len(plain)
    return "".join(letters), [*places, len(text)]
