"""The packs as data: every source resolves, every person kind has a way, and a broken pack is refused by name."""

import copy
import csv
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import reduce
from operator import getitem, setitem
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from app.people.models import Role
from app.policy.pack import (
    LOCAL_SETTING,
    PERSON_KINDS,
    SHARED_FILES,
    BrokenPack,
    Pack,
    PolicyDate,
    Setting,
    UnknownPack,
    demo_inputs,
    load_pack,
    pack_names,
    read_pack,
    toml_file,
)

PARTNERSHIP = "rudheath-and-witton-together"
HEADERS = (
    "email,name,post,service,person_kind,manager_email,started,last_working_day",
    "platform,handle,url,name,service,owner_email,purpose,status,holders",
)
Broken = Callable[[dict[str, Any]], Any]

COUNCIL_CATEGORIES = (
    "DISREPUTE-ARGUE DISREPUTE-DEFAME DISREPUTE-IMAGE DISREPUTE-DISPARAGE DISREPUTE-OTHER CONF-COUNCIL CONF-INDIVIDUAL "
    "CONF-INTERNAL CONF-OTHER COPY-PERMISSION COPY-CREDIT COPY-OTHER DISCRIM-COMMENT BULLY HARASS DISCRIM-IMAGE "
    "DISCRIM-OTHER COI-SERVICEUSER PROFILE-LINKEDIN BRANDING CONTACT-PHOTO OFFICIAL-CONDUCT CITE TIME "
    "PROCESS-PERMISSION NONREMOVAL NONCOOP"
)
PARTNERSHIP_CATEGORIES = (
    "UNLAWFUL CONF-INDIVIDUAL CONF-OTHERORG CONF-COUNCIL CONF-INTERNAL CONF-OTHER DISCRIM-COMMENT BULLY HARASS "
    "DISCRIM-IMAGE DISCRIM-OTHER DISREPUTE-ARGUE DISREPUTE-DEFAME DISREPUTE-IMAGE COPY-PERMISSION COPY-CREDIT "
    "COPY-OTHER OFFICIAL-TONE IMPERSONATE-OFFICIAL CREDENTIAL NONREMOVAL"
)
PROBLEM_SOLVING = "no_action advice supervised_access access_limited access_revoked removal"
COUNCIL_OUTCOMES = {
    "employee": "no_action informal_advice training first_written_warning final_written_warning "
    "action_short_of_dismissal dismissal_with_notice summary_dismissal access_withdrawn",
    "agency": "report_to_employer end_of_assignment access_withdrawn",
    "partner": "report_to_employer end_of_assignment access_withdrawn",
    "student": "advice placement_provider_told placement_ended access_withdrawn",
    "volunteer": PROBLEM_SOLVING,
    "partnership_member": PROBLEM_SOLVING,
}
COUNCIL_ROUTES = {
    "board_member": "board_code",
    "councillor": "monitoring_officer",
    "school_staff": "governing_body",
    "chief_officer": "separate_procedure",
    "statutory_officer": "separate_procedure",
}


@pytest.fixture(params=pack_names())
def pack(request: pytest.FixtureRequest) -> Pack:
    return load_pack(request.param)


@pytest.fixture
def council() -> Pack:
    return load_pack("council")


def all_settings(pack: Pack) -> Iterator[tuple[str, Setting[Any]]]:
    for field, value in vars(pack).items():
        for key, setting in value.items() if isinstance(value, Mapping) else [("", value)]:
            if isinstance(setting, Setting):
                yield f"{field}.{key}", setting


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        assert ",".join(reader.fieldnames or ()) in HEADERS, "the imports' published headers"
        return list(reader)


def test_both_packs_are_there_and_read_once() -> None:
    assert pack_names() == ("council", PARTNERSHIP)
    assert load_pack("council") is load_pack("council")


@pytest.mark.parametrize("name", ["", "Council", "platforms", "local-settings", "../council", "parish"])
def test_an_unknown_pack_is_refused_and_the_known_ones_are_named(name: str) -> None:
    for ask in (load_pack, demo_inputs):
        with pytest.raises(UnknownPack, match="Choose one of: council, rudheath"):
            ask(name)


def test_a_pack_cannot_be_changed_after_loading(council: Pack) -> None:
    with pytest.raises(TypeError):
        council.periods["triage_working_days"] = None  # type: ignore[index]
    with pytest.raises(AttributeError):
        council.name = "other"  # type: ignore[misc]


