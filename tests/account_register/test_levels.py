"""Letting a holder do less, at once; and more, once it is approved."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.account_register import operations as acts
from app.account_register.models import (
    AccessGrant,
    AccessLevel,
    AccessLevelChange,
    AccessRequest,
    AccessRequestStatus,
    Account,
    EndReason,
    LoginMode,
)
from app.account_register.operations.planning import plan_register_import
from app.core import clock
from app.core.db import begin_writing, commit, db
from app.core.errors import AlreadyDone, InvalidInput, NotAllowed
from app.credential_rotation.models import CredentialRotation
from app.people.models import Person, Role
from app.policy.pack import Setting
from app.policy.queries import pack
from tests.account_register.conftest import Use
from tests.account_register.factories import agreed, make_account, make_grant
from tests.account_register.test_operations import events
from tests.conftest import NOW
from tests.factories import Factory
from tests.pages import PageClient
from tests.policy.factories import published

PLACE, TODAY, DAY = "/account-register/", NOW.date(), timedelta(days=1)
ADMIN, EDITOR, RESPONDER, VIEWER = AccessLevel.ADMIN, AccessLevel.EDITOR, AccessLevel.RESPONDER, AccessLevel.VIEWER
Browser = Callable[..., PageClient]


class There:
    """An editor by a shared login, their manager, the account's owner, two keepers and somebody else."""

    def __init__(self, make: Factory) -> None:
        self.manager, self.owner, self.other = make.person("Mana"), make.person("Olu"), make.person("Oth")
        self.holder = make.person("Hol", manager=self.manager)
        self.sca, self.deputy = make.person("Sca", Role.SCA), make.person("Dep", Role.DEPUTY_SCA)
        self.account = make_account(make, self.owner, name="Parks")
        self.grant = make_grant(make, self.account, self.holder, login_mode=LoginMode.SHARED)
        agreed(make, self.holder)

    def more(self, by: Person, level: AccessLevel = ADMIN, advice: str = "") -> AccessRequest:
        """A request that the holder may do more."""
        begin_writing()
        made = acts.ask_for_more(self.grant, level, by=by, at=NOW, reason="To add people.", advice=advice)
        commit()
        return made


@pytest.fixture
def there(make: Factory) -> There:
    """The people and the access."""
    return There(make)


def changes_of(grant: AccessGrant) -> list[tuple[AccessLevel, AccessLevel]]:
    """What was written down of its level."""
    it = AccessLevelChange
    found = db.session.execute(sa.select(it.old, it.new).where(it.grant_id == grant.id).order_by(it.changed_at))
    return [tuple(row) for row in found]  # type: ignore[misc]


def no_password_changes() -> bool:
    """Whether nobody is asked to change one."""
    return db.session.execute(sa.select(CredentialRotation.id)).first() is None


def test_who_may_lower_and_who_may_ask(there: There) -> None:
    """Keepers and the owner lower; the holder and their manager may only ask for more."""
    lowers = {"sca": True, "deputy": True, "owner": True, "holder": False, "manager": False, "other": False}
    changes = {**lowers, "holder": True, "manager": True}
    assert {name: there.grant.level_can_be_lowered_by(getattr(there, name)) for name in lowers} == lowers
    assert {name: there.grant.level_can_be_changed_by(getattr(there, name)) for name in changes} == changes


@pytest.mark.parametrize(
    ("one", "other", "more"),
    [(one, other, first < second) for second, one in enumerate((VIEWER, RESPONDER, EDITOR, ADMIN))
     for first, other in enumerate((VIEWER, RESPONDER, EDITOR, ADMIN))],
)  # fmt: skip
def test_what_is_more_than_what(one: AccessLevel, other: AccessLevel, more: bool) -> None:
    """A viewer may do least, an administrator most."""
    assert one.is_more_than(other) is more


def test_less_is_true_at_once(there: There) -> None:
    """It is written down, and no password changes; twice is once, and more is refused."""
    acts.lower_level(there.grant, VIEWER, by=there.sca, at=NOW)
    commit()
    assert (there.grant.level, changes_of(there.grant)) == (VIEWER, [(EDITOR, VIEWER)])
    assert no_password_changes()
    assert "access:level-changed" in events(there.account)
    with pytest.raises(AlreadyDone, match="has access as viewer already"):
        acts.lower_level(there.grant, VIEWER, by=there.sca, at=NOW)
    with pytest.raises(InvalidInput, match="somebody approves"):
        acts.lower_level(there.grant, ADMIN, by=there.sca, at=NOW)
    for by in (there.holder, there.manager, there.other):
        with pytest.raises(NotAllowed):
            acts.lower_level(there.grant, VIEWER, by=by, at=NOW)
    assert changes_of(there.grant) == [(EDITOR, VIEWER)]


