"""The pages that answer who could get into an account on a day, and what somebody could get into."""

import uuid
from collections.abc import Callable
from datetime import date
from typing import Any

from flask import redirect, render_template, request, url_for
from flask_login import current_user

from app.account_register.naming import platform_on
from app.account_register.queries import account_for, account_on, accounts_opened_by
from app.core import clock
from app.core.errors import InvalidInput, NothingHere, demand
from app.core.forms import DateField, NoSecrets, ProbityForm, Required, StringField
from app.credential_rotation import blueprint
from app.credential_rotation.queries.past_access import (
    Entry,
    past_access_is_known_to,
    people_called,
    ways_in,
    what_could_be_got_into,
)
from app.people.knowing import known_of
from app.people.models import KNOWS_WHY, Person
from app.people.naming import labels_to_choose
from app.people.queries import person_by_id


class DayForm(ProbityForm):
    """On which day?"""

    day = DateField("On which day?", [Required("Enter the day")], what="the day")


class WhoseForm(ProbityForm):
    """Who is it about?"""

    person = StringField(
        "Who is it about?", [Required("Enter who it is about"), NoSecrets()], max_length=254, what="the person",
        hint="Their work e-mail address or full name. It may be somebody who has left.",
    )  # fmt: skip


@blueprint.get("/what-somebody-could-get-into")
def what_somebody_could_get_into() -> Any:
    """Choose the person whose access is asked about."""
    sent = request.args if "person" in request.args else None
    form = WhoseForm(formdata=sent, meta={"csrf": False})
    now, before = list[Person](), list[Person]()
    if sent is not None and form.validate():
        now, before = people_called(form.person.data)
        if len(now) == 1 and not before:
            return redirect(url_for(".what_they_could_get_into", person_id=now[0].id), 303)
        if not now and not before:
            sentence = f"Nobody is recorded as “{form.person.data}”. Enter their full name"
            form.add_refusal(InvalidInput(sentence, field="person"))
    found = labels_to_choose([*now, *before])
    page = render_template("credential_rotation/whose-access.html", form=form, found=found, before=before)
    return page, 422 if form.error_list() else 200


@blueprint.get("/accounts/<uuid:account_id>/who-could-get-in")
def who_could_get_in_on(account_id: uuid.UUID) -> Any:
    """Everybody who could get into an account on a day."""
    account = account_for(_reader(), account_id, clock.today())
    if account is None:
        raise NothingHere
    demand(
        account.past_access_is_known_to(_reader()),
        "Only the owner of this account and the keepers of the register see who could get in.",
        what_now="Ask the keeper of the register.",
    )
    form, day = _asked(may_look_ahead=_reader().holds(*KNOWS_WHY))
    found = ways_in(day, account.id) if day else []
    then = account_on(account, day, list(found)) if day and day <= clock.today() else None
    entries = [entry for entry in found if not entry.waits]
    return render_template(
        "credential_rotation/past-access.html", form=form, day=day, account=account, person=None, today=clock.today(),
        then=then, entries=_linked(entries, lambda entry: past_access_is_known_to(entry.person, _reader())),
        back_href=url_for("account_register.show", account_id=account.id), platform_on=platform_on,
    ), 422 if form.errors else 200  # fmt: skip


@blueprint.get("/people/<uuid:person_id>/what-they-could-get-into")
def what_they_could_get_into(person_id: uuid.UUID) -> Any:
    """The accounts that somebody could get into on a day."""
    person = person_by_id(person_id)
    if person is None:
        raise NothingHere
    demand(
        past_access_is_known_to(person, _reader()),
        "Only their manager, HR and the keepers of the register see what somebody could get into.",
        what_now="Ask the keeper of the register.",
    )
    form, day = _asked(may_look_ahead=bool(known_of(_reader(), [person.id])))
    entries = what_could_be_got_into(person, day) if day else []
    opened = accounts_opened_by(_reader(), {entry.account.id for entry in entries}, clock.today())
    return render_template(
        "credential_rotation/past-access.html", form=form, day=day, account=None, person=person, today=clock.today(),
        entries=_linked(entries, lambda entry: entry.account.id in opened), back_href=url_for("account_register.index"),
        platform_on=platform_on, then=None,
    ), 422 if form.errors else 200  # fmt: skip


def _linked(entries: list[Entry], opens: Callable[[Entry], bool]) -> list[tuple[Entry, bool, bool]]:
    """Each line of the list with whether the reader may open what it names (no link leads to a refusal), and may know of an
    end that is to come.
    """
    known, today = known_of(_reader(), {entry.person.id for entry in entries}), clock.today()
    return [
        (entry, opens(entry), entry.person.id in known or (entry.grant is not None and entry.grant.is_over_on(today)))
        for entry in entries
    ]


def _asked(*, may_look_ahead: bool) -> tuple[DayForm, date | None]:
    """The day of the address; today where it names none. Days to come tell who is to leave: not everybody may ask."""
    if "day" not in request.args:
        return DayForm(formdata=None, data={"day": clock.today()}, meta={"csrf": False}), clock.today()
    form = DayForm(formdata=request.args, meta={"csrf": False})
    if not may_look_ahead:
        form.day.not_after = clock.today()
    return form, form.day.data if form.validate() else None


def _reader() -> Person:
    person: Person = current_user._get_current_object()
    return person
