"""What must be answered before a case is closed (domain 3.6, row Final; 3.9 for retention)."""

from dataclasses import dataclass

from app.policy.pack import LOCAL_SETTING
from app.policy.queries import pack

REFERRAL = "dbs_regulator"
"""The item that no case leaves open which was about safeguarding, or whose person concerned has left."""


@dataclass(frozen=True)
class ClosingListItem:
    """One item of the closing list: its code, the words on the page, and the setting of the pack that it comes from."""

    code: str
    words: str
    switch: str = ""
    outside_source: str = LOCAL_SETTING
    may_be_left_out: bool = True

    @property
    def source(self) -> str:
        """How a page prints where the item comes from."""
        if not self.switch:
            return self.outside_source
        return pack().cite(pack().switches[self.switch].sources)


CLOSING_ITEMS = (
    ClosingListItem("lessons", "What the organisation learned is written down", may_be_left_out=False),
    ClosingListItem(
        "access", "Access to accounts is given back, or it is recorded why it stays restricted", switch="access_restrictions"
    ),
    ClosingListItem(
        REFERRAL,
        "It is decided whether the Disclosure and Barring Service or a professional regulator must be told",
        outside_source="GOV.UK guidance on the referral duty and power",
    ),
    ClosingListItem("takedowns", "Every request to remove material is settled", switch="takedown_requests"),
    ClosingListItem("reporter", "Whoever reported it was told that it has been dealt with"),
    ClosingListItem("retention", "How long the record is kept is set, with any reason to hold it", may_be_left_out=False),
)
