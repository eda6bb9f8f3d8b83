"""The direction of imports: a room imports only rooms below it (design of the house, part 1)."""

import ast
import re
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
APP = ROOT / "app"

FLOORS: tuple[tuple[str, ...], ...] = (
    ("core",),
    ("documents",),
    ("people",),
    ("policy",),
    ("matters",),
    ("account_register",),
    ("credential_rotation", "device_permissions"),
    ("breach_reports", "monitoring"),
    ("hr_cases", "recruitment_checks", "early_advice"),
    ("directory", "duties", "retention", "figures"),
    (
        "__init__", "home", "cli", "cli_names", "access", "navigation", "rooms", "config", "demo", "make_data",
        "simulated_year",
    ),
)
FLOOR_OF = {room: number for number, floor in enumerate(FLOORS) for room in floor}
# What a file may import, by its kind: of its own room, and of the rooms below it. A room asks lower rooms for facts, so
# models and forms may ask their queries; acts are called by acts and routes alone; forms and routes are nobody else's.
WITHIN: dict[str, frozenset[str]] = {
    "models": frozenset({"models"}),
    "queries": frozenset({"models", "queries"}),
    "operations": frozenset({"models", "queries", "operations"}),
    "documents": frozenset({"models", "documents"}),
    "forms": frozenset({"models", "forms"}),
    "registering": frozenset({"models", "queries", "registering"}),
    "routes": frozenset({"models", "queries", "operations", "documents", "forms", "routes", "the room itself"}),
}
FROM_BELOW: dict[str, frozenset[str]] = {
    kind: frozenset({"models", "queries"}) | ({kind} & {"operations", "registering"}) for kind in WITHIN
} | {"routes": frozenset({"models", "queries", "operations"})}
# Files beside the furniture that every room has, and what they are.
BESIDE = {
    "account_register": {
        "chains": "models", "naming": "models", "addresses": "models", "correcting": "models", "health": "queries",
        "panels": "registering",
    },
    "credential_rotation": {"on_accounts": "registering"},
    "duties": {"wording": "queries"},
    "early_advice": {"panels": "registering"},
    "people": {
        "everybody": "queries", "knowing": "queries", "naming": "queries", "signing_in": "operations",
        "relating": "operations", "mailing": "registering", "vacancies": "queries", "coming_back": "operations",
        "heads": "queries", "heading": "operations", "routes_heads": "routes", "other_work": "operations",
        "other_roles": "operations", "leaving": "operations", "renaming": "operations",
        "managing": "queries", "told_managers": "queries",
    },
    "policy": {"pack": "models", "packs": "models", "explaining": "queries", "mailing": "registering"},
}
WITHOUT_FURNITURE = {"core", "documents", "access", "demo", "simulated_year"}


def _modules() -> list[Path]:
    return sorted(path for path in APP.rglob("*.py"))


def _room(path: Path) -> str:
    first = path.relative_to(APP).parts[0]
    return first.removesuffix(".py")


def _imported_rooms(path: Path) -> set[str]:
    return {name.split(".")[1] for name in _imports(path)}


def _imports(path: Path) -> set[str]:
    """Every module of the application that a file imports, and every name it takes from the front of a room."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            fronts = node.module.count(".") < 2
            found |= {f"{node.module}.{alias.name}" for alias in node.names} if fronts else {node.module}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return {name for name in found if name.startswith("app.")}


def _kind(room: str, file: str) -> str:
    """What a file of a room is: a piece of its furniture, a file beside it, or the room's front."""
    if file == "due":
        return "registering"
    if not (APP / room / file).is_dir() and not (APP / room / f"{file}.py").exists():
        return "the room itself"
    furniture = file.split("_")[0] if file.startswith("forms_") else file
    return BESIDE.get(room, {}).get(furniture, furniture)


def _out_of_order(path: Path) -> list[str]:
    """What a file imports that one of its kind may not."""
    room, file, *_ = path.relative_to(APP).with_suffix("").parts
    mine = _kind(room, file)
    wrong = []
    for name in sorted(_imports(path)):
        _, other, file, *_ = [*name.split("."), "__init__"]
        if other in WITHOUT_FURNITURE or not (APP / other).is_dir():
            continue
        theirs = _kind(other, file)
        if theirs not in (WITHIN if other == room else FROM_BELOW)[mine]:
            wrong.append(f"{mine} -> {theirs} ({name})")
    return wrong


def test_every_folder_of_app_is_a_known_room() -> None:
    """A new folder must be given its floor before it is built."""
    unknown = {_room(path) for path in _modules()} - set(FLOOR_OF)
    assert not unknown


@pytest.mark.parametrize("path", _modules(), ids=lambda p: str(p.relative_to(APP)))
def test_a_room_imports_only_rooms_below_it(path: Path) -> None:
    """Downward by call, upward never; two rooms on one floor never import each other."""
    room = _room(path)
    top = FLOOR_OF[room] == len(FLOORS) - 1
    wrong = {
        other
        for other in _imported_rooms(path)
        if other != room and not top and FLOOR_OF.get(other, 99) >= FLOOR_OF[room]
    }
    assert not wrong, f"{room} imports {sorted(wrong)}"


def _furniture() -> list[Path]:
    rooms = [path for path in _modules() if len(path.relative_to(APP).parts) > 1 and path.parent != APP]
    return [p for p in rooms if _room(p) not in WITHOUT_FURNITURE and p != APP / _room(p) / "__init__.py"]


