"""What cuts across rooms: what I hold and have agreed to.

Everybody can read on one page which accounts they have access to, which devices of their own they may use and until
when, which versions of the policy they agreed to and how, and what their manager reminded them of. They can take it
along as a PDF. It is their own page: nobody else opens it.
"""

from flask import Blueprint

blueprint = Blueprint("figures", __name__, url_prefix="/figures")

from app.figures import routes  # noqa: E402, F401 - the routes attach themselves to the blueprint
