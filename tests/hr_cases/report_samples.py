"""A case report with everything in it, made of plain dataclasses: invented people of Northmere Council."""

import hashlib
import io
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from PIL import Image, ImageDraw, ImageFont

from app.documents.fonts import FOLDER
from app.documents.pictures import load_pictures
from app.hr_cases.documents.contents import (
    Afterwards,
    AllegationPart,
    AppealPart,
    CaseReport,
    ChronologyRow,
    ClosingPart,
    DecisionPart,
    Exhibit,
    ExhibitFile,
    HearingPart,
    Investigation,
    Judgement,
    LetterLine,
    NoticePart,
    OutcomePart,
    PersonConcerned,
    PolicyLine,
    StatementPart,
)
from app.hr_cases.documents.exhibits import UNCHANGED
from app.hr_cases.documents.gathering import HR_COPY
from app.hr_cases.documents.words import size_words

SUBJECT, INVESTIGATOR, COMMISSIONER = "Callum Fenwick", "Priya Raghunathan", "Marion Ashdown"
DECIDER, APPEALS, OWNER, WITNESS = "Gareth Llewellyn-Price", "Oluwaseun Adeyemi", "Tessa Holroyd", "Bronagh McAteer"
REPORTER = "Dorothy Winterbourne"
NAMES = (SUBJECT, INVESTIGATOR, COMMISSIONER, DECIDER, APPEALS, OWNER, WITNESS, REPORTER)

FIRST_POST = (
    "Another Tuesday evening listening to Cllr Northcote explain why the leisure centre has to close. I have seen the "
    "numbers. They were made up on the back of an envelope. Half that committee could not run a bath."
)
SECOND_POST = (
    "For anyone asking: the Harbour Street hostel list went to the wrong inbox. Forty names. Nobody has been told. "
    "You did not hear it from me."
)


def at(month: int, day: int, hour: int = 9, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


def _font(size: int, face: str = "Regular") -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(FOLDER / f"SourceSans3-{face}.ttf"), size)


def screenshot(words: str, *, height: int = 1500, posts: int = 1) -> bytes:
    """What a telephone would keep of a post: status line, name, words, buttons, two answers."""
    image = Image.new("RGB", (1080, height), "#ffffff")
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 0, 1080, 70), fill="#f2f3f5")
    pen.text((40, 16), "21:14", font=_font(34, "SemiBold"), fill="#1c1e21")
    pen.text((900, 16), "4G  62%", font=_font(30), fill="#1c1e21")
    y = 110
    for post in range(posts):
        pen.ellipse((40, y, 140, y + 100), fill="#8a9bb0")
        pen.text((66, y + 18), "CF", font=_font(48, "Bold"), fill="white")
        pen.text((170, y + 4), SUBJECT, font=_font(42, "Bold"), fill="#1c1e21")
        pen.text((170, y + 56), "Northmere · 6 October at 21:02 · Public", font=_font(32), fill="#65676b")
        y = _words(pen, words, y + 140)
        pen.line((40, y + 20, 1040, y + 20), fill="#ced0d4", width=2)
        pen.text((60, y + 40), "Like        Comment        Share", font=_font(36, "SemiBold"), fill="#65676b")
        pen.text((700, y + 40), "47 likes · 12 comments", font=_font(30), fill="#65676b")
        y += 130
        for name, answer in (("Resident A", "Is this true?"), (SUBJECT, f"Ask them yourself. ({post + 1})")):
            pen.rounded_rectangle((150, y, 1000, y + 130), 30, fill="#f0f2f5")
            pen.text((180, y + 14), name, font=_font(32, "SemiBold"), fill="#1c1e21")
            pen.text((180, y + 62), answer, font=_font(36), fill="#1c1e21")
            y += 150
        y += 60
    encoded = io.BytesIO()
    image.save(encoded, "PNG")
    return encoded.getvalue()


