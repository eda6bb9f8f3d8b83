"""Which rules hold here: the policy pack, its local settings, the versions of the policy and who has read which.

A pack says what one organisation's policy says, as data; every setting names the paragraph it comes from or "local
setting". A version of the policy is published whole, with paragraphs that can be cited, and never changes afterwards;
a new one follows it. Somebody acknowledges an exact version. Dates that other rooms count come from here.
"""

from flask import Blueprint

from app.core.registries import DueKind, Registries

blueprint = Blueprint("policy", __name__, url_prefix="/policy")

from app.policy import queries, routes  # noqa: E402, F401 - the routes attach themselves to the blueprint


def register(registries: Registries) -> None:
    """Put the version to be read on the home page of whoever has not agreed to it."""
    registries.add_due(
        DueKind("policy:acknowledge", "Read the {who} and agree to it", "policy.show", "slug", queries.to_acknowledge)
    )
