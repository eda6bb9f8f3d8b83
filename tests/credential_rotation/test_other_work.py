"""Another post or service in the people file: somebody is asked which access goes on."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.core import clock
from app.core.audit import ActorKind
from app.core.db import begin_writing, commit, db
from app.core.errors import AlreadyDone, NotAllowed
from app.core.presentation import uk_date
from app.credential_rotation.due import DUE_KINDS
from app.credential_rotation.models import MoveKind, WorkChange
from app.credential_rotation.operations.other_work import say_all_goes_on
from app.duties.models import Reminder
from app.people.models import Person, Role
from app.people.operations import PEOPLE_HEADERS, import_people, plan_people_import
from app.policy.queries import working_calendar
from tests.conftest import NOW
from tests.credential_rotation.factories import FRIDAY, TODAY, account, grant, leave, moved
from tests.duties.factories import morning
from tests.factories import Factory
from tests.pages import PageClient

Client = Callable[..., PageClient]
TO_SAY = next(kind for kind in DUE_KINDS if kind.name == "work_change")


class Library:
    """Jo, a librarian who holds access, with a manager."""

    def __init__(self, make: Factory) -> None:
        self.make = make
        self.hr, self.manager = make.person("Hana", Role.HR_MANAGER), make.person("Mia")
        self.jo = make.person("Jo Bell", manager=self.manager, service="Libraries")
        self.jo.post = "Librarian"
        make.keep(self.jo)
        self.on = account(make, "Libraries", make.person("Olu"))
        self.grant = grant(make, self.on, self.jo)

    def told(self, post: str, service: str = "Libraries", *, manager: Person | None = None) -> None:
        """The people file tells of Jo's post and service."""
        told = {"email": self.jo.email, "name": self.jo.name, "post": post, "service": service,
            "person_kind": "", "manager_email": (manager or self.manager).email}  # fmt: skip
        line = ",".join(str(told.get(name, "")) for name in PEOPLE_HEADERS)
        begin_writing()
        plan = plan_people_import(f"{','.join(PEOPLE_HEADERS)}\n{line}\n".encode(), today=clock.today())
        assert not plan.problems
        import_people(plan, by=ActorKind.INSTALLATION, at=clock.now())
        commit()

    @property
    def change(self) -> WorkChange:
        return db.session.execute(sa.select(WorkChange)).scalar_one()

    def asked(self) -> set[str]:
        """Who is asked, by first pages."""
        people = (self.hr, self.manager, self.jo)
        return {one.name for one in people if one.is_here_on(TODAY) and _rows(one)}


def _rows(person: Person) -> int:
    made = TO_SAY.select(person, TODAY)
    return len(db.session.execute(made).all()) if made is not None else 0


@pytest.fixture
def library(make: Factory) -> Library:
    return Library(make)


@pytest.mark.parametrize(
    ("post", "service", "asks"),
    [
        ("Librarian", "Libraries", False),
        ("  LIBRARIAN ", "Libraries", False),
        ("Líbrarian.", "Libraries", False),
        ("Librarian", "", False),
        ("", "Libraries", False),
        ("Bin Officer", "Libraries", True),
        ("Librarian", "Waste", True),
        ("Bin Officer", "Waste", True),
    ],
)
def test_what_is_another_post_or_service(library: Library, post: str, service: str, asks: bool) -> None:
    """Another spelling and what is left empty tell of no other work."""
    library.told(post, service)
    assert library.asked() == ({"Mia"} if asks else set())


def test_the_change_is_kept_with_its_day(library: Library) -> None:
    library.told("Bin Officer", "Waste")
    change = library.change
    told = (change.old_post, change.new_post, change.old_service, change.new_service, change.told_on)
    assert told == ("Librarian", "Bin Officer", "Libraries", "Waste", TODAY)
    assert change.due_on == working_calendar().add(TODAY, 5)


def test_nobody_is_asked_about_somebody_who_holds_and_owns_nothing(library: Library) -> None:
    library.grant.ends_on, library.grant.end_reason = TODAY - timedelta(days=1), "no_longer_needed"
    library.make.keep(library.grant)
    library.told("Bin Officer")
    assert library.asked() == set()
    assert db.session.execute(sa.select(WorkChange)).first() is None


