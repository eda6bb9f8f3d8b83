"""What a case report says of whether somebody had agreed to the policy: to which version, on which day, and how."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from app.core import clock
from app.core.db import commit, db
from app.hr_cases.documents import case_report
from app.hr_cases.documents.gathering import acknowledged_words
from app.hr_cases.models import Case, CaseStatus
from app.people.models import Person, Role
from app.policy.models import Acknowledgement, AgreedBy, PolicyVersion
from app.policy.operations import acknowledge, attest
from app.policy.queries import agreements_that_count, current_version
from tests.conftest import NOW
from tests.factories import Factory
from tests.hr_cases.factories import case_at
from tests.policy.factories import DAY, TODAY, published

HAPPENED = [date(2027, 3, 2), date(2027, 3, 4)]
Given = tuple[int, int | None]
"""On which day of March it was recorded and, where it was attested, on which it was agreed."""


def agreed(label: str, recorded: int, on: int | None) -> Acknowledgement:
    return Acknowledgement(
        version=PolicyVersion(label=label), at=clock.at_local(date(2027, 3, recorded), 12),
        method=AgreedBy.BRIEFING if on else AgreedBy.ONLINE, agreed_on=date(2027, 3, on) if on else None,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ([], "Not on record when it happened"),
        ([(1, None)], "Version 3 on 1 March 2027"),
        ([(2, None)], "Version 3 on 2 March 2027"),
        ([(3, None)], "Not when some of it happened; Version 3 on 3 March 2027"),
        ([(5, None)], "Not when it happened; Version 3 on 5 March 2027"),
        ([(20, None)], "Not on record when it happened"),
        # A briefing counts from its own day, and the report says when that was recorded.
        ([(9, 1)], "Version 3 on 1 March 2027, at a briefing, recorded on 9 March 2027"),
        ([(9, 5)], "Not when it happened; Version 3 on 5 March 2027, at a briefing, recorded on 9 March 2027"),
        ([(20, 1)], "Not on record when it happened"),
        # Of several that count, the first.
        ([(5, None), (9, 1)], "Version 4 on 1 March 2027, at a briefing, recorded on 9 March 2027"),
        ([(1, None), (5, None)], "Version 3 on 1 March 2027"),
    ],
)
def test_agreeing_to_the_policy_is_judged_by_when_it_happened(given: list[Given], said: str) -> None:
    """Whoever agreed to the policy afterwards had not when it happened, and a report that was sent never changes by it."""
    rows = [agreed(f"Version {number}", *one) for number, one in enumerate(given, start=3)]
    assert acknowledged_words(rows, HAPPENED, until=clock.at_local(date(2027, 3, 19), 17)) == said


def test_nothing_is_said_where_nothing_is_alleged() -> None:
    assert acknowledged_words([], [], until=NOW) == ""


Act = Callable[[Person, Person, PolicyVersion], Any]
ACTS: dict[str, tuple[Act, bool, list[str]]] = {
    "agreed before": (lambda who, _by, before: acknowledge(who, before, at=NOW), False, ["Version 2"]),
    "agreed before a rule changed": (lambda who, _by, before: acknowledge(who, before, at=NOW), True, []),
    "at a briefing": (
        lambda who, by, before: attest([who], before, method=AgreedBy.BRIEFING, agreed_on=TODAY - DAY, by=by, at=NOW),
        False, ["Version 2"],
    ),
    "never": (lambda _who, _by, _before: None, False, []),
}  # fmt: skip


@pytest.mark.parametrize("what", list(ACTS))
def test_what_counts_for_a_later_version(make: Factory, what: str) -> None:
    act, is_material, labels = ACTS[what]
    guardian, other = make.person("Guardian", Role.HR_MANAGER), make.person("Other")
    person = make.person("Person")
    act(person, guardian, current_version(TODAY))
    acknowledge(other, current_version(TODAY), at=NOW)
    commit()
    after = published(guardian, is_material=is_material)
    assert [one.version.label for one in agreements_that_count(person.id, after)] == labels


def test_the_report_counts_an_agreement_since_which_no_rule_has_changed(make: Factory) -> None:
    """Whoever is not asked again has agreed, also in the report of their case; it says to what, and when."""
    world = case_at(make, CaseStatus.ACCEPTED)
    subject, guardian = world.case.subject, make.person("Guardian", Role.HR_MANAGER)
    happened = min(one.happened_on for one in world.case.allegations)
    before = current_version(TODAY)
    make.keep(
        Acknowledgement(person_id=subject.id, version_id=before.id, at=clock.at_local(happened - timedelta(days=2), 12))
    )
    after = published(guardian, is_material=False)
    db.session.get_one(Case, world.case.id).policy_version_id = after.id
    commit()
    db.session.expire_all()
    said = case_report(world.case, at=NOW + DAY, reader=world.owner)
    day = happened - timedelta(days=2)
    assert said.person.acknowledged == f"{before.label} on {day.day} {day:%B %Y}"
