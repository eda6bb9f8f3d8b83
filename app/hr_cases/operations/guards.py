"""How every act of a case asks: the wall first, then who, then the stage.

The predicates of the case know a person's own part in it; that somebody is close to a party only the database knows, so
each act asks it once more. Whoever may not know of the case gets the constant answer, whoever comes late is told who
acted and when.
"""

from datetime import datetime

from app.core import clock
from app.core.audit import EventKind
from app.core.errors import AlreadyDone, InvalidInput, NotAllowed, NothingHere
from app.hr_cases.models import Case
from app.hr_cases.queries.sight import last_act, last_step
from app.matters.queries import is_walled_off
from app.people.models import Person


def ask_who(case: Case, rightful: bool, *, by: Person, at: datetime, whose: str) -> None:
    """Refuse whoever this act does not belong to. `whose` finishes the sentence "Only ... can do this."

    Those who may not read the case learn nothing (404); its other readers are told whose act it is (403).
    """
    if is_walled_off(case.matter, by, clock.local_day(at)):
        raise NothingHere(secret=True)
    if rightful:
        return
    if not case.can_be_read_by(by):
        raise NothingHere(secret=True)
    raise NotAllowed(f"Only {whose} can do this.", what_now="You can read the case, and ask them about it.")


def ask_stage(case: Case, allowed: bool, *, doing: EventKind, sentence: str) -> None:
    """Refuse (409) where the stage does not allow the act: says who did it already, or what happened last."""
    if allowed:
        return
    who, when = last_act(case, doing)
    if who is None:
        last = last_step(case)
        who, when = (last.who, last.at) if last else (None, None)
    raise AlreadyDone(sentence, who=who, when=when, what_now="Open the case again to see its next step.")


def need(text: str, sentence: str, field: str) -> str:
    """The text without its margins; refuses (422) an empty one."""
    text = text.strip()
    if not text:
        raise InvalidInput(sentence, field=field)
    return text
