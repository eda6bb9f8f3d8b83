"""Access that is to end later is in every review until its last day; and no last day is set more than a year ahead."""

import uuid
from collections.abc import Callable
from datetime import date, timedelta

import pytest

from app.account_register.models import AccessGrant, Account, EndReason, EndSetAside, LoginMode
from app.account_register.operations import end_access
from app.account_register.queries import ends_to_review, grants_to_review
from app.core.audit import ActorKind
from app.core.db import commit
from app.core.errors import AlreadyDone, InvalidInput
from app.credential_rotation.operations import end_shared_access, review_access
from app.people.models import Person
from tests.conftest import NOW
from tests.credential_rotation.factories import TODAY, account, grant
from tests.factories import Factory
from tests.pages import PageClient

ClientOf = Callable[..., PageClient]
DAY = timedelta(days=1)
SOON, LATER = TODAY + timedelta(days=30), TODAY + timedelta(days=300)
A_YEAR_ON = date(2028, 3, 3)
NO_MORE = EndReason.NO_LONGER_NEEDED


@pytest.fixture
def museum(make: Factory, owner: Person) -> Account:
    """An account with somebody whose access is open."""
    made = account(make, "Museum", owner)
    grant(make, made, make.person("Ann"))
    return made


def asked(museum: Account) -> list[str]:
    """About whom a review asks."""
    return [one.person.name for one in grants_to_review(museum)]


def review_path(museum: Account) -> str:
    """Where access is reviewed."""
    return f"/credential-rotation/accounts/{museum.id}/review-access"


def typed(day: date) -> dict[str, str | list[str]]:
    """A last day, as somebody types it."""
    return {"ends_on": [str(day.day), str(day.month), str(day.year)], "reason": NO_MORE.value}


# (the last day; whether it follows from a leaving; the end that it set aside; whether a review asks about it)
ENDS: list[tuple[date | None, bool, date | None, bool]] = [
    (None, False, None, True),
    (TODAY - DAY, False, None, False),
    (TODAY, False, None, False),
    (TODAY + DAY, False, None, True),
    (date(2199, 12, 31), False, None, True),
    (SOON, True, None, True),
    (TODAY, True, None, True),
    (SOON, True, LATER, True),
    (TODAY, True, SOON, True),
    (TODAY, True, TODAY, False),
]


@pytest.mark.parametrize(("ends_on", "follows", "aside", "is_asked"), ENDS)
def test_whose_access_a_review_asks_about(
    make: Factory, museum: Account, ends_on: date | None, follows: bool, aside: date | None, is_asked: bool
) -> None:
    """Whoever has it beyond today, as far as those may know who know of no leaving."""
    held = grant(make, museum, make.person("Ben"), ends_on=ends_on)
    held.end_follows = follows
    if aside is not None:
        held.ends_set_aside.append(EndSetAside(ends_on=aside, reason=NO_MORE, follows=False, ended_at=NOW))
    make.keep(held)
    assert asked(museum) == (["Ann", "Ben"] if is_asked else ["Ann"])


def test_what_a_reviewer_reads_of_the_end(make: Factory, museum: Account, owner: Person, sca: Person) -> None:
    """What they may know, or set themselves: nobody else."""
    ben, cay = make.person("Ben"), make.person("Cay")
    held, own = grant(make, museum, ben), grant(make, museum, cay)
    end_access(held, by=sca, at=NOW, ends_on=SOON, reason=NO_MORE)
    end_access(own, by=owner, at=NOW, ends_on=LATER, reason=NO_MORE)
    end_access(own, by=ActorKind.SYSTEM, at=NOW, ends_on=SOON, reason=EndReason.LEFT, follows=True)
    commit()
    assert [until for _, until in ends_to_review(museum, sca)] == [None, SOON, SOON]
    assert [until for _, until in ends_to_review(museum, owner)] == [None, None, LATER]
    ben.line_manager_id = owner.id
    make.keep(ben)
    assert [until for _, until in ends_to_review(museum, owner)] == [None, SOON, LATER]


@pytest.mark.parametrize("mode", list(LoginMode))
def test_who_gives_themselves_a_last_day_is_reviewed_all_the_same(
    make: Factory, museum: Account, owner: Person, client_of: ClientOf, mode: LoginMode
) -> None:
    """The owner is asked about them and, where they need it no longer, ends it today; it is counted as what it is."""
    ben = make.person("Ben")
    held = grant(make, museum, ben, mode=mode)
    end_shared_access(held, by=ben, at=NOW, ends_on=LATER, reason=NO_MORE)
    commit()
    browser = client_of(owner)
    names = {one.person.name: f"grant_{one.id.hex}" for one in grants_to_review(museum)}
    refused = browser.post(review_path(museum), {names["Ann"]: "yes"}, status=422)
    assert refused.errors == ["Select whether Ben still needs access"]
    done = browser.follow(review_path(museum), {names["Ann"]: "yes", names["Ben"]: "no"})
    assert "1 person has lost access." in done.text
    assert "1 stay, 1 end" in done.text
    assert (held.ends_on, asked(museum)) == (TODAY, ["Ann"])


