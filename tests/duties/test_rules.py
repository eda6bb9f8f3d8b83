"""Rules of chasing as data: what is refused, when a step is reached, and that every kind of duty has its rule."""

import copy
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from app.core import clock
from app.core.registries import NO_DAY, Registries
from app.duties import wording
from app.people.everybody import Reader
from app.people.models import Role
from app.policy.pack import LOCAL_SETTING, SHARED_FILES, BrokenPack, Pack, load_pack, pack_names, read_pack, toml_file
from tests.duties.factories import rule

STEP = {"to": "doer", "after_working_days": 0}


@pytest.fixture(params=pack_names())
def pack(request: pytest.FixtureRequest) -> Pack:
    return load_pack(request.param)


def test_every_kind_that_is_chased_has_a_rule_and_every_rule_a_kind(app: Flask, pack: Pack) -> None:
    registries: Registries = app.extensions["registries"]
    chased = {name for name, kind in registries.due.items() if kind.everybody is not None}
    assert chased - pack.chases.keys() == set()
    assert pack.chases.keys() - registries.due.keys() == set()


def test_what_is_not_chased_has_no_day(app: Flask) -> None:
    """Nobody is reminded of it, so it never reads as late. What somebody waits for is chased with whom it waits for."""
    registries: Registries = app.extensions["registries"]
    everything = Reader(frozenset(Role))
    for kind in registries.due.values():
        select = kind.select(everything, clock.today())
        if kind.everybody is None and not kind.waiting and select is not None:
            assert str(select.selected_columns["due_on"].element) == str(NO_DAY), kind.name


def test_rules_about_matters_are_marked_and_open_for_somebody_else_by_a_query(app: Flask, pack: Pack) -> None:
    """Whoever is told of a matter is asked for by the room's own wall; a rule that tells others needs that query."""
    registries: Registries = app.extensions["registries"]
    for name, chase_rule in pack.chases.items():
        kind = registries.due[name]
        assert chase_rule.about_matters == kind.endpoint.startswith(("breach_reports.", "hr_cases.")), name
        if chase_rule.about_matters and any(step.to != "doer" for step in chase_rule.steps):
            assert kind.opens is not None, name
        if kind.everybody is not None and not chase_rule.about_matters:
            matter_id = list(kind.everybody().subquery().c)[-1]
            assert matter_id.name == "matter_id"


def test_every_rule_reads_as_a_sentence(app: Flask) -> None:
    with app.test_request_context():
        both = [part for page in wording.RULE_PAGES for part in wording.rules_by_part(page)]
    lines = [line for _, lines in both for line in lines]
    said = [says for line in lines for says in line.says]
    assert len(set(said)) == len(said)
    assert all(says[0].isupper() and not says.endswith(".") for says in said)


@pytest.mark.parametrize(
    ("elapsed", "doer", "head"),
    [
        (-2, None, None), (-1, -1, None), (0, 0, None), (2, 0, None), (3, 0, 3), (7, 5, 3), (8, 5, 8), (12, 10, 8),
        (13, 10, 13),
    ],
)  # fmt: skip
def test_when_a_step_is_reached(elapsed: int, doer: int | None, head: int | None) -> None:
    found = rule(("doer", -1), ("doer", 0), ("head_of_service", 3), repeat=5)
    assert (found.step_for("doer", elapsed), found.step_for("head_of_service", elapsed)) == (doer, head)
    assert found.step_for("sca", elapsed) is None


def test_all_steps_of_the_last_day_are_repeated_and_no_others() -> None:
    found = rule(("sca", 1), ("doer", 2), ("hr_manager", 2), repeat=2)
    assert [found.step_for(to, 7) for to in ("sca", "doer", "hr_manager")] == [1, 6, 6]
    assert rule(("doer", 0)).step_for("doer", 100) == 0


def test_who_has_the_duty_is_reminded_again_only_after_their_last_day() -> None:
    """Not between the days that the rule names, however far these are apart."""
    found = rule(("doer", -3), ("doer", 0), ("doer", 1), repeat=2)
    days = {-3: -3, -2: -3, -1: -3, 0: 0, 1: 1, 2: 1, 3: 3, 4: 3}
    assert {day: found.step_for("doer", day) for day in days} == days


Change = Callable[[dict[str, Any]], Any]
BROKEN: list[tuple[Change, str]] = [
    (lambda r: r.update(steps=[{**STEP, "to": "owner"}]), "'owner' is not one of"),
    (lambda r: r.update(steps=[]), "has no steps"),
    (lambda r: r.update(steps=[{**STEP, "after_working_days": 1}, STEP]), "must stand in the order of their days"),
    (lambda r: r.update(steps=[STEP, STEP]), "each once"),
    (lambda r: r.update(steps=[{"to": "doer"}]), "'after_working_days' is missing"),
    (lambda r: r.update(steps=[{**STEP, "after_working_days": "soon"}]), "must be of type int"),
    (lambda r: r.update(steps=[{**STEP, "when": 1}]), "nothing is known here by the name of 'when'"),
    (lambda r: r.update(repeat_working_days=0), "must be at least 1"),
    (lambda r: r.update(about_matters=True, steps=[{**STEP, "to": "doers_manager"}]), "'doers_manager' is not one of"),
    (lambda r: r.update(about_matters=True, steps=[{**STEP, "to": "head_of_service"}]), "'head_of_service' is not one of"),
    (lambda r: r.update(about_matters=True, steps=[{**STEP, "to": "hr_intake"}]), "'hr_intake' is not one of"),
    (lambda r: r.pop("says"), "'says' is missing"),
    (lambda r: r.pop("source"), "has no source"),
    (lambda r: r.update(source="6.1(3)"), "'6.1(3)' is not a paragraph"),
    (lambda r: r.update(every="day"), "nothing is known here by the name of 'every'"),
]


@pytest.mark.parametrize(("change", "why"), BROKEN, ids=[why for _, why in BROKEN])
def test_a_broken_rule_is_refused_and_the_place_is_named(change: Change, why: str) -> None:
    shared, platforms = (toml_file(name) for name in SHARED_FILES)
    shared = copy.deepcopy(shared)
    shared["chases"]["rotation_verify"] = {"says": "Verify", "source": LOCAL_SETTING, "steps": [dict(STEP)]}
    change(shared["chases"]["rotation_verify"])
    with pytest.raises(BrokenPack, match=r"local-settings, chases\.rotation_verify") as refused:
        read_pack("council", toml_file("council"), shared, platforms)
    assert why in str(refused.value)


def test_a_pack_gives_some_entries_anew_and_cannot_invent_a_rule() -> None:
    data = toml_file("council")
    data["chases"]["rotation_change"] = {"steps": [STEP], "source": "6.1(3)"}
    read = read_pack("council", data, *map(toml_file, SHARED_FILES)).chases["rotation_change"]
    assert (read.says, read.sources, len(read.steps)) == ("Change a password", ("6.1(3)",), 1)
    data["chases"] = {"rotation_chnage": {"duty_source": "6.1(3)"}}
    with pytest.raises(BrokenPack, match="'rotation_chnage' is not a rule that local-settings knows"):
        read_pack("council", data, *map(toml_file, SHARED_FILES))
    data["chases"] = {"rotation_change": {"duty_source": "99"}}
    with pytest.raises(BrokenPack, match=r"chases\.rotation_change: '99' is not a paragraph"):
        read_pack("council", data, *map(toml_file, SHARED_FILES))
