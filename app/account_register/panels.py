"""What this room itself puts on the page of an account: the proposals about it."""

from app.account_register.models import SEES_EVERYTHING, Account
from app.account_register.queries.proposals import proposals_about
from app.account_register.queries.requests import MOST_OF_ACCOUNT, open_requests_about
from app.core import clock
from app.core.registries import Panel, Viewer
from app.policy.queries import working_calendar


def proposals_panel(account: Account, viewer: Viewer) -> Panel:
    """The newest proposals about the account, each a link for those who surely may read it, and a way to make one."""
    found = proposals_about(account)
    reads_all = viewer.holds(*SEES_EVERYTHING) or account.owner_id == viewer.id
    readable = {one.id for one in found if reads_all or viewer.id in (one.proposer_id, one.owner_id)}
    return Panel(
        "account_register/proposals/panel.html",
        {"account": account, "proposals": found, "readable": readable, "today": clock.today()},
    )


def access_requests_panel(account: Account, viewer: Viewer) -> Panel:
    """The access to the account that is asked for and waits, as far as the viewer sees it, and where to see the rest."""
    today = clock.today()
    found = open_requests_about(account, viewer, today)
    return Panel(
        "account_register/access/panel.html",
        {
            "account": account, "requests": found[:MOST_OF_ACCOUNT], "more": len(found) > MOST_OF_ACCOUNT, "today": today,
            "calendar": working_calendar(),
        },
    )  # fmt: skip
