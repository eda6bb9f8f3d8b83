"""Who takes part in a report or case of the simulated year, and who is free to."""

from typing import Any

import sqlalchemy as sa

from app.breach_reports.models import BreachReport
from app.core import clock
from app.core.db import db
from app.core.errors import Refusal
from app.demo.cases import Scene, Story
from app.hr_cases.models import Case, CaseStatus
from app.matters.models import Capacity, Matter
from app.matters.queries import conflicts_of
from app.people.models import Person, Role
from app.people.queries import holders_of
from app.simulated_year.doing import Doing


def free_for(matter: Matter, role: Role, capacity: Capacity, doing: Doing) -> list[Person]:
    """Who may take this part. Raises Refusal if nobody may."""
    day = clock.local_day(doing.at)
    free = [one for one in holders_of([role], day) if not conflicts_of(matter, one, capacity, day)]
    if not free:
        raise Refusal("Nobody is free for this part of the case.")
    return free


def scene_of_report(report: BreachReport, by: Person, owner: Person) -> Scene:
    """The people of a report, as the steps of a case ask for them."""
    assert report.reporter is not None
    assert report.subject is not None
    story = Story(CaseStatus.OPENED, "", "", "DISREPUTE-ARGUE", "", "Grit your own road.")
    received = clock.local_day(report.received_at)
    return Scene({"hr": by, "owner": owner}, story, report.subject, report.reporter, received, report_id=report.id)


def scene_of_case(case: Case, doing: Doing) -> Scene:
    """The people of a case as it is now, and, for those still to be appointed, somebody who may be."""

    def part(present: Person | None, role: Role, capacity: Capacity) -> Person:
        return present or doing.chance.choice(free_for(case.matter, role, capacity, doing))

    assert case.owner is not None
    cast = {"hr": case.owner, "hr2": doing.by}
    if case.status in (CaseStatus.OPENED, CaseStatus.INVESTIGATING, CaseStatus.PLANNING):
        cast["investigator"] = part(case.investigator, Role.INVESTIGATOR, Capacity.INVESTIGATOR)
    elif case.status is CaseStatus.APPEALED:
        cast["appeal"] = part(case.appeal_officer, Role.APPEAL_OFFICER, Capacity.APPEAL_OFFICER)
    else:
        cast["decision"] = part(case.decision_maker, Role.DECISION_MAKER, Capacity.DECISION_MAKER)
    story = Story(case.status, "", "", "DISREPUTE-ARGUE", "", "Grit your own road.")
    return Scene(cast, story, case.subject, case.subject, clock.local_day(case.opened_at), case_id=case.id)


def case_of(doing: Doing) -> Case:
    """The case that a duty is about."""
    case: Case = by_reference(Case, doing.key)
    return case


def by_reference(model: type[Any], reference: str) -> Any:
    """The one with this reference."""
    return db.session.execute(sa.select(model).where(model.reference == reference)).unique().scalar_one()
