"""Starts servers that are meant to be killed: reads `start` on its input, forks a server, prints its process id.

The application is made once, before the first fork, so that a start costs milliseconds. Each child opens its own
connections. Run as `python -m tests.kills.nursery URL INSTANCE PORT`.
"""

import os
import sys
from pathlib import Path

from werkzeug.serving import make_server

from app import create_app
from app.core.db import db
from tests.databases import settings_for


def main() -> None:
    """Fork a server for every line read, until the input ends."""
    url, instance, port = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    app = create_app(settings_for(url, instance))
    app.test_client().get("/people/sign-in")  # what a server loads with its first page is loaded here, once
    with app.app_context():
        db.engine.dispose()
    for _ in sys.stdin:
        child = os.fork()
        if child == 0:
            server = make_server("127.0.0.1", port, app, threaded=True)
            print(os.getpid(), flush=True)
            server.serve_forever()
        os.waitpid(child, 0)
        print("dead", flush=True)


if __name__ == "__main__":
    main()
