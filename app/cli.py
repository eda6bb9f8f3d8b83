"""Commands for the people who run the service: `flask --app app ...`."""

from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext

from app.core import clock
from app.core.audit import ActorKind, AuditEvent, AuditHead, ReadEvent, ReadHead, verify_chain
from app.core.db import begin_writing, commit
from app.core.errors import Refusal

people = AppGroup("people", help="People and their managers.")
audit = AppGroup("audit", help="The record of who did what.")


def install(app: Flask) -> None:
    """Attach the commands to an application."""
    for command in (people, audit, demo):
        app.cli.add_command(command)


@click.command("demo")
@click.option("--pack", default="council", show_default=True, help="Whose policy the demo organisation follows.")
@click.option("--port", default=8000, show_default=True, help="Where the demo is served, for the words printed.")
@with_appcontext
def demo(pack: str, port: int) -> None:
    """Make the demo organisation if there is none yet, and say who can sign in."""
    from app.demo import is_there, make_demo
    from app.demo.cast import CAST, address
    from app.policy.pack import pack_names

    settings = current_app.extensions["settings"]
    if not settings.demo:
        raise click.ClickException("Demo data is only ever made with PROBITY_DEMO=1.")
    if pack not in pack_names():
        raise click.ClickException(f"There is no pack of that name. There are: {', '.join(pack_names())}.")
    if not is_there():
        click.echo("Making the demo organisation. This takes a moment.")
        make_demo(pack, settings.demo_password)
    click.echo(f"\nProbity's demo: http://127.0.0.1:{port}\n")
    click.echo(f"Everybody signs in with the password  {settings.demo_password}\n")
    for name, (words, _) in CAST.items():
        click.echo(f"  {address(name):34}{words}")
    click.echo("")


@people.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_appcontext
def import_people(file: Path) -> None:
    """Add and change people from a CSV FILE; the file is taken whole or refused whole."""
    from app.people import operations

    try:
        begin_writing()
        plan = operations.plan_people_import(file.read_bytes())
        for problem in plan.problems:
            click.echo(f"line {problem.number}: {problem.sentence}", err=True)
        if plan.problems:
            raise click.ClickException("Nothing was imported. Mend these lines and import the file again.")
        operations.import_people(plan, by=ActorKind.INSTALLATION, at=clock.now())
        commit()
    except Refusal as refusal:
        raise click.ClickException(refusal.sentence) from refusal
    click.echo(f"{len(plan.added)} added, {len(plan.changed)} changed, {plan.unchanged} as they were.")


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
