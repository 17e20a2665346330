"""Translates query plans to PostgreSQL's `tsquery` notation."""

from collections.abc import Iterable, Mapping

from portal.search.engines.base import Chosen
from portal.search.engines.postgres.vectors import OPTION, PREFIX, TELLING, quoted
from portal.search.indexing.terms import WORDS
from portal.search.query.clauses import Clause, Plan, Variant

ALWAYS, NEVER = "!'@'", "'@'"
"""True for every document and for none: no lexeme is so short."""


def any_of(variants: Iterable[Variant], label: str = "") -> str:
    """Return the query for any of these terms, with a weight label."""
    return " | ".join(dict.fromkeys(quoted(PREFIX[variant.field] + variant.term) + label for variant in variants))


def strong(need: Clause) -> str:
    """Return the query for documents that match a need; "" when it has only weak variants."""
    ways = [any_of(need.variants)] if need.variants else []
    ways += [" & ".join(f"({any_of(group)})" for group in apart.groups) for apart in need.all_of]
    if need.phrase:
        ways.append(phrase(need))
    return " | ".join(f"({way})" for way in ways)


def phrase(need: Clause) -> str:
    """Return the query for the words of a phrase in their positions."""
    first, start = need.phrase[0]
    text, before = quoted(PREFIX[WORDS] + first) + ":D", start
    for word, place in need.phrase[1:]:
        text += f" <{place - before}> {quoted(PREFIX[WORDS] + word)}:D"
        before = place
    return f"({text})"


def without_places(query: str, plan: Plan, prefixes: Mapping[str, str]) -> str:
    """Return a query with the words of its phrases at any position, since the GIN index stores no positions."""
    for need in plan.without:
        if need.phrase:
            query = query.replace(f"!({strong(need)})", ALWAYS)
    for need in plan.clauses:
        if need.phrase:
            words = " & ".join(quoted(prefixes[WORDS] + word) for word, _place in need.phrase)
            query = query.replace(phrase(need), f"({words})")
    return query


def telling(need: Clause) -> str:
    """Return the query for documents with a high weight on a need; "" when the need has no variants."""
    return " | ".join(dict.fromkeys(quoted(TELLING[variant.field] + variant.term) for variant in need.variants))


def whole(plan: Plan) -> str:
    """Return the query for documents that match every need; none do when a need has only weak variants."""
    return all_of(strong(need) or NEVER for need in plan.clauses)


def all_of(queries: Iterable[str]) -> str:
    """Return the query for documents that match all of these queries."""
    return " & ".join(f"({query})" for query in queries if query)


def options(chosen: Chosen, besides: str = "") -> str:
    """Return the query for the chosen options of all facets but one."""
    return all_of(
        " | ".join(quoted(OPTION[dimension] + value) for value in values)
        for dimension, values in chosen.items()
        if dimension != besides and values
    )


def limits(plan: Plan, chosen: Chosen, besides: str = "") -> str:
    """Return the query that every hit must match: the chosen options, and no excluded words."""
    unwanted = [f"!({query})" for query in map(strong, plan.without) if query]
    return " & ".join(part for part in (options(chosen, besides), *unwanted) if part)


def is_selective(query: str) -> bool:
    """Whether a query has a positive condition, so that the GIN index can be used."""
    return not query.lstrip("(").startswith("!")
