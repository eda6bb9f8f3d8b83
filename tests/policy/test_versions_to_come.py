"""Versions that are published and not in force yet: what follows them, who is asked, and how one is withdrawn."""

import itertools
from collections.abc import Callable
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from app.core import clock
from app.core.audit import AuditEvent
from app.core.db import commit, db
from app.core.errors import AlreadyDone, InvalidInput, NotAllowed
from app.people.models import Person, Role
from app.policy.explaining import review_worked_out
from app.policy.models import (
    GUARDIANS,
    DraftStatus,
    PolicyAsk,
    PolicyVersion,
    ReviewBasis,
    RevisionCause,
)
from app.policy.operations import (
    acknowledge,
    ask_to_acknowledge,
    begin_draft,
    change_paragraph,
    publish_draft,
    record_approval,
    record_reason,
    record_review,
    send_for_approval,
    withdraw_version,
)
from app.policy.queries import (
    current_version,
    is_covered,
    open_draft,
    paragraphs_by_number,
    reasons_of,
    version_in_force,
    versions_of,
)
from tests.conftest import NOW
from tests.factories import Factory
from tests.pages import PageClient, counted_queries
from tests.policy.factories import DAY, SLUG, TODAY, again, drafted, published, the_document

VERSIONS, KEEPING = f"/policy/{SLUG}/versions", f"/policy/{SLUG}/keeping"
WHY = "The unions asked for more time."


def reworded(by: Person, number: str, words: str, **changed: object) -> PolicyVersion:
    """A version in which one paragraph reads otherwise."""
    draft = drafted(by, **changed)
    paragraph = next(one for one in draft.paragraphs if one.number == number)
    change_paragraph(paragraph, heading=paragraph.heading, summary=words, by=by, at=NOW)
    send_for_approval(draft, by=by, at=NOW)
    record_approval(draft, "LJC", TODAY, by=by, at=NOW)
    made = publish_draft(draft, answers=(), by=by, at=NOW)
    commit()
    return made


def two_to_come(guardian: Person) -> tuple[PolicyVersion, PolicyVersion]:
    """One that changes a rule in ten days, and one that changes words in twenty."""
    first = reworded(guardian, "4.1", "Ten days on.", label="Version 8", effective_on=TODAY + 10 * DAY)
    second = reworded(
        guardian, "6.2(3)", "Twenty days on.", label="Version 9", effective_on=TODAY + 20 * DAY, is_material=False
    )
    db.session.expire_all()
    return first, second


def withdrawn(version: PolicyVersion, by: Person) -> None:
    """That version, which will not hold."""
    withdraw_version(version, why=WHY, by=by, at=NOW)
    commit()
    db.session.expire_all()


def test_the_next_draft_begins_from_the_version_to_come_and_is_compared_with_it(
    make: Factory, client_of: Callable[..., PageClient]
) -> None:
    guardian = make.person("Guardian", Role.HR_MANAGER)
    first, second = two_to_come(guardian)
    assert paragraphs_by_number(second, ["4.1"])[0].summary == "Ten days on."
    assert second.material_since == first.effective_on
    assert [(one.label, one.effective_on, one.superseded_on) for one in versions_of(SLUG)] == [
        ("Version 9", TODAY + 20 * DAY, None), ("Version 8", TODAY + 10 * DAY, TODAY + 20 * DAY),
        ("Version 2", date(2017, 1, 1), TODAY + 10 * DAY),
    ]  # fmt: skip
    browser, draft = client_of(guardian), drafted(guardian, label="Version 10", effective_on=TODAY + 30 * DAY)
    place = f"/policy/drafts/{draft.id}"
    with counted_queries() as queries:
        page = browser.get(place)
    assert len(queries) <= 8, "\n".join(queries)
    assert "No paragraph differs from Version 9, which holds from 23 March 2027" in page.text
    change_paragraph(
        next(one for one in draft.paragraphs if one.number == "4.1"), heading="Who", summary="Back.", by=guardian, at=NOW
    )
    commit()
    assert "4.1 Who: changed" in browser.get(place).text
    assert "It must hold from after 23 March 2027, when Version 9 begins" in browser.get(f"{place}/details").text
    send_for_approval(draft, by=guardian, at=NOW)
    commit()
    assert "Paragraphs that differ from Version 9 1" in browser.get(f"{place}/publish").text


