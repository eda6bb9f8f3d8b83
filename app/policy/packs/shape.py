"""What a policy pack is made of: frozen dataclasses, no reading and no checking."""

import re
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from difflib import get_close_matches
from typing import Generic, TypeVar

from app.core.working_days import WorkingCalendar

LOCAL_SETTING = "local setting"
PERSON_KINDS = (
    "employee",
    "agency",
    "volunteer",
    "student",
    "partner",
    "partnership_member",
    "board_member",
    "councillor",
    "school_staff",
    "chief_officer",
    "statutory_officer",
)
PLATFORM_KINDS = ("social", "blog", "website tool")
PROCEDURES = ("disciplinary", "problem_solving", "employer_report", "placement", "routed")
PERIOD_UNITS = ("working_days", "days", "months", "hours")

T = TypeVar("T")


def squeezed(text: str) -> str:
    """Letters and figures only: how two spellings of a platform are compared."""
    return re.sub(r"[^a-z0-9+]", "", text.casefold())


@dataclass(frozen=True)
class Setting(Generic[T]):
    """A value and where it comes from: paragraphs of the policy, or "local setting"."""

    value: T
    sources: tuple[str, ...]
    note: str = ""

    @property
    def source(self) -> str:
        return " and ".join(self.sources)

@dataclass(frozen=True)
class PolicyDate:
    """A date as exactly as the document gives it: to the day, or to the month only."""

    year: int
    month: int
    day: int | None = None

    @property
    def precision(self) -> str:
        return "month" if self.day is None else "day"

    @property
    def first_day(self) -> date:
        return date(self.year, self.month, self.day or 1)

    @property
    def last_day(self) -> date:
        """The day by which something due "in January 2020" is due."""
        return date(self.year, self.month, self.day or monthrange(self.year, self.month)[1])

    @property
    def words(self) -> str:
        month = self.first_day.strftime("%B %Y")
        return month if self.day is None else f"{self.day} {month}"


@dataclass(frozen=True)
class Approval:
    body: str
    on: PolicyDate | None

    @property
    def words(self) -> str:
        return self.on.words if self.on else "not recorded"


@dataclass(frozen=True)
class LinkedDocument:
    """Another document the policy leans on; the policy's several names for it are aliases of one document."""

    title: str
    aliases: tuple[str, ...]
    paragraphs: tuple[str, ...]


@dataclass(frozen=True)
class PolicySection:
    id: str
    heading: str


@dataclass(frozen=True)
class PolicyParagraph:
    """One citable rule; `summary` is our wording, never the document's."""

    id: str
    heading: str
    section: str
    parent: str | None
    summary: str
    order: int
    cite: str

    @property
    def anchor(self) -> str:
        return "p-" + re.sub(r"[^a-z0-9]+", "-", self.id.lower()).strip("-")


@dataclass(frozen=True)
class PolicyText:
    """The policy itself. `good_to_know` are the paragraphs shown to whoever agrees, for their own accounts."""

    title: str
    slug: str
    version_label: str
    guardian: str
    produced: PolicyDate | None
    effective: PolicyDate | None
    effective_note: str
    next_review: PolicyDate | None
    approvals: tuple[Approval, ...]
    linked_documents: tuple[LinkedDocument, ...]
    sections: tuple[PolicySection, ...]
    paragraphs: tuple[PolicyParagraph, ...]
    good_to_know: tuple[str, ...]

    def paragraph(self, paragraph_id: str) -> PolicyParagraph:
        return next(paragraph for paragraph in self.paragraphs if paragraph.id == paragraph_id)


@dataclass(frozen=True)
class BreachCategory:
    code: str
    label: str
    head: str
    paragraphs: tuple[str, ...]
    plain: str
    prompts_dpo: bool
    safeguarding_screen: bool
    advice_only: bool
    equality_check: bool


@dataclass(frozen=True)
class OutcomeKind:
    """What a decision may end in; `months` is how long it stays live, `max_months` the longest with reasons."""

    code: str
    label: str
    words: str
    sources: tuple[str, ...]
    formal: bool
    needs_dismissal_authority: bool
    gross_misconduct_only: bool
    months: Setting[int] | None
    max_months: Setting[int] | None


@dataclass(frozen=True)
class Route:
    """Where a matter goes when this organisation's ordinary path may not decide it."""

    code: str
    label: str
    words: str
    sources: tuple[str, ...]


@dataclass(frozen=True)
class AccessList:
    """The posts that hold access to the named channels; a closed list admits nobody else."""

    platforms: tuple[str, ...]
    posts: tuple[str, ...]
    closed: bool
    sources: tuple[str, ...]


@dataclass(frozen=True)
class FormerName:
    """A name a platform had, from a day (if recorded) to its last day."""

    name: str
    first: date | None
    last: date

    def held_on(self, day: date) -> bool:
        """Whether the platform was called this on a day."""
        return day <= self.last and (self.first is None or self.first <= day)


