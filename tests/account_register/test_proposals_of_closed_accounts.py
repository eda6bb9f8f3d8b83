"""A proposal about an account ends by itself once that account was closed."""

from collections.abc import Callable

import pytest
from flask import Flask

from app.account_register import operations as acts
from app.account_register.models import Account, AccountProposal, AccountStatus, ProposalKind, ProposalStatus
from app.account_register.queries.proposals import Shown, proposals_page
from app.core.errors import AlreadyDone
from app.core.paging import Cursor
from app.people.models import Person, Role
from tests.account_register.factories import make_account
from tests.account_register.proposing import Way, plan, risk
from tests.account_register.test_queries import due_of
from tests.conftest import NOW
from tests.factories import Factory
from tests.pages import PageClient

Browser = Callable[..., PageClient]
STEPS = ("proposed", "supported", "advised", "assessed", "approved")
MAY = (
    AccountProposal.can_be_supported_by, AccountProposal.can_be_answered_by, AccountProposal.can_be_advised_by,
    AccountProposal.can_be_assessed_by, AccountProposal.risk_can_be_accepted_by, AccountProposal.can_be_decided_by,
    AccountProposal.can_be_withdrawn_by, lambda one, person: one.can_be_carried_out_by(person, NOW.date()),
)  # fmt: skip


@pytest.fixture
def way(make: Factory) -> Way:
    """The people of a proposal."""
    return Way(make)


@pytest.fixture
def account(make: Factory, way: Way) -> Account:
    """It is closed in the end."""
    return make_account(make, way.owner, name="Appy Days")


def close(make: Factory, account: Account) -> None:
    """Another way than by the proposal."""
    account.status, account.closed_on = AccountStatus.CLOSED, NOW.date()
    make.keep(account)


def everybody(way: Way) -> list[Person]:
    """All who have a part in it."""
    return [way.manager, way.proposer, way.owner, way.sca]


def waits(app: Flask, way: Way) -> set[str]:
    """What is asked of anybody about it."""
    asked = {item.text for one in everybody(way) for item in due_of(app, one, NOW.date())}
    return {text for text in asked if "roposal for" in text or text.startswith("Assess the risks and plan")}


@pytest.mark.parametrize("step", STEPS)
def test_nobody_is_asked_any_more(app: Flask, make: Factory, way: Way, account: Account, step: str) -> None:
    """At no step: nothing waits, nothing can be done with it, and the lists show it as ended."""
    found = getattr(way, step)(account)
    assert waits(app, way)
    assert any(may(found, one) for may in MAY for one in everybody(way))
    assert found.who_acts(NOW.date())
    close(make, account)
    assert found.ended_by_itself == "Appy Days was closed"
    assert waits(app, way) == set()
    assert not any(may(found, one) for may in MAY for one in everybody(way))
    assert not found.who_acts(NOW.date())
    shown = {part: len(proposals_page(way.sca, part, NOW.date(), Cursor()).rows) for part in Shown}
    assert shown == {Shown.OPEN: 0, Shown.APPROVED: 0, Shown.ENDED: 1}


def test_every_act_says_so(make: Factory, way: Way, account: Account) -> None:
    """Whoever would act is told that they need do nothing."""
    made = {step: getattr(way, step)(account) for step in STEPS}
    close(make, account)
    late: dict[str, Callable[[], object]] = {
        "proposed": lambda: acts.support_proposal(made["proposed"], by=way.manager, at=NOW),
        "supported": lambda: acts.advise_on_proposal(made["supported"], by=way.sca, at=NOW, advice=None, words=""),
        "advised": lambda: acts.submit_assessment(
            made["advised"], [risk(way.owner)], plan(way.owner), by=way.owner, at=NOW
        ),
        "assessed": lambda: acts.approve_proposal(made["assessed"], by=way.manager, at=NOW),
        "approved": lambda: acts.carry_out_proposal(made["approved"], by=way.sca, at=NOW),
        "withdrawn": lambda: acts.withdraw_proposal(made["proposed"], by=way.proposer, at=NOW),
    }
    for act in late.values():
        with pytest.raises(AlreadyDone, match="Appy Days was closed, so nobody need deal with this proposal any more"):
            act()


def test_what_had_ended_stays_as_it_ended(make: Factory, way: Way, account: Account) -> None:
    """The closure that was carried out, and a new account that came of a proposal and was closed later."""
    closure = way.approved(account, kind=ProposalKind.CLOSURE)
    acts.carry_out_proposal(closure, by=way.sca, at=NOW)
    close(make, account)
    assert (closure.status, closure.ended_by_itself) == (ProposalStatus.REGISTERED, "")
    assert not way.proposed().ended_by_itself


def test_the_pages_say_so(client_of: Browser, make: Factory, way: Way, account: Account) -> None:
    """The proposal, the list and the account; and HR is not asked for a manager because of it."""
    found, head = way.proposed(account), make.person("Hed", Role.HR_MANAGER)
    close(make, account)
    place = f"/account-register/proposals/{found.reference}"
    page = client_of(way.manager).get(place)
    assert "Appy Days was closed, so nobody need deal with this proposal any more" in page.text
    assert not page.soup.select("input[name=decision]")
    client_of(way.manager).post(f"{place}/support", {"decision": "support"}, status=409)
    keeper = client_of(way.sca)
    assert "Ended: the account was closed" in keeper.get("/account-register/proposals?show=ended").text
    assert "ended, as the account was closed" in keeper.get(f"/account-register/{account.id}").text
    way.proposer.line_manager = None
    make.keep(way.proposer)
    assert "Record who manages" not in client_of(head).get("/").text
