"""Commands for the people who run the service: `flask --app app ...`."""

import time
from datetime import datetime, timedelta
from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext

from app.cli_names import change_email, forget_name, person_at
from app.core import clock
from app.core.audit import ActorKind, AuditEvent, AuditHead, ReadEvent, ReadHead, verify_chain
from app.core.db import begin_writing, commit
from app.core.errors import Refusal
from app.people.models import Person, RelationshipKind, Role
from app.people.operations import PeoplePlan, PersonRow

people = AppGroup("people", help="People and their managers.")
accounts = AppGroup("accounts", help="The register of accounts.")
audit = AppGroup("audit", help="The record of who did what.")
keys = AppGroup("keys", help="The keys that wrap the data keys of reports and cases.")
jobs = AppGroup("jobs", help="The work that happens by itself: reminders, mail, sweeping up.")


def install(app: Flask) -> None:
    """Attach the commands to an application."""
    people.add_command(change_email)
    people.add_command(forget_name)
    for command in (people, accounts, audit, keys, jobs, demo, init, make_data, simulate_year):
        app.cli.add_command(command)


@click.command("demo")
@click.option("--pack", default="council", show_default=True, help="Whose policy the demo organisation follows.")
@click.option("--port", default=8000, show_default=True, help="Where the demo is served, for the words printed.")
@with_appcontext
def demo(pack: str, port: int) -> None:
    """Make the demo organisation if there is none yet, and say who can sign in."""
    from app.demo import make_demo, pack_made
    from app.demo.cast import who_can_sign_in
    from app.policy.pack import pack_names

    settings = current_app.extensions["settings"]
    if not settings.demo:
        raise click.ClickException("Demo data is only ever made with PROBITY_DEMO=1.")
    if pack not in pack_names():
        raise click.ClickException(f"There is no pack of that name. There are: {', '.join(pack_names())}.")
    made = pack_made()
    if made is None:
        click.echo("Making the demo organisation. This takes a moment.")
        make_demo(pack, settings.demo_password)
    click.echo(f"\nProbity's demo: http://127.0.0.1:{port}\n")
    click.echo(f"Everybody signs in with the password  {settings.demo_password}\n")
    for address, words in who_can_sign_in(made or pack):
        click.echo(f"  {address:34}{words}")
    click.echo("")


@people.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--by", "recorder", help="Who records the leavers of the file: the e-mail address of an HR officer.")
@click.option("--new-person", "new_people", multiple=True, help="An address in it that is of nobody on record.")
@with_appcontext
def import_people(file: Path, recorder: str | None, new_people: tuple[str, ...]) -> None:
    """Add and change people from a CSV FILE; the file is taken whole or refused whole.

    A last working day goes through the leaver act, in the name of the HR officer given with --by or, for a feed of the
    staff directory, of the installation itself. What is recorded already is left as it is.
    """
    from app.people import operations

    try:
        begin_writing()
        meant = {email.strip().lower() for email in new_people}
        plan = operations.plan_people_import(file.read_bytes(), today=clock.today(), new_people=meant)
        for problem in plan.problems:
            click.echo(f"line {problem.number}: {problem.sentence}", err=True)
        if plan.problems:
            raise click.ClickException("Nothing was imported. Mend these lines and import the file again.")
        operations.import_people(plan, by=ActorKind.INSTALLATION, at=clock.now())
        left = _record_leavers(plan, recorder)
        commit()
        for number, sentence in plan.about_managers:
            click.echo(f"line {number}: {sentence}")
    except Refusal as refusal:
        raise click.ClickException(refusal.sentence) from refusal
    click.echo(f"{len(plan.added)} added, {len(plan.changed)} changed, {plan.unchanged} as they were, {left} leaving.")


def _record_leavers(plan: PeoplePlan, recorder: str | None) -> int:
    """Record those of a file who leave as it is told now, or no longer, and say by line what became of each; gives how many
    were recorded or changed.
    """
    from app.credential_rotation.models import NoticeSource
    from app.credential_rotation.operations import LeaverTold, days_taken_out, hear_of_leavers

    by: Person | ActorKind = person_at(recorder) if recorder else ActorKind.INSTALLATION
    told = [LeaverTold(person_at(row.email), row.last_working_day) for row in plan.leaving]
    source = NoticeSource.FILE if recorder else NoticeSource.DIRECTORY
    told += days_taken_out({row.email for row in plan.rows if row.last_working_day is None}, source=source)
    outcome = hear_of_leavers(told, source=source, by=by, at=clock.now())
    refused = {person.email: refusal.sentence for person, refusal in outcome.refused}
    became = {one.person.email: "recorded as leaving" for one in outcome.recorded}
    became |= {one.person.email: "last working day changed" for one in outcome.changed}
    became |= {one.person.email: "recorded that they stay" for one in outcome.withdrawn}
    became |= {one.person.email: f"left as it is, because {one.why}" for one in outcome.kept}
    for row in plan.rows:
        if row.email in refused:
            click.echo(f"line {row.line}: {row.email}: {refused[row.email]}", err=True)
        elif row.email in became and not refused:
            click.echo(f"line {row.line}: {row.email}, {_last_day_of(row)}: {became[row.email]}")
    if refused:
        raise click.ClickException("Nothing was imported. Mend these lines and import the file again.")
    return outcome.done - len(outcome.withdrawn)


