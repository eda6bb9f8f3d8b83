"""References, statuses, the clock and CSV files."""

from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

import pytest

from app.account_register.operations import REGISTER_HEADERS
from app.core import clock
from app.core.csv_files import read_csv, read_date
from app.core.errors import AlreadyDone, InvalidInput
from app.core.references import ALPHABET, new_reference, normalise_reference
from app.core.statuses import HasStatus, TransitionTable
from app.people.operations import PEOPLE_HEADERS
from tests.conftest import NOW


def test_references_can_be_read_aloud_and_typed_any_way() -> None:
    """No vowels, no look-alikes; case, spaces and dashes do not matter."""
    assert not set(ALPHABET) & set("AEIOU0158LSBZ")
    for _ in range(200):
        reference = new_reference()
        assert normalise_reference(f" {reference.lower().replace('-', ' ')} ") == reference
    assert len({new_reference() for _ in range(2000)}) == 2000


@pytest.mark.parametrize("typed", ["", "AAAA-AAAA-AAAA", "CCCC-CCCC", "CCCC-CCCC-CCCCC", "<script>"])
def test_what_cannot_be_a_reference_is_none(typed: str) -> None:
    """Anything else is no reference at all."""
    assert normalise_reference(typed) is None


class Light(StrEnum):
    """A traffic light."""

    RED = "red"
    GREEN = "green"


class Lamp(HasStatus):
    """A thing with a status."""

    transitions = TransitionTable(Light, {Light.RED: (Light.GREEN,)})

    def __init__(self) -> None:
        self.status = Light.RED


@pytest.mark.parametrize(("seconds", "earlier"), [(0, False), (59, False), (60, True), (-1, False)])
def test_what_is_typed_is_compared_by_the_minute(seconds: int, earlier: bool) -> None:
    """A minute typed is not before a second within it."""
    assert clock.is_earlier(NOW, NOW + timedelta(seconds=seconds)) is earlier


def test_a_status_changes_only_as_the_table_says() -> None:
    """Every pair is either allowed or refused with 409."""
    assert [pair for pair in Lamp.transitions.pairs() if pair[2]] == [(Light.RED, Light.GREEN, True)]
    lamp = Lamp()
    lamp.move_to(Light.GREEN)
    with pytest.raises(AlreadyDone, match="Somebody changed this in the meantime"):
        lamp.move_to(Light.RED)


def test_days_are_london_days() -> None:
    """Half past eleven at night in UTC is tomorrow in a British summer."""
    assert clock.local_day(datetime(2027, 6, 1, 23, 30, tzinfo=UTC)) == date(2027, 6, 2)
    assert clock.at_local(date(2027, 3, 27), 12) == datetime(2027, 3, 27, 12, tzinfo=UTC)


def test_csv_rows_come_with_the_line_an_editor_shows() -> None:
    """A quoted cell may run over lines; empty lines do not count as rows."""
    lines = read_csv(b"\xef\xbb\xbfName,Note\r\n\r\nada,\"two\nlines\"\r\nbob,x\r\n", ("name", "note"))
    assert [(line.number, line.cells["name"]) for line in lines] == [(4, "ada"), (5, "bob")]
    assert lines[0].cells["note"] == "two\nlines"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"name,note\n", "no rows"),
        (b"name\nada\n", "Missing: note"),
        (b"name,note,extra\na,b,c\n", "not known: extra"),
        (b"name,note,name\na,b,c\n", "twice"),
        (b"name,note\na,b,c\n", "Line 2 has more cells"),
        (b"name,note\na,\x00\n", "Line 2"),
        (b'name,note\na,"b\n', "not readable|more cells|Line"),
    ],
)
def test_a_file_that_is_not_what_it_should_be_is_refused_in_words(content: bytes, words: str) -> None:
    """The refusal names what is missing, unknown or wrong, with the line."""
    with pytest.raises(InvalidInput, match=words):
        read_csv(content, ("name", "note"))


CSV = "name,note\nSiân,x\n"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (CSV.encode("utf-16"), "UTF-16.*CSV UTF-8"),
        (CSV.encode("utf-16-le"), "UTF-16.*CSV UTF-8"),
        (CSV.encode("utf-16-be"), "UTF-16.*CSV UTF-8"),
        (CSV.replace(",", "\t").encode("utf-16"), "UTF-16.*CSV UTF-8"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01", "is a PNG picture, whatever its name says. Select a CSV file"),
        (b"%PDF-1.7\n1 0 obj\n", "is a PDF document"),
        (b"MZ\x90\0\x03\0\0\0\x04\0\0\0\0\0\xff\xff", "is not text"),
        (b"", "is empty. Select another file"),
        (b"\r\n \n", "is empty"),
        (CSV.partition("\n")[0].encode(), "no rows under its headers"),
        (b"PK\x03\x04\x14\x00\x06\x00", "workbook, whatever its name says.*CSV UTF-8"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old workbook.*CSV UTF-8"),
        (b'name;note\n"a;b";"c"\n', "separated by semicolons.*commas"),
        (b"\xef\xbb\xbfname\tnote\na\tb\n", "separated by tabs.*commas"),
    ],
)
@pytest.mark.parametrize("headers", [("name", "note"), PEOPLE_HEADERS, REGISTER_HEADERS])
def test_what_a_spreadsheet_saved_otherwise_is_refused_with_how_to_save_it(
    content: bytes, words: str, headers: tuple[str, ...]
) -> None:
    """A register and a list of people alike."""
    with pytest.raises(InvalidInput, match=words) as refused:
        read_csv(content, headers)
    assert refused.value.field == "file"


def test_a_file_saved_by_an_old_spreadsheet_is_read() -> None:
    """Windows-1252 is taken too."""
    assert read_csv("name,note\nŠárka,x\n".encode("cp1252", "replace"), ("name", "note"))
    assert read_csv("name,note\nAndré,x\n".encode("cp1252"), ("name", "note"))[0].cells["name"] == "André"


@pytest.mark.parametrize(("text", "day"), [("31/03/2027", date(2027, 3, 31)), ("2027-03-31", date(2027, 3, 31)), ("", None)])
def test_dates_are_british_or_iso(text: str, day: date | None) -> None:
    """Day first, four-digit years."""
    assert read_date(text) == day


@pytest.mark.parametrize("text", ["31/02/2027", "2027-02-30", "03/31/2027", "1/1/27", "tomorrow"])
def test_what_is_no_date_is_refused(text: str) -> None:
    """No guess about what was meant."""
    with pytest.raises(ValueError, match="must be a"):
        read_date(text)
