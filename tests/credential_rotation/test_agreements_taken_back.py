"""An agreement that was recorded by mistake let somebody in until it was taken back: the past stays, and what follows is
said and done from then on.
"""

import io
from collections.abc import Callable
from datetime import date, timedelta

import pypdf
import pytest
import sqlalchemy as sa

from app.account_register import operations as register
from app.account_register.models import (
    AccessGrant,
    AccessLevel,
    Account,
    Agreed,
    EndReason,
    GrantState,
    LoginMode,
    agreed_at_end_of,
    grant_state,
    let_in_during,
    was_let_in,
)
from app.account_register.operations.approving import acknowledge_by, end_lapsed_access
from app.core import clock
from app.core.db import commit, db
from app.credential_rotation.models import CredentialRotation, Trigger
from app.credential_rotation.operations import preview_leaver
from app.credential_rotation.queries.past_access import Way, way_in, ways_in, what_could_be_got_into
from app.people.models import Person, Role
from app.policy.models import Acknowledgement, AgreedBy
from app.policy.operations import acknowledge, attest, take_back_agreement
from app.policy.queries import current_version
from tests.account_register.factories import make_account
from tests.conftest import NOW
from tests.credential_rotation.factories import changed, started
from tests.factories import Factory
from tests.pages import PageClient
from tests.policy.factories import published
from tests.policy.test_attested_of_you import told

TODAY = NOW.date()
DAY = timedelta(days=1)
OWN, SHARED = LoginMode.INDIVIDUAL, LoginMode.SHARED
VERSION = Factory.id()
THEN, BACK = TODAY + 15 * DAY, TODAY + 40 * DAY
Clients = Callable[..., PageClient]
WAITS, ACTIVE, ENDED, LAPSED = (
    GrantState.AWAITING_ACKNOWLEDGEMENT, GrantState.ACTIVE, GrantState.ENDED, GrantState.LAPSED
)  # fmt: skip


@pytest.mark.parametrize(
    ("mode", "agreed", "ends", "day", "state", "way"),
    [
        # Never agreed; agreed and never taken back.
        (SHARED, [], None, 0, WAITS, None),
        (SHARED, [(2, None)], None, 1, WAITS, None),
        (SHARED, [(2, None)], None, 2, ACTIVE, Way.ACCESS),
        # Taken back on the ninth day: active until then, on that day for a part of it, and then waiting anew.
        (SHARED, [(2, 9)], None, 1, WAITS, None),
        (SHARED, [(2, 9)], None, 8, ACTIVE, Way.ACCESS),
        (SHARED, [(2, 9)], None, 9, WAITS, Way.KNOWN_PASSWORD),
        (SHARED, [(2, 9)], None, 12, WAITS, Way.KNOWN_PASSWORD),
        (SHARED, [(2, 9)], None, 30, LAPSED, Way.KNOWN_PASSWORD),
        (OWN, [(2, 9)], None, 8, ACTIVE, Way.ACCESS),
        (OWN, [(2, 9)], None, 9, WAITS, Way.UNTIL_TAKEN_BACK),
        (OWN, [(2, 9)], None, 10, WAITS, None),
        # They agreed anew, or something else counts beside it.
        (OWN, [(2, 9), (12, None)], None, 11, WAITS, None),
        (OWN, [(2, 9), (12, None)], None, 12, ACTIVE, Way.ACCESS),
        (OWN, [(2, 9), (9, None)], None, 9, ACTIVE, Way.ACCESS),
        (OWN, [(2, 9), (4, None)], None, 9, ACTIVE, Way.ACCESS),
        (OWN, [(2, 9), (12, 15)], None, 16, WAITS, None),
        (SHARED, [(2, 9), (12, 15)], None, 13, ACTIVE, Way.ACCESS),
        # Taken back before the access was given: it let nobody in by it.
        (SHARED, [(-5, -1)], None, 3, WAITS, None),
        (SHARED, [(-5, 0)], None, 0, WAITS, None),
        # Ended, before it was taken back or after.
        (SHARED, [(2, 9)], 5, 5, ACTIVE, Way.ACCESS),
        (SHARED, [(2, 9)], 5, 6, ENDED, Way.KNOWN_PASSWORD),
        (SHARED, [(2, 9)], 20, 8, ACTIVE, Way.ACCESS),
        (SHARED, [(2, 9)], 20, 15, WAITS, Way.KNOWN_PASSWORD),
        (SHARED, [(2, 9)], 20, 21, ENDED, Way.KNOWN_PASSWORD),
        (OWN, [(2, 9)], 20, 15, WAITS, None),
        (OWN, [(2, 9)], 20, 21, ENDED, None),
        (SHARED, [(12, None)], 5, 20, ENDED, None),
    ],
)
def test_how_access_stands_by_what_was_agreed_and_taken_back(
    mode: LoginMode, agreed: list[tuple[int, int | None]], ends: int | None, day: int, state: GrantState, way: Way | None
) -> None:
    """Days are counted from that on which it was given; what is said later never changes an earlier one."""
    given = AccessGrant(
        starts_on=TODAY, approved_at=NOW, ends_on=None if ends is None else TODAY + ends * DAY, login_mode=mode,
        required_version_id=VERSION, acknowledge_by=TODAY + 25 * DAY, person=Person(name="Jo"),
    )  # fmt: skip
    found = [Agreed(NOW + since * DAY, None if until is None else NOW + until * DAY) for since, until in agreed]
    on = TODAY + day * DAY
    assert grant_state(given, agreed_at_end_of(found, on), on) is state
    told_of = way_in(given, found, [], on)
    assert (told_of[0] if told_of else None) is way


