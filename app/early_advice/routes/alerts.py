"""Telling of a mistake on one page, and what those who were told do about it."""

import uuid
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from app.account_register.models import Account
from app.account_register.queries import accounts_open_to
from app.breach_reports.models import YesNoUnknown
from app.breach_reports.queries import report_for
from app.core import clock
from app.core.clock import local_day
from app.core.db import begin_writing, commit
from app.core.errors import NothingHere, demand
from app.core.forms import Choice, ProbityForm, tried
from app.core.typed_text import clean_text
from app.early_advice import blueprint, forms, operations, queries
from app.early_advice.models import AlertAnswers, AlertOutcome, AlertStatus, BreachAnswer, MistakeAlert
from app.early_advice.queries.worked_out import (
    alert_worked_out,
    deadline_of_breach,
    goes_on,
    hours_after_news,
    hours_counted,
)
from app.early_advice.routes.common import ROOM, me, needs, page_id
from app.people.models import Person, Role
from app.people.queries import holders_of, timeline
from app.policy.queries import working_calendar


@blueprint.route("/mistake", methods=["GET", "POST"])
def new_alert() -> Any:
    """One page: what, where, and what was done. It goes to everybody who has to know at once."""
    needs("mistake_alerts")
    person, now = me(), clock.now()
    accounts = accounts_open_to(person, local_day(now))
    form = _alert_form(accounts)
    if not form.validate_on_submit():
        return _new_page(form, person), 422 if form.errors else 200
    begin_writing(person)  # one at a time for one person: the second click waits here for the first
    sent = operations.sent_with(MistakeAlert, page_id(form), person)
    if sent is None:
        made = operations.free_id(MistakeAlert, page_id(form))
        answers = _answers(form, accounts)
        if not tried(lambda: operations.send_alert(answers, by=person, at=now, alert_id=made), form):
            return _new_page(form, person), 422
        commit()
        sent = operations.sent_with(MistakeAlert, made, me())
    return redirect(url_for(".alert_sent", reference=sent.reference if sent else ""), 303)


def _alert_form(accounts: list[Account]) -> forms.AlertForm:
    today = clock.today()
    place = None if accounts else forms.ELSEWHERE
    form = forms.AlertForm(data={"noticed_on": today, "page": str(uuid.uuid4()), "place": place})
    form.noticed_on.not_after = today
    form.place.choices = [
        *(Choice(str(account.id), account.name, hint=account.platform) for account in accounts),
        Choice(forms.ELSEWHERE, "Somewhere else" if accounts else "On a website or app", reveals=("platform",)),
    ]
    return form


def _answers(form: forms.AlertForm, accounts: list[Account]) -> AlertAnswers:
    chosen = next((account for account in accounts if str(account.id) == form.place.data), None)
    noticed = form.noticed_on.data
    assert noticed is not None
    return AlertAnswers(
        what=form.what.data, noticed_on=noticed, personal_data=YesNoUnknown(str(form.personal_data.data)),
        done=form.done.data,
        address=form.address.data, account=chosen, platform="" if chosen else form.platform.data,
    )  # fmt: skip


def _new_page(form: ProbityForm, person: Person) -> str:
    officers = _names(queries.other_officers(person.id, clock.today()))
    return render_template(f"{ROOM}/alert_new.html", form=form, told=_told(person), officers=officers)


def _names(people: list[Person]) -> str:
    return " or ".join(one.name for one in people)


def _told(person: Person) -> list[dict[str, str]]:
    """Who reads it, in the words of the pack and by name."""
    day = clock.today()
    rows = []
    for seat in queries.seats_of_chain(queries.ALERTS):
        rows.append({"title": queries.seat_title(seat), "names": _names(queries.who_hears(seat, person, day))})
    return rows


def _alert(reference: str) -> MistakeAlert:
    found = queries.alert_by_reference(reference)
    if found is None or not found.can_be_seen_by(me()):
        raise NothingHere(secret=True)
    return found


@blueprint.get("/mistake/<reference>/sent")
def alert_sent(reference: str) -> Any:
    """That it was sent, to whom, and what happens next."""
    alert = _alert(reference)
    demand(alert.author_id == me().id, "This page is for the person who told of it.")
    return render_template(
        f"{ROOM}/alert_sent.html", alert=alert, told=_told(me()), hours=_hours(alert),
        officers=_officers_asked(alert),
    )  # fmt: skip


