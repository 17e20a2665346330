"""SQL expressions for approximate scores and facet counts; a document is a row with its vector as `v`."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import exp, log

from portal.core import clock
from portal.search.engines.postgres.tsquery import all_of, any_of, phrase
from portal.search.engines.postgres.vectors import LEVELS
from portal.search.indexing.terms import WORDS
from portal.search.query import ranking
from portal.search.query.clauses import AllOf, Clause, Variant

LOWEST = LEVELS[-1][1]
STEP = 0.12
"""Resolution of approximate scores (a logarithm): fewer steps mean fewer conditions per document."""


PRIOR = """
(CASE WHEN is_open THEN 1.0 ELSE %s END)
* (1 - %s * least(1.0, greatest(0, coalesce(%s::date - day, 0)) / %s))"""
"""`ranking.prior` in SQL."""


@dataclass(slots=True)
class Expression:
    """SQL with its parameters, assembled in pieces."""

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


def rough(need: Clause) -> Expression:
    """Return the approximate score of vector `v` on a need; 0 when it does not match."""
    made = Expression("greatest(0")
    if need.variants:
        made.add(", ").join(best_of(need.variants))
    for apart in need.all_of:
        made.add(", ").join(_together(apart))
    if need.phrase:
        made.add(", CASE WHEN v @@ %s::tsquery THEN %s * (", phrase(need), ranking.PHRASE / len(need.phrase))
        made.join(_sum([(Variant(WORDS, word, 1.0),) for word, _place in need.phrase])).add(") ELSE 0 END")
    return made.add(")")


def best_of(variants: Sequence[Variant]) -> Expression:
    """Return the score of the best of these terms: the first condition that is true."""
    steps: dict[int, list[str]] = {}
    for variant in variants:
        for _least, label, meant in LEVELS if variant.factor > 0 else ():
            step = round(log(variant.factor * meant) / STEP)
            steps.setdefault(step, []).append(any_of([variant], "" if label == LOWEST else f":{label}"))
    if not steps:
        return Expression("0")
    made = Expression("CASE")
    for step, queries in sorted(steps.items(), reverse=True):
        made.add(" WHEN v @@ %s::tsquery THEN %s::float4", " | ".join(queries), exp(step * STEP))
    return made.add(" ELSE 0 END")


def _together(apart: AllOf) -> Expression:
    made = Expression("CASE WHEN v @@ %s::tsquery THEN %s * (")
    made.values += [all_of(map(any_of, apart.groups)), apart.factor / len(apart.groups)]
    return made.join(_sum(apart.groups)).add(") ELSE 0 END")


def _sum(groups: Iterable[Sequence[Variant]]) -> Expression:
    made = Expression("0")
    for group in groups:
        made.add(" + ").join(best_of(group))
    return made


def prior() -> Expression:
    """Return the query-independent factor of a document."""
    made = Expression("(").add(PRIOR, ranking.CLOSED, 1 - ranking.OLDEST, clock.today(), 365.25 * ranking.FADING_YEARS)
    return made.add(")")


def total(needs: Sequence[Clause], weak: Sequence[bool]) -> Expression:
    """Return the score without the prior: the sum over the needs, times the square of the covered share."""
    whole = sum(need.rarity for need in needs) or 1.0
    total, covered = Expression("(0"), Expression("(0")
    for number, (need, in_part) in enumerate(zip(needs, weak, strict=True)):
        weakly = f"w{number}" if in_part else "0"
        total.add(f" + %s * CASE WHEN s{number} > 0 THEN s{number} ELSE {weakly} END", need.rarity)
        covered.add(f" + %s * CASE WHEN s{number} > 0 THEN 1", need.rarity / whole)
        covered.add(f" WHEN {weakly} > 0 THEN %s ELSE 0 END", ranking.WEAK)
    return total.add(") * power(").join(covered).add("), 2)")


def counting(dimension: str) -> str:
    """Return the query that counts the options of a facet over the hits."""
    lists = {"type": "types", "theme": "themes", "organisation": "organisations"}
    value = f"unnest({lists[dimension]})" if dimension in lists else "year::text"
    return (
        f" UNION ALL SELECT '{dimension}', option, 0, 0, NULL, NULL, count(*)"
        f" FROM (SELECT {value} AS option FROM found) o WHERE option IS NOT NULL GROUP BY option"
    )
