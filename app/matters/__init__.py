"""What HR holds about people: who takes part in a matter, in which capacity, and whom it is closed to.

A matter is a report or a case; each has a data key of its own. A party is a person in a capacity, from a moment on.
Whom it is closed to is one condition inside every query, asked from the moment a fact is known: whoever is subject,
reporter, witness or companion, or is close to one, and the reporting line of the person concerned, above and below them,
whatever roles they hold. Conflict rules say who may not be appointed, and name the rule to HR only. Sources: domain 3.11;
Acas Code paragraphs 5 to 7 and 27.
"""

from app.core.evidence_files import sweep_unnamed_files
from app.core.jobs import Daily, JobKind
from app.core.registries import Registries
from app.matters.queries import kept_from

SWEEP_FILES = JobKind(
    "sweep-files", "Deletes sealed files that no record names, a day after they were left", Daily(3, 15), sweep_unnamed_files
)


def register(registries: Registries) -> None:
    """Let the wall hold for messages too, and sweep up the files that refused uploads leave."""
    registries.add_message_wall(kept_from)
    registries.add_job(SWEEP_FILES)
