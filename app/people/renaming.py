"""What somebody is called, or their address, becomes another one: what they were called before is kept.

A file knows people by their addresses alone, so whoever has another one by now would become a second person, and what the
first can open would be nobody's when they leave. So a line that may mean somebody on record is asked about.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from app.core.addresses import why_unreachable
from app.core.audit import Actor, ActorKind, event_kind, record
from app.core.clock import local_day
from app.core.db import db
from app.core.errors import AlreadyDone, InvalidInput
from app.core.presentation import uk_date
from app.people.models import FormerName, FormerNameMistake, Person
from app.people.naming import folded_name
from app.people.queries import person_by_email
from app.people.signing_in import end_every_session

EMAIL_CHANGED = event_kind("person:email-changed", "recorded another e-mail address of {about}")
NEVER_THEIRS = event_kind("person:former-name-mistaken", "recorded that a former name or address of {about} was a mistake")
MOST_REASON = 500
Likeness = tuple[str | date, ...]


class NewPerson(Protocol):
    """What a file tells of somebody whose address nobody has."""

    @property
    def email(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def post(self) -> str: ...
    @property
    def service(self) -> str: ...
    @property
    def started(self) -> date | None: ...


def keep_former_name(person: Person, *, at: datetime) -> None:
    """Keep what somebody is called, and their address, because the one or the other is about to become another."""
    db.session.add(FormerName(person=person, name=person.name, email=person.email, until=local_day(at)))


def change_email(person: Person, email: str, *, by: Actor, at: datetime) -> None:
    """Note that somebody has another address: they stay who they are, with all that they have.

    Their sessions end, since whoever had one signed in by an address that is not theirs any more; the password stays.
    Raises InvalidInput for an address that no mail could reach or that somebody else has.
    """
    new = email.strip().lower()
    if wrong := why_unreachable(new):
        raise InvalidInput(f"Enter another e-mail address: {wrong}", field="email")
    whose = person_by_email(new)
    if whose is not None and whose.id == person.id:
        raise AlreadyDone(f"{person.name} has the address {new} already.", what_now="You need do nothing.")
    if whose is not None:
        raise InvalidInput(f"Enter another e-mail address: {whose.name} has {new}", field="email")
    keep_former_name(person, at=at)
    person.email = new
    end_every_session(person, at=at)
    record(EMAIL_CHANGED, person.id, by=by, at=at, about=person.id)


def forget_former_name(person: Person, what: str, *, reason: str, by: Person | None, at: datetime) -> None:
    """Note that a former name or address never was theirs, such as one from a file whose rows were shifted.

    What is kept stays, with who said so (nobody for the installation), when, and why; nobody is hidden, walled off or found
    by it any more. Who is walled off because of it already stays so until HR says whom a report is about. Raises
    InvalidInput where it is theirs today, or none of what they had before.
    """
    if not 0 < len(reason.strip()) <= MOST_REASON:
        raise InvalidInput(f"Enter why it never was theirs, in at most {MOST_REASON} characters", field="reason")
    if _is_same(what, person.name) or _is_same(what, person.email):
        raise InvalidInput(f"{person.name} has {what} today. Change that first, then say it was a mistake", field="what")
    wrong = [former for former in person.former_names if _is_same(what, former.name) or _is_same(what, former.email)]
    if not wrong:
        raise InvalidInput(f"Nobody recorded that {person.name} had {what}. {_what_is_kept(person)}", field="what")
    for former in wrong:
        said = FormerNameMistake(former_name_id=former.id, by_id=by.id if by else None, at=at, reason=reason.strip())
        db.session.add(said)
        _keep_the_rest(former, what)
    db.session.flush()
    db.session.expire(person, ["former_names"])
    record(NEVER_THEIRS, person.id, by=by.id if by else ActorKind.INSTALLATION, at=at, about=person.id)


def _is_same(what: str, kept: str | None) -> bool:
    """Whether a name or an address is meant; a name is one however it is written."""
    if "@" in what or "@" in (kept or ""):
        return what.strip().casefold() == (kept or "").casefold()
    return bool(kept) and folded_name(what) == folded_name(kept or "")


def _what_is_kept(person: Person) -> str:
    kept = {known for one in person.former_names for known in (one.name, one.email) if known}
    before = ", ".join(sorted(kept - {person.name, person.email}))
    return f"What is kept of before: {before}. Enter one of these" if before else "Nothing is kept of before"


def _keep_the_rest(former: FormerName, what: str) -> None:
    """A name was kept with the address of then: the one that was no mistake is theirs, beside what they have today."""
    person = former.person
    name = person.name if _is_same(what, former.name) else former.name
    email = person.email if former.email is None or _is_same(what, former.email) else former.email
    if (name, email) != (person.name, person.email):
        db.session.add(FormerName(person_id=person.id, name=name, email=email, until=former.until))


@dataclass(frozen=True)
class OnRecord:
    """Whom a line of a file with an address that nobody has may mean all the same."""

    former: Mapping[str, FormerName]
    """The addresses that nobody has any more."""
    like: Mapping[Likeness, Person]
    """Whoever works here or will and is not in the file, by all that tells people apart."""

    @classmethod
    def besides(
        cls, emails: Collection[str], known: Iterable[Person], former: Mapping[str, FormerName], day: date
    ) -> "OnRecord":
        """Of everybody known, those on no line of the file."""
        missing = [one for one in known if one.email not in emails and not one.has_left_on(day)]
        like = {
            likeness: one
            for one in missing
            for likeness in _likenesses(one.name, one.post, one.service.name if one.service else "", one.started)
        }
        return cls(former, like)

    def why_not_new(self, row: NewPerson) -> str:
        """What asks whether a line means somebody on record; empty where nothing tells that it does."""
        anew = f"If they are two people, import the file with --new-person {row.email}"
        if was := self.former.get(row.email):
            return (
                f"{row.email} was the address of {was.person.name} until {uk_date(was.until)}; theirs is {was.person.email} "
                f"now. Write that one. {anew}"
            )
        likenesses = _likenesses(row.name, row.post, row.service, row.started)
        person = next((self.like[one] for one in likenesses if one in self.like), None)
        if person is None:
            return ""
        return (
            f"{row.email} is not on record, but somebody like this is. Is this {person.email}, {person.named_with_post}? "
            f"Use `flask people change-email {person.email} {row.email}`, then import the file again. {anew}"
        )


def _likenesses(name: str, post: str, service: str, started: date | None) -> Iterator[Likeness]:
    """By what somebody is known where the address is another one: name and first day, or name and work. Whoever married
    has another name and address at once, so the first name is enough where first day and work are both the same.
    """
    name, work = folded_name(name), (folded_name(post), folded_name(service))
    if started:
        yield name, started
    yield name, *work
    if started and post:
        yield name.partition(" ")[0], started, *work