def _words(pen: ImageDraw.ImageDraw, words: str, y: int) -> int:
    font, line = _font(44), ""
    for word in words.split():
        if pen.textlength(f"{line} {word}", font=font) > 980:
            pen.text((40, y), line.strip(), font=font, fill="#1c1e21")
            y, line = y + 60, ""
        line += f" {word}"
    pen.text((40, y), line.strip(), font=font, fill="#1c1e21")
    return y + 70


def file_of(data: bytes, kind: str = "PNG picture") -> ExhibitFile:
    fingerprint = hashlib.sha256(data).hexdigest()
    return ExhibitFile(kind, size_words(len(data)), fingerprint, UNCHANGED, True, load_pictures(data))


def exhibit(number: int, title: str, **changes: Any) -> Exhibit:
    values: dict[str, Any] = {
        "label": f"E{number}",
        "title": title,
        "kind": "Post",
        "captured": "7 October 2026",
        "captured_by": "The reporter",
        "lawful_source": "Screen capture of a page that anyone could open, sent with the report",
        "visibility": "Anyone",
        "attribution": "Admitted",
        "address": f"https://social.example/callum.fenwick/posts/81736450{number}",
        "added": "14 October 2026 at 11:05am, by Tessa Holroyd",
        "bears_on": ("For allegation 1",),
    }
    return Exhibit(**(values | changes))


def exhibits() -> tuple[Exhibit, ...]:
    log = b"2026-10-06T20:02:11Z login ok\n"
    return (
        exhibit(
            1,
            "Post about the leisure centre",
            file=file_of(screenshot(FIRST_POST)),
            transcript=FIRST_POST + "\n\nAsk them yourself.",
        ),
        exhibit(
            2,
            "Post about a list of hostel residents",
            captured="9 October 2026",
            bears_on=("For allegation 2",),
            attribution="Disputed",
            cautions=("Holds personal data of other people",),
            file=file_of(screenshot(SECOND_POST, height=1250)),
            transcript=SECOND_POST,
        ),
        exhibit(
            3,
            "Sign-in log of the mobile telephone issued to Mr Fenwick",
            kind="Log",
            captured="15 October 2026",
            captured_by="ICT Security",
            lawful_source="Asked for by the investigator under the ICT Security Policy",
            visibility="Supplied to Human Resources by somebody who could see it",
            attribution="Does not apply",
            address="",
            bears_on=("Against allegation 2",),
            file=ExhibitFile("PDF document", "84 KB", hashlib.sha256(log).hexdigest(), UNCHANGED),
        ),
        exhibit(
            4,
            "Email in which the post was taken down",
            kind="Message",
            address="",
            bears_on=(),
            transcript="Done. Gone. Sorry.",
            file=None,
        ),
    )


PARAGRAPHS = (
    PolicyLine("paragraph 7.4", "Respect", "Do not run down the Council, its Members or colleagues; context counts."),
    PolicyLine("paragraph 8.1(a)", "Bringing the Council into disrepute", "Online conduct must not discredit the Council."),
    PolicyLine(
        "paragraph 8.1(b)(2)",
        "Confidential information about a person",
        "Nothing confidential about a person may be shared.",
    ),
)

LONG_REASONS = (
    "Mr Fenwick accepts that he wrote the post and that anyone could read it. His profile gave his post and named the "
    "Council until 9 October 2026 (exhibit E1).\n\nHe says that the remark about the figures was a joke among friends. "
    "The post was not limited to friends, it named a councillor, and it was answered by residents who asked whether it "
    "was true. I find that a reasonable reader would have taken it as a statement by somebody who knew.\n\n"
    "I have weighed that he took the post down within an hour of being asked (exhibit E4), and that he had not been "
    "reminded of paragraph 7.4 since he acknowledged the policy."
)


