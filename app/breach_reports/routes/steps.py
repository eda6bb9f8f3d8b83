"""The questions of a report, one page each: its form, what it keeps of the answers, and which question follows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.breach_reports import forms, queries
from app.breach_reports.operations.sending import answers_as_kept
from app.core.forms import ProbityForm
from app.policy.queries import pack

Answers = Mapping[str, Any]


@dataclass(frozen=True)
class Step:
    """One question: where it is, what it asks, how it is drawn."""

    name: str
    heading: str
    make: Callable[[Answers, date], ProbityForm]
    kept: Callable[[ProbityForm, date], dict[str, Any]]
    template: str = "question"


def _all_data(form: ProbityForm, _today: date) -> dict[str, Any]:
    return answers_as_kept({name: value for name, value in form.data.items() if name != "csrf_token"})


def _plain(form_class: type[ProbityForm]) -> Callable[[Answers, date], ProbityForm]:
    def make(answers: Answers, _today: date) -> ProbityForm:
        return form_class(data=dict(answers))

    return make


def _where(answers: Answers, _today: date) -> ProbityForm:
    names = [platform.name for platform in pack().platforms]
    chosen = answers.get("platform", "")
    known = {"platform": chosen} if chosen in names else {"other_platform": chosen}
    return forms.WhereForm(data={"address": answers.get("address"), **known}, choices={"platform": names})


def _where_kept(form: ProbityForm, _today: date) -> dict[str, Any]:
    typed = form["other_platform"].data
    known = pack().find_platform(typed) if typed else None
    return {
        "platform": (known.name if known else typed) or form["platform"].data or "",
        "address": form["address"].data,
    }


def _when(answers: Answers, today: date) -> ProbityForm:
    day = date.fromisoformat(answers["happened_on"]) if answers.get("happened_on") else None
    form = forms.WhenForm(data={**answers, "happened_on": day})
    form["happened_on"].not_after = today
    return form


def _when_kept(form: ProbityForm, _today: date) -> dict[str, Any]:
    is_known = form["when_known"].data == "yes"
    return {
        "when_known": form["when_known"].data,
        "happened_on": form["happened_on"].data.isoformat() if is_known else "",
        "roughly_when": "" if is_known else form["roughly_when"].data,
    }


def _who_kept(form: ProbityForm, _today: date) -> dict[str, Any]:
    is_known = form["who_known"].data == "yes"
    typed = form["name"].data if is_known else ""
    return {
        "who_known": form["who_known"].data,
        "name": typed,
        "who": typed if is_known else form["who"].data,
        "subject_id": "",
        "asked_who": "",
    }


def _who_is_it(answers: Answers, today: date) -> ProbityForm:
    typed = answers.get("name", "")
    people = queries.people_called(typed, today)
    return forms.WhoIsItForm(
        data=dict(answers), choices={"subject_id": forms.WhoIsItForm.choices_for(people, typed)}
    )


def _who_is_it_kept(form: ProbityForm, _today: date) -> dict[str, Any]:
    chosen = form["subject_id"].data
    return {"subject_id": "" if chosen == forms.NOBODY_OF_THESE else chosen, "asked_who": "yes"}


def _not_found(answers: Answers, _today: date) -> ProbityForm:
    return forms.NotFoundForm(choices={"again": forms.NotFoundForm.choices_for(answers.get("name", ""))})


def _not_found_kept(form: ProbityForm, _today: date) -> dict[str, Any]:
    if form["again"].data == "no":
        return {"subject_id": "", "asked_who": "yes"}
    typed = form["name"].data
    return {"name": typed, "who": typed, "subject_id": "", "asked_who": ""}


def _rule(answers: Answers, _today: date) -> ProbityForm:
    chosen = answers.get("category")
    data = {} if chosen is None else {"category": chosen or forms.NOT_SURE}
    return forms.RuleForm(data=data, choices={"category": forms.RuleForm.choices_for(pack())})


def _rule_kept(form: ProbityForm, _today: date) -> dict[str, Any]:
    chosen = form["category"].data
    return {"category": "" if chosen == forms.NOT_SURE else chosen}


STEPS = (
    Step("what-happened", "What happened?", _plain(forms.WhatForm), _all_data),
    Step("where", "Where did you see it?", _where, _where_kept, "where"),
    Step("when", "When did it happen?", _when, _when_kept),
    Step("who", "Who is it about?", _plain(forms.WhoForm), _who_kept),
    Step("who-is-it", "Which of these people is it?", _who_is_it, _who_is_it_kept),
    Step("not-found", forms.NOT_FOUND, _not_found, _not_found_kept),
    Step("rule", "Which rule may it be about?", _rule, _rule_kept, "rule"),
    Step("capacity", "How were they acting?", _plain(forms.CapacityForm), _all_data),
    Step("working-hours", "Was it in their working hours?", _plain(forms.HoursForm), _all_data),
    Step("first-questions", "Who must see this first?", _plain(forms.ScreeningForm), _all_data, "screening"),
)
STEP_NAMED = {step.name: step for step in STEPS}
FINDING = ("who-is-it", "not-found")
"""The two ways in which "who" goes on where a name was typed."""
NUMBERED = tuple(step.name for step in STEPS if step.name not in FINDING)


def following(step: Step, kept: Answers, today: date) -> str | None:
    """The question after this one; None when evidence comes next. Who it is, is asked until it is found or not known."""
    if step.name in ("who", "not-found"):
        typed = kept.get("name", "")
        return finding(typed, today) if typed else "rule"
    if step.name == "who-is-it":
        return "rule"
    position = STEPS.index(step) + 1
    return STEPS[position].name if position < len(STEPS) else None


def finding(typed: str, today: date) -> str:
    """The question by which a name that was typed becomes a person."""
    return "who-is-it" if queries.people_called(typed, today, most=1) else "not-found"


def before(step: Step) -> str | None:
    """The question before this one; None before the first."""
    names = [one.name for one in STEPS]
    position = names.index(step.name)
    if position == 0:
        return None
    return "who" if step.name in (*FINDING, "rule") else names[position - 1]