@pytest.mark.parametrize("path", _furniture(), ids=lambda p: str(p.relative_to(APP)))
def test_inside_a_room_routes_stand_on_forms_and_acts_and_all_on_models(path: Path) -> None:
    """routes -> forms, operations, queries, documents -> models; and acts may ask queries."""
    assert not _out_of_order(path)


def test_the_order_inside_a_room_refuses_what_it_should() -> None:
    """A form that called acts, a model that asked its own room's queries, and an act that knew forms are all refused."""
    for kind, other in (("forms", "operations"), ("models", "queries"), ("operations", "forms"), ("queries", "routes")):
        assert other not in WITHIN[kind]
        assert "forms" not in FROM_BELOW[kind]
        assert "routes" not in FROM_BELOW[kind]
    assert _kind("account_register", "forms_proposals") == "forms"
    assert {_kind(room, file) for room, files in BESIDE.items() for file in files} <= set(WITHIN)


@pytest.mark.parametrize("path", _modules(), ids=lambda p: str(p.relative_to(APP)))
def test_inside_a_room_http_stays_in_routes(path: Path) -> None:
    """Acts, predicates and queries know nothing of HTTP: no request, no session, no signed-in user."""
    if path.stem in ("models", "operations", "queries") or path.parent.name in ("models", "operations", "queries"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and node.module == "flask":
                assert not {a.name for a in node.names} & {"request", "session", "g", "redirect", "flash", "url_for"}
            if isinstance(node, ast.ImportFrom) and node.module == "flask_login":
                raise AssertionError("an act reads the signed-in person instead of taking it as an argument")


@pytest.mark.parametrize("path", _modules(), ids=lambda p: str(p.relative_to(APP)))
def test_only_the_clock_asks_for_the_time(path: Path) -> None:
    """Who and when are arguments; only core/clock.py asks for the time."""
    if path == APP / "core" / "clock.py":
        return
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            name = ast.unparse(node.func)
            assert name not in ("datetime.now", "datetime.utcnow", "date.today", "datetime.today", "time.time"), name


@pytest.mark.parametrize("path", _modules(), ids=lambda p: str(p.relative_to(APP)))
def test_files_stay_short_enough_to_read_at_one_go(path: Path) -> None:
    """No file of the application is over 400 lines."""
    assert len(path.read_text().splitlines()) <= 400


# Names that a library or the language calls, never we.
CALLED_BY_OTHERS = {
    *("coerce_compared_value", "process_bind_param", "process_result_value"),  # SQLAlchemy's types
    *("process_data", "pre_validate", "wrap_formdata"),  # WTForms
}


def _called_by_decorator(node: ast.FunctionDef | ast.ClassDef) -> bool:
    """Whether the language calls it, or a decorator hands it to who does: a route, a command, a hook, a dialect."""
    return node.name.startswith("__") or any(isinstance(one, ast.Call | ast.Attribute) for one in node.decorator_list)


def test_nothing_is_there_that_only_a_test_calls() -> None:
    """Every function, class and constant of the application is named once more in the application or its templates."""
    sources = {path: path.read_text() for path in _modules()}
    pages = "\n".join(path.read_text() for path in (ROOT / "templates").rglob("*.html"))
    others = [pages, *(path.read_text() for path in (ROOT / "migrations").rglob("*.py"))]
    named = Counter(re.findall(r"\w+", "\n".join([*sources.values(), *others])))
    unused = []
    for path, source in sources.items():
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                names = [] if _called_by_decorator(node) else [node.name]
            elif isinstance(node, ast.Module):
                assigned = [one for one in node.body if isinstance(one, ast.Assign)]
                names = [target.id for one in assigned for target in one.targets if isinstance(target, ast.Name)]
            else:
                continue
            unused += [f"{path.relative_to(APP)}: {name}" for name in names if named[name] < 2]
    assert [one for one in unused if one.split(": ")[1] not in CALLED_BY_OTHERS] == []


# No field of these rooms is for a password (rule 10), also not one that only looks somebody up: it is shown again.
WITHOUT_SECRETS = ("account_register", "credential_rotation", "device_permissions", "early_advice")
TYPED_IN = ("StringField", "TextAreaField", "EmailField")


def _takes_secrets(source: str) -> list[str]:
    """The fields for text that a file makes without refusing what looks like a password."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    fields = [call for call in calls if isinstance(call.func, ast.Name) and call.func.id in TYPED_IN]
    return [ast.unparse(field) for field in fields if "NoSecrets()" not in ast.unparse(field)]


@pytest.mark.parametrize("room", WITHOUT_SECRETS)
def test_every_text_field_of_the_register_and_what_stands_on_it_refuses_passwords(room: str) -> None:
    """Whoever reports a new password must not be able to leave it there."""
    files = [path for path in _modules() if _room(path) == room]
    assert any("NoSecrets()" in path.read_text() for path in files)
    assert not [field for path in files for field in _takes_secrets(path.read_text())]


def test_a_text_field_that_takes_secrets_is_found() -> None:
    """Wherever it is made, and under whichever name it stands."""
    assert _takes_secrets('fields[f"why_{key}"] = StringField("Why?", max_length=5)')
    assert not _takes_secrets('why = TextAreaField("Why?", [Required("Enter why"), NoSecrets()])')
