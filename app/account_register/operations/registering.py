"""What must hold before an approved account goes live: it is what was approved, and what makes it safe is there (3.2)."""

from datetime import datetime

from app.account_register.models import AccountProposal, Recovery, TwoStep
from app.account_register.naming import handle_key, url_key
from app.account_register.operations.details import AccountDetails
from app.core import clock
from app.core.errors import InvalidInput

ASK_AGAIN = "Enter that, or have the other proposed"


def check_is_what_was_approved(proposal: AccountProposal, details: AccountDetails, at: datetime) -> None:
    """Refuse another name, platform, handle, address or owner than the approval names. What it left open may be filled in.

    Where its owner has left since, somebody else answers for it.
    """
    platform = proposal.platform
    approved = {
        "name": (proposal.name, " ".join(details.name.split()) == " ".join(proposal.name.split())),
        "platform": (platform, details.platform == platform),
        "handle": (proposal.handle, handle_key(details.handle, platform) == handle_key(proposal.handle, platform)),
        "url": (proposal.url, url_key(details.url) == url_key(proposal.url)),
    }
    for field, (said, is_same) in approved.items():
        if said and not is_same:
            raise InvalidInput(f"The proposal that was approved says {said}. {ASK_AGAIN}", field=field)
    if details.owner_id != proposal.owner_id and not proposal.owner.has_left_on(clock.local_day(at)):
        raise InvalidInput(f"The proposal that was approved says {proposal.owner.name}. {ASK_AGAIN}", field="owner")


def check_can_go_live(details: AccountDetails) -> None:
    """Refuse an account without owner, place, target group, signs that it is ours, second step and way back in."""
    if details.owner_id is None:
        raise InvalidInput("Enter who answers for the account", field="owner")
    if not details.handle and not details.url:
        raise InvalidInput("Enter its handle or its web address", field="handle")
    for field, sentence in (
        ("purpose", "Enter why it exists"),
        ("target_group", "Enter whom it is for"),
        ("identification", "Enter how the public can tell that it is ours"),
    ):
        if not getattr(details, field):
            raise InvalidInput(sentence, field=field)
    if details.two_step is TwoStep.NOT_RECORDED:
        raise InvalidInput("Find out whether 2-step verification is on, and select it", field="two_step")
    if details.two_step is TwoStep.OFF and not details.two_step_waiver:
        raise InvalidInput(
            "Turn 2-step verification on, or enter who agreed to do without it and why", field="two_step_waiver"
        )
    if details.recovery_kind is not Recovery.ORGANISATION:
        raise InvalidInput(
            "Enter an address and a telephone number of the organisation on the platform first, and select that",
            field="recovery_kind",
        )
