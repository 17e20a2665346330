"""From a plan to PostgreSQL's `tsquery` notation, and to the expressions that score a document roughly."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import exp, log

from portal.search import ranking
from portal.search.engine import Chosen
from portal.search.plan import Apart, Need, Plan, Variant
from portal.search.postgres.vectors import LEVELS, OPTION, PREFIX, TELLING, quoted
from portal.search.terms import WORDS

LOWEST = LEVELS[-1][1]
STEP = 0.12
"""Scores closer than this (as logarithms) are one step of a rough score: fewer questions to each document."""


def any_of(variants: Iterable[Variant], label: str = "") -> str:
    """Return the query for one of these terms, of at least a weight's label."""
    return " | ".join(dict.fromkeys(quoted(PREFIX[variant.field] + variant.term) + label for variant in variants))


def strong(need: Need) -> str:
    """Return the query for documents that answer a need."""
    ways = [any_of(need.variants)] if need.variants else []
    ways += [" & ".join(f"({any_of(group)})" for group in apart.groups) for apart in need.apart]
    if need.phrase:
        ways.append(phrase(need))
    return " | ".join(f"({way})" for way in ways)


def phrase(need: Need) -> str:
    """Return the query for the words of a phrase in their places."""
    first, start = need.phrase[0]
    text, before = quoted(PREFIX[WORDS] + first) + ":D", start
    for word, place in need.phrase[1:]:
        text += f" <{place - before}> {quoted(PREFIX[WORDS] + word)}:D"
        before = place
    return f"({text})"


def telling(need: Need) -> str:
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


# ── rough scores ──────────────────────────────────────────────────────────────────────────────────


@dataclass(slots=True)
class Expression:
    """SQL with its parameters, put together piece by piece."""

    sql: str = ""
    values: list[object] = field(default_factory=list)

    def add(self, sql: str, *values: object) -> "Expression":
        """Append a piece."""
        self.sql += sql
        self.values += values
        return self

    def join(self, other: "Expression") -> "Expression":
        """Append another."""
        return self.add(other.sql, *other.values)


def rough(need: Need) -> Expression:
    """Return what the document with vector `v` scores on a need, roughly; 0 when it does not answer it."""
    made = Expression("greatest(0")
    if need.variants:
        made.add(", ").join(best_of(need.variants))
    for apart in need.apart:
        made.add(", ").join(_together(apart))
    if need.phrase:
        made.add(", CASE WHEN v @@ %s::tsquery THEN %s * (", phrase(need), ranking.PHRASE / len(need.phrase))
        made.join(_sum([(Variant(WORDS, word, 1.0),) for word, _place in need.phrase])).add(") ELSE 0 END")
    return made.add(")")


def best_of(variants: Sequence[Variant]) -> Expression:
    """Return the best that any of these terms gives: the first question that is answered with yes."""
    steps: dict[int, list[str]] = {}
    for variant in variants:
        for _least, label, meant in LEVELS:
            step = round(log(variant.factor * meant) / STEP)
            steps.setdefault(step, []).append(any_of([variant], "" if label == LOWEST else f":{label}"))
    made = Expression("CASE")
    for step, queries in sorted(steps.items(), reverse=True):
        made.add(" WHEN v @@ %s::tsquery THEN %s::float4", " | ".join(queries), exp(step * STEP))
    return made.add(" ELSE 0 END")


def _together(apart: Apart) -> Expression:
    made = Expression("CASE WHEN v @@ %s::tsquery THEN %s * (")
    made.values += [all_of(map(any_of, apart.groups)), apart.factor / len(apart.groups)]
    return made.join(_sum(apart.groups)).add(") ELSE 0 END")


def _sum(groups: Iterable[Sequence[Variant]]) -> Expression:
    made = Expression("0")
    for group in groups:
        made.add(" + ").join(best_of(group))
    return made