def test_an_owner_without_access_is_asked_about(library: Library) -> None:
    library.grant.ends_on, library.grant.end_reason = TODAY - timedelta(days=1), "no_longer_needed"
    library.on.owner_id = library.jo.id
    library.make.keep(library.grant, library.on)
    library.told("Bin Officer")
    assert library.asked() == {"Mia"}


def test_without_a_manager_human_resources_is_asked(library: Library) -> None:
    library.told("Bin Officer")
    library.manager.last_working_day = TODAY - timedelta(days=1)
    library.make.keep(library.manager)
    assert library.asked() == {"Hana"}


def test_whoever_left_meanwhile_is_not_asked_about(library: Library) -> None:
    library.told("Bin Officer")
    leave(library.jo, library.hr)
    assert library.asked() == set()


def test_a_move_is_the_answer_and_an_absence_is_none(library: Library) -> None:
    library.told("Bin Officer")
    away = moved(library.jo, library.hr, {library.grant: True}, kind=MoveKind.LONG_ABSENCE)
    assert library.asked() == {"Mia"}
    made = moved(library.jo, library.manager, {library.grant: False}, day=away.last_day)
    assert library.asked() == set()
    assert (library.change.move_id, library.change.settled_by_id) == (made.id, library.manager.id)


def test_a_move_told_before_is_the_answer_to_what_the_file_tells_later(library: Library) -> None:
    moved(library.jo, library.manager, {library.grant: True}, day=FRIDAY)
    library.told("Bin Officer")
    assert library.asked() == set()


def test_asked_once_however_often_it_changes_and_not_when_it_changes_back(library: Library) -> None:
    library.told("Bin Officer")
    library.told("Street Officer", "Waste")
    assert (library.change.new_post, library.change.new_service) == ("Street Officer", "Waste")
    assert _rows(library.manager) == 1
    library.told("Librarian", "Libraries")
    assert library.asked() == set()
    library.told("Bin Officer")
    assert _rows(library.manager) == 1


def test_that_all_goes_on_is_said_once_and_never_of_oneself(library: Library) -> None:
    library.told("Bin Officer")
    for stranger in (library.jo, library.on.owner):
        with pytest.raises(NotAllowed):
            say_all_goes_on(library.change, by=stranger, at=NOW)
    say_all_goes_on(library.change, by=library.manager, at=NOW)
    assert library.asked() == set()
    with pytest.raises(AlreadyDone):
        say_all_goes_on(library.change, by=library.hr, at=NOW)


def test_through_the_pages_nothing_changes(library: Library, client_of: Client) -> None:
    """Their post was only named anew."""
    library.told("Bin Officer")
    address = f"/credential-rotation/work-changes/{library.change.id}"
    browser = client_of(library.manager)
    assert "Say which access Jo Bell keeps in their other work" in browser.get("/").text
    page = browser.get(address)
    assert "Librarian, now Bin Officer" in page.text
    explained = " ".join(part.get_text() for part in page.soup.select(".app-worked-out"))
    assert uk_date(library.change.due_on) in explained
    browser.post(f"{address}/all-goes-on", {}, status=303)
    assert "Mia said on" in browser.get(address).text
    assert client_of(library.jo).look(address).status == 403


@pytest.mark.parametrize("who", ["manager", "hr"])
def test_through_the_pages_a_move_filled_in(library: Library, client_of: Client, who: str) -> None:
    library.told("Bin Officer")
    browser = client_of(getattr(library, who))
    page = browser.get(f"/credential-rotation/moves/new?change={library.change.id}")
    assert page.field("new_post") == "Bin Officer"
    chosen = page.soup.select_one("#person option[selected]")
    assert (chosen["value"] if chosen else page.field("person")) in (str(library.jo.id), library.jo.email)
    assert page.soup.select_one("input[name=kind][value=moved]").has_attr("checked")
    stranger = client_of(library.on.owner)
    assert stranger.look(f"/credential-rotation/moves/new?change={library.change.id}").status == 403


def test_it_is_chased_and_comes_to_human_resources(library: Library) -> None:
    library.told("Bin Officer")
    day = TODAY
    for _ in range(8):
        day = working_calendar().add(day, 1)
        morning(day)
    sent = sa.select(Reminder.to_person_id).where(Reminder.kind == "work_change")
    assert set(db.session.execute(sent).scalars()) == {library.manager.id, library.hr.id}
