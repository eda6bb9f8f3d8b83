"""A name that was masked stays masked, however the reporter is called by now."""

import io
from collections.abc import Callable
from datetime import date

import pypdf
import pytest

from app.core import clock
from app.core.audit import ActorKind
from app.core.db import db
from app.core.errors import InvalidInput
from app.hr_cases import queries
from app.hr_cases.documents.masking import MASK, Masking
from app.hr_cases.forms.naming import NAMES_REPORTER
from app.hr_cases.forms.opening import SOMEBODY_ELSE
from app.hr_cases.models import CaseStatus
from app.hr_cases.routes.choosing import person_named
from app.people.models import FormerName, Person
from app.people.operations import PEOPLE_HEADERS, import_people, plan_people_import
from app.people.renaming import change_email
from tests.conftest import NOW
from tests.factories import Factory
from tests.hr_cases.at_stage import _AFTER, address, own_address
from tests.hr_cases.factories import World, a_statement, bring_to, case_at
from tests.pages import PageClient, counted_queries

ClientOf = Callable[..., PageClient]
S = CaseStatus


def person(name: str, email: str = "", *former: tuple[str, str]) -> Person:
    """Somebody who is not kept in any database, and what they were called before."""
    before = [FormerName(name=name, email=email, until=date(2027, 3, 1)) for name, email in former]
    return Person(name=name, email=email, former_names=before)


SAM = person("Sam Okoro", "sam@x.example", ("Carys Okoro", "c.okoro@x.example"))
MARRIED = person("Carys Ashworth", "ashworth7@x.example", ("Carys Llŷr", "llyr12@x.example"))
RENAMED = person("Megan Ashworth", "", ("Carys Llŷr", ""))
TWICE = person("Tess Rain", "", ("Tess Cadwaladr", ""), ("Tess Vaughan", ""))
OF_THE_SAME_NAME = person("Zoë Keane", "", ("Zoë Llŷr", ""))


@pytest.mark.parametrize(
    ("mask", "text", "masked"),
    [
        (Masking([MARRIED], [SAM]), "Message that Carys Llŷr kept", f"Message that {MASK} kept"),
        (Masking([MARRIED], [SAM]), "Carys Ashworth, Ms Llŷr, C. Llyr", f"{MASK}, {MASK}, {MASK}"),
        (Masking([MARRIED], [SAM]), "Carys Llŷr Ashworth and Carys Ashworth-Llŷr", f"{MASK} and {MASK}"),
        (Masking([MARRIED], [SAM]), "From llyr12@x.example, @carysllyr, ashworth7", f"From {MASK}, {MASK}, {MASK}"),
        (Masking([MARRIED], [SAM]), "realcarysllyrpage and carysashworth99", f"{MASK} and {MASK}99"),
        (Masking([RENAMED], [SAM]), "Carys Llŷr, now Megan Llŷr, Carys alone", f"{MASK}, now {MASK}, {MASK} alone"),
        (Masking([TWICE], [SAM]), "Tess Cadwaladr, Tess Vaughan", f"{MASK}, {MASK}"),
        # What would mean somebody else by a name of before is left alone, as by one of today.
        (Masking([MARRIED], [OF_THE_SAME_NAME]), "Llŷr said so. Carys Llŷr.", f"Llŷr said so. {MASK}."),
        (Masking([MARRIED], [OF_THE_SAME_NAME]), "Zoë Llŷr came with Carys", f"Zoë Llŷr came with {MASK}"),
        (Masking([MARRIED], [SAM], SAM), "Carys Okoro and Carys", "Carys Okoro and Carys"),
        (Masking([person("Carys Ashworth")], []), "Carys Llŷr", f"{MASK} Llŷr"),
    ],
)
def test_names_and_addresses_of_before_count_like_those_of_today(mask: Masking, text: str, masked: str) -> None:
    """Each alone and mixed; whoever never bore a name is not known by it."""
    assert mask(text) == masked


KEPT = "Rita Reporter wrote to her friend: look at this. Ask rita.reporter@x.example."


def _world(make: Factory) -> World:
    """A case in which a witness named the reporter, who is called otherwise since: in the file, name and address."""
    world = case_at(make, S.INVESTIGATING)
    world.reporter.email = "rita.reporter@x.example"
    a_statement(world, world.stranger, words=KEPT)
    db.session.commit()
    row = "rita.reporter@x.example,Megan Ashworth,,,employee,,2020-01-06,"
    plan = plan_people_import(f"{','.join(PEOPLE_HEADERS)}\n{row}\n".encode(), today=world.at.date())
    import_people(plan, by=ActorKind.INSTALLATION, at=world.at)
    change_email(world.reporter, "megan@x.example", by=ActorKind.INSTALLATION, at=world.at)
    db.session.commit()
    return world


def test_a_text_keeps_its_mask_when_the_reporter_is_called_otherwise(make: Factory, client_of: ClientOf) -> None:
    """On the pages of whoever decides, in their report, and in the papers of the person concerned."""
    world = _world(make)
    bring_to(world, S.ACCEPTED)
    _AFTER[S.APPEALED](world)
    masked = f"{MASK} wrote to her friend: look at this. Ask {MASK}."
    with clock.set_to(world.at):
        deciding = client_of(world.decision_maker)
        with counted_queries() as asked:
            page = deciding.get(address(world, "/meetings/statements/1")).text
        assert len(asked) <= 8
        assert masked in page
        papers = client_of(world.subject).get(own_address(world, "/papers")).text
        assert masked in papers
        answer = deciding._send("get", address(world, "/report.pdf"))
    text = " ".join(" ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(answer.data)).pages).split())
    for shown in (page, papers, text):
        assert not [name for name in ("Rita", "Reporter wrote", "rita.", "Megan", "Ashworth") if name in shown]
    assert f"{MASK} wrote to her friend" in text


@pytest.mark.parametrize("name", ["Rita", "Megan", "rita.reporter@x.example", "megan@x.example"])
def test_whoever_writes_a_name_of_before_is_asked(make: Factory, client_of: ClientOf, name: str) -> None:
    """Like one of today."""
    world = _world(make)
    said = {"kind": "interview", "taken_on": ["3", "3", "2027"], "present": "", "words": f"She knows {name}."}
    said |= {"person": "somebody_else", "person_email": str(world.stranger.email)}
    with clock.set_to(world.at):
        writing = client_of(world.investigator)
        assert writing.post(address(world, "/add-statement"), said, status=422).errors == [NAMES_REPORTER]
        writing.post(address(world, "/add-statement"), {**said, "words": "She knows a colleague."})


def test_the_former_names_of_all_come_with_the_case(make: Factory) -> None:
    """No query of their own, for however many people."""
    world = _world(make)
    db.session.expunge_all()
    case = queries.find_case(world.case.reference, world.owner, on=world.at.date())
    assert case is not None
    with counted_queries() as asked:
        assert Masking.of(case)("Rita Reporter") == MASK
    assert asked == []


def test_an_investigator_who_types_a_former_address_is_told_the_one_of_today(make: Factory) -> None:
    """Whose statement it is, is said by an address."""
    change_email(make.person("Una Witness", email="una@x.example"), "u.wed@x.example", by=ActorKind.INSTALLATION, at=NOW)
    db.session.commit()
    with pytest.raises(InvalidInput, match=r"Una Witness has u.wed@x.example now: enter that one"):
        person_named([], SOMEBODY_ELSE, "una@x.example", field="person_email")
