"""From a plan to PostgreSQL's `tsquery` notation."""

from collections.abc import Iterable, Mapping

from portal.search.engines.base import Chosen
from portal.search.engines.postgres.vectors import OPTION, PREFIX, TELLING, quoted
from portal.search.indexing.terms import WORDS
from portal.search.query.plan import Clause, Plan, Variant

ALWAYS = "!'@'"
"""True for every document: no lexeme is so short."""


def any_of(variants: Iterable[Variant], label: str = "") -> str:
    """Return the query for one of these terms, of at least a weight's label."""
    return " | ".join(dict.fromkeys(quoted(PREFIX[variant.field] + variant.term) + label for variant in variants))


def strong(need: Clause) -> str:
    """Return the query for documents that answer a need."""
    ways = [any_of(need.variants)] if need.variants else []
    ways += [" & ".join(f"({any_of(group)})" for group in apart.groups) for apart in need.all_of]
    if need.phrase:
        ways.append(phrase(need))
    return " | ".join(f"({way})" for way in ways)


def phrase(need: Clause) -> str:
    """Return the query for the words of a phrase in their places."""
    first, start = need.phrase[0]
    text, before = quoted(PREFIX[WORDS] + first) + ":D", start
    for word, place in need.phrase[1:]:
        text += f" <{place - before}> {quoted(PREFIX[WORDS] + word)}:D"
        before = place
    return f"({text})"


def without_places(query: str, plan: Plan, prefixes: Mapping[str, str]) -> str:
    """Return a query with the words of its phrases anywhere, as one kind of lexemes; the index knows no places."""
    for need in plan.without:
        if need.phrase:
            query = query.replace(f"!({strong(need)})", ALWAYS)
    for need in plan.clauses:
        if need.phrase:
            words = " & ".join(quoted(prefixes[WORDS] + word) for word, _place in need.phrase)
            query = query.replace(phrase(need), f"({words})")
    return query


def telling(need: Clause) -> str:
    """Return the query for documents that are about a need: "" when there is no telling."""
    return " | ".join(dict.fromkeys(quoted(TELLING[variant.field] + variant.term) for variant in need.variants))


def all_of(queries: Iterable[str]) -> str:
    """Return the query for documents that answer all of these."""
    return " & ".join(f"({query})" for query in queries if query)


def options(chosen: Chosen, besides: str = "") -> str:
    """Return the query for the chosen options of all dimensions but one."""
    return all_of(
        " | ".join(quoted(OPTION[dimension] + value) for value in values)
        for dimension, values in chosen.items()
        if dimension != besides and values
    )


def limits(plan: Plan, chosen: Chosen, besides: str = "") -> str:
    """Return the query for what every find must be, whatever it scores: the chosen options, nothing unwanted."""
    unwanted = [f"!({query})" for query in map(strong, plan.without) if query]
    return " & ".join(part for part in (options(chosen, besides), *unwanted) if part)


def is_selective(query: str) -> bool:
    """Whether a query asks for anything, rather than only saying what must not be there: then an index helps."""
    return not query.lstrip("(").startswith("!")