def allegations() -> tuple[AllegationPart, ...]:
    first, second, third, _ = exhibits()
    return (
        AllegationPart(
            1,
            "Running down the Council, its Members or colleagues",
            "That on 6 October 2026, on his own social media account and naming the Council as his employer, Mr Fenwick "
            "published a post that belittled a councillor and said that figures given to a committee had been made up.",
            date(2026, 10, 6),
            "Personal, but naming the organisation",
            ("paragraph 7.4", "paragraph 8.1(a)"),
            (first,),
            (),
            "Established",
            "The facts are not contested",
            LONG_REASONS,
        ),
        AllegationPart(
            2,
            "Revealing confidential information about a person",
            "That on 8 October 2026 Mr Fenwick published a post that revealed that a list of people living in a hostel had "
            "been sent to the wrong address.",
            date(2026, 10, 8),
            "Personal",
            ("paragraph 8.1(b)(2)",),
            (second,),
            (third,),
            "Unable to conclude",
            "The facts are contested",
            "The post stood on an account that bears Mr Fenwick’s name. He denies having written it, and the sign-in log "
            "(exhibit E3) shows a sign-in from a device that is not his at 20:02 that evening. I could not find out whose "
            "device it was. On the balance of probabilities I am unable to conclude either way.",
        ),
    )


def rows() -> tuple[ChronologyRow, ...]:
    return (
        ChronologyRow(at(10, 9, 8, 40), "Report received by Human Resources", "The reporter"),
        ChronologyRow(at(10, 12, 9, 15), "Report acknowledged", OWNER),
        ChronologyRow(at(10, 13, 15, 30), "Triage decision: open a case", OWNER),
        ChronologyRow(at(10, 14, 10), "Case opened", OWNER),
        ChronologyRow(at(10, 14, 14, 20), f"Investigator appointed: {INVESTIGATOR}", COMMISSIONER),
        ChronologyRow(at(10, 16, 9, 30), "Investigation plan approved"),
        ChronologyRow(at(10, 19, 11), "Person concerned told of the investigation"),
        ChronologyRow(
            at(10, 22, 9),
            "Case paused because of sickness: certificate received; to be looked at again on 2 November 2026",
            OWNER,
        ),
        ChronologyRow(at(11, 2, 9), "Case resumed"),
        ChronologyRow(date(2026, 11, 4), f"Statement S1 taken: {SUBJECT}"),
        ChronologyRow(date(2026, 11, 5), f"Statement S2 taken: {WITNESS}"),
        ChronologyRow(at(11, 13, 16), "Investigation report, version 1, submitted", INVESTIGATOR),
        ChronologyRow(at(11, 17, 10), "Investigation report, version 1, returned with reasons", OWNER),
        ChronologyRow(at(11, 18, 12), "Investigation report, version 2, submitted", INVESTIGATOR),
        ChronologyRow(at(11, 20, 10, 30), "Investigation report, version 2, accepted", OWNER),
    )


def later_rows() -> tuple[ChronologyRow, ...]:
    return (
        ChronologyRow(at(11, 24, 9), "Decision on the report: a case to answer at a hearing", DECIDER),
        ChronologyRow(at(11, 25, 9), "Notice issued of a hearing on 9 December 2026 at 10:00am", OWNER),
        ChronologyRow(date(2026, 12, 9), "Hearing held"),
        ChronologyRow(at(12, 11, 15), "Outcome decided", DECIDER),
        ChronologyRow(at(12, 18, 9), "Appeal received", SUBJECT),
        ChronologyRow(datetime(2027, 1, 14, 11, tzinfo=UTC), "Appeal decided: dismissed", APPEALS),
        ChronologyRow(datetime(2027, 1, 20, 11, tzinfo=UTC), "Case closed"),
    )


STATEMENT = (
    "I have worked for the Council for six years and have never been in trouble. I wrote the first post after a long "
    "meeting. I thought that only my friends could see it.\n\nI did not write the second post. I was at my sister’s that "
    "evening and my telephone was on the table. I changed my password the next morning when I saw it.\n\nNobody has "
    "talked to me about the policy since I agreed to it. I know now that I should have asked first, and I am sorry for "
    "what I said about the councillor."
)