@blueprint.get("/mistake/<reference>")
def show_alert(reference: str) -> Any:
    """What was told, who has seen it, and what comes of it."""
    return _page(_alert(reference))


def _page(alert: MistakeAlert, refused: ProbityForm | None = None, unread: str = "") -> str:
    person, today = me(), clock.today()
    can_report = alert.can_be_reported_by(person)
    own_report = queries.own_report_of(alert, person) if can_report else None
    return render_template(
        f"{ROOM}/alert.html", alert=alert, reader=person, today=today, calendar=working_calendar(),
        seat_title=queries.seat_title, statuses=AlertStatus, how=alert_worked_out(alert), own_report=own_report,
        history=timeline([alert.id]), can_report=can_report, form=refused, unread=unread,
        only_urgent=_only_urgent(alert), officers=_officers_asked(alert), hours=_hours(alert),
        can_correct=alert.breach_answer is not None and alert.can_be_corrected_by(person, _officers()),
        after_news=hours_after_news(alert.found_before),
        **_forms_for(alert, person, refused),
    )  # fmt: skip


def _hours(alert: MistakeAlert) -> dict[str, Any]:
    """When the hours of a personal data breach end, from when they count, and whether they have ended."""
    end = deadline_of_breach(alert)
    is_over = end is not None and end < clock.now()
    ends_today = end is not None and local_day(end) == clock.today()
    return {
        "end": end, "counted": hours_counted(alert), "is_over": is_over, "ended_today": is_over and ends_today,
        "noticed_before": alert.noticed_on < local_day(alert.sent_at),
    }  # fmt: skip


def _officers_asked(alert: MistakeAlert) -> str:
    return _names(queries.other_officers(alert.author_id, clock.today())) if alert.waits_for_officer else ""


def _forms_for(alert: MistakeAlert, person: Person, refused: ProbityForm | None) -> dict[str, ProbityForm]:
    """The forms of what this person may do now: mostly one; two where the same person also judges the personal data."""
    offered: dict[str, ProbityForm] = {}
    if alert.waits_for_officer and alert.can_be_answered_by(person, _officers()):
        offered["judge"] = forms.BreachForm(formdata=None)
    if alert.can_be_decided_by(person):
        offered["decide"] = _decide_form(alert, formdata=None)
    elif alert.can_be_confirmed_by(person):
        offered["confirm"] = forms.TakenDownForm(formdata=None)
    return {name: refused if type(form) is type(refused) else form for name, form in offered.items()}


def _officers() -> list[Person]:
    return holders_of([Role.DPO], clock.today())


def _only_urgent(alert: MistakeAlert) -> bool:
    return alert.status is AlertStatus.SENT and queries.waits_for_a_tick(alert, clock.today())


def _decide_form(alert: MistakeAlert, **options: Any) -> forms.DecideAlertForm:
    """Only the urgent answer while somebody else still has to see it; asked of the officer only while that is open."""
    form = forms.DecideAlertForm(**options)
    offered = [AlertOutcome.TAKE_DOWN] if _only_urgent(alert) else list(forms.OUTCOME_CHOICES)
    if not alert.leaves_officer_open:
        del form.to_officer, form.why_not
    elif alert.waits_for_officer:
        form.to_officer.description = forms.ASKED_AT_ONCE
        form.to_officer.choices = list(forms.OFFICER_AFTER_ALL)
    form.outcome.choices = [
        Choice(
            one, forms.OUTCOME_CHOICES[one][0], hint=forms.OUTCOME_CHOICES[one][1],
            reveals=("same_day",) if one is AlertOutcome.TAKE_DOWN else (),
        )
        for one in offered
    ]  # fmt: skip
    return form


@blueprint.post("/mistake/<reference>/seen")
def see_alert(reference: str) -> Any:
    """Tick that one has seen it."""
    alert, person, now = _alert(reference), me(), clock.now()
    begin_writing(alert)
    operations.mark_alert_seen(alert, by=person, at=now)
    commit()
    flash("You ticked that you have seen it.", "success")
    return redirect(url_for(".show_alert", reference=reference), 303)


