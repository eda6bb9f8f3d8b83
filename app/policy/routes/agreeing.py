"""Agreeing to the policy: for oneself, for those who agreed on paper or at a briefing, and how many agreed."""

from datetime import date, datetime
from typing import Any, cast
from uuid import UUID

from flask import flash, redirect, render_template, url_for

from app.core import clock
from app.core.db import begin_writing, commit, db
from app.core.errors import NothingHere, demand
from app.core.forms import tried
from app.core.headers import as_attachment
from app.core.presentation import count_words
from app.core.spreadsheets import CSV_TYPE, csv_of
from app.people.models import Person, Role
from app.policy import blueprint, operations, queries
from app.policy.explaining import counted_from
from app.policy.forms import AcknowledgeForm, AttestForm
from app.policy.models import SEES_KEEPING, AgreedBy, PolicyVersion, ShownRow, shown
from app.policy.routes.shared import reader

SHOWN_AT_MOST = 50
NOT_THEIRS_TO_SEE = (
    "Only HR, the keepers of the register, the auditor, heads of service and line managers see how many agreed."
)


@blueprint.route("/<slug>/acknowledge", methods=["GET", "POST"])
def acknowledge(slug: str) -> Any:
    """What is good to know for one's own accounts, and the box to agree to the version in force."""
    form, person, now = AcknowledgeForm(), reader(), clock.now()
    version = queries.version_in_force(clock.local_day(now))
    if version is None or version.slug != slug:
        raise NothingHere
    if not form.validate_on_submit():
        return _agree_page(version, form), 422 if form.errors else 200
    read = queries.version_read(form.version.data) or version
    begin_writing(person)
    operations.acknowledge(person, read, at=now)
    commit()
    flash("You agreed to this version of the policy.", "success")
    return redirect(url_for("policy.show", slug=slug), 303)


@blueprint.route("/asked/<uuid:ask_id>", methods=["GET", "POST"])
def asked(ask_id: UUID) -> Any:
    """Where somebody was asked to agree: their own leads to it; their manager or HR can record that they did."""
    found, person, now = queries.ask_by_id(ask_id), reader(), clock.now()
    if found is None:
        raise NothingHere
    demand(found.can_be_seen_by(person), "Only the person who was asked, their line manager and HR can open this.")
    if found.person_id == person.id:
        return redirect(url_for("policy.acknowledge", slug=found.version.slug), 303)
    form = AttestForm().offering([found.person])
    if form.validate_on_submit() and _attested(form, [found.person], now):
        return redirect(url_for("policy.asked", ask_id=ask_id), 303)
    return _asked_page(ask_id, form), 422 if form.errors else 200


@blueprint.route("/team", methods=["GET", "POST"])
def team() -> Any:
    """Who in my team has agreed and who has not; and recording that some did on paper or at a briefing."""
    person, now = reader(), clock.now()
    today = clock.local_day(now)
    version = queries.current_version(today)
    lines = queries.team_of(person, today, version)
    waiting = [one for one in lines if not one.agreed]
    form = AttestForm()
    # A page may be older than somebody's agreement: the act then says who has agreed and when.
    form.offering(lines if form.is_submitted() else waiting)
    if form.validate_on_submit() and _attested(form, _chosen(form), now):
        return redirect(url_for("policy.team"), 303)
    return _team_page(form.offering(waiting), version, lines), 422 if form.errors else 200


@blueprint.get("/coverage")
def coverage() -> Any:
    """How many of each service have agreed, small counts hidden; of a manager's own team, whom they know by name, all."""
    version, rows, smallest = _coverage()
    person, today = reader(), clock.today()
    return render_template(
        "policy/coverage.html", rows=rows, version=version, smallest=smallest, sees_all=person.holds(*SEES_KEEPING),
        team=queries.team_of(person, today, version), names_all=person.holds(Role.HR_MANAGER),
    )  # fmt: skip


@blueprint.get("/not-agreed")
def not_agreed() -> Any:
    """The first who have not agreed, by name, for HR managers."""
    version, lines = _not_agreed(most=SHOWN_AT_MOST)
    return render_template(
        "policy/not-agreed.html", version=version, lines=lines, today=clock.today(), most=SHOWN_AT_MOST,
        calendar=queries.working_calendar().estimating(),
    )  # fmt: skip


