"""Reading where a value comes from: every source is a paragraph of this policy, or says "local setting"."""

from collections.abc import Callable, Collection
from typing import TypeVar

from app.policy.packs.shape import LOCAL_SETTING, Setting
from app.policy.packs.table import Table

T = TypeVar("T")
Take = Callable[[Table, str], T]
NO_PARAGRAPHS: frozenset[str] = frozenset()


def read_setting(table: Table, take: Take[T], ids: frozenset[str]) -> Setting[T]:
    return Setting(take(table, "value"), read_sources(table, ids), table.text("note", ""))


def read_sources(table: Table, ids: frozenset[str], key: str = "source") -> tuple[str, ...]:
    """Paragraphs of this policy, or "local setting" and nothing beside it."""
    sources = table.texts(key)
    if not sources:
        table.refuse(f"has no source: name a paragraph of the policy, or '{LOCAL_SETTING}'")
    if sources != (LOCAL_SETTING,):
        must_be_paragraphs(table, sources, ids)
    return sources


def read_paragraphs(table: Table, ids: frozenset[str]) -> tuple[str, ...]:
    paragraphs = table.texts("paragraphs")
    if not paragraphs:
        table.refuse("names no paragraph")
    must_be_paragraphs(table, paragraphs, ids)
    return paragraphs


def must_be_paragraphs(table: Table, paragraphs: tuple[str, ...], ids: frozenset[str]) -> None:
    for paragraph in paragraphs:
        if paragraph not in ids:
            table.refuse(f"'{paragraph}' is not a paragraph of this policy")


def must_be_one_of(table: Table, word: str, known: Collection[str]) -> str:
    if word not in known:
        table.refuse(f"'{word}' is not one of: {', '.join(sorted(known))}")
    return word
