"""Which doors the reader sees at the top of every page, by what they do here."""

from functools import cache

from flask import has_request_context, request, url_for
from flask_login import current_user

from app.breach_reports.models import REFERRED_TO, TRIAGE_ROLES
from app.core.registries import Viewer
from app.credential_rotation.models import SEES_INCIDENTS
from app.people.models import CONFIRM_TIES, HR_OFFICERS, KEEPERS, RECORD_HEADS, Role
from app.policy.queries import pack

CASE_WORKERS = (*HR_OFFICERS, Role.INVESTIGATOR, Role.DECISION_MAKER, Role.APPEAL_OFFICER)
DOORS: tuple[tuple[str, str, str, tuple[Role, ...]], ...] = (
    ("Home", "home.index", "home", ()),
    ("Policy", "policy.index", "policy", ()),
    ("Accounts", "account_register.index", "account_register", ()),
    ("Leavers", "credential_rotation.leavers", "", (*HR_OFFICERS, *KEEPERS, Role.AUDITOR)),
    ("Passwords", "credential_rotation.everything", "credential_rotation", (*KEEPERS, Role.AUDITOR)),
    ("Incidents", "credential_rotation.incidents", "", SEES_INCIDENTS),
    ("Devices", "device_permissions.team", "device_permissions", (*KEEPERS, Role.AUDITOR)),
    ("Reports", "breach_reports.queue", "", (*TRIAGE_ROLES, *REFERRED_TO.values())),
    ("Notices", "account_register.notices", "", KEEPERS),
    ("Told early", "early_advice.for_me", "early_advice", (*KEEPERS, Role.DPO)),
    ("Cases", "hr_cases.index", "hr_cases", CASE_WORKERS),
    ("Roles", "people.roles", "", (Role.ADMINISTRATOR,)),
    ("Heads of service", "people.services", "", RECORD_HEADS),
    ("Jobs", "duties.jobs", "", (Role.ADMINISTRATOR,)),
)


@cache
def _addresses(_script_root: str) -> dict[str, str]:
    """Where each door leads; worked out once for each place the service is served under, since every page shows them."""
    return {endpoint: url_for(endpoint) for _, endpoint, _, _ in DOORS}


def for_reader() -> list[dict[str, object]]:
    """The doors of the signed-in reader; none before they sign in."""
    if not (has_request_context() and current_user and current_user.is_authenticated):
        return []
    open_to_me = [door for door in DOORS if (not door[3] or current_user.holds(*door[3])) and _has_use_for(door[1])]
    addresses = _addresses(request.script_root)
    doors = [(text, addresses[endpoint], room) for text, endpoint, room, _ in open_to_me]
    inside = [href for _, href, _ in doors if request.path == href or (href != "/" and request.path.startswith(href))]
    here = max(inside, key=len, default=None)
    return [
        {"text": text, "href": href, "current": href == here if here else bool(room) and request.blueprint == room}
        for text, href, room in doors
    ]


# Rooms, and single pages, that a policy may have no use for, with its switch.
ONLY_WITH = {
    "device_permissions": "device_permissions",
    "device_permissions.declare_use": "work_use_notified",
    "early_advice.new_alert": "mistake_alerts",
    "early_advice.index": "ask_first",
}


def _has_use_for(endpoint: str) -> bool:
    """Whether the policy of this organisation knows what a door leads to."""
    switch = ONLY_WITH.get(endpoint) or ONLY_WITH.get(endpoint.partition(".")[0])
    return switch is None or bool(pack().switches[switch].value)


Doors = tuple[tuple[str, str], ...]
THINGS_TO_DO: tuple[tuple[str, Doors], ...] = (
    (
        "Ask",
        (
            ("Ask to use a device of my own", "device_permissions.index"),
            ("Ask before I post", "early_advice.index"),
        ),
    ),
    (
        "Tell",
        (
            ("I think I made a mistake", "early_advice.new_alert"),
            ("Tell what I use for work", "device_permissions.declare_use"),
            ("Report something to HR", "breach_reports.before_you_start"),
        ),
    ),
    (
        "Read and agree",
        (
            ("See the rules", "policy.index"),
            ("What I hold and have agreed to", "figures.my_record"),
        ),
    ),
)
CLOSE_TO_YOU = ("Say who is close to you at work", "people.close_to_you")
RECORDED_TIES = ("See which close relationships HR recorded", "people.recorded_relationships")
OF_MY_TEAM: Doors = (
    ("Say that somebody in my team leaves", "credential_rotation.new_leaver"),
    ("See the devices of my team", "device_permissions.team"),
    ("Remind my team of the policy, and see who agreed to it", "policy.remind"),
)


def doors_home(reader: Viewer, *, has_team: bool) -> list[tuple[str, list[dict[str, str]]]]:
    """What the reader can start from the home page, under the verb for it: what everybody does, and more for those who
    manage somebody.

    Whoever may come to work on a report or a case says here who is close to them, before they do.
    """
    near: Doors = ()
    if reader.holds(*CASE_WORKERS, *CONFIRM_TIES, *TRIAGE_ROLES, *REFERRED_TO.values()):
        near += (CLOSE_TO_YOU,)
    if reader.holds(*HR_OFFICERS):
        near += (RECORDED_TIES,)
    groups = (*THINGS_TO_DO, ("My team", OF_MY_TEAM if has_team else ()), ("Close relationships", near))
    open_to_me = ((verb, [door for door in doors if _has_use_for(door[1])]) for verb, doors in groups)
    return [
        (verb, [{"text": text, "href": url_for(endpoint)} for text, endpoint in doors])
        for verb, doors in open_to_me
        if doors
    ]


__all__ = ["CASE_WORKERS", "KEEPERS", "doors_home", "for_reader"]
