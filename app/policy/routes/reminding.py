"""Managers remind their teams; who is late; and what somebody was reminded of."""

from datetime import date, datetime
from typing import Any, cast
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for

from app.core import clock
from app.core.db import begin_writing, commit
from app.core.errors import NothingHere, demand
from app.core.forms import tried
from app.core.headers import as_attachment
from app.core.paging import Cursor
from app.core.presentation import count_words
from app.core.spreadsheets import CSV_TYPE, csv_of
from app.people.models import Person
from app.policy import blueprint, operations, queries
from app.policy.explaining import months_from
from app.policy.forms import RemindForm
from app.policy.models import SEES_REMINDERS, RemindedBy, ReminderTurn
from app.policy.routes.shared import reader


@blueprint.route("/remind", methods=["GET", "POST"])
def remind() -> Any:
    """The prepared words, which the manager may change, and who gets them; what was given before; when the next is due."""
    _must_be_used()
    manager, now = reader(), clock.now()
    team = queries.team_to_remind(manager, clock.local_day(now))
    turn = queries.open_turn(manager.id)
    left = _left(turn, team)
    form = RemindForm().offering(team)
    if not form.is_submitted():
        form.people.data = [str(one.id) for one in left]
        form.words.data = _prepared_words(clock.local_day(now))
    elif form.validate() and _reminded(form, team, now):
        return redirect(url_for("policy.remind"), 303)
    return render_template(
        "policy/remind.html", form=form, team=team, turn=turn, left=left, how=_worked_out(turn) if turn else None,
        given=queries.reminders_given_by(manager.id), today=clock.today(),
        calendar=queries.working_calendar().estimating(),
    ), 422 if form.errors else 200  # fmt: skip


@blueprint.get("/reminders/turns/<uuid:turn_id>")
def turn(turn_id: UUID) -> Any:
    """Where a manager is told that it is due; their own manager and who sees all read by when, and what was given before."""
    found, person = queries.turn_by_id(turn_id), reader()
    if found is None:
        raise NothingHere
    demand(found.can_be_seen_by(person), "Only the manager, their own manager and the keepers of the register see this.")
    if found.manager_id == person.id:
        return redirect(url_for("policy.remind"), 303)
    team = queries.team_to_remind(found.manager, clock.today())
    return render_template(
        "policy/turn.html", turn=found, team=team, left=_left(found, team), how=_worked_out(found),
        given=queries.reminders_given_by(found.manager_id), today=clock.today(),
        calendar=queries.working_calendar().estimating(),
    )  # fmt: skip


@blueprint.get("/reminders/managers")
def managers() -> Any:
    """Every manager with the last reminder and by when the next is due, late ones first."""
    _must_be_used()
    _must_see_all()
    cursor = Cursor.read(request.args.get("after"), request.args.get("before"))
    return render_template(
        "policy/managers.html", page=queries.managers_page(clock.today(), cursor), today=clock.today(),
        calendar=queries.working_calendar().estimating(),
    )  # fmt: skip


@blueprint.get("/reminders/managers.csv")
def managers_csv() -> Any:
    """Every manager with each reminder they gave, to take away; one who gave none stands there once."""
    _must_be_used()
    _must_see_all()
    headers = ("Manager", "Next due", "Reminded for it", "Given on", "How", "To how many", "Version")
    return as_attachment(csv_of(headers, queries.reminder_log(clock.today())), CSV_TYPE, "policy-reminders.csv")


@blueprint.get("/reminders")
def reminders_received() -> Any:
    """What the reader's managers reminded them of."""
    return render_template("policy/reminders.html", reminders=queries.reminders_received(reader().id))


def _reminded(form: RemindForm, team: list[Person], now: datetime) -> bool:
    """Remind those who were chosen; where it is refused, the sentence stands in the form."""
    manager, chosen = reader(), set(form.people.data)
    method = RemindedBy(form.method.data or "")
    given_on = cast(date, form.given_on.data) if method is RemindedBy.BRIEFING else clock.local_day(now)
    people = [person for person in team if str(person.id) in chosen]

    def remind() -> None:
        operations.remind_team(manager, method=method, words=form.words.data, given_on=given_on, people=people, at=now)

    begin_writing(manager)
    if not tried(remind, form):
        return False
    commit()
    flash(f"You reminded {count_words(len(chosen), 'person', 'people')}.", "success")
    return True


def _left(turn: ReminderTurn | None, team: list[Person]) -> list[Person]:
    """Who of a team is still to be reminded in a turn."""
    reminded = queries.reminded_in(turn) if turn is not None and turn.done_by_id is None else set()
    return [one for one in team if one.id not in reminded]


def _prepared_words(today: date) -> str:
    version = queries.current_version(today)
    return (
        f"Please keep the {version.title} in mind when you use social media, for work and for yourself. You find it in "
        "Probity, with a search. Before you post for us, ask me; if you think that you made a mistake, tell me early. "
        "If you are not sure about something, ask."
    )


def _worked_out(found: ReminderTurn) -> Any:
    return months_from(operations.REMIND_EVERY, found.counted_from, found.due_on, since="It was counted")


def _must_see_all() -> None:
    demand(reader().holds(*SEES_REMINDERS), "Only the keepers of the register, HR and the auditor see this.")


def _must_be_used() -> None:
    if not queries.pack().switches["manager_reminders"].value:
        raise NothingHere
