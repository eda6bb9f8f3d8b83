"""The demo's reports and cases: one report in each state, one case at each stage, brought there by their acts.

A story is a list of steps, each so many working days after the report. A case that should stand at a stage begins as
long ago as the stage takes, and stops there.
"""

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from app.breach_reports.models import BreachReport, Route
from app.breach_reports.models import Capacity as ReportedCapacity
from app.breach_reports.models import YesNoUnknown as Answer
from app.breach_reports.operations import (
    ReportAnswers,
    acknowledge_report,
    add_waiting_evidence,
    draft_matter,
    keep_answers,
    propose_closing,
    route_report,
    second_closing,
    submit_report,
)
from app.core import clock
from app.core.db import db
from app.core.evidence_files import seal_file
from app.demo.case_steps import STEPS, Step
from app.demo.letters import send_what_waits
from app.demo.screenshots import post_screenshot
from app.demo.timeline import act_at, working_days_ago
from app.hr_cases.models import Case, CaseStatus
from app.people.models import Person
from app.people.queries import person_by_email
from app.policy.queries import working_calendar

NO = Answer.NO


@dataclass(frozen=True)
class Story:
    """One demo case: who it is about, who reported it, and at which stage it stands."""

    stage: CaseStatus
    subject: str
    reporter: str
    category: str
    what: str
    post: str


STORIES = (
    Story(CaseStatus.OPENED, "waste-officer", "leisure-officer", "DISREPUTE-ARGUE", "A colleague argued with a resident "
          "under our recycling post.", "If you read the leaflet for once you would know what goes in the blue bin."),
    Story(CaseStatus.PLANNING, "highways-officer", "planning-officer", "CONF-INTERNAL", "A plan for road closures was "
          "posted before it was announced.", "Heads up, the High Street will be dug up for all of May. You heard it here."),
    Story(CaseStatus.INVESTIGATING, "colleague", "employee", "DISREPUTE-ARGUE", "A post on a local group called residents "
          "names. It says that the writer works for the Council.",
          "I answer these people all day at the Council and honestly most of them cannot read. Idiots, the lot."),
    Story(CaseStatus.PAUSED, "youth-worker", "library-officer", "CONTACT-PHOTO", "A photograph of a colleague was posted "
          "without asking her.", "Look who fell asleep in the team meeting!"),
    Story(CaseStatus.REPORT_REVIEW, "leisure-officer", "waste-officer", "COPY-PERMISSION", "Somebody else's photographs "
          "were used on a personal page as the Council's.", "Our new pool, photo by yours truly (it was not)."),
    Story(CaseStatus.ACCEPTED, "museum-officer", "employee", "BRANDING", "The Council's logo stands on a private shop page.",
          "Official partner of the Council museum. Ten per cent off this week."),
    Story(CaseStatus.INFORMAL, "planning-officer", "employee", "PROFILE-LINKEDIN", "A profile says that somebody leads the "
          "planning service, which they do not.", "Head of Planning at Northmere Council."),
    Story(CaseStatus.HEARING_SET_UP, "library-officer", "youth-worker", "DISREPUTE-DISPARAGE", "A thread runs down the "
          "Council's library service and its staff.", "Working here is a joke and so are the people who run it."),
    Story(CaseStatus.NOTIFIED, "colleague", "leisure-officer", "CONF-COUNCIL", "A comment gives away what was said in a "
          "closed meeting about a contract.", "They told us on Monday who gets the contract. Guess whose cousin."),
    Story(CaseStatus.HEARD, "highways-manager", "employee", "DISREPUTE-DEFAME", "A post accuses a local firm of fraud.",
          "Everybody here knows that firm cooks its books."),
    Story(CaseStatus.DECIDED, "waste-manager", "employee", "DISREPUTE-ARGUE", "A manager answered a complaint rudely from "
          "a page that names the Council.", "Complain to somebody who cares."),
    Story(CaseStatus.APPEALED, "planning-manager", "employee", "CONF-INTERNAL", "Prices were posted before the committee "
          "had seen them.", "Swim prices up by a fifth from April. Not announced yet, so get your pass now."),
    Story(CaseStatus.FINAL, "youth-manager", "employee", "OFFICIAL-CONDUCT", "An official post gives a colleague's private "
          "telephone number.", "Ring Alys at home, she does not mind."),
    Story(CaseStatus.CLOSED, "elections-manager", "employee", "DISREPUTE-OTHER", "A joke about voters was posted during "
          "the canvass.", "Democracy would be easier without the voters."),
)  # fmt: skip


@dataclass
class Scene:
    """Everybody in a story, and the case as it goes on."""

    cast: Mapping[str, Person]
    story: Story
    subject: Person
    reporter: Person
    received: date
    case_id: Any = None
    report_id: Any = None
    kept: dict[str, Any] = field(default_factory=dict)

    @property
    def case(self) -> Case:
        """The case as it is now."""
        return db.session.get_one(Case, self.case_id)

    @property
    def report(self) -> BreachReport:
        """The report it came from."""
        return db.session.get_one(BreachReport, self.report_id)


