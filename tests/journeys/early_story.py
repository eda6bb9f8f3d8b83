"""The light tracks through pages only: mistakes, one of which HR hears of, a question, a declaration, a profile."""

from datetime import timedelta

from tests.journeys.story import FIRST_DAY, Story

DAY = timedelta(days=1)


class EarlyStory(Story):
    """What an employee tells and asks, and what those do who hear of it."""

    def live_honestly(self) -> None:
        """All four tracks."""
        self.tell_of_a_mistake()
        self.it_is_taken_down()
        self.tell_of_names_in_a_picture()
        self.it_is_reported_and_counted()
        self.ask_first()
        self.declare()
        self.look_at_the_profile()

    def _tell(self, what: str, personal_data: str, hour: int) -> str:
        with self.scene("employee", FIRST_DAY, hour) as employee:
            employee.click("I think I made a mistake")
            employee.sees("It is not an admission" if personal_data == "yes" else "These people read it")
            employee.send(
                {"what": what, "platform": "Facebook", "personal_data": personal_data, "done": "I hid the post."},
                button="Tell them now",
            )  # fmt: skip
            employee.sees("Thank you for telling us")
            employee.click("See what you sent")
            employee.sees(what)
            return employee.path

    def _both_see(self, place: str, hour: int) -> None:
        for name in ("manager", "sca"):
            with self.scene(name, FIRST_DAY, hour, 10) as reader:
                reader.go(place)
                reader.send(button="I have seen this")
                reader.sees("You ticked that you have seen it")

    def tell_of_a_mistake(self) -> None:
        """To manager and keeper at once; it must come down."""
        self.account = self._tell("I posted the wrong picture.", "no", 9)
        self._both_see(self.account, 9)
        with self.scene("manager", FIRST_DAY, 9, 30) as manager:
            manager.go(self.account)
            manager.send({"outcome": "take_down", "words": "Please remove it."}, button="Say what comes of it")
            manager.sees("You told Carys Llŷr what comes of it", "It must come down, by Priya Chaudhari")

    def it_is_taken_down(self) -> None:
        """Whoever sent it says so, from their first page."""
        with self.scene("employee", FIRST_DAY, 10) as employee:
            employee.click("Take down what you told us of")
            employee.send({"words": "Nobody shared it."}, button="It is taken down")
            employee.sees("You confirmed that it is taken down")

    def tell_of_names_in_a_picture(self) -> None:
        """It must come down and the data protection officer looks at it, each with a day of its own. The keeper does not
        wait for the manager, and the officer records what was found within 72 hours.
        """
        place = self._tell("Names could be read in a picture.", "yes", 11)
        with self.scene("sca", FIRST_DAY, 11, 5) as sca:
            sca.go(place)
            sca.send(button="I have seen this")
            sca.sees("Do not wait for each other")
            sca.click("Tell the data protection officer more")
            sca.send({"words": "Six names."}, button="Send it to them")
            sca.sees("You told the data protection officer more", "With data protection", "Sent on")
        with self.scene("manager", FIRST_DAY, 11, 30) as manager:
            manager.go(place)
            manager.send(button="I have seen this")
            manager.send({"outcome": "take_down", "words": "Please remove it."}, button="Say what comes of it")
            manager.sees("It must come down", "To be taken down", "With data protection")
        with self.scene("dpo", FIRST_DAY, 12) as dpo:
            dpo.click("Look at personal data")
            dpo.sees("72 hours from when it was sent")
            dpo.send({"answer": "not_reportable", "found": "Six names, ten minutes."}, button="Record what was found")
            dpo.sees("You recorded what was found")
        with self.scene("employee", FIRST_DAY, 12, 30) as employee:
            employee.click("Take down what you told us of")
            employee.send(button="It is taken down")
            employee.sees("You confirmed that it is taken down", "Settled")

    def it_is_reported_and_counted(self) -> None:
        """The keeper reports one; nothing on it shows that, and HR counts that it was told early."""
        place = self._tell("I was rude to a resident.", "no", 13)
        self._both_see(place, 13)
        with self.scene("sca", FIRST_DAY, 13, 30) as sca:
            sca.go(place)
            sca.click("Report it to Human Resources")
            sca.send({"why": "The resident was named.", "at_risk": "no"}, button="Send report")
            self.report = sca.path.rpartition("/")[2]
            sca.go(place)
            sca.send({"outcome": "settled"}, button="Say what comes of it")
        for name in ("employee", "manager"):
            with self.scene(name, FIRST_DAY, 14) as reader:
                reader.go(place)
                reader.sees("Nothing more is needed here")
                assert "reported this" not in reader.text
        with self.scene("hr", FIRST_DAY, 14, 30) as hr:
            hr.go(f"/breach-reports/{self.report}")
            hr.sees("Told early")
            hr.send(button="It was about this: count it")
            hr.sees("Counts here", "recorded by Łucja Nowińska")

    def ask_first(self) -> None:
        """The manager answers, and the answer stays."""
        with self.scene("employee", FIRST_DAY, 15) as employee:
            employee.click("Ask before I post")
            employee.click("Ask before I post something")
            employee.send(
                {"post": "We won a prize.", "doubt": "Is it announced?", "seat": "manager"}, button="Send my question"
            )
            employee.sees("You sent your question")
            place = employee.path
        with self.scene("manager", FIRST_DAY, 15, 10) as manager:
            manager.click("who asks before posting")
            manager.send({"verdict": "change_first", "answer": "Wait until Thursday."}, button="Send answer")
        with self.scene("employee", FIRST_DAY, 15, 20) as employee:
            employee.go(place)
            employee.sees("Change something first", "Wait until Thursday.")

    def declare(self) -> None:
        """Without a name; the manager decides, HR looks at what may bear on safety."""
        with self.scene("employee", FIRST_DAY, 16) as employee:
            employee.go("/early-advice/")
            employee.click("I am connected online")
            answers = {"connection": "former", "where": "Facebook", "words": "We were neighbours.", "at_risk": "unknown"}
            employee.send({**answers, "marker": "Rita Tan"}, button="Send my declaration", status=422)
            employee.sees("may be a name")
            employee.send({"marker": "R.T."}, button="Send my declaration")
            employee.sees("You declared it")
            place = employee.path
        with self.scene("manager", FIRST_DAY, 16, 10) as manager:
            manager.click("declaration")
            manager.send({"action": "unlink", "reasons": "You may meet them here."}, button="Record decision")
        with self.scene("hr", FIRST_DAY, 16, 20) as hr:
            hr.click("bears on somebody’s safety")
            hr.send({"answer": "no_concern", "words": "An adult, and no worry."}, button="Record what was done")
        with self.scene("employee", FIRST_DAY, 16, 30) as employee:
            employee.go("/")
            employee.click("End the connection online that you declared")
            employee.send(button="The connection online has ended")
            employee.sees("looked at again by")
            assert employee.path == place
        with self.scene("employee", FIRST_DAY + 364 * DAY, 9) as employee:
            employee.click("Say whether your declaration still holds")
            employee.send(button="It still holds")
            employee.sees("You said that it still holds.")

    def look_at_the_profile(self) -> None:
        """For nobody else."""
        with self.scene("employee", FIRST_DAY + 364 * DAY, 10) as employee:
            employee.go("/early-advice/")
            employee.click("Look through my own LinkedIn")
            found = {"lines": ["accurate", "respectful"], "note": "Take the old job out."}
            employee.send(found, button="Keep it for myself")
            employee.sees("There is something to put right", "Take the old job out.")
        with self.scene("manager", FIRST_DAY + 364 * DAY, 11) as manager:
            for path in ("/", "/early-advice/for-me", "/early-advice/profile"):
                manager.go(path)
                assert "Take the old job out." not in manager.text
