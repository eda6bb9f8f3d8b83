"""What waits for somebody in this room, for home pages."""

from datetime import date
from typing import Any

import sqlalchemy as sa

from app.account_register.models import Account, KeeperNotice, NoticeKind
from app.account_register.queries import checks, managers, proposals, requests, watch
from app.account_register.queries.reviews import open_to_keepers, reviews_due
from app.core.db import named
from app.core.registries import DueKind, Viewer
from app.people import vacancies
from app.people.everybody import Select, everybody_with, opening
from app.people.models import KEEPERS, Person, Role, RoleAssignment
from app.people.queries import is_here, role_runs
from app.policy.queries import pack


def _notices(kind: NoticeKind, name: str, viewer: Viewer, today: date) -> sa.Select[Any] | None:
    if not viewer.holds(*KEEPERS):
        return None
    about = named(Person, "about_whom")
    return (
        sa.select(
            sa.literal(name).label("name"),
            sa.func.replace(sa.cast(KeeperNotice.id, sa.String), "-", "").label("key"),
            sa.func.coalesce(Account.name, about.name).label("who"),
            KeeperNotice.due_on.label("due_on"),
        )
        .outerjoin(about, about.id == KeeperNotice.about_id)
        .outerjoin(Account, Account.id == KeeperNotice.account_id)
        .where(KeeperNotice.noted_at.is_(None), KeeperNotice.kind == kind, _may_note(viewer, today))
    )


def _may_note(viewer: Viewer, day: date) -> sa.ColumnElement[bool]:
    """`KeeperNotice.can_be_noted_by` of a keeper, as a condition of a query."""
    other_keeper = (
        sa.select(RoleAssignment.id)
        .join(Person, Person.id == RoleAssignment.person_id)
        .where(
            RoleAssignment.role.in_(KEEPERS),
            role_runs(day),
            Person.id != viewer.id,
            is_here(day),
        )
    )
    return sa.or_(
        KeeperNotice.about_id.is_(None), KeeperNotice.about_id != viewer.id, sa.not_(sa.exists(other_keeper))
    )


def _passwords(viewer: Viewer, today: date) -> sa.Select[Any] | None:
    return _notices(NoticeKind.PASSWORD_CHANGED, "notice_password", viewer, today)


def _devices(viewer: Viewer, today: date) -> sa.Select[Any] | None:
    return _notices(NoticeKind.DEVICE_PERMISSION, "notice_device", viewer, today)


def _uses(viewer: Viewer, today: date) -> sa.Select[Any] | None:
    return _notices(NoticeKind.WORK_USE, "notice_use", viewer, today)


def without_keeper(viewer: Viewer, today: date) -> sa.Select[Any] | None:
    """That nobody keeps the register, for the administrator who appoints: what keepers would do is nobody's duty then."""
    if not viewer.holds(Role.ADMINISTRATOR):
        return None
    return vacancies.vacancy("register_keeper", KEEPERS, pack().role_titles[Role.SCA].value, today)


IN_THE_REGISTER = "in the register of accounts"
PROPOSAL = ("account_register.show_proposal", "reference")


def _step_of_proposal(name: str, words: str, select: Select) -> DueKind:
    """A step of a proposal; whoever is told of it because it is late reads the proposal if it is open to them."""
    return DueKind(
        name, words, *PROPOSAL, select,
        everybody=everybody_with(select), opens=opening(proposals.proposals_seen), unopened=IN_THE_REGISTER,
    )  # fmt: skip