def test_every_setting_names_a_paragraph_of_its_policy_or_says_local_setting(pack: Pack) -> None:
    ids = {paragraph.id for paragraph in pack.policy.paragraphs}
    for place, setting in all_settings(pack):
        assert setting.sources == (LOCAL_SETTING,) or set(setting.sources) <= ids, place
        assert pack.cite(setting.sources)
    assert all(setting.sources == (LOCAL_SETTING,) for setting in pack.periods.values()), "these policies set no period"


def test_outcomes_routes_lists_and_categories_cite_existing_paragraphs(pack: Pack) -> None:
    ids = {paragraph.id for paragraph in pack.policy.paragraphs}
    cited = [outcome.sources for outcomes in pack.outcomes.values() for outcome in outcomes]
    cited += [route.sources for route in pack.routes.values()] + [found.sources for found in pack.access_lists]
    assert all(sources == (LOCAL_SETTING,) or set(sources) <= ids for sources in cited)
    assert all(category.paragraphs and set(category.paragraphs) <= ids for category in pack.categories)


def test_both_packs_answer_the_same_questions() -> None:
    council, partnership = map(load_pack, pack_names())
    for group in ("role_titles", "periods", "numbers", "switches", "chains", "procedures"):
        assert getattr(council, group).keys() == getattr(partnership, group).keys()


def test_a_source_is_printed_in_words(council: Pack) -> None:
    assert council.cite(council.switches["device_permissions"].sources) == "paragraph 6.2(1)"
    assert council.switches["recruitment_checks"].source == "9.1 and 9.2"
    assert council.cite((LOCAL_SETTING,)) == "local setting"
    assert load_pack(PARTNERSHIP).cite(("passwords.1",)) == '"Passwords and access: Permission before a change"'


def test_paragraphs_have_unique_url_safe_anchors_and_stand_in_order(pack: Pack) -> None:
    paragraphs = pack.policy.paragraphs
    anchors = [paragraph.anchor for paragraph in paragraphs]
    assert len(set(anchors)) == len(anchors)
    assert all(anchor.replace("-", "").isalnum() and anchor.isascii() and anchor.islower() for anchor in anchors)
    assert [paragraph.order for paragraph in paragraphs] == list(range(1, len(paragraphs) + 1))
    sections = {section.id for section in pack.policy.sections}
    assert {paragraph.section for paragraph in paragraphs} == sections


def test_the_council_policy_is_citable_below_its_printed_numbers(council: Pack) -> None:
    ids = {paragraph.id for paragraph in council.policy.paragraphs}
    expected = {f"6.1({n})" for n in range(1, 5)} | {f"6.2({n})" for n in range(1, 4)}
    expected |= {f"6.3({n})" for n in range(1, 12)} | {f"7.10({n})" for n in range(1, 13)}
    expected |= {f"8.1({head})({n})" for head in "abd" for n in range(1, 4)} | {"8.1(c)(1)", "8.1(c)(2)"}
    expected |= {"1.1", "2.3", "3.2", "4.1", "5.4", "7.9", "9.2", "10.1(a)", "10.1(b)", "10.3", "11.3", "12.1"}
    assert expected <= ids
    assert not {"6.1(5)", "6.2(4)", "6.3(12)", "7.10(13)"} & ids
    paragraph = council.policy.paragraph("8.1(a)(1)")
    assert (paragraph.anchor, paragraph.parent, paragraph.section) == ("p-8-1-a-1", "8.1(a)", "8")


def test_the_council_document_keeps_its_gaps_and_its_precision(council: Pack) -> None:
    policy = council.policy
    approvals = {approval.body: approval.words for approval in policy.approvals}
    assert approvals == {"Resources DMT": "June 2017", "LJC": "January 2017", "EAC": "not recorded"}
    assert policy.next_review is not None
    assert (policy.next_review.precision, policy.next_review.last_day) == ("month", date(2020, 1, 31))
    assert (PolicyDate(2024, 2).last_day, PolicyDate(2024, 2).words) == (date(2024, 2, 29), "February 2024")
    assert PolicyDate(2018, 10, 3).words == "3 October 2018"
    by_title = {document.title: document for document in policy.linked_documents}
    assert "IT Security Policy" in by_title["ICT Security Policy"].aliases
    assert load_pack(PARTNERSHIP).policy.effective is None


@pytest.mark.parametrize(("name", "codes"), [("council", COUNCIL_CATEGORIES), (PARTNERSHIP, PARTNERSHIP_CATEGORIES)])
def test_what_may_be_alleged(name: str, codes: str) -> None:
    assert " ".join(category.code for category in load_pack(name).categories) == codes


