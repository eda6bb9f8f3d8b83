"""What the build makes: complete, small, and without what belongs to GOV.UK itself."""

import gzip
import json
import re
from pathlib import Path

import pytest
from flask import Flask

import hatch_build
from app.core import presentation

ROOT = Path(__file__).resolve().parents[2]
DIST = ROOT / "static" / "dist"


def test_everything_was_built() -> None:
    """`pip install -e .` makes all of it, and says so when nothing is to do."""
    assert sorted(presentation.ASSETS) == sorted(hatch_build.STATIC)
    for name in presentation.ASSETS:
        assert (DIST / name).stat().st_size > 100, f"static/dist/{name} is missing: run python hatch_build.py"
    for name in hatch_build.FONTS:
        assert (ROOT / "app/documents/fonts" / name).read_bytes()[:4] == b"\x00\x01\x00\x00"


def test_the_style_sheet_is_ours() -> None:
    """No font and no crown of GOV.UK, nothing from elsewhere, and the version that the macros follow."""
    css = (DIST / "app.css").read_text(encoding="utf-8")
    assert "GDS Transport" not in css
    assert "@font-face" not in css
    assert "url(" not in css
    pinned = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["dependencies"]["govuk-frontend"]
    version = re.search(r'--govuk-frontend-version:\s*"([^"]+)"', css)
    assert version
    assert version[1] == pinned


def test_styles_and_scripts_stay_within_the_budget() -> None:
    """At most 60 KiB compressed for a page."""
    weight = sum(len(gzip.compress((DIST / name).read_bytes(), 9)) for name in presentation.ASSETS)
    assert weight <= 60 * 1024


def test_addresses_carry_the_version_of_the_content() -> None:
    """Also the import inside start.js, so that both may be kept for a year."""
    app = Flask("assets", static_folder=str(ROOT / "static"))
    presentation.register_presentation(app)
    asset_url = app.jinja_env.globals["asset_url"]
    address = asset_url("govuk-frontend.min.js")  # type: ignore[operator]
    assert re.fullmatch(r"/static/dist/govuk-frontend\.min\.js\?v=[0-9a-f]{8}", address)
    assert address.removeprefix("/static/dist") in (DIST / "start.js").read_text(encoding="utf-8")
    assert set(presentation.asset_versions(DIST.parent)) == set(presentation.ASSETS)


def test_the_lock_file_names_no_registry() -> None:
    """Each installation takes packages from its own mirror."""
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))
    assert not [name for name, package in lock["packages"].items() if "resolved" in package]


def test_the_build_is_skipped_when_nothing_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And done again when a source is newer than what was made of it."""
    for name in ("package.json", "package-lock.json", "hatch_build.py", "static/src/app.scss"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    outputs = [tmp_path / "static/dist" / name for name in hatch_build.STATIC]
    outputs += [tmp_path / "app/documents/fonts" / name for name in hatch_build.FONTS]
    for output in outputs:
        output.parent.mkdir(parents=True, exist_ok=True)
        output.touch()
    assert hatch_build.build(tmp_path) is False
    outputs[0].unlink()
    ran: list[str] = []

    def refuse(root: Path, program: str, *arguments: str) -> None:
        ran.append(program)
        raise RuntimeError("npm was called")

    monkeypatch.setattr(hatch_build, "_run", refuse)
    with pytest.raises(RuntimeError):
        hatch_build.build(tmp_path)
    assert ran == ["npm"]
