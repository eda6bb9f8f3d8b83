"""What this room itself puts on the page of an account: the proposals about it."""

from app.account_register.models import SEES_EVERYTHING, Account
from app.account_register.queries.proposals import proposals_about
from app.core import clock
from app.core.registries import Panel, Viewer


def proposals_panel(account: Account, viewer: Viewer) -> Panel:
    """The newest proposals about the account, each a link for those who surely may read it, and a way to make one."""
    found = proposals_about(account)
    reads_all = viewer.holds(*SEES_EVERYTHING) or account.owner_id == viewer.id
    readable = {one.id for one in found if reads_all or viewer.id in (one.proposer_id, one.owner_id)}
    return Panel(
        "account_register/proposals/panel.html",
        {"account": account, "proposals": found, "readable": readable, "today": clock.today()},
    )
