"""The register as it stood on a day."""

from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True)
class AccountOnDay:
    """One account as the register had it on a day."""

    name: str
    platform: str
    handle: str
    service: str
    owner: str
    on_register_since: date
    holders: list[Any]
    # Those who had been given access and could not use it yet, because they had not agreed to the policy.
    awaited: list[Any]
    last_review: date | None