def test_a_published_draft_is_compared_with_what_it_followed(
    make: Factory, client_of: Callable[..., PageClient]
) -> None:
    """Also once others have followed it."""
    guardian = make.person("Guardian", Role.HR_MANAGER)
    draft = drafted(guardian, label="Version 8", effective_on=TODAY + 10 * DAY)
    change_paragraph(
        next(one for one in draft.paragraphs if one.number == "4.1"), heading="Who", summary="All.", by=guardian, at=NOW
    )
    send_for_approval(draft, by=guardian, at=NOW)
    record_approval(draft, "LJC", TODAY, by=guardian, at=NOW)
    publish_draft(draft, answers=(), by=guardian, at=NOW)
    commit()
    published(guardian, label="Version 9", effective_on=TODAY + 20 * DAY)
    assert "4.1 Who: changed" in client_of(guardian).get(f"/policy/drafts/{draft.id}").text


def test_who_is_asked_when_two_versions_come(make: Factory) -> None:
    """Once for the rule that changed, whichever of the two is in force when they agree."""
    guardian, slow = make.person("Guardian", Role.HR_MANAGER), make.person("Slow")
    for person in (guardian, slow):
        acknowledge(person, current_version(TODAY), at=NOW)
    commit()
    first, second = two_to_come(guardian)
    asked: list[tuple[str, int]] = []
    for number in (0, 9, 10, 19, 20, 25):
        at = NOW + number * DAY
        with clock.set_to(at):
            asked.append((current_version(at.date()).label, ask_to_acknowledge(at)))
            commit()
            if number == 10:
                acknowledge(guardian, current_version(at.date()), at=at)
                commit()
            if number >= 20:
                version = current_version(at.date())
                assert version == second
                assert (is_covered(guardian.id, version), is_covered(slow.id, version)) == (True, False)
    assert asked == [
        ("Version 2", 0), ("Version 2", 0), ("Version 8", 2), ("Version 8", 0), ("Version 9", 0), ("Version 9", 0)
    ]  # fmt: skip
    asks = db.session.execute(sa.select(PolicyAsk.version_id)).scalars().all()
    assert set(asks) == {first.id}


def test_nobody_is_asked_for_a_version_that_was_withdrawn(make: Factory) -> None:
    """What follows in its place is measured against the version before it."""
    guardian = make.person("Guardian", Role.HR_MANAGER)
    acknowledge(guardian, current_version(TODAY), at=NOW)
    commit()
    first = reworded(guardian, "4.1", "Ten days on.", label="Version 8", effective_on=TODAY + 10 * DAY)
    withdrawn(first, guardian)
    words = published(guardian, label="Version 9", effective_on=TODAY + 10 * DAY, is_material=False)
    old = version_in_force(TODAY)
    assert old is not None
    assert words.material_since == old.effective_on
    assert paragraphs_by_number(words, ["4.1"])[0].summary == paragraphs_by_number(old, ["4.1"])[0].summary
    for number in (10, 11):
        at = NOW + number * DAY
        with clock.set_to(at):
            assert current_version(at.date()) == words
            assert ask_to_acknowledge(at) == 0


def test_a_withdrawn_version_never_holds_and_the_one_before_goes_on(make: Factory) -> None:
    guardian = make.person("Guardian", Role.HR_MANAGER)
    old = current_version(TODAY)
    first, second = two_to_come(guardian)
    with pytest.raises(AlreadyDone, match="Version 9 follows it"):
        withdraw_version(first, why=WHY, by=guardian, at=NOW)
    withdrawn(second, guardian)
    assert (second.withdrawn_why, second.withdrawn_by, first.superseded_on) == (WHY, guardian, None)
    assert second.last_day is None
    withdrawn(first, guardian)
    assert old.superseded_on is None
    days = [TODAY + number * DAY for number in (0, 9, 10, 20, 40)]
    assert {version_in_force(day) for day in days} == {old}
    assert not any(one.in_force_on(day) for one in (first, second) for day in days)
    kinds = db.session.execute(
        sa.select(AuditEvent.act).where(AuditEvent.subject_id.in_([first.id, second.id])).order_by(AuditEvent.number)
    ).scalars()  # fmt: skip
    assert list(kinds)[-2:] == ["policy-version:withdrawn"] * 2


def test_what_cannot_be_withdrawn(make: Factory) -> None:
    """What began to hold, without a why, by a stranger, and twice."""
    guardian = make.person("Guardian", Role.HR_MANAGER)
    first = published(guardian, label="Version 8", effective_on=TODAY + DAY)
    with pytest.raises(NotAllowed):
        withdraw_version(first, why=WHY, by=make.person("Other", Role.SCA), at=NOW)
    with pytest.raises(InvalidInput, match="Enter why"):
        withdraw_version(first, why="", by=guardian, at=NOW)
    with pytest.raises(AlreadyDone, match="holds since 4 March 2027"):
        withdraw_version(first, why=WHY, by=guardian, at=NOW + DAY)
    withdrawn(first, guardian)
    with pytest.raises(AlreadyDone) as late:
        withdraw_version(first, why=WHY, by=guardian, at=NOW)
    assert late.value.who == "Guardian"


