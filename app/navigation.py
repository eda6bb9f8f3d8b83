"""Which doors the reader sees at the top of every page, by what they do here."""

from flask import has_request_context, request, url_for
from flask_login import current_user

from app.people.models import HR_OFFICERS, KEEPERS, Role

CASE_WORKERS = (*HR_OFFICERS, Role.INVESTIGATOR, Role.DECISION_MAKER, Role.APPEAL_OFFICER)
DOORS: tuple[tuple[str, str, str, tuple[Role, ...]], ...] = (
    ("Home", "home.index", "home", ()),
    ("Policy", "policy.index", "policy", ()),
)


def for_reader() -> list[dict[str, object]]:
    """The doors of the signed-in reader; none before they sign in."""
    if not (has_request_context() and current_user and current_user.is_authenticated):
        return []
    return [
        {"text": text, "href": url_for(endpoint), "current": request.blueprint == room}
        for text, endpoint, room, roles in DOORS
        if not roles or current_user.holds(*roles)
    ]


THINGS_TO_DO: tuple[tuple[str, str], ...] = (("See the rules", "policy.index"),)


def doors_home() -> list[dict[str, str]]:
    """What everybody can start from the home page."""
    return [{"text": text, "href": url_for(endpoint)} for text, endpoint in THINGS_TO_DO]


__all__ = ["CASE_WORKERS", "KEEPERS", "doors_home", "for_reader"]