def test_categories_prompt_the_people_they_must(council: Pack) -> None:
    assert {c.code for c in council.categories if c.prompts_dpo} == {"CONF-INDIVIDUAL", "CONTACT-PHOTO"}
    assert {c.code for c in council.categories if c.safeguarding_screen} == {"COI-SERVICEUSER"}
    assert not any(c.advice_only for c in council.categories)
    assert {c.code for c in load_pack(PARTNERSHIP).categories if c.advice_only} == {"OFFICIAL-TONE"}
    assert all(c.equality_check for c in council.categories if c.head in ("disrepute", "discrimination"))


def test_advice_that_forbids_nothing_is_never_a_ground(council: Pack) -> None:
    cited = {paragraph for category in council.categories for paragraph in category.paragraphs}
    assert not cited & {"7.10(1)", "7.10(2)", "7.10(3)", "7.10(10)", "7.1", "7.7", "3.2"}
    assert council.category("TIME").paragraphs == ("6.2(2)", "6.2(3)")


def test_every_person_kind_has_outcomes_or_a_route_and_never_both(pack: Pack) -> None:
    assert tuple(pack.outcomes) == PERSON_KINDS
    for kind in PERSON_KINDS:
        assert bool(pack.outcomes[kind]) != (kind in pack.routes)
        assert (pack.procedures[kind].value == "routed") == (kind in pack.routes)


def test_council_outcomes_by_person_kind(council: Pack) -> None:
    outcomes = {kind: " ".join(o.code for o in found) for kind, found in council.outcomes.items() if found}
    assert outcomes == COUNCIL_OUTCOMES
    assert {kind: route.code for kind, route in council.routes.items()} == COUNCIL_ROUTES


def test_partnership_staff_go_to_their_employer_and_three_posts_hold_each_channel() -> None:
    pack = load_pack(PARTNERSHIP)
    assert pack.routes["employee"].code == "employing_body"
    assert pack.procedures["employee"].sources == ("introduction.2", "conduct.3")
    assert " ".join(o.code for o in pack.outcomes["volunteer"]) == PROBLEM_SOLVING
    platforms = [platform for access_list in pack.access_lists for platform in access_list.platforms]
    assert sorted(platforms) == ["Facebook", "Instagram", "LinkedIn", "X", "YouTube"]
    assert all(len(access_list.posts) == 3 for access_list in pack.access_lists)


def test_how_long_warnings_stay_live_and_who_may_dismiss(council: Pack) -> None:
    by_code = {outcome.code: outcome for outcome in council.outcomes["employee"]}
    first, final = by_code["first_written_warning"], by_code["final_written_warning"]
    assert first.months == Setting(6, (LOCAL_SETTING,))
    assert first.max_months is None
    assert final.months == Setting(12, (LOCAL_SETTING,))
    assert final.max_months
    assert final.max_months.value == 24
    dismissals = {"dismissal_with_notice", "summary_dismissal"}
    sanctions = {"first_written_warning", "final_written_warning", "action_short_of_dismissal", *dismissals}
    assert {c for c, o in by_code.items() if o.needs_dismissal_authority} == dismissals
    assert {c for c, o in by_code.items() if o.gross_misconduct_only} == {"summary_dismissal"}
    assert {c for c, o in by_code.items() if o.formal} == sanctions


def test_problem_solving_never_speaks_of_warnings_or_dismissal(pack: Pack) -> None:
    for kind in ("volunteer", "partnership_member"):
        for outcome in pack.outcomes[kind]:
            said = f"{outcome.label} {outcome.words}".lower()
            assert not any(word in said for word in ("warning", "dismissal", "misconduct"))
            assert not outcome.formal


def test_where_the_organisations_differ() -> None:
    council, partnership = (load_pack(name).switches for name in pack_names())
    for switch in ("device_permissions", "recruitment_checks", "monitoring"):
        assert (council[switch].value, partnership[switch].value) == (True, False), switch
    for switch in ("rotation_needs_prior_permission", "personal_use_in_working_hours_allowed", "golden_rule"):
        assert (council[switch].value, partnership[switch].value) == (False, True), switch
    for switch in ("acknowledgement_before_access", "declarations_of_interest"):
        assert council[switch].sources == (LOCAL_SETTING,), "the council's policy does not ask for it"


@pytest.mark.parametrize("typed", ["twitter=X", "x=X", "Linked-In=LinkedIn", "You Tube=YouTube", " facebook =Facebook"])
def test_old_names_and_the_policies_spellings_are_found(council: Pack, typed: str) -> None:
    platform = council.find_platform(typed.split("=")[0])
    assert platform is not None
    assert platform.name == typed.split("=")[1]


