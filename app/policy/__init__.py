"""Which rules hold here: the policy pack, its local settings, the versions of the policy and who has read which.

A pack says what one organisation's policy says, as data; every setting names the paragraph it comes from or "local
setting". A version of the policy is published whole, with paragraphs that can be cited, and never changes afterwards;
a new one follows it. Somebody acknowledges an exact version. Dates that other rooms count come from here, with the days
on which the organisation is closed and how each date was worked out.
"""

from flask import Blueprint

from app.core.jobs import Every, JobKind
from app.core.registries import DueKind, Registries
from app.people.everybody import everybody_with

blueprint = Blueprint("policy", __name__, url_prefix="/policy")

from app.policy import mailing, operations, queries, routes  # noqa: E402, F401 - the routes attach themselves to the blueprint


def register(registries: Registries) -> None:
    """Put on home pages the version to be read, and that the bank holidays known here end soon; let mail leave."""
    mailing.register_mail(registries)
    registries.add_job(
        JobKind("ask-to-acknowledge", "Asks everybody who has to read the policy, starters on their first day", Every(15),
                operations.ask_to_acknowledge, full_bite=operations.BITE)
    )  # fmt: skip
    registries.add_due(
        DueKind(
            queries.ACKNOWLEDGE, "Read the {who} and agree to it", "policy.asked", "ask_id", queries.to_acknowledge,
            everybody=everybody_with(queries.to_acknowledge), opens=queries.asks_open_to, unopened="about the policy",
        )
    )  # fmt: skip
    registries.add_due(
        DueKind(
            queries.REVIEW, "Review the {who}", "policy.keeping", "slug", queries.to_review,
            everybody=everybody_with(queries.to_review), opens=queries.keeping_open_to, unopened="about the policy",
        )
    )  # fmt: skip
    registries.add_due(
        DueKind(
            queries.HOLIDAYS_END, "Install a newer Probity: the bank holidays it knows are coming to an end",
            "policy.closed_days", "part", queries.holidays_to_update,
            everybody=everybody_with(queries.holidays_to_update),
        )
    )  # fmt: skip
