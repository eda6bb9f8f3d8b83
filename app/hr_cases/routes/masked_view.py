"""Records as they are shown to somebody who may not know who reported the matter: every text goes through the mask.

A page hands over records, lists and texts; wrapped here, nothing of them reaches a template unmasked, whatever it shows.
"""

from dataclasses import is_dataclass
from types import MethodType
from typing import Any

from flask import url_for

from app.core.db import Base
from app.hr_cases.documents.contents import THE_REPORTER
from app.hr_cases.documents.masking import Masking
from app.people.models import Person


class LeftAlone(str):
    """A text that the mask leaves alone, because whoever hands it over knows what it is: an address made by the service."""

    __slots__ = ()


def page_of(endpoint: str, **values: Any) -> LeftAlone:
    """The address of a page of the service, for a page that goes through the mask: no text that anybody wrote."""
    return LeftAlone(url_for(endpoint, **values))


class MaskedView:
    """One record behind the mask. Numbers, days, ids and states are as they are; texts are masked, people too."""

    __slots__ = ("_mask", "_record")

    def __init__(self, record: Any, mask: Masking) -> None:
        self._record, self._mask = record, mask

    def __getattr__(self, name: str) -> Any:
        record, mask = self._record, self._mask
        if isinstance(record, Person) and record.id in mask.hidden:
            if name == "name":
                return THE_REPORTER
            return getattr(record, name) if name == "id" else ""
        value = getattr(record, name)
        return mask.read(record, name) if type(value) is str else masked(value, mask)

    def __eq__(self, other: object) -> bool:
        return bool(self._record == (other._record if isinstance(other, MaskedView) else other))

    def __hash__(self) -> int:
        return hash(self._record)


def masked(value: Any, mask: Masking) -> Any:
    """What a page shows, behind the mask. What is `LeftAlone` stays; so does what the reader fills in (a form)."""
    if type(value) is str:
        return mask(value)
    if isinstance(value, dict):
        return {key: masked(one, mask) for key, one in value.items()}
    if isinstance(value, list | tuple) and not hasattr(value, "_fields"):
        return type(value)(masked(one, mask) for one in value) if type(value) in (list, tuple) else _many(value, mask)
    if isinstance(value, Base) or (is_dataclass(value) and not isinstance(value, type)) or hasattr(value, "_fields"):
        return MaskedView(value, mask)
    if isinstance(value, MethodType) and isinstance(value.__self__, Base):
        return lambda *given: masked(value(*given), mask)
    return value


def _many(value: Any, mask: Masking) -> list[Any]:
    return [masked(one, mask) for one in value]
