"""A manager in a file of people who has not begun yet takes nobody's place who manages here today."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask

from app.core import clock
from app.core.audit import ActorKind
from app.core.db import commit, db
from app.people.models import Person, Role
from app.people.operations import PeoplePlan, import_people, name_line_manager, plan_people_import
from tests.conftest import NOW
from tests.factories import Factory

TODAY, DAY = NOW.date(), timedelta(days=1)
BEGINS = TODAY + 40 * DAY
HEADER = "email,name,post,service,person_kind,manager_email,started,last_working_day"
NINA = f"nina@x.example,Nina Newcomer,Manager,,employee,,{BEGINS},"
ADA = "ada@x.example,Ada Asks,Officer,,employee,nina@x.example,2020-01-06,"


def _import(*rows: str, day: date = TODAY) -> PeoplePlan:
    plan = plan_people_import("\n".join([HEADER, *rows]).encode(), today=day)
    assert plan.problems == []
    import_people(plan, by=ActorKind.INSTALLATION, at=clock.at_local(day, 9))
    commit()
    db.session.expire_all()
    return plan


def _ada(make: Factory, manager: Person | None) -> Person:
    return make.person("Ada Asks", email="ada@x.example", post="Officer", manager=manager, started=date(2020, 1, 6))


@pytest.mark.parametrize("manager", [None, "here", "gone", "leaves at once", "last day", "to come", "told to come"])
@pytest.mark.parametrize("is_new", [True, False])
def test_whose_place_the_one_who_comes_takes(make: Factory, manager: str | None, is_new: bool) -> None:
    """Only that of nobody who is here: with whoever comes in the same file, or on record before."""
    days = {
        "gone": {"last_working_day": TODAY - DAY}, "leaves at once": {"last_working_day": TODAY, "left_at_once": True},
        "last day": {"last_working_day": TODAY}, "to come": {"started": TODAY + DAY},
    }  # fmt: skip
    mia = make.person("Mia Manager", email="mia@x.example", **days.get(str(manager), {})) if manager else None
    ada = _ada(make, mia)
    if not is_new:
        make.person("Nina Newcomer", email="nina@x.example", post="Manager", started=BEGINS)
    told = f"mia@x.example,Mia Manager,,,employee,,{TODAY + DAY},"
    plan = _import(ADA, *([NINA] if is_new else []), *([told] if manager == "told to come" else []))
    stays = manager in ("here", "last day")
    assert [(one.line, one.sentence) for one in plan.staying.values()] == ([
        (2, "manager stays Mia Manager until Nina Newcomer begins on 12 April 2027; import again from then")
    ] if stays else [])
    assert ada.line_manager is not None
    assert ada.line_manager.name == ("Mia Manager" if stays else "Nina Newcomer")


def test_the_same_file_changes_nothing_until_that_day_and_then_the_new_one_takes_over(make: Factory) -> None:
    mia = make.person("Mia Manager", email="mia@x.example")
    ada = _ada(make, mia)
    first = _import(NINA, ADA)
    assert (len(first.added), len(first.changed), first.unchanged) == (1, 0, 1)
    again = _import(NINA, ADA, day=BEGINS - DAY)
    assert (again.changed, again.unchanged, list(again.staying)) == ([], 2, ["ada@x.example"])
    other_post = _import(NINA, ADA.replace("Officer", "Adviser"), day=BEGINS - DAY)
    assert (len(other_post.changed), ada.post, ada.line_manager) == (1, "Adviser", mia)
    then = _import(NINA, ADA, day=BEGINS)
    assert ([row.email for row in then.changed], then.staying) == (["ada@x.example"], {})
    assert ada.line_manager is not None
    assert ada.line_manager.email == "nina@x.example"


def test_whoever_is_here_takes_over_at_once_and_so_corrects_who_was_recorded(make: Factory) -> None:
    wrong, right = make.person("Sam Smith"), make.person("Sam Smyth", email="sam.smyth@x.example")
    ada = _ada(make, wrong)
    _import(ADA.replace("nina@", "sam.smyth@"))
    assert ada.line_manager == right
    _import(NINA, ADA)  # the feed of each night
    assert ada.line_manager == right


def test_a_manager_without_an_address_stays_too(make: Factory) -> None:
    post = make.person("Duty manager")
    post.email = None
    ada = _ada(make, post)
    plan = _import(NINA, ADA.replace("Officer", "Adviser"))
    assert ada.line_manager == post
    assert plan.staying["ada@x.example"].sentence.startswith("manager stays Duty manager until")


def test_nobody_stays_where_the_line_would_come_back(make: Factory) -> None:
    """Somebody moves down below who reported to them: as the file says, and nobody above themselves."""
    mia = make.person("Mia Manager", email="mia@x.example")
    ada = _ada(make, mia)
    plan = _import(NINA, ADA, "mia@x.example,Mia Manager,,,employee,ada@x.example,,")
    assert (mia.line_manager, plan.staying) == (ada, {})
    assert ada.line_manager is not None
    assert ada.line_manager.name == "Nina Newcomer"


def test_the_command_says_so_by_line(app: Flask, make: Factory, tmp_path: Path) -> None:
    _ada(make, make.person("Mia Manager"))
    commit()
    file = tmp_path / "people.csv"
    file.write_text("\n".join([HEADER, NINA, ADA]))
    with clock.set_to(NOW):
        found = app.test_cli_runner().invoke(args=["people", "import", str(file)])
    assert found.output.splitlines() == [
        "line 3: manager stays Mia Manager until Nina Newcomer begins on 12 April 2027; import again from then",
        "1 added, 0 changed, 1 as they were, 0 leaving.",
    ]


@pytest.mark.parametrize(
    ("names", "by_hr", "stays"),
    [
        ("", True, ", recorded by HR on 3 March 2027, since the line names nobody"),
        ("boris@x.example", True, ", recorded by HR on 3 March 2027, since Boris Bygone has left"),
        ("nina@x.example", True, " until Nina Newcomer begins on 12 April 2027; import again from then"),
        ("here@x.example", True, None), ("new@x.example", True, None),
        ("", False, None), ("boris@x.example", False, None),
    ],
)  # fmt: skip
def test_whom_hr_recorded_stays_until_a_file_names_somebody_who_is_here(
    make: Factory, names: str, by_hr: bool, stays: str | None
) -> None:
    make.person("Boris Bygone", email="boris@x.example", post="Manager", last_working_day=TODAY - DAY)
    make.person("Helen Here", email="here@x.example")
    mia = make.person("Mia Manager", email="mia@x.example")
    ada = _ada(make, None if by_hr else mia)
    if by_hr:
        name_line_manager(ada, mia, by=make.person("Hal", Role.HR_MANAGER), at=NOW)
    row, new = ADA.replace("nina@x.example", names), "new@x.example,Nell New,,,employee,,,"
    first, again = _import(row, NINA, new), _import(row, NINA, new)
    for plan in (first, again):
        assert [one.sentence for one in plan.staying.values()] == ([f"manager stays Mia Manager{stays}"] if stays else [])
    assert [one.email for one in first.changed] == ([] if stays else ["ada@x.example"])
    assert again.changed == []
    assert (ada.line_manager == mia) == bool(stays)
    assert (ada.manager_recorded_on is not None) == bool(stays)


def test_whom_hr_recorded_does_not_stay_once_they_have_left(make: Factory) -> None:
    mia = make.person("Mia Manager", email="mia@x.example")
    ada = _ada(make, None)
    name_line_manager(ada, mia, by=make.person("Hal", Role.HR_MANAGER), at=NOW)
    mia.last_working_day = TODAY
    plan = _import(ADA.replace("nina@x.example", ""), day=TODAY + DAY)
    assert (plan.staying, ada.line_manager, ada.manager_recorded_on) == ({}, None, None)


GOES = "manager Mia Manager, recorded by HR on 3 March 2027, does not stay: "


def _recorded_by_hr(make: Factory) -> tuple[Person, Person]:
    """Ada, an officer of Public libraries, and who manages her by what HR recorded."""
    ada, mia = _ada(make, None), make.person("Mia Manager", email="mia@x.example")
    ada.service = make.service("Public libraries")
    name_line_manager(ada, mia, by=make.person("Hal", Role.HR_MANAGER), at=NOW)
    return ada, mia


@pytest.mark.parametrize(
    ("post", "service", "is_other"),
    [
        ("Adviser", "Public libraries", True), ("Officer", "Museums", True), ("Adviser", "Museums", True),
        ("OFFICER", "Public libraries", False), ("Officer", "PUBLIC  LIBRARIES", False),
        ("Offícer", "Public-libraries", False), ("", "Public libraries", False), ("Officer", "", False),
    ],
)  # fmt: skip
@pytest.mark.parametrize("names", ["", "boris@x.example"])
def test_whom_hr_recorded_does_not_stay_for_other_work(
    make: Factory, post: str, service: str, is_other: bool, names: str
) -> None:
    """Another spelling is no other work, nor is what is left empty. Where they go the import says so once, and who is named
    and has left manages nobody.
    """
    make.person("Boris Bygone", email="boris@x.example", last_working_day=TODAY - DAY)
    ada, mia = _recorded_by_hr(make)
    row = f"ada@x.example,Ada Asks,{post},{service},employee,{names},2020-01-06,"
    plan, again = _import(row), _import(row)
    assert (ada.line_manager == mia, ada.manager_recorded_on is not None) == (not is_other, not is_other)
    assert (list(plan.staying), again.changed) == ([] if is_other else ["ada@x.example"], [])
    why = "the work is another, and the line names nobody who is here. Name there who manages them now"
    assert [(one.line, one.sentence) for one in plan.going] == ([(2, GOES + why)] if is_other else [])
    assert again.going == []


@pytest.mark.parametrize("names", ["helen@x.example", "new@x.example", "mia@x.example"])
def test_of_other_work_nothing_is_said_where_somebody_here_is_named(make: Factory, names: str) -> None:
    make.person("Helen Here", email="helen@x.example")
    ada, _ = _recorded_by_hr(make)
    row = f"ada@x.example,Ada Asks,Adviser,Museums,employee,{names},2020-01-06,"
    plan = _import(row, "new@x.example,Nell New,,,employee,,,")
    assert (plan.staying, plan.going) == ({}, [])
    assert ada.line_manager is not None
    assert ada.line_manager.email == names


def test_where_the_line_would_come_back_the_import_says_that_whom_hr_recorded_goes(make: Factory) -> None:
    ada, mia = _recorded_by_hr(make)
    row = "ada@x.example,Ada Asks,Officer,Public libraries,employee,,2020-01-06,"
    plan = _import("mia@x.example,Mia Manager,,,employee,ada@x.example,,", row)
    assert (ada.line_manager, mia.line_manager) == (None, ada)
    why = "with them the line of managers would come back to the same person. Name there who manages them now"
    assert [(one.line, one.sentence) for one in plan.going] == [(3, GOES + why)]


def test_the_command_says_by_line_who_stays_and_who_does_not(app: Flask, make: Factory, tmp_path: Path) -> None:
    ada, mia = _recorded_by_hr(make)
    ben = make.person("Ben Bell", email="ben@x.example", post="Officer")
    name_line_manager(ben, mia, by=make.person("Hal", Role.HR_MANAGER), at=NOW)
    commit()
    file = tmp_path / "people.csv"
    moves = "ada@x.example,Ada Asks,Adviser,Public libraries,employee,,2020-01-06,"
    file.write_text("\n".join([HEADER, moves, "ben@x.example,Ben Bell,OFFICER,,employee,,,"]))
    with clock.set_to(NOW):
        found = app.test_cli_runner().invoke(args=["people", "import", str(file)])
    assert found.output.splitlines()[:2] == [
        f"line 2: {GOES}the work is another, and the line names nobody who is here. Name there who manages them now",
        "line 3: manager stays Mia Manager, recorded by HR on 3 March 2027, since the line names nobody",
    ]
    assert (ada.line_manager, ben.line_manager) == (None, mia)


def test_whom_hr_recorded_is_the_files_to_change_once_it_names_them(make: Factory) -> None:
    ada = _ada(make, None)
    mia = make.person("Mia Manager", email="mia@x.example")
    name_line_manager(ada, mia, by=make.person("Hal", Role.HR_MANAGER), at=NOW)
    named = _import(ADA.replace("nina@x.example", "mia@x.example"))
    assert (named.changed, ada.line_manager, ada.manager_recorded_on) == ([], mia, None)
    emptied = _import(ADA.replace("nina@x.example", ""))
    assert (emptied.staying, ada.line_manager) == ({}, None)
