"""Who may act on an alert at all, asked before how it stands."""

from app.core.errors import AlreadyDone, InvalidInput, NotAllowed, NothingHere
from app.early_advice.models import MistakeAlert
from app.people.models import Person


def must_hear(alert: MistakeAlert, by: Person) -> None:
    """Who first: to a stranger there is nothing here; who sent it, or hears of it no more, is refused; to whoever had a part
    in what is settled it is said how it stands.
    """
    if not alert.can_be_seen_by(by):
        raise NothingHere(secret=True)
    if alert.is_receiver(by):
        return
    if alert.has_a_part(by) and not alert.is_open:
        raise decided_already(alert)
    raise NotAllowed("This is for those who are told of it.", what_now="You need do nothing.")


def must_have_seen(alert: MistakeAlert, by: Person, *, field: str) -> None:
    """Who first, for what whoever had a part may also do once it is settled."""
    if not alert.has_a_part(by):
        must_hear(alert, by)
    if not alert.can_be_reported_by(by):
        raise InvalidInput("Tick first that you have seen it", field=field)


def decided_already(alert: MistakeAlert) -> AlreadyDone:
    who = alert.decided_by
    return AlreadyDone(
        f"This has been decided already: {alert.outcome.label if alert.outcome else 'it waits to be seen'}.",
        who=who.name if who else None, when=alert.decided_at, did="decided so",
        what_now="Open it again to see how it stands.",
    )  # fmt: skip
