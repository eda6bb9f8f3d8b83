"""Job 1: which corporate accounts exist, who owns each, and who holds access to it since when.

The Strategic Communications Adviser keeps the register (policy 6.1): she adds accounts by hand or from a file, changes
them, and closes them once nobody has access. Access is given by her, her deputy or the accountable owner, never to
oneself, and is active once its holder has read the policy; ending access to a shared login belongs to the room of
password changes, because the password must change with it. What is wrong with an entry is worked out when it is read
and stands beside the act that mends it. What the keeper must be told of reaches her as a notice, which she notes.
Beside the register stands what is watched outside it: accounts found in use, accounts that look like ours, what is new.
"""

from flask import Blueprint

from app.core.jobs import Daily, JobKind
from app.core.registries import CountKind, Registries

blueprint = Blueprint("account_register", __name__, url_prefix="/account-register")

from app.account_register import routes  # noqa: E402, F401 - the routes attach themselves to the blueprint
from app.account_register.due import DUE_KINDS, without_keeper  # noqa: E402
from app.account_register.operations.approving import BITE, end_lapsed_access  # noqa: E402
from app.account_register.operations.checks import PAPERS_BITE, ask_for_missing_papers  # noqa: E402
from app.account_register.operations.managers import follow_leaving, keep_since_when_managers_are_missing  # noqa: E402
from app.account_register.operations.waiting_anew import wait_anew  # noqa: E402
from app.account_register.panels import access_requests_panel, proposals_panel  # noqa: E402
from app.account_register.queries.notices import notices_to_note  # noqa: E402
from app.people.leaving import LEAVES  # noqa: E402
from app.people.vacancies import explained  # noqa: E402
from app.policy.operations.correcting import AGREEMENT_TAKEN_BACK  # noqa: E402


def register(registries: Registries) -> None:
    """Put this room's duties on home pages."""
    for kind in DUE_KINDS:
        registries.add_due(kind)
    words = "Ends access whose holder did not agree to the policy in time"
    registries.add_job(JobKind("lapse-access", words, Daily(3), end_lapsed_access, full_bite=BITE))
    words = "Asks for the risk assessments and plans that accounts on the register lack"
    registries.add_job(JobKind("ask-for-papers", words, Daily(3), ask_for_missing_papers, full_bite=PAPERS_BITE))
    words = "Notes since when nobody is there to answer what somebody proposed"
    registries.add_job(JobKind("notice-missing-managers", words, Daily(0, 10), keep_since_when_managers_are_missing))
    registries.add_follower(AGREEMENT_TAKEN_BACK, wait_anew)
    registries.add_follower(LEAVES, follow_leaving)
    registries.add_panel("account", access_requests_panel)
    registries.add_panel("account", proposals_panel)
    registries.add_panel("roles", explained(without_keeper))
    registries.add_count(
        CountKind("notices", "notice to note", "notices to note", "account_register.notices", notices_to_note)
    )