@blueprint.get("/not-agreed.csv")
def not_agreed_csv() -> Any:
    """All of them, to take away."""
    version, lines = _not_agreed()
    found = [(one.name, one.post, one.due_on.isoformat() if one.due_on else "", version.label) for one in lines]
    return as_attachment(csv_of(("Name", "Post", "Asked to by", "Version"), found), CSV_TYPE, "policy-not-agreed.csv")


def _not_agreed(most: int | None = None) -> tuple[PolicyVersion, list[queries.TeamLine]]:
    demand(reader().holds(Role.HR_MANAGER), "Only HR managers see who has not agreed. Line managers see their own team.")
    today = clock.today()
    version = queries.current_version(today)
    return version, queries.not_agreed(today, version, most=most)


@blueprint.get("/coverage.csv")
def coverage_csv() -> Any:
    """The same to take away, with the same counts hidden."""
    version, rows, _smallest = _coverage()
    headers = ("Service", "People", "Agreed", "Share", "Version", "On")
    on = clock.today().isoformat()
    lines = [(one.service, one.people, one.agreed, one.percent, version.label, on) for one in rows]
    return as_attachment(csv_of(headers, lines), CSV_TYPE, "policy-agreement.csv")


def _coverage() -> tuple[PolicyVersion, list[ShownRow], int]:
    """The version in force, how many of each service agreed to it as it may be shown, and the smallest number shown. Heads
    of service see their own services.
    """
    person, today = reader(), clock.today()
    version = queries.current_version(today)
    sees_all = person.holds(*SEES_KEEPING)
    rows = queries.coverage(today, version, headed_by=None if sees_all else person)
    demand(sees_all or bool(rows) or bool(queries.team_to_remind(person, today)), NOT_THEIRS_TO_SEE)
    smallest = max(5, queries.pack().numbers["smallest_published_count"].value)
    return version, shown(rows, smallest) if rows else [], smallest


def _attested(form: AttestForm, people: list[Person], now: datetime) -> bool:
    """Record what the form says of these people; where it is refused, the sentence stands in the form."""
    by, version = reader(), queries.current_version(clock.local_day(now))
    begin_writing(by)
    method, agreed_on = AgreedBy(form.method.data or ""), cast(date, form.agreed_on.data)
    if not tried(lambda: operations.attest(people, version, method=method, agreed_on=agreed_on, by=by, at=now), form):
        return False
    commit()
    said = f"You recorded that {count_words(len(people), 'person', 'people')} agreed to the policy."
    flash(said + _to_which(agreed_on, version), "success")
    return True


def _to_which(agreed_on: date, version: PolicyVersion) -> str:
    """To which version they agreed, where that is not the one in force, and whether it counts."""
    held = queries.version_in_force(agreed_on)
    if held is None or held.id == version.id:
        return ""
    which = f" That was {held.label}, which held on that day."
    if held.effective_on >= version.material_since:
        return which
    return f"{which} A rule has changed since, so they are still asked to agree to {version.label}."


def _chosen(form: AttestForm) -> list[Person]:
    found = [db.session.get(Person, UUID(one)) for one in form.people.data]
    return [person for person in found if person is not None]


def _agree_page(version: PolicyVersion, form: AcknowledgeForm) -> str:
    person = reader()
    agreement, is_covered = queries.agreement_to(version, person.id), queries.is_covered(person.id, version)
    ask = None if is_covered else queries.last_ask(person.id, version)
    form.version.data = str(version.id)
    good = queries.paragraphs_by_number(version, queries.pack().policy.good_to_know)
    how = counted_from(operations.AGREE_WITHIN, ask.asked_on, ask.due_on, since="You were asked") if ask else None
    return render_template(
        "policy/agree.html", version=version, form=form, good=good, agreement=agreement, is_covered=is_covered, ask=ask,
        how=how, gate=queries.pack().switches["acknowledgement_before_access"].value,
    )  # fmt: skip


def _asked_page(ask_id: UUID, form: AttestForm) -> str:
    ask = queries.ask_by_id(ask_id)
    assert ask is not None
    how = counted_from(operations.AGREE_WITHIN, ask.asked_on, ask.due_on, since=f"{ask.person.name} was asked")
    version = queries.current_version(clock.today())
    done = queries.is_covered(ask.person_id, version)
    return render_template("policy/asked.html", ask=ask, how=how, form=form, done=done, version=version)


def _team_page(form: AttestForm, version: PolicyVersion, lines: list[Any]) -> str:
    return render_template(
        "policy/team.html", form=form, version=version, lines=lines, today=clock.today(),
        calendar=queries.working_calendar().estimating(),
    )  # fmt: skip
