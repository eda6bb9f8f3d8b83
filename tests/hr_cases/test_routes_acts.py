"""The forms of a case: each act by its rightful actor, bad input, late clicks, and readers whose act it is not."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest

from app.core import clock
from app.core.audit import record_read
from app.core.db import db
from app.credential_rotation.operations import record_leaver
from app.hr_cases import queries
from app.hr_cases.models import CLOSING_ITEMS, CaseStatus, CompanionKind
from app.hr_cases.operations import (
    answer_notice,
    appoint_decision_maker,
    earliest_hearing_day,
    submit_appeal,
)
from app.people.models import Role, RoleAssignment
from tests.evidence import a_png_that_claims
from tests.factories import Factory
from tests.hr_cases import stages
from tests.hr_cases.at_stage import address, after_appeal_window, world_at
from tests.hr_cases.factories import PNG, World, case_at, complete, letter_words, people_and_report
from tests.pages import PageClient

ClientOf = Callable[..., PageClient]
S = CaseStatus
ALLEGATION = {
    "wording": "It is alleged that he shared a picture of a resident.",
    "happened_on": ["24", "2", "2027"],
    "category": "DISREPUTE-ARGUE",
    "paragraphs": "7.4; 8.1(a)(1)",
    "capacity": "personal",
}
EVIDENCE = {
    "title": "Comment below the post",
    "kind": "comment",
    "transcript": "He is a liar",
    "visibility": "public",
    "attribution": "presumed",
    "lawful_source": "Public page",
    "bearing_1": "for",
    "bearing_2": "neither",
}


@dataclass
class Form:
    """One act's form: its stage, its actor, what is sent, which text is kept when it is refused, and what follows."""

    path: str
    stage: CaseStatus
    who: str
    data: Callable[[World], dict[str, Any]]
    refused: Callable[[World], dict[str, Any]]
    kept: tuple[str, str] | None
    then: CaseStatus | None = None
    after: Callable[[World], None] = field(default=lambda _world: None)
    repeats: bool = False
    """Whether it can be done again; then a second click is refused for its words, or is harmless."""


def _id(name: str) -> Callable[[World], str]:
    return lambda world: str(getattr(world, name).id)


def _parts(day: date) -> list[str]:
    return [str(day.day), str(day.month), str(day.year)]


def _notice(world: World) -> dict[str, Any]:
    day = earliest_hearing_day(world.at.date(), False)
    return {
        "dismissal_possible": "no", "hearing_at": _parts(day), "hearing_time": "2:05pm", "place": "Room 4",
        "union_standing": "not_known",
    }  # fmt: skip


def _outcome(_world: World) -> dict[str, Any]:
    return {
        "proof_1": "proved", "finding_reasons_1": "The post shows it.", "proof_2": "not_proved",
        "finding_reasons_2": "Nothing shows it.", "kind": "first_written_warning",
        "months_first_written_warning": "6", "months_final_written_warning": "12", "reasons": "It was public.",
        "mitigation": "He apologised.", "change_required": "Think before posting.", "equality": "Weighed.",
    }  # fmt: skip


def _warned(world: World) -> None:
    """The person concerned has a live warning from another case, of which it must be said whether it is relied on."""
    people = stages.people_for(world.make)
    people.subject = world.subject
    before = stages.accepted_case(world.make, people)
    stages.heard(before, people)
    world.kept["warning"] = stages.decided(before, people, at=world.at).id


def relying(world: World) -> dict[str, Any]:
    return {**_outcome(world), "relies_on": str(world.kept["warning"])}


def _to_answer(_world: World) -> dict[str, Any]:
    return {
        "answer_1": "yes", "reasons_1": "The post is there.", "answer_2": "no", "reasons_2": "Nothing shows it.",
        "decision": "case_to_answer", "equality": "Weighed.",
    }  # fmt: skip


