"""What a page shows goes through the mask whatever it looks like; only addresses that the service made are left alone."""

from typing import Any

import pytest

from app.hr_cases.documents.masking import MASK, Masking
from app.hr_cases.routes.masked_view import LeftAlone, masked, page_of
from app.people.models import Person

BEHIND = Masking([Person(name="Sian O'Dowda", email="sian.odowda@demo.example")], [])


@pytest.mark.parametrize("beginning", ["/", "//", "http://", "@", '"', "'", "“", "‘", "(", " ", "\n", "\t", ""])
@pytest.mark.parametrize("ending", ["", " says so", "/", "'", "”", "\n"])
def test_no_text_is_taken_for_an_address(beginning: str, ending: str) -> None:
    """Somebody may begin a statement in any way, or say the name alone."""
    for name in ("Sian O'Dowda", "sian.odowda", "Sian"):
        shown = masked(f"{beginning}{name}{ending}", BEHIND)
        assert MASK in shown
        assert not {"sian", "dowda"} & set(shown.casefold().replace(".", " ").replace("'", " ").split())


def test_addresses_that_the_service_made_are_left_alone(app: Any) -> None:
    """Wherever they stand in what a page shows."""
    with app.test_request_context():
        made = page_of("hr_cases.index", stage="sian")
    shown = masked({"rows": [{"href": made, "text": "/sian.odowda wrote"}], "back": (made,)}, BEHIND)
    assert shown["rows"][0] == {"href": made, "text": f"/{MASK} wrote"}
    assert shown["back"] == (made,)
    assert type(made) is LeftAlone