@dataclass(frozen=True)
class PlatformEntry:
    """One place to publish. `None` for a capability means nobody has recorded whether the platform has it.

    `profiles` are the paths at which its profiles stand, with {handle} at their end; `not_profiles` the first words of paths
    that look like one and are none.
    """

    name: str
    kind: str
    former_names: tuple[FormerName, ...]
    domains: tuple[str, ...]
    profiles: tuple[str, ...]
    not_profiles: tuple[str, ...]
    aliases: tuple[str, ...]
    supports_auto_acknowledgement: bool | None
    supports_delegated_roles: bool | None
    supports_two_step: bool | None

    @property
    def all_names(self) -> tuple[str, ...]:
        return (self.name, *(former.name for former in self.former_names), *self.aliases)

    def name_on(self, day: date) -> str:
        """What it was called on a day."""
        return next((former.name for former in self.former_names if former.held_on(day)), self.name)


DOER, DOERS_MANAGER, HEAD_OF_SERVICE = "doer", "doers_manager", "head_of_service"
"""To whom a step of a rule goes, besides roles."""


@dataclass(frozen=True)
class ChaseStep:
    """That somebody is told of a duty so many working days after its due day: 0 is the day itself, below it before."""

    to: str
    after_working_days: int


@dataclass(frozen=True)
class ChaseRule:
    """Who is reminded of one kind of duty and when, and who is told once it is late; and all of it again, if it repeats.

    `duty_sources` is where the duty comes from, `sources` where these days come from. Rules `about_matters` tell nobody
    but whoever has the duty and the HR manager.
    """

    kind: str
    says: str
    steps: tuple[ChaseStep, ...]
    repeat_working_days: int | None
    about_matters: bool
    duty_sources: tuple[str, ...]
    sources: tuple[str, ...]
    note: str

    @property
    def earliest(self) -> int:
        """The first day on which anybody is told, in working days after the due day."""
        return self.steps[0].after_working_days

    def latest_due_told_of(self, today: date, calendar: WorkingCalendar) -> date:
        """The latest due day of which anybody is told today, by the working days of a calendar."""
        return today if self.earliest > 0 else calendar.add(today, 1 - self.earliest) - timedelta(days=1)

    @property
    def last_steps(self) -> tuple[ChaseStep, ...]:
        """The steps of the last day, which are repeated if the rule says so, as whoever has the duty is reminded again."""
        return tuple(step for step in self.steps if step.after_working_days == self.steps[-1].after_working_days)

    def step_for(self, to: str, elapsed: int) -> int | None:
        """The latest day, counted from the due day, on which these were to be told by now; None if they are not yet."""
        theirs = [step for step in self.steps if step.to == to]
        reached = [step for step in theirs if step.after_working_days <= elapsed]
        if not reached:
            return None
        latest = reached[-1]
        is_their_last = latest is theirs[-1] and (to == DOER or latest in self.last_steps)
        if self.repeat_working_days is None or not is_their_last:
            return latest.after_working_days
        return elapsed - (elapsed - latest.after_working_days) % self.repeat_working_days


@dataclass(frozen=True)
class Pack:
    name: str
    title: str
    organisation_name: str
    marking: Setting[str]
    handling_line: Setting[str]
    register_keeper_title: Setting[str]
    holiday_division: Setting[str]
    whistleblowing_contact_role: Setting[str]
    regulator_name: Setting[str]
    role_titles: Mapping[str, Setting[str]]
    periods: Mapping[str, Setting[int]]
    numbers: Mapping[str, Setting[int]]
    switches: Mapping[str, Setting[bool]]
    chains: Mapping[str, Setting[tuple[str, ...]]]
    chases: Mapping[str, ChaseRule]
    heads: Mapping[str, Setting[str]]
    risk_headings: Mapping[str, Setting[str]]
    categories: tuple[BreachCategory, ...]
    procedures: Mapping[str, Setting[str]]
    outcomes: Mapping[str, tuple[OutcomeKind, ...]]
    routes: Mapping[str, Route]
    access_lists: tuple[AccessList, ...]
    platforms: tuple[PlatformEntry, ...]
    policy: PolicyText

    def cite(self, sources: tuple[str, ...]) -> str:
        """How a page prints a source: "paragraph 6.2(1)", or "local setting"."""
        return " and ".join(s if s == LOCAL_SETTING else self.policy.paragraph(s).cite for s in sources)

    def category(self, code: str) -> BreachCategory:
        return next(category for category in self.categories if category.code == code)

    def find_platform(self, text: str) -> PlatformEntry | None:
        """Today's name, a former name and the policy's spelling all find the same platform."""
        wanted = squeezed(text)
        return next((p for p in self.platforms if wanted in map(squeezed, p.all_names)), None)

    def suggest_platform(self, text: str) -> str | None:
        """The nearest known name for a misspelling."""
        names = {squeezed(name): platform.name for platform in self.platforms for name in platform.all_names}
        near = get_close_matches(squeezed(text), names, n=1)
        return names[near[0]] if near else None
