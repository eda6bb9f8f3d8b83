"""The investigation: evidence, statements, pauses."""

from datetime import date
from typing import Any

from app.core.errors import InvalidInput, NothingHere
from app.core.evidence_files import SealedFile, remove_file, seal_file
from app.core.forms import ProbityForm
from app.hr_cases import blueprint, operations, queries
from app.hr_cases.forms.investigating import (
    EvidenceForm,
    PauseForm,
    StatementCheckForm,
    StatementForm,
    bearings_from,
    evidence_form,
    weighing_form,
)
from app.hr_cases.models import (
    Attribution,
    EvidenceKind,
    PauseReason,
    StatementKind,
    StatementState,
    Visibility,
)
from app.hr_cases.operations import EvidenceDetails
from app.hr_cases.routes.choosing import known_people, person_named
from app.hr_cases.routes.common import Visit, act_page, ask, carried_out, done, visit
from app.hr_cases.routes.files import exhibit_numbered
from app.hr_cases.routes.opening import INVESTIGATOR, OWNER
from app.people.models import Person


@blueprint.route("/<reference>/add-evidence", methods=["GET", "POST"])
def add_evidence(reference: str) -> Any:
    """Investigator or owner add an exhibit. Its file is sealed before the transaction begins."""
    here = visit(reference)
    case, me = here.case, here.me
    who = case.is_investigated_by(me) or case.is_owned_by(me)
    ask(here, who=who, can=case.can_add_evidence(me), whose=f"{INVESTIGATOR} or {OWNER}")
    form = evidence_form(case.allegations)
    form.captured_on.not_after = here.today
    if form.validate_on_submit() and not isinstance(sealed := _sealed(here, form), EvidenceForm):
        bearings = bearings_from(form, case.allegations)

        def act() -> None:
            _refuse_twice(here, form, sealed)
            operations.add_evidence(
                case, details=_details(form), file=sealed, bearings=bearings, by=me, at=here.now
            )

        if carried_out(form, act, case):
            return done("You added an exhibit.", "evidence", reference=here.reference)
    return act_page(
        here,
        form,
        "Add evidence",
        "Add this exhibit",
        lead="An exhibit never changes once it is added. If something in it is wrong, add it again and say so.",
        file_again=bool(form.errors and form.file.data),
    )


@blueprint.route("/<reference>/evidence/<int:number>/weigh", methods=["GET", "POST"])
def weigh_evidence(reference: str, number: int) -> Any:
    """Investigator or owner say which allegations an exhibit speaks for or against."""
    here = visit(reference)
    case, me, item = here.case, here.me, exhibit_numbered(here, number)
    who = case.is_investigated_by(me) or case.is_owned_by(me)
    ask(here, who=who, can=case.can_add_evidence(me), whose=f"{INVESTIGATOR} or {OWNER}")
    form = weighing_form(case.allegations, item)
    if form.validate_on_submit():

        def act() -> None:
            operations.weigh_evidence(
                item, bearings=bearings_from(form, case.allegations), by=me, at=here.now,
                weighing_seen=form.weighing_seen.data,
            )  # fmt: skip

        if carried_out(form, act, case):
            return done(f"You said what exhibit {item.label} speaks for.", "evidence", reference=here.reference)
    return act_page(
        here,
        form,
        f"What exhibit {item.label} speaks for",
        "Save what it speaks for",
        lead="Look for what speaks against an allegation as carefully as for what speaks for it.",
    )


def _sealed(here: Visit, form: EvidenceForm) -> SealedFile | EvidenceForm | None:
    """The file, sealed with the key of the case; None where there is none; the form itself where it was refused."""
    upload = form.file.data
    if not upload or not upload.filename:
        return None
    try:
        sealed = seal_file(upload.stream, here.case.data_key)
        why_not = operations.why_not_shown(sealed.stored_as, sealed.kind.media_type, here.case.data_key)
        if why_not is None:
            return sealed
        remove_file(sealed.stored_as)
        raise InvalidInput(why_not, field="file")
    except InvalidInput as refusal:
        form.add_refusal(refusal)
    return form


def _refuse_twice(here: Visit, form: EvidenceForm, sealed: SealedFile | None) -> None:
    """A second click, or a file that is an exhibit already."""
    for item in queries.exhibits(here.case):
        same_file = sealed is not None and item.sha256 == sealed.sha256
        same_words = (item.title, item.transcript) == (form.title.data, form.transcript.data)
        if same_file or (sealed is None and item.sha256 is None and same_words):
            raise InvalidInput(f"This is in the case already, as exhibit {item.label}.", field="file")