@pytest.mark.parametrize(
    ("role", "to_come", "followed", "gone"), list(itertools.product((None, *Role), *[(False, True)] * 3))
)
def test_who_may_withdraw_a_version(make: Factory, role: Role | None, to_come: bool, followed: bool, gone: bool) -> None:
    """The truth table of its predicate."""
    person = make.person("Reader", *([role] if role else []))
    effective = TODAY + DAY if to_come else TODAY
    version = PolicyVersion(
        slug=SLUG, title="Policy", label="Version 8", guardian="HR", effective_on=effective,
        superseded_on=effective + DAY if followed else effective if gone else None, withdrawn_at=NOW if gone else None,
    )  # fmt: skip
    expected = role in GUARDIANS and to_come and not followed and not gone
    assert version.can_be_withdrawn_by(person, TODAY) is expected


def test_a_draft_of_what_was_withdrawn_is_written_on_and_asked_about_again(make: Factory) -> None:
    """It holds the text of what was withdrawn; so who approved it and whether it changes a rule is asked anew."""
    guardian = make.person("Guardian", Role.HR_MANAGER)
    first = reworded(guardian, "4.1", "Ten days on.", label="Version 8", effective_on=TODAY + 10 * DAY)
    draft = drafted(guardian, label="Version 9", effective_on=TODAY + 20 * DAY, is_material=False)
    send_for_approval(draft, by=guardian, at=NOW)
    record_approval(draft, "LJC", TODAY, by=guardian, at=NOW)
    commit()
    withdrawn(first, guardian)
    draft = again(draft)
    assert (draft.status, draft.is_material, draft.approvals) == (DraftStatus.DRAFT, None, [])
    with pytest.raises(InvalidInput, match="whether it changes a rule"):
        send_for_approval(draft, by=guardian, at=NOW)


def test_the_review_is_due_as_before_the_version_that_was_withdrawn(make: Factory) -> None:
    """As the version before states it; what the withdrawn one answered is open again, and brings it forward."""
    guardian, document = make.person("Guardian", Role.HR_MANAGER), the_document()
    withdrawn(published(guardian, label="Version 8", effective_on=TODAY + 10 * DAY), guardian)
    assert (document.next_review_on, document.review_basis) == (date(2020, 1, 31), ReviewBasis.STATED)
    record_review(document, words="Fine.", next_review_on=date(2029, 3, 1), by=guardian, at=NOW)
    reason = record_reason(
        document, cause=RevisionCause.LAW, words="An Act", changed_on=date(2028, 3, 1), by=guardian, at=NOW + DAY / 24
    )
    draft = drafted(guardian, label="Version 9", effective_on=TODAY + 10 * DAY)
    send_for_approval(draft, by=guardian, at=NOW)
    record_approval(draft, "LJC", TODAY, by=guardian, at=NOW)
    version = publish_draft(draft, answers=[reason], by=guardian, at=NOW + DAY)
    commit()
    assert document.next_review_on == date(2030, 3, 31)
    withdraw_version(version, why=WHY, by=guardian, at=NOW + 2 * DAY)
    commit()
    assert [(one.answered_on, one.version) for one in reasons_of(SLUG)] == [(None, None)]
    assert (document.next_review_on, document.review_basis) == (date(2028, 3, 1), ReviewBasis.REASON)
    reason.answered_on = TODAY
    draft = drafted(guardian, label="Version 10", effective_on=TODAY + 10 * DAY)
    send_for_approval(draft, by=guardian, at=NOW)
    record_approval(draft, "LJC", TODAY, by=guardian, at=NOW)
    version = publish_draft(draft, answers=(), by=guardian, at=NOW + DAY)
    withdraw_version(version, why=WHY, by=guardian, at=NOW + 2 * DAY)
    commit()
    assert (document.next_review_on, document.review_basis) == (date(2029, 3, 1), ReviewBasis.CHOSEN)
    assert f"looked at on {TODAY:%A} 3 March 2027" in review_worked_out(document).sentences[0]


def test_a_review_after_it_was_published_stays_when_it_is_withdrawn(make: Factory) -> None:
    guardian, document = make.person("Guardian", Role.HR_MANAGER), the_document()
    version = published(guardian, label="Version 8", effective_on=TODAY + 10 * DAY)
    record_review(document, words="Fine.", next_review_on=date(2028, 3, 1), by=guardian, at=NOW + DAY)
    withdraw_version(version, why=WHY, by=guardian, at=NOW + 2 * DAY)
    commit()
    assert (document.next_review_on, document.review_basis) == (date(2028, 3, 1), ReviewBasis.CHOSEN)