def _decider(world: World) -> None:
    appoint_decision_maker(world.case, decision_maker=world.decision_maker, by=world.manager, at=world.at)
    db.session.commit()


def _after_hearing(world: World) -> None:
    notice = queries.notices(world.case)[-1]
    world.at = notice.hearing_at + timedelta(hours=2)


def _window_passed(world: World) -> None:
    world.at = after_appeal_window(world)


def _read_then_no_password(world: World) -> None:
    record_read(queries.CASE_READ, world.case.id, by=world.subject.id, at=world.at)
    world.make.no_password(world.subject)
    _window_passed(world)


def _sent(world: World) -> dict[str, Any]:
    return {
        "letter_shown": str(queries.letters(world.case)[0].id), "sent_by": "post", "sent_on": _parts(world.at.date()),
        "note": "To their home, recorded.",
    }  # fmt: skip


def _leaves(world: World) -> None:
    """In a week, so that the case may not end yet."""
    day = world.at.date() + timedelta(days=7)
    with clock.set_to(world.at):
        record_leaver(world.subject, last_working_day=day, immediate=False, by=world.manager, at=world.at)
        db.session.commit()


def _neighbour(world: World) -> None:
    notice = queries.notices(world.case)[-1]
    answer_notice(
        notice, companion_kind=CompanionKind.OTHER, companion="A neighbour", reply="", by=world.subject, at=world.at
    )
    db.session.commit()


def _late_appeal(world: World) -> None:
    world.at = after_appeal_window(world)
    submit_appeal(world.case, grounds="Too hard.", by=world.subject, at=world.at)
    db.session.commit()


def _without(data: Callable[[World], dict[str, Any]], *names: str, **other: Any) -> Callable[[World], dict[str, Any]]:
    return lambda world: {**{k: v for k, v in data(world).items() if k not in names}, **other}


def _plain(**data: Any) -> Callable[[World], dict[str, Any]]:
    return lambda _world: data


