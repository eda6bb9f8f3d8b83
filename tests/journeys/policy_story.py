"""A policy’s life through pages only: asked, agreed to, reminded of, revised, published, asked again, sent otherwise."""

from datetime import date, timedelta

from app.core import clock
from app.core.jobs import run_due_jobs
from tests.journeys.story import FIRST_DAY, Story

SLUG = "social-media-policy"
DAY = timedelta(days=1)
PUBLISHED_ON, HOLDS_FROM = FIRST_DAY + 8 * DAY, FIRST_DAY + 14 * DAY


class PolicyStory(Story):
    """What everybody, a manager, the guardian and the keeper of the register do with the policy."""

    def live_with_the_policy(self) -> None:
        """From the first day to the version after next."""
        self.everybody_is_asked(FIRST_DAY)
        self.somebody_reads_and_agrees(FIRST_DAY)
        self.a_manager_attests_and_reminds()
        self.the_guardian_sees_what_is_late()
        self.the_next_version_is_written_and_published()
        self.everybody_is_asked(HOLDS_FROM)
        self.it_is_agreed_to_again()
        self.another_format_is_sent()
        self.what_i_hold_is_taken_along()

    def everybody_is_asked(self, day: date) -> None:
        """The job runs as it does in production."""
        with self._app.app_context(), clock.set_to(clock.at_local(day, 8)):
            kinds = [kind for name, kind in self._app.extensions["registries"].jobs.items() if name in (
                "ask-to-acknowledge", "remind-teams")]  # fmt: skip
            assert not [outcome for outcome in run_due_jobs(kinds) if outcome.error]

    def somebody_reads_and_agrees(self, day: date) -> None:
        """Search, one paragraph, what is good to know; a box forgotten, then ticked."""
        with self.scene("employee", day, 9) as employee:
            employee.sees("Read the Social Media Policy and agree to it")
            employee.go(f"/policy/{SLUG}")
            employee.go(f"/policy/{SLUG}/search?words=phone")
            employee.sees("6.2(2)")
            employee.go(f"/policy/{SLUG}")
            employee.click("Agree to this version")
            employee.sees("Good to know for your own accounts", "Privacy settings are not enough")
            employee.send(button="I have read this", status=422)
            employee.sees("Select the box to say that you have read this version")
            employee.send({"agreed": True}, button="I have read this")
            employee.sees("You agreed to this version on 1 March 2027")

    def a_manager_attests_and_reminds(self) -> None:
        """One signed on paper; the team is reminded in the manager's name once that is confirmed."""
        with self.scene("manager", FIRST_DAY + DAY, 9) as manager:
            manager.click("Remind my team of the policy")
            manager.sees("Nothing is sent before you confirm it")
            manager.send({"method": "message"}, button="Remind my team")
            manager.sees("You reminded", "2 September 2027")
            manager.click("Who in my team has agreed")
            manager.sees("Not yet")
            manager.send({"method": "paper", "agreed_on": FIRST_DAY}, button="Record that they agreed", status=422)
            manager.sees("Select who agreed")
        with self.scene("employee", FIRST_DAY + DAY, 11) as employee:
            employee.go("/policy/reminders")
            employee.sees("Before you post for us, ask me")

    def the_guardian_sees_what_is_late(self) -> None:
        """The review since 2020; a reason to revise it; how many agreed, small numbers hidden; which managers are due."""
        with self.scene("hr2", FIRST_DAY + 2 * DAY, 9) as guardian:
            guardian.click("Review the Social Media Policy")
            guardian.sees("31 January 2020", "working days late")
            guardian.click("Record a reason to revise it")
            guardian.send(
                {"cause": "law", "words": "The Data (Use and Access) Act", "changed_on": FIRST_DAY}, button="Record reason"
            )
            guardian.click("How many agreed, by service")
            guardian.sees("not shown")
            guardian.go(f"/policy/{SLUG}/schools")
            guardian.send(
                {"school": "Oakfield Primary School", "adopted": "yes", "decided_on": FIRST_DAY}, button="Record decision"
            )
            guardian.sees("Oakfield Primary School", "Adopted")
        with self.scene("sca", FIRST_DAY + 2 * DAY, 10) as sca:
            sca.go("/policy/reminders/managers")
            sca.sees("2 March 2027")

    def the_next_version_is_written_and_published(self) -> None:
        """A paragraph worded anew and one added; approved, checked, published; nothing changes before its day."""
        with self.scene("hr2", PUBLISHED_ON, 9) as guardian:
            guardian.go(f"/policy/{SLUG}/keeping")
            guardian.send(button="Begin the next version")
            guardian.sees("Still missing")
            guardian.click("Change what is said about the version")
            guardian.send(
                {"label": "Version 3", "effective_on": HOLDS_FROM, "next_review_on": date(2030, 3, 1),
                 "next_review_precision": "month", "is_material": "yes", "change_note": "Phones are told apart."},
                button="Save",
            )  # fmt: skip
            guardian.click("Social media at work")
            guardian.click("Change paragraph 6.2(2)")
            guardian.send({"heading": "Short and seldom", "summary": "A glance is fine."}, button="Save paragraph")
            guardian.click("Add one after it (paragraph 6.2(3))")
            guardian.send(
                {"number": "6.2(4)", "heading": "Shared computers", "summary": "Sign out."}, button="Add paragraph"
            )
            guardian.click("Next version")
            guardian.send(button="Send for approval")
            guardian.click("Record an approval")
            guardian.send({"body": "LJC", "approved_on": PUBLISHED_ON}, button="Record approval")
            guardian.click("Check and publish")
            guardian.sees("LJC: 9 March 2027")
            guardian.send(button="Publish this version")
            guardian.sees("Version 3 (to come)", "Version 2 (in force)")

    def it_is_agreed_to_again(self) -> None:
        """Whoever agreed to the version before reads what changed; the old one stays readable."""
        with self.scene("employee", HOLDS_FROM, 9) as employee:
            employee.sees("Read the Social Media Policy and agree to it")
            employee.go(f"/policy/{SLUG}/acknowledge")
            employee.sees("Phones are told apart.", "Version 3")
            employee.send({"agreed": True}, button="I have read this")
            employee.go(f"/policy/{SLUG}/6.2(4)")
            employee.sees("Sign out.")
            employee.click("All versions, and what changed")
            employee.sees("6.2(2) Short and seldom: changed", "6.2(4) Shared computers: new")
            employee.click("Read Version 2")
            employee.sees("in force from January 2017 to 14 March 2027")

    def another_format_is_sent(self) -> None:
        """Asked for, due, sent."""
        with self.scene("employee", HOLDS_FROM, 10) as employee:
            employee.go("/policy/formats")
            employee.send({"format": "braille"}, button="Ask for this format")
            employee.sees("Monday 22 March 2027")
        with self.scene("hr", HOLDS_FROM + DAY, 9) as hr:
            hr.click("the policy in another format")
            hr.send({"how_sent": "By internal post"}, button="Record as sent")
            hr.sees("Sent")

    def what_i_hold_is_taken_along(self) -> None:
        """Both versions stand on the page and in the PDF."""
        with self.scene("employee", HOLDS_FROM + DAY, 10) as employee:
            employee.go("/figures/my-record")
            employee.sees("Version 3", "Version 2", "On the page")
            content, headers = employee.download("/figures/my-record.pdf?print=large")
            assert content.startswith(b"%PDF")
            assert dict(headers)
