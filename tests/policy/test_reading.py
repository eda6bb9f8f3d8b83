"""The policy as a page: stable addresses of paragraphs, search, PDF and large print, and links from what cites it."""

import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from markupsafe import Markup
from pypdf import PdfReader

from app.core import clock
from app.people.models import Role
from app.policy.documents import policy_document
from app.policy.pack import load_pack
from app.policy.queries import current_version, matching, version_with_paragraphs
from app.policy.routes.citing import _citations, with_citations
from tests.account_register.asking import asked
from tests.conftest import NOW
from tests.credential_rotation.factories import account
from tests.factories import Factory
from tests.pages import PageClient, counted_queries
from tests.policy.factories import SLUG, TODAY, published


@pytest.mark.parametrize(("number", "anchor"), [("6.2", "p-6-2"), ("8.1(a)(1)", "p-8-1-a-1"), ("back.1", "p-back-1")])
def test_a_paragraph_has_an_address_of_its_own(
    make: Factory, client_of: Callable[..., PageClient], number: str, anchor: str
) -> None:
    browser = client_of(make.person())
    assert browser.get(f"/policy/{SLUG}/{number}", status=303).location.endswith(f"/policy/{SLUG}#{anchor}")
    browser.get(f"/policy/{SLUG}/99.1", status=404)


def test_a_paragraph_keeps_its_address_in_the_next_version(make: Factory, client_of: Callable[..., PageClient]) -> None:
    published(make.person("Guardian", Role.HR_MANAGER))
    with clock.set_to(NOW + timedelta(days=2)):
        page = client_of(make.person()).get(f"/policy/{SLUG}/6.2(3)", status=303)
        assert page.location.endswith("#p-6-2-3")


def test_what_is_searched_is_found_by_all_its_words(make: Factory, client_of: Callable[..., PageClient]) -> None:
    """Whatever the letters look like; a number too; nothing is said to be there that is not."""
    version = version_with_paragraphs(SLUG, TODAY)
    assert version is not None
    assert "7.8" in [one.number for one in matching(version, "LINKEDIN profile")]
    assert [one.number for one in matching(version, "6.2(1)")] == ["6.2(1)"]
    assert matching(version, "   ") == []
    browser = client_of(make.person())
    page = browser.get(f"/policy/{SLUG}/search?words=linkedin")
    assert page.soup.find("a", href=f"/policy/{SLUG}#p-7-8") is not None
    assert "No paragraph has all of these words" in browser.get(f"/policy/{SLUG}/search?words=%3Cb%3Ezebra").text
    with counted_queries() as queries:
        browser.get(f"/policy/{SLUG}/search?words=post")
    assert len(queries) <= 4


@pytest.mark.parametrize("large", [False, True])
def test_it_can_be_taken_along_in_print(make: Factory, client_of: Callable[..., PageClient], large: bool) -> None:
    """Tagged, with every paragraph; the same version gives the same bytes."""
    version = current_version(TODAY)
    address = f"/policy/{SLUG}/versions/{version.id}/policy.pdf{'?print=large' if large else ''}"
    answer = client_of(make.person()).look(address).response
    reader = PdfReader(io.BytesIO(answer.data))
    assert ("large-print" in answer.headers["Content-Disposition"]) is large
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    text = " ".join(" ".join(page.extract_text() for page in reader.pages).split())
    assert all(one.heading in text for one in version.paragraphs)
    assert "EAC: not recorded" in text
    assert policy_document(version, "A", large_print=large) == policy_document(version, "A", large_print=large)


def test_what_cites_a_paragraph_links_to_it_and_a_local_setting_does_not(app: Flask) -> None:
    """The longest number is meant; what stands around it is shown as text."""
    with app.test_request_context():
        said = with_citations("Ask <them> (paragraph 6.2(1) and local setting), see paragraph 6.2.")
        assert f'href="/policy/{SLUG}/6.2(1)">paragraph 6.2(1)</a>' in said
        assert "&lt;them&gt;" in said
        assert said.count("<a ") == 2
        assert with_citations("This is a local setting; paragraph 99.") == Markup("This is a local setting; paragraph 99.")


def test_every_citation_of_both_packs_is_found() -> None:
    for name in ("council", "rudheath-and-witton-together"):
        pattern, numbers = _citations(name)
        for one in load_pack(name).policy.paragraphs:
            found = pattern.findall(f"({one.cite}).")
            assert found == [one.cite]
            assert numbers[one.cite] == one.id


def test_a_refusal_links_to_the_paragraph_that_it_cites(make: Factory, client_of: Callable[..., PageClient]) -> None:
    """Somebody who is no approver of access reads where the rule stands."""
    wanted = asked(account(make, "Library", make.person()), make.person(manager=make.person()))
    page = client_of(make.person("Sca", Role.SCA)).post(
        f"/account-register/access-requests/{wanted.id}/decide", {"decision": "refuse", "reasons": "No."}, status=403
    )
    assert page.soup.select_one(f'main a[href="/policy/{SLUG}/6.3(6)"]') is not None