def test_who_was_let_in_before_it_was_taken_back() -> None:
    """On the day itself still, for a part of it; and from then on they have been. Not by what was taken back before."""
    given = AccessGrant(starts_on=TODAY, approved_at=NOW, login_mode=OWN, required_version_id=VERSION)
    for taken_back, days in ((NOW + 9 * DAY, range(2, 10)), (NOW, ()), (None, range(2, 12))):
        found = [Agreed(NOW + 2 * DAY if taken_back != NOW else NOW - DAY, taken_back)]
        told_of = [day for day in range(12) if let_in_during(given, found, TODAY + day * DAY)]
        assert told_of == list(days)
        been = [day for day in range(12) if was_let_in(given, found, TODAY + day * DAY)]
        assert been == (list(range(2, 12)) if days else [])


class Story:
    """Carys of whom her manager attested that she agreed, with access that a keeper gave her."""

    def __init__(self, make: Factory, mode: LoginMode = SHARED) -> None:
        self.sca = make.person("Sca Keeper", Role.SCA)
        self.manager = make.person("Mary Manager")
        self.hr = make.person("Hana Personnel", Role.HR_MANAGER)
        self.carys = make.person("Carys Llyr", manager=self.manager)
        self.fellow = make.person("Fay Fellow")
        self.account: Account = make_account(make, make.person("Olu Owner"), name="Libraries", login_mode=mode)
        self.grant = self.given_to(self.carys, mode, approved_by=self.manager)
        commit()

    def given_to(self, person: Person, mode: LoginMode, approved_by: Person | None = None) -> AccessGrant:
        return register.give_access(
            self.account, person, level=AccessLevel.EDITOR, login_mode=mode, starts_on=TODAY, by=self.sca, at=NOW,
            approved_by=approved_by, advice="Go ahead",
        )  # fmt: skip

    def attested(self) -> Acknowledgement:
        (made,) = attest(
            [self.carys], current_version(TODAY), method=AgreedBy.PAPER, agreed_on=TODAY - DAY, by=self.manager, at=NOW
        )
        commit()
        return made

    def taken_back(self, agreement: Acknowledgement, day: date = BACK) -> None:
        take_back_agreement(agreement, reason="Mixed her up.", by=self.manager, at=clock.at_local(day, 10))
        commit()

    def lapses(self) -> date:
        """The job of the night after her last day to agree; gives the day."""
        assert self.grant.acknowledge_by is not None
        day = self.grant.acknowledge_by + DAY
        assert end_lapsed_access(clock.at_local(day - DAY, 3)) == 0
        assert end_lapsed_access(clock.at_local(day, 3)) == 1
        assert end_lapsed_access(clock.at_local(day, 3)) == 0
        commit()
        return day

    def way_on(self, day: date) -> Way | None:
        return {one.person.name: one.way for one in ways_in(day, self.account.id)}.get("Carys Llyr")

    @property
    def asked(self) -> list[CredentialRotation]:
        found = sa.select(CredentialRotation).where(CredentialRotation.account_id == self.account.id)
        return list(db.session.execute(found).scalars())


@pytest.fixture
def story(make: Factory) -> Story:
    """By a shared login."""
    return Story(make)


def on_page(day: date) -> str:
    return f"?day={day.day}&day={day.month}&day={day.year}"