FINDING = _plain(finding="established", basis="contested", reasons="The post shows it.")
TEXTS = _plain(background="A report.", steps="I looked.", recommendation="formal", recommendation_reasons="It happened.")
STATEMENT = _plain(
    person="somebody_else", person_email="stranger", kind="interview", taken_on=["3", "3", "2027"], words="I saw it."
)
HELD = _plain(in_absence="no", present="All of them", minutes="He said sorry.")
GOES_ON = _plain(decision="go_on", reasons="Others rely on it.", decision_seen="")
FORMS = [
    Form("/appoint-investigator", S.OPENED, "manager",
         lambda w: {"investigator": _id("investigator")(w), "terms": "Find out."},
         lambda w: {"investigator": _id("investigator")(w), "terms": ""}, None, S.PLANNING),
    Form("/add-allegation", S.OPENED, "owner", _plain(**ALLEGATION), _plain(**{**ALLEGATION, "paragraphs": "99.9"}),
         ("paragraphs", "99.9"), repeats=True),
    Form("/allegations/1/change", S.OPENED, "owner", _plain(**ALLEGATION), _plain(**{**ALLEGATION, "capacity": ""}),
         ("wording", ALLEGATION["wording"]), repeats=True),
    Form("/approve-plan", S.PLANNING, "investigator", _plain(plan="Ask around."), _plain(plan=""), None, S.INVESTIGATING),
    Form("/add-evidence", S.INVESTIGATING, "investigator", _plain(**EVIDENCE), _plain(**{**EVIDENCE, "kind": "nonsense"}),
         ("title", EVIDENCE["title"]), repeats=True),
    Form("/pause", S.INVESTIGATING, "owner", _plain(reason="police", note="They asked."), _plain(note="They asked."),
         ("note", "They asked."), S.PAUSED),
    Form("/resume", S.PAUSED, "owner", _plain(), _plain(), None, S.INVESTIGATING),
    Form("/allegations/1/finding", S.INVESTIGATING, "investigator", FINDING, _without(FINDING, "basis"),
         ("reasons", "The post shows it."), repeats=True),
    Form("/write-report", S.INVESTIGATING, "investigator", TEXTS, _without(TEXTS, background="bell \x07"),
         ("steps", "I looked."), repeats=True),
    Form("/review-report", S.REPORT_REVIEW, "owner", _plain(decision="accept"), _plain(decision="return", reasons=""),
         None, S.ACCEPTED),
    Form("/appoint-decision-maker", S.ACCEPTED, "manager", lambda w: {"decision_maker": _id("decision_maker")(w)},
         _plain(), None, S.ACCEPTED),
    Form("/decide-case-to-answer", S.ACCEPTED, "decision_maker", _to_answer, _without(_to_answer, "answer_1"),
         ("reasons_1", "The post is there."), S.HEARING_SET_UP, _decider),
    Form("/complete-informal", S.INFORMAL, "owner", _plain(note="To ask first.", review_on=["1", "6", "2027"]),
         _plain(note="To ask first.", review_on=["1", "2", "2027"]), ("note", "To ask first."), S.CLOSED),
    Form("/issue-notice", S.HEARING_SET_UP, "owner", _notice, _without(_notice, hearing_at=["4", "3", "2027"]),
         ("place", "Room 4"), S.NOTIFIED),
    Form("/judge-companion", S.NOTIFIED, "owner", _plain(allowed="yes"), _plain(), None, S.NOTIFIED, _neighbour),
    Form("/record-answer", S.NOTIFIED, "owner",
         lambda w: {"came_on": _parts(w.at.date()), "came_by": "email", "companion_kind": "alone", "reply": "Not me."},
         lambda w: {"came_on": _parts(w.at.date()), "companion_kind": "alone", "reply": "Not me."},
         ("reply", "Not me."), S.NOTIFIED, repeats=True),
    Form("/postpone", S.NOTIFIED, "owner", _plain(reason="The room is flooded."), _plain(reason=""), None,
         S.HEARING_SET_UP),
    Form("/record-hearing", S.NOTIFIED, "decision_maker",
         lambda w: {**HELD(w), "held_on": _parts(w.at.date())},
         lambda w: {**HELD(w), "held_on": _parts(w.at.date()), "in_absence": "yes"},
         ("minutes", "He said sorry."), S.HEARD, _after_hearing),
    Form("/decide-outcome", S.HEARD, "decision_maker", _outcome, _without(_outcome, months_first_written_warning="99"),
         ("reasons", "It was public."), S.DECIDED),
    Form("/decide-outcome", S.HEARD, "decision_maker", relying, _outcome,
         ("reasons", "It was public."), S.DECIDED, _warned),
    Form("/record-appeal", S.DECIDED, "owner",
         lambda w: {"came_on": _parts(w.at.date()), "came_by": "letter", "grounds": "Too hard."},
         lambda w: {"came_on": _parts(w.at.date() + timedelta(days=1)), "came_by": "letter", "grounds": "Too hard."},
         ("grounds", "Too hard."), S.APPEALED),
    Form("/judge-late-appeal", S.DECIDED, "owner", _plain(accepted="yes", reasons="He was ill."),
         _plain(reasons="He was ill."), ("reasons", "He was ill."), S.APPEALED, _late_appeal),
    Form("/decide-appeal", S.APPEALED, "appeal_officer", _plain(result="dismissed", reasons="It is fair."),
         _plain(result="allowed_in_part", reasons="It is fair."), ("reasons", "It is fair."), S.FINAL),
    Form("/make-final", S.DECIDED, "owner", _plain(none_came="y"), _plain(), None, S.FINAL, _read_then_no_password),
    Form("/after-leaving", S.INVESTIGATING, "owner", _without(GOES_ON), _without(GOES_ON, decision="close"),
         ("reasons", "Others rely on it."), S.INVESTIGATING, _leaves, repeats=True),
    Form("/send-letter", S.PLANNING, "owner", _sent, _without(_sent, "sent_by"), ("note", "To their home, recorded."), None,
         lambda w: w.make.no_password(w.subject)),
]  # fmt: skip