def _details(form: EvidenceForm) -> EvidenceDetails:
    return EvidenceDetails(
        title=form.title.data,
        kind=EvidenceKind(form.kind.data or ""),
        address=form.address.data,
        captured_on=form.captured_on.data,
        captured_by=form.captured_by.data,
        visibility=Visibility(form.visibility.data or ""),
        attribution=Attribution(form.attribution.data or ""),
        lawful_source=form.lawful_source.data,
        transcript=form.transcript.data,
        special_category=form.special_category.data,
        third_party_data=form.third_party_data.data,
    )


@blueprint.route("/<reference>/add-statement", methods=["GET", "POST"])
def add_statement(reference: str) -> Any:
    """The investigator writes down somebody's account."""
    here = visit(reference)
    case, me = here.case, here.me
    ask(here, who=case.is_investigated_by(me), can=case.can_add_statement(me), whose=INVESTIGATOR)
    known = known_people(case)
    form = StatementForm(known=known)
    form.taken_on.not_after = here.today
    form.own_words = ("words",) if form.person.data == str(case.subject.id) else ()
    if form.validate_on_submit():

        def act() -> None:
            giver = person_named(known, form.person.data, form.person_email.data, field="person_email")
            _refuse_same_statement(here, giver, form)
            operations.add_statement(
                case,
                person=giver,
                kind=StatementKind(form.kind.data or ""),
                taken_on=_day(form.taken_on.data),
                words=form.words.data,
                present=form.present.data,
                by=me,
                at=here.now,
            )

        if carried_out(form, act, case):
            return done("You added a statement.", "meetings", reference=here.reference)
    return act_page(
        here,
        form,
        "Add a statement",
        "Add this statement",
        lead=None
        if case.told_subject_at
        else f"{case.subject.name} has not been told yet, so they cannot be asked for their account.",
    )


def _refuse_same_statement(here: Visit, giver: Person, form: StatementForm) -> None:
    """A second click."""
    for given in queries.statements(here.case):
        if (given.person_id, given.taken_on, given.words) == (giver.id, form.taken_on.data, form.words.data):
            raise InvalidInput(f"This is in the case already, as statement {given.label}.", field="words")


@blueprint.route("/<reference>/meetings/statements/<int:number>/check", methods=["GET", "POST"])
def check_statement(reference: str, number: int) -> Any:
    """The investigator records what somebody answered when they checked their statement."""
    here = visit(reference)
    case, me = here.case, here.me
    statement = queries.statement(case, number)
    if statement is None:
        raise NothingHere(secret=True)
    ask(here, who=case.is_investigated_by(me), can=case.can_record_statement_check(me), whose=INVESTIGATOR)
    form = StatementCheckForm()
    form.checked_on.not_after = here.today
    form.own_words = ("amendments", "objections") if statement.person_id == case.subject.id else ()
    if form.validate_on_submit():
        state = StatementState(form.state.data or "")
        agreed_with_changes = state is StatementState.AGREED_WITH_AMENDMENTS
        amendments = form.amendments.data if agreed_with_changes else form.objections.data

        def act() -> None:
            operations.record_statement_check(
                statement, state=state, amendments=amendments, checked_on=_day(form.checked_on.data), by=me, at=here.now
            )

        if carried_out(form, act, case, statement):
            return done(f"You recorded the answer on statement S{number}.", "meetings", reference=here.reference)
    return act_page(here, form, f"Answer on statement S{number}", "Record the answer")


def _day(day: date | None) -> date:
    """A day that the form has made sure of."""
    assert day is not None
    return day


@blueprint.route("/<reference>/pause", methods=["GET", "POST"])
def pause(reference: str) -> Any:
    """The owner lets the investigation stand still, with a reason."""
    here = visit(reference)
    case, me = here.case, here.me
    ask(here, who=case.is_owned_by(me), can=case.can_pause(me), whose=OWNER, doing=operations.PAUSED)
    form = PauseForm()
    if form.validate_on_submit():

        def act() -> None:
            operations.pause_case(
                case, reason=PauseReason(form.reason.data or ""), note=form.note.data, by=me, at=here.now
            )

        if carried_out(form, act, case):
            return done("You paused the investigation.", reference=here.reference)
    return act_page(
        here,
        form,
        "Pause the investigation",
        "Pause the investigation",
        lead="You will be reminded to look at this again.",
    )


@blueprint.route("/<reference>/resume", methods=["GET", "POST"])
def resume(reference: str) -> Any:
    """The owner lets a paused investigation go on."""
    here = visit(reference)
    case, me = here.case, here.me
    ask(here, who=case.is_owned_by(me), can=case.can_resume(me), whose=OWNER, doing=operations.RESUMED)
    form = ProbityForm()
    if form.validate_on_submit() and carried_out(
        form, lambda: operations.resume_case(case, by=me, at=here.now), case
    ):
        return done("You resumed the investigation.", reference=here.reference)
    pauses = queries.pauses(case)
    return act_page(
        here,
        form,
        "Resume the investigation",
        "Resume the investigation",
        recalled=("What was agreed when it was paused", pauses[-1].note) if pauses else None,
    )
