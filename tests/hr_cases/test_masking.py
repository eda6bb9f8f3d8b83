"""Whoever reported is not named in texts that go to others; everybody else is, and no word is taken for a name."""

import pytest

from app.hr_cases.documents.masking import MASK, Masking
from app.people.models import Person


def person(name: str, email: str = "") -> Person:
    """Somebody who is not kept in any database."""
    return Person(name=name, email=email)


SUBJECT = person("Sam Okoro", "sam.okoro@demo.example")
OTHERS = [SUBJECT, person("Olga Owner"), person("Zoë Keane"), person("Jane Prior")]
JANE = Masking([person("Jane Mary Smíth", "jane.smith@demo.example")], OTHERS, SUBJECT)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Told by jane mary  SMITH.", f"Told by {MASK}."),
        ("Jane Smíth said so", f"{MASK} said so"),
        ("From jane.smith@demo.example\nto me", f"From {MASK}\nto me"),
        ("ask @jane.smith", f"ask {MASK}"),
        ("Ms Smith’s post", f"{MASK}’s post"),
        ("Ms. Smith and Mrs J. Smith", f"{MASK} and {MASK}"),
        ("Dr Jane Smith", MASK),
        ("Miss J Smith", MASK),
        ("J. Smith, J.M. Smith, J M. Smith", f"{MASK}, {MASK}, {MASK}"),
        ("SMITH, Jane", MASK),
        ("Smith, J. wrote", f"{MASK} wrote"),
        ("Then Jane's phone rang", f"Then {MASK}'s phone rang"),
        ("JANE did", f"{MASK} did"),
        ("Ms Smi\u0301th", MASK),
        ("Jane Prior heard it from Jane.", f"Jane Prior heard it from {MASK}."),
        ("Janet and Janes", "Janet and Janes"),
        ("Mary-Jane, Jane-Anne", "Mary-Jane, Jane-Anne"),
        ("Ms Smith-Jones, Ms Smithson", "Ms Smith-Jones, Ms Smithson"),
        ("the smith works", "the smith works"),
        ("Olga Owner and Zoë Keane", "Olga Owner and Zoë Keane"),
        ("", ""),
        ("Smith said so. Then Smith left.", f"{MASK} said so. Then {MASK} left."),
        ("SMITH", MASK),
        ("jane.smith posted it", f"{MASK} posted it"),
        ("jane.smith@elsewhere.example", f"{MASK}@elsewhere.example"),
        ("Jane_Smith_2.png, smith-jane.jpg, IMG_janesmith.png", f"{MASK}_2.png, {MASK}.jpg, IMG_{MASK}.png"),
        ("facebook.com/JaneSmith", f"facebook.com/{MASK}"),
        ("j.smith and j_smith", f"{MASK} and {MASK}"),
        ("J.S. and JS", "J.S. and JS"),
        ("janesmithson, tom.smith-jones, blacksmith", "janesmithson, tom.smith-jones, blacksmith"),
    ],
)
def test_what_names_the_reporter_is_masked_and_nothing_else(text: str, masked: str) -> None:
    """Whole words only, whatever case and marks."""
    assert JANE(text) == masked


@pytest.mark.parametrize(
    ("reporter", "other", "text", "masked"),
    [
        ("Sam Jones", "Sam Okoro", "Sam wrote it; Sam Jones saw it", f"Sam wrote it; {MASK} saw it"),
        ("Rita Okoro", "Sam Okoro", "Mr Okoro and Rita", f"Mr Okoro and {MASK}"),
        ("Stella Okoro", "Sam Okoro", "S. Okoro and Stella Okoro", f"S. Okoro and {MASK}"),
        ("Ann Lee", "Ann LEE", "Ann Lee spoke", "Ann Lee spoke"),
        ("Will Hart", "Sam Okoro", "I will ask Will Hart. Will you? Ask Will.", f"I will ask {MASK}. Will you? Ask {MASK}."),
        ("May Hart", "Sam Okoro", "On 3 May 2026 it may rain, said May.", f"On 3 May 2026 it may rain, said {MASK}."),
        ("Anna Smith", "Sam Okoro", "a smith, A Smith, a. smith", f"a smith, {MASK}, {MASK}"),
        ("Łucja Strauß", "Sam Okoro", "Lucja; Ms Strauss; ŁUCJA STRAUß", f"{MASK}; {MASK}; {MASK}"),
        ("Siân O’Neil", "Sam Okoro", "Mrs O'Neil’s dog and Sian", f"{MASK}’s dog and {MASK}"),
        ("Will Brown", "Sam Okoro", "Brown bread; a Brown bag by Brown", f"Brown bread; a {MASK} bag by {MASK}"),
        ("Jo West", "Sam Okoro", "It lies west. I met West there.", f"It lies west. I met {MASK} there."),
        ("Prince", "Sam Okoro", "Prince came", f"{MASK} came"),
    ],
)
def test_names_that_others_bear_too_or_that_are_words(reporter: str, other: str, text: str, masked: str) -> None:
    """What could mean somebody else stays; a first name that is a word is masked only where it is a name."""
    concerned = person(other)
    assert Masking([person(reporter)], [concerned], concerned)(text) == masked


def test_without_a_known_reporter_nothing_is_masked() -> None:
    """Anonymous reports have nobody to hide."""
    assert Masking([], OTHERS, SUBJECT)("Jane Smith, Ms Smith") == "Jane Smith, Ms Smith"
