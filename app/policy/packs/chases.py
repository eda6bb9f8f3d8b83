"""Reading who is reminded of what: the shared rules, with this organisation's own answers in their place."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from app.people.models import Role
from app.policy.packs.shape import DOER, DOERS_MANAGER, HEAD_OF_SERVICE, LOCAL_SETTING, ChaseRule, ChaseStep
from app.policy.packs.sources import NO_PARAGRAPHS, must_be_one_of, read_sources
from app.policy.packs.table import Table

TO_ANYBODY = (DOER, DOERS_MANAGER, HEAD_OF_SERVICE, *(role.value for role in Role))
# Only the HR manager sees every report and every case; whoever else were told might learn that there is one.
TO_ABOUT_MATTERS = (DOER, Role.HR_MANAGER.value)


def read_chases(own: Table, shared: Table, ids: frozenset[str]) -> Mapping[str, ChaseRule]:
    """Every rule by the kind of duty. A pack changes a rule by giving some of its entries anew."""
    for unknown in own.left.keys() - shared.left.keys():
        own.refuse(f"'{unknown}' is not a rule that local-settings knows")
    rules: dict[str, ChaseRule] = {}
    for kind, table in shared.entries():
        entries: dict[str, Any] = dict(table.left)
        rules[kind] = _read_rule(kind, table, NO_PARAGRAPHS)
        if kind in own:
            changed = own.table(kind)
            changed.left = {**entries, **changed.left}
            rules[kind] = _read_rule(kind, changed, ids)
    return MappingProxyType(rules)


def _read_rule(kind: str, table: Table, ids: frozenset[str]) -> ChaseRule:
    about_matters = table.flag("about_matters")
    rule = ChaseRule(
        kind=kind,
        says=table.text("says"),
        steps=tuple(_read_steps(table, TO_ABOUT_MATTERS if about_matters else TO_ANYBODY)),
        repeat_working_days=table.whole("repeat_working_days") if "repeat_working_days" in table else None,
        about_matters=about_matters,
        duty_sources=read_sources(table, ids, "duty_source") if "duty_source" in table else (LOCAL_SETTING,),
        sources=read_sources(table, ids),
        note=table.text("note", ""),
    )
    table.done()
    if not rule.steps:
        table.refuse("has no steps")
    days = [step.after_working_days for step in rule.steps]
    if days != sorted(days) or len(set(rule.steps)) != len(days):
        table.refuse("its steps must stand in the order of their days, each once")
    if rule.repeat_working_days == 0:
        table.refuse("'repeat_working_days' must be at least 1")
    return rule


def _read_steps(table: Table, allowed: tuple[str, ...]) -> Iterator[ChaseStep]:
    for row in table.tables("steps"):
        to = must_be_one_of(row, row.text("to"), allowed)
        yield ChaseStep(to, row.take("after_working_days", int))
        row.done()
