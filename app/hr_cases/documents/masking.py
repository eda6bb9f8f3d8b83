"""Keeps whoever reported a matter from being named in texts that go to others.

A mask finds whole words, whatever their case, marks, hyphens and apostrophes: the address and what stands before its @,
the name in full or in part, and joined as in handles and file names, where first name and surname take the whole of a
longer word with them; a surname, or one of two, after a title, or alone or as a family's with a capital; initials with a
surname; and the first name alone unless the person concerned bears it too. What would just as well mean somebody else in
the case is left alone, and so are the names of everybody else. What somebody was called before, and their former address,
count like the name and address of today. It cannot find what was described, a nickname, another spelling, or initials alone.

**Whose words are masked.** A mask over a guess would confirm it: "Carys, [the reporter] or Aled complained about me" tells
the one who said it what they could only suspect, and tells every other reader too. So it is laid over the words of those
who may know who reported, never over words that can tell no more than what somebody believes:

- The person concerned: their statements and the changes they ask for, what they answer to a notice, whom they bring, and
  their grounds of appeal stand as they said them, for every reader, on pages and in every document.
- Whoever decides: what they wrote themselves, letters too, reads to them as they wrote it. To all others it is masked,
  since a hearing may have taught them more than the papers.

Whoever may know and writes a text with the name in it is asked to take it out (forms/naming.py), since a gap in a text
whose wording the reader knows, a quotation or their own post, would tell them as well.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from itertools import pairwise
from typing import Any

from app.hr_cases.documents.names import APART, Name, pieces, plain_words
from app.hr_cases.documents.names_also_words import FIRST_NAMES_ALSO_WORDS, ONSETS, PARTICLES, SURNAMES_ALSO_WORDS
from app.hr_cases.documents.said_by import Whose, parts_of_letter, said_by
from app.hr_cases.models import Case, Letter
from app.matters.models import SEPARATE, Capacity, Matter
from app.people.models import Person

MASK = "[the reporter]"
_TITLES = r"(?:mr|mrs|ms|miss|mx|dr|prof|professor|cllr|councillor|sir|dame|lady|lord|rev|reverend)"
_SAYING = re.compile(
    r"\s+(?:said|says|told|tells|wrote|writes|posted|reported|saw|asked|asks|thinks|thought|knew|knows|sent|showed|"
    r"complained|claims|claimed)\b"
)
"""What follows a name that begins a sentence, and hardly a thing."""

_JOINED = "['._-]?"
_BETWEEN = r"(?:\s+|-)"
_LETTER = r"[^\W\d_]"
_SHORTEST_WITHIN = 6
"""Of how many letters first name and surname must be for both to mean somebody within a longer word."""
_BEFORE_A_FAMILY = frozenset({"all", "both", "other", "our", "some", "the", "these", "those", "two"})
_THIN = "\u200b"
_UNSEEN = "\u00ad\u200c\u200d\u2060\ufeff"
"""What stands within a word without being seen: hyphens that show only at the end of a line, and marks without width. The
space without width may stand within a word or between two.
"""


class Masking:
    """Puts "[the reporter]" where a text names whoever reported the matter."""

    def __init__(
        self,
        reporters: Iterable[Person],
        others: Iterable[Person],
        subject: Person | None = None,
        reader: Person | None = None,
    ) -> None:
        self._speaks_freely = {person.id for person in (subject, reader) if person is not None}
        reporters = list(reporters)
        self.hidden = frozenset(person.id for person in reporters)
        hidden = [name for person in reporters for name in Name.all_of(person)]
        known = [name for person in others for name in Name.all_of(person)]
        concerned = {name.first for name in Name.all_of(subject)} if subject is not None else set()
        spoken = [pattern for name in hidden for pattern in _ways_to_say(name, known, concerned)]
        joined = [pattern for name in hidden for pattern in _ways_to_join(name, known)]
        humped = [pattern for name in hidden for pattern in _ways_with_humps(name, known)]
        families = [pattern for name in hidden for pattern in _families(name, known)]
        within = [pattern for name in hidden for pattern in _ways_within(name, known)]
        self._pattern = _whole_words(known, spoken, joined, humped, families, within) if spoken else None
        surnames = {surname for name in hidden for surname in name.surnames}
        self._surnames = {_bare(surname) for surname in surnames if not pieces(surname)}
        self._words = {token for name in hidden for token in (name.first, *pieces(name.first))} & FIRST_NAMES_ALSO_WORDS
        self._words |= surnames & (SURNAMES_ALSO_WORDS | FIRST_NAMES_ALSO_WORDS)

    @classmethod
    def of(cls, case: Case, reader: Person | None = None) -> "Masking":
        """The mask for a case: whoever ever stood in it as its reporter is hidden, everybody else is named.

        With a `reader`, what they wrote themselves reads to them as they wrote it.
        Companions do not count: the person concerned chooses them, and could find out by namesakes who reported.
        """
        officers = {party.person_id for party in case.matter.parties if party.capacity in SEPARATE}
        return cls.of_matter(case.matter, case.subject, reader, named=officers)

    @classmethod
    def of_matter(
        cls, matter: Matter, subject: Person | None, reader: Person | None = None, *, named: Collection[Any] = ()
    ) -> "Masking":
        """The mask for a report of which a case is made, or for the case. Letters name its officers: a mask would tell."""
        parties = [party for party in matter.parties if party.capacity is not Capacity.COMPANION]
        hidden = (party for party in parties if party.is_of_a_reporter and party.person_id not in named)
        reporters = {party.person_id: party.person for party in hidden}
        others = [party.person for party in parties if party.person_id not in reporters]
        return cls(reporters.values(), others, subject, reader)

    def __call__(self, text: str) -> str:
        """The text with the reporter masked."""
        if self._pattern is None or not text:
            return text
        if _THIN in text:
            text = self._masked(text, *_folded(text, without=_UNSEEN + _THIN))
        return self._masked(text, *_folded(text, without=_UNSEEN))

    def _masked(self, text: str, plain: str, places: list[int]) -> str:
        assert self._pattern is not None
        done, parts = 0, []
        for found in self._pattern.finditer(plain):
            start, end = places[found.start()], places[found.end()]
            is_one = found["kept"] is None and (found["humped"] is None or _has_humps(text[start:end]))
            is_one = is_one and (found["family"] is None or _is_a_family(text, start))
            if is_one and self._names_somebody(text, start, end, plain[found.start() : found.end()]):
                parts += [text[done:start], MASK]
                done = end
        return "".join([*parts, text[done:]])

    def read(self, record: Any, name: str) -> str:
        """A text of a record as it is shown: masked, unless its words are those of somebody whom a mask would tell."""
        text: str = getattr(record, name)
        speaker = said_by(record, name)
        is_free = speaker in self._speaks_freely
        if isinstance(record, Letter):
            return self._letter(record.case, text, is_own=is_free)
        return text if is_free else self(text)

    def letter_to_its_writer(self, case: Case, text: str) -> str:
        """A letter as whoever decides reads it while they write it and later: of what others wrote in it, masked."""
        return self._letter(case, text, is_own=True)

    def _letter(self, case: Case, text: str, *, is_own: bool) -> str:
        parts, free = parts_of_letter(case, text, is_own=is_own), self._speaks_freely
        return "".join(part if (is_own if by is Whose.WRITER else by in free) else self(part) for part, by in parts)

    def _names_somebody(self, text: str, start: int, end: int, said: str) -> bool:
        """Whether these words mean a person: "will" and "May 2026" do not, nor does "a smith"."""
        if said[:2] in ("a ", "i "):
            return text[start].isupper() and text[start + 2].isupper()
        if said.startswith("@"):
            return True
        word = _bare(said)
        if word in self._words:
            return text[start].isupper() and _is_written_as_a_name(text, start, end)
        is_joined = re.search(r"[_\d]-?$", text[max(start - 2, 0) : start]) or re.match(r"[_\d]", text[end:])
        return word not in self._surnames or text[start].isupper() or is_joined is not None


def _bare(said: str) -> str:
    return re.sub(r"['\s-]", "", said)


def _is_written_as_a_name(text: str, start: int, end: int) -> bool:
    """Whether a word with a capital is a name and no other word: not where every word there has one, nor in a date."""
    before = text[:start].rstrip(" \t\"'“‘(")
    if before[-1:].isdigit() or text[end:].lstrip()[:1].isdigit():
        return False
    begins_a_sentence = not before or before[-1] in ".!?:\n"
    around = re.findall(r"[^\W\d_]{2,}", text[max(start - 30, 0) : start] + " " + text[end : end + 30])
    stands_out = text[start:end].isupper() and end - start > 1 and not (around and all(word.isupper() for word in around))
    return not begins_a_sentence or stands_out or _SAYING.match(text[end:]) is not None


def _ways_to_say(name: Name, known: list[Name], concerned: Collection[str]) -> Iterator[str]:
    """What means this person and nobody else in the case; what says most comes first."""
    title = rf"(?:{_TITLES}\.?\s+)?"
    first, taken = _flexible(name.first), {token for one in known for token in one.tokens}
    is_alone = name.full not in {said for one in known for said in (one.full, one.short)}
    own = "|".join(_flexible(word) for word in name.after_first)
    free = [_flexible(surname) for surname in name.surnames if surname not in taken]
    if own and is_alone:
        yield rf"{title}{first}(?:{_BETWEEN}(?:{own})\.?){{0,5}}{_BETWEEN}(?:{own})"
    if name.surnames and name.short not in {one.short for one in known}:
        yield rf"(?:{own})(?:{_BETWEEN}(?:{own})){{0,5}},\s*{first}"
    yield from _by_initial(name, known, title, own)
    if free:
        particles = "|".join(word for word in name.words if word in PARTICLES) or r"(?!)"
        begins = rf"(?:[^\W\d_]\.\s*){{0,3}}(?:(?:{particles})\s+){{0,3}}"
        yield rf"{title}{begins}(?:{'|'.join(free)})(?:{_BETWEEN}(?:{own})){{0,5}}"
    if name.first not in concerned and is_alone and len(name.first) > 1:
        yield title + first
        yield from (title + re.escape(piece) for piece in pieces(name.first) if piece not in taken)


def _by_initial(name: Name, known: list[Name], title: str, own: str) -> Iterator[str]:
    """Initials and surname, where nobody else in the case has both."""
    taken, initial = {(one.first[:1], surname) for one in known for surname in one.surnames}, re.escape(name.first[:1])
    for surname in name.surnames:
        if (name.first[:1], surname) not in taken:
            last = _flexible(surname)
            yield rf"{title}{initial}(?:\.\s*|\s+)(?:[^\W\d_](?:\.\s*|\s+)){{0,3}}{last}(?:{_BETWEEN}(?:{own})){{0,5}}"
            yield rf"{last},\s*{initial}\."


def _ways_to_join(name: Name, known: list[Name]) -> Iterator[str]:
    """How a name stands in addresses, handles and file names: the address, what comes before its @, the name joined."""
    if name.address and name.address not in {one.address for one in known}:
        yield re.escape(name.address)
    yield from _joined_names(name, known)
    ends_in_name = any(name.box.endswith(_bare(surname)) and name.box != surname for surname in name.surnames)
    if name.box and name.box not in {one.box for one in known}:
        is_no_word = re.search(r"[._\-\d]", name.box) or ends_in_name
        yield re.escape(name.box) if is_no_word else rf"(?<=@){re.escape(name.box)}(?!@)"
    taken = {token for one in known for token in one.tokens} | FIRST_NAMES_ALSO_WORDS | SURNAMES_ALSO_WORDS
    for token in sorted(name.tokens - taken):
        if len(_bare(token)) > 2:
            said = _flexible(token, _JOINED)
            yield rf"(?:(?:(?<=[_\d])|(?<=\d-)){said}|{said}(?=[_\d]))"


def _joined_names(name: Name, known: list[Name]) -> Iterator[str]:
    own = "|".join(_flexible(word, _JOINED) for word in name.after_first)
    first = _flexible(name.first, _JOINED)
    if name.surnames and name.short not in {one.short for one in known}:
        yield rf"{first}(?:[._-]?(?:{own})){{1,6}}"
        yield rf"(?:(?:{own})[._-]?){{0,5}}(?:{'|'.join(_flexible(word, _JOINED) for word in name.last)})[._-]?{first}"
    taken = {(one.first[:1], surname) for one in known for surname in one.surnames}
    for surname in name.surnames:
        if (name.first[:1], surname) not in taken:
            last, initial = _flexible(surname, _JOINED), re.escape(name.first[:1])
            yield rf"{initial}[._-]{last}"
            yield rf"{last}[._-]{initial}"
            middle = r"[._-]?".join(re.escape(letter) for letter in name.middle_initials(surname))
            if middle:
                yield rf"(?:{first}|{initial})[._-]?{middle}[._-]?{last}"
            yield rf"(?:{first}|{initial})(?:[._-]{_LETTER}){{1,2}}[._-]{last}"
            if surname not in SURNAMES_ALSO_WORDS | FIRST_NAMES_ALSO_WORDS:
                yield from _by_joined_initial(name.first[:1] + _bare(surname), rf"{initial}{last}")


def _by_joined_initial(word: str, said: str) -> Iterator[str]:
    """An initial joined to a surname; of few letters it may be another word, which only its surroundings tell."""
    if len(word) > 5 or (len(word) > 3 and not _may_be_a_word(word)):
        yield said
    elif len(word) > 3:
        yield rf"(?:(?<=[@_\d]){said}|{said}(?=[_\d]))"


def _may_be_a_word(letters: str) -> bool:
    """Whether an ordinary word could begin like this: "sward" could, "cllyr" and "jbell" could not."""
    onset = re.match(r"[^aeiou](?:qu|[^aeiouy])*|", letters)
    begins = onset[0] if onset else ""
    return len(begins) < 2 or begins in ONSETS


def _ways_with_humps(name: Name, known: list[Name]) -> Iterator[str]:
    """Joined with initials that are not on record, as "JaneMSmith" and "JMSmith": a name only by its capitals."""
    taken = {(one.first[:1], surname) for one in known for surname in one.surnames}
    for surname in name.surnames:
        if (name.first[:1], surname) not in taken:
            first, initial, last = _flexible(name.first, _JOINED), re.escape(name.first[:1]), _flexible(surname, _JOINED)
            yield rf"(?:{first}|{initial}){_LETTER}{{1,2}}{last}"


def _families(name: Name, known: list[Name]) -> Iterator[str]:
    """All who bear a surname, or whose something is, where the apostrophe was left out: "the Llyrs", "Joneses"."""
    taken = {token for one in known for token in one.tokens} | FIRST_NAMES_ALSO_WORDS | SURNAMES_ALSO_WORDS
    for surname in name.surnames:
        plural = surname + ("es" if surname.endswith(("s", "x", "z", "ch", "sh")) else "s")
        if surname not in taken and plural not in taken:
            yield _flexible(plural)


def _is_a_family(text: str, start: int) -> bool:
    """Whether a surname with an s has a capital, and nothing before it that makes it another's: "Tom Owens"."""
    before = re.search(r"([^\W\d_]+)\.?\s+$", text[max(start - 40, 0) : start])
    return text[start].isupper() and (before is None or before[1][0].islower() or before[1].lower() in _BEFORE_A_FAMILY)


