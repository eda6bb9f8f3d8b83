"""Reading a pack: every source must resolve, every code must be known, and nothing unknown is left over.

A refusal names the file and the place in it, for example
"council, periods.triage_working_days: '99.1' is not a paragraph of this policy".
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, TypeVar

from app.policy.packs.chases import read_chases
from app.policy.packs.shape import (
    PERIOD_UNITS,
    PERSON_KINDS,
    PLATFORM_KINDS,
    PROCEDURES,
    AccessList,
    Approval,
    BreachCategory,
    FormerName,
    LinkedDocument,
    OutcomeKind,
    Pack,
    PlatformEntry,
    PolicyParagraph,
    PolicySection,
    PolicyText,
    Route,
    Setting,
    squeezed,
)
from app.policy.packs.sources import (
    NO_PARAGRAPHS,
    Take,
    must_be_one_of,
    must_be_paragraphs,
    read_paragraphs,
    read_setting,
    read_sources,
)
from app.policy.packs.table import Table

T = TypeVar("T")


def read_pack(name: str, data: dict[str, Any], shared: dict[str, Any], platforms: dict[str, Any]) -> Pack:
    """Build the pack, or refuse it with BrokenPack where it does not hold together."""
    return PackReader(name, data, shared, platforms).pack()


class PolicyReader:
    """The policy's own text: sections, paragraphs in our words, linked documents, approvals, dates."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.sections: list[PolicySection] = []
        self.paragraphs: list[PolicyParagraph] = []

    def policy(self) -> PolicyText:
        for section in self.table.tables("sections"):
            self._section(section)
        self._check_ids()
        ids = frozenset(paragraph.id for paragraph in self.paragraphs)
        text = PolicyText(
            title=self.table.text("title"),
            slug=self.table.text("slug"),
            version_label=self.table.text("version_label"),
            guardian=self.table.text("guardian", ""),
            produced=self.table.date("produced"),
            effective=self.table.date("effective"),
            effective_note=self.table.text("effective_note", ""),
            next_review=self.table.date("next_review"),
            approvals=tuple(self._approvals()),
            linked_documents=tuple(self._linked_documents(ids)),
            sections=tuple(self.sections),
            paragraphs=tuple(self.paragraphs),
            good_to_know=self._good_to_know(ids),
        )
        self.table.done()
        return text

    def _section(self, table: Table) -> None:
        section = PolicySection(table.text("id"), table.text("heading"))
        self.sections.append(section)
        for row in table.tables("paragraphs"):
            paragraph_id, heading = row.text("id"), row.text("heading")
            parent = paragraph_id.rpartition("(")[0] or None
            numbered = paragraph_id[0].isdigit()
            self.paragraphs.append(
                PolicyParagraph(
                    id=paragraph_id,
                    heading=heading,
                    section=section.id,
                    parent=parent,
                    summary=row.text("says"),
                    order=len(self.paragraphs) + 1,
                    cite=f"paragraph {paragraph_id}" if numbered else f'"{section.heading}: {heading}"',
                )
            )
            row.done()
        table.done()

    def _check_ids(self) -> None:
        seen: set[str] = set()
        anchors: set[str] = set()
        for paragraph in self.paragraphs:
            if paragraph.id in seen or paragraph.anchor in anchors:
                self.table.refuse(f"paragraph '{paragraph.id}' is there twice, or its anchor is")
            if paragraph.parent and paragraph.parent not in seen:
                self.table.refuse(f"paragraph '{paragraph.id}' has no paragraph '{paragraph.parent}' before it")
            seen.add(paragraph.id)
            anchors.add(paragraph.anchor)
        if not seen:
            self.table.refuse("has no paragraphs")

    def _good_to_know(self, ids: frozenset[str]) -> tuple[str, ...]:
        numbers = self.table.texts("good_to_know")
        must_be_paragraphs(self.table, numbers, ids)
        return numbers

    def _approvals(self) -> Iterator[Approval]:
        for row in self.table.tables("approvals"):
            yield Approval(row.text("body"), row.date("on"))
            row.done()

    def _linked_documents(self, ids: frozenset[str]) -> Iterator[LinkedDocument]:
        for row in self.table.tables("linked_documents"):
            yield LinkedDocument(row.text("title"), row.texts("aliases"), read_paragraphs(row, ids))
            row.done()