def fill_cases(cast: Mapping[str, Person], now: datetime) -> None:
    """One case at each stage."""
    for story in STORIES:
        play(cast, story, now)


def play(cast: Mapping[str, Person], story: Story, now: datetime) -> Scene:
    """Live one story up to its stage."""
    steps = _steps_to(story.stage)
    received = working_days_ago(steps[-1].day + 1, clock.local_day(now))
    scene = Scene(cast, story, _person(story.subject), _person(story.reporter), received)
    scene.report_id = send_report(scene.reporter, scene.subject, story, clock.at_local(received, 9, 40))
    for number, step in enumerate(steps):
        day = _working_day_after(received, step.day)
        step.act(scene, clock.at_local(day, 10, number))
        if scene.case_id is not None and story.stage is not CaseStatus.PLANNING:
            send_what_waits(scene, clock.at_local(day, 10, number) + timedelta(seconds=30))
    return scene


def _steps_to(stage: CaseStatus) -> list[Step]:
    """The steps that lead to a stage: all of its branch, up to the last that the stage needs."""
    last = max(number for number, step in enumerate(STEPS) if stage in step.reaches)
    return [step for step in STEPS[: last + 1] if stage in step.leads_to]


def _working_day_after(start: date, days: int) -> date:
    return working_calendar().add(start, days) if days else start


def _person(name: str) -> Person:
    person = person_by_email(f"{name}@demo.example")
    assert person is not None
    return person


def send_report(reporter: Person, subject: Person, story: Story, at: datetime) -> Any:
    """Send a report with a screenshot, through its draft as the page does."""
    with act_at(at):
        draft = keep_answers(reporter, {"what_happened": story.what}, at=at)
        matter = draft_matter(draft)
    shown = post_screenshot(
        subject.name, f"{at - timedelta(days=1):%-d %B} at 20:14", story.post, (("A resident", "Is this how you talk?"),)
    )
    sealed = seal_file(io.BytesIO(shown), matter.data_key)
    with act_at(at + timedelta(minutes=4)) as now:
        draft = keep_answers(reporter, {}, at=now)
        described = f"Screenshot of a post: “{story.post}”"
        add_waiting_evidence(draft, sealed, file_name="screenshot.png", description=described, by=reporter, at=now)
        answers = ReportAnswers(
            what_happened=story.what,
            malpractice=NO,
            person_at_risk=NO,
            personal_data_exposed=NO,
            reporter_harmed=NO,
            platform="Facebook",
            address="https://www.facebook.com/groups/northmere-chat/posts/1",
            happened_on=clock.local_day(at) - timedelta(days=1),
            subject=subject,
            category=story.category,
            capacity=ReportedCapacity.NAMED_THE_COUNCIL,
            in_working_hours=NO,
        )
        report = submit_report(answers, by=reporter, at=now, draft=draft)
    return report.id


def fill_reports(cast: Mapping[str, Person], now: datetime) -> None:
    """A report in each state before a case: new, being looked at, waiting for the second officer, closed, referred."""
    today, subject, reporter = clock.local_day(now), _person("highways-agency"), _person("museum-officer")
    plans: tuple[tuple[int, tuple[Callable[..., None], ...]], ...] = (
        (0, ()),
        (3, (_acknowledge,)),
        (6, (_acknowledge, _propose)),
        (15, (_acknowledge, _propose, _second)),
        (12, (_acknowledge, _to_employer)),
    )
    for number, (days, acts) in enumerate(plans):
        story = Story(
            CaseStatus.OPENED, "", "", "DISREPUTE-ARGUE", f"A rude answer under a post about gritting ({number + 1}).",
            "Grit your own road.",
        )  # fmt: skip
        received = working_days_ago(days, today)
        report_id = send_report(reporter, subject, story, min(clock.at_local(received, 9, 5 + number), now))
        for step, act in enumerate(acts, 1):
            day = min(_working_day_after(received, step), today)
            act(cast, report_id, min(clock.at_local(day, 10, number), now))


def _acknowledge(cast: Mapping[str, Person], report_id: Any, at: datetime) -> None:
    with act_at(at):
        acknowledge_report(db.session.get_one(BreachReport, report_id), by=cast["hr"], at=at)


def _propose(cast: Mapping[str, Person], report_id: Any, at: datetime) -> None:
    with act_at(at):
        propose_closing(
            db.session.get_one(BreachReport, report_id),
            route=Route.NO_FURTHER_ACTION,
            reasons="The comment was taken down within the hour by its writer, who apologised to the resident.",
            by=cast["hr"],
            at=at,
        )


def _second(cast: Mapping[str, Person], report_id: Any, at: datetime) -> None:
    with act_at(at):
        second_closing(db.session.get_one(BreachReport, report_id), agrees=True, reasons="I agree.", by=cast["hr2"], at=at)


def _to_employer(cast: Mapping[str, Person], report_id: Any, at: datetime) -> None:
    with act_at(at):
        route_report(
            db.session.get_one(BreachReport, report_id),
            route=Route.EMPLOYER,
            reasons="The person concerned is employed by an agency, whose procedure it is.",
            by=cast["hr"],
            at=at,
        )