def _ready(make: Factory, form: Form) -> World:
    world = world_at(make, form.stage, tells=form.path not in ("/add-allegation", "/allegations/1/change"))
    form.after(world)
    return world


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.path)
def test_an_act_through_its_form(make: Factory, client_of: ClientOf, form: Form) -> None:
    """Refused with everything typed kept, done once, and told who and when to whoever clicks again."""
    world = _ready(make, form)
    path = address(world, form.path)
    with clock.set_to(world.at):
        browser = client_of(getattr(world, form.who))
        browser.get(path)
        refused = form.refused(world)
        if form.stage is not S.PAUSED:
            page = browser.post(path, refused, status=422)
            assert page.errors
            if form.kept:
                assert page.field(form.kept[0]) == form.kept[1]
        done = browser.follow(path, form.data(world))
        assert done.soup.select(".govuk-notification-banner--success")
        db.session.refresh(world.case)
        assert form.then is None or world.case.status is form.then
        if not form.repeats:
            late = browser.post(path, form.data(world), status=409)
            assert getattr(world, form.who).name in late.text
            browser.get(path, status=409)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.path)
def test_an_act_of_somebody_else(make: Factory, client_of: ClientOf, form: Form) -> None:
    """Another reader of the case is told whose act it is (403); a stranger learns nothing (404)."""
    world = _ready(make, form)
    path = address(world, form.path)
    other = world.manager if form.who != "manager" else world.owner
    with clock.set_to(world.at):
        assert "Only " in client_of(other).get(path, status=403).text
        client_of(other).post(path, form.data(world), status=403)
        client_of(world.stranger).post(path, form.data(world), status=404)
        client_of(world.subject).get(path, status=404)


def test_a_case_is_opened_from_a_report(make: Factory, client_of: ClientOf) -> None:
    """With its files as exhibits; a wrong date keeps everything typed; a second click leads to the case."""
    world = people_and_report(make, files=1)
    browser = client_of(world.owner)
    path = f"/hr-cases/open/{world.report.reference}"
    assert "What was reported" in browser.get(path).text
    data = {**ALLEGATION, "subject": str(world.subject.id), "owner": str(world.owner.id)}
    page = browser.post(path, {**data, "happened_on": ["24", "2", "2030"]}, status=422)
    assert page.field("wording") == ALLEGATION["wording"]
    opened = browser.follow(path, data)
    assert opened.heading.startswith("Case ")
    late = client_of(make.person("Hana Late", Role.HR_INTAKE))
    for again in (browser.get(path, status=409), browser.post(path, data, status=409), late.post(path, data, status=409)):
        assert "A case has been opened from this report already" in again.text
        assert "Olga Owner did this on" in again.text
    reference = opened.heading.removeprefix("Case ")
    assert reference in browser.get(path, status=409).text
    assert reference not in late.get(path, status=409).text
    client_of(world.stranger).get(path, status=404)
    client_of(world.investigator).get(path, status=404)


def test_the_letter_stands_beside_its_form_and_nothing_is_sent_by_looking(make: Factory, client_of: ClientOf) -> None:
    """The preview has the words typed; an empty part is refused at its field."""
    world = world_at(make, S.PLANNING, tells=False)
    browser = client_of(world.owner)
    path = address(world, "/tell-subject")
    assert "Dear Sam Subject" in browser.get(path).text
    words = {**vars(letter_words()), "support": "Call the helpline."}
    page = browser.post(path, {**words, "preview": "y"}, status=200)
    assert page.text.count("Call the helpline.") == 2
    db.session.refresh(world.case)
    assert world.case.told_subject_at is None
    refused = browser.post(path, {**words, "support": " "}, status=422)
    assert refused.errors == ["Enter what support they can have"]
    forged = browser.post(path, status=422)
    assert len(forged.errors) == len(words), "the words that the page suggests are nobody's until they are sent"
    db.session.refresh(world.case)
    assert world.case.told_subject_at is None
    browser.post(path, words)
    late = browser.post(path, words, status=409)
    assert "Olga Owner" in late.text


