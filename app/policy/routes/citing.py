"""Paragraphs that a sentence cites, as links to where they can be read."""

import re
from functools import lru_cache

from flask import url_for
from markupsafe import Markup, escape

from app.policy import blueprint, queries
from app.policy.pack import Pack, load_pack


@lru_cache
def _citations(pack_name: str) -> tuple[re.Pattern[str], dict[str, str]]:
    """What finds every citation of a pack's paragraphs in a sentence, the longest first, and the number of each."""
    pack: Pack = load_pack(pack_name)
    numbers = {paragraph.cite: paragraph.id for paragraph in pack.policy.paragraphs}
    longest_first = sorted(numbers, key=len, reverse=True)
    return re.compile("|".join(re.escape(cite) + r"(?![\w(]|\.\d)" for cite in longest_first)), numbers


@blueprint.app_template_filter("with_citations")
def with_citations(sentence: str) -> Markup:
    """A sentence in which each paragraph of the policy that it cites is a link; what is a local setting stays words."""
    pattern, numbers = _citations(queries.pack().name)
    slug, parts, end = queries.pack().policy.slug, [], 0
    for found in pattern.finditer(sentence):
        href = url_for("policy.paragraph", slug=slug, number=numbers[found[0]])
        parts += [escape(sentence[end : found.start()])]
        parts += [Markup('<a class="govuk-link" href="{}">{}</a>').format(href, found[0])]
        end = found.end()
    return Markup("").join([*parts, escape(sentence[end:])])