def _last_day_of(row: PersonRow) -> str:
    return f"last working day {row.last_working_day}" if row.last_working_day else "no last working day any more"


@accounts.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_appcontext
def import_accounts(file: Path) -> None:
    """Add and change accounts and who holds access from a CSV FILE; the file is taken whole or refused whole."""
    from app.account_register import operations

    now = clock.now()
    try:
        begin_writing()
        plan = operations.plan_register_import(file.read_bytes(), day=clock.local_day(now))
        for problem in plan.problems:
            click.echo(f"line {problem.number}: {problem.sentence}", err=True)
        if plan.problems:
            raise click.ClickException("Nothing was imported. Mend these lines and import the file again.")
        operations.import_register(plan, by=None, at=now)
        commit()
    except Refusal as refusal:
        raise click.ClickException(refusal.sentence) from refusal
    click.echo(f"{len(plan.added)} added, {len(plan.changed)} changed, {plan.unchanged} as they were.")


@people.command("appoint")
@click.argument("email")
@click.argument("role", type=click.Choice([role.value for role in Role]))
@with_appcontext
def appoint_person(email: str, role: str) -> None:
    """Give somebody a role from today on; the appointment is recorded as made by the installation."""
    from app.people import operations

    begin_writing()
    person = person_at(email)
    try:
        operations.appoint(person, Role(role), by=None, since=clock.today(), at=clock.now())
    except Refusal as refusal:
        raise click.ClickException(refusal.sentence) from refusal
    commit()
    click.echo(f"{person.name} is now {role.replace('_', ' ')}.")


@people.command("end-role")
@click.argument("email")
@click.argument("role", type=click.Choice([role.value for role in Role]))
@click.option("--last-day", type=click.DateTime(["%Y-%m-%d"]), help="The last day of the role; without it, it ends at once.")
@with_appcontext
def end_role(email: str, role: str, last_day: datetime | None) -> None:
    """Take a role away from somebody, at once or after a day; recorded as done by the installation."""
    from app.people import operations
    from app.people.queries import holders_of

    begin_writing()
    person, after = person_at(email), last_day.date() if last_day else clock.today() - timedelta(days=1)
    try:
        operations.end_role(person, Role(role), by=None, last_day=after, at=clock.now())
    except Refusal as refusal:
        raise click.ClickException(refusal.sentence) from refusal
    commit()
    words = role.replace("_", " ")
    click.echo(f"{person.name} is no longer {words} after {after.isoformat()}.")
    if not holders_of([Role(role)], max(after + timedelta(days=1), clock.today())):
        click.echo(f"Nobody is {words} then. Appoint somebody: flask --app app people appoint EMAIL {role}")


@people.command("head")
@click.argument("service")
@click.argument("email", required=False)
@with_appcontext
def head_of_service(service: str, email: str | None) -> None:
    """Record who heads a SERVICE from now on; without an EMAIL, that nobody does. Recorded as done by the installation."""
    from app.people.heading import name_head
    from app.people.heads import service_called

    begin_writing()
    found, head = service_called(service), person_at(email) if email else None
    if found is None:
        raise click.ClickException(f"No service is called {service}. Write it as in the people file.")
    try:
        name_head(found, head, by=None, at=clock.now())
    except Refusal as refusal:
        raise click.ClickException(refusal.sentence) from refusal
    commit()
    click.echo(f"{head.name if head else 'Nobody'} heads {found.name} now.")


@people.command("relate")
@click.argument("email")
@click.argument("other_email")
@click.argument("kind", type=click.Choice([kind.value for kind in RelationshipKind]))
@with_appcontext
def relate_people(email: str, other_email: str, kind: str) -> None:
    """Record that two people are close, so that no matter of the one is open to the other."""
    from app.people import relating

    begin_writing()
    try:
        relating.relate(person_at(email), person_at(other_email), RelationshipKind(kind), by=None, at=clock.now())
    except Refusal as refusal:
        raise click.ClickException(refusal.sentence) from refusal
    commit()
    click.echo("Recorded. Reports and cases of the one are closed to the other from now on.")


@people.command("unrelate")
@click.argument("email")
@click.argument("other_email")
@with_appcontext
def unrelate_people(email: str, other_email: str) -> None:
    """Record that two people are no longer close, after today: whatever was recorded of the two, by whomever."""
    from app.people import relating

    begin_writing()
    ties = relating.running_between(person_at(email), person_at(other_email))
    if not ties:
        raise click.ClickException("Nothing is recorded of these two that is not over.")
    for tie in ties:
        relating.end_relationship(tie, by=None, at=clock.now())
    commit()
    click.echo(f"{len(ties)} ended. The wall between them stands until the end of today.")


