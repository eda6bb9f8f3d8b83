"""Who is given access takes over once they have agreed to the policy: until then somebody is looked for, whatever is
recorded first; and nobody who was never let in says that they signed in.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa

from app.account_register.models import AccessGrant, AccessLevel, Account, LoginMode
from app.account_register.operations import give_access
from app.account_register.operations.approving import end_lapsed_access
from app.account_register.queries.agreements import has_been_let_in, waiting_among
from app.core import clock
from app.core.db import begin_writing, commit, db
from app.core.errors import NotAllowed
from app.credential_rotation import operations
from app.credential_rotation.models import CredentialRotation, HandOver, LeaverNotice, Move, NoticeStatus, Sighting
from app.credential_rotation.operations.handing_over import Others, what_to_hand_over
from app.credential_rotation.queries import mine_to_verify
from app.credential_rotation.queries.leavers import chain_of
from app.credential_rotation.queries.moves import left_by
from app.credential_rotation.queries.together import may_change
from app.people.models import Person
from app.policy.models import AgreedBy
from app.policy.operations import acknowledge, attest, take_back_agreement
from app.policy.queries import current_version
from tests.conftest import NOW
from tests.credential_rotation.factories import TODAY, account, changed, grant, leave, moved, started
from tests.credential_rotation.test_due import SELECT, waits_for
from tests.due_equality import assert_same_duties
from tests.factories import Factory
from tests.pages import PageClient

ADMIN = AccessLevel.ADMIN
ONLY = HandOver.ONLY_ADMINISTRATOR
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
TAKE_OVER = "Urgent: find somebody to take over Libraries"


class Story:
    """Jo, the only administrator of an account, and whoever is to take over from her."""

    def __init__(self, make: Factory, owner: Person, sca: Person, hr: Person) -> None:
        self.sca, self.hr = sca, hr
        self.manager = make.person("Mary Manager")
        self.jo, self.heir = make.person("Jo Jones"), make.person("Heir Hill", manager=self.manager)
        self.account: Account = account(make, "Libraries", owner)
        self.held = grant(make, self.account, self.jo, mode=LoginMode.INDIVIDUAL)

    def given(self, at: datetime = NOW, mode: LoginMode = LoginMode.INDIVIDUAL) -> AccessGrant:
        begin_writing(self.account)
        made = give_access(
            self.account, self.heir, level=ADMIN, login_mode=mode, starts_on=clock.local_day(at), by=self.sca, at=at,
            approved_by=self.manager, advice="Go ahead",
        )  # fmt: skip
        commit()
        return made

    def goes(self, how: str, at: datetime = NOW) -> LeaverNotice | Move:
        day = clock.local_day(at)
        if how == "leaves":
            return leave(self.jo, self.hr, day=day, at=at)
        return moved(self.jo, self.hr, {self.held: False}, day=day, at=at)

    def agrees(self, at: datetime) -> None:
        begin_writing()
        acknowledge(self.heir, current_version(clock.local_day(at)), at=at)
        commit()

    def is_asked_for(self, going: LeaverNotice | Move, day: date) -> bool:
        """Whether the page says so; the first page of the keeper says the same."""
        if isinstance(going, LeaverNotice):
            asked = any(row.still_to_hand_over for row in chain_of(going, day))
            kind = "leaver_hand_over"
        else:
            asked, kind = any(row.is_left for row in left_by(going, day)), "move_hand_over"
        found = SELECT[kind](self.sca, day)
        assert found is not None
        assert len(db.session.execute(found).all()) == int(asked)
        return asked


@pytest.fixture
def story(make: Factory, owner: Person, sca: Person, hr: Person) -> Story:
    """The same for each test."""
    return Story(make, owner, sca, hr)


def _complete(at: datetime) -> None:
    begin_writing()
    operations.complete_leavers(at)
    commit()


def _lapse(given: AccessGrant) -> datetime:
    """The job of the night after the last day to agree; gives when."""
    assert given.acknowledge_by is not None
    at = clock.at_local(given.acknowledge_by + DAY, 1)
    begin_writing()
    assert end_lapsed_access(at) == 1
    commit()
    return at


@pytest.mark.parametrize("how", ["leaves", "moves"])
@pytest.mark.parametrize("first", ["given", "goes"])
@pytest.mark.parametrize("agrees", [True, False])
def test_who_has_not_agreed_yet_takes_nothing_over(story: Story, how: str, first: str, agrees: bool) -> None:
    """The same is asked in either order; it is done when they agree, and stays open when their access lapses."""
    if first == "given":
        given, going = story.given(), story.goes(how, NOW + HOUR)
    else:
        going, given = story.goes(how), story.given(NOW + HOUR)
    (hand_over,) = (one.hand_over for one in (going.holdings if isinstance(going, LeaverNotice) else going.hand_overs))
    assert hand_over is ONLY
    assert story.is_asked_for(going, TODAY)
    _complete(NOW + DAY)
    if isinstance(going, LeaverNotice):
        assert going.status is NoticeStatus.NOTIFIED
    if agrees:
        story.agrees(NOW + DAY)
        at = NOW + 2 * DAY
    else:
        at = _lapse(given)
    _complete(at)
    assert story.is_asked_for(going, clock.local_day(at)) is not agrees
    if isinstance(going, LeaverNotice):
        assert (going.status is NoticeStatus.COMPLETE) is agrees


@pytest.mark.parametrize("way", ["agreed", "no agreement required"])
def test_who_was_let_in_takes_over_as_ever(make: Factory, story: Story, way: str) -> None:
    """Nobody is looked for, before they go or after."""
    if way == "agreed":
        story.agrees(NOW - DAY)
        story.given()
    else:
        grant(make, story.account, story.heir, mode=LoginMode.INDIVIDUAL)
    going = story.goes("leaves", NOW + HOUR)
    assert isinstance(going, LeaverNotice)
    assert [one.hand_over for one in going.holdings] == [None]
    assert not story.is_asked_for(going, TODAY)
    assert going.status is NoticeStatus.COMPLETE


def test_pages_ask_until_the_successor_agrees(story: Story, client_of: Callable[..., PageClient]) -> None:
    """The page of who leaves and the first page of the keeper."""
    story.given()
    going = story.goes("leaves", NOW + HOUR)
    address = f"/credential-rotation/leavers/{going.id}"
    with clock.set_to(NOW + 2 * HOUR):
        page = client_of(story.hr).get(address).text
        assert "Libraries, Facebook needs another administrator" in page
        assert "Whoever is given access takes over once they have agreed to the policy." in page
        assert TAKE_OVER in client_of(story.sca).get("/").text
    story.agrees(NOW + 3 * HOUR)
    with clock.set_to(NOW + 4 * HOUR):
        assert "needs another administrator" not in client_of(story.hr).get(address).text
        assert TAKE_OVER not in client_of(story.sca).get("/").text


def _taken_back(story: Story, given: AccessGrant, days: int) -> None:
    (made,) = attest(
        [story.heir], current_version(TODAY), method=AgreedBy.PAPER, agreed_on=TODAY - DAY, by=story.manager, at=NOW
    )
    take_back_agreement(made, reason="Mixed them up.", by=story.manager, at=NOW + days * DAY)
    commit()
    assert given.required_version_id is not None


@pytest.mark.parametrize("agreed", ["never", "at once", "taken back", "none required"])
def test_who_waits_is_who_was_never_let_in(make: Factory, story: Story, agreed: str) -> None:
    """By the query as by the predicate; who was let in by a mistaken agreement stays let in until their access lapses."""
    needs_none = agreed == "none required"
    given = grant(make, story.account, story.heir, mode=LoginMode.INDIVIDUAL) if needs_none else story.given()
    if agreed == "at once":
        story.agrees(NOW + HOUR)
    elif agreed == "taken back":
        _taken_back(story, given, 3)
    day = TODAY + 4 * DAY
    assert (given.id not in waiting_among([given])) is has_been_let_in(given, day) is (agreed != "never")


@pytest.mark.parametrize(
    ("level", "waits", "also", "asked"),
    [
        (ADMIN, False, None, None), (ADMIN, True, None, ONLY), (ADMIN, False, TODAY, ONLY),
        (ADMIN, True, TODAY, ONLY), (AccessLevel.EDITOR, False, None, ONLY),
    ],
)  # fmt: skip
def test_what_is_to_be_handed_over(
    level: AccessLevel, waits: bool, also: date | None, asked: HandOver | None
) -> None:
    """With another who has access for good, by what they may do, whether they were let in and whether they go too."""
    jo, other = (
        AccessGrant(
            level=may_do, person_id=Factory.id(), person=Person(name="Jo"), starts_on=TODAY, login_mode=LoginMode.SHARED
        )
        for may_do in (ADMIN, level)
    )
    on = Account(name="Libraries", grants=[jo, other])
    others = Others({other.id} if waits else (), {other.person_id: also} if also else {})
    for owner_goes in (False, True):
        found = what_to_hand_over(on, [jo], TODAY, TODAY, owner_goes=owner_goes, others=others)
        assert found is ((HandOver.BOTH if asked else HandOver.OWNER) if owner_goes else asked)


def test_who_was_never_let_in_neither_changes_a_password_nor_says_that_they_signed_in(story: Story) -> None:
    """The queries say what the predicates say; once they have agreed they may, and are asked to verify."""
    given = story.given(mode=LoginMode.SHARED)
    rotation = started(story.account, story.sca)
    db.session.expire_all()
    with clock.set_to(NOW + HOUR):
        assert not rotation.can_be_changed_by(story.heir)
        assert not _one_of(rotation, may_change(story.heir, TODAY))
        assert rotation.can_be_seen_by(story.heir)
    changed(rotation, story.sca, at=NOW + HOUR)
    with clock.set_to(NOW + 2 * HOUR):
        assert not rotation.can_be_verified_by(story.heir)
        assert not _one_of(rotation, mine_to_verify(story.heir, TODAY))
        assert waits_for(story.heir, "rotation_verify") == 0
        assert assert_same_duties(TODAY)
        with pytest.raises(NotAllowed, match="You cannot verify this change"):
            operations.verify_rotation(rotation, by=story.heir, at=NOW + 2 * HOUR, saw=Sighting.SIGNED_IN)
    story.agrees(NOW + 2 * HOUR)
    with clock.set_to(NOW + 3 * HOUR):
        assert rotation.can_be_verified_by(story.heir)
        assert _one_of(rotation, mine_to_verify(story.heir, TODAY))
        assert waits_for(story.heir, "rotation_verify") == 1
        assert assert_same_duties(TODAY)
    assert given.ends_on is None


def _one_of(rotation: CredentialRotation, condition: sa.ColumnElement[bool]) -> bool:
    its = sa.select(CredentialRotation.id).join(CredentialRotation.account).where(condition)
    return rotation.id in db.session.execute(its).scalars().all()
