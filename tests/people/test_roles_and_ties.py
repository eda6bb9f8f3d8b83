"""Roles that are given and end, and close relationships that somebody declares or HR records."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from app.core import clock
from app.core.audit import AuditEvent
from app.core.db import commit, db
from app.core.errors import AlreadyDone, InvalidInput, NotAllowed
from app.core.outbox import OutboxMessage
from app.matters.models import Capacity, Matter, MatterKind
from app.matters.operations import add_party
from app.matters.queries import is_kept_from
from app.people.models import DeclaredRelationship, Person, RelationshipKind, Role, RoleAssignment
from app.people.operations import appoint, end_role
from app.people.queries import holders_of, roles_only_of
from app.people.relating import (
    confirm_relationship,
    declared_by,
    end_relationship,
    relate,
    running_between,
    to_confirm,
    turn_down_relationship,
)
from tests.conftest import NOW
from tests.factories import Factory
from tests.pages import PageClient, counted_queries

TODAY, DAY = NOW.date(), timedelta(days=1)
FAMILY = RelationshipKind.FAMILY


def test_a_role_that_ends_is_gone_at_once_in_every_session(make: Factory, client_of: Callable[..., PageClient]) -> None:
    """The next page of a session that is open knows it, and so do the lists of who holds the role."""
    officer = make.person("Hana", Role.HR_INTAKE)
    browser = client_of(officer)
    browser.get("/breach-reports/")
    end_role(officer, Role.HR_INTAKE, by=None, last_day=TODAY - DAY, at=NOW)
    commit()
    assert not officer.holds(Role.HR_INTAKE)
    assert holders_of([Role.HR_INTAKE], TODAY) == []
    browser.get("/breach-reports/", status=404)
    assert db.session.execute(sa.select(AuditEvent.act).where(AuditEvent.about_id == officer.id)).scalars().all() == [
        "role:ended"
    ]


def test_a_role_may_end_on_a_day_to_come(make: Factory) -> None:
    """It is held until then, and may be given again from the day after."""
    officer = make.person(None, Role.DPO)
    end_role(officer, Role.DPO, by=None, last_day=TODAY + DAY, at=NOW)
    assert officer.holds(Role.DPO)
    assert holders_of([Role.DPO], TODAY + 2 * DAY) == []
    with pytest.raises(AlreadyDone):
        appoint(officer, Role.DPO, by=None, since=TODAY + DAY, at=NOW)
    appoint(officer, Role.DPO, by=None, since=TODAY + 2 * DAY, at=NOW)
    commit()
    assert holders_of([Role.DPO], TODAY + 2 * DAY) == [officer]


def test_what_was_given_by_mistake_today_is_gone_today(make: Factory) -> None:
    """It was not carried for a single day; the record of acts tells that it was given and taken away."""
    person = make.person()
    appoint(person, Role.ICT, by=None, since=TODAY, at=NOW)
    commit()
    end_role(person, Role.ICT, by=None, last_day=TODAY - DAY, at=NOW)
    commit()
    assert not person.holds(Role.ICT)
    acts = sa.select(AuditEvent.act).where(AuditEvent.about_id == person.id).order_by(AuditEvent.number)
    assert db.session.execute(acts).scalars().all() == ["role:given", "role:ended"]


def test_nobody_is_appointed_twice(make: Factory) -> None:
    """Told plainly by the act, and refused by the database where two clicks meet."""
    person = make.person(None, Role.AUDITOR)
    with pytest.raises(AlreadyDone, match="holds this role already, since 6 January 2020"):
        appoint(person, Role.AUDITOR, by=None, since=TODAY, at=NOW)
    db.session.add(RoleAssignment(person_id=person.id, role=Role.AUDITOR, since=TODAY))
    with pytest.raises(IntegrityError):
        db.session.flush()


def test_who_may_end_a_role(make: Factory) -> None:
    """An administrator, never for themselves; and somebody stays who can appoint."""
    admin, other, officer = make.person(None, Role.ADMINISTRATOR), make.person(), make.person(None, Role.HR_MANAGER)
    for by, whose in ((other, officer), (officer, officer), (admin, admin)):
        with pytest.raises(NotAllowed):
            end_role(whose, whose.roles[0].role, by=by, last_day=TODAY - DAY, at=NOW)
    with pytest.raises(InvalidInput, match="Somebody has to be administrator"):
        end_role(admin, Role.ADMINISTRATOR, by=None, last_day=TODAY - DAY, at=NOW)
    with pytest.raises(AlreadyDone):
        end_role(other, Role.HR_MANAGER, by=admin, last_day=TODAY - DAY, at=NOW)
    make.person(None, Role.HR_MANAGER)
    end_role(officer, Role.HR_MANAGER, by=admin, last_day=TODAY - DAY, at=NOW)
    assert not officer.holds(Role.HR_MANAGER)


def test_which_roles_only_one_person_holds(make: Factory) -> None:
    """Whoever left, or whose role has ended, does not count as another."""
    wynn = make.person("Wynn", Role.WHISTLEBLOWING_OFFICER, Role.DPO)
    make.person("Gone", Role.WHISTLEBLOWING_OFFICER, last_working_day=TODAY - DAY)
    also = make.person("Also", Role.DPO)
    assert roles_only_of([wynn], TODAY) == {Role.WHISTLEBLOWING_OFFICER: [wynn]}
    assert roles_only_of([make.person()], TODAY) == roles_only_of([], TODAY) == {}
    both = {Role.DPO: [also, wynn], Role.WHISTLEBLOWING_OFFICER: [wynn]}
    assert roles_only_of([wynn, also], TODAY) == both
    assert list(roles_only_of([wynn, also], TODAY)) == sorted(both, key=list(Role).index)


def _matter_about(person: Person) -> Matter:
    matter = Matter.new(MatterKind.REPORT, at=NOW)
    db.session.add(matter)
    db.session.flush()
    add_party(matter, person, Capacity.SUBJECT, at=NOW)
    db.session.flush()
    return matter


def _managers(make: Factory) -> tuple[Person, Person]:
    return make.person("Mona", Role.HR_MANAGER), make.person("Mark", Role.HR_MANAGER)


def test_a_declared_relationship_closes_matters_until_it_is_over(make: Factory) -> None:
    """From when another confirmed it, both ways; ended, not deleted, and then it may be declared again."""
    officer, sam, manager = make.person("Olga", Role.HR_INTAKE), make.person("Sam"), _managers(make)[0]
    matter = _matter_about(sam)
    tie = relate(officer, sam, FAMILY, by=officer, at=NOW)
    assert not is_kept_from(matter, officer, TODAY), "nobody has confirmed it"
    confirm_relationship(tie, by=manager, at=NOW)
    assert is_kept_from(matter, officer, TODAY)
    with pytest.raises(AlreadyDone):
        relate(officer, sam, FAMILY, by=officer, at=NOW)
    end_relationship(tie, by=officer, at=NOW)
    with pytest.raises(AlreadyDone):
        end_relationship(tie, by=officer, at=NOW)
    assert is_kept_from(matter, officer, TODAY + DAY), "nobody has confirmed that it is over"
    confirm_relationship(tie, by=manager, at=NOW + DAY)
    assert is_kept_from(matter, officer, TODAY + DAY), "until the end of the day"
    assert not is_kept_from(matter, officer, TODAY + 2 * DAY)
    with pytest.raises(AlreadyDone):
        end_relationship(tie, by=officer, at=NOW + DAY)
    again = relate(officer, sam, FAMILY, by=officer, at=NOW + 2 * DAY)
    commit()
    assert list(declared_by(officer)) == [again, tie]
    acts = sa.select(AuditEvent.act).where(AuditEvent.about_id == officer.id).order_by(AuditEvent.number)
    assert db.session.execute(acts).scalars().all() == [
        "relationship:recorded", "relationship:confirmed", "relationship:said-over", "relationship:ended",
        "relationship:recorded",
    ]  # fmt: skip


def test_who_confirms(make: Factory) -> None:
    """An HR manager or the independent person, who is neither of the two and did not record it; nobody else."""
    mona, mark = _managers(make)
    ines, intake, jo = make.person(None, Role.INDEPENDENT), make.person(None, Role.HR_INTAKE), make.person("Jo")
    own = relate(mark, jo, FAMILY, by=mark, at=NOW)
    recorded = relate(jo, intake, FAMILY, by=mona, at=NOW, reason="Jo said so.")
    commit()
    may = {(one.name, tie.id) for one in (mona, mark, ines, intake, jo) for tie in to_confirm(one, TODAY)}
    assert may == {("Mona", own.id), (ines.name, own.id), ("Mark", recorded.id), (ines.name, recorded.id)}
    for tie in (own, recorded):
        for one in (mona, mark, ines, intake, jo):
            assert tie.is_judged_by(one) == ((one.name, tie.id) in may)
            if (one.name, tie.id) not in may:
                for act in (confirm_relationship, turn_down_relationship):
                    with pytest.raises(NotAllowed):
                        act(tie, by=one, at=NOW)
    told = sa.select(OutboxMessage.to_person_id).where(OutboxMessage.occasion.startswith("relationship:"))
    assert sorted(db.session.execute(told).scalars()) == sorted([mona.id, ines.id, mark.id, ines.id])


def test_what_is_turned_down_never_counts(make: Factory) -> None:
    """Nor what was taken back; and who says that it is over alone does not take the wall down."""
    officer, sam, (mona, _) = make.person("Olga", Role.HR_INTAKE), make.person("Sam"), _managers(make)
    matter = _matter_about(sam)
    turned_down = relate(officer, sam, FAMILY, by=officer, at=NOW)
    turn_down_relationship(turned_down, by=mona, at=NOW)
    taken_back = relate(officer, sam, RelationshipKind.BUSINESS, by=officer, at=NOW + DAY)
    end_relationship(taken_back, by=officer, at=NOW + DAY)
    for tie in (turned_down, taken_back):
        for act in (confirm_relationship, turn_down_relationship):
            with pytest.raises(AlreadyDone):
                act(tie, by=mona, at=NOW + DAY)
    assert not is_kept_from(matter, officer, TODAY + DAY)
    tie = relate(officer, sam, FAMILY, by=officer, at=NOW + 2 * DAY)
    confirm_relationship(tie, by=mona, at=NOW + 2 * DAY)
    end_relationship(tie, by=officer, at=NOW + 3 * DAY)
    turn_down_relationship(tie, by=mona, at=NOW + 3 * DAY)
    assert is_kept_from(matter, officer, TODAY + 30 * DAY)
    end_relationship(tie, by=officer, at=NOW + 4 * DAY)
    assert tie.waits


def test_nobody_hides_from_all_of_hr(make: Factory) -> None:
    """Not by their own word, nor by that of an officer about their colleagues (domain 3.11, rule 7)."""
    sam, ines, (mona, mark) = make.person("Sam"), make.person(None, Role.INDEPENDENT), _managers(make)
    matter = _matter_about(sam)
    first, second = (relate(sam, one, FAMILY, by=sam, at=NOW) for one in (mona, mark))
    assert not is_kept_from(matter, mona, TODAY)
    assert not is_kept_from(matter, mark, TODAY)
    confirm_relationship(first, by=mark, at=NOW)
    for other in (second, relate(mark, sam, FAMILY, by=mona, at=NOW, reason="x")):
        with pytest.raises(InvalidInput, match="Nobody in Human Resources would be left for what concerns Sam"):
            confirm_relationship(other, by=ines, at=NOW)
    assert not is_kept_from(matter, mark, TODAY)
    make.person("Mira", Role.HR_MANAGER)
    confirm_relationship(second, by=ines, at=NOW)
    assert is_kept_from(matter, mark, TODAY)


def test_somebody_of_hr_is_left_whoever_acts(make: Factory) -> None:
    """Not the installation, nor the end of a role, nor who stands in the line of the person concerned."""
    admin, ines = make.person(None, Role.ADMINISTRATOR), make.person(None, Role.INDEPENDENT)
    sam, (mona, mark) = make.person("Sam"), _managers(make)
    relate(sam, mona, FAMILY, by=None, at=NOW)
    with pytest.raises(InvalidInput, match="Nobody in Human Resources"):
        relate(sam, mark, FAMILY, by=None, at=NOW)
    db.session.rollback()
    relate(sam, mona, FAMILY, by=None, at=NOW)
    commit()
    for by in (admin, None):
        with pytest.raises(InvalidInput, match="Appoint another HR manager first"):
            end_role(mark, Role.HR_MANAGER, by=by, last_day=TODAY - DAY, at=NOW)
    end_role(mona, Role.HR_MANAGER, by=admin, last_day=TODAY - DAY, at=NOW)
    with pytest.raises(InvalidInput):
        end_role(mark, Role.HR_MANAGER, by=admin, last_day=TODAY - DAY, at=NOW)
    boss, mira = make.person("Boss"), make.person("Mira", Role.HR_MANAGER)
    mark.line_manager = make.person("Between", manager=boss)
    tie = relate(boss, mira, FAMILY, by=boss, at=NOW)
    with pytest.raises(InvalidInput, match="for what concerns Boss"):
        confirm_relationship(tie, by=ines, at=NOW)


def test_the_page_that_ends_a_role_says_who_stays_alone(make: Factory, client_of: Callable[..., PageClient]) -> None:
    """An only HR manager cannot deal with what concerns themselves: said before, whether there is a case or not."""
    browser, (mona, _) = client_of(make.person(None, Role.ADMINISTRATOR)), _managers(make)
    where, alone = f"/people/roles/{mona.id}/hr_manager/end", "Mark is then the only HR manager"
    assert alone in browser.get(where).text
    make.person("Mira", Role.HR_MANAGER)
    assert alone not in browser.get(where).text


def test_who_stands_in_line(make: Factory) -> None:
    """Up or down, near or far, also where the line runs in a ring; not beside."""
    top = make.person("Top")
    middle = make.person("Middle", manager=top)
    low, beside = make.person("Low", manager=middle), make.person("Beside", manager=top)
    assert low.line_above() == [middle, top]
    assert low.stands_in_line_with(top)
    assert top.stands_in_line_with(low)
    assert not low.stands_in_line_with(beside)
    top.line_manager = low
    assert low.line_above() == [middle, top, low]


def test_that_it_is_said_to_be_over_again_is_told_again(make: Factory) -> None:
    """Each time that something waits to be confirmed, whoever may confirm it is told."""
    olga, sam, mona = make.person("Olga"), make.person("Sam"), make.person("Mona", Role.HR_MANAGER)
    tie = relate(olga, sam, FAMILY, by=olga, at=NOW)
    confirm_relationship(tie, by=mona, at=NOW)
    end_relationship(tie, by=olga, at=NOW + DAY)
    turn_down_relationship(tie, by=mona, at=NOW + DAY)
    end_relationship(tie, by=olga, at=NOW + 9 * DAY)
    commit()
    told = sa.select(sa.func.count()).where(
        OutboxMessage.occasion.startswith("relationship:"), OutboxMessage.to_person_id == mona.id
    )
    assert db.session.execute(told).scalar_one() == 3


def test_declaring_somebody_answers_nothing(make: Factory) -> None:
    """Who decides and may not know who reported sees the same whomever they declare: only HR's word changes it."""
    decision, subject, reporter, bystander = (make.person(name) for name in ("Dee", "Sam", "Rae", "Bo"))
    matter = _matter_about(subject)
    add_party(matter, reporter, Capacity.REPORTER, at=NOW)
    for other in (bystander, reporter):
        tie = relate(decision, other, RelationshipKind.CLOSE_FRIEND, by=decision, at=NOW)
        assert not is_kept_from(matter, decision, TODAY)
        end_relationship(tie, by=decision, at=NOW)
        assert not is_kept_from(matter, decision, TODAY + DAY)


