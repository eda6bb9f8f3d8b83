"""The commands for the people who run the service."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskCliRunner

from app import create_app
from app.core import clock
from app.core.db import begin_writing, commit, db
from app.core.sealing import Keyring, blind_index
from app.credential_rotation.models import LeaverNotice
from app.credential_rotation.operations import withdraw_leaver
from app.people.models import Role
from app.people.queries import person_by_email
from tests.conftest import NOW
from tests.databases import create_schema, settings_for

PASSWORD = "long enough pass"
INIT = ["init", "--organisation", "Testmere Council", "--name", "Ann", "--email", "Ann@x.example", "--password", PASSWORD]


@pytest.fixture
def bare(tmp_path: Path) -> Flask:
    """An installation with tables and nothing in them."""
    app = create_app(settings_for(f"sqlite:///{tmp_path / 'probity.sqlite'}", tmp_path))
    with app.app_context():
        create_schema()
    return app


@pytest.fixture
def runner(bare: Flask) -> FlaskCliRunner:
    """Runs commands of the installation."""
    return bare.test_cli_runner()


def test_init_makes_the_organisation_and_its_first_administrator(bare: Flask, runner: FlaskCliRunner) -> None:
    """Once; the administrator signs in, and sees the organisation's name."""
    assert runner.invoke(args=INIT).exit_code == 0
    with bare.app_context():
        administrator = person_by_email("ann@x.example")
        assert administrator is not None
        assert administrator.holds(Role.ADMINISTRATOR)
    page = bare.test_client().get("/people/sign-in")
    assert "Testmere Council" in page.text
    again = runner.invoke(args=INIT)
    assert again.exit_code != 0
    assert "already serves an organisation" in again.output


def _end_roles_and_relate(runner: FlaskCliRunner) -> None:
    def said(*words: str) -> str:
        return runner.invoke(args=["people", *words]).output

    assert "holds this role already" in said("appoint", "bo@x.example", "sca")
    assert "Nobody is sca then. Appoint somebody" in said("end-role", "bo@x.example", "sca")
    assert "no longer holds this role" in said("end-role", "bo@x.example", "sca")
    assert "Somebody has to be administrator" in said("end-role", "ann@x.example", "administrator")
    assert "now sca" in said("appoint", "bo@x.example", "sca")
    assert "after 2099-01-31" in said("end-role", "bo@x.example", "sca", "--last-day", "2099-01-31")
    assert "Bo heads Libraries now" in said("head", "libraries", "bo@x.example")
    assert "Bo heads Libraries already" in said("head", "Libraries", "bo@x.example")
    assert "Nobody heads Libraries now" in said("head", "Libraries")
    assert "No service is called Museums" in said("head", "Museums", "bo@x.example")
    assert "Nothing is recorded" in said("unrelate", "bo@x.example", "ann@x.example")
    assert "Recorded." in said("relate", "bo@x.example", "ann@x.example", "family")
    assert "recorded already" in said("relate", "bo@x.example", "ann@x.example", "family")
    assert "1 ended" in said("unrelate", "ann@x.example", "bo@x.example")


def test_people_are_imported_appointed_and_given_passwords(bare: Flask, runner: FlaskCliRunner, tmp_path: Path) -> None:
    """A bad file imports nobody; a good one can be imported twice."""
    runner.invoke(args=INIT)
    file = tmp_path / "people.csv"
    head = "email,name,post,service,person_kind,manager_email,started,last_working_day\n"
    file.write_text(head + "bo@x.example,Bo,,,employee,,31/02/2027,\n")
    refused = runner.invoke(args=["people", "import", str(file)])
    assert refused.exit_code != 0
    assert "line 2: started" in refused.output
    file.write_text(head + "bo@x.example,Bo,,Libraries,employee,,2027-01-04,\n")
    assert "1 added" in runner.invoke(args=["people", "import", str(file)]).output
    assert "1 as they were" in runner.invoke(args=["people", "import", str(file)]).output
    assert runner.invoke(args=["people", "appoint", "bo@x.example", "sca"]).exit_code == 0
    assert runner.invoke(args=["people", "password", "bo@x.example", "--password", "short"]).exit_code != 0
    assert runner.invoke(args=["people", "password", "bo@x.example", "--password", PASSWORD]).exit_code == 0
    assert "Nobody has the address" in runner.invoke(args=["people", "appoint", "no@x.example", "sca"]).output
    _end_roles_and_relate(runner)