def test_versions_to_come_on_their_page_and_withdrawn_there(make: Factory, client_of: Callable[..., PageClient]) -> None:
    """What each changes against the one before it; only the last of them can be withdrawn; everybody reads why."""
    guardian, reader = make.person("Guardian", Role.HR_MANAGER), make.person("Reader")
    first, second = two_to_come(guardian)
    browser = client_of(guardian)
    with counted_queries() as queries:
        page = browser.get(VERSIONS)
    assert len(queries) <= 6, "\n".join(queries)
    headings = [one.get_text(" ", strip=True) for one in page.soup.select("main h2")]
    assert headings == ["Version 9 (to come)", "Version 8 (to come)", "Version 2 (in force)"]
    assert [one.get_text(" ", strip=True).split(":")[1] for one in page.soup.select("main details li")] == [" changed"] * 2
    assert "Which paragraphs changed (1)" in page.text
    assert "Version 9 (to come) In force from 23 March 2027 " in page.text
    links = [str(one["href"]) for one in page.soup.find_all("a", string=lambda text: "Withdraw" in (text or ""))]
    assert links == [f"{VERSIONS}/{second.id}/withdraw"]
    assert "Withdraw" not in client_of(reader).get(VERSIONS).text
    assert "Version 8 is published and holds from 13 March 2027" in browser.get(KEEPING).text
    browser.get(f"{VERSIONS}/{first.id}/withdraw", status=409)
    client_of(reader).get(links[0], status=403)
    assert browser.post(links[0], {"why": ""}, status=422).errors == ["Enter why it is withdrawn"]
    page = browser.follow(links[0], {"why": "The <b>unions</b> asked."})
    assert "You withdrew Version 9. It will not hold." in page.text
    browser.post(links[0], {"why": "Again"}, status=409)
    browser.get(f"{VERSIONS}/{Factory.id()}/withdraw", status=404)
    with clock.set_to(NOW + timedelta(days=25)):
        page = client_of(reader).get(VERSIONS)
        assert "Version 9 (withdrawn) In force never: withdrawn on 3 March 2027 by Guardian" in page.text
        assert "The <b>unions</b> asked." in page.text
        assert "Version 8 (in force) In force from 13 March 2027 " in page.text
        assert "4.1" in page.soup.select("main details li")[0].get_text()
        client_of(reader).get(f"{VERSIONS}/{second.id}", status=404)
        client_of(reader).get(f"{VERSIONS}/{second.id}/policy.pdf", status=404)


def test_what_is_to_come_is_read_before_its_day_and_says_from_when_it_counts(
    make: Factory, client_of: Callable[..., PageClient]
) -> None:
    """Once it is published, by everybody, on paper too; nobody can agree to it yet, and drafts stay closed."""
    guardian = make.person("Guardian", Role.HR_MANAGER)
    first, second = two_to_come(guardian)
    draft = drafted(guardian, label="Version 10", effective_on=TODAY + 30 * DAY)
    reader = client_of(make.person())
    assert reader.get(VERSIONS).soup.find("a", href=f"{VERSIONS}/{first.id}", string="Read Version 8")
    page = reader.get(f"{VERSIONS}/{first.id}")
    for words in ("Ten days on.", "It counts from 13 March 2027, and you can agree to it from that day on."):
        assert words in page.text
    assert page.soup.find("a", string="Agree to this version") is None
    assert "changes no rule" in reader.get(f"{VERSIONS}/{second.id}").text
    assert reader.get(f"{VERSIONS}/{first.id}/policy.pdf").response.mimetype == "application/pdf"
    assert "Ten days on." not in reader.get(f"/policy/{SLUG}").text
    reader.get(f"/policy/drafts/{draft.id}", status=403)
    reader.get(f"{VERSIONS}/{draft.id}", status=404)
    with clock.set_to(NOW + timedelta(days=10)):
        page = client_of(make.person()).get(f"{VERSIONS}/{first.id}")
        assert "You are reading the version in force from 13 March 2027" in page.text


def test_a_name_of_a_withdrawn_version_is_not_used_again(make: Factory) -> None:
    """What was said of one must not be read of the other."""
    guardian = make.person("Guardian", Role.HR_MANAGER)
    withdrawn(published(guardian, label="Version 8", effective_on=TODAY + 10 * DAY), guardian)
    with pytest.raises(InvalidInput, match="called Version 8 already"):
        published(guardian, label="Version 8", effective_on=TODAY + 10 * DAY)


def test_a_draft_needs_a_version_that_stands(make: Factory) -> None:
    """Where the only one there is does not hold yet, the next one begins from it all the same."""
    guardian = make.person("Guardian", Role.HR_MANAGER)
    version = current_version(TODAY)
    version.effective_on = version.material_since = TODAY + DAY
    version.next_review_on = None
    commit()
    assert begin_draft(the_document(), by=guardian, at=NOW).paragraphs
    commit()
    assert open_draft(SLUG) is not None