class PackReader:
    """One organisation's pack: its own file laid over the shared local settings."""

    def __init__(self, name: str, data: dict[str, Any], shared: dict[str, Any], platforms: dict[str, Any]) -> None:
        self.name = name
        self.table = Table(data, name)
        self.shared = Table(shared, "local-settings")
        self.platforms = tuple(read_platforms(Table(platforms, "platforms")))
        self.policy = PolicyReader(self.table.table("policy")).policy()
        self.ids = frozenset(paragraph.id for paragraph in self.policy.paragraphs)

    def pack(self) -> Pack:
        roles = self._over_shared("role_titles", Table.text)
        heads = self._settings(self.table.table("heads"), Table.text, self.ids)
        procedures, outcomes, routes = self._procedures()
        pack = Pack(
            name=self.name,
            title=self.table.text("title"),
            organisation_name=self.table.text("organisation_name"),
            marking=self._one("marking", Table.text),
            handling_line=self._one("handling_line", Table.text),
            register_keeper_title=self._one("register_keeper_title", Table.text),
            holiday_division=self._one("holiday_division", Table.text),
            whistleblowing_contact_role=self._one("whistleblowing_contact_role", Table.text),
            regulator_name=self._one("regulator_name", Table.text),
            role_titles=roles,
            periods=self._periods(),
            numbers=self._over_shared("numbers", Table.whole),
            switches=self._over_shared("switches", Table.switch),
            chains=self._over_shared("chains", Table.texts),
            chases=read_chases(self.table.table("chases"), self.shared.table("chases"), self.ids),
            heads=heads,
            risk_headings=self._settings(self.table.table("risk_headings"), Table.text, self.ids),
            categories=self._categories(heads),
            procedures=procedures,
            outcomes=outcomes,
            routes=routes,
            access_lists=tuple(self._access_lists()),
            platforms=self.platforms,
            policy=self.policy,
        )
        self.table.done()
        self.shared.done()
        self._check_roles(pack)
        return pack

    def _one(self, key: str, take: Take[T]) -> Setting[T]:
        table = self.table.table(key)
        setting = read_setting(table, take, self.ids)
        table.done()
        return setting

    def _settings(self, table: Table, take: Take[T], ids: frozenset[str]) -> Mapping[str, Setting[T]]:
        settings: dict[str, Setting[T]] = {}
        for key, entry in table.entries():
            settings[key] = read_setting(entry, take, ids)
            entry.done()
        return MappingProxyType(settings)

    def _over_shared(self, key: str, take: Take[T]) -> Mapping[str, Setting[T]]:
        """The shared local settings, with this organisation's own answers in their place."""
        shared = self._settings(self.shared.table(key), take, NO_PARAGRAPHS)
        own_table = self.table.table(key)
        own = self._settings(own_table, take, self.ids)
        for unknown in own.keys() - shared.keys():
            own_table.refuse(f"'{unknown}' is not a setting that local-settings knows")
        return MappingProxyType({**shared, **own})

    def _periods(self) -> Mapping[str, Setting[int]]:
        periods = self._over_shared("periods", Table.whole)
        for key in periods:
            if not key.endswith(tuple(f"_{unit}" for unit in PERIOD_UNITS)):
                self.table.refuse(f"periods.{key} must end with its unit: {', '.join(PERIOD_UNITS)}")
        return periods

    def _categories(self, heads: Mapping[str, Setting[str]]) -> tuple[BreachCategory, ...]:
        categories: dict[str, BreachCategory] = {}
        for row in self.table.tables("categories"):
            category = BreachCategory(
                code=row.text("code"),
                label=row.text("label"),
                head=row.text("head"),
                paragraphs=read_paragraphs(row, self.ids),
                plain=row.text("plain"),
                prompts_dpo=row.flag("prompts_dpo"),
                safeguarding_screen=row.flag("safeguarding_screen"),
                advice_only=row.flag("advice_only"),
                equality_check=row.flag("equality_check"),
            )
            row.done()
            if category.head not in heads:
                row.refuse(f"'{category.head}' is not one of the pack's heads")
            if category.code in categories:
                row.refuse("the code is there twice")
            categories[category.code] = category
        return tuple(categories.values())

    def _procedures(
        self,
    ) -> tuple[Mapping[str, Setting[str]], Mapping[str, tuple[OutcomeKind, ...]], Mapping[str, Route]]:
        """Who the person is decides the path: it ends in outcomes here, or the matter is routed elsewhere."""
        kinds = {code: self._outcome(code, row) for code, row in self.table.table("outcome_kinds").entries()}
        ways = {code: self._route(code, row) for code, row in self.table.table("routes").entries()}
        table = self.table.table("procedures")
        procedures: dict[str, Setting[str]] = {}
        outcomes: dict[str, tuple[OutcomeKind, ...]] = {}
        routes: dict[str, Route] = {}
        for person_kind in PERSON_KINDS:
            row = table.required_table(person_kind)
            procedures[person_kind] = setting = read_setting(row, Table.text, self.ids)
            must_be_one_of(row, setting.value, PROCEDURES)
            codes = row.texts("outcomes")
            outcomes[person_kind] = tuple(kinds[must_be_one_of(row, code, kinds)] for code in codes)
            if "route" in row:
                routes[person_kind] = ways[must_be_one_of(row, row.text("route"), ways)]
            if bool(codes) == (person_kind in routes) or (setting.value == "routed") != (person_kind in routes):
                row.refuse("needs outcomes, or else the value 'routed' and a route")
            row.done()
        table.done()
        return MappingProxyType(procedures), MappingProxyType(outcomes), MappingProxyType(routes)

    def _outcome(self, code: str, row: Table) -> OutcomeKind:
        outcome = OutcomeKind(
            code=code,
            label=row.text("label"),
            words=row.text("words"),
            sources=read_sources(row, self.ids),
            formal=row.flag("formal"),
            needs_dismissal_authority=row.flag("needs_dismissal_authority"),
            gross_misconduct_only=row.flag("gross_misconduct_only"),
            months=self._months(row, "months"),
            max_months=self._months(row, "max_months"),
        )
        row.done()
        if outcome.max_months and (not outcome.months or outcome.max_months.value < outcome.months.value):
            row.refuse("'max_months' needs 'months', and may not be below it")
        return outcome

    def _months(self, row: Table, key: str) -> Setting[int] | None:
        if key not in row:
            return None
        entry = row.table(key)
        setting = read_setting(entry, Table.whole, self.ids)
        entry.done()
        return setting

    def _route(self, code: str, row: Table) -> Route:
        route = Route(code, row.text("label"), row.text("words"), read_sources(row, self.ids))
        row.done()
        return route

    def _access_lists(self) -> Iterator[AccessList]:
        names = {platform.name for platform in self.platforms}
        for row in self.table.tables("access_lists"):
            access_list = AccessList(
                platforms=row.texts("platforms"),
                posts=row.texts("posts"),
                closed=row.flag("closed"),
                sources=read_sources(row, self.ids),
            )
            row.done()
            for platform in access_list.platforms:
                must_be_one_of(row, platform, names)
            if not access_list.platforms or not access_list.posts:
                row.refuse("needs platforms and posts")
            yield access_list

    def _check_roles(self, pack: Pack) -> None:
        """A chain that names a role nobody can hold would send a duty to nobody."""
        for key, chain in pack.chains.items():
            for role in chain.value:
                if role not in pack.role_titles:
                    self.table.refuse(f"chains.{key} names '{role}', which is not one of the role titles")
        if pack.whistleblowing_contact_role.value not in pack.role_titles:
            self.table.refuse("whistleblowing_contact_role is not one of the role titles")


