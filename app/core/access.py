"""Closed by default: a route that nobody listed in the access table is refused.

The table (app/access/, one file for each room, put together in its `__init__`) says for each endpoint who may come as
far as the route; the route then asks the thing itself.
Where existence is secret, the answer to those who may not come is the constant page, the same as for no such thing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from flask import Flask, redirect, request, url_for
from flask_login import current_user
from werkzeug.exceptions import HTTPException

from app.core.errors import NotAllowed, NothingHere


@dataclass(frozen=True)
class Access:
    """Who may come as far as a route.

    `signed_in` False: anybody. `roles` empty: anybody who signed in. `secret`: those who may not come are told the
    same as for an address that does not exist. `then_asks` names the predicate or query by which the route asks the
    thing itself; empty only where there is nothing more to ask.
    """

    signed_in: bool = True
    roles: frozenset[StrEnum] = frozenset()
    secret: bool = False
    then_asks: str = ""


def anybody(then_asks: str = "") -> Access:
    """A page for everybody, signed in or not."""
    return Access(signed_in=False, then_asks=then_asks)


def signed_in(then_asks: str = "", *, secret: bool = False) -> Access:
    """A page for everybody who signed in."""
    return Access(then_asks=then_asks, secret=secret)


def roles(*any_of: StrEnum, then_asks: str = "", secret: bool = False) -> Access:
    """A page for those who hold any of these roles today."""
    return Access(roles=frozenset(any_of), then_asks=then_asks, secret=secret)


def install(app: Flask, table: Mapping[str, Access]) -> None:
    """Put the access table in front of every route of an application."""
    app.extensions["access_table"] = table

    @app.before_request
    def admit() -> Any:
        if isinstance(request.routing_exception, HTTPException) or request.endpoint is None:
            return None  # no such address or method: the error pages answer, the same for everybody
        access = table.get(request.endpoint)
        if access is None:
            raise NotAllowed("This page is not open to anybody yet.", what_now="Tell the administrator.")
        return _admit(access)


def _admit(access: Access) -> Any:
    if not access.signed_in:
        return None
    if not current_user.is_authenticated:
        wanted = request.full_path.rstrip("?") if request.method == "GET" else None
        return redirect(url_for("people.sign_in", next=wanted), 303)
    if access.roles and not current_user.holds(*access.roles):
        if access.secret:
            raise NothingHere(secret=True)
        raise NotAllowed(
            "You cannot open this page.", what_now="If you need it for your work, ask the administrator for access."
        )
    return None


