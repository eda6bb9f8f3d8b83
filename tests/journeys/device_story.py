"""One device through pages only: asked for in two sittings, sent back, changed, approved, renewed, ended; and use told."""

from datetime import date, timedelta

from tests.journeys.story import FIRST_DAY, Story, _reference

ASKED, ENDS, ENDING = FIRST_DAY + timedelta(days=7), date(2027, 6, 30), date(2027, 6, 7)
PARTS = ("waiting", "in_force", "ending", "lapsed", "ended")


class DeviceStory(Story):
    """What an employee, their manager and the keeper of the register do about one device."""

    def live_with_a_device(self) -> None:
        """From telling and asking to its end."""
        self.tell_what_is_used()
        self.ask_in_two_sittings()
        self.send_it_back_and_change_it()
        self.approve_it()
        self.note_it()
        self.take_it_away()
        self.ask_for_it_again()
        self.end_it()

    def tell_what_is_used(self) -> None:
        """On any equipment, in a minute; a second click tells nothing twice; the keeper's list shows what is new."""
        with self.scene("employee", ASKED, 9) as employee:
            employee.go("/")
            employee.click("Tell what I use for work")
            employee.send({}, button="Tell the keeper", status=422)
            employee.send({"accounts": ["other"], "other_platform": "Mastodon", "equipment": ["phone"]}, button="Tell the")
            employee.sees("Thank you for telling", "you also need a permission")
        with self.scene("sca", ASKED, 9, 10) as sca:
            sca.go("/device-permissions/uses")
            sca.sees("Carys Llŷr", "Mastodon", "My own phone")
            sca.sees("Not an account of the register; No permission for Mastodon on their own phone")

    def ask_in_two_sittings(self) -> None:
        """One question a page; what was answered is there again in another browser."""
        with self.scene("employee", ASKED, 9, 20) as employee:
            employee.go("/device-permissions/ask")
            employee.sees("Your line manager, Priya Chaudhari, decides.")
            employee.click("Start now")
            employee.send({"device_kind": "phone"}, button="Save and continue")
            employee.send({"accounts": ["other"], "other_platform": "Mastodon"}, button="Save and continue")
            employee.send({"reason": "Pictures from openings"}, button="Save and continue")
        del self._hands["employee"]
        with self.scene("employee", ASKED, 9, 30) as employee:
            employee.go("/device-permissions/ask")
            employee.click("Go on with your request")
            employee.send({"already": "yes", "using_since": date(2026, 11, 2)}, button="Save and continue")
            employee.send({"asks_for_working_hours": "yes"}, button="Save and continue")
            employee.send({"checks": ["locked", "updated"]}, button="Save and continue")
            employee.send({}, button="Save and continue", status=422)
            employee.send({"undertaken": True}, button="Save and continue")
            employee.sees("Priya Chaudhari", "2 November 2026", "Mastodon")
            employee.send(button="Send to my manager")
            employee.sees("Request sent", "They see that you already use the device")
            self.first = _reference(employee)

    def send_it_back_and_change_it(self) -> None:
        """The manager asks; the employee changes the request itself instead of answering."""
        with self.scene("manager", ASKED, 10) as manager:
            manager.go("/")
            manager.click("Decide Carys Llŷr")
            manager.sees("2 November 2026", "Its updates are installed", "To put right")
            manager.send({"decision": "return", "question": "Is 2-step verification on?"}, button="Record decision")
        with self.scene("employee", ASKED, 11) as employee:
            employee.go("/")
            employee.click("Answer your manager’s question about a device")
            employee.sees("Is 2-step verification on?")
            employee.click("change your request")
            employee.sees("You have not changed anything yet.")
            employee.go(f"/device-permissions/requests/{self.first}/ask/security")
            checks = ["locked", "updated", "two_step", "no_saved_password", "separate_profile"]
            employee.send({"checks": checks}, button="Save and continue")
            employee.send(button="Send to my manager")
            employee.sees("Request sent", self.first)

    def approve_it(self) -> None:
        """With conditions, an end date and without working hours."""
        with self.scene("manager", ASKED, 12) as manager:
            manager.go(f"/device-permissions/requests/{self.first}")
            manager.sees("The request was changed instead.", "Nothing: all five checks are met")
            manager.send(
                {"decision": "approve", "expires_on": ENDS, "covers": "no", "conditions": "Updates stay on."},
                button="Record decision",
            )
            manager.sees("In force until 30 June 2027", "Updates stay on.", "Not included: breaks and time off only")
        with self.scene("manager", ASKED, 12, 10) as manager:
            manager.go(f"/device-permissions/requests/{self.first}")
            assert "Record decision" not in manager.text

    def note_it(self) -> None:
        """The keeper was told in the same act; what was told of use is known to her once she noted it."""
        with self.scene("sca", ASKED, 13) as sca:
            sca.go("/")
            sca.sees("Note the device permission of Carys Llŷr")
            sca.click("Note what Carys Llŷr uses for work")
            sca.sees("Use for work told", "Device permission decided")
            for _ in range(2):
                sca.send(button="Note")
            sca.sees("Nothing waits to be noted.")
            sca.go("/device-permissions/uses")
            sca.sees("There is nothing new.")
            sca.go("/device-permissions/uses?show=known")
            sca.sees("Mastodon")

    def take_it_away(self) -> None:
        """The employee a page to keep; the keeper her list; each list there is, with a filter."""
        with self.scene("employee", ASKED, 14) as employee:
            for size in ("", "?print=large"):
                content, _ = employee.download(f"/device-permissions/requests/{self.first}/permission.pdf{size}")
                assert content.startswith(b"%PDF")
        with self.scene("sca", ASKED, 14) as sca:
            for part in PARTS:
                sca.go(f"/device-permissions/team?show={part}")
                assert ("Carys Llŷr" in sca.text) == (part == "in_force")
            sca.go("/device-permissions/team?show=in_force&kind=tablet")
            sca.sees("Nothing here matches these filters.")
            content, _ = sca.download("/device-permissions/export.csv?show=in_force")
            assert self.first in content.decode("utf-8-sig")

    def ask_for_it_again(self) -> None:
        """Twenty working days before its end: what may have changed is asked anew; the new takes the place of the old."""
        with self.scene("employee", ENDING) as employee:
            employee.go("/")
            employee.click("Ask again for your device permission, or let it end")
            employee.click("Ask for it again")
            employee.sees("Which of these are true for your device?")
            employee.send({"checks": ["locked", "updated", "two_step"]}, button="Save and continue")
            employee.send({"undertaken": True}, button="Save and continue")
            employee.sees("Pictures from openings", self.first)
            employee.send(button="Send to my manager")
            self.second = _reference(employee)
        with self.scene("manager", ENDING, 11) as manager:
            manager.go(f"/device-permissions/requests/{self.second}")
            manager.sees(f"In place of {self.first}")
            manager.send(
                {"decision": "approve", "expires_on": date(2027, 12, 31), "covers": "yes"}, button="Record decision"
            )
            manager.go("/device-permissions/team?show=ended")
            manager.sees("Replaced")

    def end_it(self) -> None:
        """With reasons that its holder reads."""
        with self.scene("manager", ENDING + timedelta(days=7)) as manager:
            manager.go(f"/device-permissions/requests/{self.second}")
            manager.click("End this permission before its date")
            manager.send({"reasons": "The team has a phone of its own."}, button="End permission")
        with self.scene("employee", ENDING + timedelta(days=7), 11) as employee:
            employee.go(f"/device-permissions/requests/{self.second}")
            employee.sees("Ended by manager", "The team has a phone of its own.")
