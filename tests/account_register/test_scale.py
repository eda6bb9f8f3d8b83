"""What a thousand accounts with five holders each cost: as many queries as ten of them. And the keeper's help page."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from app.account_register.models import Account
from app.core.db import db
from app.people.models import Person, Role
from tests.account_register.factories import fill_register
from tests.factories import Factory
from tests.pages import PageClient, counted_queries

LIST = "/account-register/"
Browser = Callable[..., PageClient]


def test_a_thousand_accounts_cost_as_many_queries_as_ten(
    client_of: Browser, make: Factory, sca: Person, owner: Person
) -> None:
    """The register and its later pages four, the page of an account with five holders eight; on both databases."""
    people = [owner, *(make.person() for _ in range(4))]
    counts: list[list[int]] = []
    client_of(sca).get(LIST)  # what is read once for all pages
    for first, rows in ((0, 10), (10, 990)):
        fill_register(people, rows, first=first)
        account_id = db.session.execute(sa.select(Account.id).where(Account.name == "Many 00003")).scalar_one()
        found = []
        for person in (sca, owner, people[1]):
            browser = client_of(person)
            for path, most in ((LIST, 4), (f"{LIST}?q=many", 4), (f"{LIST}{account_id}", 8)):
                with counted_queries() as queries:
                    page = browser.get(path)
                assert len(queries) <= most, (path, [one[:90] for one in queries])
                found.append(len(queries))
            assert len(page.soup.select("table.app-stack tbody tr, table tbody tr")) == 5
        counts.append(found)
    assert counts[0] == counts[1]
    page = client_of(sca).get(LIST)
    assert "More than 200 accounts" in page.text
    next_page = str(page.soup.select_one(".govuk-pagination__next a")["href"])
    with counted_queries() as queries:
        client_of(sca).get(next_page)
    assert len(queries) <= 8  # four, and those of signing in


@pytest.mark.parametrize(
    ("role", "is_linked"), [(Role.SCA, True), (Role.DEPUTY_SCA, True), (Role.AUDITOR, False), (None, False)]
)
def test_the_keeper_finds_help(client_of: Browser, make: Factory, role: Role | None, is_linked: bool) -> None:
    """Linked from the register; each link on it leads somewhere."""
    browser = client_of(make.person(None, *([role] if role else [])))
    links = browser.get(LIST).soup.find_all("a", string="How to keep the register")
    assert len(links) == (1 if is_linked else 0)
    with counted_queries() as queries:
        page = browser.get(LIST + "how-to-keep-it")
    assert len(queries) <= 2
    assert "Every week" in page.text
    assert "paragraph 6.1(3)" in page.text
    assert "Owners are asked every 3 months" in page.text
    if is_linked:
        for link in page.soup.select("main a[href^='/']"):
            browser.get(str(link["href"]))
    for link in page.soup.select("main a[href^='#']"):
        assert page.soup.find(id=str(link["href"])[1:])
