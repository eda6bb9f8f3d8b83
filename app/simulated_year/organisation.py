"""An invented council of some hundred people, with its register, made through the same imports as a real one."""

import csv
import io
import itertools
import random
from collections.abc import Iterable, Mapping
from datetime import date, datetime

import sqlalchemy as sa

from app.account_register.operations import import_register, plan_register_import
from app.core.audit import ActorKind
from app.core.clock import local_day
from app.core.db import begin_writing, commit, db
from app.core.sealing import ensure_index_key
from app.people.heading import name_head
from app.people.models import DeclaredRelationship, Person, RelationshipKind, Role
from app.people.operations import PEOPLE_HEADERS, appoint, import_people, plan_people_import, service_named
from app.policy.operations import set_up_installation

FIRST_NAMES = (
    "Aisling", "Amara", "Anwen", "Bartosz", "Bethan", "Chidi", "Dilys", "Eirian", "Farid", "Gethin", "Harpreet", "Ianto",
    "Jagoda", "Kwame", "Lowri", "Mehmet", "Nerys", "Oluchi", "Parveen", "Rhodri", "Saoirse", "Tegan", "Umar", "Wioletta",
    "Yusuf", "Zofia",
)  # fmt: skip
SURNAMES = (
    "Abernathy", "Blenkinsop", "Cholmondeley", "Dyrmundsson", "Eszterhazy", "Featherstonehaugh", "Gwilliam", "Hathersage",
    "Ikponmwosa", "Jankowiak", "Kiełbasa", "Llewelyn", "Mukherjee", "Nwosu", "O’Shaughnessy", "Prendergast", "Quiddington",
    "Ravensthorpe", "Sivaramakrishnan", "Trzebiatowski", "Uzoamaka", "Venkataraman", "Winterbottom", "Yildirim",
)  # fmt: skip
SERVICES = (
    "Libraries", "Highways", "Planning", "Leisure", "Waste", "Museums", "Housing", "Elections", "Youth", "Parks",
)
WITHOUT_A_HEAD = "Parks"
TEAM = 9
PLATFORMS = ("Facebook", "X", "Instagram", "YouTube", "Nextdoor", "LinkedIn")
ROLES: tuple[tuple[Role, int], ...] = (
    (Role.SCA, 1), (Role.DEPUTY_SCA, 1), (Role.HR_INTAKE, 4), (Role.HR_MANAGER, 2),
    (Role.INVESTIGATOR, 5), (Role.DECISION_MAKER, 4), (Role.APPEAL_OFFICER, 3), (Role.INDEPENDENT, 1),
    (Role.WHISTLEBLOWING_OFFICER, 1), (Role.SAFEGUARDING_LEAD, 1), (Role.ICT, 1), (Role.DPO, 1), (Role.AUDITOR, 1),
    (Role.ADMINISTRATOR, 1),
)  # fmt: skip
"""How many carry each role; who takes reports in also owns cases. None of them manages anybody."""

Row = dict[str, str]


def make_organisation(people: int, chance: random.Random, at: datetime) -> None:
    """Set up the organisation with this many people, their roles and accounts. Needs an empty database."""
    begin_writing()
    ensure_index_key(at)
    set_up_installation("council", at=at, organisation_name="Simulated Council")
    rows = _people(people, chance)
    people_plan = plan_people_import(_as_csv(PEOPLE_HEADERS, rows), today=local_day(at))
    import_people(people_plan, by=ActorKind.INSTALLATION, at=at)
    db.session.flush()
    known = {str(person.email): person for person in db.session.execute(sa.select(Person)).scalars()}
    _name_heads(known, at)
    _appoint(known, local_day(at), at)
    _declare_relationships(known, chance, local_day(at))
    db.session.flush()
    plan = plan_register_import(_register(rows, chance), day=local_day(at))
    import_register(plan, by=None, at=at)
    commit()


def officer_address(role: Role, number: int) -> str:
    """The address of the nth person who carries a role."""
    return f"{role.value.replace('_', '-')}-{number}@simulated.example"