@people.command("password")
@click.argument("email")
@click.password_option(help="At least 12 characters; asked for when not given.")
@with_appcontext
def password(email: str, password: str) -> None:
    """Give somebody the password they sign in with."""
    from app.people.signing_in import set_password

    begin_writing()
    try:
        set_password(person_at(email), password, at=clock.now())
    except Refusal as refusal:
        raise click.ClickException(refusal.sentence) from refusal
    commit()


@click.command("init")
@click.option("--pack", default="council", show_default=True, help="Whose policy the organisation follows.")
@click.option("--organisation", prompt="Name of the organisation", help="As it stands at the top of every page.")
@click.option("--name", prompt="Name of the first administrator")
@click.option("--email", prompt="Their work e-mail address")
@click.password_option(help="Their first password, at least 12 characters.")
@with_appcontext
def init(pack: str, organisation: str, name: str, email: str, password: str) -> None:
    """Set up the organisation with its first administrator, and no demo data."""
    from app.core.sealing import ensure_index_key
    from app.people.operations import add_first_administrator
    from app.people.signing_in import set_password
    from app.policy.operations import set_up_installation
    from app.policy.pack import pack_names

    if pack not in pack_names():
        raise click.ClickException(f"There is no pack of that name. There are: {', '.join(pack_names())}.")
    now = clock.now()
    begin_writing()
    try:
        ensure_index_key(now)
        set_up_installation(pack, at=now, organisation_name=organisation)
        administrator = add_first_administrator(name, email, at=now)
        set_password(administrator, password, at=now)
    except Refusal as refusal:
        raise click.ClickException(refusal.sentence) from refusal
    commit()
    click.echo(f"{organisation} is set up. {name} can sign in. Next: people import, people appoint, accounts import.")


@audit.command("verify")
@with_appcontext
def verify() -> None:
    """Recompute the chains of acts and of reads from their first event, and say whether they are whole."""
    broken = False
    for name, table, head in (("acts", AuditEvent, AuditHead), ("reads", ReadEvent, ReadHead)):
        report = verify_chain(table, head)
        state = "whole" if report.broken_at is None else f"BROKEN at event {report.broken_at}"
        click.echo(f"{name}: {report.events} events, {state}, head {report.head.hex()}")
        broken = broken or report.broken_at is not None
    if broken:
        raise SystemExit(1)


@click.command("make-data")
@click.option("--cases", default=1000, show_default=True, help="How many cases to add.")
@with_appcontext
def make_data(cases: int) -> None:
    """Add many rows for benchmarks, to a demo installation only."""
    from app.make_data import make_data as make

    if not current_app.extensions["settings"].demo:
        raise click.ClickException("Benchmark data is only ever made with PROBITY_DEMO=1.")
    make(cases)
    click.echo(f"{cases} cases added.")


@click.command("simulate-year")
@click.option("--people", default=600, show_default=True, help="How many people the invented council has.")
@click.option("--days", default=365, show_default=True, help="How many days it lives.")
@click.option("--seed", default=1, show_default=True, help="Another number gives another year.")
@with_appcontext
def simulate_year(people: int, days: int, seed: int) -> None:
    """Live a year of an invented council in an empty demo database, and check every morning what people were told."""
    from app.demo import is_there
    from app.simulated_year import live, summary

    if not current_app.extensions["settings"].demo or is_there():
        raise click.ClickException("A year is only ever simulated with PROBITY_DEMO=1 and in an empty database.")
    first = clock.today()
    year = live(people=people, first=first, days=days, seed=seed, say=click.echo)
    for line in summary(year):
        click.echo(line)
    if year.checks.faults:
        raise SystemExit(1)


@keys.command("rotate")
@with_appcontext
def rotate() -> None:
    """Wrap every data key by the first key of PROBITY_DATA_KEYS; afterwards the others can be taken out of the setting."""
    from app.core.sealing import rewrap_all

    begin_writing()
    count = rewrap_all(at=clock.now())
    commit()
    click.echo(f"{count} data keys wrapped anew.")


@jobs.command("run")
@click.option("--every", type=click.IntRange(min=1), help="Go on, looking again after so many seconds, until stopped.")
@with_appcontext
def run_jobs(every: int | None) -> None:
    """Run every job that is due, once; safe to repeat, and safe while another runner works."""
    while True:
        went_well = _run_jobs_once()
        if every is None:
            break
        time.sleep(every)
    if not went_well:
        raise SystemExit(1)


def _run_jobs_once() -> bool:
    """Whether every job that was due did its work; those that failed are tried again later."""
    from sqlalchemy.exc import OperationalError

    from app.core.db import db
    from app.core.jobs import run_due_jobs

    try:
        outcomes = run_due_jobs(current_app.extensions["registries"].jobs.values())
    except OperationalError:
        click.echo("The database does not answer. Nothing is lost: the next run finds the same work.", err=True)
        return False
    finally:
        db.session.remove()
    failed = [outcome for outcome in outcomes if outcome.error]
    for outcome in failed:
        click.echo(f"{outcome.name} failed: {outcome.error}", err=True)
    return not failed
