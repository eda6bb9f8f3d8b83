"""Recording that somebody who had left came back, with all that was proved of their leaving as it is (policy 6.1(3))."""

from datetime import date, datetime

from app.account_register.queries import keepers_on
from app.core import clock
from app.core.errors import AlreadyDone, InvalidInput, demand
from app.core.outbox import notify
from app.core.presentation import uk_date
from app.credential_rotation.models import LeaverNotice, NoticeStatus
from app.credential_rotation.operations import messages
from app.credential_rotation.operations.leaving import already_back, already_withdrawn
from app.people.coming_back import take_back
from app.people.models import HR_OFFICERS, Person


def demand_may_take_back(notice: LeaverNotice, *, by: Person, at: datetime) -> None:
    """Refuse who is no HR officer (403), and a notice of somebody who has not gone, or of whom something is left to do."""
    demand(
        by.holds(*HR_OFFICERS) and by.id != notice.person_id, "Only HR can record that somebody came back.",
        what_now="Ask HR.",
    )  # fmt: skip
    if notice.is_withdrawn:
        raise already_withdrawn(notice)
    if notice.came_back:
        raise already_back(notice)
    name = notice.person.name
    if not notice.person.has_left_on(clock.local_day(at)):
        raise AlreadyDone(f"{name} works here still.", what_now="If they do not leave, record that they stay after all.")
    if notice.status is not NoticeStatus.COMPLETE:
        raise AlreadyDone(
            f"Something is still to be done because {name} left, so this cannot be recorded yet.",
            what_now="Have done what their page lists, and record it then.",
        )


def come_back(notice: LeaverNotice, *, started: date, by: Person, at: datetime) -> None:
    """Record that somebody came back on a day: they work here again and may sign in, and nothing that they had comes back.

    The notice that they left stays complete, with its chain, certificate and figures. The keeper of the register is told.
    """
    demand_may_take_back(notice, by=by, at=at)
    today = clock.local_day(at)
    if started <= notice.last_working_day:
        raise InvalidInput(
            f"The day they came back must be after their last working day, {uk_date(notice.last_working_day)}",
            field="started",
        )
    if started > today:
        sentence = "The day they came back must be today or in the past. Record it once they are here"
        raise InvalidInput(sentence, field="started")
    take_back(notice.person, started, by=by, at=at)
    notice.told_otherwise = []
    for keeper in keepers_on(today):
        if keeper.id not in (by.id, notice.person_id):
            notify(keeper.id, messages.CAME_BACK, notice.id, at=at)
