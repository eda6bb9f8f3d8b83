"""The pages of this room: leavers, passwords to change, and what happened to accounts."""

from app.credential_rotation.routes import (
    certificates,
    coming_back,
    figures,
    history,
    incidents,
    leaver_changes,
    leaver_files,
    leavers,
    move_changes,
    moves,
    past_access,
    queue,
    reviews,
    rotations,
    signing_in,
    together,
)

__all__ = [
    "certificates",
    "coming_back",
    "figures",
    "history",
    "incidents",
    "leaver_changes",
    "leaver_files",
    "leavers",
    "move_changes",
    "moves",
    "past_access",
    "queue",
    "reviews",
    "rotations",
    "signing_in",
    "together",
]
