"""The keeper's help is at hand on every page on which the register is kept."""

from collections.abc import Callable

from app.people.models import Person
from tests.account_register.asking import asked
from tests.account_register.factories import make_account
from tests.account_register.proposing import Way
from tests.account_register.watching import found_in_use, is_new, looks_like_ours
from tests.credential_rotation.incidents import happened
from tests.factories import Factory
from tests.pages import PageClient

HELP = "/account-register/how-to-keep-it"
HEAVIEST = 30 * 1024
Browser = Callable[..., PageClient]


def links(client: PageClient, path: str) -> list[str]:
    """Where the links to the help lead, on a page that is not heavy."""
    page = client.get(path)
    assert len(page.response.data) <= HEAVIEST, path
    return [str(link["href"]) for link in page.soup.find_all("a", string="How to keep the register")]


def test_the_help_is_linked_where_the_keeper_works(client_of: Browser, make: Factory, owner: Person) -> None:
    """One link to the part that the page is about, for keepers; for nobody else."""
    way = Way(make)
    sca = way.sca
    account = make_account(make, owner, name="Roads")
    request, proposal, incident = asked(account, way.proposer), way.proposed(), happened(account, sca)
    room, above = "/account-register", "/credential-rotation"
    for_all = {
        f"{room}/proposals": "adding", f"{room}/access-requests": "access", f"{room}/discovered": "week",
        f"{room}/look-alikes": "week", f"{room}/{account.id}/papers": "reviews",
        f"{room}/{account.id}/review-content": "reviews", f"{above}/accounts/{account.id}/review-access": "reviews",
        f"{above}/incidents": "incident", f"{room}/access-requests/{request.id}": "access",
    }  # fmt: skip
    for_keepers = {
        f"{room}/import": "adding", f"{room}/notices": "week", f"{room}/horizon": "quarter", f"{room}/as-it-stood": "away",
        f"{room}/proposals/{proposal.reference}": "adding", f"{above}/incidents/{incident.id}": "incident",
        f"{room}/discovered/{found_in_use(sca).id}": "week", f"{room}/look-alikes/{looks_like_ours(sca).id}": "week",
        f"{room}/horizon/{is_new(sca).id}": "quarter",
    }  # fmt: skip
    keeper, others = client_of(sca), client_of(owner)
    help_page = keeper.get(HELP)
    for path, part in {**for_all, **for_keepers}.items():
        assert links(keeper, path) == [f"{HELP}#{part}"], path
        assert help_page.soup.find(id=part), part
    for path in for_all:
        assert links(others, path) == [], path


def test_the_rules_of_files_stand_where_one_is_chosen(client_of: Browser, sca: Person) -> None:
    """And, in short, in the keeper's help."""
    page = client_of(sca).get("/account-register/import")
    for rule in (
        "the whole address of a profile says its platform and handle",
        "To an account that is on the register a file gives nobody access, and lets nobody do more.",
        "Nobody who has left becomes owner or deputy", "A file closes no account", "If two_step is off",
    ):  # fmt: skip
        assert rule in page.text, rule
    text = client_of(sca).get(HELP).text
    assert "A file gives nobody access to an account that is on the register already" in text
    assert "Access that has not begun is called off there" in text
