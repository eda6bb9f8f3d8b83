"""`python -m tests.benchmarks`: figures beside the budgets of the design, on SQLite and the lists on PostgreSQL too.

A cramped or busy machine shows it: figures are compared within one run, side by side. Data made in `--folder` is kept
and found again, so that only the first run waits for it.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks import pages, pdf, starting, writing
from tests.benchmarks.house import house, sqlite_url
from tests.databases import postgres_database

FEW = 1000
LEAST_SHARE, MOST_GROWTH, LEAST_ACT_SHARE, FILES_A_SECOND = 0.8, 1.1, 0.6, 25
START_SECONDS, HELP_SECONDS, WORKER_MIB, PAGE_KIB, STATIC_KIB = 1.5, 1.0, 120, 30, 60
FLAT_MIB = 8
MOST_GROWTH_OF_CASE, MOST_GROWTH_OF_HOME = 1.2, 3.0
"""Made data has a quarter of its cases open, far more than anybody has; those a first page goes through."""


def line(what: str, figure: str, budget: str, kept: bool | None = None) -> bool:
    """One line of the table; False if the budget is missed."""
    mark = "" if kept is None else "  ok" if kept else "  MISSED"
    print(f"  {what:42} {figure:>34}   {budget}{mark}", flush=True)
    return kept is not False


def list_figures(name: str, urls: dict[int, str], folder: Path, rounds: int) -> Iterator[bool]:
    """List pages with few cases and with many."""
    print(f"\nList pages, signed in, {name}: cases, requests a second, p50 and p95 in ms")
    slow: dict[str, float] = {}
    for cases, url in urls.items():
        with house(url, folder / str(cases), cases) as app:
            found = pages.lists(app, rounds)
        bare = found[pages.BARE].a_second
        for page, timing in found.items():
            figure = f"{cases:7,}  {timing.a_second:5.0f}/s  {timing.p50:6.2f}  {timing.p95:6.2f}"
            share, growth = timing.a_second / bare, timing.p95 / slow.setdefault(page, timing.p95)
            is_bare = page == pages.BARE
            said = "" if is_bare else f"{share:.2f} of the bare page (at least {LEAST_SHARE})"
            yield line(page, figure, said, None if is_bare else share >= LEAST_SHARE)
            if cases != min(urls):
                said = f"p95 against few (at most {MOST_GROWTH})"
                yield line("", f"{growth:.2f} times", said, None if is_bare else growth <= MOST_GROWTH)


def growth_figures(name: str, urls: dict[int, str], folder: Path, rounds: int) -> Iterator[bool]:
    """A case page and HR's first pages with few cases and with many."""
    print(f"\nA case page and HR's first pages, {name}: cases, p50 and p95 in ms")
    few: dict[str, float] = {}
    for cases, url in urls.items():
        with house(url, folder / str(cases), cases) as app:
            for page, timing in pages.growing(app, rounds).items():
                growth = timing.p50 / few.setdefault(page, timing.p50)
                most = MOST_GROWTH_OF_CASE if page == pages.CASE_PAGE else MOST_GROWTH_OF_HOME
                figure = f"{cases:7,}  {timing.p50:6.2f}  {timing.p95:6.2f}"
                yield line(page, figure, f"{growth:.2f} times few (at most {most})", growth <= most)


def act_figures(folder: Path, rounds: int) -> Iterator[bool]:
    """Acts and evidence."""
    print("\nWriting, SQLite")
    with house(sqlite_url(folder), folder, FEW) as app:
        found = writing.acts(app, f"sqlite:///{folder / 'bare.sqlite'}", rounds)
        for name, timing in found.items():
            line(name, f"{timing.a_second:5.0f}/s  {timing.p50:6.2f}  {timing.p95:6.2f} ms", "")
        share = found[writing.ACT].a_second / found[writing.BARE].a_second
        yield line("", f"{share:.2f}", f"of the bare POST (at least {LEAST_ACT_SHARE})", share >= LEAST_ACT_SHARE)
        speed, growth = writing.sealed_files(app, 40)
    enough = speed >= FILES_A_SECOND
    yield line("5 MB of evidence, sealed and durable", f"{speed:.0f}/s", f"at least {FILES_A_SECOND}", enough)
    yield line("memory over 40 files", f"{growth:+.1f} MiB", f"flat, to {FLAT_MIB} MiB", growth <= FLAT_MIB)


def start_figures(folder: Path) -> Iterator[bool]:
    """A fresh process."""
    print("\nStart and memory")
    found, helped = starting.cold_start(folder), starting.help_seconds()
    first, late, growth = found["first"], found["late"], found["late"] - found["early"]
    yield line("first answer of a cold start", f"{first:.2f} s", f"within {START_SECONDS} s", first <= START_SECONDS)
    yield line("flask --help", f"{helped:.2f} s", f"under {HELP_SECONDS} s", helped < HELP_SECONDS)
    yield line("a worker after 1,000 pages", f"{late:.0f} MiB", f"at most {WORKER_MIB}", late <= WORKER_MIB)
    yield line("since its first 100 pages", f"{growth:+.1f} MiB", f"flat, to {FLAT_MIB} MiB", growth <= FLAT_MIB)


def weight_figures(folder: Path, cases: int) -> Iterator[bool]:
    """What pages weigh."""
    print("\nPage weight")
    with house(sqlite_url(folder), folder, cases) as app:
        for name, kib in pages.weights(app).items():
            yield line(name, f"{kib:.1f} KiB", f"at most {PAGE_KIB}", kib <= PAGE_KIB)
    kib = pages.static_weight()
    yield line("CSS and JavaScript, compressed", f"{kib:.1f} KiB", f"at most {STATIC_KIB}", kib <= STATIC_KIB)


def main() -> int:
    """Run all; the answer is 0 if every budget was kept."""
    asked = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    asked.add_argument("--cases", type=int, default=20_000, help="how many cases the large data set has")
    asked.add_argument("--rounds", type=int, default=200, help="how often each page is asked for")
    asked.add_argument("--folder", type=Path, help="where the data sets are kept (else made anew, and thrown away)")
    asked.add_argument("--no-postgresql", action="store_true", help="measure on SQLite only")
    options = asked.parse_args()
    with tempfile.TemporaryDirectory() as passing:
        folder = (options.folder or Path(passing)).resolve()
        sizes = (FEW, options.cases)
        kept = [*list_figures("SQLite", {n: sqlite_url(folder / str(n)) for n in sizes}, folder, options.rounds)]
        growing = {n: sqlite_url(folder / str(n)) for n in (FEW, options.cases)}
        kept += growth_figures("SQLite", growing, folder, options.rounds)
        if not options.no_postgresql:
            with postgres_database("probity_bench_few") as few, postgres_database("probity_bench_many") as many:
                urls = dict(zip(sizes, (few, many), strict=True))
                kept += list_figures("PostgreSQL", urls, folder / "postgresql", options.rounds)
        kept += act_figures(folder / str(FEW), options.rounds)
        kept += start_figures(folder / str(FEW))
        kept += weight_figures(folder / str(FEW), FEW)
    print("\nPDF of 30 pages")
    kept.append(pdf.main() == 0)
    print(f"\n{sum(kept)} of {len(kept)} budgets kept.")
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