def _ways_within(name: Name, known: list[Name]) -> Iterator[str]:
    """First name and surname joined within a longer word, in either order: "realjanesmith", "SmithJaneOfficial"."""
    if name.short in {one.short for one in known}:
        return
    first = _flexible(name.first, _JOINED)
    own = "|".join(_flexible(word, _JOINED) for word in name.after_first)
    for surname in name.last:
        if surname in name.surnames and len(_bare(name.first + surname)) >= _SHORTEST_WITHIN:
            last = _flexible(surname, _JOINED)
            yield rf"{first}(?:[._-]?(?:{own})){{0,5}}?[._-]?{last}|{last}[._-]?{first}"


def _has_humps(said: str) -> bool:
    """Whether capitals stand together and others do not, as where initials are joined to a name."""
    letters = said.removeprefix("@")
    return not letters.isupper() and any(a.isupper() and b.isupper() for a, b in pairwise(letters))


def _ways_to_keep(name: Name, between: str) -> Iterator[str]:
    """How everybody else is named: never cut in two by a first name that two people share."""
    for said in sorted({name.words, (name.first, name.words[-1])}, key=len, reverse=True):
        if len(name.words) > 1:
            yield between.join(_flexible(word) for word in said)


def _flexible(word: str, between: str = r"['\s-]?") -> str:
    """A word whose parts are written apart, together, or with any mark: o'dowda, odowda, o dowda."""
    return between.join(re.escape(part) for part in APART.split(word) if part)


