"""The filters of the register: read from the address, and written into it again."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from flask import url_for

from app.account_register.health import Health
from app.account_register.models import AccountStatus
from app.account_register.naming import platform_names
from app.account_register.queries import AccountFilters
from app.account_register.queries.accounts import ALL_OTHERS
from app.core.presentation import status_words
from app.core.typed_text import clean_line
from app.people.models import Service
from app.policy.queries import pack


def read_filters(arguments: Mapping[str, str]) -> AccountFilters:
    """The filters of an address. A platform may be called by any of its names; what is unknown does not narrow."""
    platform = arguments.get("platform", "")
    known = pack().find_platform(platform) if platform else None
    status, attention = arguments.get("status", ""), arguments.get("attention", "")
    try:
        service_id = uuid.UUID(arguments["service"])
    except (KeyError, ValueError):
        service_id = None
    return AccountFilters(
        text=clean_line(arguments.get("q"))[:100],
        platform=known.name if known else ALL_OTHERS if platform == ALL_OTHERS else "",
        service_id=service_id,
        status=AccountStatus(status) if status in set(AccountStatus) else None,
        attention=attention == "yes",
        health=Health(attention) if attention in set(Health) else None,
        holder=clean_line(arguments.get("holder"))[:254],
    )


def _arguments(filters: AccountFilters) -> dict[str, str]:
    values = {
        "q": filters.text,
        "platform": filters.platform,
        "service": str(filters.service_id or ""),
        "status": filters.status.value if filters.status else "",
        "attention": _attention(filters),
        "holder": filters.holder,
    }
    return {name: value for name, value in values.items() if value}


def left_out(arguments: Mapping[str, str], filters: AccountFilters) -> list[str]:
    """What an address asks for that the register does not know, so that the list is not narrowed by it, in words."""
    kept = _arguments(filters)
    words = {"platform": "platform", "service": "service", "status": "state", "attention": "attention"}
    asked = {name: clean_line(arguments.get(name))[:60] for name in words if name not in kept}
    return [f"{words[name]} “{value}”" for name, value in asked.items() if value]


def _attention(filters: AccountFilters) -> str:
    return filters.health.value if filters.health else "yes" if filters.attention else ""


def _list_href(arguments: Mapping[str, Any]) -> str:
    return url_for("account_register.index", **arguments)


def page_href(filters: AccountFilters, **cursor: uuid.UUID | None) -> str | None:
    """The address of the page beside this one; None if there is none."""
    if not any(cursor.values()):
        return None
    beside = {name: str(row) for name, row in cursor.items() if row}
    return _list_href({**_arguments(filters), **beside})


def export_href(filters: AccountFilters, ending: str) -> str:
    """The address of the list as a file, with the same filters."""
    arguments: dict[str, Any] = {**_arguments(filters)}
    return url_for(f"account_register.export_{ending}", **arguments)


def filter_fields(filters: AccountFilters, services: Sequence[Service]) -> list[dict[str, Any]]:
    """The boxes of the filter form."""
    return [
        {"name": "q", "label": "Name or handle", "value": filters.text, "width": 10},
        {
            "name": "platform", "label": "Platform", "value": filters.platform,
            "options": [("", "Any"), *((name, name) for name in platform_names()), (ALL_OTHERS, "Other")],
        },
        {
            "name": "service", "label": "Service", "value": str(filters.service_id or ""),
            "options": [("", "Any"), *((str(service.id), service.name) for service in services)],
        },
        {
            "name": "status", "label": "State", "value": filters.status.value if filters.status else "",
            "options": [("", "Any"), *((status.value, status_words(status)) for status in AccountStatus)],
        },
        {
            "name": "attention", "label": "Attention", "value": _attention(filters),
            "options": [("", "Any"), ("yes", "Needs attention"), *((one.value, one.label) for one in Health)],
        },
        {"name": "holder", "label": "Who has access", "value": filters.holder, "width": 10},
    ]  # fmt: skip


def chosen_filters(filters: AccountFilters, services: Sequence[Service]) -> list[dict[str, str]]:
    """The filters in force, each with the address of the list without it."""
    arguments = _arguments(filters)
    service = next((one.name for one in services if one.id == filters.service_id), "Unknown service")
    words = {
        "q": f"“{filters.text}”",
        "platform": f"Platform: {filters.platform}",
        "service": f"Service: {service}",
        "status": f"State: {status_words(filters.status)}" if filters.status else "",
        "attention": filters.health.label if filters.health else "Needs attention",
        "holder": f"Who has access: {filters.holder}",
    }
    return [
        {
            "text": words[name],
            "href": _list_href({other: value for other, value in arguments.items() if other != name}),
        }
        for name in arguments
    ]