def test_previews_of_notice_and_outcome_keep_nothing(make: Factory, client_of: ClientOf) -> None:
    """The letter is shown as it would be sent; the case has not moved."""
    for stage, who, path, data in (
        (S.HEARING_SET_UP, "owner", "/issue-notice", _notice),
        (S.HEARD, "decision_maker", "/decide-outcome", _outcome),
    ):
        world = world_at(make, stage)
        with clock.set_to(world.at):
            page = client_of(getattr(world, who)).post(
                address(world, path), {**data(world), "preview": "y"}, status=200
            )
            assert "Dear Sam Subject" in page.text
            db.session.refresh(world.case)
            assert world.case.status is stage


def test_nobody_is_offered_whom_the_act_refuses(make: Factory, client_of: ClientOf) -> None:
    """Only the pool is offered, without the line of the person concerned; who of it cannot act is said, and why."""
    world = case_at(make, S.OPENED)
    lead = make.person("Lea Line-Manager", Role.INVESTIGATOR)
    world.subject.line_manager_id = lead.id
    world.owner.roles.append(RoleAssignment(role=Role.INVESTIGATOR, since=date(2020, 1, 6)))
    make.keep(world.subject)
    browser = client_of(world.manager)
    page = browser.get(address(world, "/appoint-investigator"))
    assert "Lea Line-Manager" not in page.text
    assert "Stella Stranger" not in page.text
    assert str(world.owner.id) not in page.html
    assert f"Not in the list: {world.owner.name} has or had another part in this case." in page.text
    refused = browser.post(
        address(world, "/appoint-investigator"), {"investigator": str(world.owner.id), "terms": "Find out."}, status=422
    )
    assert "Choose one of the answers given" in refused.errors[0]


def test_an_upload_is_sealed_kept_once_and_refused_with_everything_typed(make: Factory, client_of: ClientOf) -> None:
    """A kind that is not taken is 422, the same file twice too; a file that is too large is 413."""
    world = case_at(make, S.INVESTIGATING)
    browser = client_of(world.investigator)
    path = address(world, "/add-evidence")
    page = browser.post(path, {**EVIDENCE, "file": (BytesIO(b"<svg onload=x>"), "a.png")}, status=422)
    assert "must be a PNG or JPEG picture" in page.errors[0]
    assert page.field("transcript") == EVIDENCE["transcript"]
    browser.post(path, {**EVIDENCE, "file": (BytesIO(PNG), "a.txt")})
    again = browser.post(path, {**EVIDENCE, "file": (BytesIO(PNG), "a.txt")}, status=422)
    assert again.errors == ["This is in the case already, as exhibit E1."]
    assert [item.media_type for item in queries.exhibits(world.case)] == ["image/png"]
    browser.post(path, {**EVIDENCE, "file": (BytesIO(b"x" * (21 * 1024 * 1024)), "a.txt")}, status=413)
    page = browser.post(path, {**EVIDENCE, "file": (BytesIO(bytes(20 * 1024 * 1024 + 1)), "a.txt")}, status=413)
    assert page.errors == ["The file is larger than 20 MB. Select a smaller file, or send it in parts."]
    assert page.field("transcript") == EVIDENCE["transcript"]
    for pixels in (8_000, 60_000):
        wide = BytesIO(a_png_that_claims(pixels, pixels))
        page = browser.post(path, {**EVIDENCE, "file": (wide, "a.png")}, status=422)
        assert "more than 52 million pixels" in page.errors[0]


