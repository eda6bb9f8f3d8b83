"""Which ways a report can go: decided by who the person concerned is, and by what has to come first (domain 3.6, 3.7)."""

from dataclasses import dataclass

from app.breach_reports.models import NEEDS_SECOND_OFFICER, BreachReport, Route, YesNoUnknown
from app.people.models import Person
from app.policy.queries import pack

ROUTE_OF_PROCEDURE = {
    "disciplinary": Route.CASE,
    "problem_solving": Route.PROBLEM_SOLVING,
    "employer_report": Route.EMPLOYER,
    "placement": Route.PLACEMENT,
}
ROUTE_OF_PACK_ROUTE = {
    "monitoring_officer": Route.MONITORING_OFFICER,
    "governing_body": Route.SCHOOL,
    "board_code": Route.BOARD,
    "separate_procedure": Route.SEPARATE_PROCEDURE,
    "employing_body": Route.EMPLOYER,
}
BY_PERSON_KIND = frozenset({*ROUTE_OF_PROCEDURE.values(), *ROUTE_OF_PACK_ROUTE.values()})
WORDS = {
    Route.CASE: ("Open a case", "An employee may have broken the policy, and it needs looking into."),
    Route.PROBLEM_SOLVING: ("Problem-solving procedure", "For volunteers and partnership members."),
    Route.EMPLOYER: ("Report to their employer or agency", "Their employer decides under its own procedure."),
    Route.PLACEMENT: ("Report to the placement provider", "For students and people on work experience."),
    Route.MONITORING_OFFICER: ("Monitoring Officer", "For councillors. HR cannot decide it."),
    Route.SCHOOL: ("Governing body of the school", "For school staff. The governing body acts as employer."),
    Route.BOARD: ("Chair of the board", "For board members, who answer to the board’s own code."),
    Route.SEPARATE_PROCEDURE: ("Separate procedure", "For chief and statutory officers. Take advice before anything else."),
    Route.WHISTLEBLOWING: (
        "Whistleblowing officer",
        "It is about malpractice by or in the organisation. After this only the whistleblowing officer can open it.",
    ),
    Route.SAFEGUARDING: (
        "Safeguarding lead",
        "A child or an adult at risk may be concerned. Nobody contacts the person concerned until the lead has answered.",
    ),
    Route.GRIEVANCE: ("Grievance procedure", "Somebody complains about how they themselves were treated."),
    Route.ADVICE: ("Advice only", "A word of advice is enough, and no investigation is needed."),
    Route.DUPLICATE: (
        "Close it: reported before",
        "Its reporter then counts as a reporter of what it repeats. A second officer must agree.",
    ),
    Route.NO_FURTHER_ACTION: ("Close it: no further action", "A second officer must agree."),
}
SWITCH_OF = {
    Route.WHISTLEBLOWING: "whistleblowing",
    Route.SAFEGUARDING: "safeguarding_hold",
    Route.PROBLEM_SOLVING: "problem_solving",
}


@dataclass(frozen=True)
class RouteOffer:
    """One way a report can go, in words."""

    route: Route
    label: str
    hint: str


def route_label(route: Route) -> str:
    """A way in words."""
    return WORDS[route][0]


def route_for_kind(person: Person) -> Route:
    """The one way that who this person is allows, among those that depend on it."""
    kind = person.person_kind.value
    elsewhere = pack().routes.get(kind)
    if elsewhere is not None:
        return ROUTE_OF_PACK_ROUTE[elsewhere.code]
    return ROUTE_OF_PROCEDURE[pack().procedures[kind].value]


def kind_words(person: Person) -> str:
    """What somebody is to the organisation, with its article: "an employee"."""
    kind = person.person_kind.words
    return f"{'an' if kind[0] in 'aeiou' else 'a'} {kind}"


def why_not(report: BreachReport, route: Route) -> str | None:
    """Why a report cannot go this way now, as a sentence; None where it can. The page and the act both ask this."""
    switch = SWITCH_OF.get(route)
    if switch is not None and not pack().switches[switch].value:
        return "This organisation does not use that way. Choose another."
    if _safeguarding_comes_first(report) and route not in (Route.SAFEGUARDING, Route.WHISTLEBLOWING):
        return (
            "The reporter says that a child or an adult at risk may be concerned. "
            "Refer it to the safeguarding lead first; you can decide the rest when they have answered."
        )
    return _wrong_for_person(report, route) if route in BY_PERSON_KIND else None


def _safeguarding_comes_first(report: BreachReport) -> bool:
    return (
        report.person_at_risk == YesNoUnknown.YES
        and not report.safeguarding_was_asked
        and pack().switches["safeguarding_hold"].value
    )


def _wrong_for_person(report: BreachReport, route: Route) -> str | None:
    subject = report.subject
    if subject is None:
        if route == Route.CASE:
            return "A case is about one named person. Record first who this report is about."
        return None
    right = route_for_kind(subject)
    if route == right:
        return None
    return f"{subject.name} is {kind_words(subject)}, so this way is not open. Choose “{route_label(right)}”."


def routes_offered(report: BreachReport) -> list[RouteOffer]:
    """The ways that are open to a report now, the one for this kind of person first and closing last."""
    ordered = sorted(Route, key=lambda route: (route in NEEDS_SECOND_OFFICER, route not in BY_PERSON_KIND))
    return [RouteOffer(route, *WORDS[route]) for route in ordered if why_not(report, route) is None]


PASS_ON = {
    Route.WHISTLEBLOWING: "The whistleblowing officer took it over.",
    Route.GRIEVANCE: "Give the reporter the grievance procedure, and say whom they can ask.",
    Route.EMPLOYER: "Pass it on to the employer or agency, who decide.",
    Route.PLACEMENT: "Pass it on to the placement provider.",
    Route.PROBLEM_SOLVING: "Begin with an informal conversation, under the problem-solving procedure.",
    Route.ADVICE: "Give the advice, and keep a note of it.",
    Route.CASE: "Everything else is in the case.",
}


def pass_on_words(report: BreachReport) -> str:
    """What HR does next where a report was decided, in a sentence: the pack's own words where it has them."""
    subject, route = report.subject, report.route
    if route is None:
        return ""
    elsewhere = pack().routes.get(subject.person_kind.value) if subject is not None else None
    if elsewhere is not None and ROUTE_OF_PACK_ROUTE[elsewhere.code] == route:
        return elsewhere.words
    return PASS_ON.get(route, "")
