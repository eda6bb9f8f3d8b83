"""What every page of a case does first: find the case or answer as for nothing, and write down that it is read."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_login import current_user

from app.breach_reports.models import BreachReport
from app.core import clock
from app.core.audit import EventKind, record_read
from app.core.db import begin_writing, commit, db
from app.core.errors import AlreadyDone, InvalidInput, NotAllowed, NothingHere
from app.core.forms import ProbityForm
from app.core.presentation import due_words
from app.hr_cases import operations, queries
from app.hr_cases.documents.masking import Masking
from app.hr_cases.documents.words import came_words, letter_name, words_for
from app.hr_cases.forms.naming import NamingForm
from app.hr_cases.models import Case, CaseStatus, EvidenceItem, Section
from app.hr_cases.routes.masked_view import LeftAlone, masked, page_of
from app.people.models import Person
from app.policy.queries import marked, working_calendar

TABS = (
    ("show", "Overview"),
    ("allegations", "Allegations"),
    ("evidence", "Evidence"),
    ("people", "People"),
    ("meetings", "Meetings"),
    ("letters", "Letters"),
    ("timeline", "Timeline"),
    ("access", "Access to this case"),
)


@dataclass(frozen=True)
class Visit:
    """One request to a case: which, by whom, and when; and what of it the reader sees (domain 3.11)."""

    case: Case
    me: Person
    now: datetime

    @property
    def today(self) -> date:
        """The day of the request."""
        return clock.local_day(self.now)

    @property
    def reference(self) -> str:
        """The reference in its one spelling, for addresses."""
        return self.case.reference

    def sees(self, section: Section) -> bool:
        """Whether the reader sees a section of the file."""
        return self.case.shows(section, self.me)

    @cached_property
    def until(self) -> datetime | None:
        """The moment up to which the reader is told of the case; None: of all of it."""
        return queries.tells_until(self.case, self.me)

    def is_told(self, when: datetime) -> bool:
        """Whether something that happened then is for the reader."""
        return self.until is None or when <= self.until

    @property
    def stage(self) -> CaseStatus:
        """The stage, as the reader may know it."""
        return self.case.stage_for(self.me)


def behind_the_mask(case: Case, me: Person, shown: Mapping[str, Any]) -> dict[str, Any]:
    """What a page shows; for readers who may not know who reported the matter, every text of it masked (domain 3.11)."""
    if case.shows(Section.REPORTER, me):
        return dict(shown)
    mask = Masking.of(case, me)
    return {name: masked(value, mask) for name, value in shown.items()}


def as_its_writer_reads(visit: Visit, letter: str) -> str:
    """A letter beside the form in which it is written: what the reader types stands as they typed it."""
    if visit.sees(Section.REPORTER):
        return letter
    return LeftAlone(Masking.of(visit.case, visit.me).letter_to_its_writer(visit.case, letter))


def reader() -> Person:
    """The signed-in person."""
    person: Person = current_user._get_current_object()
    return person


def visit(reference: str) -> Visit:
    """The case, if the look-up admits the reader; else the constant page, the same as for no such case."""
    now, me = clock.now(), reader()
    case = queries.find_case(reference, me, on=clock.local_day(now))
    if case is None:
        raise NothingHere(secret=True)
    return Visit(case, me, now)


def ask(visit: Visit, *, who: bool, can: bool, whose: str, doing: EventKind | None = None) -> None:
    """Ask who first, state second: readers of the case who do not do this get 403, the rightful one who is late 409.

    `whose` names who does this, to finish "Only … can do this."; `doing` is the event by which it was done already.
    """
    if not who:
        raise NotAllowed(f"Only {whose} can do this.", what_now="You can read the case, and ask them about it.")
    if not can:
        late = operations.too_late(visit.case, doing=doing, until=visit.until)
        said = {"who": late.who, "did": late.did, "what_now": late.what_now}
        raise AlreadyDone(late.sentence, when=late.when, **behind_the_mask(visit.case, visit.me, said))


def carried_out(
    form: ProbityForm, act: Callable[[], Any], *things: Any, stands_at: Mapping[str, str] | None = None
) -> bool:
    """Carry an act out in one transaction. False where it refused what was entered, or a text names whoever reported:
    the form then says why.

    `stands_at` says under which name a field of the act stands in the form, where the two differ.
    """
    if isinstance(form, NamingForm) and not _names_nobody(form, things):
        return False
    begin_writing(*things)
    try:
        act()
    except InvalidInput as refusal:
        db.session.rollback()
        field = (stands_at or {}).get(refusal.field or "", refusal.field)
        form.add_refusal(InvalidInput(refusal.sentence, field=field))
        return False
    commit()
    return True


def _names_nobody(form: NamingForm, things: tuple[Any, ...]) -> bool:
    """Whether a text names whoever reported; only those who may know are asked, since the question would tell."""
    me, about = reader(), next(thing for thing in things if isinstance(thing, Case | BreachReport))
    if isinstance(about, Case) and not about.shows(Section.REPORTER, me):
        return True
    return form.names_nobody(Masking.of_matter(about.matter, about.subject))


def where_it_waits(here: Visit) -> str:
    """Where the letter waits that was just issued to the person concerned, as a sentence of what was done."""
    if queries.why_not_reached(here.case.subject, here.today) is None:
        return "The letter waits in Probity."
    return "The letter waits until the case owner sends it another way: before that is recorded it tells nobody anything."


def done(sentence: str, endpoint: str = "show", **values: Any) -> Any:
    """Say what was done, and lead to where it can be seen."""
    flash(sentence, "success")
    return redirect(url_for(f"hr_cases.{endpoint}", **values), 303)


def case_page(template: str, visit: Visit, heading: str, *, item: EvidenceItem | None = None, **shown: Any) -> str:
    """A page of a case, or of one of its exhibits. That it is read is written down before anything of it leaves."""
    what, which = (queries.EXHIBIT_READ, item.id) if item else (queries.CASE_READ, visit.case.id)
    record_read(what, which, by=visit.me.id, at=visit.now)
    page = {
        "heading": heading,
        "case": visit.case,
        "item": item,
        "today": visit.today,
        "width": "full",
        "words": words_for,
        "letter_name": letter_name,
        "came_words": came_words,
        "near": near,
        "breadcrumbs": _trail(visit, heading, shown.get("tab")),
        **marked(),
        **shown,
    }
    return render_template(f"hr_cases/{template}.html", me=visit.me, **behind_the_mask(visit.case, visit.me, page))


def tab_page(tab: str, visit: Visit, heading: str, **shown: Any) -> str:
    """One of the tabs of a case."""
    reference = visit.reference
    tabs = [
        {"text": text, "href": page_of(f"hr_cases.{name}", reference=reference), "current": name == tab}
        for name, text in TABS
        if name != "access" or visit.sees(Section.READINGS)
    ]
    return case_page(f"tabs/{tab}", visit, heading, tab=tab, tabs=tabs, **shown)


def act_page(
    visit: Visit, form: ProbityForm, heading: str, button: str, *, template: str = "act", **shown: Any
) -> tuple[str, int]:
    """The one form of an act; 422 where what was sent could not be taken, 413 where it was too large."""
    back = shown.pop("back", None) or page_of("hr_cases.show", reference=visit.reference)
    page = case_page(template, visit, heading, form=form, button=button, back=back, **shown)
    return page, form.answered_as


def near(day: date | None) -> str:
    """How near a day is, in words."""
    return due_words(day, clock.today(), working_calendar().between) if day else ""


def _trail(visit: Visit, heading: str, tab: str | None) -> list[dict[str, str]]:
    trail = [{"text": "Cases", "href": page_of("hr_cases.index")}]
    if tab == "show":
        return [*trail, {"text": visit.reference}]
    case = {"text": visit.reference, "href": page_of("hr_cases.show", reference=visit.reference)}
    return [*trail, case, {"text": heading}]