def _people(count: int, chance: random.Random) -> list[Row]:
    """A chief executive, heads, line managers with teams of nine, and everybody who carries a role."""
    names = list(itertools.product(FIRST_NAMES, SURNAMES))
    chance.shuffle(names)
    numbered = itertools.count(1)

    def row(email: str, post: str, service: str, manager: str) -> Row:
        number = next(numbered)
        first, last = names[number % len(names)]
        name = f"{first} {last}" if number <= len(names) else f"{first} {last} {number}"
        return {
            "email": email, "name": name, "post": post, "service": service, "person_kind": "employee",
            "manager_email": manager, "started": "2019-04-01", "last_working_day": "",
        }  # fmt: skip

    chief = "chief@simulated.example"
    rows = [row(chief, "Chief Executive", "Corporate", "")]
    rows += [row(f"head-{service.lower()}@simulated.example", "Head of service", service, chief) for service in SERVICES]
    for role, number in ROLES:
        rows += [row(officer_address(role, n), role.value, "Corporate", chief) for n in range(1, number + 1)]
    team = 0
    while len(rows) < count:
        team += 1
        service = SERVICES[team % len(SERVICES)]
        manager = f"manager-{team}@simulated.example"
        rows.append(row(manager, "Manager", service, f"head-{service.lower()}@simulated.example"))
        for member in range(min(TEAM, count - len(rows))):
            rows.append(row(f"officer-{team}-{member}@simulated.example", "Officer", service, manager))
    return rows


def _name_heads(known: Mapping[str, Person], at: datetime) -> None:
    """Each service but one has a head on record."""
    for service in SERVICES:
        if service != WITHOUT_A_HEAD:
            name_head(service_named(service), known[f"head-{service.lower()}@simulated.example"], by=None, at=at)


def _appoint(known: Mapping[str, Person], day: date, at: datetime) -> None:
    for role, number in ROLES:
        for n in range(1, number + 1):
            appoint(known[officer_address(role, n)], role, by=None, since=day, at=at)
            if role is Role.HR_INTAKE:
                appoint(known[officer_address(role, n)], Role.HR_CASE_OWNER, by=None, since=day, at=at)


def _declare_relationships(known: Mapping[str, Person], chance: random.Random, day: date) -> None:
    """Officers have friends and family among their colleagues: each is walled off from what concerns these."""
    others = sorted(email for email in known if email.startswith("officer-"))
    for role in (Role.HR_INTAKE, Role.HR_MANAGER, Role.INVESTIGATOR, Role.DECISION_MAKER):
        for friend in chance.sample(others, min(12, len(others))):
            db.session.add(
                DeclaredRelationship(
                    person_id=known[officer_address(role, 1)].id, other_id=known[friend].id,
                    kind=chance.choice(list(RelationshipKind)), since=day,
                )
            )  # fmt: skip


def _register(people: list[Row], chance: random.Random) -> bytes:
    """One account of each service on each platform, owned by a manager, held by some of their colleagues."""
    rows: list[Row] = []
    for service, platform in itertools.product(SERVICES, PLATFORMS):
        team = [row["email"] for row in people if row["service"] == service and row["post"] == "Officer"]
        managers = [row["email"] for row in people if row["service"] == service and row["post"] == "Manager"]
        if not team or not managers:
            continue
        holders = chance.sample(team, min(3, len(team)))
        levels = ("admin", "admin", "editor")
        rows.append(
            {
                "platform": platform, "handle": f"simulated{service.lower()}",
                "url": f"https://example.org/{platform.lower()}/{service.lower()}", "name": f"{service} on {platform}",
                "service": service, "owner_email": chance.choice(managers), "purpose": "News for residents",
                "status": "live",
                "holders": ";".join(f"{who}:{level}" for who, level in zip(holders, levels, strict=False)),
            }
        )  # fmt: skip
    headers = ("platform", "handle", "url", "name", "service", "owner_email", "purpose", "status", "holders")
    return _as_csv(headers, rows)


def _as_csv(headers: Iterable[str], rows: list[Row]) -> bytes:
    target = io.StringIO()
    writer = csv.DictWriter(target, list(headers))
    writer.writeheader()
    writer.writerows(rows)
    return target.getvalue().encode()
