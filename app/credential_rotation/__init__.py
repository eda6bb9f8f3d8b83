"""Who is leaving, which passwords must change because of it, and proof that they did.

When somebody leaves, the passwords they knew are changed and the Strategic Communications Adviser is told (policy 6.1(3)).
HR or a line manager records who leaves and when, takes other work or is away for long: every access that is not needed ends
on the last day, and each shared credential the person could use since it was last changed gets a rotation with an owner and
a due date, as does one that has become old; a notice is never refused, where only the leaver could let others in the hand-
over becomes an urgent duty. The owner, another administrator or the keeper of the register changes the password, never the
leaver, and answers each step; the keeper is told in the same act, and a second person verifies without knowing the
password. Why a password changes is read by HR, the keepers, the auditor and the leaver's managers; all others read that it
is security maintenance. What happens to an account is recorded here too, since a compromise changes every credential of it
in the same act and ends only when each step of the plan is answered.
"""

from flask import Blueprint

from app.account_register.models import WHO_COULD_GET_IN
from app.account_register.operations import CHANGES_HANDS
from app.account_register.operations.approving import LAPSED_AFTER_USE
from app.core.jobs import Daily, JobKind
from app.core.registries import CountKind, Registries
from app.people.other_roles import OTHER_ROLES
from app.people.other_work import OTHER_WORK

blueprint = Blueprint("credential_rotation", __name__, url_prefix="/credential-rotation")

from app.credential_rotation import routes  # noqa: E402, F401 - the routes attach themselves to the blueprint
from app.credential_rotation.due import DUE_KINDS  # noqa: E402
from app.credential_rotation.on_accounts import (  # noqa: E402
    incidents_panel,
    panel_of_account,
    password_is_overdue,
    why_account_stays_open,
    why_gone_is_settled_first,
)
from app.credential_rotation.operations import (  # noqa: E402
    change_what_is_still_known,
    change_what_they_knew,
    complete_leavers,
    follow_account,
    renew_old_passwords,
    settle_owners,
)
from app.credential_rotation.operations.other_work import hear_of_other_work  # noqa: E402
from app.credential_rotation.operations.seeing_to_it import follow_role  # noqa: E402
from app.credential_rotation.queries import passwords_to_change  # noqa: E402
from app.credential_rotation.queries.past_access import ways_in  # noqa: E402

SETTLES = "Sees that each password change is with who answers for it today"
COMPLETES = "Notes for whom everything is done that follows from their leaving"
STILL_KNOWN = "Asks for a new password where somebody who has left or moved still knows one"
RENEWS = "Asks for a new password where a shared one has become old"


def register(registries: Registries) -> None:
    """Show incidents and open rotations on an account's page, keep it from being closed, put duties on home pages."""
    registries.add_panel("account", incidents_panel)
    registries.add_panel("account", panel_of_account)
    registries.add_blocker("account:close", why_account_stays_open)
    registries.add_blocker("account:close", why_gone_is_settled_first)
    registries.add_follower(CHANGES_HANDS, follow_account)
    registries.add_follower(LAPSED_AFTER_USE, change_what_they_knew)
    registries.add_follower(OTHER_WORK, hear_of_other_work)
    registries.add_follower(OTHER_ROLES, follow_role)
    registries.add_answer(WHO_COULD_GET_IN, ways_in)
    registries.add_job(JobKind("settle-who-changes-passwords", SETTLES, Daily(0, 5), settle_owners))
    registries.add_job(JobKind("complete-leavers", COMPLETES, Daily(6, 30), complete_leavers))
    registries.add_job(JobKind("change-what-is-still-known", STILL_KNOWN, Daily(6, 35), change_what_is_still_known))
    registries.add_job(JobKind("renew-old-passwords", RENEWS, Daily(6, 40), renew_old_passwords))
    registries.add_sign("account", "password_overdue", password_is_overdue)
    for kind in DUE_KINDS:
        registries.add_due(kind)
    registries.add_count(
        CountKind(
            "passwords", "password still to be changed", "passwords still to be changed",
            "credential_rotation.everything", passwords_to_change,
        )
    )  # fmt: skip