def test_the_page_on_which_relationships_are_confirmed(
    make: Factory, client_of: Callable[..., PageClient]
) -> None:
    """Led to from the first page; nobody else comes to it; a late click is told so, and the last of HR cannot be lost."""
    mona, mark = _managers(make)
    olga, sam = make.person("Olga"), make.person("Sam <b>Sly</b>")
    tie = relate(olga, sam, FAMILY, by=olga, at=NOW)
    recorded = relate(mark, sam, FAMILY, by=mona, at=NOW, reason="They <i>said</i> so.")
    commit()
    where = "/people/relationships"
    client_of(olga).get(where, status=403)
    client_of(olga).post(f"{where}/{tie.id}/confirm", status=403)
    browser = client_of(mona)
    assert "Confirm a close relationship" in browser.get("/").text
    page = browser.get(where)
    assert "Sam <b>Sly</b>" in page.text
    assert "said</i>" not in page.text, "who recorded it does not confirm it"
    browser.post(f"{where}/{recorded.id}/confirm", status=404)
    browser.post(f"{where}/{tie.id}/wizard", status=404)
    assert "You confirmed it." in browser.follow(f"{where}/{tie.id}/confirm").text
    for answer in ("confirm", "turn-down"):
        late = browser.post(f"{where}/{tie.id}/{answer}", status=409)
        assert "Mona" in late.text
        assert "3 March 2027" in late.text
    assert "Nothing waits" in browser.get(where).text
    ines = client_of(make.person(None, Role.INDEPENDENT))
    assert "They <i>said</i> so." in ines.get(where).text
    relate(sam, mona, FAMILY, by=sam, at=NOW)
    commit()
    assert "You confirmed it." in ines.follow(f"{where}/{recorded.id}/confirm").text
    last = to_confirm(mark, TODAY)
    assert [one.other_id for one in last] == [mona.id]
    for one in (client_of(mark), ines):
        page = one.post(f"{where}/{last[0].id}/confirm", status=422)
        assert "Nobody in Human Resources would be left" in page.errors[0]
    assert "You did not confirm it." in ines.follow(f"{where}/{last[0].id}/turn-down").text