def test_another_address_is_recorded_and_namesakes_are_taken_when_said(
    bare: Flask, runner: FlaskCliRunner, tmp_path: Path
) -> None:
    """A file with a new address of somebody on record is refused with the command to use."""
    runner.invoke(args=INIT)
    file = tmp_path / "people.csv"
    head = "email,name,post,service,person_kind,manager_email,started,last_working_day\n"

    def said(*words: str) -> str:
        return runner.invoke(args=["people", *words]).output

    file.write_text(head + "bo@x.example,Bo,,Libraries,employee,,2027-01-04,\n")
    assert "1 added" in said("import", str(file))
    file.write_text(head + "bo@y.example,Bo,,Libraries,employee,,2027-01-04,\n")
    assert "line 2: bo@y.example is not on record" in said("import", str(file))
    assert "Bo has the address bo@y.example now" in said("change-email", "bo@x.example", "bo@y.example")
    assert "Bo has the address bo@y.example already" in said("change-email", "bo@y.example", "BO@y.example")
    assert "1 as they were" in said("import", str(file))
    assert "Bo has bo@y.example now: use that." in said("appoint", "bo@x.example", "sca")
    file.write_text(head + "bo@x.example,Bo,,Libraries,employee,,2027-01-04,\n")
    assert "line 2: bo@x.example was the address of Bo" in said("import", str(file))
    assert "1 added" in said("import", str(file), "--new-person", "Bo@x.example")


def test_a_name_that_was_a_mistake_is_taken_back(bare: Flask, runner: FlaskCliRunner, tmp_path: Path) -> None:
    """A file gave somebody another's name; what is refused says what to do."""
    runner.invoke(args=INIT)
    file = tmp_path / "people.csv"
    for name in ("Bo Berg", "Delyth Hughes", "Bo Berg"):
        file.write_text(f"email,name,post,service,person_kind,manager_email,started,last_working_day\nbo@x.example,{name},,,,,,\n")
        runner.invoke(args=["people", "import", str(file)])

    def said(*words: str) -> str:
        return runner.invoke(args=["people", "forget-name", *words, "--reason", "Shifted rows."]).output

    assert "Bo Berg has Bo Berg today" in said("bo@x.example", "Bo Berg")
    assert "Nobody has the address no@x.example" in said("bo@x.example", "Delyth Hughes", "--by", "no@x.example")
    assert "Delyth Hughes never was of Bo Berg" in said("bo@x.example", "Delyth Hughes", "--by", "bo@x.example")
    assert "Nobody recorded that Bo Berg had Delyth Hughes" in said("bo@x.example", "Delyth Hughes")


def test_audit_verify_says_whole_and_finds_a_break(bare: Flask, runner: FlaskCliRunner) -> None:
    """Exit code 1 for a broken chain, so that a timer can tell."""
    runner.invoke(args=INIT)
    whole = runner.invoke(args=["audit", "verify"])
    assert whole.exit_code == 0
    assert "whole" in whole.output
    with bare.app_context(), db.engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER audit_event_no_update")
        connection.exec_driver_sql("UPDATE audit_event SET act = 'x:y' WHERE number = 1")
    broken = runner.invoke(args=["audit", "verify"])
    assert broken.exit_code == 1
    assert "BROKEN at event 1" in broken.output


def test_leavers_in_a_people_file_go_through_the_leaver_act(bare: Flask, runner: FlaskCliRunner, tmp_path: Path) -> None:
    """In the name of an HR officer, or of the directory; a second run finds nobody new, another day moves."""
    runner.invoke(args=INIT)
    file = tmp_path / "people.csv"
    head = "email,name,post,service,person_kind,manager_email,started,last_working_day\n"
    file.write_text(head + "bo@x.example,Bo,,,employee,,2020-01-06,2027-04-01\n")
    runner.invoke(args=["people", "appoint", "ann@x.example", "hr_manager"])
    again = ["people", "import", str(file), "--by", "ann@x.example"]
    with clock.set_to(NOW):
        assert "1 added, 0 changed, 0 as they were, 1 leaving" in runner.invoke(args=again).output
        assert "1 as they were, 0 leaving" in runner.invoke(args=again).output
    with bare.app_context():
        notice = db.session.execute(sa.select(LeaverNotice)).scalar_one()
        assert notice.last_working_day == date(2027, 4, 1)
        db.session.remove()
    file.write_text(file.read_text().replace("2027-04-01", "2027-04-09"))
    with clock.set_to(NOW):
        assert "1 as they were, 1 leaving" in runner.invoke(args=again).output
    with bare.app_context():
        notice = db.session.execute(sa.select(LeaverNotice)).scalar_one()
        assert (notice.last_working_day, notice.person.last_working_day) == (date(2027, 4, 9), date(2027, 4, 9))


