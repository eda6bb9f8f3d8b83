"""Recording that somebody takes other work or is away for long, and what becomes of their access."""

import uuid
from datetime import date
from typing import Any, cast

from flask import flash, redirect, render_template, request, url_for

from app.account_register.models import SEES_EVERYTHING
from app.core import clock
from app.core.db import begin_writing, commit
from app.core.errors import InvalidInput, NotAllowed, NothingHere
from app.core.paging import Cursor
from app.credential_rotation import blueprint, operations, queries
from app.credential_rotation.forms_moves import AnyMoveForm, TeamMoveForm, access_form
from app.credential_rotation.models import SEES_CAUSES, Move, MoveKind, WorkChange
from app.credential_rotation.operations.moving import ONLY_HR_OR_MANAGER, TELL_HR
from app.credential_rotation.queries.work_changes import work_change_by_id
from app.credential_rotation.routes.shared import person_of_line, reader
from app.credential_rotation.routes.worked_out import hand_overs_worked_out, move_worked_out
from app.people.knowing import other_work_known_of
from app.people.models import HR_OFFICERS, Person
from app.people.naming import labels_to_choose
from app.people.queries import person_by_id, timeline
from app.policy.queries import pack, working_calendar

ROOM = "credential_rotation"
LONGEST = 120


@blueprint.get("/moves")
def moves() -> Any:
    """Who takes other work or is away for long, and what is still to be seen to."""
    cursor, person = Cursor.read(request.args.get("after"), request.args.get("before")), reader()
    page = queries.moves_page(person, cursor)
    return render_template(
        f"{ROOM}/moves.html", page=page, knows=other_work_known_of(person, {row.person_id for row in page.rows}),
        can_record=person.holds(*HR_OFFICERS) or bool(queries.team_of(person, clock.today())),
    )  # fmt: skip


@blueprint.route("/moves/new", methods=["GET", "POST"])
def new_move() -> Any:
    """Ask who, why and from when. Which access goes on is asked next; nothing is recorded yet."""
    form = _form(reader(), _asked_because())
    if not form.validate_on_submit():
        return render_template(f"{ROOM}/new-move.html", form=form), 422 if form.errors else 200
    try:
        moving = _moving(form)
        operations.preview_move(moving, by=reader(), at=clock.now())
    except InvalidInput as refusal:
        form.add_refusal(refusal)
        return render_template(f"{ROOM}/new-move.html", form=form), 422
    told = {"person": moving.person.id, "kind": moving.kind.value, "day": moving.last_day.isoformat(),
        "back": moving.back_on.isoformat() if moving.back_on else None, "post": moving.new_post or None}  # fmt: skip
    return redirect(url_for(".decide_move", **cast(Any, told)), 303)


@blueprint.route("/moves/access", methods=["GET", "POST"])
def decide_move() -> Any:
    """Ask of each access whether it goes on, say what follows, and record it."""
    moving, person, now = _told(), reader(), clock.now()
    asked = operations.preview_move(moving, by=person, at=now)
    form = access_form(asked, moving.kind, fresh=request.method != "POST")
    if not form.validate_on_submit():
        page = render_template(
            f"{ROOM}/decide-move.html", form=form, moving=moving, asked=asked, pack=pack(), today=clock.today(),
            kinds=MoveKind,
        )  # fmt: skip
        return page, 422 if form.errors else 200
    begin_writing(moving.person)
    made = operations.record_move(moving, form.goes_on, by=person, at=now)
    commit()
    flash(f"You recorded what changes for {moving.person.name}.", "success")
    return redirect(url_for(".move", move_id=made.id), 303)


@blueprint.get("/moves/<uuid:move_id>")
def move(move_id: uuid.UUID) -> Any:
    """What was decided of each access, how far its password change is, and what somebody else has to take over."""
    found, today = move_or_nothing(move_id), clock.today()
    holdings, hand_overs = queries.holdings_of(found), queries.left_by(found, today)
    knows = bool(other_work_known_of(reader(), [found.person_id]))
    return render_template(
        f"{ROOM}/move.html", move=found, holdings=holdings, today=today, pack=pack(), how=move_worked_out(holdings),
        calendar=working_calendar(), history=timeline([found.id], knows_causes=knows),
        opens_rotations=reader().holds(*SEES_CAUSES), knows=knows, kinds=MoveKind, hand_overs=hand_overs,
        hand_over_how=hand_overs_worked_out(row.hand_over_by for row in hand_overs if row.is_left),
        leaving=queries.leaving_of(found.person), lost=queries.lost_by_move(found, today) if found.is_withdrawn else [],
        opens_accounts=reader().holds(*SEES_EVERYTHING),
        can_change=not found.is_withdrawn and queries.may_record_leaver(reader(), found.person),
    )  # fmt: skip


def move_or_nothing(move_id: uuid.UUID) -> Move:
    """The move with this id, if the reader may know of it."""
    found = queries.move_for(reader(), move_id)
    if found is None:
        raise NothingHere
    return found


def _asked_because() -> WorkChange | None:
    """Because of which other post or service the page is asked for; its form is filled in with that."""
    try:
        change = work_change_by_id(uuid.UUID(request.args.get("change", "")))
    except ValueError:
        return None
    return change if change is not None and queries.may_record_leaver(reader(), change.person) else None


def _form(person: Person, change: WorkChange | None) -> AnyMoveForm | TeamMoveForm:
    known: dict[str, Any] = {}
    if change is not None:
        known = {"kind": MoveKind.MOVED.value, "new_post": change.new_post, "last_day": change.told_on}
    whom = (change.person.email or change.person.name) if change is not None else None
    if person.holds(*HR_OFFICERS):
        return AnyMoveForm(person=whom, **known)
    team = queries.team_of(person, clock.today())
    if not team:
        raise NotAllowed(ONLY_HR_OR_MANAGER, what_now=TELL_HR)
    if len(team) > queries.MOST_TO_CHOOSE:
        return AnyMoveForm(person=whom, **known)
    known["person"] = str(change.person_id) if change is not None else None
    return TeamMoveForm(**known, choices={"person": [(str(one.id), label) for one, label in labels_to_choose(team)]})


def _moving(form: AnyMoveForm | TeamMoveForm) -> operations.Moving:
    if isinstance(form, AnyMoveForm):
        person: Person | None = person_of_line(form.person.data)
    else:
        person = person_by_id(uuid.UUID(form.person.data))
    if person is None:
        raise InvalidInput("Select who it is", field="person")
    kind, away = MoveKind(str(form.kind.data)), form.kind.data == MoveKind.LONG_ABSENCE
    return operations.Moving(
        person, kind, cast(date, form.last_day.data), form.back_on.data if away else None,
        "" if away else str(form.new_post.data or "").strip(),
    )  # fmt: skip


def _told() -> operations.Moving:
    """What the page was asked for, from its address; what cannot be read was not made by our page."""
    sent = request.args
    try:
        person = person_by_id(uuid.UUID(sent.get("person", "")))
        kind, day = MoveKind(sent.get("kind", "")), date.fromisoformat(sent.get("day", ""))
        back = date.fromisoformat(sent["back"]) if sent.get("back") else None
    except ValueError:
        person = None
    if person is None:
        raise NothingHere
    return operations.Moving(person, kind, day, back, sent.get("post", "")[:LONGEST])
