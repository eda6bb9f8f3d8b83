"""References that can be read aloud over the telephone and not be guessed.

Twelve symbols from an alphabet without vowels (no accidental words) and without pairs that look alike (0/O, 1/I/L,
5/S, 8/B): about 54 bits, drawn at random. There is no running number and no year, so a reference tells nothing about
how many there are, and reports and cases read alike.
"""

import re
import secrets

ALPHABET = "CDFGHJKMNPQRTVWXY234679"
GROUPS = 3
GROUP_LENGTH = 4
_SHAPE = re.compile(rf"^[{ALPHABET}]{{{GROUPS * GROUP_LENGTH}}}$")


def new_reference() -> str:
    """A fresh reference such as `K7MQ-4DXW-9PTR`."""
    symbols = [secrets.choice(ALPHABET) for _ in range(GROUPS * GROUP_LENGTH)]
    groups = ["".join(symbols[i : i + GROUP_LENGTH]) for i in range(0, len(symbols), GROUP_LENGTH)]
    return "-".join(groups)


def normalise_reference(typed: str) -> str | None:
    """The reference somebody meant: case, spaces and dashes do not matter. None if it cannot be one."""
    bare = re.sub(r"[\s\-\u2010-\u2015]", "", typed).upper()
    if not _SHAPE.match(bare):
        return None
    return "-".join(bare[i : i + GROUP_LENGTH] for i in range(0, len(bare), GROUP_LENGTH))
