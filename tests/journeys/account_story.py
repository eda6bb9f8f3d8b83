"""One account's life through pages only: proposed, assessed, approved, registered; access asked for and reviewed;
compromised, recovered, closed.
"""

from datetime import timedelta

from app.demo.cast import address
from tests.account_register.factories import LAST_WORDS
from tests.journeys.story import FIRST_DAY, Story, _changed, _links, _soup

NAME = "Northmere Walks"
NOTICED, CLOSED_ON = FIRST_DAY + timedelta(days=7), FIRST_DAY + timedelta(days=21)
STEPS = (
    "platform", "recovery", "administrators", "connected_tools", "forwarding", "evidence", "content", "statement", "police",
)  # fmt: skip


class AccountStory(Story):
    """What the keepers, ICT, the owner and a holder do with one account."""

    def live_on_the_register(self) -> None:
        """From the idea to its end."""
        self.propose_it()
        self.assess_it()
        self.approve_it()
        self.register_it()
        self.give_access()
        self.review_access()
        self.somebody_got_in()
        self.take_the_steps()
        self.change_the_password()
        self.put_it_back_to_live()
        self.close_it()

    def propose_it(self) -> None:
        """An officer proposes it with the address they would like, in two sittings; the manager supports, the keeper
        advises.
        """
        with self.scene("employee", FIRST_DAY, 9) as employee:
            employee.go("/account-register/proposals/propose")
            employee.click("Start now")
            employee.send({"kind": "new_platform"}, button="Save and continue")
            employee.send(
                {"name": NAME, "handle": "https://www.instagram.com/northmerewalks/"}, button="Save and continue"
            )
            employee.sees("The address gave this: Instagram, handle northmerewalks.")
        del self._hands["employee"]  # goes on in another browser: what was answered is kept in the service
        with self.scene("employee", FIRST_DAY, 9, 10) as employee:
            employee.go("/account-register/proposals")
            employee.click("Go on with your proposal")
            employee.click("Go on")
            employee.send({"purpose": "Walks for health"}, button="Save and continue")
            employee.send(
                {"target_group": "People who walk", "benefit": "They find each other"}, button="Save and continue"
            )
            employee.send({"owner": address("colleague"), "cost": "Nothing"}, button="Save and continue")
            employee.sees(f"{NAME} on Instagram, northmerewalks")
            employee.send(button="Send proposal")
            employee.sees("Proposal sent")
        with self.scene("manager", FIRST_DAY, 9, 20) as manager:
            manager.click(f"Say whether you support the proposal for {NAME}")
            manager.send({"decision": "support"}, button="Send answer")
        with self.scene("sca", FIRST_DAY, 9, 30) as sca:
            sca.click(f"Advise on the proposal for {NAME}")
            sca.send({"advice": "go_ahead", "words": "Answer at weekends too."}, button="Give advice")

    def assess_it(self) -> None:
        """The owner writes down what may go wrong and how it is judged, and sends both."""
        with self.scene("colleague", FIRST_DAY, 9, 40) as owner:
            owner.click(f"Assess the risks and plan for {NAME}")
            self.proposal = owner.path
            owner.click("Assess the risks and plan")
            owner.click("Add a risk")
            owner.send(
                {"heading": "reputation", "risk": "Nobody answers", "control": "Two people look", "likelihood": "2",
                 "impact": "2", "review_on": FIRST_DAY + timedelta(days=200)},
                button="Save",
            )  # fmt: skip
            owner.click("Monitoring and evaluation plan")
            owner.send(
                {"objectives": "More people walk", "measures": "Walkers counted", "frequency": "monthly",
                 "evaluation_on": FIRST_DAY + timedelta(days=300)},
                button="Save",
            )  # fmt: skip
            owner.click("Check and send for approval")
            owner.send(button="Send for approval")

    def approve_it(self) -> None:
        """The proposer's manager approves it with a condition."""
        with self.scene("manager", FIRST_DAY, 9, 50) as manager:
            manager.click(f"Approve or refuse the proposal for {NAME}")
            manager.send({"decision": "approve", "conditions": "Not at night"}, button="Record decision")
            manager.sees("to be carried out by the Strategic Communications Adviser")

    def register_it(self) -> None:
        """The keeper puts it on the register: what the proposal says is there already, with the papers."""
        with self.scene("sca", FIRST_DAY) as sca:
            sca.click(f"Carry out the approved proposal for {NAME}")
            sca.click("Put it on the register")
            said = {"login_mode": "shared", "two_step": "on", "recovery_kind": "organisation"}
            sca.send({**said, "identification": "A link from our website"}, button="Add account")
            self.account = sca.path
            sca.sees(NAME, "northmerewalks")
            sca.click("Risks, plan and results")
            sca.sees("Two people look", "Walkers counted")

    def give_access(self) -> None:
        """An officer asks for the shared login, the keeper advises, their manager approves; they agree to the policy."""
        with self.scene("employee", FIRST_DAY, 11) as employee:
            employee.go("/account-register/ask-for-access")
            employee.send(
                {"account": NAME, "reason": "I lead the walks.", "level": "admin", "login_mode": "shared",
                 "starts_on": FIRST_DAY},
                button="Ask for access",
            )  # fmt: skip
            employee.sees("It waits for Priya Chaudhari now")
        with self.scene("sca", FIRST_DAY, 11, 10) as sca:
            sca.click("Advise on access: Carys Llŷr")
            sca.send({"advice": "Go ahead."}, button="Give advice")
        with self.scene("manager", FIRST_DAY, 11, 20) as manager:
            manager.click("Approve or refuse access: Carys Llŷr")
            manager.send({"decision": "approve"}, button="Record decision")
            manager.sees("You approved access for Carys Llŷr")
        with self.scene("sca", FIRST_DAY, 11, 30) as sca:
            sca.go(self.account)
            sca.sees("Carys Llŷr", "approved by Priya Chaudhari")
        with self.scene("employee", FIRST_DAY, 12) as employee:
            employee.click("Agree to the policy")
            employee.click("Agree to the policy")
            employee.send({"agreed": True})

    def review_access(self) -> None:
        """The owner says that they still need it."""
        with self.scene("colleague", FIRST_DAY + timedelta(days=1)) as owner:
            owner.go(self.account)
            owner.click("Review now")
            names = [str(field["name"]) for field in _soup(owner).select("main input[type=radio]")]
            owner.send(dict.fromkeys(names, "yes"), button="Confirm")
            owner.sees("2 March 2027")

    def somebody_got_in(self) -> None:
        """ICT declares it; whoever is later is told who did."""
        with self.scene("ict", NOTICED, 9) as ict:
            ict.go("/credential-rotation/incidents")
            ict.sees("Nothing is open")
            ict.click("Record what happened")
            ict.send({"account": "@nobody"}, button="Continue", status=422)
            ict.send({"account": "@northmerewalks"}, button="Continue")
            ict.send({"kind": "media_interest"}, button="Record what happened", status=422)
            ict.sees("Enter who is interested", "Enter what happened")
            ict.send({"kind": "compromise", "what_happened": "It advertises sunglasses."}, button="Record what happened")
            ict.sees(f"{NAME} is compromised", "Its passwords have to be changed")
            self.case = ict.path
        with self.scene("sca", NOTICED, 9, 5) as sca:
            sca.sees(f"Urgent: take the steps for {NAME}")
            sca.go(self.account)
            sca.sees("Compromised", "2 of 14 steps answered")
            sca.click("Record a compromise")
            sca.send(
                {"kind": "compromise", "what_happened": "I saw it too."}, button="Record what happened", status=409
            )
            sca.sees("has been declared as compromised already")
            sca.go(f"{self.account}/status", status=409)
            sca.go(f"{self.account}/close", status=409)

    def take_the_steps(self) -> None:
        """ICT and the owner answer what they can; nobody can put it back before its end."""
        with self.scene("ict", NOTICED, 10) as ict:
            ict.go(self.case)
            ict.send(button="Put the account back to live", status=422)
            ict.sees("Contact the platform", f"Change the password of {NAME} (Instagram), and have a second person")
            for step in STEPS[:-1]:
                ict.go(f"{self.case}/steps/{step}")
                ict.send({"outcome": "done"}, button="Save answer")
            ict.go(f"{self.case}/steps/credentials")
            ict.send({"outcome": "done"}, button="Save answer", status=422)
            ict.sees("Nobody has marked the password")
            ict.go(f"{self.case}/steps/reference")
            ict.send({"outcome": "done", "reference": "INC-2207"}, button="Save answer")
        with self.scene("colleague", NOTICED, 11) as owner:
            owner.go(f"{self.case}/steps/police")
            owner.send({"outcome": "not_applicable"}, button="Save answer", status=422)
            owner.send({"outcome": "not_applicable", "reason": "Nothing was taken."}, button="Save answer")
            owner.send({"text": "Told everybody who follows us."}, button="Add to the record")
            owner.sees("Told everybody who follows us.", "INC-2207", "Does not apply")

    def change_the_password(self) -> None:
        """The owner changes it, the deputy keeper verifies, ICT ticks it off."""
        with self.scene("colleague", NOTICED, 16) as owner:
            owner.go(self.case)
            path = _links(owner, r"/credential-rotation/rotations/[0-9a-f-]+")[0]
            owner.go(path)
            owner.send(_changed(NOTICED), button="Mark as changed")
        with self.scene("deputy-sca", NOTICED, 16, 30) as deputy:
            deputy.go(path)
            deputy.send({"saw": "no_sessions"}, button="Record what I saw")
        with self.scene("ict", NOTICED, 16, 45) as ict:
            ict.go(f"{self.case}/steps/credentials")
            ict.send({"outcome": "done"}, button="Save answer")

    def put_it_back_to_live(self) -> None:
        """The last step is what was learnt; then it is live again, and closed to changes."""
        with self.scene("sca", NOTICED + timedelta(days=1)) as sca:
            sca.go(f"{self.case}/steps/lessons")
            sca.send({"outcome": "An old password"}, button="Save answer", status=422)
            sca.send({"outcome": "An old password", "lessons": "One for each account"}, button="Save answer")
            sca.sees("14 of 14 steps are answered")
            sca.send(button="Put the account back to live")
            sca.sees(f"{NAME} was compromised", f"{NAME} is live again")
            sca.go("/credential-rotation/incidents?show=closed")
            sca.sees(NAME, "14 of 14")

    def close_it(self) -> None:
        """Access ends, the password that somebody knew changes once more, and the account is closed."""
        with self.scene("sca", CLOSED_ON) as sca:
            sca.go(f"{self.account}/status")
            sca.send({"status": "closing", "reason": "Nobody walks any more."}, button="Change state")
            sca.click("End access of Carys Llŷr")
            sca.send({"ends_on": CLOSED_ON, "reason": "no_longer_needed"}, button="End access")
            again = sca.path
        with self.scene("colleague", CLOSED_ON + timedelta(days=1), 16) as owner:
            owner.go(again)
            owner.send(_changed(CLOSED_ON + timedelta(days=1)), button="Mark as changed")
        with self.scene("deputy-sca", CLOSED_ON + timedelta(days=1), 17) as deputy:
            deputy.go(again)
            deputy.send({"saw": "no_sessions"}, button="Record what I saw")
        with self.scene("sca", CLOSED_ON + timedelta(days=1), 17, 30) as sca:
            sca.go(f"{self.account}/close")
            sca.send(LAST_WORDS, button="Close")
            sca.sees(f"You closed {NAME}")
