"""Starts job runners that are meant to be killed: each line read is a moment; forks `flask jobs run` with the clock there.

The application is made once, and the first runner is no child: what is loaded with the first work is loaded once, so
that a start costs milliseconds. Each child opens its own connections. Prints the child's process id, then "ended" once it
is gone, with its wait status and how many seconds it lived. Run as `python -m tests.kills.runners URL INSTANCE MAIL_URL`.
"""

import os
import sys
import time
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from app import create_app
from app.core import clock
from app.core.db import db
from app.core.mail_setting import read_mail_url
from tests.databases import settings_for


def main() -> None:
    """Fork a runner for every line read, until the input ends."""
    url, instance, mail_url = sys.argv[1], Path(sys.argv[2]), sys.argv[3]
    app = create_app(replace(settings_for(url, instance), mail=read_mail_url(mail_url)))
    first = True
    for line in sys.stdin:
        began, child = time.monotonic(), 0 if first else os.fork()
        if child == 0:
            print(os.getpid(), flush=True)
            with clock.set_to(datetime.fromisoformat(line.strip())):
                result = app.test_cli_runner().invoke(args=["jobs", "run"])
            if not first:
                os._exit(result.exit_code)
            with app.app_context():
                db.engine.dispose()
        status = 0 if first else os.waitpid(child, 0)[1]
        first = False
        print("ended", status, time.monotonic() - began, flush=True)


if __name__ == "__main__":
    main()
