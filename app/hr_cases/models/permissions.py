"""Who may do what in a case, by stage, capacity and role: one truth for the button, the route and the act.

Each `can_...` has two halves: who is rightful at all (`is_...`), and whether the stage allows it now. Acts ask the first
half first, so that a rightful actor who comes late is told what happened, and a stranger learns nothing. Whoever is subject,
reporter, witness or companion is no officer of the case, whatever roles they hold (domain 3.11, rules 1 and 6). Those who
are only close to such a person, or in one reporting line with the person concerned, are kept out by the look-up and again
by each act, which ask the database (`matters.queries.kept_from`).
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING

from app.breach_reports.models import BreachReport
from app.hr_cases.models.sections import FROM, HANDED_OVER, SEEN_BY, Reader, Section
from app.hr_cases.models.stages import BEFORE_OUTCOME, BEING_INVESTIGATED, MAY_BE_TOLD, CaseStatus
from app.matters.models import Capacity, Matter, MatterParty
from app.people.models import Person, Role

if TYPE_CHECKING:
    from app.hr_cases.models.leaving import CaseLeaving

OFFICERS = (Capacity.CASE_OWNER, Capacity.INVESTIGATOR, Capacity.DECISION_MAKER, Capacity.APPEAL_OFFICER)
"""Whoever takes part like this reads the case from their appointment on."""

AT_WORK_IN: Mapping[Capacity, tuple[CaseStatus, ...]] = {
    Capacity.CASE_OWNER: tuple(CaseStatus),  # of a closed case too: the letter with which it ended has to reach its reader
    Capacity.INVESTIGATOR: (CaseStatus.PLANNING, CaseStatus.INVESTIGATING, CaseStatus.PAUSED),
    Capacity.DECISION_MAKER: (CaseStatus.ACCEPTED, CaseStatus.HEARING_SET_UP, CaseStatus.NOTIFIED, CaseStatus.HEARD),
    Capacity.APPEAL_OFFICER: (CaseStatus.APPEALED,),
}
"""At which stages each part still has something to do, so that it goes to somebody else if its holder cannot do it."""


class CasePermissions:
    """The predicates of a case. Each takes the person who asks."""

    if TYPE_CHECKING:
        matter: Matter
        report: BreachReport
        status: CaseStatus
        told_subject_at: datetime | None
        step_counted_from: date | None

        @property
        def subject(self) -> Person:
            """The person concerned."""

        @property
        def late_appeal_waits(self) -> bool:
            """Whether a late appeal waits for a decision."""

        @property
        def leaving(self) -> "CaseLeaving | None":
            """That the person concerned leaves, as it stands today."""

        @property
        def ended_by_leaving(self) -> "CaseLeaving | None":
            """The decision that ended the case because they had left."""

        @property
        def has_appeal(self) -> bool:
            """Whether an appeal came."""

        @property
        def decision_maker(self) -> Person | None:
            """Who decides."""

        @property
        def appeal_officer(self) -> Person | None:
            """Who hears the appeal."""

    # Who

    def _is(self, person: Person, *capacities: Capacity) -> bool:
        return self.matter.has_party(person, *capacities) and not self.matter.walls_off(person)

    def is_owned_by(self, person: Person) -> bool:
        """Whether this person is the HR officer who owns the case."""
        return self._is(person, Capacity.CASE_OWNER)

    def is_investigated_by(self, person: Person) -> bool:
        """Whether this person investigates."""
        return self._is(person, Capacity.INVESTIGATOR)

    def is_decided_by(self, person: Person) -> bool:
        """Whether this person decides whether there is a case to answer, and hears it."""
        return self._is(person, Capacity.DECISION_MAKER)

    def is_appeal_heard_by(self, person: Person) -> bool:
        """Whether this person hears the appeal."""
        return self._is(person, Capacity.APPEAL_OFFICER)

    def is_managed_by(self, person: Person) -> bool:
        """Whether this person is an HR manager, who appoints people to cases."""
        return person.holds(Role.HR_MANAGER) and not self.matter.walls_off(person)

    def is_about(self, person: Person) -> bool:
        """Whether this person is the one concerned and has been told; before that there is nothing for them here."""
        return self.told_subject_at is not None and self.matter.has_party(person, Capacity.SUBJECT)

    def can_be_read_by(self, person: Person) -> bool:
        """Owner, HR manager, investigator, decision maker, appeal officer; nobody whom the wall keeps out (3.11)."""
        return self._is(person, *OFFICERS) or self.is_managed_by(person)

    def read_as(self, person: Person) -> Reader | None:
        """As whom somebody reads the case; None for whoever finds nothing here. HR managers read every case as HR."""
        asked: tuple[tuple[Reader, Callable[[Person], bool]], ...] = (
            (Reader.SUBJECT, self.is_about),
            (Reader.OWNER, self.is_owned_by),
            (Reader.MANAGER, self.is_managed_by),
            (Reader.INVESTIGATOR, self.is_investigated_by),
            (Reader.DECISION_MAKER, self.is_decided_by),
            (Reader.APPEAL_OFFICER, self.is_appeal_heard_by),
        )
        return next((reader for reader, is_reader in asked if is_reader(person)), None)

    def shows(self, section: Section, person: Person) -> bool:
        """Whether somebody sees a section of the file at this stage (3.11)."""
        return self.read_as(person) in SEEN_BY[section] and self.status in FROM.get(section, tuple(CaseStatus))

    @property
    def was_handed_over(self) -> bool:
        """Whether the report was accepted: the case did not end before because the person concerned had left."""
        ended = self.ended_by_leaving
        return self.status in HANDED_OVER and (ended is None or ended.stage in HANDED_OVER)

    def has_ended_for(self, person: Person) -> bool:
        """Whether the report was accepted and somebody sees nothing of what followed."""
        return self.was_handed_over and not self.shows(Section.AFTERWARDS, person)

    def stage_for(self, person: Person) -> CaseStatus:
        """The stage as somebody may know it: the acceptance of the report, where the rest is not for them."""
        return CaseStatus.ACCEPTED if self.has_ended_for(person) else self.status

    def _now(self, who: Callable[[Person], bool], person: Person, *stages: CaseStatus) -> bool:
        return who(person) and self.status in stages

    def parts_at_work(self) -> list[MatterParty]:
        """The parts that have not ended and still have something to do at this stage."""
        return [
            part for part in self.matter.parties if part.until is None and self.status in AT_WORK_IN.get(part.capacity, ())
        ]

    def can_replace(self, part: MatterParty, person: Person) -> bool:
        """An HR manager, while a part has not ended and still has something to do."""
        return self.is_managed_by(person) and part in self.parts_at_work()

    # Opening and planning

    def can_appoint_investigator(self, person: Person) -> bool:
        """An HR manager, while the case is newly opened."""
        return self._now(self.is_managed_by, person, CaseStatus.OPENED)

    def can_change_allegations(self, person: Person) -> bool:
        """The owner, until the person concerned has been told: from then on the wording is frozen."""
        stages = (CaseStatus.OPENED, *BEING_INVESTIGATED)
        return self._now(self.is_owned_by, person, *stages) and self.told_subject_at is None

    def can_approve_plan(self, person: Person) -> bool:
        """The investigator, while the case is being planned."""
        return self._now(self.is_investigated_by, person, CaseStatus.PLANNING)

    def can_tell_subject(self, person: Person) -> bool:
        """The owner, once, while the case is planned or investigated, and at the latest before it is decided."""
        return self._now(self.is_owned_by, person, *MAY_BE_TOLD) and self.told_subject_at is None

    def can_send_letters(self, person: Person) -> bool:
        """The owner records at any stage how a letter was sent to somebody who cannot read it in Probity."""
        return self.is_owned_by(person)

    # Investigating

    def can_add_evidence(self, person: Person) -> bool:
        """Investigator or owner, while the case is investigated."""
        return self._is(person, Capacity.INVESTIGATOR, Capacity.CASE_OWNER) and self.status is CaseStatus.INVESTIGATING

    def can_add_statement(self, person: Person) -> bool:
        """The investigator, while the case is investigated."""
        return self._now(self.is_investigated_by, person, CaseStatus.INVESTIGATING)

    def can_record_statement_check(self, person: Person) -> bool:
        """The investigator, while the case is investigated or stands still: people answer then too."""
        return self._now(self.is_investigated_by, person, CaseStatus.INVESTIGATING, CaseStatus.PAUSED)

    def can_pause(self, person: Person) -> bool:
        """The owner, while the case is investigated."""
        return self._now(self.is_owned_by, person, CaseStatus.INVESTIGATING)

    def can_resume(self, person: Person) -> bool:
        """The owner, while the case stands still."""
        return self._now(self.is_owned_by, person, CaseStatus.PAUSED)

    def can_write_report(self, person: Person) -> bool:
        """The investigator, while the case is investigated."""
        return self._now(self.is_investigated_by, person, CaseStatus.INVESTIGATING)

    def can_review_report(self, person: Person) -> bool:
        """The owner, who accepts the report or sends it back, and may not change a word of it."""
        return self._now(self.is_owned_by, person, CaseStatus.REPORT_REVIEW)

    # Deciding

    def can_appoint_decision_maker(self, person: Person) -> bool:
        """An HR manager, on an accepted report, while nobody is appointed."""
        return self._now(self.is_managed_by, person, CaseStatus.ACCEPTED) and self.decision_maker is None

    def can_decide_case_to_answer(self, person: Person) -> bool:
        """The decision maker, on an accepted report."""
        return self._now(self.is_decided_by, person, CaseStatus.ACCEPTED)

    def can_complete_informal(self, person: Person) -> bool:
        """The owner records what the manager and the person concerned agreed."""
        return self._now(self.is_owned_by, person, CaseStatus.INFORMAL)

    # Hearing

    def can_issue_notice(self, person: Person) -> bool:
        """The owner, while the hearing is being set up."""
        return self._now(self.is_owned_by, person, CaseStatus.HEARING_SET_UP)

    def can_answer_notice(self, person: Person) -> bool:
        """The person concerned, from the notice to the hearing."""
        return self._now(self.is_about, person, CaseStatus.NOTIFIED)

    def can_record_answer(self, person: Person) -> bool:
        """The owner records an answer to the notice that came another way, until the hearing is recorded."""
        return self._now(self.is_owned_by, person, CaseStatus.NOTIFIED) and self.told_subject_at is not None

    def can_release_files(self, person: Person) -> bool:
        """The owner, until the case is closed."""
        return self.is_owned_by(person) and self.status is not CaseStatus.CLOSED

    def can_judge_companion(self, person: Person) -> bool:
        """The owner, from the notice to the hearing."""
        return self._now(self.is_owned_by, person, CaseStatus.NOTIFIED)

    def can_postpone(self, person: Person) -> bool:
        """The owner, from the notice to the hearing."""
        return self._now(self.is_owned_by, person, CaseStatus.NOTIFIED)

    def can_record_hearing(self, person: Person) -> bool:
        """The decision maker, after notice was given."""
        return self._now(self.is_decided_by, person, CaseStatus.NOTIFIED)

    def can_decide_outcome(self, person: Person) -> bool:
        """The decision maker, after the hearing."""
        return self._now(self.is_decided_by, person, CaseStatus.HEARD)

    def can_decide_after_leaving(self, person: Person) -> bool:
        """The owner, while the person concerned leaves or has left and no outcome is decided (domain 3.6, row Any after
        leaving). What was decided before may be decided anew: a case that goes on may turn out to lead nowhere.
        """
        return self._now(self.is_owned_by, person, *BEFORE_OUTCOME) and self.leaving is not None

    @property
    def leaving_waits(self) -> bool:
        """Whether the owner still has to decide what becomes of the case because the person concerned leaves."""
        return self.status in BEFORE_OUTCOME and self.leaving is not None and self.leaving.decision is None

    def can_see_live_warnings(self, person: Person, *, has_found: bool = False) -> bool:
        """Who may see which warnings of the person concerned are live, and when (domain 3.11; 3.6, row Heard; 4.3).

        The owner until the case is closed; whoever hears an appeal, while it is heard; and the decision maker when it comes
        to what follows: after the hearing, and once they have found on every allegation (`has_found`), since an earlier
        warning says nothing about what happened now. Never the investigator.
        """
        if self.is_owned_by(person):
            return self.status is not CaseStatus.CLOSED
        return self.can_decide_appeal(person) or (has_found and self.can_decide_outcome(person))

    def asks_for_referral(self, day: date) -> bool:
        """Whether the case may end only once it is decided who must be told: the safeguarding lead was asked, or the person
        concerned has left. Leaving ends no case without that answer (domain 3.6, row Any after leaving).
        """
        return self.report.safeguarding_was_asked or self.subject.has_left_on(day)

    def can_dismiss(self, person: Person) -> bool:
        """The decision maker, after the hearing, who carries the dated role of those who may dismiss (domain 3.1, 3.6)."""
        return self.can_decide_outcome(person) and person.holds(Role.DISMISSAL_AUTHORITY)

    # Appeal and end

    def can_appeal(self, person: Person) -> bool:
        """The person concerned, after the outcome; there is one appeal."""
        return self._now(self.is_about, person, CaseStatus.DECIDED)

    def can_record_appeal(self, person: Person) -> bool:
        """The owner records an appeal that came another way, where the person concerned could still send theirs."""
        may = self._now(self.is_owned_by, person, CaseStatus.DECIDED) and self.told_subject_at is not None
        return may and not self.has_appeal

    def can_judge_late_appeal(self, person: Person) -> bool:
        """The owner decides with reasons whether a late appeal is heard; until then the case stays decided."""
        return self._now(self.is_owned_by, person, CaseStatus.DECIDED) and self.late_appeal_waits

    def can_appoint_appeal_officer(self, person: Person) -> bool:
        """The owner, while nobody is appointed."""
        return self._now(self.is_owned_by, person, CaseStatus.APPEALED) and self.appeal_officer is None

    def can_decide_appeal(self, person: Person) -> bool:
        """The appeal officer."""
        return self._now(self.is_appeal_heard_by, person, CaseStatus.APPEALED)

    def can_make_final(self, person: Person, day: date) -> bool:
        """The owner, once the last day to appeal (from which the decided case's step is counted) has passed.

        Not while an appeal that came late waits for their decision whether it is heard. Where it was refused the step counts
        from that day, and it can be done at once.
        """
        counted = self.step_counted_from
        passed = counted is not None and (counted < day or (counted == day and self.has_appeal))
        return self._now(self.is_owned_by, person, CaseStatus.DECIDED) and passed and not self.late_appeal_waits

    def can_close(self, person: Person) -> bool:
        """The owner, once the outcome is final."""
        return self._now(self.is_owned_by, person, CaseStatus.FINAL)