def read_platforms(table: Table) -> Iterator[PlatformEntry]:
    seen: set[str] = set()
    for row in table.tables("platforms"):
        platform = PlatformEntry(
            name=row.text("name"),
            kind=must_be_one_of(row, row.text("kind", "social"), PLATFORM_KINDS),
            former_names=tuple(read_former_names(row)),
            domains=row.texts("domains"),
            profiles=row.texts("profiles"),
            not_profiles=row.texts("not_profiles"),
            aliases=row.texts("aliases"),
            supports_auto_acknowledgement=row.flag_if_known("supports_auto_acknowledgement"),
            supports_delegated_roles=row.flag_if_known("supports_delegated_roles"),
            supports_two_step=row.flag_if_known("supports_two_step"),
        )
        row.done()
        if not all(pattern.endswith("{handle}") for pattern in platform.profiles):
            row.refuse("each of its 'profiles' must end with {handle}")
        names = {squeezed(name) for name in platform.all_names}
        if names & seen:
            row.refuse("one of its names belongs to another platform")
        seen |= names
        yield platform
    table.done()


def read_former_names(row: Table) -> Iterator[FormerName]:
    for former in row.tables("former_names"):
        name, first, last = former.text("name"), former.date("from"), former.date("to")
        former.done()
        if last is None:
            former.refuse("'to' is missing: the last day of the name")
        yield FormerName(name, first.first_day if first else None, last.last_day)