def test_the_page_of_what_to_confirm_takes_a_fixed_number_of_queries(
    make: Factory, client_of: Callable[..., PageClient]
) -> None:
    mona, olga, counts = make.person(None, Role.HR_MANAGER), make.person("Olga"), []
    browser = client_of(mona)
    for more in (1, 12):
        for _ in range(more):
            relate(olga, make.person(), FAMILY, by=make.person(None, Role.HR_INTAKE), at=NOW, reason="x")
        commit()
        with counted_queries() as queries:
            browser.get("/people/relationships")
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 4


def test_what_hr_records_is_read_by_neither_of_the_two(make: Factory) -> None:
    """It closes matters all the same; HR says why, and nobody learns of it by declaring the same."""
    hr, officer, sam = make.person(None, Role.HR_MANAGER), make.person("Olga", Role.HR_INTAKE), make.person("Sam")
    with pytest.raises(NotAllowed):
        relate(officer, sam, FAMILY, by=sam, at=NOW)
    with pytest.raises(InvalidInput, match="how you know"):
        relate(officer, sam, FAMILY, by=hr, at=NOW, reason=" ")
    for one, two in ((sam, hr), (hr, sam)):
        with pytest.raises(InvalidInput, match="about you"):
            relate(one, two, FAMILY, by=hr, at=NOW, reason="x")
    with pytest.raises(InvalidInput, match="somebody else"):
        relate(sam, sam, FAMILY, by=sam, at=NOW)
    tie = relate(officer, sam, FAMILY, by=hr, at=NOW, reason="Olga said so on the telephone.")
    commit()
    assert tie.reason == "Olga said so on the telephone."
    assert b"telephone" not in (tie.reason_sealed or b"")
    assert not is_kept_from(_matter_about(sam), officer, TODAY), "HR alone does not close it to a colleague either"
    assert list(declared_by(officer)) == list(declared_by(sam)) == []
    for person in (officer, sam, hr):
        with pytest.raises(NotAllowed):
            end_relationship(tie, by=person, at=NOW)
    own = relate(officer, sam, FAMILY, by=officer, at=NOW)
    assert list(running_between(sam, officer)) == [tie, own] or list(running_between(sam, officer)) == [own, tie]
    end_relationship(tie, by=None, at=NOW)
    assert list(running_between(sam, officer)) == [own]