def answers(story: Story, client: PageClient, day: date) -> tuple[str, str, str]:
    """What the three places say of a day: of the account, of the person, and the document for an auditor."""
    account = client.get(f"/credential-rotation/accounts/{story.account.id}/who-could-get-in{on_page(day)}")
    person = client.get(f"/credential-rotation/people/{story.carys.id}/what-they-could-get-into{on_page(day)}")
    typed = {"day": [str(day.day), str(day.month), str(day.year)]}
    pdf = client.post("/account-register/as-it-stood", typed, status=200).response
    text = " ".join(" ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf.data)).pages).split())
    rows = [str(row.get_text(" ", strip=True)) for row in account.soup.select("tbody tr") if "Carys" in row.get_text()]
    theirs = [str(row.get_text(" ", strip=True)) for row in person.soup.select("tbody tr")]
    return " ".join(rows), " ".join(theirs), text[text.index("Libraries"):]


def test_taking_it_back_leaves_the_past_and_changes_the_password(client_of: Clients, story: Story) -> None:
    """The whole story through the pages and the nightly job: told, waited for anew, ended on the day, password asked for."""
    typed = {"people": [str(story.carys.id)], "method": "paper", "attested": "y", "agreed_on": ["1", "3", "2027"]}
    client_of(story.manager).follow("/policy/team", typed)
    agreement = db.session.execute(sa.select(Acknowledgement).filter_by(person_id=story.carys.id)).scalar_one()
    with clock.set_to(clock.at_local(BACK, 10)):
        before = answers(story, client_of(story.sca), THEN)
        for text, words in zip(before, ("Had access", "Libraries", "Carys Llyr"), strict=True):
            assert words in text
        client_of(story.manager).post(f"/policy/attested/{agreement.id}/take-back", {"reason": "I mixed her up"})
        assert answers(story, client_of(story.sca), THEN)[:2] == before[:2]
        page = client_of(story.sca).get(f"/account-register/{story.account.id}")
        assert "Awaiting acknowledgement" in page.text
        db.session.refresh(story.grant)
        assert story.grant.acknowledge_by == acknowledge_by(BACK, TODAY)
        assert any(one.startswith("access_waits") for one in told(story.carys))
        own = client_of(story.carys).get(f"/account-register/{story.account.id}")
        assert "You can use this account once you have agreed to the policy" in own.text
        assert "taken back as a mistake that you had agreed" in own.text
    day = story.lapses()
    db.session.refresh(story.grant)
    grant = story.grant
    assert (grant.ends_on, grant.open_until, grant.end_reason) == (day, None, EndReason.LAPSED)
    (rotation,) = story.asked
    assert [(one.person_id, one.trigger) for one in rotation.causes] == [(story.carys.id, Trigger.ACCESS_ENDED)]
    assert "access_lapsed" in told(story.carys)
    with clock.set_to(clock.at_local(day, 9)):
        after = answers(story, client_of(story.sca), THEN)
        for text, words in zip(after, ("Carys Llyr Had access Editor", "Libraries", "Carys Llyr"), strict=True):
            assert words in text
        assert "Your access to an account has ended" in client_of(story.carys).get("/messages").text
        page = client_of(story.hr).get(f"/credential-rotation/rotations/{rotation.id}")
        assert "Carys Llyr" in page.text
        fellow_page = client_of(story.account.owner).get(f"/credential-rotation/rotations/{rotation.id}")
        assert "Security maintenance" in fellow_page.text
        assert "Carys" not in fellow_page.text


STAGES = ("never agreed", "never agreed, lapsed", "agreed", "taken back", "taken back, changed", "lapsed after use",
          "lapsed after use, changed", "agreed anew")  # fmt: skip


@pytest.mark.parametrize("stage", STAGES)
def test_the_leaver_preview_and_the_register_agree(story: Story, stage: str) -> None:
    """Whoever the register says knew the shared password, that password changes when they leave; and nobody else's does
    whose access is over.
    """
    day = TODAY + DAY
    if stage == "never agreed, lapsed":
        day = story.lapses()
    elif stage != "never agreed":
        agreement = story.attested()
        if stage != "agreed":
            story.taken_back(agreement)
            day = BACK + DAY
        if stage == "agreed anew":
            acknowledge(story.carys, current_version(day), at=clock.at_local(day, 8))
        if stage.startswith("lapsed"):
            day = story.lapses() + DAY
        if stage.endswith("changed"):
            moment = clock.at_local(day, 7)
            rotation = story.asked[0] if story.asked else started(story.account, story.sca, at=moment)
            changed(rotation, story.sca, at=moment)
            day += DAY
    commit()
    with clock.set_to(clock.at_local(day, 9)):
        plan = preview_leaver(story.carys, last_working_day=day, immediate=True, by=story.hr, at=clock.now())
        rotates = any(one.rotates for one in plan.holdings)
    knows = story.way_on(day) in (Way.ACCESS, Way.KNOWN_PASSWORD)
    is_over = story.grant.is_over_on(day)
    assert rotates is knows if is_over else rotates, "who has access, or waits for it, may come to know it until they leave"
    assert knows is (stage in ("agreed", "taken back", "taken back, changed", "lapsed after use", "agreed anew"))
    if is_over or knows:
        assert [one.account.id for one in what_could_be_got_into(story.carys, day)] == [story.account.id] * knows


def test_the_past_is_one_story_whenever_it_is_asked(story: Story) -> None:
    """Asked before it was taken back, after, and when the access had ended: the same answer for each day."""
    agreement = story.attested()
    days = [TODAY - DAY, TODAY, THEN, BACK - DAY]
    seen = [[story.way_on(day) for day in days]]
    story.taken_back(agreement)
    seen.append([story.way_on(day) for day in days])
    waiting = [BACK + n * DAY for n in range(5)]
    waited = [story.way_on(day) for day in waiting]
    end = story.lapses()
    seen.append([story.way_on(day) for day in days])
    assert seen == [[None, Way.ACCESS, Way.ACCESS, Way.ACCESS]] * 3
    assert waited == [story.way_on(day) for day in waiting] == [Way.KNOWN_PASSWORD] * 5
    changed(story.asked[0], story.sca, at=clock.at_local(end + DAY, 9))
    assert (story.way_on(end), story.way_on(end + 2 * DAY)) == (Way.KNOWN_PASSWORD, None)


def test_access_by_a_login_of_ones_own_ends_on_the_day_and_asks_for_no_password(make: Factory) -> None:
    story = Story(make, OWN)
    story.taken_back(story.attested())
    assert [story.way_on(day) for day in (BACK - DAY, BACK, BACK + DAY)] == [Way.ACCESS, Way.UNTIL_TAKEN_BACK, Way.NOT_YET]
    day = story.lapses()
    assert (story.grant.ends_on, story.grant.open_until) == (day, None)
    assert story.asked == []
    assert "access_lapsed" in told(story.carys)
    assert story.way_on(THEN) is Way.ACCESS


def test_what_nobody_was_let_in_by_ends_as_before(story: Story) -> None:
    """Also where an agreement was taken back before the access was given: no password was ever known by it."""
    agreement = story.attested()
    story.taken_back(agreement, TODAY + DAY)
    day = TODAY + 2 * DAY
    register.end_access(
        story.grant, by=story.sca, at=clock.at_local(day), ends_on=day, reason=EndReason.NO_LONGER_NEEDED
    )
    commit()
    asked = story.asked
    story.grant = register.give_access(
        story.account, story.carys, level=AccessLevel.EDITOR, login_mode=SHARED, starts_on=day + DAY, by=story.sca,
        at=clock.at_local(day + DAY, 9), approved_by=story.manager, advice="Go ahead",
    )  # fmt: skip
    commit()
    last = story.grant.acknowledge_by
    story.lapses()
    assert (story.grant.ends_on, story.grant.end_reason) == (last, EndReason.LAPSED)
    assert story.asked == asked
    assert "access_lapsed" not in told(story.carys)


def test_another_agreement_that_counts_lets_them_go_on(story: Story) -> None:
    """Nothing waits and nobody is told where what was taken back was not what let them in alone."""
    agreement, by = story.attested(), story.grant.acknowledge_by
    later = published(story.hr, is_material=False)
    acknowledge(story.carys, later, at=clock.at_local(THEN, 9))
    commit()
    story.taken_back(agreement)
    assert story.grant.acknowledge_by == by
    assert not any(one.startswith("access_waits") for one in told(story.carys))
    assert story.way_on(BACK + DAY) is Way.ACCESS


def test_access_of_others_and_what_is_over_does_not_wait(story: Story) -> None:
    other = story.given_to(story.fellow, SHARED)
    by = other.acknowledge_by
    agreement = story.attested()
    register.end_access(
        story.grant, by=story.sca, at=clock.at_local(THEN), ends_on=THEN, reason=EndReason.NO_LONGER_NEEDED
    )
    own = story.grant.acknowledge_by
    story.taken_back(agreement)
    assert (other.acknowledge_by, story.grant.acknowledge_by) == (by, own)
    assert story.way_on(THEN) is Way.ACCESS
    assert end_lapsed_access(clock.at_local(BACK + 90 * DAY, 3)) == 1, "only hers who never agreed"
    assert (story.grant.ends_on, story.grant.end_reason) == (THEN, EndReason.NO_LONGER_NEEDED)
