"""The lists of requests and permissions, and the same to take away."""

import uuid
from typing import Any

from flask import Response, render_template, request, url_for

from app.account_register.queries import services
from app.core import clock
from app.core.headers import as_attachment
from app.core.paging import Cursor
from app.core.spreadsheets import CSV_TYPE, csv_of
from app.core.typed_text import clean_line
from app.device_permissions import blueprint, operations, queries
from app.device_permissions.forms import KIND_WORDS
from app.device_permissions.models import DeviceKind
from app.device_permissions.queries import DeviceFilters, Shown
from app.device_permissions.routes.shared import ROOM, reader
from app.people.models import Service
from app.policy.queries import working_calendar


@blueprint.get("/team")
def team() -> Any:
    """Requests I decide; for the keepers of the register and the auditor, everybody's."""
    filters = _filters()
    cursor = Cursor.read(request.args.get("after"), request.args.get("before"))
    page = queries.requests_for(reader(), filters, clock.today(), cursor)
    until = queries.last_days(reader(), filters.shown, page.rows)
    known = services()
    return render_template(
        f"{ROOM}/team.html", page=page, until=until, shown=filters.shown, today=clock.today(), calendar=working_calendar(),
        is_use_notified=queries.is_use_notified(), fields=_fields(filters, known), chosen=_chosen(filters, known),
        tabs=[_tab(filters, part) for part in Shown], state_words=queries.state_words,
        waits_for_an_answer=queries.waits_for_an_answer,
        csv_href=url_for(".export_csv", **_arguments(filters)),
        older_href=_href(filters, after=str(page.next_after)) if page.next_after else None,
        newer_href=_href(filters, before=str(page.previous_before)) if page.previous_before else None,
    )  # fmt: skip


@blueprint.get("/export.csv")
def export_csv() -> Response:
    """The list with its filters as CSV, written down that it was taken away where there is anything on it."""
    person, now = reader(), clock.now()
    rows = queries.rows_to_take_away(person, _filters(), clock.local_day(now))
    if rows:
        operations.note_list_taken(by=person, at=now)
    return as_attachment(csv_of(queries.HEADERS, rows), CSV_TYPE, "device-permissions.csv")


def _filters() -> DeviceFilters:
    """What the address asks for; what is unknown does not narrow."""
    shown, kind = request.args.get("show", ""), request.args.get("kind", "")
    try:
        service_id = uuid.UUID(request.args["service"])
    except (KeyError, ValueError):
        service_id = None
    return DeviceFilters(
        shown=Shown(shown) if shown in set(Shown) else Shown.WAITING,
        name=clean_line(request.args.get("name"))[:100],
        kind=DeviceKind(kind) if kind in set(DeviceKind) else None,
        service_id=service_id,
    )


def _arguments(filters: DeviceFilters, **others: str) -> dict[str, Any]:
    values = {
        "show": filters.shown.value, "name": filters.name, "kind": filters.kind.value if filters.kind else "",
        "service": str(filters.service_id or ""), **others,
    }  # fmt: skip
    return {name: value for name, value in values.items() if value}


def _href(filters: DeviceFilters, **others: str) -> str:
    return url_for(".team", **_arguments(filters, **others))


def _tab(filters: DeviceFilters, part: Shown) -> dict[str, Any]:
    return {"text": part.label, "href": _href(filters, show=part.value), "current": part is filters.shown}


def _fields(filters: DeviceFilters, known: list[Service]) -> list[dict[str, Any]]:
    return [
        {"name": "name", "label": "Name", "value": filters.name, "width": 10},
        {
            "name": "kind", "label": "Device", "value": filters.kind.value if filters.kind else "",
            "options": [("", "Any"), *((kind.value, KIND_WORDS[kind]) for kind in DeviceKind)],
        },
        {
            "name": "service", "label": "Service", "value": str(filters.service_id or ""),
            "options": [("", "Any"), *((str(service.id), service.name) for service in known)],
        },
    ]  # fmt: skip


def _chosen(filters: DeviceFilters, known: list[Service]) -> list[dict[str, str]]:
    service = next((one.name for one in known if one.id == filters.service_id), "Unknown service")
    words = {
        "name": f"“{filters.name}”", "kind": KIND_WORDS[filters.kind] if filters.kind else "",
        "service": f"Service: {service}",
    }  # fmt: skip
    in_force = [name for name in _arguments(filters) if name in words]
    return [{"text": words[name], "href": _href(filters, **{name: ""})} for name in in_force]