def test_the_page_on_which_somebody_declares(make: Factory, client_of: Callable[..., PageClient]) -> None:
    """Who reads it and what it does, first; declaring, and saying that it is over."""
    olga, sam = make.person("Olga"), make.person("Sam <b>Sly</b>", email="sam@x.example")
    browser, where = client_of(olga), "/people/close-to-you"
    page = browser.get(where)
    assert "They read what you declare; your manager does not" in page.text
    assert "You have declared nobody" in page.text
    assert browser.post(where, {"email": "", "kind": ""}, status=422).errors
    assert browser.post(where, {"email": "no@x.example", "kind": "family"}, status=422).errors == [
        "Nobody is recorded with the address no@x.example. Check it, or ask HR"
    ]
    assert browser.post(where, {"email": olga.email, "kind": "family"}, status=422).errors == ["Enter somebody else"]
    page = browser.follow(where, {"email": "Sam@X.example", "kind": "family"})
    assert "You declared that Sam <b>Sly</b> is close to you." in page.text
    browser.post(where, {"email": "sam@x.example", "kind": "family"}, status=409)
    tie = db.session.execute(sa.select(DeclaredRelationship)).scalar_one()
    end = f"{where}/{tie.id}/end"
    client_of(sam).post(end, status=404)
    assert "Olga" not in client_of(sam).get(where).text
    assert "You took it back." in browser.follow(end).text
    browser.post(end, status=409)
    browser.follow(where, {"email": "sam@x.example", "kind": "close_friend"})
    tie = db.session.execute(sa.select(DeclaredRelationship).where(DeclaredRelationship.until.is_(None))).scalar_one()
    confirm_relationship(tie, by=make.person(None, Role.HR_MANAGER), at=NOW)
    commit()
    assert "until Human Resources have confirmed it" in browser.follow(f"{where}/{tie.id}/end").text
    browser.post(f"{where}/{tie.id}/end", status=409)
    assert "that it is over waits to be confirmed" in browser.get(where).text


