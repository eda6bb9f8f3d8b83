"""May this person use this device for the organisation's social media?

Somebody who wants to do Council social media from a home computer asks their manager first (policy 6.2(1)); that phones
and tablets go the same way is a local setting. The line manager, never the person who asks, approves until a day,
refuses with reasons or asks a question. The Strategic Communications Adviser is told in the act of approval; that she
notes it is a duty with a date, not a gate. A permission holds while it has not run out, its holder is still here in the
same post, and an account it was given for is still open. It says whether it covers working hours.
"""

from flask import Blueprint

from app.core.registries import Registries

blueprint = Blueprint("device_permissions", __name__, url_prefix="/device-permissions")

from app.device_permissions import routes  # noqa: E402, F401 - the routes attach themselves to the blueprint


def register(registries: Registries) -> None:
    """Put the duties of this room on home pages."""
    from app.device_permissions.due import DUE_KINDS

    for kind in DUE_KINDS:
        registries.add_due(kind)
