"""Who plays which part in the demo."""

import csv
import io
from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa

from app.account_register.models import ProposalKind
from app.core.audit import ActorKind
from app.core.clock import local_day
from app.core.db import db
from app.people.heading import name_head
from app.people.models import Credential, Person, Role
from app.people.operations import PEOPLE_HEADERS, appoint, import_people, plan_people_import
from app.people.signing_in import hash_password
from app.policy.pack import demo_inputs, load_pack

CAST: Mapping[str, tuple[str, tuple[Role, ...]]] = {
    "employee": ("an employee: asks, reports, acknowledges", ()),
    "colleague": ("holds access to accounts; the subject of two demo cases", ()),
    "leaver": ("somebody who leaves", ()),
    "manager": ("their line manager", ()),
    "head": ("head of their service", ()),
    "sca": ("Strategic Communications Adviser: keeps the register", (Role.SCA,)),
    "deputy-sca": ("her deputy", (Role.DEPUTY_SCA,)),
    "hr": ("HR: takes reports in, owns cases", (Role.HR_INTAKE, Role.HR_CASE_OWNER)),
    "hr2": (
        "HR manager: appoints, is the second officer, can take a case over",
        (Role.HR_INTAKE, Role.HR_MANAGER, Role.HR_CASE_OWNER),
    ),
    "hr3": ("HR manager beside them: takes over where the other may not know of a case", (Role.HR_MANAGER,)),
    "investigator": ("investigates", (Role.INVESTIGATOR,)),
    "decision": ("decides, and hears; may dismiss", (Role.DECISION_MAKER, Role.DISMISSAL_AUTHORITY)),
    "appeal": ("hears appeals", (Role.APPEAL_OFFICER,)),
    "standby": (
        "takes over as investigator, decision maker (who may dismiss) or appeal officer when somebody cannot go on",
        (Role.INVESTIGATOR, Role.DECISION_MAKER, Role.DISMISSAL_AUTHORITY, Role.APPEAL_OFFICER),
    ),
    "independent": ("takes reports in when all of HR is concerned", (Role.INDEPENDENT,)),
    "whistleblowing": ("whistleblowing officer", (Role.WHISTLEBLOWING_OFFICER,)),
    "safeguarding": ("safeguarding lead", (Role.SAFEGUARDING_LEAD,)),
    "ict": ("ICT", (Role.ICT,)),
    "dpo": ("data protection officer", (Role.DPO,)),
    "auditor": ("auditor: reads the register", (Role.AUDITOR,)),
    "admin": ("administrator: no case content", (Role.ADMINISTRATOR,)),
}


def address(name: str) -> str:
    """The e-mail address of somebody in the cast."""
    return f"{name}@demo.example"


def who_can_sign_in(pack_name: str) -> list[tuple[str, str]]:
    """Everybody of the cast by address, with who they are in the demo of a pack: only the council's has cases."""
    without_cases = {} if pack_name == "council" else {"colleague": "another employee: asks, reports, acknowledges"}
    return [(address(name), without_cases.get(name, words)) for name, (words, _) in CAST.items()]


def add_cast(pack_name: str, password: str, *, at: datetime) -> dict[str, Person]:
    """Import the demo's people, appoint them, and give those of the cast a password. Gives the cast by name."""
    files = [demo_inputs(pack_name)[0].read_bytes()]
    if pack_name != "council":
        files.append(_only_the_cast(demo_inputs("council")[0].read_text(encoding="utf-8")))
    for content in files:
        import_people(plan_people_import(content, today=local_day(at)), by=ActorKind.INSTALLATION, at=at)
    db.session.flush()
    people = db.session.execute(sa.select(Person).where(Person.email.in_([address(name) for name in CAST]))).scalars()
    cast = {str(person.email).partition("@")[0]: person for person in people}
    password_hash = hash_password(password)
    for name, (_, roles) in CAST.items():
        for role in roles:
            appoint(cast[name], role, by=None, since=local_day(at), at=at)
        db.session.add(Credential(person_id=cast[name].id, password_hash=password_hash, changed_at=at))
    if any("chair" in load_pack(pack_name).chains[kind.approval_chain].value for kind in ProposalKind):
        appoint(cast["head"], Role.CHAIR, by=None, since=local_day(at), at=at)
    _name_the_head(cast, at)
    return cast


def _name_the_head(cast: Mapping[str, Person], at: datetime) -> None:
    service = cast["head"].service
    if service is not None:
        name_head(service, cast["head"], by=None, at=at)


def _only_the_cast(council_people: str) -> bytes:
    """The cast from the council's people, for an organisation whose own policy names posts only."""
    rows = [row for row in csv.DictReader(io.StringIO(council_people)) if row["email"].partition("@")[0] in CAST]
    addresses = {row["email"] for row in rows}
    for row in rows:
        row["manager_email"] = row["manager_email"] if row["manager_email"] in addresses else ""
    target = io.StringIO()
    writer = csv.DictWriter(target, PEOPLE_HEADERS)
    writer.writeheader()
    writer.writerows(rows)
    return target.getvalue().encode()
