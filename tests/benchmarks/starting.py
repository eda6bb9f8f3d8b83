"""A fresh process: how long until its first answer, how long `flask --help` takes, what a worker weighs."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

from tests.benchmarks.driving import signed_in
from tests.benchmarks.house import house, one_of_cast, sqlite_url

PAGES = 1000


def cold_start(folder: Path) -> dict[str, float]:
    """Seconds until the first page, MiB after the first hundred pages and after a thousand; each in a fresh process."""
    began = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, "-m", "tests.benchmarks.starting", str(folder)], stdout=subprocess.PIPE, text=True
    ) as worker:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "answered\n"
        first = time.perf_counter() - began
        weights: dict[str, float] = json.loads(worker.stdout.readline())
    return {"first": first, **weights}


def help_seconds() -> float:
    """How long `flask --app app --help` takes."""
    began = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "flask", "--app", "app", "--help"],
        env={**os.environ, "PROBITY_DEMO": "1"}, stdout=subprocess.DEVNULL, check=True,
    )  # fmt: skip
    return time.perf_counter() - began


def _mib_in_memory() -> float:
    with open("/proc/self/statm") as pages:
        return int(pages.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def worker(folder: Path) -> None:
    """What the fresh process does: start, answer one page, then a thousand of several kinds."""
    with house(sqlite_url(folder), folder, 0) as app:
        app.test_client().get("/people/sign-in")
        print("answered", flush=True)
        with app.app_context():
            browsers = {who: signed_in(app, one_of_cast(who)) for who in ("manager", "owner", "keeper")}
        paths = (("manager", "/hr-cases/"), ("owner", "/breach-reports/"), ("keeper", "/account-register/"))
        weights: dict[str, float] = {}
        for number in range(PAGES):
            who, path = paths[number % len(paths)]
            browsers[who].send(path)
            if number == 99:
                weights["early"] = _mib_in_memory()
        print(json.dumps({**weights, "late": _mib_in_memory()}), flush=True)


if __name__ == "__main__":
    worker(Path(sys.argv[1]))