def test_more_is_approved_as_access_is(there: There) -> None:
    """Advised on by a keeper, approved by their own manager; the same access goes on."""
    asked = there.more(there.owner)
    assert (asked.old_level, asked.grant, there.grant.level) == (EDITOR, there.grant, EDITOR)
    with pytest.raises(NotAllowed):
        acts.approve_access(asked, by=there.owner, at=NOW)
    with pytest.raises(InvalidInput, match="has advised"):
        acts.approve_access(asked, by=there.manager, at=NOW)
    acts.advise_on_access(asked, by=there.sca, at=NOW, advice="Yes")
    assert acts.approve_access(asked, by=there.manager, at=NOW) is there.grant
    commit()
    assert (there.grant.level, changes_of(there.grant)) == (ADMIN, [(EDITOR, ADMIN)])
    assert asked.status is AccessRequestStatus.APPROVED
    assert there.grant.ends_on is None
    assert no_password_changes()
    with pytest.raises(AlreadyDone):
        acts.approve_access(asked, by=there.manager, at=NOW)
    assert changes_of(there.grant) == [(EDITOR, ADMIN)]


def test_what_cannot_be_asked_for(there: There, make: Factory) -> None:
    """What they may do already, by somebody else, twice, without a reason, on an account that closes."""
    for level in (VIEWER, EDITOR):
        with pytest.raises(AlreadyDone):
            acts.ask_for_more(there.grant, level, by=there.sca, at=NOW, reason="Because")
    with pytest.raises(InvalidInput):
        acts.ask_for_more(there.grant, ADMIN, by=there.other, at=NOW, reason="Because")
    with pytest.raises(InvalidInput, match="Enter why they need it"):
        acts.ask_for_more(there.grant, ADMIN, by=there.sca, at=NOW, reason="")
    there.more(there.holder)
    with pytest.raises(AlreadyDone, match="asked for already"):
        acts.ask_for_more(there.grant, ADMIN, by=there.sca, at=NOW, reason="Because")


def test_access_that_ended_can_not_be_widened(there: There) -> None:
    """What was asked for ends by itself, and stands in nobody's way."""
    asked = there.more(there.owner)
    acts.end_access(there.grant, by=there.sca, at=NOW, ends_on=TODAY, reason=EndReason.NO_LONGER_NEEDED)
    commit()
    assert asked.is_open
    assert asked.ended_by_itself(TODAY + DAY) == "The access of Hol has ended"
    with pytest.raises(AlreadyDone, match="has ended"):
        acts.lower_level(there.grant, VIEWER, by=there.sca, at=NOW + DAY)


def test_who_has_not_agreed_to_the_policy_is_let_do_no_more(there: There, make: Factory, client_of: Browser) -> None:
    """Found in use, they never had to: it is neither asked for nor approved before, with the paragraph; less needs none."""
    asked = there.more(there.owner)
    acts.advise_on_access(asked, by=there.sca, at=NOW, advice="Yes")
    commit()
    published(make.person("Gus Guardian", Role.HR_MANAGER))
    says = r"^Hol can be let do more once they have read the policy in force and agreed to it \(local setting\)\. Ask them"
    with pytest.raises(InvalidInput, match=says), clock.set_to(NOW + DAY):
        acts.approve_access(asked, by=there.manager, at=NOW + DAY)
    db.session.rollback()
    with clock.set_to(NOW + DAY):
        deciding = f"{PLACE}access-requests/{asked.id}"
        assert "Hol can be let do more once" in client_of(there.manager).get(deciding).text
        page = client_of(there.manager).post(f"{deciding}/decide", {"decision": "approve"}, status=422)
        assert "Hol can be let do more once" in page.errors[0]
        agreed(make, there.holder, NOW + DAY)
        assert "Hol can be let do more once" not in client_of(there.manager).get(deciding).text
        client_of(there.manager).follow(f"{deciding}/decide", {"decision": "approve"})
    assert changes_of(there.grant) == [(EDITOR, ADMIN)]


def test_a_keeper_who_approves_asks_for_the_agreement_too(there: There, make: Factory, client_of: Browser) -> None:
    """A keeper who raises it at once is refused the same, and told before; what is lowered is lowered."""
    alone = make_grant(make, there.account, make.person("Alo", manager=there.sca))
    place = f"{PLACE}access/{alone.id}/change-level"
    keeper = client_of(there.sca)
    assert "Alo can be let do more once they have read the policy" in keeper.get(place).text
    page = keeper.post(place, {"level": "admin", "reason": "To add people"}, status=422)
    assert "Alo can be let do more once they have read the policy" in page.errors[0]
    keeper.follow(place, {"level": "viewer"})
    assert changes_of(alone) == [(EDITOR, VIEWER)]


