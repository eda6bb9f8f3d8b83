"""One council's whole story, through pages only: register, access, leaver, device, report, case, PDF.

The same story is lived by a test browser on both databases and by a real Chromium, with and without scripts.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta

from flask import Flask

from app.core import clock
from app.core.jobs import run_due_jobs
from app.demo.cast import address
from app.demo.screenshots import post_screenshot
from app.policy.pack import demo_inputs
from tests.journeys.hands import Hands, Upload, Value

PASSWORD = "a password for the whole story"
FIRST_DAY = date(2027, 3, 1)  # a Monday; Easter lies four weeks ahead
POST = "Idiots, the lot of them. And I say that as somebody who answers them at the Council all day."


@dataclass(frozen=True)
class Leaver:
    """Who leaves in a story, who says so, and how many shared passwords they could use."""

    name: str
    manager: str
    passwords: int


TEN_ACCOUNTS = Leaver("Siân", "manager", 10)
THREE_ACCOUNTS = Leaver("Marek", "decision", 3)


class Story:
    """Everybody's hands, and what one scene leaves for the next."""

    def __init__(self, app: Flask, hands_for: Callable[[], Hands], leaver: Leaver = TEN_ACCOUNTS) -> None:
        self._app = app
        self._new_hands = hands_for
        self._leaver = leaver
        self._hands: dict[str, Hands] = {}
        self.account = ""
        self.device = ""
        self.report = ""
        self.case = ""

    @contextmanager
    def scene(self, name: str, day: date, hour: int = 10, minute: int = 0) -> Iterator[Hands]:
        """Somebody sits down at a moment, and signs in if they are not any more."""
        with clock.set_to(clock.at_local(day, hour, minute)):
            if name not in self._hands:
                self._hands[name] = self._new_hands()
            hands = self._hands[name]
            hands.go("/")
            if hands.path == "/people/sign-in":
                hands.send({"email": address(name), "password": PASSWORD})
            yield hands

    def live(self) -> bytes:
        """All six parts; gives the PDF case report."""
        self.import_the_register()
        self.give_and_end_access()
        self.somebody_leaves()
        self.a_device_is_asked_for()
        self.a_report_becomes_a_case()
        self.the_case_is_investigated()
        self.the_case_is_heard_and_closed()
        report = self.the_report_is_downloaded()
        self.the_holder_of_the_device_leaves()
        return report

    def import_the_register(self) -> None:
        """Part 1: upload, check what will change, confirm; the same file again changes nothing."""
        content = demo_inputs("council")[1].read_bytes()
        with self.scene("sca", FIRST_DAY) as sca:
            sca.go("/account-register/import")
            broken = content.replace(b"Facebook,", b"Facebok,", 1)
            sca.send({"file": Upload("register.csv", broken)}, status=422)
            sca.sees("Nothing was imported", "Line 2", "Facebook")
            sca.send({"file": Upload("register.csv", content)})
            sca.sees("24 accounts")
            sca.send()
            assert sca.path == "/account-register/"
            sca.sees("24 accounts added", "24 accounts on 9 platforms")
            sca.go("/account-register/import")
            sca.send({"file": Upload("register.csv", content)})
            sca.sees("24")
            sca.go("/account-register/")

    def give_and_end_access(self) -> None:
        """Part 2: open an account, see its holders, give access, have it acknowledged, end another's."""
        with self.scene("sca", FIRST_DAY, 11) as sca:
            sca.go("/account-register/?platform=LinkedIn")
            sca.click("Northmere Council, LinkedIn")
            sca.sees("Tomasz Wójcicki")
            self.account = sca.path
            sca.click("Give access")
            sca.send(
                {"person": address("employee"), "level": "editor", "login_mode": "individual",
                 "approved_by": address("manager"), "starts_on": FIRST_DAY}
            )  # fmt: skip
            sca.sees("Carys Llŷr", "waiting")
        with self.scene("employee", FIRST_DAY, 12) as employee:
            employee.click("Agree to the policy")
            employee.click("Agree to the policy")
            employee.send({"agreed": True})
            employee.sees("You agreed to this version on 1 March 2027")
        with self.scene("sca", FIRST_DAY, 13) as sca:
            sca.go(self.account)
            sca.click("End access of Tomasz Wójcicki")
            sca.send({"ends_on": FIRST_DAY, "reason": "no_longer_needed"})
            sca.sees("You ended the access of Tomasz Wójcicki", "New password")

    def somebody_leaves(self) -> None:
        """Part 3: a holder leaves; every shared password is changed by one and verified by another; the SCA notes it."""
        last_day = FIRST_DAY + timedelta(days=4)
        with self.scene(self._leaver.manager, FIRST_DAY, 14) as manager:
            manager.go("/credential-rotation/leavers/new")
            person = _option(manager, "person", self._leaver.name)
            manager.send({"person": person, "last_working_day": last_day, "immediate": "no"})
            manager.sees(self._leaver.name)
            manager.send()
            chain = manager.path
            manager.sees("Friday 5 March 2027")
        with self.scene("sca", last_day, 16) as sca:
            sca.go("/credential-rotation/all?show=due")
            rotations = _links(sca, r"/credential-rotation/rotations/[0-9a-f-]+")
            assert len(rotations) >= self._leaver.passwords
            for path in rotations:
                sca.go(path)
                sca.sees("Mark as changed")
                sca.send(_changed(last_day), button="Mark as changed")
                sca.sees("Somebody else verifies it now")
        with self.scene("deputy-sca", last_day, 17) as deputy:
            for path in rotations:
                deputy.go(path)
                deputy.send({"saw": "no_sessions"}, button="Record what I saw")
        with self.scene("sca", last_day, 17, 30) as sca:
            sca.go("/account-register/notices")
            while "Note" in _buttons(sca):
                sca.send(button="Note")
            sca.go(chain)
            while "Urgent" in sca.text:  # nobody who stays could let others in: somebody takes over first
                sca.go(str(_soup(sca).select(".govuk-warning-text a")[0]["href"]))
                sca.click("Give access")
                successor = {"person": address("employee"), "approved_by": address("manager")}
                sca.send({**successor, "level": "admin", "login_mode": "shared", "starts_on": last_day})
                sca.go(chain)
            sca.sees("Ends at the end of 5 March 2027")
        self._overnight(last_day + timedelta(days=1))
        with self.scene("sca", last_day + timedelta(days=3), 9) as sca:
            sca.go(chain)
            sca.sees("Access is over", "verified before the last working day was over")

    def _overnight(self, day: date) -> None:
        """The jobs of a morning that note what is complete, as they run in production."""
        with self._app.app_context(), clock.set_to(clock.at_local(day, 7)):
            done = run_due_jobs([self._app.extensions["registries"].jobs["complete-leavers"]])
            assert not [outcome for outcome in done if outcome.error]

    def a_device_is_asked_for(self) -> None:
        """Part 4: question pages, decided by the line manager; noted by the SCA; over once the holder has left."""
        day = FIRST_DAY + timedelta(days=7)
        with self.scene("employee", day) as employee:
            employee.click("Ask to use a device")
            employee.click("Ask to use a device")
            employee.send({}, button="Save and continue", status=422)
            employee.sees("Select the device you want to use")
            employee.send({"device_kind": "home_computer", "device_words": "My laptop at home"}, button="Save and continue")
            employee.send({"accounts": ["other"], "other_platform": "Facebook"}, button="Save and continue")
            employee.send({"reason": "Road closures at weekends <b>only</b>"}, button="Save and continue")
            employee.send({"already": "no"}, button="Save and continue")
            employee.send({"asks_for_working_hours": "no"}, button="Save and continue")
            employee.send(
                {"checks": ["locked", "updated", "two_step", "no_saved_password", "separate_profile"]},
                button="Save and continue",
            )
            employee.send({"undertaken": True}, button="Save and continue")
            employee.sees("Road closures at weekends <b>only</b>")
            employee.send(button="Send to my manager")
            self.device = _reference(employee)
        ends = date(2027, 9, 30)
        with self.scene("manager", day, 11) as manager:
            manager.click("Decide Carys Llŷr")
            manager.send(
                {"decision": "approve", "expires_on": ends, "covers": "no", "conditions": "Updates stay on."},
                button="Record decision",
            )
            manager.sees("30 September 2027", "Updates stay on.")
        with self.scene("sca", day, 12) as sca:
            sca.click("Note the device permission")
            sca.send(button="Note")
        with self.scene("employee", day, 13) as employee:
            employee.go("/device-permissions/")
            employee.sees("In force")
        for name in ("manager", "sca"):
            with self.scene(name, day, 14) as hands:
                hands.go("/device-permissions/team?show=in_force")
                hands.sees("Carys Llŷr", "30 September 2027")

    def the_holder_of_the_device_leaves(self) -> None:
        """Part 4, the end: in force up to the last working day, and to nobody's eyes after it."""
        told, last_day = date(2027, 4, 14), date(2027, 4, 30)
        with self.scene("manager", told, 15) as manager:
            manager.go("/credential-rotation/leavers/new")
            person = _option(manager, "person", "Carys")
            manager.send({"person": person, "last_working_day": last_day, "immediate": "no"})
            manager.send()
        with self.scene("employee", last_day, 16) as employee:
            employee.go("/device-permissions/")
            employee.sees("In force")
        for name in ("manager", "sca"):
            with self.scene(name, last_day, 16) as hands:
                hands.go("/device-permissions/team?show=in_force")
                hands.sees("Carys Llŷr")
            with self.scene(name, last_day + timedelta(days=3), 10) as hands:
                hands.go("/device-permissions/team?show=in_force")
                assert "Carys Llŷr" not in hands.text
                hands.go("/device-permissions/team?show=lapsed")
                hands.sees("Carys Llŷr")
                hands.click("Carys Llŷr")
                hands.sees("No longer in force")
        with clock.set_to(clock.at_local(last_day + timedelta(days=3), 11)):
            employee = self._hands["employee"]
            employee.go("/device-permissions/")
            assert employee.path == "/people/sign-in"
            employee.send({"email": address("employee"), "password": PASSWORD}, status=422)

    def a_report_becomes_a_case(self) -> None:
        """Part 5, first half: a report with a screenshot; triage; a case with two allegations."""
        day = FIRST_DAY + timedelta(days=8)
        shown = post_screenshot("Tomasz Wójcicki", "8 March at 20:14", POST, (("A resident", "Charming."),))
        with self.scene("employee", day) as employee:
            employee.click("Report something")
            employee.click("Start")
            self._answer_the_report(employee, day, shown)
            self.report = _reference(employee)
            employee.sees("What happens next")
        with self.scene("hr", day, 11) as hr:
            hr.go(f"/breach-reports/{self.report}")
            hr.sees(POST[:30], "Facebook")
            hr.send({"clear": True}, button="Confirm that it arrived")
            hr.send({"route": "case", "reasons": "It names the Council and is public."}, button="Record decision")
            hr.go(f"/hr-cases/open/{self.report}")
            hr.send(
                {
                    "subject": _radio(hr, "subject", "Tomasz"),
                    "owner": _radio(hr, "owner", "Łucja"),
                    "wording": f"It is alleged that on 8 March 2027 you posted: “{POST}”",
                    "happened_on": date(2027, 3, 8),
                    "category": "DISREPUTE-ARGUE",
                    "capacity": "named_the_council",
                },
                button="Open the case",
            )
            self.case = re.findall(r"[A-Z0-9]{4}-[A-Z0-9]{4}-[A-Z0-9]{4}", hr.path)[0]
            hr.go(f"/hr-cases/{self.case}/add-allegation")
            hr.send(
                {
                    "wording": "It is alleged that your profile named the Council while you posted this.",
                    "happened_on": date(2027, 3, 8),
                    "category": "DISREPUTE-OTHER",
                    "paragraphs": "7.10(5)",
                    "capacity": "named_the_council",
                }
            )
        with self.scene("colleague", day, 12) as colleague:
            assert "Something about you" not in colleague.text
            colleague.go(f"/hr-cases/{self.case}", status=404)

    def _answer_the_report(self, employee: Hands, day: date, shown: bytes) -> None:
        screening = ("malpractice", "person_at_risk", "personal_data_exposed", "reporter_harmed")
        answers: list[dict[str, Value]] = [
            {"what_happened": f"A colleague wrote about residents: {POST}"},
            {"platform": "Facebook", "address": "https://www.facebook.com/groups/northmere/posts/1"},
            {"when_known": "yes", "happened_on": day - timedelta(days=1)},
            {"who_known": "yes", "name": "Tomasz Wójcicki"},
            {"category": "DISREPUTE-ARGUE"},
            {"capacity": "named_the_council"},
            {"in_working_hours": "no"},
            dict.fromkeys(screening, "no"),
        ]
        while not employee.path.endswith("/check"):
            names = {str(field.get("name")) for field in _soup(employee).select("main input, main select, main textarea")}
            if "description" in names:
                employee.send({"file": Upload("shot.png", b"<html>"), "description": "x"}, status=422)
                employee.send({"file": Upload("shot.txt", shown), "description": f"A post that says: {POST}"})
                employee.go("/breach-reports/report/check")
            elif "subject_id" in names:
                employee.send({"subject_id": _radio(employee, "subject_id", "Tomasz")})
            else:
                employee.send(next(answer for answer in answers if set(answer) <= names))
        employee.send(button="Send report")

    def the_case_is_investigated(self) -> None:
        """Part 5, second half: investigator, telling, evidence, statement, findings, report."""
        day, case = FIRST_DAY + timedelta(days=9), f"/hr-cases/{self.case}"
        with self.scene("hr2", day) as hr2:
            hr2.go(f"{case}/appoint-investigator")
            hr2.send(
                {"investigator": _radio(hr2, "investigator", "Fatima"), "terms": "Find out who posted it, and for whom."}
            )
        with self.scene("hr", day, 11) as hr:
            hr.go(f"{case}/tell-subject")
            hr.send(
                {
                    "what_happens_next": "The investigator will ask you to a meeting.",
                    "contact": "Łucja Nowińska, Human Resources",
                    "support": "The employee assistance line is open day and night.",
                    "companion": "You may bring a colleague or a trade union representative.",
                    "confidentiality": "Please talk about this only with those who help you.",
                }
            )
        with self.scene("colleague", day, 12) as colleague:
            colleague.click("Read what it is about")
            colleague.sees("Łucja Nowińska")
        with self.scene("investigator", day, 13) as investigator:
            investigator.go(f"{case}/approve-plan")
            investigator.send({"plan": "Look at the post. Hear the person concerned. Report in four weeks."})
            investigator.go(f"{case}/add-evidence")
            investigator.send(
                {
                    "title": "The group's settings", "kind": "document", "visibility": "public",
                    "attribution": "not_applicable", "lawful_source": "Read on the public page without signing in",
                    "transcript": "The group is public and has 2,300 members. <script>alert(1)</script>",
                    "bearing_1": "for", "bearing_2": "neither",
                }
            )  # fmt: skip
            investigator.go(f"{case}/evidence/1")
            investigator.click("Say what it speaks for")
            investigator.send({"bearing_1": "for", "bearing_2": "neither"})
            investigator.go(f"{case}/evidence/2")
            investigator.sees("<script>alert(1)</script>")
        with self.scene("investigator", day + timedelta(days=2), 10) as investigator:
            investigator.go(f"{case}/add-statement")
            investigator.send(
                {
                    "person": _radio(investigator, "person", "Tomasz"), "kind": "interview",
                    "taken_on": day + timedelta(days=2), "present": "The investigator and a note-taker",
                    "words": "I wrote it after a long day. I am sorry.",
                }
            )  # fmt: skip
            for number in (1, 2):
                investigator.go(f"{case}/allegations/{number}/finding")
                investigator.send(
                    {"finding": "established" if number == 1 else "not_established", "basis": "uncontested",
                     "reasons": "Exhibit E1 shows it, and it is admitted." if number == 1 else "The profile was years old."}
                )  # fmt: skip
            investigator.go(f"{case}/write-report")
            investigator.send(
                {
                    "background": "Eight years without any complaint.", "steps": "I looked at the post and heard him.",
                    "mitigation": "He took it down at once.", "equality": "No protected belief is engaged.",
                    "recommendation": "formal", "recommendation_reasons": "A panel should hear both sides.",
                    "other_matters": "",
                }
            )  # fmt: skip
            investigator.go(f"{case}/write-report")
            investigator.send(button="Submit the report")
        with self.scene("hr", day + timedelta(days=5), 10) as hr:
            hr.go(f"{case}/review-report")
            hr.send({"decision": "accept"})

    def the_case_is_heard_and_closed(self) -> None:
        """Part 5, the end: case to answer, notice, companion and reply, hearing, warning, appeal window, close."""
        day, case = FIRST_DAY + timedelta(days=15), f"/hr-cases/{self.case}"
        with self.scene("hr2", day) as hr2:
            hr2.go(f"{case}/appoint-decision-maker")
            hr2.send({"decision_maker": _radio(hr2, "decision_maker", "Hugh")})
        with self.scene("decision", day, 11) as decision:
            decision.go(f"{case}/decide-case-to-answer")
            decision.send(
                {
                    "decision": "case_to_answer", "equality": "I weighed private life and free expression.",
                    "answer_1": "yes", "reasons_1": "It is admitted.", "answer_2": "no", "reasons_2": "An oversight.",
                }
            )  # fmt: skip
        hearing = day + timedelta(days=9)
        with self.scene("hr", day, 12) as hr:
            hr.go(f"{case}/issue-notice")
            notice = {
                "dismissal_possible": "no", "union_standing": "not_representative", "hearing_time": "10:30am",
                "place": "Room 2",
            }  # fmt: skip
            hr.send({**notice, "hearing_at": day + timedelta(days=2)}, status=422)
            hr.send({**notice, "hearing_at": hearing}, status=422)  # the evidence comes first
            hr.go(f"{case}/evidence/1/release")
            hr.send({"manner": "file"})
            hr.go(f"{case}/issue-notice")
            hr.send({**notice, "hearing_at": hearing})
        with self.scene("colleague", day + timedelta(days=1)) as colleague:
            colleague.click("Read what it is about")
            colleague.go(f"/hr-cases/about-me/{self.case}/answer")
            colleague.send(
                {"companion_kind": "union_representative", "companion": "Our representative", "reply": "I am sorry."}
            )
        with self.scene("decision", hearing, 14) as decision:
            decision.go(f"{case}/record-hearing")
            decision.send(
                {"held_on": hearing, "in_absence": "no", "present": "All who were asked", "minutes": "He said he is sorry."}
            )
            decision.go(f"{case}/decide-outcome")
            decision.send(
                {
                    "kind": "first_written_warning", "months_first_written_warning": "6", "proof_1": "proved",
                    "finding_reasons_1": "It is admitted.", "reasons": "It ran down people whom the Council serves.",
                    "mitigation": "An apology, and a clean record.", "change_required": "Not to write so about residents.",
                    "equality": "Nothing bears on a protected characteristic.",
                }
            )  # fmt: skip
        with self.scene("hr", date(2027, 4, 9), 10) as hr:
            hr.go(f"{case}/make-final", status=409)
        with self.scene("hr", date(2027, 4, 14), 10) as hr:
            hr.go(f"{case}/make-final")
            hr.send()
            hr.go(f"{case}/closing")
            hr.send(_closing(hr), button="Save")
            hr.send(button="Close this case")
            hr.sees("Closed")

    def the_report_is_downloaded(self) -> bytes:
        """Part 6: the PDF, without a name in its file name; the case is not there for others."""
        with self.scene("hr", date(2027, 4, 14), 11) as hr:
            content, headers = hr.download(f"/hr-cases/{self.case}/report.pdf")
            disposition = {name.lower(): value for name, value in headers.items()}["content-disposition"]
            assert disposition == f'attachment; filename="{self.case}.pdf"' or self.case in disposition
            assert "jcicki" not in disposition
        for name in ("manager", "sca", "employee", "colleague", "admin", "auditor", "dpo"):
            with self.scene(name, date(2027, 4, 14), 12) as hands:
                hands.go(f"/hr-cases/{self.case}", status=404)
        return content


