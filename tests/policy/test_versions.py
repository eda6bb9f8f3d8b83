"""Policy documents: drafts, approvals, publishing, reviews, reasons to revise, and schools."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from app.core import clock
from app.core.audit import AuditEvent
from app.core.db import commit, db
from app.core.errors import AlreadyDone, InvalidInput, NotAllowed
from app.core.registries import Registries
from app.people.models import PersonKind, Role
from app.policy.explaining import review_worked_out
from app.policy.models import (
    GUARDIANS,
    SEES_KEEPING,
    DraftStatus,
    PolicyDraft,
    PolicyReview,
    Precision,
    ReviewBasis,
    RevisionCause,
    SchoolAdoption,
    day_in_words,
    due_day,
)
from app.policy.models.drafts import DRAFT_TRANSITIONS
from app.policy.operations import (
    add_paragraph,
    begin_draft,
    change_paragraph,
    describe_draft,
    move_paragraph,
    publish_draft,
    record_adoption,
    record_approval,
    record_reason,
    record_review,
    remove_paragraph,
    send_for_approval,
    take_back,
    withdraw_draft,
)
from app.policy.queries import (
    adoptions,
    current_version,
    pack,
    paragraphs_by_number,
    reasons_of,
    to_ask,
    version_in_force,
    versions_of,
)
from tests.conftest import NOW
from tests.duties.factories import morning
from tests.factories import Factory
from tests.pages import PageClient, counted_queries
from tests.policy.factories import DAY, SLUG, TODAY, again, details, drafted, published, the_document

KEEPING = f"/policy/{SLUG}/keeping"


def test_what_is_due_in_a_month_is_due_on_its_last_day() -> None:
    assert due_day(date(2028, 2, 1), Precision.MONTH) == date(2028, 2, 29)
    assert due_day(date(2028, 2, 1), Precision.DAY) == date(2028, 2, 1)
    assert day_in_words(date(2020, 1, 31), Precision.MONTH) == "January 2020"
    assert day_in_words(date(2020, 1, 31), Precision.DAY) == "31 January 2020"
    assert day_in_words(None, None) == "not recorded"


def test_the_packs_policy_comes_with_all_that_its_front_page_says(app: Flask) -> None:
    """Approvals with a day that is not recorded, other documents, and a review to the month."""
    version = versions_of(SLUG)[0]
    assert [(one.body, one.words) for one in version.approvals] == [
        ("Resources DMT", "June 2017"), ("LJC", "January 2017"), ("EAC", "not recorded")
    ]  # fmt: skip
    assert "Employee Code of Conduct (also: " in version.links[0]
    assert (version.produced_words, version.next_review_words) == ("January 2017", "January 2020")
    assert version.is_material
    assert len(version.text_hash) == 64


@pytest.mark.parametrize("role", list(Role))
def test_who_keeps_the_policy(make: Factory, role: Role) -> None:
    """The truth table of every predicate of the document and of a draft, for each role."""
    guardian = make.person("Guardian", Role.HR_MANAGER)
    draft, person = drafted(guardian), make.person("Reader", role)
    keeps, sees = role in GUARDIANS, role in SEES_KEEPING
    assert draft.document.is_kept_by(person) is keeps
    assert draft.document.keeping_seen_by(person) is sees
    assert draft.is_kept_by(person) is keeps
    for status in DraftStatus:
        draft.status, draft.ended_at = status, NOW if status in ("published", "withdrawn") else None
        assert draft.can_be_written_by(person) is (keeps and status is DraftStatus.DRAFT)
        assert draft.can_be_published_by(person) is (keeps and status is DraftStatus.IN_APPROVAL)
        assert draft.can_be_withdrawn_by(person) is (keeps and status in (DraftStatus.DRAFT, DraftStatus.IN_APPROVAL))
    db.session.rollback()


def test_every_transition_of_a_draft_from_every_state(app: Flask) -> None:
    for old, new, allowed in DRAFT_TRANSITIONS.pairs():
        draft = PolicyDraft(status=old)
        if allowed:
            draft.move_to(new)
            assert draft.status is new
        else:
            with pytest.raises(AlreadyDone):
                draft.move_to(new)


def test_strangers_do_nothing_with_a_draft(make: Factory) -> None:
    guardian, other = make.person("Guardian", Role.HR_MANAGER), make.person("Other", Role.SCA)
    draft = drafted(guardian)
    acts: list[Callable[[], object]] = [
        lambda: begin_draft(the_document(), by=other, at=NOW),
        lambda: describe_draft(draft, details(), by=other, at=NOW),
        lambda: move_paragraph(draft.paragraphs[0], draft.paragraphs[1], up=False, by=other, at=NOW),
        lambda: change_paragraph(draft.paragraphs[0], heading="A", summary="B", by=other, at=NOW),
        lambda: add_paragraph(draft, draft.paragraphs[0], number="6.9", heading="A", summary="B", by=other, at=NOW),
        lambda: remove_paragraph(draft.paragraphs[0], by=other, at=NOW),
        lambda: send_for_approval(draft, by=other, at=NOW),
        lambda: take_back(draft, by=other, at=NOW),
        lambda: record_approval(draft, "LJC", None, by=other, at=NOW),
        lambda: publish_draft(draft, answers=(), by=other, at=NOW),
        lambda: withdraw_draft(draft, by=other, at=NOW),
        lambda: record_reason(the_document(), cause=RevisionCause.LAW, words="x", changed_on=TODAY, by=other, at=NOW),
        lambda: record_review(the_document(), words="x", next_review_on=TODAY + DAY, by=other, at=NOW),
        lambda: record_adoption(the_document(), "A school", adopted=True, decided_on=TODAY, by=other, at=NOW),
    ]
    for act in acts:
        with pytest.raises(NotAllowed):
            act()


def test_one_draft_at_a_time(make: Factory) -> None:
    guardian = make.person("Ada Guardian", Role.HR_MANAGER)
    draft = drafted(guardian)
    with pytest.raises(AlreadyDone) as late:
        begin_draft(the_document(), by=guardian, at=NOW)
    assert late.value.who == "Ada Guardian"
    withdraw_draft(draft, by=guardian, at=NOW)
    commit()
    assert begin_draft(the_document(), by=guardian, at=NOW).id != draft.id


def test_numbers_of_paragraphs_are_unique_and_stand_behind_what_they_belong_to(make: Factory) -> None:
    guardian = make.person("Guardian", Role.HR_MANAGER)
    draft = drafted(guardian)
    after = next(one for one in draft.paragraphs if one.number == "6.2(3)")
    for number in ("", "6.", "6.2(3)", "6.2-3", "11.2(1)"):
        with pytest.raises(InvalidInput):
            add_paragraph(draft, after, number=number, heading="A", summary="B", by=guardian, at=NOW)
    add_paragraph(draft, after, number="6.2(4)", heading="Shared computers", summary="Sign out.", by=guardian, at=NOW)
    with pytest.raises(InvalidInput, match=r"below paragraph 6\.2 first"):
        remove_paragraph(next(one for one in draft.paragraphs if one.number == "6.2"), by=guardian, at=NOW)
    remove_paragraph(next(one for one in draft.paragraphs if one.number == "6.2(2)"), by=guardian, at=NOW)
    commit()
    numbers = [one.number for one in again(draft).paragraphs]
    assert numbers[numbers.index("6.2") :][:4] == ["6.2", "6.2(1)", "6.2(3)", "6.2(4)"]


def test_publishing_ends_the_version_before_and_leaves_it_readable(make: Factory) -> None:
    """With a changed paragraph under the same anchor; the approvals and the answered reasons stand with the version."""
    guardian = make.person("Guardian", Role.HR_MANAGER)
    reason = record_reason(
        the_document(), cause=RevisionCause.LAW, words="A new Act", changed_on=TODAY, by=guardian, at=NOW
    )
    draft, first = drafted(guardian), current_version(TODAY)
    changed = next(one for one in draft.paragraphs if one.number == "6.2(3)")
    change_paragraph(changed, heading="Breaks only", summary="Keep to breaks.", by=guardian, at=NOW)
    send_for_approval(draft, by=guardian, at=NOW)
    record_approval(draft, "LJC", TODAY, by=guardian, at=NOW)
    record_approval(draft, "EAC", None, why_no_day="No minutes yet.", by=guardian, at=NOW)
    record_approval(draft, "ljc", TODAY - DAY, by=guardian, at=NOW)
    commit()
    with pytest.raises(AlreadyDone, match="with those who approve it"):
        change_paragraph(changed, heading="A", summary="B", by=guardian, at=NOW)
    version = publish_draft(again(draft), answers=[reason], by=guardian, at=NOW)
    commit()
    db.session.expire_all()
    assert version_in_force(TODAY) == first
    assert version_in_force(TODAY + DAY) == version
    assert first.superseded_on == version.effective_on == TODAY + DAY
    assert paragraphs_by_number(version, ["6.2(3)"])[0].anchor == paragraphs_by_number(first, ["6.2(3)"])[0].anchor
    assert paragraphs_by_number(version, ["6.2(3)"])[0].cite == "paragraph 6.2(3)"
    assert paragraphs_by_number(version, ["back.1"])[0].cite == paragraphs_by_number(first, ["back.1"])[0].cite
    assert paragraphs_by_number(first, ["6.2(3)"])[0].summary != "Keep to breaks."
    assert [(one.body, one.words) for one in version.approvals] == [
        ("LJC", "2 March 2027"), ("EAC", "not recorded (No minutes yet.)")
    ]  # fmt: skip
    assert reasons_of(SLUG)[0].version == version
    assert (the_document().next_review_on, the_document().review_basis) == (date(2030, 3, 31), ReviewBasis.STATED)
    assert version.text_hash != first.text_hash


def test_what_cannot_be_published(make: Factory) -> None:
    """What is unfinished, what began already, what has the same name, and what holds before its approval without a why."""
    guardian = make.person("Guardian", Role.HR_MANAGER)
    draft = begin_draft(the_document(), by=guardian, at=NOW)
    with pytest.raises(InvalidInput, match="what the version is called"):
        send_for_approval(draft, by=guardian, at=NOW)
    for changed in ({"effective_on": TODAY - DAY}, {"next_review_on": TODAY}):
        with pytest.raises(InvalidInput):
            describe_draft(draft, details(**changed), by=guardian, at=NOW)
    describe_draft(draft, details(label="Version 2"), by=guardian, at=NOW)
    send_for_approval(draft, by=guardian, at=NOW)
    record_approval(draft, "LJC", TODAY, by=guardian, at=NOW)
    with pytest.raises(InvalidInput, match="called Version 2 already"):
        publish_draft(draft, answers=(), by=guardian, at=NOW)
    take_back(draft, by=guardian, at=NOW)
    describe_draft(draft, details(effective_on=TODAY), by=guardian, at=NOW)
    assert draft.approvals == []
    send_for_approval(draft, by=guardian, at=NOW)
    with pytest.raises(InvalidInput, match="has passed"):
        publish_draft(draft, answers=(), by=guardian, at=NOW + DAY)
    draft.effective_on = TODAY + DAY
    with pytest.raises(InvalidInput, match="at least one body that approved it"):
        publish_draft(draft, answers=(), by=guardian, at=NOW)
    with pytest.raises(InvalidInput, match="or why none is recorded"):
        record_approval(draft, "LJC", None, by=guardian, at=NOW)
    with pytest.raises(InvalidInput, match="today or earlier"):
        record_approval(draft, "LJC", TODAY + DAY, by=guardian, at=NOW)
    record_approval(draft, "LJC", TODAY, by=guardian, at=NOW)
    draft.effective_on = TODAY
    draft.approvals[0].approved_on = TODAY + DAY
    with pytest.raises(InvalidInput, match="Enter why"):
        publish_draft(draft, answers=(), by=guardian, at=NOW)
    version = publish_draft(draft, answers=(), why_before_approval="It was urgent.", by=guardian, at=NOW)
    assert "It was urgent." in version.effective_note
    with pytest.raises(AlreadyDone):
        publish_draft(draft, answers=(), by=guardian, at=NOW)


def test_two_versions_cannot_begin_on_one_day(make: Factory) -> None:
    guardian = make.person("Guardian", Role.HR_MANAGER)
    first = published(guardian)
    draft = drafted(guardian, label="Version 4")
    send_for_approval(draft, by=guardian, at=NOW)
    with pytest.raises(InvalidInput, match="must hold from after 4 March 2027"):
        publish_draft(draft, answers=(), by=guardian, at=NOW)
    assert first.superseded_on is None


def test_a_version_that_changes_no_rule_asks_nobody_again(make: Factory) -> None:
    guardian = make.person("Guardian", Role.HR_MANAGER)
    first = current_version(TODAY)
    words_only = published(guardian, is_material=False)
    assert not words_only.is_material
    assert words_only.material_since == first.effective_on


def test_a_reason_brings_the_review_forward_and_a_review_answers_it(make: Factory) -> None:
    """Never later than it was; what comes about only after the review stays open."""
    guardian, document = make.person("Guardian", Role.HR_MANAGER), the_document()
    assert document.next_review_on == date(2020, 1, 31)
    record_reason(document, cause=RevisionCause.LAW, words="An Act", changed_on=TODAY, by=guardian, at=NOW)
    assert document.next_review_on == date(2020, 1, 31)
    record_review(document, words="It still fits.", next_review_on=date(2030, 1, 7), by=guardian, at=NOW)
    assert document.next_review_on == date(2030, 1, 7)
    assert "chose this day" in review_worked_out(document).sentences[0]
    assert [one.answered_on for one in reasons_of(SLUG)] == [TODAY]
    to_come = TODAY + timedelta(days=40)
    record_reason(document, cause=RevisionCause.GUIDANCE, words="Guidance", changed_on=to_come, by=guardian, at=NOW)
    assert (document.next_review_on, document.review_basis) == (to_come, ReviewBasis.REASON)
    record_review(document, words="Too early.", next_review_on=date(2031, 1, 7), by=guardian, at=NOW)
    assert (document.next_review_on, document.review_basis) == (to_come, ReviewBasis.REASON)
    with pytest.raises(InvalidInput, match="after today"):
        record_review(document, words="x", next_review_on=TODAY, by=guardian, at=NOW)


@pytest.mark.parametrize(
    ("changes_on", "answered", "due", "basis"),
    [
        (date(2027, 9, 1), False, date(2027, 9, 1), ReviewBasis.REASON),
        (date(2027, 2, 1), False, TODAY + DAY, ReviewBasis.REASON),
        (date(2031, 1, 1), False, date(2030, 3, 31), ReviewBasis.STATED),
        (date(2027, 9, 1), True, date(2030, 3, 31), ReviewBasis.STATED),
    ],
)
def test_what_a_version_does_not_answer_still_brings_the_review_forward(
    make: Factory, changes_on: date, answered: bool, due: date, basis: ReviewBasis
) -> None:
    """To the day on which it changes, or to today where that has passed; the page says when the reason was recorded."""
    guardian, document = make.person("Guardian", Role.HR_MANAGER), the_document()
    reason = record_reason(document, cause=RevisionCause.LAW, words="Act", changed_on=changes_on, by=guardian, at=NOW)
    draft = drafted(guardian, effective_on=TODAY + 9 * DAY)
    send_for_approval(draft, by=guardian, at=NOW)
    record_approval(draft, "LJC", TODAY, by=guardian, at=NOW)
    publish_draft(draft, answers=[reason] if answered else [], by=guardian, at=NOW + DAY)
    commit()
    assert (document.next_review_on, document.review_basis) == (due, basis)
    if basis is ReviewBasis.REASON:
        assert "recorded on Wednesday 3 March 2027" in review_worked_out(document).sentences[0]


def test_what_is_sent_twice_is_recorded_once(make: Factory, client_of: Callable[..., PageClient]) -> None:
    """A reason to revise, until it is answered; and a review, on one day."""
    browser = client_of(make.person("Guardian", Role.HR_MANAGER))
    reason = {"cause": "law", "words": "An Act.", "changed_on": ["1", "4", "2027"]}
    for changed in (reason, reason, {**reason, "cause": "guidance"}, {**reason, "changed_on": ["2", "4", "2027"]}):
        assert "You recorded a reason" in browser.follow(f"/policy/{SLUG}/reasons/new", changed).text
    assert len(reasons_of(SLUG)) == 3
    review = {"words": "It fits.", "next_review_on": ["1", "3", "2028"]}
    for changed in (review, review, {**review, "words": "It still fits."}):
        browser.follow(f"/policy/{SLUG}/review", changed)
    assert db.session.execute(sa.select(sa.func.count(PolicyReview.id))).scalar_one() == 2
    acts = sa.select(AuditEvent.act).where(AuditEvent.act.in_(("policy:reason", "policy:reviewed")))
    assert len(db.session.execute(acts).all()) == 5
    for one in reasons_of(SLUG):
        one.answered_on = TODAY
    commit()
    browser.follow(f"/policy/{SLUG}/reasons/new", reason)
    assert len(reasons_of(SLUG)) == 4


def test_a_school_decides_again(make: Factory, client_of: Callable[..., PageClient]) -> None:
    """What it decided before stays on the page, with from when and until when it held."""
    guardian, document = make.person("Guardian", Role.HR_MANAGER), the_document()
    record_adoption(document, "Oak School", adopted=False, decided_on=TODAY - 9 * DAY, by=guardian, at=NOW)
    commit()
    with pytest.raises(AlreadyDone):
        record_adoption(document, "Oak School", adopted=False, decided_on=TODAY, by=guardian, at=NOW)
    for day in (TODAY + DAY, TODAY - 10 * DAY):
        with pytest.raises(InvalidInput):
            record_adoption(document, "Oak School", adopted=True, decided_on=day, by=guardian, at=NOW)
    record_adoption(document, "Oak School", adopted=True, decided_on=TODAY, by=guardian, at=NOW)
    commit()
    assert [(one.adopted, one.decided_on, one.until) for one in adoptions(SLUG)] == [
        (True, TODAY, None), (False, TODAY - 9 * DAY, TODAY)
    ]  # fmt: skip
    page = client_of(guardian).get(f"/policy/{SLUG}/schools")
    rows = [[cell.get_text(" ", strip=True) for cell in row.select("th, td")][:4] for row in page.soup.select("tbody tr")]
    assert rows == [
        ["Oak School", "Adopted", "3 March 2027", "Holds still"],
        ["Oak School", "Not adopted", "22 February 2027", "3 March 2027"],
    ]


def standing() -> list[SchoolAdoption]:
    """What holds of what schools decided."""
    return [one for one in adoptions(SLUG) if one.until is None]


def test_a_school_is_one_however_it_is_typed(make: Factory, client_of: Callable[..., PageClient]) -> None:
    """By case, blanks, marks and apostrophes; its staff are asked however their record spells it."""
    guardian = make.person("Guardian", Role.HR_MANAGER)
    school = {"kind": PersonKind.SCHOOL_STAFF}
    staff = make.person("Teacher", employing_body="OAKHAM  primary", **school)
    make.person("Other", employing_body="St Brigid’s School", **school)
    browser, place = client_of(guardian), f"/policy/{SLUG}/schools"
    typed = {"school": "Oakham  Primary", "adopted": "yes", "decided_on": ["1", "3", "2027"]}
    browser.follow(place, typed)
    assert [row.person_id for row in to_ask(TODAY, most=9).all() if row.person_id == staff.id] == [staff.id]
    page = browser.post(place, {**typed, "school": "oakham primary"}, status=409)
    page = browser.follow(place, {**typed, "school": "oakham primary", "adopted": "no"})
    assert [(one.school, one.adopted) for one in standing()] == [("OAKHAM primary", False)]
    assert [row for row in to_ask(TODAY, most=9).all() if row.person_id == staff.id] == []
    assert [one["value"] for one in page.soup.select("select[name=known] option")] == [
        "", "OAKHAM primary", "St Brigid’s School"
    ]  # fmt: skip
    chosen = {**typed, "school": "", "known": "St Brigid’s School"}
    both = browser.post(place, {**chosen, "school": "Elm School"}, status=422)
    assert both.errors == ["Select a school or enter another one, not both"]
    assert both.field("school") == "Elm School"
    assert browser.post(place, {**typed, "school": ""}, status=422).errors == ["Select a school, or enter another one"]
    browser.follow(place, chosen)
    browser.follow(place, {**typed, "school": "St. Brigid's School", "adopted": "no"})
    browser.post(place, {**typed, "school": "st brigid's  school", "adopted": "no"}, status=409)
    assert [(one.school, one.adopted) for one in standing()] == [
        ("OAKHAM primary", False), ("St Brigid’s School", False)
    ]  # fmt: skip
    assert browser.post(place, {**typed, "school": "…"}, status=422).errors == ["Enter the school by its name"]


def test_the_overdue_review_is_seen_on_day_one_and_chased(
    make: Factory, client_of: Callable[..., PageClient]
) -> None:
    """Since the end of January 2020: with its working-out, once, and again a month later; the register keeper then too."""
    guardian, sca = make.person("Guardian", Role.HR_MANAGER), make.person("Sca", Role.SCA)
    home = client_of(guardian).get("/")
    assert "Review the Social Media Policy" in home.text
    page = client_of(guardian).get(KEEPING)
    assert "31 January 2020" in page.text
    assert "due on the last day of that month" in page.text
    assert "Its next review was due in January 2020." in client_of(guardian).get(f"/policy/{SLUG}").text
    for number in range(1, 4):
        morning(TODAY + number * DAY)
    told = sa.text("SELECT count(*) FROM reminder WHERE kind = 'policy:review' AND to_person_id = :who")
    count = {"guardian": guardian.id.hex, "sca": sca.id.hex}
    if db.engine.dialect.name == "postgresql":
        count = {"guardian": str(guardian.id), "sca": str(sca.id)}
    assert {name: db.session.execute(told, {"who": who}).scalar_one() for name, who in count.items()} == {
        "guardian": 1, "sca": 1
    }  # fmt: skip
    with clock.set_to(clock.at_local(TODAY + 3 * DAY, 10)):
        assert "Late with Guardian: review the Social Media Policy" in client_of(sca).get("/").text
        assert "Begin the next version" not in client_of(sca).get(KEEPING).text


@pytest.mark.parametrize(
    ("due", "first", "second"),
    [
        # 62 and 21 working days before: over Christmas and Easter, and over both changes of the clocks
        (date(2027, 4, 9), date(2027, 1, 11), date(2027, 3, 9)),
        (date(2027, 11, 5), date(2027, 8, 10), date(2027, 10, 7)),
    ],
)
def test_a_review_is_shown_ninety_days_before_and_reminded_of(
    app: Flask, make: Factory, due: date, first: date, second: date
) -> None:
    guardian, document = make.person("Guardian", Role.HR_MANAGER), the_document()
    with clock.set_to(clock.at_local(date(2027, 1, 4), 10)):
        record_review(document, words="Fine.", next_review_on=due, by=guardian, at=clock.now())
        commit()
    registries: Registries = app.extensions["registries"]
    select = registries.due["policy:review"].select
    for day, shown in ((due - 91 * DAY, False), (due - 90 * DAY, True), (due + DAY, True)):
        found = select(guardian, day)
        assert found is not None
        assert bool(db.session.execute(found).all()) is shown, day
    sent = []
    for day in sorted({first - DAY, first, second - DAY, second, due}):
        morning(day)
        rows = db.session.execute(sa.text("SELECT count(*) FROM reminder WHERE kind = 'policy:review'")).scalar_one()
        sent.append(rows)
    assert sent == [0, 1, 2, 3, 4]  # the second day before the second step: once a month in between


def test_a_guardian_publishes_on_pages(make: Factory, client_of: Callable[..., PageClient]) -> None:
    """Draft, check, publish; what is refused keeps what was typed; everybody then reads what changed."""
    guardian = make.person("Guardian", Role.HR_MANAGER)
    browser = client_of(guardian)
    page = browser.follow(f"/policy/{SLUG}/reasons/new", {
        "cause": "law", "words": "The <b>Act</b> changes.", "changed_on": ["1", "4", "2027"]})  # fmt: skip
    assert "The <b>Act</b> changes." in page.text
    page = browser.follow(f"/policy/{SLUG}/drafts")
    draft = browser.get(KEEPING).soup.find("a", string="Go on with it")
    assert draft is not None
    place = str(draft["href"])
    assert "Still missing" in page.text
    assert browser.post(f"{place}/send", status=422)
    typed = {"label": "Version 3", "effective_on": ["2", "3", "2027"], "next_review_on": ["1", "3", "2030"],
             "next_review_precision": "month", "is_material": "yes", "change_note": "Clearer words", "guardian": "HR"}
    page = browser.post(f"{place}/details", typed, status=422)
    assert page.errors == ["It must hold from today or later: what held before stays as it was"]
    assert page.field("change_note") == "Clearer words"
    page = browser.follow(f"{place}/details", {**typed, "effective_on": ["4", "3", "2027"]})
    section = browser.get(str(page.soup.find("a", string="Social media at work")["href"]))  # type: ignore[index]
    change = next(link for link in section.soup.select("a") if link.get_text() == "Change paragraph 6.2(3)")
    assert browser.post(str(change["href"]), {"heading": "", "summary": "x"}, status=422).errors == ["Enter a heading"]
    browser.follow(str(change["href"]), {"heading": "Breaks only", "summary": "Keep it to breaks."})
    page = browser.follow(f"{place}/send")
    assert "6.2(3) Breaks only: changed" in page.text
    browser.post(str(change["href"]), {"heading": "A", "summary": "B"}, status=409)
    assert browser.post(f"{place}/publish", {}, status=422).errors[0].startswith("Record at least one body")
    page = browser.get(str(browser.get(place).soup.find("a", string="LJC")["href"]))  # type: ignore[index]
    assert [one["value"] for one in page.soup.select("input[name=body][checked]")] == ["LJC"]
    unsaid = {"body": "LJC", "approved_on": ["", "", ""]}
    assert browser.post(f"{place}/approvals", {**unsaid, "body": "-another"}, status=422).errors == [
        "Enter which body approved it"
    ]
    page = browser.post(f"{place}/approvals", unsaid, status=422)
    assert page.errors == ["Enter the day of the approval, or why none is recorded"]
    browser.follow(f"{place}/approvals", {**unsaid, "why_no_day": "By <b>e-mail</b>"})
    browser.follow(f"{place}/approvals", {**unsaid, "body": "-another", "other": "Cabinet", "why_no_day": "By word"})
    page = browser.follow(f"{place}/approvals", {"body": "Cabinet", "approved_on": ["2", "3", "2027"]})
    assert "Cabinet: 2 March 2027 Still to come, of those that approved Version 2: Resources DMT EAC" in page.text
    page = browser.get(f"{place}/publish")
    assert "LJC: not recorded (By <b>e-mail</b>); Cabinet: 2 March 2027" in page.text
    assert "Nothing is recorded of Resources DMT, EAC" in page.text
    page = browser.follow(f"{place}/publish", {"reasons": [str(reasons_of(SLUG)[0].id)]})
    assert "Version 3 (to come)" in page.text
    browser.post(f"{place}/publish", {}, status=409)
    with clock.set_to(NOW + DAY):
        page = client_of(make.person()).get(f"/policy/{SLUG}/versions")
        assert "6.2(3) Breaks only: changed" in page.text
        assert "Version 2 In force from January 2017 to 3 March 2027" in page.text
        assert "Keep it to breaks." in client_of(make.person()).get(f"/policy/{SLUG}").text


@pytest.mark.parametrize("path", ["versions", "keeping", "schools"])
def test_pages_of_the_document_take_few_queries(
    make: Factory, client_of: Callable[..., PageClient], path: str
) -> None:
    """The same with one version and with several."""
    guardian = make.person("Guardian", Role.HR_MANAGER)
    browser, counts = client_of(guardian), []
    for number in range(2):
        with counted_queries() as queries:
            browser.get(f"/policy/{SLUG}/{path}")
        counts.append(len(queries))
        published(guardian, label=f"Version {number + 3}", effective_on=TODAY + (number + 1) * DAY)
        for number in range(3):
            school = f"School {len(counts)} {number}"
            record_adoption(the_document(), school, adopted=True, decided_on=TODAY, by=guardian, at=NOW)
            record_reason(the_document(), cause=RevisionCause.LAW, words="x", changed_on=TODAY, by=guardian, at=NOW)
        commit()
    assert max(counts) <= 8, counts
    assert counts[1] - counts[0] <= 1, counts  # the paragraphs of two versions are compared once there are two


def test_pages_of_a_draft_open_only_where_their_act_is_possible(make: Factory, client_of: Callable[..., PageClient]) -> None:
    """An address that was typed is refused as its form would be, and says what is missing or who published it."""
    guardian = make.person("Guardian", Role.HR_MANAGER)
    draft, browser = drafted(guardian, effective_on=None), client_of(guardian)
    place = f"/policy/drafts/{draft.id}"
    for path in ("/approvals", "/publish"):
        for page in (browser.get(f"{place}{path}", status=409), browser.post(f"{place}{path}", {}, status=409)):
            assert "The draft is being written. Say first: from when it holds. Then send it for approval." in page.text
    browser.get(f"{place}/details")
    draft.effective_on = TODAY + DAY
    commit()
    browser.follow(f"{place}/send")
    assert "with those who approve it" in browser.get(f"{place}/details", status=409).text
    for path in ("/approvals", "/publish"):
        browser.get(f"{place}{path}")
    browser.follow(f"{place}/approvals", {"body": "LJC", "approved_on": ["2", "3", "2027"]})
    browser.follow(f"{place}/publish", {})
    for path in ("/approvals", "/publish", "/details"):
        assert "This draft is no draft any more." in browser.get(f"{place}{path}", status=409).text


def test_draft_pages_take_few_queries(make: Factory, client_of: Callable[..., PageClient]) -> None:
    guardian = make.person("Guardian", Role.HR_MANAGER)
    draft, browser = drafted(guardian), client_of(guardian)
    for path in ("", "/sections/6", "/details", f"/paragraphs/{draft.paragraphs[0].id}",
                 f"/paragraphs/{draft.paragraphs[0].id}/add", "/approvals", "/publish"):  # fmt: skip
        if path == "/approvals":
            browser.follow(f"/policy/drafts/{draft.id}/send")
        with counted_queries() as queries:
            browser.get(f"/policy/drafts/{draft.id}{path}")
        assert len(queries) <= 8, (path, "\n".join(queries))
    browser.get(f"/policy/drafts/{draft.id}/sections/99", status=404)
    browser.get(f"/policy/drafts/{Factory.id()}", status=404)


def test_schools_are_recorded_where_the_policy_knows_them(make: Factory, client_of: Callable[..., PageClient]) -> None:
    guardian = make.person("Guardian", Role.HR_MANAGER)
    browser = client_of(guardian)
    typed = {"school": "Oak School", "adopted": "yes", "decided_on": ["1", "3", "2027"]}
    assert browser.post(f"/policy/{SLUG}/schools", {**typed, "school": ""}, status=422).errors == ["Enter the school"]
    page = browser.follow(f"/policy/{SLUG}/schools", typed)
    assert "Oak School Adopted 1 March 2027" in page.text
    browser.post(f"/policy/{SLUG}/schools", typed, status=409)
    assert pack().switches["schools_adopt"].sources == ("5.1",)
    browser.get("/policy/another/keeping", status=404)
    page = browser.follow(f"/policy/{SLUG}/review", {"words": "It fits.", "next_review_on": ["1", "3", "2028"]})
    assert "1 March 2028" in page.text