def test_who_still_needs_it_keeps_it_until_its_last_day(
    make: Factory, museum: Account, sca: Person, client_of: ClientOf
) -> None:
    held = grant(make, museum, make.person("Ben"))
    end_access(held, by=sca, at=NOW, ends_on=LATER, reason=NO_MORE)
    commit()
    browser, said = client_of(sca), {f"grant_{one.id.hex}": "yes" for one in grants_to_review(museum)}
    assert "Ends on 28 December 2027" in browser.get(review_path(museum)).text
    assert "Everybody keeps their access." in browser.follow(review_path(museum), said).text
    assert (held.ends_on, asked(museum)) == (LATER, ["Ann", "Ben"])


def test_a_last_day_that_was_set_meanwhile_changes_nothing_of_the_list(
    make: Factory, museum: Account, owner: Person, sca: Person
) -> None:
    """One that takes somebody off the list does."""
    ben = grant(make, museum, make.person("Ben"))
    said: dict[uuid.UUID, bool] = {one.id: True for one in grants_to_review(museum)}
    end_access(ben, by=sca, at=NOW, ends_on=LATER, reason=NO_MORE)
    commit()
    review_access(museum, said, by=owner, at=NOW)
    commit()
    end_access(ben, by=sca, at=NOW, ends_on=TODAY, reason=NO_MORE)
    commit()
    with pytest.raises(AlreadyDone, match="since you opened the page"):
        review_access(museum, said, by=sca, at=NOW, seen="")


@pytest.mark.parametrize("who", ["holder", "owner", "keeper"])
def test_no_last_day_is_set_more_than_a_year_ahead(
    make: Factory, museum: Account, owner: Person, sca: Person, who: str
) -> None:
    """A year typed wrongly is no last day; whoever does not know theirs leaves the access open."""
    ben = make.person("Ben")
    held, by = grant(make, museum, ben), {"holder": ben, "owner": owner, "keeper": sca}[who]
    with pytest.raises(InvalidInput, match="Enter a day within a year, or leave the access open") as refused:
        end_access(held, by=by, at=NOW, ends_on=A_YEAR_ON + DAY, reason=NO_MORE)
    assert (refused.value.field, held.ends_on) == ("ends_on", None)
    end_access(held, by=by, at=NOW, ends_on=A_YEAR_ON, reason=NO_MORE)
    assert held.ends_on == A_YEAR_ON


@pytest.mark.parametrize("by_person", [True, False])
def test_what_follows_from_a_leaving_is_as_late_as_that(
    make: Factory, museum: Account, sca: Person, by_person: bool
) -> None:
    held = grant(make, museum, make.person("Ben"))
    by = sca if by_person else ActorKind.SYSTEM
    end_access(held, by=by, at=NOW, ends_on=A_YEAR_ON + DAY, reason=EndReason.LEFT, follows=True)
    assert held.ends_on == A_YEAR_ON + DAY


def test_one_that_was_set_for_too_late_is_brought_forward(make: Factory, museum: Account, sca: Person) -> None:
    """Such as there may be from before."""
    held = grant(make, museum, make.person("Ben"), ends_on=date(2199, 12, 31))
    end_access(held, by=sca, at=NOW, ends_on=SOON, reason=NO_MORE)
    assert held.ends_on == SOON


@pytest.mark.parametrize(
    ("mode", "room"),
    [(LoginMode.SHARED, "credential-rotation/grants"), (LoginMode.INDIVIDUAL, "account-register/access")],
)
def test_the_pages_say_so_at_the_day(
    make: Factory, museum: Account, sca: Person, client_of: ClientOf, mode: LoginMode, room: str
) -> None:
    held: AccessGrant = grant(make, museum, make.person("Ben"), mode=mode)
    page = client_of(sca).post(f"/{room}/{held.id}/end", typed(date(2199, 12, 31)), status=422)
    assert page.errors == ["Enter a day within a year, or leave the access open"]
    assert page.soup.find("input", attrs={"name": "ends_on", "value": "2199"}) is not None
    assert held.ends_on is None