def _changed(day: date) -> dict[str, object]:
    steps = ("password", "sessions", "recovery", "second_factor", "connected_tools")
    none = {"backup_codes": "not_applicable", "backup_codes_reason": "The platform gives none"}
    return {**dict.fromkeys(steps, "done"), **none, "changed_on": day, "changed_time": "3:55pm"}


def _reference(hands: Hands) -> str:
    return re.findall(r"[A-Z0-9]{4}-[A-Z0-9]{4}-[A-Z0-9]{4}", hands.path + hands.text)[0]


def _html(hands: Hands) -> str:
    page = hands.page  # type: ignore[attr-defined]
    return str(page.html if hasattr(page, "html") else page.content())


def _soup(hands: Hands):  # type: ignore[no-untyped-def]
    from bs4 import BeautifulSoup

    return BeautifulSoup(_html(hands), "html.parser")


def _links(hands: Hands, pattern: str) -> list[str]:
    return list(dict.fromkeys(re.findall(pattern, _html(hands))))


def _buttons(hands: Hands) -> list[str]:
    return [" ".join(b.get_text(" ").split()).split(" ")[0] for b in _soup(hands).select("main button")] + [
        " ".join(b.get_text(" ").split()) for b in _soup(hands).select("main button")
    ]


def _option(hands: Hands, name: str, words: str) -> str:
    options = _soup(hands).select(f"select[name='{name}'] option")
    return str(next(o for o in options if words in o.get_text())["value"])


def _radio(hands: Hands, name: str, words: str) -> str:
    for field in _soup(hands).select(f"input[name='{name}']"):
        label = _soup(hands).select_one(f"label[for='{field['id']}']")
        if label is not None and words in label.get_text():
            return str(field["value"])
    raise AssertionError(f"nobody called {words} to choose on {hands.path}")


def _closing(hands: Hands) -> dict[str, object]:
    names = [str(f["name"]) for f in _soup(hands).select("textarea")]
    return {f"answer_{name}": "done" for name in names} | dict.fromkeys(names, "This has been dealt with.")