def investigation() -> Investigation:
    return Investigation(
        version=2,
        status="Accepted",
        author=INVESTIGATOR,
        fingerprint=hashlib.sha256(b"report").hexdigest(),
        submitted_at=at(11, 18, 12),
        accepted_at=at(11, 20, 10, 30),
        accepted_by=OWNER,
        background="Mr Fenwick supports the Culture and Leisure committee. He holds no access to any Council account "
        "and no device permission. His manager keeps no record of a reminder since he joined the team.",
        process="I read the exhibits, spoke to Mr Fenwick with his trade union representative, and to one witness. I did "
        "not speak to the councillor named in the post, who did not wish to take part.",
        mitigation="He apologised in writing and took the post down within an hour of being asked. He had no reminder of "
        "the policy in the twelve months before.",
        equality="The first post touches on a matter of public debate. I have considered the right to freedom of "
        "expression, and whether a finding is proportionate to the words used. No protected belief was raised.",
        recommendation="Formal action",
        recommendation_reasons="Allegation 1 is established on facts that are not contested, and it named a councillor in "
        "public. I recommend that it is considered at a hearing. I make no recommendation on allegation 2.",
        other_matters="The sending of the list itself was passed to the Data Protection Officer on 16 October 2026. It is "
        "no part of this investigation.",
    )


def afterwards() -> Afterwards:
    return Afterwards(
        decision=DecisionPart(
            "A case to answer at a hearing",
            DECIDER,
            at(11, 24),
            (
                Judgement(1, "A case to answer", "The words are admitted and were public."),
                Judgement(2, "No case to answer", "Nobody can say who wrote the post."),
            ),
            "No protected characteristic bears on this decision.",
        ),
        hearing_is_due=True,
        notices=(
            NoticePart(
                1,
                at(11, 25),
                at(12, 9, 10),
                "Room 2, Northmere House",
                date(2026, 12, 7),
                False,
                "Sian Prosser, an official of a trade union, allowed",
                "I will attend.",
            ),
        ),
        hearings=(
            HearingPart(
                date(2026, 12, 9),
                False,
                "",
                f"{DECIDER}, {OWNER}, {SUBJECT}, Sian Prosser, note taker",
                "The decision maker explained the procedure. Mr Fenwick said that he regretted the words.\n\nThe meeting "
                "was adjourned at 11:20am and resumed at 11:50am.",
            ),
        ),
        outcome=OutcomePart(
            "First written warning",
            False,
            date(2026, 12, 11),
            6,
            date(2027, 6, 10),
            date(2026, 12, 29),
            DECIDER,
            (Judgement(1, "Proved", "Admitted, and public."), Judgement(2, "Not proved", "Not pursued at the hearing.")),
            "A public remark about a councillor by somebody who supports the committee damages trust.",
            "Prompt removal, an apology, a clean record and no reminder of the policy.",
            "Read the policy with your manager by 15 January 2027. Ask before you write about the work of the Council.",
            "The outcome was weighed against the right to freedom of expression and found proportionate.",
        ),
        appeal=AppealPart(
            at(12, 18),
            True,
            "",
            "The warning is too severe for one post that I took down at once.",
            "Dismissed",
            "",
            datetime(2027, 1, 14, 11, tzinfo=UTC),
            APPEALS,
            "The decision maker weighed all that is raised in the appeal.",
        ),
        closing=ClosingPart(
            datetime(2027, 1, 14, 11, tzinfo=UTC),
            datetime(2027, 1, 20, 11, tzinfo=UTC),
            (
                ("Access restored", "Does not apply, 20 January 2027", "He held none."),
                ("Reporter told", "Done, 20 January 2027", ""),
            ),
            "Managers in Culture and Leisure will remind their teams of the policy every six months.",
        ),
    )


