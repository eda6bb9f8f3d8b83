"""The names of a person, taken apart: those they bear, and those they bore before."""

import re
from dataclasses import dataclass, replace

from app.core.plain_letters import plain_letters
from app.hr_cases.documents.names_also_words import PARTICLES
from app.people.models import Person

_LIKE = str.maketrans({mark: "'" for mark in "ʼʻ‛′´`＇"} | {mark: "-" for mark in "‐‑"})
APART = re.compile(r"['-]")


def plain_words(text: str) -> str:
    """In small letters without marks; every kind of apostrophe and hyphen as the typewriter has it."""
    return plain_letters(text.translate(_LIKE))


def pieces(word: str) -> list[str]:
    """The parts of a word that may stand for it alone: both names of "smith-jones", "dowda" of "o'dowda"."""
    parts = APART.split(word)
    return [part for part in parts if len(part) > 2 and part not in PARTICLES] if len(parts) > 1 else []


@dataclass(frozen=True)
class Name:
    """A person's name in plain letters, taken apart."""

    words: tuple[str, ...]
    address: str
    also: tuple[str, ...] = ()
    """The surnames of their other names: whoever married is called by both for a while."""

    @classmethod
    def all_of(cls, person: Person) -> "list[Name]":
        """The name of a person and each that they had before, with the address of then: a text that names somebody stays as
        it is when they are called otherwise.
        """
        called = [(person.name, person.email), *((one.name, one.email) for one in person.former_names)]
        names = list(dict.fromkeys(cls._read(name, address) for name, address in called))
        also = tuple(dict.fromkeys(surname for one in names for surname in one.surnames))
        return [replace(one, also=also) for one in names]

    @classmethod
    def _read(cls, name: str, address: str | None) -> "Name":
        words = (word.strip("().,") for word in plain_words(name).split())
        return cls(tuple(word for word in words if any(map(str.isalpha, word))) or ("",), plain_words(address or ""))

    @property
    def full(self) -> str:
        """All of it."""
        return " ".join(self.words)

    @property
    def first(self) -> str:
        """The first name."""
        return self.words[0]

    @property
    def short(self) -> str:
        """Without what stands between first name and surname."""
        return " ".join(dict.fromkeys((self.words[0], self.words[-1])))

    @property
    def box(self) -> str:
        """What stands before the @ of the address."""
        return self.address.partition("@")[0]

    @property
    def surnames(self) -> list[str]:
        """What may stand as a surname: any word after the first, and each part of a double one."""
        words = [word for word in self.words[1:] if len(word) > 1 and word not in PARTICLES]
        return list(dict.fromkeys([*words, *(piece for word in words for piece in pieces(word))]))

    @property
    def last(self) -> list[str]:
        """What is written before the first name where the order is turned: one surname, or either of two."""
        words = self.words[2:] if len(self.words) > 3 else self.words[1:][-1:]
        return [token for word in words for token in (word, *pieces(word))]

    @property
    def after_first(self) -> list[str]:
        """Whatever may follow the first name, the longest first."""
        return sorted({*self.words[1:], *self.surnames, *self.also}, key=len, reverse=True)

    def middle_initials(self, surname: str) -> str:
        """The first letters of what stands between the first name and a surname."""
        before = next((at for at, word in enumerate(self.words) if at and surname in (word, *pieces(word))), 1)
        return "".join(word[0] for word in self.words[1:before] if word not in PARTICLES)

    @property
    def tokens(self) -> set[str]:
        """Every word that this person could be called by."""
        return {self.first, *pieces(self.first), *self.surnames}