def test_a_misspelt_platform_is_not_guessed_but_suggested(council: Pack) -> None:
    assert council.find_platform("Facebok") is None
    assert council.suggest_platform("Facebok") == "Facebook"
    assert council.suggest_platform("zzzz") is None
    assert council.find_platform("") is None


def without(*path: Any) -> Broken:
    return lambda data: reduce(getitem, path[:-1], data).pop(path[-1])


def put(value: Any, *path: Any) -> Broken:
    return lambda data: setitem(reduce(getitem, path[:-1], data), path[-1], value)


BROKEN: list[tuple[Broken, str]] = [
    (without("marking", "source"), "council, marking: has no source"),
    (put("6.9", "marking", "source"), "council, marking: '6.9' is not a paragraph"),
    (put("Local setting", "marking", "source"), "council, marking: 'Local setting' is not a paragraph"),
    (put(["6.2", LOCAL_SETTING], "marking", "source"), "'local setting' is not a paragraph"),
    (without("handling_line"), "council, handling_line: 'value' is missing"),
    (
        put("yes", "switches", "device_permissions", "value"),
        "switches.device_permissions: 'value' must be of type bool",
    ),
    (put({"value": True, "source": "9.1"}, "switches", "devise"), "council, switches: 'devise' is not a setting"),
    (put(-1, "periods", "policy_review_months", "value"), "periods.policy_review_months: 'value' must not be below"),
    (
        put(True, "periods", "policy_review_months", "value"),
        "periods.policy_review_months: 'value' must be of type int",
    ),
    (put(["nobody"], "chains", "device_told", "value"), "chains.device_told names 'nobody'"),
    (put(["99"], "categories", 0, "paragraphs"), "categories DISREPUTE-ARGUE: '99' is not a paragraph"),
    (put([], "categories", 0, "paragraphs"), "categories DISREPUTE-ARGUE: names no paragraph"),
    (put("manners", "categories", 0, "head"), "'manners' is not one of the pack's heads"),
    (put("BULLY", "categories", 0, "code"), "categories BULLY: the code is there twice"),
    (put(1, "categories", 0, "sevrity"), "nothing is known here by the name of 'sevrity'"),
    (put("99", "outcome_kinds", "removal", "source"), "outcome_kinds.removal: '99' is not a paragraph"),
    (without("procedures", "councillor"), "council, procedures: 'councillor' is missing"),
    (without("procedures", "councillor", "route"), "procedures.councillor: needs outcomes, or else"),
    (put(["fine"], "procedures", "agency", "outcomes"), "procedures.agency: 'fine' is not one of"),
    (put({}, "procedures", "mayor"), "council, procedures: nothing is known here by the name of 'mayor'"),
    (put(6, "outcome_kinds", "final_written_warning", "max_months", "value"), "'max_months' needs 'months'"),
    (put("2017-13", "policy", "produced"), "council, policy: 'produced' must read 2017-01"),
    (put("1.1", "policy", "sections", 0, "paragraphs", 0, "id"), "paragraph '1.1' is there twice"),
    (put("9.9(1)", "policy", "sections", 0, "paragraphs", 0, "id"), "has no paragraph '9.9' before it"),
    (put("", "policy", "sections", 0, "paragraphs", 0, "says"), "paragraphs front.1: 'says' is blank"),
    (put("Twitter", "tittle"), "council: nothing is known here by the name of 'tittle'"),
]


@pytest.mark.parametrize(("change", "place"), BROKEN, ids=[place for _, place in BROKEN])
def test_a_broken_pack_is_refused_and_the_place_is_named(change: Broken, place: str) -> None:
    data = copy.deepcopy(toml_file("council"))
    change(data)
    with pytest.raises(BrokenPack) as refused:
        read_pack("council", data, *map(toml_file, SHARED_FILES))
    assert place in str(refused.value)


def test_a_shared_setting_may_not_cite_a_policy_and_must_say_its_unit() -> None:
    data, (shared, platforms) = toml_file("council"), map(toml_file, SHARED_FILES)
    shared["periods"]["triage_working_days"]["source"] = "6.1"
    with pytest.raises(BrokenPack, match=r"local-settings, periods\.triage_working_days: '6\.1' is not a paragraph"):
        read_pack("council", data, shared, platforms)
    shared = toml_file("local-settings")
    shared["periods"]["triage"] = {"value": 5, "source": LOCAL_SETTING}
    with pytest.raises(BrokenPack, match=r"periods\.triage must end with its unit"):
        read_pack("council", data, shared, platforms)


