"""Whoever reported is not named in texts that go to others; everybody else is, and no word is taken for a name."""

import time

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
        ("tom.smith-jones, blacksmith", "tom.smith-jones, blacksmith"),
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


CLLYR = Masking([person("Cadog Llyr", "cadog@demo.example")], OTHERS, SUBJECT)
PLAIN_JANE = Masking([person("Jane Smith", "js@demo.example")], OTHERS, SUBJECT)
RAIN = Masking([person("Tess Rain", "tess@demo.example")], OTHERS, SUBJECT)


@pytest.mark.parametrize(
    ("mask", "text", "masked"),
    [
        (JANE, "@JaneMSmith, JMSmith, jmsmith, jane.m.smith, j_m_smith", ", ".join([MASK] * 5)),
        (PLAIN_JANE, "@JaneMSmith, JMSmith, @JMKSmith, jane_m_smith, j.m.smith", ", ".join([MASK] * 5)),
        (PLAIN_JANE, "JanetSmith, janetsmith, josmith, JASMITH", "JanetSmith, janetsmith, josmith, JASMITH"),
        (CLLYR, "cllyr posted it, @cllyr, CLlyr_2.png", f"{MASK} posted it, {MASK}, {MASK}_2.png"),
        (RAIN, "The train came; @train, train_2.png", f"The train came; {MASK}, {MASK}_2.png"),
        (JANE, "Ja\u00adne and Smi\u200bth; Ja\u2060ne Smi\ufeffth", f"{MASK} and {MASK}; {MASK}"),
        (JANE, "by\u200bJane\u200bSmith\u200bherself", MASK),
        (JANE, "Jane\u00adt co\u00adoperates", "Jane\u00adt co\u00adoperates"),
    ],
)
def test_handles_with_initials_and_what_is_not_seen(mask: Masking, text: str, masked: str) -> None:
    """Middle initials on record or not, short surnames, and marks without width; words stay words."""
    assert mask(text) == masked


def test_without_a_known_reporter_nothing_is_masked() -> None:
    """Anonymous reports have nobody to hide."""
    assert Masking([], OTHERS, SUBJECT)("Jane Smith, Ms Smith") == "Jane Smith, Ms Smith"


