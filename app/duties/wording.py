"""How rules and jobs read: for pages only."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from flask import current_app, url_for

from app.core.jobs import Job, JobKind
from app.core.presentation import count_words
from app.core.registries import Registries
from app.policy.pack import DOER, LOCAL_SETTING, ChaseRule, ChaseStep, Pack
from app.policy.queries import pack

PARTS = {
    "people": "Who holds which role",
    "policy": "The policy",
    "account_register": "The register of accounts",
    "credential_rotation": "Passwords and leavers",
    "device_permissions": "Devices",
    "early_advice": "Told and asked early",
    "breach_reports": "Reports",
    "hr_cases": "Cases",
}
EVERYDAY, ACCOUNTS, MATTERS = "everyday", "accounts", "matters"
RULE_PAGES = {EVERYDAY: "Everyday work", ACCOUNTS: "Accounts and passwords", MATTERS: "Reports and cases"}
"""The pages of rules, by the word in their address: all together would weigh too much for one."""
_OF_ACCOUNTS = ("account_register", "credential_rotation")
# Duties that only arise where the policy has what they are about: by room, or by their own name where they stand in another.
_ONLY_WITH = {
    **dict.fromkeys(("device_permissions", "notice_device"), "device_permissions"),
    "notice_use": "work_use_notified",
    **dict.fromkeys(
        ("early_alert_see", "early_alert_decide", "early_alert_take_down", "early_alert_breach"), "mistake_alerts"
    ),
    "early_question": "ask_first",
    **dict.fromkeys(
        (
            "early_declaration_review", "early_declaration_act", "early_declaration_hr",
            "early_declaration_lead", "early_declaration_again",
        ),
        "declarations_of_interest",
    ),
    "early_profile": "linkedin_profile_rule",
}  # fmt: skip
_ABOVE = {"doers_manager": "Their line manager", "head_of_service": "Their head of service"}


@dataclass(frozen=True)
class Source:
    """A paragraph with the place where it can be read, or nothing: a local setting."""

    paragraph: str | None
    href: str | None


@dataclass(frozen=True)
class RuleLine:
    """One rule as its page shows it, or several that say the same of different duties."""

    says: tuple[str, ...]
    note: str
    told: Sequence[str]
    duty_from: Sequence[Source]
    days_from: Sequence[Source]


@dataclass(frozen=True)
class JobLine:
    """One job as its page shows it."""

    words: str
    schedule: str
    last_finished_at: datetime | None
    last_count: int | None
    next_run_at: datetime | None
    failures: int
    last_failed_at: datetime | None
    last_error: str | None


def rules_by_part(page: str) -> list[tuple[str, list[RuleLine]]]:
    """The rules of one of `RULE_PAGES`, by the part of the service whose duties they are about."""
    registries: Registries = current_app.extensions["registries"]
    here = pack()
    found: dict[str, dict[ChaseRule, list[str]]] = {}
    for name, rule in here.chases.items():
        room = registries.due[name].endpoint.partition(".")[0]
        switch = _ONLY_WITH.get(room) or _ONLY_WITH.get(name)
        if _rule_page(rule, room) != page or (switch and not here.switches[switch].value):
            continue
        part = PARTS[room]
        found.setdefault(part, {}).setdefault(replace(rule, kind="", says=""), []).append(rule.says)
    return [(part, [_rule_line(rule, tuple(says), here) for rule, says in rules.items()]) for part, rules in found.items()]


def _rule_page(rule: ChaseRule, room: str) -> str:
    if rule.about_matters:
        return MATTERS
    return ACCOUNTS if room in _OF_ACCOUNTS else EVERYDAY


def _rule_line(rule: ChaseRule, says: tuple[str, ...], here: Pack) -> RuleLine:
    others = dict.fromkeys(step.to for step in rule.steps if step.to != DOER)
    doer = _days(step for step in rule.steps if step.to == DOER)
    return RuleLine(
        says=says,
        note=rule.note,
        told=[
            f"Whoever has the duty: {doer or 'not reminded'}",
            *(f"{_title(to, here)}: {_days(step for step in rule.steps if step.to == to)}" for to in others),
            *_again(rule, here),
        ],
        duty_from=_sources(rule.duty_sources, here),
        days_from=_sources(rule.sources, here),
    )


def _days(steps: Iterable[ChaseStep]) -> str:
    return ", ".join(_day(step.after_working_days) for step in steps)


def _again(rule: ChaseRule, here: Pack) -> list[str]:
    """How often afterwards, and who: whoever has the duty, and those who were told on the last day of the rule."""
    every = rule.repeat_working_days
    if every is None:
        return []
    others = dict.fromkeys(_title(step.to, here) for step in rule.last_steps if step.to != DOER)
    who = ", ".join(["whoever has the duty", *others])
    return [f"{'Every working day' if every == 1 else f'Every {every} working days'}: {who}"]


def _day(after: int) -> str:
    if after == 0:
        return "on the day"
    return f"{count_words(abs(after), 'working day')} {'before' if after < 0 else 'after'}"


def _title(to: str, here: Pack) -> str:
    return _ABOVE.get(to) or here.role_titles[to].value


def _sources(sources: tuple[str, ...], here: Pack) -> list[Source]:
    return [Source(None, None) if source == LOCAL_SETTING else _paragraph(source, here) for source in sources]


def _paragraph(source: str, here: Pack) -> Source:
    """By the number that the document prints; where it prints none, in the words of its headings."""
    found = here.policy.paragraph(source)
    href = url_for("policy.show", slug=here.policy.slug, _anchor=found.anchor)
    return Source(found.cite.removeprefix("paragraph "), href)


def job_line(kind: JobKind, job: Job | None) -> JobLine:
    """A kind of job with what is known of it; one that never was due has no dates."""
    return JobLine(
        words=kind.words,
        schedule=kind.schedule.words,
        last_finished_at=job.last_finished_at if job else None,
        last_count=job.last_count if job and kind.says_how_many else None,
        next_run_at=job.next_run_at if job else None,
        failures=job.failures if job else 0,
        last_failed_at=job.last_failed_at if job else None,
        last_error=job.last_error if job else None,
    )