def test_an_import_says_by_line_who_leaves(bare: Flask, runner: FlaskCliRunner, tmp_path: Path) -> None:
    """Recorded, changed, and left as it is because people recorded otherwise; whose cell was emptied may leave anew."""
    runner.invoke(args=INIT)
    file = tmp_path / "people.csv"
    head = "email,name,post,service,person_kind,manager_email,started,last_working_day\n"

    def said(bo: str, cy: str, *, days: int) -> str:
        rows = f"bo@x.example,Bo,,,employee,,2020-01-06,{bo}\ncy@x.example,Cy,,,employee,,2020-01-06,{cy}\n"
        file.write_text(head + rows)
        with clock.set_to(NOW + timedelta(days=days)):
            found = runner.invoke(args=["people", "import", str(file)])
        assert found.exit_code == 0, found.output
        return found.output

    first, other = "2027-04-01", "2027-04-09"
    recorded = said(first, "", days=0)
    assert f"line 2: bo@x.example, last working day {first}: recorded as leaving" in recorded
    assert "line 3" not in recorded
    assert f"line 2: bo@x.example, last working day {other}: last working day changed" in said(other, "", days=1)
    _stays(bare, runner)
    for days in (3, 4):
        assert "line 2: bo@x.example, last working day 2027-04-09: left as it is, because" in said(other, "", days=days)
    assert "line" not in said("", "", days=5)
    assert "line 2: bo@x.example, last working day 2027-04-09: recorded as leaving" in said(other, "", days=6)


def test_an_import_says_by_line_who_leaves_no_more(bare: Flask, runner: FlaskCliRunner, tmp_path: Path) -> None:
    """By an empty cell, not by a row that is missing; after their last day nothing is undone, and nothing stops the file."""
    runner.invoke(args=INIT)
    file = tmp_path / "people.csv"
    head = "email,name,post,service,person_kind,manager_email,started,last_working_day\n"
    bo, cy = ("bo@x.example,Bo,,,employee,,2020-01-06,", "cy@x.example,Cy,,,employee,,2020-01-06,")

    def said(*rows: str, on: date, fails: bool = False) -> str:
        file.write_text(head + "".join(f"{row}\n" for row in rows))
        with clock.set_to(NOW + (on - NOW.date())):
            found = runner.invoke(args=["people", "import", str(file)])
        assert (found.exit_code != 0) is fails, found.output
        return found.output

    said(bo + "2027-04-01", cy + "2027-04-01", on=date(2027, 3, 2))
    assert "line" not in said(cy + "2027-04-01", on=date(2027, 3, 3))
    taken_out = said(cy + "2027-04-01", bo, on=date(2027, 3, 4))
    assert "line 3: bo@x.example, no last working day any more: recorded that they stay" in taken_out
    assert "2 as they were, 0 leaving" in taken_out
    assert "line" not in said(cy + "2027-04-01", bo, on=date(2027, 3, 5))
    refused = said(cy + "2027-04-01", bo + "2199-01-01", on=date(2027, 3, 6), fails=True)
    assert "line 3: bo@x.example: The last day must be" in refused
    assert "line 2" not in refused
    for day in (date(2027, 4, 3), date(2027, 4, 4)):
        why = "no last working day any more: left as it is, because they have left"
        assert f"line 2: cy@x.example, {why}" in said(cy, on=day)
    late = said(cy + "2027-04-08", bo + "2027-06-01", on=date(2027, 5, 20))
    assert "line 2: cy@x.example, last working day 2027-04-08: left as it is, because they left more than 30 days" in late
    assert "line 3: bo@x.example, last working day 2027-06-01: recorded as leaving" in late
    file.write_text("email,name,post,service,person_kind,manager_email,started\ncy@x.example,Cy,,,employee,,2020-01-06\n")
    assert "Missing: last_working_day" in runner.invoke(args=["people", "import", str(file)]).output


def _stays(bare: Flask, runner: FlaskCliRunner) -> None:
    runner.invoke(args=["people", "appoint", "ann@x.example", "hr_manager"])
    with bare.app_context(), clock.set_to(NOW + timedelta(days=2)):
        begin_writing()
        hr = person_by_email("ann@x.example")
        assert hr is not None
        notice = db.session.execute(sa.select(LeaverNotice)).scalar_one()
        withdraw_leaver(notice, by=hr, at=clock.now())
        commit()
        db.session.remove()


def test_rotating_keys_wraps_every_data_key_by_the_first(tmp_path: Path) -> None:
    """Afterwards the old key can be taken out of the setting, and what was sealed still opens."""
    old, new = Keyring.generate("old"), Keyring.generate("new")

    def installation(*given: str) -> Flask:
        settings = settings_for(f"sqlite:///{tmp_path / 'probity.sqlite'}", tmp_path)
        return create_app(replace(settings, data_keys=Keyring.parse(",".join(given))))

    with installation(old).app_context():
        create_schema()
    first = installation(old)
    first.test_cli_runner().invoke(args=INIT)
    with first.app_context():
        before = blind_index("test", "words")
    assert "1 data keys wrapped anew" in installation(new, old).test_cli_runner().invoke(args=["keys", "rotate"]).output
    assert "0 data keys wrapped anew" in installation(new, old).test_cli_runner().invoke(args=["keys", "rotate"]).output
    with installation(new).app_context():
        assert blind_index("test", "words") == before