SIAN = Masking([person("Sian O'Dowda", "sian.odowda@demo.example")], OTHERS, SUBJECT)
MARY = Masking([person("Mary Smith-Jones", "m.smithjones@demo.example")], OTHERS, SUBJECT)
MARIA = Masking([person("María José García López", "mjgarcia@demo.example")], OTHERS, SUBJECT)
JOANNA = Masking([person("Joanna Bell", "jo.bell@demo.example")], OTHERS, SUBJECT)
BERG = Masking([person("Jan van der Berg", "jan.vanderberg@demo.example")], OTHERS, SUBJECT)
NAMED = {
    SIAN: (
        "Sian O'Dowda", "SIAN O’DOWDA", "Sian OʼDowda", "Sian O`Dowda", "Sian ODowda", "Sian O Dowda", "Siân O'Dowda",
        "O'Dowda", "O’Dowda", "ODowda", "O Dowda", "o'dowda", "odowda", "Dowda", "Ms O'Dowda", "Mrs. O’Dowda", "Miss ODowda",
        "S. O'Dowda", "S O'Dowda", "O'Dowda, Sian", "O'Dowda, S.", "Sian", "SIAN", "Ms Sian", "@sianodowda", "@sian_odowda",
        "@sian.odowda", "sian.odowda", "sian-odowda", "odowda_sian", "odowda.s", "sodowda", "@SianODowda", "@sian",
        "sian.odowda@demo.example", "SIAN.ODOWDA@DEMO.EXAMPLE",
    ),
    MARY: (
        "Mary Smith-Jones", "Mary Smith Jones", "Mary Smith‐Jones", "Mary Smith", "Mary Jones", "Mary SmithJones",
        "Ms Smith", "Mrs Jones", "Ms Smith-Jones", "Ms Smith Jones", "Smith-Jones", "Smith", "JONES", "M. Jones",
        "M. Smith-Jones",
        "Smith-Jones, Mary", "@marysmithjones", "@mary.smith-jones", "marysmith", "mary_jones", "jones.mary", "msmithjones",
        "m.smithjones", "mary.smith-jones",
    ),
    MARIA: (
        "María José García López", "Maria Jose Garcia Lopez", "Maria Garcia", "María García López", "MARÍA LÓPEZ",
        "Maria Jose", "Garcia", "García", "Lopez", "García López", "Garcia-Lopez", "Señora García López"[7:], "Ms García",
        "Mrs Lopez", "M. García", "M. J. García López", "García López, María", "@mariagarcia", "maria.jose.garcia",
        "mariagarcialopez", "garcia_maria", "lopez.maria", "mgarcia", "mjgarcia", "Mari\u0301a Garci\u0301a",
    ),
    JOANNA: (
        "Joanna Bell", "JOANNA BELL", "Ms Bell", "Miss BELL", "J. Bell", "Bell, Joanna", "Joanna", "@joannabell", "@bell",
        "joanna_bell", "bell.joanna", "j.bell", "jo.bell", "@jo.bell", "BELL",
    ),
    BERG: (
        "Jan van der Berg", "Jan Berg", "van der Berg", "Mr van der Berg", "Mr Berg", "Berg", "J. van der Berg",
        "janvanderberg", "jan.van.der.berg", "berg_jan", "jan.vanderberg",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("mask", "name"), [(mask, name) for mask, names in NAMED.items() for name in names])
def test_every_way_to_write_a_name(mask: Masking, name: str) -> None:
    """Alone, in a sentence, in quotation marks, owning something, and at its end: nothing of the name is left."""
    for frame in ("{}", "It was {} there.", "“{}” he said", "({})", "I asked {}, then", "{} said so", "by {}.", "\n{}\n"):
        assert mask(frame.format(name)) == frame.format(MASK), frame
    assert mask(f"This is {name}’s phone") in (f"This is {MASK}’s phone", f"This is {MASK}")


@pytest.mark.parametrize(
    ("mask", "text", "masked"),
    [
        (SIAN, "IMG_sian_odowda.png", f"IMG_{MASK}.png"),
        (SIAN, "IMG_sianodowda_2.jpg", f"IMG_{MASK}_2.jpg"),
        (SIAN, "IMG_odowda.png, sian_2.png, 2027-sian.png", f"IMG_{MASK}.png, {MASK}_2.png, 2027-{MASK}.png"),
        (SIAN, "facebook.com/sian.odowda and /sian.odowda", f"facebook.com/{MASK} and /{MASK}"),
        (SIAN, "sian.odowda@elsewhere.example", f"{MASK}@elsewhere.example"),
        (MARY, "Smith-Jones_Mary.docx", f"{MASK}.docx"),
        (MARIA, "maría_garcía_lópez.png", f"{MASK}.png"),
        (JOANNA, "joannabell2.png", f"{MASK}2.png"),
        (JOANNA, "The bell rang. Bell said so. Ask Bell.", f"The bell rang. {MASK} said so. Ask {MASK}."),
        (JOANNA, "Then BELL left. BELL said so", f"Then {MASK} left. {MASK} said so"),
        (JOANNA, "Bells rang, doorbell, bell tower, Bellow", "Bells rang, doorbell, bell tower, Bellow"),
        (JOANNA, "The bell, a bell, two bells", "The bell, a bell, two bells"),
        (MARY, "smith and jones work; Smithson, Smith-Brown", "smith and jones work; Smithson, Smith-Brown"),
        (MARY, "Mary-Ann and Rosemary", "Mary-Ann and Rosemary"),
        (SIAN, "Siana, Dowdall, O'Dowdall, asian", "Siana, Dowdall, O'Dowdall, asian"),
        (BERG, "The van drove der way to Bergen", "The van drove der way to Bergen"),
        (SIAN, "Sam Okoro, Jane Prior and sam.okoro@demo.example", "Sam Okoro, Jane Prior and sam.okoro@demo.example"),
        (JANE, "jane.prior, jane_prior.png and JanePrior", "jane.prior, jane_prior.png and JanePrior"),
    ],
)  # fmt: skip
def test_names_within_longer_words_and_words_that_are_no_names(mask: Masking, text: str, masked: str) -> None:
    """File names and links lose the name only; what merely looks like it stays."""
    assert mask(text) == masked


CARYS = Masking([person("Carys Llŷr", "carys.llyr@demo.example")], OTHERS, SUBJECT)
OWEN = Masking([person("Tess Owen")], [*OTHERS, person("Tess Owenson")], SUBJECT)


@pytest.mark.parametrize(
    ("mask", "text", "masked"),
    [
        (CARYS, "carysllyrofficial, realcarysllyr, CarysLlyrNorthmere", ", ".join([MASK] * 3)),
        (CARYS, "@realcaryslly\u0302r, TheCarysLlŷr2, LlyrCarysOfficial", f"{MASK}, {MASK}2, {MASK}"),
        (CARYS, "real-carysllyr, carys.llyrofficial, IMG_carysllyrhome_2.png", f"{MASK}, {MASK}, IMG_{MASK}_2.png"),
        (CARYS, "@real.carysllyr, facebook.com/realcarysllyr", f"@real.{MASK}, facebook.com/{MASK}"),
        (JANE, "realjanesmith, JaneMarySmithOfficial, janesmithson", ", ".join([MASK] * 3)),
        (CARYS, "The Llŷrs and the Llyrs’ house; Llŷrs phone", f"The {MASK} and the {MASK}’ house; {MASK} phone"),
        (MARY, "Both Joneses and the Smiths", f"Both {MASK} and the {MASK}"),
        (OWEN, "Tom Owens, Ms Owens, the Owens", f"Tom Owens, Ms Owens, the {MASK}"),
        (OWEN, "realtessowenson, tessowenson, realtessowen", f"realtessowenson, tessowenson, {MASK}"),
        (JOANNA, "The Bells rang. He saw the Bells", "The Bells rang. He saw the Bells"),
        (Masking([person("Al Ban")], OTHERS, SUBJECT), "Albania", "Albania"),
        (Masking([person("Tom Robert")], [person("Ann Roberts")], SUBJECT), "the Roberts", "the Roberts"),
    ],
)  # fmt: skip
def test_both_names_within_a_longer_word_and_families(mask: Masking, text: str, masked: str) -> None:
    """The whole word goes with them; a family by its capital, unless that is a word or another's surname."""
    assert mask(text) == masked


REPEATED = "a. ", "m. j. k. ", "garcia ", "garcia_", "miss ", "@", "O'", "maria.", "  ", "j.g", "a", "a-", "maria", "maria-"


@pytest.mark.parametrize("text", REPEATED)
def test_no_text_keeps_the_mask_busy(text: str) -> None:
    """A statement of twenty thousand characters is masked at once, whatever it repeats."""
    began = time.perf_counter()
    MARIA(text * (20_000 // len(text)) + "garcia!")
    assert time.perf_counter() - began < 2