@blueprint.post("/mistake/<reference>/decide")
def decide_alert(reference: str) -> Any:
    """Say what comes of it. What was typed about the officer on an older page is not dropped without a word."""
    alert, person, now = _alert(reference), me(), clock.now()
    form = _decide_form(alert)
    about_officer = _about_officer(form)
    if alert.can_be_decided_by(person) and not form.validate():
        return _page(alert, form, _unread(alert, about_officer)), 422
    begin_writing(alert)
    outcome = AlertOutcome(form.outcome.data) if form.outcome.data in set(AlertOutcome) else AlertOutcome.SETTLED

    def act() -> None:
        operations.decide_alert(
            alert, outcome, words=form.words.data or "", by=person, at=now, same_day=bool(form.same_day.data),
            **about_officer,
        )

    if not tried(act, form):
        alert = _alert(reference)
        if form.to_officer and not alert.leaves_officer_open:
            del form.to_officer, form.why_not
        return _page(alert, form, _unread(alert, about_officer)), form.answered_as
    commit()
    flash(f"You told {alert.author.name} what comes of it.", "success")
    return redirect(url_for(".show_alert", reference=reference), 303)


def _about_officer(form: forms.DecideAlertForm) -> dict[str, Any]:
    """Whether the data protection officer has to look at it, as it was typed, also where the page asks for it no more."""
    typed = form.to_officer.data if form.to_officer else request.form.get("to_officer")
    why_not = form.why_not.data if form.why_not else request.form.get("why_not")
    return {"to_officer": {"yes": True, "no": False}.get(str(typed)), "why_not": clean_text(why_not)}


def _unread(alert: MistakeAlert, about_officer: dict[str, Any]) -> str:
    """What somebody typed of why the officer need not look, which nobody asks for any more."""
    return "" if alert.leaves_officer_open or about_officer["to_officer"] is not False else about_officer["why_not"]


@blueprint.route("/mistake/<reference>/officer", methods=["GET", "POST"])
def send_to_officer(reference: str) -> Any:
    """Send it to the data protection officer, tell them more, or something new after they answered."""
    alert, person, now = _alert(reference), me(), clock.now()
    demand(
        alert.can_be_sent_to_officer_by(person),
        "Only those who were told of it and ticked that they have seen it send it on.",
    )
    form = _officer_form(alert)
    if not form.validate_on_submit():
        return _officer_page(alert, form), 422 if form.errors else 200
    begin_writing(alert)
    is_first, is_answered = alert.officer_asked_at is None, alert.breach_answer is not None
    if not tried(lambda: operations.send_to_officer(alert, words=form.words.data or "", by=person, at=now), form):
        return _officer_page(_alert(reference), form), 422
    commit()
    done = "You sent it to the data protection officer." if is_first else "You told the data protection officer more."
    flash("You told the data protection officer something new. They look at it again." if is_answered else done, "success")
    return redirect(url_for(".show_alert", reference=reference), 303)


def _officer_form(alert: MistakeAlert) -> forms.ToOfficerForm:
    form = forms.ToOfficerForm()
    if alert.officer_asked_at is not None:
        form.words.label.text, form.words.description = forms.TELL_MORE, forms.TELL_MORE_HINT
    return form


def _officer_page(alert: MistakeAlert, form: ProbityForm) -> str:
    return render_template(
        f"{ROOM}/alert_to_officer.html", form=form, alert=alert, hours=_hours(alert),
        officers=_names(queries.other_officers(alert.author_id, clock.today())),
        goes_on=goes_on(alert, clock.now()), after_news=hours_after_news(alert.breach_answer),
    )  # fmt: skip


@blueprint.route("/mistake/<reference>/after-all", methods=["GET", "POST"])
def take_down_after_all(reference: str) -> Any:
    """Say that it must come down although it was settled."""
    alert, person, now, form = _alert(reference), me(), clock.now(), forms.AfterAllForm()
    demand(alert.is_opened_again_by(person), operations.ONLY_TOLD)
    if request.method == "GET" and not alert.can_be_taken_down_after_all_by(person):
        return redirect(url_for(".show_alert", reference=reference), 303)
    if alert.can_be_taken_down_after_all_by(person) and not form.validate_on_submit():
        return render_template(f"{ROOM}/alert_after_all.html", form=form, alert=alert), 422 if form.errors else 200
    begin_writing(alert)
    operations.take_down_after_all(
        alert, words=form.words.data or "", by=person, at=now, same_day=bool(form.same_day.data)
    )
    commit()
    flash(f"You told {alert.author.name} that it must come down after all.", "success")
    return redirect(url_for(".show_alert", reference=reference), 303)


