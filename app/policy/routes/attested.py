"""What was attested of others: seeing it, saying that it is not right, and taking back what was a mistake."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, url_for

from app.core import clock
from app.core.db import begin_writing, commit
from app.core.errors import NothingHere, demand
from app.core.forms import ProbityForm
from app.people.models import Role
from app.people.queries import holders_of
from app.policy import blueprint, operations, queries
from app.policy.explaining import counted_from_receipt
from app.policy.forms import TakeBackForm, UpholdForm
from app.policy.models import Acknowledgement
from app.policy.routes.shared import reader


@blueprint.get("/attested")
def attested() -> Any:
    """What the reader attested of others; for an HR manager what anybody did."""
    return render_template("policy/attested.html", agreements=queries.attested_seen_by(reader()))


def _found(agreement_id: UUID) -> Acknowledgement:
    found = queries.agreement_by_id(agreement_id)
    if found is None:
        raise NothingHere
    demand(found.can_be_seen_by(reader()), "Only the person, whoever attested it and HR managers can open this.")
    return found


@blueprint.get("/attested/<uuid:agreement_id>")
def attestation(agreement_id: UUID) -> Any:
    """One of them, and what was said of it later."""
    return _page(_found(agreement_id))


def _page(agreement: Acknowledgement, refused: ProbityForm | None = None) -> str:
    said = agreement.disputed
    how = said and said.due_on and counted_from_receipt(queries.SETTLE_WITHIN, said.at, said.due_on, since="They said so")
    return render_template(
        "policy/attestation.html", one=agreement, reader=reader(), today=clock.today(), how=how, form=refused,
        back=refused if isinstance(refused, TakeBackForm) else TakeBackForm(formdata=None),
        uphold=refused if isinstance(refused, UpholdForm) else UpholdForm(formdata=None),
        can_uphold=_can_be_upheld(agreement), calendar=queries.working_calendar().estimating(),
    )  # fmt: skip


def _can_be_upheld(agreement: Acknowledgement) -> bool:
    if not agreement.waits_to_be_settled:
        return False
    return agreement.can_be_upheld_by(reader(), holders_of([Role.HR_MANAGER], clock.today()))


@blueprint.post("/attested/<uuid:agreement_id>/dispute")
def dispute_agreement(agreement_id: UUID) -> Any:
    """Say of oneself that one did not agree."""
    agreement, person, now = _found(agreement_id), reader(), clock.now()
    begin_writing(agreement.person)  # what is recorded of one person happens one after the other
    operations.dispute_agreement(_found(agreement_id), by=person, at=now)
    commit()
    flash("You said that you did not agree. Whoever recorded it and Human Resources are told.", "success")
    return redirect(url_for("policy.attestation", agreement_id=agreement_id), 303)


@blueprint.post("/attested/<uuid:agreement_id>/take-back")
def take_back_agreement(agreement_id: UUID) -> Any:
    """Record that it was a mistake."""
    agreement, person, now, form = _found(agreement_id), reader(), clock.now(), TakeBackForm()
    if agreement.can_be_taken_back_by(person) and not form.validate():
        return _page(agreement, form), 422
    begin_writing(agreement.person)
    operations.take_back_agreement(_found(agreement_id), reason=form.reason.data or "", by=person, at=now)
    commit()
    flash("You took it back. The person is told.", "success")
    return redirect(url_for("policy.attestation", agreement_id=agreement_id), 303)


@blueprint.post("/attested/<uuid:agreement_id>/uphold")
def uphold_agreement(agreement_id: UUID) -> Any:
    """Record that it is right although the person says that they did not agree."""
    agreement, person, now, form = _found(agreement_id), reader(), clock.now(), UpholdForm()
    if _can_be_upheld(agreement) and not form.validate():
        return _page(agreement, form), 422
    begin_writing(agreement.person)
    operations.uphold_agreement(_found(agreement_id), reason=form.why_right.data or "", by=person, at=now)
    commit()
    flash("You recorded that it is right. The person is told.", "success")
    return redirect(url_for("policy.attestation", agreement_id=agreement_id), 303)
