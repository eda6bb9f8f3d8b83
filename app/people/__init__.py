"""Who is who: everybody for whom the policy holds, who manages them, which roles they carry and since when.

Somebody with a work address and a password signs in; a post without a named person is a person who cannot. A person
is never deleted while something refers to them: a leaver keeps their history and no longer signs in. Roles have dates
and an appointer, and nobody appoints themselves. Line managers and heads of service are relations, not roles.
"""

from flask import Blueprint

blueprint = Blueprint("people", __name__, url_prefix="/people")

from app.people import routes  # noqa: E402, F401 - the routes attach themselves to the blueprint
