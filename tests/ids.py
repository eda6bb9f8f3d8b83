"""Ids and references that are the same on each run of a test: they decide who comes first where nothing else does."""

import os
import random
import secrets
import uuid
from collections.abc import Sequence
from typing import Any

import pytest


def follow(seed: str | int, monkeypatch: pytest.MonkeyPatch) -> None:
    """From here on they follow from the seed in this process; those it starts draw their own, so that no two draw alike."""
    chance, here = random.Random(seed), os.getpid()
    any_id, any_choice = uuid.uuid4, secrets.choice

    def next_id() -> uuid.UUID:
        return uuid.UUID(int=chance.getrandbits(128), version=4) if os.getpid() == here else any_id()

    def next_choice(among: Sequence[Any]) -> Any:
        return chance.choice(among) if os.getpid() == here else any_choice(among)

    monkeypatch.setattr(uuid, "uuid4", next_id)
    monkeypatch.setattr(secrets, "choice", next_choice)
