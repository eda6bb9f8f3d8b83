"""The days that count for no deadline, and the days on which the organisation is closed."""

from collections.abc import Iterable
from datetime import date
from typing import Any, cast
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for

from app.core import clock
from app.core.db import begin_writing, commit, db
from app.core.errors import InvalidInput, NothingHere, demand
from app.core.presentation import uk_weekday_date
from app.core.working_days import WorkingCalendar
from app.policy import blueprint, operations, queries
from app.policy.forms import ClosedDayForm, WithdrawClosedDayForm
from app.policy.models import ClosedDay, Installation, may_keep_closed_days
from app.policy.routes.shared import reader

DIVISIONS = {
    "england-and-wales": "England and Wales", "scotland": "Scotland", "northern-ireland": "Northern Ireland"
}  # fmt: skip


@blueprint.get("/closed-days")
def closed_days() -> Any:
    """The days that count for no deadline: bank holidays from this year on, or of earlier years, and closed days."""
    return _closed_days_page(ClosedDayForm(formdata=None))


@blueprint.post("/closed-days")
def record_closed_day() -> Any:
    """Record a day on which the organisation is closed."""
    person, now, form = reader(), clock.now(), ClosedDayForm()
    if not form.validate():
        return _closed_days_page(form), 422
    day = cast(date, form.day.data)
    begin_writing(db.session.get(Installation, 1))  # one at a time: two must not record the same day
    try:
        operations.record_closed_day(day, reason=form.reason.data, by=person, at=now)
    except InvalidInput as refusal:
        db.session.rollback()
        form.add_refusal(refusal)
        return _closed_days_page(form), 422
    commit()
    flash(f"You recorded {uk_weekday_date(day)} as a closed day. It does not count for dates set from now on.", "success")
    return redirect(url_for("policy.closed_days"), 303)


@blueprint.route("/closed-days/<uuid:closed_day_id>/withdraw", methods=["GET", "POST"])
def withdraw_closed_day(closed_day_id: UUID) -> Any:
    """Take a closed day back, with a reason."""
    found = queries.closed_day_by_id(closed_day_id)
    if found is None:
        raise NothingHere
    person, now, form = reader(), clock.now(), WithdrawClosedDayForm()
    demand(may_keep_closed_days(person), operations.NOT_YOURS)
    if found.can_be_withdrawn_by(person, clock.local_day(now)) and not form.validate_on_submit():
        return render_template("policy/withdraw-closed-day.html", form=form, found=found), 422 if form.errors else 200
    begin_writing(found)
    operations.withdraw_closed_day(found, reason=form.reason.data or "", by=person, at=now)
    commit()
    flash(f"You withdrew the closed day {uk_weekday_date(found.day)}. It counts again for dates set from now on.", "success")
    return redirect(url_for("policy.closed_days"), 303)


def _closed_days_page(form: ClosedDayForm) -> str:
    today, person = clock.today(), reader()
    calendar = queries.working_calendar()
    standing = queries.standing_closed_days()
    earlier = request.args.get("years") == "earlier"
    return render_template(
        "policy/closed-days.html",
        form=form,
        may_keep=may_keep_closed_days(person),
        years=_years(today, _years_shown(calendar, standing, today, earlier=earlier), standing, person),
        earlier=earlier,
        first_year=calendar.begins.year,
        this_year=today.year,
        is_ending=today >= calendar.warns_from,
        ends=calendar.ends,
        division=DIVISIONS[queries.pack().holiday_division.value],
        division_source=queries.pack().cite(queries.pack().holiday_division.sources),
    )


def _years_shown(calendar: WorkingCalendar, standing: list[ClosedDay], today: date, *, earlier: bool) -> Iterable[int]:
    """This year and all later ones of which something is known, at least the next; or those before, the latest first."""
    if earlier:
        return range(today.year - 1, calendar.begins.year - 1, -1)
    return range(today.year, max(today.year + 1, calendar.ends.year, *(one.day.year for one in standing)) + 1)


def _years(
    today: date, shown: Iterable[int], standing: list[ClosedDay], person: Any
) -> list[tuple[int, list[dict[str, Any]]]]:
    """The days off of these years, each with why and, where the organisation closed it, by whom."""
    calendar = queries.working_calendar()
    closed = {one.day: one for one in standing}
    years = []
    for year in shown:
        known = dict(calendar.days_off(date(year, 1, 1), date(year, 12, 31)))
        known |= {day: one.reason for day, one in closed.items() if day.year == year}
        lines = [
            {
                "day": day,
                "why": why,
                "closed": closed.get(day),
                "can_withdraw": day in closed and closed[day].can_be_withdrawn_by(person, today),
            }
            for day, why in sorted(known.items())
        ]
        years.append((year, lines))
    return years
