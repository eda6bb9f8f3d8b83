"""Several passwords on one page: what I changed, and what I verify. A leaver often held ten."""

import uuid
from collections.abc import Collection, Sequence
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from app.core import clock
from app.core.db import begin_writing, commit, db
from app.core.errors import InvalidInput, NothingHere, Refusal
from app.core.presentation import count_words
from app.credential_rotation import blueprint, forms, operations, queries
from app.credential_rotation.forms_together import (
    LEFT_OUT,
    TogetherForm,
    VerifyTogetherForm,
    together_form,
    verify_together_form,
)
from app.credential_rotation.models import NEEDS_PERMISSION, CredentialRotation, LeaverNotice, Sighting
from app.credential_rotation.routes.shared import reader
from app.people.models import Person
from app.policy.queries import pack

ROOM = "credential_rotation"


@blueprint.route("/together", methods=["GET", "POST"])
def change_together() -> Any:
    """The checklist of every password I am to change, or of those of one leaver, saved whole."""
    person, now = reader(), clock.now()
    notice = _notice(person)
    mine, sent = queries.to_change_together(person, now, notice), request.method == "POST"
    rotations = _sent("outcome_") if sent else mine.rotations
    form = _form(rotations, fresh=not sent)
    if not form.validate_on_submit():
        return _change_page(form, rotations, notice, mine.total), 422 if form.errors else 200
    done = [one for one in rotations if form.answered(one)]
    if not done:
        form.add_refusal(InvalidInput("Select what you did for at least one account"))
        return _change_page(form, rotations, notice, mine.total), 422
    begin_writing(*done)
    changes = [operations.Change(one, form.changed_at(one), form.steps(one), form.emergency(one)) for one in done]
    try:
        operations.mark_several_changed(changes, by=person, at=now)
    except operations.SeveralRefused as refused:
        db.session.rollback()
        again = _sent("outcome_")
        _show_problems(form, refused)
        return _change_page(form, again, notice, mine.total), refused.status
    commit()
    flash(f"You marked {count_words(len(done), 'password')} as changed. Somebody else verifies each now.", "success")
    if _unseen(queries.to_change_together(person, now, notice), rotations):
        return redirect(url_for(".change_together", leaver=notice.id if notice else None), 303)
    return redirect(url_for(".leaver", notice_id=notice.id) if notice else url_for(".index"), 303)


@blueprint.route("/verify-together", methods=["GET", "POST"])
def verify_together() -> Any:
    """Every change that I am to verify, on one page."""
    person, now = reader(), clock.now()
    mine, sent = queries.to_verify_together(person, clock.today()), request.method == "POST"
    rotations = _sent("saw_") if sent else mine.rotations
    form = verify_together_form(rotations, fresh=not sent)
    if not form.validate_on_submit():
        return _verify_page(form, rotations, mine.total), 422 if form.errors else 200
    seen = {one: form.saw[one.id] for one in rotations if one.id in form.saw}
    if not seen:
        form.add_refusal(InvalidInput("Select what you saw of at least one account"))
        return _verify_page(form, rotations, mine.total), 422
    begin_writing(*seen)
    operations.verify_several(seen, by=person, at=now)
    commit()
    flash(_what_was_seen(seen.values()), "success")
    unseen = _unseen(queries.to_verify_together(person, clock.today()), rotations)
    return redirect(url_for(".verify_together" if unseen else ".index"), 303)


def _what_was_seen(seen: Collection[Sighting | str]) -> str:
    verified = sum(isinstance(one, Sighting) for one in seen)
    parts = [f"You verified {count_words(verified, 'new password')}."] if verified else []
    if left := len(seen) - verified:
        parts.append(f"You said that {count_words(left, 'password')} {'has' if left == 1 else 'have'} not been changed.")
    return " ".join(parts)


def _notice(person: Person) -> LeaverNotice | None:
    """The leaver whose passwords are meant, for those who may know of it; None for all that are mine to change."""
    if not request.args.get("leaver"):
        return None
    try:
        found = queries.notice_for(person, uuid.UUID(request.args["leaver"]))
    except ValueError:
        found = None
    if found is None:
        raise NothingHere
    return found


def _unseen(left: queries.OnOnePage, shown: Sequence[CredentialRotation]) -> bool:
    """Whether something is left that did not go on the page: then it is shown next."""
    return any(one not in shown for one in _ready(left.rotations))


def _sent(prefix: str) -> list[CredentialRotation]:
    """The accounts that the page was about when it was sent, as far as the reader may see them; the others are no page."""
    try:
        ids = {uuid.UUID(hex=name.removeprefix(prefix)) for name in request.form if name.startswith(prefix)}
    except ValueError:
        raise NothingHere from None
    found = queries.rotations_by_ids(ids)
    if len(found) != len(ids) or len(ids) > queries.TOGETHER or not all(one.can_be_seen_by(reader()) for one in found):
        raise NothingHere
    return found


def _form(rotations: Sequence[CredentialRotation], *, fresh: bool) -> TogetherForm:
    switches = pack().switches
    asks = switches[NEEDS_PERMISSION].value and switches["rotation_emergency_path"].value
    waiting = [one.id for one in rotations if asks and one.permitted_at is None]
    return together_form(_ready(rotations) if fresh else rotations, clock.now(), ask_for_emergency=waiting, fresh=fresh)


def _ready(rotations: Sequence[CredentialRotation]) -> list[CredentialRotation]:
    """Those that may be changed by now: before somebody's last day a new password would still be theirs to know."""
    now = clock.now()
    return [one for one in rotations if one.counts_from <= now]


def _show_problems(form: TogetherForm, refused: operations.SeveralRefused) -> None:
    for rotation_id, refusal in refused.problems:
        key = rotation_id.hex
        sentence = f"{form.named[key]}: {operations.in_one_sentence(refusal)}"
        form.add_refusal(InvalidInput(sentence, field=_field(refusal, key)))


def _field(refusal: Refusal, key: str) -> str:
    field = refusal.field if isinstance(refusal, InvalidInput) else None
    return f"time_{key}" if field == "changed_on" else f"outcome_{key}"


def _change_page(
    form: TogetherForm, rotations: Sequence[CredentialRotation], notice: LeaverNotice | None, total: int
) -> str:
    shown = [one for one in rotations if f"outcome_{one.id.hex}" in form]
    later = [one for one in rotations if one not in shown]
    return render_template(
        f"{ROOM}/together.html", form=form, rotations=shown, later=later, notice=notice, step_words=forms.STEP_WORDS,
        pack=pack(), more=max(0, total - len(rotations)), left_out=LEFT_OUT,
    )  # fmt: skip


def _verify_page(form: VerifyTogetherForm, rotations: Sequence[CredentialRotation], total: int) -> str:
    more = max(0, total - len(rotations))
    return render_template(f"{ROOM}/verify-together.html", form=form, rotations=rotations, more=more)
