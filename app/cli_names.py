"""Commands for what somebody is called, and at which address: `flask --app app people change-email`, `forget-name`."""

import click
from flask.cli import with_appcontext

from app.core import clock
from app.core.audit import ActorKind
from app.core.db import begin_writing, commit
from app.core.errors import Refusal
from app.people.models import Person


@click.command("change-email")
@click.argument("old")
@click.argument("new")
@with_appcontext
def change_email(old: str, new: str) -> None:
    """Record that whoever has the address OLD has the address NEW by now; recorded as done by the installation."""
    from app.people.renaming import change_email

    begin_writing()
    person = person_at(old)
    try:
        change_email(person, new, by=ActorKind.INSTALLATION, at=clock.now())
    except Refusal as refusal:
        raise click.ClickException(refusal.sentence) from refusal
    commit()
    click.echo(f"{person.name} has the address {person.email} now, and signs in with it. Write it in files from now on.")


@click.command("forget-name")
@click.argument("email")
@click.argument("name")
@click.option("--reason", prompt="Why was it never theirs?", help="Kept with it; at most 500 characters.")
@click.option("--by", "by_email", help="The address of whoever says so; else it is recorded as done by the installation.")
@with_appcontext
def forget_name(email: str, name: str, reason: str, by_email: str | None) -> None:
    """Record that the former NAME or address of whoever has EMAIL today was a mistake, and never was theirs."""
    from app.people.renaming import forget_former_name

    begin_writing()
    person, by = person_at(email), person_at(by_email) if by_email else None
    try:
        forget_former_name(person, name, reason=reason, by=by, at=clock.now())
    except Refusal as refusal:
        raise click.ClickException(refusal.sentence) from refusal
    commit()
    click.echo(f"{name} never was of {person.name}. Texts that say it name somebody else from now on.")


def person_at(email: str) -> Person:
    """Whoever has this address; a former one is refused with that of today."""
    from app.people.queries import person_by_email, who_has_now

    person = person_by_email(email)
    if person is None:
        now = who_has_now(email)
        what_now = f"{now}: use that." if now else "Import people first."
        raise click.ClickException(f"Nobody has the address {email}. {what_now}")
    return person