@blueprint.post("/mistake/<reference>/taken-down")
def taken_down(reference: str) -> Any:
    """Confirm that it has come down."""
    alert, person, now, form = _alert(reference), me(), clock.now(), forms.TakenDownForm()
    if alert.can_be_confirmed_by(person) and not form.validate():
        return _page(alert, form), 422
    begin_writing(alert)
    operations.confirm_taken_down(alert, by=person, at=now, words=form.words.data or "")
    commit()
    flash("You confirmed that it is taken down.", "success")
    return redirect(url_for(".show_alert", reference=reference), 303)


@blueprint.post("/mistake/<reference>/personal-data")
def answer_breach(reference: str) -> Any:
    """Record what was found about personal data."""
    alert, person, now, form = _alert(reference), me(), clock.now(), forms.BreachForm()
    if alert.can_be_answered_by(person, _officers()) and not form.validate():
        return _page(alert, form), 422
    begin_writing(alert)
    words = form.found.data or ""
    if not tried(lambda: operations.answer_breach(alert, _found(form), words=words, by=person, at=now), form):
        return _page(_alert(reference), form), 422
    commit()
    flash("You recorded what was found.", "success")
    return redirect(url_for(".show_alert", reference=reference), 303)


@blueprint.route("/mistake/<reference>/finding", methods=["GET", "POST"])
def correct_finding(reference: str) -> Any:
    """Put right what was found about personal data; what was recorded first is kept."""
    alert, person, now, form = _alert(reference), me(), clock.now(), forms.CorrectBreachForm()
    may = alert.can_be_corrected_by(person, _officers())
    if request.method == "GET" and not may:
        return redirect(url_for(".show_alert", reference=reference), 303)
    if may and not form.validate_on_submit():
        return render_template(f"{ROOM}/alert_finding.html", form=form, alert=alert), 422 if form.errors else 200
    begin_writing(alert)
    operations.correct_finding(alert, _found(form), words=form.found.data or "", by=person, at=now)
    commit()
    flash("You corrected what was found.", "success")
    return redirect(url_for(".show_alert", reference=reference), 303)


def _found(form: forms.BreachForm) -> BreachAnswer:
    return BreachAnswer(form.answer.data) if form.answer.data in set(BreachAnswer) else BreachAnswer.NO_BREACH


@blueprint.route("/mistake/<reference>/report", methods=["GET", "POST"])
def report_alert(reference: str) -> Any:
    """Report it to HR, with what the person said of themselves."""
    alert, person, now, form = _alert(reference), me(), clock.now(), forms.ReportAlertForm()
    demand(alert.can_be_reported_by(person), "Only those who were told of it and ticked that they have seen it report it.")
    if not form.validate_on_submit():
        page = render_template(f"{ROOM}/alert_report.html", form=form, alert=alert)
        return page, 422 if form.errors else 200
    begin_writing(alert)
    at_risk = YesNoUnknown(str(form.at_risk.data))
    report = operations.report_alert(alert, why=form.why.data, at_risk=at_risk, by=person, at=now)
    commit()
    return redirect(url_for("breach_reports.receipt", reference=report.reference), 303)


@blueprint.post("/told-early/<report>/<reference>/<what>")
def count_early(report: str, reference: str, what: str) -> Any:
    """Count an alert for the person a report is about, or take that back. The report's own page is where it is read."""
    person, now = me(), clock.now()
    found = report_for(report, person, local_day(now))
    if found is None or what not in ("count", "take-back"):
        raise NothingHere(secret=True)
    begin_writing(found)
    told = queries.alert_told_before(found, reference)
    if told is None:
        raise NothingHere(secret=True)
    act = operations.count_as_told_early if what == "count" else operations.take_back_told_early
    act(found, told, by=person, at=now)
    commit()
    done = "You recorded that this was told early." if what == "count" else "You took it back: it does not count any more."
    flash(done, "success")
    return redirect(url_for("breach_reports.show", reference=found.reference), 303)
