"""The direction of imports: a room imports only rooms below it (design of the house, part 1)."""

import ast
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
    ("__init__", "home", "cli", "access", "navigation", "rooms", "config", "demo", "make_data", "simulated_year"),
)
FLOOR_OF = {room: number for number, floor in enumerate(FLOORS) for room in floor}
WITHIN = {"models": 0, "documents": 1, "queries": 1, "operations": 2, "forms": 1, "routes": 3}
CORE_MAY_IMPORT_CONFIG = {"config"}


def _modules() -> list[Path]:
    return sorted(path for path in APP.rglob("*.py"))


def _room(path: Path) -> str:
    first = path.relative_to(APP).parts[0]
    return first.removesuffix(".py")


def _imported_rooms(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        names: list[str] = []
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [f"app.{a.name}" for a in node.names] if node.module == "app" else [node.module]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        found |= {name.split(".")[1] for name in names if name.startswith("app.")}
    return found


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
