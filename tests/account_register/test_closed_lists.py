"""Who may have access at all: the closed list of each channel, and training, as a pack says."""

from dataclasses import replace
from typing import Any

import pytest

from app.account_register import operations as acts
from app.account_register.models import AccessGrant, AccessLevel, LoginMode
from app.core.errors import InvalidInput
from app.people.models import Person
from app.policy.pack import AccessList, Setting, load_pack
from app.policy.queries import pack
from tests.account_register.asking import asked
from tests.account_register.conftest import Use
from tests.account_register.factories import make_account
from tests.conftest import NOW
from tests.factories import Factory

PARTNERSHIP = "rudheath-and-witton-together"
OFFICE, CHIEF, FOR_IT = "Office Manager", "Chief Executive", "Board Member for IT"


def give(make: Factory, sca: Person, platform: str, post: str | None, **values: Any) -> AccessGrant:
    """Access to a new account on this platform for somebody of this post."""
    return acts.give_access(
        make_account(make, platform=platform), make.person(post=post), level=AccessLevel.EDITOR,
        login_mode=LoginMode.INDIVIDUAL, starts_on=NOW.date(), by=sca, at=NOW, **values,
    )  # fmt: skip


def test_the_partnership_names_three_posts_and_lets_others_in_once_they_know_the_policy(
    make: Factory, sca: Person, use: Use
) -> None:
    """Its lists are not closed; whoever gets access has to agree to the policy first."""
    partnership = load_pack(PARTNERSHIP)
    assert [entry.platforms for entry in partnership.access_lists] == [
        ("Facebook",), ("Instagram", "X"), ("YouTube",), ("LinkedIn",),
    ]  # fmt: skip
    assert not any(entry.closed for entry in partnership.access_lists)
    use(partnership)
    for platform in ("Facebook", "X", "YouTube", "LinkedIn"):
        assert give(make, sca, platform, "Volunteer").required_version_id is not None


def test_the_council_has_no_list(make: Factory, sca: Person) -> None:
    assert pack().access_lists == ()
    assert give(make, sca, "Facebook", None).ends_on is None


@pytest.mark.parametrize(
    ("platform", "post", "refusal"),
    [
        ("Website tools", OFFICE, ""),
        ("Website tools", FOR_IT, ""),
        ("Website tools", "Chair", "Only the Office Manager, the Chief Executive and the Board Member for IT"),
        ("Facebook", OFFICE, ""),
        ("Facebook", "office  manager", ""),
        ("X", CHIEF, ""),
        ("Facebook", FOR_IT, "Only the Office Manager and the Chief Executive may have access to Facebook"),
        ("X", None, "Only the Office Manager and the Chief Executive may have access to X"),
        ("Instagram", "Clerk", ""),
        ("Other: PeerTube", "Clerk", ""),
    ],
)
def test_lists_differ_by_channel(
    make: Factory, sca: Person, use: Use, platform: str, post: str | None, refusal: str
) -> None:
    """Three posts for the website's tools, two for social media; what is on no list is open. The paragraph is named."""
    lists = (
        AccessList(("Website tools",), (OFFICE, CHIEF, FOR_IT), True, ("6.1(1)",)),
        AccessList(("Facebook", "X"), (OFFICE, CHIEF), True, ("6.1(3)",)),
    )
    use(replace(pack(), access_lists=lists))
    if not refusal:
        give(make, sca, platform, post)
        return
    with pytest.raises(InvalidInput, match=refusal) as refused:
        give(make, sca, platform, post)
    assert refused.value.field == "person"
    assert "(paragraph 6.1" in refused.value.sentence


def test_where_two_lists_name_a_channel_the_narrower_rules(make: Factory, sca: Person, use: Use) -> None:
    lists = (
        AccessList(("Facebook",), (OFFICE, CHIEF, FOR_IT), True, ("6.1(1)",)),
        AccessList(("Facebook",), (OFFICE,), True, ("6.1(3)",)),
    )
    use(replace(pack(), access_lists=lists))
    give(make, sca, "Facebook", OFFICE)
    with pytest.raises(InvalidInput, match=r"Only the Office Manager may have access to Facebook \(paragraph 6\.1\(3\)\)"):
        give(make, sca, "Facebook", CHIEF)


def test_a_closed_list_is_asked_before_anybody_decides(make: Factory, sca: Person, use: Use) -> None:
    """Whoever could never have access cannot ask for it."""
    use(replace(pack(), access_lists=(AccessList(("Facebook",), (OFFICE,), True, ("6.1(3)",)),)))
    with pytest.raises(InvalidInput, match="Only the Office Manager"):
        asked(make_account(make), make.person(post="Clerk", manager=sca))


def test_training_is_asked_for_where_the_pack_says_so(make: Factory, sca: Person, use: Use) -> None:
    trained = Setting(value=True, sources=("6.3(6)",), note="")
    use(replace(pack(), switches={**pack().switches, "training_before_access": trained}))
    with pytest.raises(InvalidInput, match=r"Enter the day of their training \(paragraph 6\.3\(6\)\)") as refused:
        give(make, sca, "Facebook", None)
    assert refused.value.field == "trained_on"
    assert give(make, sca, "Facebook", None, trained_on=NOW.date()).trained_on == NOW.date()