def test_a_statement_makes_a_witness_and_is_checked(make: Factory, client_of: ClientOf) -> None:
    """By work address; unknown addresses are refused; a second click is; the answer is recorded once."""
    world = case_at(make, S.INVESTIGATING)
    browser = client_of(world.investigator)
    data = {**STATEMENT(world), "person_email": world.stranger.email}
    refused = browser.post(address(world, "/add-statement"), {**data, "person_email": "no@demo.example"}, status=422)
    assert refused.field("words") == "I saw it."
    browser.post(address(world, "/add-statement"), data)
    assert browser.post(address(world, "/add-statement"), data, status=422).errors
    check = address(world, "/meetings/statements/1/check")
    answer = {"state": "agreed_with_amendments", "amendments": "On Thursday.", "checked_on": ["3", "3", "2027"]}
    assert browser.post(check, {**answer, "amendments": ""}, status=422).errors == ["Enter the changes they asked for"]
    browser.post(check, answer)
    browser.post(check, answer, status=409)
    assert "On Thursday." in browser.get(address(world, "/meetings/statements/1")).text


def test_the_person_concerned_is_heard_only_after_they_were_told(make: Factory, client_of: ClientOf) -> None:
    """409, with what to do first."""
    world = case_at(make, S.INVESTIGATING, tells=False)
    data = {**STATEMENT(world), "person": str(world.subject.id), "person_email": ""}
    page = client_of(world.investigator).post(address(world, "/add-statement"), data, status=409)
    assert "has not been told yet" in page.text


def test_a_report_is_submitted_when_nothing_is_missing(make: Factory, client_of: ClientOf) -> None:
    """What is missing is listed and the draft stays; then it goes to the owner, once."""
    world = case_at(make, S.INVESTIGATING)
    browser = client_of(world.investigator)
    browser.post(address(world, "/write-report"), TEXTS(world))
    page = browser.post(address(world, "/submit-report"), status=422)
    assert "allegation 1" in page.errors[0]
    assert page.field("steps") == "I looked."
    complete(world)
    db.session.commit()
    browser.post(address(world, "/submit-report"))
    browser.post(address(world, "/submit-report"), status=409)
    assert "I looked at the post." in client_of(world.owner).get(address(world, "/review-report")).text


def test_an_appeal_officer_is_appointed_by_the_owner(make: Factory, client_of: ClientOf) -> None:
    """Nobody who took part before."""
    world = world_at(make, S.DECIDED)
    submit_appeal(world.case, grounds="Too hard.", by=world.subject, at=world.at)
    db.session.commit()
    with clock.set_to(world.at):
        browser = client_of(world.owner)
        path = address(world, "/appoint-appeal-officer")
        browser.post(path, {"officer": str(world.appeal_officer.id)})
        browser.post(path, {"officer": str(world.appeal_officer.id)}, status=409)


def test_a_case_is_closed_when_the_list_is_answered(make: Factory, client_of: ClientOf) -> None:
    """Some answers now, others later; closing too early lists what is open."""
    world = world_at(make, S.FINAL)
    with clock.set_to(world.at):
        browser = client_of(world.owner)
        first = CLOSING_ITEMS[0].code
        browser.post(address(world, "/closing"), {f"answer_{first}": "done", first: "Remind the team."})
        page = browser.post(address(world, "/close"), status=422)
        assert CLOSING_ITEMS[1].words in page.errors[0]
        assert page.field(first) == "Remind the team."
        answers = {f"answer_{item.code}": "done" for item in CLOSING_ITEMS}
        notes = {item.code: "It has been dealt with." for item in CLOSING_ITEMS}
        assert browser.follow(address(world, "/closing"), {**answers, **notes}).has_button("Close this case")
        browser.post(address(world, "/close"))
        late = browser.post(address(world, "/close"), status=409)
        assert "Olga Owner" in late.text

