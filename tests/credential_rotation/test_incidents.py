"""What happens to accounts: declaring a compromise, its steps, recovery, and everything else that is recorded."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from app.account_register.models import AccountStatus
from app.account_register.operations import change_status, plan_register_import
from app.account_register.operations.planning import REGISTER_HEADERS
from app.core.db import begin_writing, commit, db
from app.core.errors import AlreadyDone, InvalidInput, NotAllowed
from app.core.outbox import OutboxMessage
from app.credential_rotation import operations
from app.credential_rotation.due import DUE_KINDS
from app.credential_rotation.models import (
    CHECKLIST,
    INCIDENT_TRANSITIONS,
    AccountIncident,
    Ending,
    IncidentKind,
    IncidentReport,
    IncidentStatus,
    PlanStep,
    RotationStatus,
    StepAnswered,
    StepOutcome,
    Trigger,
)
from app.credential_rotation.queries import accounts_meant, incident_by_id, open_rotations_of
from app.people.models import Person, Role
from tests.conftest import NOW
from tests.credential_rotation.factories import ALL_DONE, TODAY, account, changed, grant, leave, started, verified
from tests.credential_rotation.incidents import REPORT, answered, compromised, happened
from tests.factories import Factory

SECRET = "The password: Winter!2027"
DAY = timedelta(days=1)
DONE = StepAnswered(StepOutcome.DONE)


def _told(person: Person) -> list[str]:
    query = sa.select(OutboxMessage.occasion).where(OutboxMessage.to_person_id == person.id)
    return sorted(db.session.execute(query).scalars())


def _recovered(incident: AccountIncident, by: Person) -> None:
    begin_writing(incident)
    operations.recover_account(incident, by=by, at=NOW)
    commit()


# ---- a compromise ----


@pytest.mark.parametrize("status", [AccountStatus.LIVE, AccountStatus.PAUSED, AccountStatus.DORMANT])
def test_declaring_a_compromise_does_everything_in_one_act(
    make: Factory, sca: Person, ict: Person, dpo: Person, owner: Person, status: AccountStatus
) -> None:
    deputy, on = make.person("Dee", Role.DEPUTY_SCA), account(make, "Libraries", owner)
    on.status = status
    make.keep(on)
    incident = compromised(on, ict)
    assert (on.status, on.status_since) == (AccountStatus.COMPROMISED, TODAY)
    (rotation,) = incident.rotations
    assert (rotation.status, rotation.due_on, rotation.owner_id) == (RotationStatus.DUE, TODAY, owner.id)
    assert [cause.trigger for cause in rotation.causes] == [Trigger.COMPROMISE]
    assert [_told(person) for person in (sca, deputy, dpo)] == [["account_incident"]] * 3
    assert _told(owner) == ["account_incident", "rotation_due"]
    assert _told(ict) == []
    assert {step.kind for step in incident.steps} == {PlanStep.DECLARED, PlanStep.INFORMED}
    assert len(incident.unanswered) == len(CHECKLIST) - 2


def test_where_a_part_is_not_filled_telling_them_stays_to_be_done(make: Factory, sca: Person, owner: Person) -> None:
    incident = compromised(account(make, "Libraries", owner), sca)
    assert PlanStep.INFORMED in incident.unanswered


def test_a_password_change_that_is_open_gets_one_more_cause(make: Factory, sca: Person, owner: Person) -> None:
    on = account(make, "Libraries", owner)
    rotation = started(on, sca)
    incident = compromised(on, sca)
    assert incident.rotations == [rotation]
    assert {cause.trigger for cause in rotation.causes} == {Trigger.SCHEDULED, Trigger.COMPROMISE}


@pytest.mark.parametrize("status", [AccountStatus.CLOSING, AccountStatus.CLOSED])
def test_an_account_that_ends_is_not_declared(
    make: Factory, sca: Person, owner: Person, status: AccountStatus
) -> None:
    on = account(make, "Libraries", owner)
    on.status, on.closed_on = status, TODAY if status is AccountStatus.CLOSED else None
    make.keep(on)
    with pytest.raises(AlreadyDone, match="cannot be declared"):
        compromised(on, sca)


def test_the_second_who_declares_it_is_told_who_did(make: Factory, sca: Person, ict: Person, owner: Person) -> None:
    on = account(make, "Libraries", owner)
    compromised(on, sca)
    with pytest.raises(AlreadyDone, match="already") as refusal:
        compromised(on, ict)
    assert (refusal.value.who, refusal.value.when) == ("Cleo Marsh", NOW)
    db.session.rollback()
    with pytest.raises(IntegrityError):
        make.keep(
            AccountIncident(
                account_id=on.id, kind=IncidentKind.COMPROMISE, noticed_on=TODAY, what_happened="x", recorded_at=NOW,
                recorded_by_id=ict.id, due_on=TODAY,
            )
        )  # fmt: skip
    db.session.rollback()


def test_an_account_marked_by_an_old_file_gets_its_steps(make: Factory, sca: Person, owner: Person) -> None:
    on = account(make, "Libraries", owner)
    on.status = AccountStatus.COMPROMISED
    make.keep(on)
    assert compromised(on, sca).is_open


def test_who_declares_and_what_is_refused(make: Factory, sca: Person, dpo: Person, owner: Person) -> None:
    on = account(make, "Libraries", owner)
    for stranger in (owner, dpo, make.person("Aud", Role.AUDITOR)):
        with pytest.raises(NotAllowed):
            compromised(on, stranger)
    for report, field in (
        (IncidentReport(TODAY + DAY, "x"), "noticed_on"),
        (IncidentReport(TODAY, ""), "what_happened"),
        (IncidentReport(TODAY, SECRET), "what_happened"),
        (IncidentReport(TODAY, "x", reference=SECRET), "reference"),
    ):
        with pytest.raises(InvalidInput) as refusal:
            compromised(on, sca, report=report)
        assert refusal.value.field == field
    assert on.status is AccountStatus.LIVE


def test_a_compromise_is_no_state_that_is_set_by_hand(make: Factory, sca: Person, owner: Person) -> None:
    on = account(make, "Libraries", owner)
    with pytest.raises(AlreadyDone, match="steps"):
        change_status(on, AccountStatus.COMPROMISED, by=sca, at=NOW, reason="x")
    compromised(on, sca)
    with pytest.raises(AlreadyDone, match="steps"):
        change_status(on, AccountStatus.LIVE, by=sca, at=NOW, reason="x")


def test_everything_that_hangs_on_the_account_gets_new_credentials(
    make: Factory, sca: Person, ict: Person, owner: Person
) -> None:
    """Linked groups and website tools have credentials of their own; what is closed has none any more."""
    on, elsewhere = account(make, "Libraries", owner), account(make, "Elsewhere", owner)
    group, closed = account(make, "Book club", owner), account(make, "Old blog", owner)
    closed.status, closed.closed_on = AccountStatus.CLOSED, TODAY
    group.parent_id = closed.parent_id = on.id
    make.keep(group, closed, elsewhere)
    incident = compromised(on, sca)
    assert [one.account.name for one in incident.rotations] == ["Libraries", "Book club"]
    assert {cause.trigger for one in incident.rotations for cause in one.causes} == {Trigger.COMPROMISE}
    assert (group.status, elsewhere.status) == (AccountStatus.LIVE, AccountStatus.LIVE)
    for number, rotation in enumerate(incident.rotations):
        assert len(incident.to_change) == 2 - number
        changed(rotation, owner)
    verified(incident.rotations[0], sca)
    answered(incident, sca, *incident.unanswered)
    with pytest.raises(operations.NotRecovered) as refusal:
        _recovered(incident, ict)
    assert refusal.value.left == ["Change the password of Book club (Facebook), and have a second person verify it"]
    db.session.rollback()
    verified(incident.rotations[1], sca)
    _recovered(incident, ict)
    assert on.status is AccountStatus.LIVE


def test_a_change_made_before_the_compromise_does_not_count_for_it(make: Factory, sca: Person, owner: Person) -> None:
    """It was asked for already: the new password is from before, so the compromise asks for a further one."""
    on, later = account(make, "Libraries", owner), NOW + timedelta(hours=3)
    started(on, sca)
    incident = compromised(on, sca, at=later)
    (rotation,) = incident.rotations
    begin_writing(rotation)
    operations.mark_changed(rotation, by=owner, at=later + DAY, changed_at=NOW + timedelta(hours=1), steps=ALL_DONE)
    commit()
    found = incident_by_id(incident.id)
    assert found is not None
    assert [(one.id == rotation.id, one.status) for one in found.rotations] == [(False, RotationStatus.DUE)]


def test_a_leaver_who_stays_for_a_while_does_not_keep_the_account_compromised(
    make: Factory, sca: Person, ict: Person, owner: Person
) -> None:
    """What is due because of them later is a further change, which recovery does not wait for."""
    on, leaver = account(make, "Libraries", owner), make.person("Jo Bell")
    grant(make, on, leaver)
    leave(leaver, make.person("Hr", Role.HR_MANAGER), day=TODAY + 9 * DAY, immediate=False)
    incident = compromised(on, sca)
    (rotation,) = incident.rotations
    changed(rotation, owner)
    verified(rotation, sca)
    answered(incident, sca, *incident.unanswered)
    _recovered(incident, ict)
    assert on.status is AccountStatus.LIVE
    assert [one.status for one in open_rotations_of(on)] == [RotationStatus.DUE]


def test_whom_the_pack_names_is_told(make: Factory, sca: Person, owner: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    head = make.person("Ann", Role.AUDITOR)
    monkeypatch.setattr(
        "app.credential_rotation.operations.incidents._roles_to_tell", lambda: [(Role.AUDITOR,)]
    )
    incident = compromised(account(make, "Libraries", owner), sca)
    assert (_told(head), PlanStep.INFORMED in incident.unanswered) == (["account_incident"], False)


def test_no_file_puts_a_compromised_account_back_to_live(make: Factory, sca: Person, owner: Person) -> None:
    on = account(make, "Libraries", owner)
    on.handle, on.handle_key = "@libraries", "libraries"
    make.keep(on)
    compromised(on, sca)
    row = f"Facebook,@libraries,,Libraries,,{owner.email},,live,"
    plan = plan_register_import(f"{','.join(REGISTER_HEADERS)}\n{row}\n".encode(), day=TODAY)
    assert "the account is compromised and cannot become live by a file" in plan.problems[0].sentence


# ---- who may ----


@pytest.mark.parametrize(
    ("role", "sees", "works", "handles"),
    [
        (Role.SCA, True, True, True), (Role.DEPUTY_SCA, True, True, True), (Role.ICT, True, True, True),
        (Role.DPO, True, False, False), (Role.AUDITOR, True, False, False), (Role.HR_MANAGER, False, False, False),
        (Role.ADMINISTRATOR, False, False, False), (None, False, False, False), ("owner", True, True, False),
    ],
)  # fmt: skip
def test_who_may_read_and_do_what(
    make: Factory, owner: Person, role: Role | str | None, sees: bool, works: bool, handles: bool
) -> None:
    person = owner if role == "owner" else make.person("Pat", *([role] if isinstance(role, Role) else []))
    keeper = make.person("Cleo", Role.SCA)
    incident, media = compromised(account(make, "Libraries", owner), keeper), happened(account(make, "Parks", owner), keeper)
    for one in (incident, media):
        assert one.can_be_seen_by(person) is sees
        assert one.can_be_worked_on_by(person) is works
        assert one.is_handler(person) is handles
    assert (incident.can_be_recovered_by(person), media.can_be_recovered_by(person)) == (handles, False)
    assert (incident.can_be_closed_by(person), media.can_be_closed_by(person)) == (False, handles)
    for one in (incident, media):
        one.status = IncidentStatus.CLOSED
        assert not one.can_be_worked_on_by(person)
        assert not one.can_be_recovered_by(person)
        assert not one.can_be_closed_by(person)
    db.session.rollback()


@pytest.mark.parametrize(("old", "new", "allowed"), INCIDENT_TRANSITIONS.pairs())
def test_what_is_closed_stays_closed(old: IncidentStatus, new: IncidentStatus, allowed: bool) -> None:
    incident = AccountIncident(status=old)
    assert incident.can_move_to(new) is allowed
    if not allowed:
        with pytest.raises(AlreadyDone):
            incident.move_to(new)


# ---- the steps ----


def test_a_step_is_done_once_and_may_be_done_after_it_did_not_apply(
    make: Factory, sca: Person, ict: Person, owner: Person
) -> None:
    incident = compromised(account(make, "Libraries", owner), sca)
    with pytest.raises(InvalidInput) as refusal:
        operations.answer_step(
            incident, PlanStep.POLICE, StepAnswered(StepOutcome.NOT_APPLICABLE), by=owner, at=NOW
        )
    assert refusal.value.field == "reason"
    answered(incident, owner, PlanStep.POLICE)
    with pytest.raises(AlreadyDone) as late:
        answered(incident, ict, PlanStep.POLICE)
    assert (late.value.who, late.value.when) == ("Olu Abara", NOW)
    db.session.rollback()
    operations.answer_step(incident, PlanStep.POLICE, DONE, by=ict, at=NOW + DAY)
    found = incident.answer_to(PlanStep.POLICE)
    assert found is not None
    assert (found.outcome, found.reason, found.answered_by, found.answered_at) == (StepOutcome.DONE, "", ict, NOW + DAY)
    for words in (DONE, StepAnswered(StepOutcome.NOT_APPLICABLE, "Not at all.")):
        with pytest.raises(AlreadyDone, match="answered already"):
            operations.answer_step(incident, PlanStep.POLICE, words, by=sca, at=NOW)
    with pytest.raises(NotAllowed):
        operations.answer_step(incident, PlanStep.CONTENT, DONE, by=make.person(), at=NOW)


def test_a_step_says_what_is_true(make: Factory, sca: Person, owner: Person) -> None:
    """A password that nobody changed was not changed; what is logged has its number; lessons are written down."""
    incident = compromised(account(make, "Libraries", owner), sca)
    for step, words, field in (
        (PlanStep.CREDENTIALS, DONE, "outcome"),
        (PlanStep.REFERENCE, DONE, "reference"),
        (PlanStep.LESSONS, DONE, "outcome"),
        (PlanStep.CREDENTIALS, StepAnswered(StepOutcome.NOT_APPLICABLE, "It is new."), "outcome"),
        (PlanStep.CONTENT, StepAnswered(StepOutcome.NOT_APPLICABLE, SECRET), "reason"),
    ):
        with pytest.raises(InvalidInput) as refusal:
            operations.answer_step(incident, step, words, by=sca, at=NOW)
        assert refusal.value.field == field
    for outcome, lessons, field in (("", "x", "outcome"), ("x", "", "lessons"), ("x", SECRET, "lessons")):
        with pytest.raises(InvalidInput) as refusal:
            operations.record_lessons(incident, Ending(outcome, lessons), by=sca, at=NOW)
        assert refusal.value.field == field
    operations.answer_step(
        incident, PlanStep.REFERENCE, StepAnswered(StepOutcome.DONE, reference="INC-12"), by=sca, at=NOW
    )
    assert incident.reference == "INC-12"


def test_a_reference_known_from_the_start_answers_its_step(make: Factory, sca: Person, owner: Person) -> None:
    incident = compromised(
        account(make, "Libraries", owner), sca, report=IncidentReport(TODAY, "Strange posts", reference="INC-7")
    )
    assert PlanStep.REFERENCE not in incident.unanswered


def test_an_account_is_live_again_only_when_everything_is_done(
    make: Factory, sca: Person, ict: Person, dpo: Person, owner: Person
) -> None:
    """Each step that is left is named, and the password change until a second person verified it."""
    on = account(make, "Libraries", owner)
    incident = compromised(on, sca)
    (rotation,) = incident.rotations
    with pytest.raises(operations.NotRecovered, match="Still to be done: Contact the platform; ") as refusal:
        _recovered(incident, ict)
    assert len(refusal.value.left) == len(CHECKLIST) - 2 + 1
    db.session.rollback()
    changed(rotation, owner)
    answered(incident, sca, *incident.unanswered)
    with pytest.raises(operations.NotRecovered) as refusal:
        _recovered(incident, ict)
    assert refusal.value.left == ["Change the password of Libraries (Facebook), and have a second person verify it"]
    db.session.rollback()
    verified(rotation, sca)
    with pytest.raises(NotAllowed):
        _recovered(incident, owner)
    db.session.rollback()
    _recovered(incident, ict)
    assert (on.status, incident.status, incident.closed_by) == (AccountStatus.LIVE, IncidentStatus.CLOSED, ict)
    assert "account_incident_over" in _told(owner)
    assert "account_incident_over" in _told(dpo)
    with pytest.raises(AlreadyDone) as late:
        _recovered(incident, sca)
    assert late.value.who == "Ian Teal"
    for act in (
        lambda: answered(incident, sca, PlanStep.LESSONS),
        lambda: answered(incident, sca, PlanStep.CONTENT),
        lambda: operations.add_note(incident, "x", by=sca, at=NOW),
    ):
        with pytest.raises(AlreadyDone):
            act()
        db.session.rollback()
    assert compromised(on, sca).is_open, "it may happen again"


# ---- everything else ----


def test_media_interest_says_who_and_what_and_ends_with_its_outcome(
    make: Factory, sca: Person, dpo: Person, owner: Person
) -> None:
    on = account(make, "Libraries", owner)
    with pytest.raises(InvalidInput) as refusal:
        happened(on, sca, report=REPORT)
    assert refusal.value.field == "by_whom"
    db.session.rollback()
    with pytest.raises(NotAllowed):
        happened(on, owner)
    incident = happened(on, sca)
    assert (on.status, incident.rotations, incident.unanswered) == (AccountStatus.LIVE, [], [])
    assert _told(dpo) == ["account_incident"]
    operations.add_note(incident, "We said that it is looked into.", by=owner, at=NOW)
    with pytest.raises(AlreadyDone, match="not compromised"):
        operations.recover_account(incident, by=sca, at=NOW)
    with pytest.raises(InvalidInput, match="outcome"):
        operations.close_incident(incident, Ending(""), by=sca, at=NOW)
    operations.close_incident(incident, Ending("Nothing was printed."), by=sca, at=NOW)
    assert incident.status is IncidentStatus.CLOSED
    with pytest.raises(AlreadyDone, match="closed already"):
        operations.close_incident(incident, Ending("x"), by=sca, at=NOW)


def test_an_attack_is_closed_with_its_reference(make: Factory, sca: Person, ict: Person, owner: Person) -> None:
    incident = happened(account(make, "Libraries", owner), ict, IncidentKind.ONLINE_ATTACK)
    with pytest.raises(InvalidInput) as refusal:
        operations.close_incident(incident, Ending("x"), by=sca, at=NOW)
    assert refusal.value.field == "reference"
    operations.close_incident(incident, Ending("x", reference="INC-3"), by=sca, at=NOW)
    assert incident.reference == "INC-3"


def test_a_compromise_is_not_simply_closed_and_notes_hold_no_secrets(make: Factory, sca: Person, owner: Person) -> None:
    incident = compromised(account(make, "Libraries", owner), sca)
    with pytest.raises(AlreadyDone, match="put back to live"):
        operations.close_incident(incident, Ending("x"), by=sca, at=NOW)
    for text in ("", SECRET):
        with pytest.raises(InvalidInput):
            operations.add_note(incident, text, by=sca, at=NOW)
    with pytest.raises(NotAllowed):
        operations.add_note(incident, "x", by=make.person(), at=NOW)


def test_for_whom_it_waits(make: Factory, sca: Person, ict: Person, dpo: Person, owner: Person) -> None:
    select = {kind.name: kind.select for kind in DUE_KINDS}
    compromised(account(make, "Libraries", owner), sca)
    happened(account(make, "Museums", owner), sca)
    for person, waits in ((sca, 1), (ict, 1), (dpo, 0), (owner, 0)):
        for name in ("incident_steps", "incident_close"):
            made = select[name](person, TODAY)
            assert len(db.session.execute(made).all() if made is not None else []) == waits


def test_which_account_is_meant(make: Factory, owner: Person) -> None:
    one = account(make, "Northmere Libraries", owner)
    one.handle, one.handle_key, one.url = "@NorthLib", "northlib", "https://www.facebook.com/northlib"
    make.keep(one)
    account(make, "Twice", owner)
    account(make, "Twice", owner)
    account(make, "Nothing else", owner)
    for typed in ("northmere libraries", "@northlib", "NorthLib", "https://facebook.com/northlib/", "facebook.com/northlib"):
        assert [found.id for found in accounts_meant(typed)] == [one.id], typed
    assert len(accounts_meant("twice")) == 2
    assert accounts_meant("@") == []
