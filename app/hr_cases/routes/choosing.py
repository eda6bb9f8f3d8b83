"""Whom and what a form offers to choose from."""

import re
import uuid
from collections.abc import Iterable
from datetime import date

from app.core.errors import InvalidInput
from app.core.forms import Choice
from app.hr_cases.forms.opening import SOMEBODY_ELSE, AllegationForm
from app.hr_cases.models import ROLE_FOR, Case
from app.hr_cases.operations.appointing import why_not_offered
from app.hr_cases.operations.drafting import PolicyBasis
from app.hr_cases.routes.common import Visit
from app.matters.models import WHO_REPORTED, Capacity
from app.matters.queries import holders_not_kept_from
from app.people.models import Person, Role
from app.people.queries import holders_of, person_by_email, who_has_now
from app.policy.queries import pack, paragraphs_by_number


def pool(here: Visit, capacity: Capacity, *, former: Person | None = None) -> tuple[list[Person], str]:
    """Who holds the role for a part today and may be given it, and a sentence that says who of them is left out and why.

    Whoever is kept from the case is not named at all; `former` has the part until now.
    """
    holders = holders_not_kept_from(here.case.matter, [ROLE_FOR[capacity]], here.today, as_=capacity)
    why_not = {
        one: why_not_offered(here.case, one, capacity, by=here.me) for one in holders if one is not former
    }
    left_out = [f"{one.name} {why}" for one, why in why_not.items() if why is not None]
    said = f"Not in the list: {'; '.join(left_out)}." if left_out else ""
    people = [one for one, why in why_not.items() if why is None]
    if capacity is Capacity.DECISION_MAKER and people:
        said = f"{_who_may_dismiss(people, here.today)} {said}".strip()
    return people, said


def _who_may_dismiss(people: list[Person], on: date) -> str:
    """Who of these may dismiss, as a sentence: it has to be known before a hearing is set up that could end so."""
    may = {one.id for one in holders_of([Role.DISMISSAL_AUTHORITY], on)}
    names = [one.name for one in people if one.id in may]
    return f"May dismiss: {', '.join(names)}." if names else "None of them may dismiss."


def chosen_person(people: Iterable[Person], chosen: str | None) -> Person:
    """The one of these people whose id was chosen; the form offered no other."""
    return next(one for one in people if str(one.id) == chosen)


def person_named(people: Iterable[Person], chosen: str | None, email: str, *, field: str) -> Person:
    """One of these people, or "somebody else" found by their work address."""
    if chosen != SOMEBODY_ELSE:
        return chosen_person(people, chosen)
    found = person_by_email(email)
    if found is None:
        now = who_has_now(email)
        what_now = f"{now}: enter that one." if now else "Check how it is written."
        raise InvalidInput(f"Nobody in Probity has this work e-mail address. {what_now}", field=field)
    return found


def category_choices() -> dict[str, list[Choice]]:
    """The kinds of breach of the pack, below the heads of the policy."""
    held = pack()
    groups: dict[str, list[Choice]] = {head.value: [] for head in held.heads.values()}
    for category in held.categories:
        if not category.advice_only:
            groups[held.heads[category.head].value].append(Choice(category.code, category.label))
    return {head: choices for head, choices in groups.items() if choices}


def paragraphs_named(form: AllegationForm, basis: PolicyBasis) -> tuple[uuid.UUID, ...]:
    """The paragraphs typed into the form, of the policy that the case relies on; none typed means the category's."""
    version = basis.version
    typed = [part.strip() for part in re.split(r"[;\n]", form.paragraphs.data) if part.strip()]
    if basis.code_only and not typed:
        return ()
    numbers = typed or list(pack().category(form.category.data or "").paragraphs)
    found = paragraphs_by_number(version, numbers)
    missing = [number for number in numbers if number not in {paragraph.number for paragraph in found}]
    if missing:
        raise InvalidInput(
            f"{version.title} ({version.label}) has no paragraph {missing[0]}. "
            "Enter the numbers as the policy writes them, with semicolons between them.",
            field="paragraphs",
        )
    return tuple(paragraph.id for paragraph in found)


def known_people(case: Case) -> list[Person]:
    """Those who may have an account to give and are known to the case already, each once."""
    seen: dict[uuid.UUID, Person] = {}
    for one in case.matter.people_as(Capacity.SUBJECT, *WHO_REPORTED, Capacity.WITNESS):
        seen.setdefault(one.id, one)
    return list(seen.values())
