"""May this person use this device for the organisation's social media?

Somebody who wants to do Council social media from a home computer asks their manager first (policy 6.2(1)); that phones
and tablets go the same way is a local setting. The line manager, never the person who asks, approves until a day with or
without conditions, refuses with reasons, asks a question or sends it back to be changed; once that is late, so may their
own manager. The Strategic Communications Adviser is told in the act of approval; that she notes it is a duty with a date,
not a gate. A permission holds while it has not run out, its holder is still here in the same post, an account it was given
for is still open, and whoever manages them since has confirmed it in time; when and why it lapsed is recorded, and stays.
Before its end the holder asks again or lets it end. Apart from any permission, everybody tells her in a minute what they use
for work, on whatever equipment (6.1, 6.2(1)).
"""

from flask import Blueprint

from app.core.jobs import Daily, JobKind
from app.core.registries import Registries

blueprint = Blueprint("device_permissions", __name__, url_prefix="/device-permissions")

from app.device_permissions import routes  # noqa: E402, F401 - the routes attach themselves to the blueprint
from app.device_permissions.operations import BITE, ask_new_managers, follow_leaving, record_lapses  # noqa: E402
from app.people.leaving import LEAVES  # noqa: E402

ASKS = "Asks whoever manages somebody since to confirm their device permissions, and tells them of requests that wait"
RECORDS = "Records which device permissions do not hold any more, and tells their holders"


def register(registries: Registries) -> None:
    """Put the duties of this room on home pages, and have new managers asked and holders told."""
    from app.device_permissions.due import DUE_KINDS

    for kind in DUE_KINDS:
        registries.add_due(kind)
    registries.add_follower(LEAVES, follow_leaving)
    registries.add_job(JobKind("ask-new-managers", ASKS, Daily(6, 50), ask_new_managers, full_bite=BITE))
    registries.add_job(JobKind("tell-of-lapsed-permissions", RECORDS, Daily(6, 55), record_lapses, full_bite=BITE))
