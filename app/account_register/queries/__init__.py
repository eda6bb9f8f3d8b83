"""What the register lists and shows, and what other rooms ask of it."""

from app.account_register.queries.access import (
    accountable_owner,
    accounts_open_to,
    agreement_refusal,
    closed_list_refusal,
    grant_by_id,
    grants_that_go_on,
    person_to_choose,
    somebody_signs_in_otherwise,
)
from app.account_register.queries.accounts import (
    AccountFilters,
    Holder,
    Overview,
    account_by_id,
    account_for,
    account_with_health,
    accounts_opened_by,
    accounts_page,
    holders_page,
    overview,
    services,
    visible_to,
)
from app.account_register.queries.changes import changes_page
from app.account_register.queries.exporting import register_rows
from app.account_register.queries.notices import keepers_on, noted_notices, notice_by_id, open_notices
from app.account_register.queries.official import Verdict, answer_about, official_accounts
from app.account_register.queries.on_a_day import account_on, register_begins_on, register_on
from app.account_register.queries.proposals import (
    account_in_address,
    account_meant,
    proposal_by_reference,
    proposals_page,
)
from app.account_register.queries.requests import RequestsShown, request_by_id, requests_page
from app.account_register.queries.reviews import ends_to_review, grants_to_review

__all__ = [
    "AccountFilters",
    "Holder",
    "Overview",
    "RequestsShown",
    "Verdict",
    "account_by_id",
    "account_for",
    "account_in_address",
    "account_meant",
    "account_on",
    "account_with_health",
    "accountable_owner",
    "accounts_open_to",
    "accounts_opened_by",
    "accounts_page",
    "agreement_refusal",
    "answer_about",
    "changes_page",
    "closed_list_refusal",
    "ends_to_review",
    "grant_by_id",
    "grants_that_go_on",
    "grants_to_review",
    "holders_page",
    "keepers_on",
    "noted_notices",
    "notice_by_id",
    "official_accounts",
    "open_notices",
    "overview",
    "person_to_choose",
    "proposal_by_reference",
    "proposals_page",
    "register_begins_on",
    "register_on",
    "register_rows",
    "request_by_id",
    "requests_page",
    "services",
    "somebody_signs_in_otherwise",
    "visible_to",
]
