"""The demo organisation: invented people who live the whole story, made only through the acts that real people use.

Nothing here is ever called outside `flask demo`.
"""

from collections.abc import Mapping
from datetime import timedelta

from app.core import clock
from app.core.db import begin_writing, commit, db
from app.core.sealing import ensure_index_key
from app.demo.cast import add_cast
from app.people.models import Person
from app.policy.models import Installation
from app.policy.operations import set_up_installation

LIVED_FOR = timedelta(days=150)
"""How long the demo organisation has used the service before today."""


def is_there() -> bool:
    """Whether this installation already serves an organisation."""
    return db.session.get(Installation, 1) is not None


def make_demo(pack_name: str, password: str) -> Mapping[str, Person]:
    """Make the demo organisation of a pack, with everybody who can sign in by this password."""
    with clock.set_to(clock.now() - LIVED_FOR):
        begin_writing()
        ensure_index_key(clock.now())
        set_up_installation(pack_name, at=clock.now())
        cast = add_cast(pack_name, password, at=clock.now())
        commit()
    return cast