def test_one_name_belongs_to_one_platform() -> None:
    platforms = toml_file("platforms")
    platforms["platforms"][0]["aliases"] = ["twitter"]
    with pytest.raises(BrokenPack, match="one of its names belongs to another platform"):
        read_pack("council", toml_file("council"), toml_file("local-settings"), platforms)


def test_people_are_consistent_and_their_managers_make_no_circle(pack: Pack) -> None:
    people = {row["email"]: row for row in rows(demo_inputs(pack.name)[0])}
    assert len(people) == len(rows(demo_inputs(pack.name)[0]))
    for email, row in people.items():
        assert row["person_kind"] in PERSON_KINDS
        assert email.endswith("@demo.example")
        assert not row["last_working_day"]
        assert row["name"]
        above: list[str] = []
        while row["manager_email"]:
            row = people[row["manager_email"]]
            assert row["email"] not in (email, *above)
            above.append(row["email"])


def test_accounts_are_consistent_with_people_and_platforms(pack: Pack) -> None:
    people, accounts = map(rows, demo_inputs(pack.name))
    emails = {row["email"] for row in people}
    for row in accounts:
        platform = pack.find_platform(row["platform"])
        assert platform is not None
        assert row["owner_email"] in emails
        assert row["status"] in ("live", "paused", "dormant")
        holders = [holder.split(":") for holder in row["holders"].split(";")]
        assert {email for email, _ in holders} <= emails
        assert {level for _, level in holders} <= {"admin", "editor", "responder", "viewer"}
        assert len({email for email, _ in holders}) == len(holders)
        if row["url"]:
            assert (urlsplit(row["url"]).hostname or "").removeprefix("www.") in platform.domains
    keys = Counter((row["platform"], row["handle"].lstrip("@").casefold()) for row in accounts)
    assert max(keys.values()) == 1


def test_the_demonstration_tells_the_leavers_story() -> None:
    accounts = rows(demo_inputs("council")[1])
    leaver = "leaver@demo.example"
    assert sum(f"{leaver}:" in row["holders"] for row in accounts) == 10
    admins = [{h.split(":")[0] for h in row["holders"].split(";") if h.endswith(":admin")} for row in accounts]
    assert admins.count({leaver}) == 1
    assert [row["platform"] for row in accounts if not row["handle"]] == ["LinkedIn"]
    assert len({row["platform"] for row in accounts}) == 9
    assert len(accounts) == 24


def test_the_demo_people_are_all_there_in_their_places() -> None:
    people = {row["email"].split("@")[0]: row for row in rows(demo_inputs("council")[0])}
    wanted = (
        "employee colleague leaver manager head sca deputy-sca hr hr2 hr3 investigator decision appeal independent "
        "whistleblowing safeguarding ict dpo auditor admin"
    )
    assert set(wanted.split()) <= people.keys()
    assert {people[name]["manager_email"] for name in ("employee", "colleague", "leaver")} == {"manager@demo.example"}
    assert people["manager"]["manager_email"] == "head@demo.example"
    assert people["chief-executive"]["person_kind"] == "statutory_officer"
    assert people["head"]["manager_email"] == "chief-executive@demo.example"


def test_partnership_people_are_posts_and_its_linkedin_has_neither_handle_nor_address() -> None:
    people, accounts = map(rows, demo_inputs(PARTNERSHIP))
    posts = load_pack(PARTNERSHIP).access_lists[0].posts
    assert sorted(row["name"] for row in people) == sorted(posts)
    assert [row["platform"] for row in accounts if not row["handle"] and not row["url"]] == ["LinkedIn"]
    assert all(row["holders"].count(":admin") == 3 for row in accounts)


@pytest.mark.parametrize("name", pack_names())
def test_every_switch_and_chain_about_passwords_is_read_somewhere(name: str) -> None:
    """One that nobody reads would be a promise that changes nothing."""
    made = load_pack(name)
    sources = "".join(path.read_text(encoding="utf-8") for path in Path("app").rglob("*.py"))
    asked = [key for key in (*made.switches, *made.chains) if key.startswith("rotation_")]
    assert {key for key in asked if f'"{key}"' not in sources} == set()
    assert asked


@pytest.mark.parametrize("name", pack_names())
def test_every_role_of_the_service_has_a_title(name: str) -> None:
    """Under its own name, as every page looks for it."""
    titles = load_pack(name).role_titles
    assert [role for role in Role if role.value not in titles] == []
