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
    registries.add_job(
        JobKind("remind-teams", "Says by when managers are to remind their teams of the policy", Every(60),
                operations.give_turns, full_bite=operations.TURNS_BITE)
    )  # fmt: skip
    registries.add_due(
        DueKind(
            queries.REMIND, "Remind your team of the policy", "policy.turn", "turn_id", queries.to_remind,
            everybody=everybody_with(queries.to_remind), opens=queries.turns_open_to, unopened="about the policy",
        )
    )  # fmt: skip
    registries.add_due(
        DueKind(
            queries.FORMAT, "Send {who} the policy in another format", "policy.format_request", "request_id",
            queries.to_send, everybody=everybody_with(queries.to_send), opens=queries.formats_open_to,
            unopened="about the policy",
        )
    )  # fmt: skip
    registries.add_due(
        DueKind(
            queries.DISPUTED, "Settle whether {who} agreed to the policy", "policy.attestation", "agreement_id",
            queries.to_settle, everybody=everybody_with(queries.to_settle), opens=queries.attestations_open_to,
            unopened="about the policy",
        )
    )  # fmt: skip
    registries.add_due(
        DueKind(
            queries.FORMAT_WAITING, "The policy in another format, from Human Resources", "policy.format_request",
            "request_id", queries.to_wait_for, waiting=True,
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
