"""Every password change, by state, with filters and age: for the keepers of the register and the auditor."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import render_template, request, url_for

from app.account_register.naming import platform_names
from app.account_register.queries import services
from app.core import clock
from app.core.paging import Cursor
from app.core.presentation import count_words
from app.core.typed_text import clean_line
from app.core.working_days import HolidayDataEnds
from app.credential_rotation import blueprint, queries
from app.credential_rotation.models import OPEN_ROTATION, RotationStatus
from app.credential_rotation.routes.shared import reader
from app.people.models import Service
from app.policy.queries import pack, working_calendar

LIST = "credential_rotation.everything"


@blueprint.get("/all")
def everything() -> Any:
    """Every rotation, by state; the filters live in the address."""
    filters = _read(request.args)
    cursor = Cursor.read(request.args.get("after"), request.args.get("before"))
    page = queries.rotations_page(reader(), filters, cursor, clock.today())
    known = services()
    beside = {name: getattr(page, edge) for name, edge in (("after", "next_after"), ("before", "previous_before"))}
    return render_template(
        "credential_rotation/all.html", page=page, shown=filters.status, today=clock.today(), calendar=working_calendar(),
        fields=_fields(filters, known), chosen=_chosen(filters, known), age=_age,
        tabs=[(status, url_for(LIST, **{**_arguments(filters), "show": status.value})) for status in RotationStatus],
        hrefs={name: url_for(LIST, **_arguments(filters), **{name: row}) for name, row in beside.items() if row},
        is_open=filters.status in OPEN_ROTATION,
    )  # fmt: skip


def _read(arguments: Mapping[str, str]) -> queries.RotationFilters:
    """The filters of an address; what is unknown does not narrow."""
    shown, platform = arguments.get("show", ""), arguments.get("platform", "")
    known = pack().find_platform(platform) if platform else None
    try:
        service_id = uuid.UUID(arguments["service"])
    except (KeyError, ValueError):
        service_id = None
    status = RotationStatus(shown) if shown in set(RotationStatus) else RotationStatus.DUE
    return queries.RotationFilters(
        status=status, text=clean_line(arguments.get("q"))[:100], platform=known.name if known else "",
        service_id=service_id, owner=clean_line(arguments.get("owner"))[:120],
        late=arguments.get("late") == "yes" and status in OPEN_ROTATION,
    )  # fmt: skip


def _arguments(filters: queries.RotationFilters) -> dict[str, Any]:
    values = {
        "show": filters.status.value, "q": filters.text, "platform": filters.platform,
        "service": str(filters.service_id or ""), "owner": filters.owner, "late": "yes" if filters.late else "",
    }  # fmt: skip
    return {name: value for name, value in values.items() if value}


def _fields(filters: queries.RotationFilters, known: list[Service]) -> list[dict[str, Any]]:
    fields: list[dict[str, Any]] = [
        {"name": "q", "label": "Account", "value": filters.text, "width": 10},
        {"name": "owner", "label": "Who sees to it", "value": filters.owner, "width": 10},
        {"name": "platform", "label": "Platform", "value": filters.platform,
         "options": [("", "Any"), *((name, name) for name in platform_names())]},
        {"name": "service", "label": "Service", "value": str(filters.service_id or ""),
         "options": [("", "Any"), *((str(one.id), one.name) for one in known)]},
    ]  # fmt: skip
    if filters.status in OPEN_ROTATION:
        late = [("", "Late or not"), ("yes", "Late only")]
        fields.append({"name": "late", "label": "Late", "value": "yes" if filters.late else "", "options": late})
    return fields


def _chosen(filters: queries.RotationFilters, known: list[Service]) -> list[dict[str, str]]:
    arguments = _arguments(filters)
    service = next((one.name for one in known if one.id == filters.service_id), "Unknown service")
    words = {
        "q": f"Account: {filters.text}", "owner": f"Who sees to it: {filters.owner}", "platform": filters.platform,
        "service": service, "late": "Late only",
    }  # fmt: skip
    return [
        {"text": text, "href": url_for(LIST, **{key: value for key, value in arguments.items() if key != name})}
        for name, text in words.items()
        if name in arguments
    ]


def _age(opened_at: datetime) -> str:
    """How long ago a change was asked for, in working days."""
    opened, today = clock.local_day(opened_at), clock.today()
    if opened == today:
        return "Today"
    try:
        return f"{count_words(working_calendar().between(opened, today), 'working day')} ago"
    except HolidayDataEnds:
        return f"{count_words((today - opened).days, 'day')} ago"