def test_the_page_is_found_from_the_first_page(make: Factory, client_of: Callable[..., PageClient]) -> None:
    """By everybody who may come to work on a report or a case, in whatever role; HR finds what it recorded there, too."""
    own, recorded = "/people/close-to-you", "/people/relationships/recorded"
    working = {
        Role.HR_INTAKE: True, Role.HR_CASE_OWNER: True, Role.HR_MANAGER: True, Role.INVESTIGATOR: False,
        Role.DECISION_MAKER: False, Role.APPEAL_OFFICER: False, Role.INDEPENDENT: False,
        Role.WHISTLEBLOWING_OFFICER: False, Role.SAFEGUARDING_LEAD: False,
    }  # fmt: skip
    for role, is_hr in working.items():
        leads = {link["href"] for link in client_of(make.person(None, role)).get("/").soup.select("main a[href]")}
        assert own in leads, role
        assert (recorded in leads) == is_hr, role
    assert own not in client_of(make.person()).get("/").html


def test_the_page_on_which_hr_records(make: Factory, client_of: Callable[..., PageClient]) -> None:
    """With a reason; nobody else comes to it, and it shows nothing that is recorded."""
    olga, sam = make.person("Olga", email="olga@x.example"), make.person("Sam", email="sam@x.example")
    hr, where = make.person(None, Role.HR_INTAKE), "/people/relationships/record"
    said = {"email": "olga@x.example", "other_email": "sam@x.example", "kind": "family", "reason": "She told me."}
    client_of(olga).get(where, status=403)
    client_of(olga).post(where, said, status=403)
    browser = client_of(hr)
    page = browser.post(where, {**said, "reason": ""}, status=422)
    assert page.errors == ["Enter how you know it"]
    assert "olga@x.example" in page.html
    assert browser.post(where, {**said, "other_email": "no@x.example"}, status=422).errors
    page = browser.follow(where, said)
    assert "You recorded it." in page.text
    tie = db.session.execute(sa.select(DeclaredRelationship)).scalar_one()
    assert (tie.person_id, tie.other_id, tie.recorded_by_id) == (olga.id, sam.id, hr.id)
    assert "Sam" not in browser.get(where).text