def _whole_words(known: list[Name], spoken: list[str], *more: list[str]) -> re.Pattern[str]:
    """What is kept comes first, then what says most of a name; joined ways stand also beside _ and figures."""
    joined, humped, families, within = ("|".join(ways) or "(?!)" for ways in more)
    keeping = "|".join(way for name in known for way in _ways_to_keep(name, _BETWEEN)) or r"(?!)"
    handles = [re.escape(name.address) for name in known if name.address]
    handles += [way for name in known for way in _ways_to_keep(name, "[._-]?")]
    begin, end = r"(?<!\w)(?<!\w@)(?<!\w[-'])", r"(?!\w)(?!-\w)(?!'(?!s\b)\w)"
    outset, close = r"(?<![^\W\d_])(?<![^\W\d_]-)", r"(?![^\W\d_])(?!-[^\W\d_])"
    kept = rf"{begin}(?:{keeping}){end}|{outset}(?:{'|'.join(handles) or '(?!)'}){close}"
    longer = rf"(?:{_LETTER}++-)*{_LETTER}*"
    others = "|".join(handles) or "(?!)"
    within = rf"{outset}@?(?!{longer}(?:{others})){longer}?(?:{within}){_LETTER}*(?:-{_LETTER}+)*"
    named = rf"{outset}@?(?:{joined}){close}|{within}|{begin}@?(?:{'|'.join(spoken)}){end}"
    humps, family = rf"{outset}@?(?:{humped}){close}", rf"{begin}(?:{families}){end}"
    return re.compile(rf"(?P<kept>{kept})|{named}|(?P<family>{family})|(?P<humped>{humps})")


def _folded(text: str, without: str) -> tuple[str, list[int]]:
    """A text in plain letters, some left out, and for each of them (and the end) where it stood in the text."""
    letters: list[str] = []
    places: list[int] = []
    for place, letter in enumerate(text):
        plain = "" if letter in without else plain_words(letter)
        letters.append(plain)
        places += [place] * len(plain)
    return "".join(letters), [*places, len(text)]
