"""The demo organisation: invented people who live the whole story, made only through the acts that real people use.

Nothing here is ever called outside `flask demo`.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from app.core import clock
from app.core.db import begin_writing, commit, db
from app.core.sealing import ensure_index_key
from app.demo.cases import fill_cases, fill_reports
from app.demo.cast import add_cast
from app.demo.devices import fill_devices
from app.demo.early import count_early, fill_early
from app.demo.incidents import fill_incidents
from app.demo.leavers import somebody_goes_away, somebody_left, somebody_moved, somebody_stayed
from app.demo.more_accounts import add_more_accounts
from app.demo.policy import ask_everybody, give_turns_to_managers, keep_it_up, other_formats, remind_some, some_agree
from app.demo.proposals import fill_proposals
from app.demo.register import ask_for_some, change_access, fill_register, record_two_step, review_holders, write_papers
from app.demo.timeline import OFFICE_OPENS, working_days_ago
from app.demo.watch import fill_watch
from app.people.models import Person
from app.policy.models import Installation
from app.policy.operations import set_up_installation

LIVED_FOR = timedelta(days=150)
"""How long the demo organisation has used the service before today."""


def is_there() -> bool:
    """Whether this installation already serves an organisation."""
    return pack_made() is not None


def pack_made() -> str | None:
    """The pack of the organisation that this installation serves; None if there is none yet."""
    made = db.session.get(Installation, 1)
    return made.pack_name if made is not None else None


def make_demo(pack_name: str, password: str) -> Mapping[str, Person]:
    """Make the demo organisation of a pack, with everybody who can sign in by this password."""
    with clock.set_to(clock.now() - LIVED_FOR):
        begin_writing()
        ensure_index_key(clock.now())
        set_up_installation(pack_name, at=clock.now())
        cast = add_cast(pack_name, password, at=clock.now())
        commit()
    begun = clock.now() - LIVED_FOR
    fill_register(pack_name, cast, begun + timedelta(hours=1))
    give_turns_to_managers(begun + timedelta(days=1))
    ask_everybody(clock.at_local(working_days_ago(13, clock.today()), OFFICE_OPENS))
    if pack_name == "council":
        _live(cast, clock.now())
    return cast


def _live(cast: Mapping[str, Person], now: datetime) -> None:
    """What happened at the council since: access, devices, leavers, incidents, reports and cases, one at each stage."""
    today = clock.local_day(now)

    def office_hours(days_ago: int) -> datetime:
        return clock.at_local(working_days_ago(days_ago, today), OFFICE_OPENS, 30)

    some_agree(office_hours(9))
    remind_some(cast, office_hours(50))
    keep_it_up(cast, office_hours(20))
    other_formats(cast, office_hours(18), office_hours(1))
    record_two_step(cast, office_hours(45))
    write_papers(cast, office_hours(42))
    change_access(cast, office_hours(40))
    review_holders(cast, office_hours(33))
    fill_devices(cast, office_hours(30), office_hours(7), office_hours(2))
    somebody_left("leisure-student@demo.example", cast["sca"], office_hours(25), finished=True)
    somebody_moved("library-officer@demo.example", cast["sca"], office_hours(12))
    somebody_stayed("youth-volunteer@demo.example", office_hours(11), office_hours(7))
    somebody_goes_away("waste-officer@demo.example", office_hours(5))
    somebody_left("elections-agency@demo.example", cast["sca"], office_hours(3), finished=False)
    ask_for_some(cast, office_hours(16), office_hours(2))
    fill_proposals(cast, office_hours(15))
    add_more_accounts(cast, office_hours(14))
    fill_watch(cast, office_hours(22))
    fill_incidents(cast, office_hours(12), office_hours(4), office_hours(1))
    fill_early(cast, office_hours(20), office_hours(1))
    fill_reports(cast, now)
    fill_cases(cast, now)
    count_early(cast, office_hours(1))
