"""An act over HTTP beside a bare POST with one chained commit; and evidence sealed and made durable."""

import io
import os
import resource
import time

from flask import Flask

from app.core import clock
from app.core.db import db
from app.core.evidence_files import remove_file, seal_file
from app.core.sealing import new_data_key
from tests.benchmarks.bare import bare_post
from tests.benchmarks.driving import Browser, Timing, signed_in, timed_side_by_side
from tests.benchmarks.house import more_people
from tests.evidence import a_png

ACT = "act: agree to the policy"
BARE = "bare POST, chained commit"
FILE_BYTES = 5 * 1024 * 1024


def acts(app: Flask, url: str, rounds: int) -> dict[str, Timing]:
    """Each act by somebody who does it for the first time; the bare POST goes to a database of its own kind."""
    with app.app_context():
        people = more_people(rounds + 20)
        waiting = iter([signed_in(app, person) for person in people])
        bare = Browser(bare_post(url, people[0].id))
        db.session.remove()

    def act() -> float:
        status, _, seconds = next(waiting).send("/policy/social-media-policy/acknowledge", {"agreed": "y"})
        assert status.startswith("303"), status
        return seconds

    return timed_side_by_side({BARE: lambda: bare.send("/", {"agreed": "y"})[2], ACT: act}, rounds)


def sealed_files(app: Flask, count: int) -> tuple[float, float]:
    """How many files of 5 MB are sealed and durable in a second, and by how many MiB the process grew over them."""
    content = a_png(os.urandom(FILE_BYTES))
    with app.app_context():
        key = new_data_key(clock.now())
        remove_file(seal_file(io.BytesIO(content), key).stored_as)
        before, taken = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, 0.0
        for _ in range(count):
            start = time.perf_counter()
            sealed = seal_file(io.BytesIO(content), key)
            taken += time.perf_counter() - start
            remove_file(sealed.stored_as)
    return count / taken, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
