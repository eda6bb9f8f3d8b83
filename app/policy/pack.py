"""The policy pack: what one organisation's social media policy says, held as data (house rule 11).

A pack is a TOML file in `packs/`. It states the policy's paragraphs in our own words, and every setting names the
paragraph it comes from, or says "local setting" where no policy gives the answer. What no policy states is shared in
`packs/local-settings.toml`; a pack overrides an entry there by naming it, and cannot invent a new one by a slip of
the pen. A pack that does not hold together is refused when it is read, and the refusal names the place.
"""

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

from app.policy.packs.reading import read_pack
from app.policy.packs.shape import (
    DOER,
    DOERS_MANAGER,
    HEAD_OF_SERVICE,
    LOCAL_SETTING,
    PERSON_KINDS,
    AccessList,
    Approval,
    BreachCategory,
    ChaseRule,
    ChaseStep,
    FormerName,
    LinkedDocument,
    OutcomeKind,
    Pack,
    PlatformEntry,
    PolicyDate,
    PolicyParagraph,
    PolicySection,
    PolicyText,
    Route,
    Setting,
)
from app.policy.packs.table import BrokenPack

__all__ = [
    "DOER",
    "DOERS_MANAGER",
    "HEAD_OF_SERVICE",
    "LOCAL_SETTING",
    "PERSON_KINDS",
    "AccessList",
    "Approval",
    "BreachCategory",
    "BrokenPack",
    "ChaseRule",
    "ChaseStep",
    "FormerName",
    "LinkedDocument",
    "OutcomeKind",
    "Pack",
    "PlatformEntry",
    "PolicyDate",
    "PolicyParagraph",
    "PolicySection",
    "PolicyText",
    "Route",
    "Setting",
    "UnknownPack",
    "demo_inputs",
    "load_pack",
    "pack_names",
    "read_pack",
    "toml_file",
]

PACKS = Path(__file__).parent / "packs"
SHARED_FILES = ("local-settings", "platforms")


class UnknownPack(Exception):
    """Nobody has written a pack of that name."""


def pack_names() -> tuple[str, ...]:
    return tuple(sorted(path.stem for path in PACKS.glob("*.toml") if path.stem not in SHARED_FILES))


@lru_cache
def load_pack(name: str) -> Pack:
    """Read the pack once in the life of the process."""
    _must_be_known(name)
    shared, platforms = (toml_file(shared_name) for shared_name in SHARED_FILES)
    return read_pack(name, toml_file(name), shared, platforms)


def demo_inputs(name: str) -> tuple[Path, Path]:
    """The people and the accounts a demonstration starts with, in the form the imports take."""
    _must_be_known(name)
    return PACKS / f"{name}-people.csv", PACKS / f"{name}-register.csv"


def toml_file(name: str) -> dict[str, Any]:
    return tomllib.loads((PACKS / f"{name}.toml").read_text(encoding="utf-8"))


def _must_be_known(name: str) -> None:
    if name not in pack_names():
        raise UnknownPack(f"There is no policy pack called '{name}'. Choose one of: {', '.join(pack_names())}.")