def report(**changes: Any) -> CaseReport:
    """The whole case, closed; give ``afterwards=None`` for the investigation report alone."""
    after = changes.get("afterwards", afterwards())
    values: dict[str, Any] = {
        "reference": "K7MQ-4DXW-9PTR",
        "organisation": "Northmere Council",
        "marking": "OFFICIAL-SENSITIVE",
        "handling_line": "For named recipients only. Do not copy or forward.",
        "copy_line": HR_COPY,
        "generated_at": datetime(2027, 1, 21, 9, 5, tzinfo=UTC),
        "issued_at": datetime(2027, 1, 20, 11, tzinfo=UTC) if after else at(11, 20, 10, 30),
        "stage": "Closed" if after else "Report accepted",
        "person": PersonConcerned(
            SUBJECT,
            "Committee support officer",
            "Culture and Leisure",
            "Ruth Penhaligon",
            "Employee",
            date(2020, 9, 7),
            "2 April 2026",
            at(10, 19, 11),
        ),
        "investigator": INVESTIGATOR,
        "commissioned_by": COMMISSIONER,
        "commissioned_at": at(10, 14, 14, 20),
        "terms": "To find out who wrote and published the two posts described in the allegations, in which capacity, "
        "who could see them, and what bears on how serious they are. The sending of the list is out of scope.",
        "plan": "1. Secure the exhibits.\n2. Interview Mr Fenwick.\n3. One witness.\n4. Report by 20 November 2026.",
        "policy_name": "Council: Social Media Policy, version 2",
        "policy_in_force": "From January 2017",
        "report_reference": "HQ3C-77NV-RXGD",
        "received_at": at(10, 9, 8, 40),
        "allegations": allegations(),
        "paragraphs": PARAGRAPHS,
        "chronology": rows() + (later_rows() if after else ()),
        "exhibits": exhibits(),
        "statements": (
            StatementPart(
                "S1",
                SUBJECT,
                "Interview",
                date(2026, 11, 4),
                "Agreed with amendments on 9 November 2026",
                "Sian Prosser, trade union official",
                STATEMENT,
                "Second paragraph: it was my cousin’s house, not my sister’s.",
            ),
            StatementPart(
                "S2",
                WITNESS,
                "Written statement",
                date(2026, 11, 5),
                "Agreed on 6 November 2026",
                "",
                "I saw the first post on the morning of 7 October. I told Callum to take it down.",
            ),
        ),
        "letters": (
            LetterLine("Notice of the investigation", at(10, 19, 11), hashlib.sha256(b"1").hexdigest()),
            LetterLine("Notice of the hearing", at(11, 25), hashlib.sha256(b"2").hexdigest()),
            LetterLine("Outcome", at(12, 11, 15), hashlib.sha256(b"3").hexdigest()),
        ),
        "investigation": investigation(),
        "afterwards": after,
    }
    return CaseReport(**(values | changes))


def bare_report() -> CaseReport:
    """A case that was only just opened: nothing else is recorded."""
    return report(
        issued_at=None,
        afterwards=None,
        investigation=None,
        investigator="",
        commissioned_by="",
        commissioned_at=None,
        terms="",
        plan="",
        exhibits=(),
        statements=(),
        letters=(),
        allegations=(),
        paragraphs=(),
        chronology=(),
    )


def large_report(chronology: int = 300, pictures: int = 6) -> CaseReport:
    """The report of the benchmark: many rows, several pictures, thirty pages and more."""
    kept = file_of(screenshot(FIRST_POST))
    many = tuple(
        exhibit(n, f"Post {n}", file=kept if n == 1 else file_of(screenshot(f"{n} {FIRST_POST}")), transcript=FIRST_POST)
        for n in range(1, pictures + 1)
    )
    lines = tuple(
        ChronologyRow(at(10, 9) + timedelta(hours=3 * n), f"Entry {n}: a message about the posts was read and noted", OWNER)
        for n in range(chronology)
    )
    statement = StatementPart("S1", SUBJECT, "Interview", date(2026, 11, 4), "Agreed", "", (STATEMENT + "\n\n") * 14)
    return replace(report(afterwards=None), chronology=lines, exhibits=many, statements=(statement,))