def test_the_page_of_declarations_takes_a_fixed_number_of_queries(
    make: Factory, client_of: Callable[..., PageClient]
) -> None:
    olga, counts = make.person("Olga"), []
    browser = client_of(olga)
    for more in (1, 12):
        for _ in range(more):
            relate(olga, make.person(), FAMILY, by=olga, at=NOW)
        commit()
        with counted_queries() as queries:
            browser.get("/people/close-to-you")
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 4


def test_a_leaver_who_alone_holds_a_role_is_named_before_it_is_recorded(
    make: Factory, client_of: Callable[..., PageClient]
) -> None:
    """So that somebody else is appointed in time; where there is another, nothing is said."""
    hr, wynn = make.person(None, Role.HR_INTAKE), make.person("Wynn", Role.WHISTLEBLOWING_OFFICER)
    where = f"/credential-rotation/leavers/preview?person={wynn.id}&day={date(2027, 4, 1).isoformat()}&immediate=no"
    with clock.set_to(NOW):
        page = client_of(hr).get(where)
        assert "Wynn is the only one who is whistleblowing officer" in page.text.replace("Whistle", "whistle")
        make.person("Neil", Role.WHISTLEBLOWING_OFFICER)
        assert "is the only one" not in client_of(hr).get(where).text


def test_the_page_of_roles(make: Factory, client_of: Callable[..., PageClient]) -> None:
    """An administrator appoints and ends, never for themselves; nobody else comes to it."""
    admin, other = make.person("Ada", Role.ADMINISTRATOR, email="ada@x.example"), make.person("Bo", email="bo@x.example")
    where, browser = "/people/roles", client_of(admin)
    client_of(other).get(where, status=403)
    client_of(other).post(f"{where}/{admin.id}/administrator/end", status=403)
    page = browser.get(f"{where}?role=dpo")
    assert "Nobody holds: SCA, Deputy SCA, HR intake" in page.text
    assert page.soup.select_one("option[value=dpo][selected]") is not None
    assert browser.post(where, {"email": "", "role": ""}, status=422).errors
    assert browser.post(where, {"email": "no@x.example", "role": "dpo"}, status=422).errors
    browser.post(where, {"email": "ada@x.example", "role": "hr_manager"}, status=403)
    assert "You appointed Bo as DPO" in browser.follow(where, {"email": "bo@x.example", "role": "dpo"}).text
    browser.post(where, {"email": "bo@x.example", "role": "dpo"}, status=409)
    browser.post(f"{where}/{admin.id}/administrator/end", status=403)
    browser.post(f"{where}/{other.id}/wizard/end", status=404)
    page = browser.get(f"{where}/{other.id}/dpo/end")
    assert page.heading == "End now that Bo is DPO"
    assert "What waits for this role waits for nobody then" in page.text
    assert page.has_button("End this role now")
    assert not browser.get(where).has_button("End now that Bo is DPO")
    client_of(other).get(f"{where}/{admin.id}/administrator/end", status=403)
    browser.get(f"{where}/{admin.id}/administrator/end", status=403)
    assert "Bo is no longer DPO" in browser.follow(f"{where}/{other.id}/dpo/end").text
    browser.post(f"{where}/{other.id}/dpo/end", status=409)
    browser.get(f"{where}/{other.id}/dpo/end", status=409)


def test_the_page_of_roles_takes_a_fixed_number_of_queries(make: Factory, client_of: Callable[..., PageClient]) -> None:
    browser, counts = client_of(make.person(None, Role.ADMINISTRATOR)), []
    for more in (1, 15):
        for _ in range(more):
            make.person(None, Role.INVESTIGATOR)
        with counted_queries() as queries:
            browser.get("/people/roles")
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 5