def test_whoever_approves_reads_what_they_may_do_now(there: There, client_of: Browser) -> None:
    """Lowered since it was asked for; an approval from the page of before is refused, and sent again it counts."""
    asked = there.more(there.owner)
    manager, place = client_of(there.manager), f"{PLACE}access-requests/{asked.id}"
    seen = {"decision": "approve", "seen": manager.get(place).field("seen")}
    acts.advise_on_access(asked, by=there.sca, at=NOW, advice="Yes")
    commit()
    page = manager.post(f"{place}/decide", seen, status=409)
    assert "Sca advised on this, after you opened this page" in page.errors[0]
    seen = {"decision": "approve", "seen": page.field("seen")}
    acts.lower_level(there.grant, VIEWER, by=there.sca, at=NOW)
    commit()
    page = manager.post(f"{place}/decide", seen, status=409)
    assert "Somebody changed the access of Hol to viewer on 3 March 2027" in page.errors[0]
    assert "Admin (when it was asked for: editor; now: viewer)" in page.text
    assert changes_of(there.grant) == [(EDITOR, VIEWER)]
    done = manager.follow(f"{place}/decide", {"decision": "approve", "seen": page.field("seen")})
    assert "Admin (when it was asked for: editor)" in done.text
    assert changes_of(there.grant) == [(EDITOR, VIEWER), (VIEWER, ADMIN)]


def test_training_is_asked_for_before_more(there: There, client_of: Browser, use: Use) -> None:
    """Where the pack asks for it: at the field for it, and kept with the access."""
    trained = Setting(value=True, sources=("6.3(6)",), note="")
    use(replace(pack(), switches={**pack().switches, "training_before_access": trained}))
    place, keeper = f"{PLACE}access/{there.grant.id}/change-level", client_of(there.sca)
    more = {"level": "admin", "reason": "To add people", "advice": "Yes"}
    page = keeper.post(place, more, status=422)
    assert page.errors == ["Enter the day of their training (paragraph 6.3(6))"]
    keeper.follow(place, {**more, "trained_on": ["1", "3", "2027"]})
    asked = db.session.execute(sa.select(AccessRequest)).scalar_one()
    client_of(there.manager).follow(f"{PLACE}access-requests/{asked.id}/decide", {"decision": "approve"})
    db.session.expire_all()
    assert there.grant.trained_on == TODAY - 2 * DAY
    assert "trained_on" not in keeper.get(place).text


def test_the_pages_of_a_level(client_of: Browser, there: There) -> None:
    """Each finds what is theirs; the refusals of giving and asking lead there."""
    account, keeper = f"{PLACE}{there.account.id}", client_of(there.sca)
    place = f"{PLACE}access/{there.grant.id}/change-level"
    assert "Change what they may do" in keeper.get(account).text
    given = {
        "person": there.holder.email, "level": "admin", "login_mode": "individual", "starts_on": ["3", "3", "2027"],
    }  # fmt: skip
    refused = keeper.post(f"{account}/give-access", given, status=409)
    assert "To change what they may do, or correct how they sign in, open the account" in refused.text
    assert len(client_of(there.holder).get(place).soup.select("input[name=level]")) == 1
    client_of(there.other).get(place, status=404)
    page = keeper.post(place, {"level": "admin"}, status=422)
    assert page.errors == ["Enter why they need it"]
    page = keeper.follow(place, {"level": "viewer"})
    assert "Hol has access to Parks as viewer now" in page.text
    keeper.post(place, {"level": "viewer"}, status=409)
    page = keeper.follow(place, {"level": "admin", "reason": "To add people", "advice": "Yes"})
    assert page.heading == "More access for Hol"
    assert "Admin (when it was asked for: viewer)" in page.text
    asked = db.session.execute(sa.select(AccessRequest)).scalar_one()
    client_of(there.manager).follow(f"{PLACE}access-requests/{asked.id}/decide", {"decision": "approve"})
    assert changes_of(there.grant)[-1] == (VIEWER, ADMIN)


def test_a_file_does_not_raise_a_level(there: There) -> None:
    """What it refuses says where to do it."""
    head = "platform,handle,url,name,service,owner_email,purpose,status,holders\n"
    account: Account = there.account
    line = f"Facebook,{account.handle},,Parks,,,,live,{there.holder.email}:admin\n"
    [problem] = plan_register_import((head + line).encode(), day=TODAY).problems
    assert "Change what they may do" in problem.sentence