PROPOSALS = (
    _step_of_proposal("proposal_support", "Say whether you support the proposal for {who}", proposals.to_support),
    _step_of_proposal("proposal_advise", "Advise on the proposal for {who}", proposals.to_advise),
    _step_of_proposal("proposal_accept", "Accept the risk that remains of the proposal for {who}", proposals.to_accept),
    _step_of_proposal("proposal_approve", "Approve or refuse the proposal for {who}", proposals.to_approve),
    DueKind(
        "proposal_use", "Carry out the approved proposal for {who}", *PROPOSAL, proposals.to_use,
        everybody=everybody_with(proposals.to_use),
    ),
    DueKind(
        "proposal_manager", "Record who manages {who}: what they proposed waits for nobody", "account_register.manager",
        "person_id", managers.managers_to_record, everybody=everybody_with(managers.managers_to_record),
        unopened=IN_THE_REGISTER,
    ),
    _step_of_proposal("proposal_answer", "Answer the question about the proposal for {who}", proposals.to_answer),
    _step_of_proposal("proposal_assess", "Assess the risks and plan for {who}", proposals.to_assess),
    DueKind("proposal_waiting", "Your proposal for {who}", *PROPOSAL, proposals.waiting_for_others, waiting=True),
)  # fmt: skip
REQUEST = ("account_register.show_access_request", "request_id")
ACCESS = (
    DueKind(
        "access_approve", "Approve or refuse access: {who}", *REQUEST, requests.to_approve,
        everybody=everybody_with(requests.to_approve), opens=opening(requests.requests_seen), unopened=IN_THE_REGISTER,
    ),
    DueKind(
        "access_advise", "Advise on access: {who}", *REQUEST, requests.to_advise,
        everybody=everybody_with(requests.to_advise), opens=opening(requests.requests_seen), unopened=IN_THE_REGISTER,
    ),
    DueKind("access_waiting", "Access that you asked for: {who}", *REQUEST, requests.waiting_for_others, waiting=True),
)  # fmt: skip
WATCH = (
    DueKind(
        "discovered_settle", "Bring {who} onto the register, or close it", "account_register.show_discovered",
        "discovered_id", watch.discovered_to_settle, everybody=everybody_with(watch.discovered_to_settle),
        opens=opening(watch.discovered_seen), unopened=IN_THE_REGISTER,
    ),
    DueKind(
        "discovered_propose", "Propose {who}, which is in use already", "account_register.propose", "_anchor",
        watch.discovered_to_propose,
    ),
    DueKind(
        "look_alike_settle", "See to {who}, which looks like ours", "account_register.show_look_alike", "look_alike_id",
        watch.look_alikes_to_see_to, everybody=everybody_with(watch.look_alikes_to_see_to),
        opens=opening(watch.look_alikes_seen), unopened=IN_THE_REGISTER,
    ),
    DueKind(
        "horizon_look", "Look at {who} again", "account_register.show_horizon_item", "item_id", watch.horizon_to_look_at,
        everybody=everybody_with(watch.horizon_to_look_at), opens=opening(watch.horizon_seen), unopened=IN_THE_REGISTER,
    ),
)  # fmt: skip
LOOKING_AGAIN = (
    DueKind(
        "content_review", "Read through what {who} says", "account_register.review_content", "account_id",
        checks.content_due, everybody=everybody_with(checks.content_due),
        opens=open_to_keepers, unopened=IN_THE_REGISTER,
    ),
    DueKind(
        "account_results", "Write down what came of {who}", "account_register.record_results", "account_id",
        checks.results_due, everybody=everybody_with(checks.results_due),
        opens=open_to_keepers, unopened=IN_THE_REGISTER,
    ),
    DueKind(
        "risk_review", "Look at a risk of {who} again", "account_register.review_risk", "row_id", checks.risks_due,
        everybody=everybody_with(checks.risks_due), opens=checks.open_risks_to_keepers, unopened=IN_THE_REGISTER,
    ),
    DueKind(
        "risk_accept", "Accept the high risk that remains of {who}", "account_register.papers", "account_id",
        checks.to_accept, everybody=everybody_with(checks.to_accept), opens=open_to_keepers, unopened=IN_THE_REGISTER,
    ),
    DueKind(
        "account_papers", "Assess the risks and plan for {who}", "account_register.papers", "account_id",
        checks.papers_due, everybody=everybody_with(checks.papers_due),
        opens=open_to_keepers, unopened=IN_THE_REGISTER,
    ),
    DueKind(
        "access_acknowledge", "Agree to the policy, so that you can use {who}", "account_register.show", "account_id",
        checks.to_acknowledge_for_access, everybody=everybody_with(checks.to_acknowledge_for_access),
    ),
)  # fmt: skip
DUE_KINDS = (
    *LOOKING_AGAIN,
    *ACCESS,
    *PROPOSALS,
    *WATCH,
    DueKind(
        "account_review", "Look at who has access to {who}", "credential_rotation.review_access", "account_id", reviews_due,
        everybody=everybody_with(reviews_due), opens=open_to_keepers, unopened=IN_THE_REGISTER,
    ),
    DueKind(
        "notice_password", "Note that the password of {who} was changed", "account_register.notices", "_anchor", _passwords,
        everybody=everybody_with(_passwords), unopened=IN_THE_REGISTER,
    ),
    DueKind(
        "notice_device", "Note the device permission of {who}", "account_register.notices", "_anchor", _devices,
        everybody=everybody_with(_devices), unopened=IN_THE_REGISTER,
    ),
    DueKind(
        "notice_use", "Note what {who} uses for work", "account_register.notices", "_anchor", _uses,
        everybody=everybody_with(_uses), unopened=IN_THE_REGISTER,
    ),
    DueKind(
        "register_keeper", vacancies.APPOINT, vacancies.WHERE_ROLES_ARE_GIVEN, "role", without_keeper,
        everybody=everybody_with(without_keeper), unopened=vacancies.ABOUT_ROLES,
    ),
)
