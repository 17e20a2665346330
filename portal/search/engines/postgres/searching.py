"""Searching in PostgreSQL: which documents, in what order, and the counts beside each option, in one statement.

However many documents answer, the work is bounded: the newest 10,000 are counted, 2,000 of them (those that are
about what was asked for, and the newest) are scored roughly, and the best few exactly.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Engine

from portal.search.engines.base import DIMENSIONS, WANTED, Chosen, Hit, Results, SearchUnavailable
from portal.search.engines.postgres import expressions, tsquery, vectors
from portal.search.engines.postgres.connection import TRIES, Cancelled, is_gone, reading
from portal.search.engines.postgres.expressions import Expression
from portal.search.engines.postgres.scoring import Scorer
from portal.search.query import ranking
from portal.search.query.plan import Plan

COUNTED = 10_000
"""Finds are counted up to here: nobody looks further, and counting a million takes a second."""

SCORED = 400
"""Finds that are scored, the newest of them, when there are more."""

TELLING = 300
"""And as many that are about what was asked for, however old."""

EXACT = 60
"""The best of them are scored exactly: three pages."""

CHECKED = 4_000
"""Documents with the words of a phrase, the newest and those that are about them, in which it is looked for: for that
each of them must be opened."""

PER_NEED = 1_000
"""Documents looked at per need when few have all that was asked for."""

BUDGET_SECONDS = 0.5
LAST_SECONDS = 1.0
"""When that time is over, the most telling need is looked for alone, for so long: a server that has just started reads
from its disk."""

ROW = "id, key, type, themes, organisations, year, day, is_open, terms"


def search(
    engine: Engine,
    name: str,
    plan: Plan,
    chosen: Chosen,
    *,
    members: bool = False,
    offset: int = 0,
    limit: int = 20,
    counts: bool = True,
    widen: bool = True,
) -> Results:
    """Return the finds from `offset` on, best first; newest first when the plan asks for nothing.

    Raises SearchUnavailable when the index cannot be used now.
    """
    started = time.perf_counter()
    wanted = _Wanted(plan, chosen, members=members, offset=offset, limit=limit, counts=counts, widen=widen)
    try:
        found = _tried(engine, name, wanted, BUDGET_SECONDS)
    except Cancelled:
        found = _alone(engine, name, wanted)
    return replace(found, seconds=time.perf_counter() - started)


def _tried(engine: Engine, name: str, wanted: "_Wanted", seconds: float) -> Results:
    """Search, once more when a rebuild replaced the tables meanwhile."""
    for left in reversed(range(TRIES)):
        try:
            with reading(engine, name, seconds) as connection:
                return wanted.run(connection)
        except SearchUnavailable as error:
            if not left or not is_gone(error):
                raise
    raise AssertionError


def _alone(engine: Engine, name: str, wanted: "_Wanted") -> Results:
    """Search for the most telling need alone, and say what was left out."""
    kept = tuple(sorted(wanted.plan.clauses, key=lambda need: -need.rarity)[:1])
    ignored = tuple(need.shown for need in wanted.plan.clauses if need not in kept)
    wanted.plan = replace(wanted.plan, clauses=kept)
    try:
        return replace(_tried(engine, name, wanted, LAST_SECONDS), ignored=ignored)
    except Cancelled as error:
        raise SearchUnavailable("too slow") from error


class _Wanted:
    """One search: what to find, how much of it to return."""

    def __init__(
        self, plan: Plan, chosen: Chosen, *, members: bool, offset: int, limit: int, counts: bool, widen: bool
    ) -> None:
        self.plan = plan
        self.chosen: Mapping[str, Sequence[str]] = {name: values for name, values in chosen.items() if values}
        self.readable = "" if members else " AND NOT for_members"
        self.offset, self.limit = offset, limit
        self.counts, self.widen = counts, widen

    def run(self, connection: Connection) -> Results:
        """Search."""
        if not self.plan.clauses:
            return self._newest(connection)
        found = self._with_all(connection)
        enough = WANTED if self.widen else 1
        if found.complete < enough and (len(self.plan.clauses) > 1 or self.plan.clauses[0].weak):
            return replace(self._with_some(connection), complete=found.complete)
        return found

    # ── which documents ──

    def _everything(self, besides: str = "") -> str:
        """Return the query for documents that have all that was asked for."""
        return tsquery.all_of(
            [*map(tsquery.strong, self.plan.clauses), tsquery.limits(self.plan, self.chosen, besides)]
        )

    def _rows(self, query: str, most: int) -> Expression:
        """Return the rows that answer a query, the newest first, `most` of them."""
        made = Expression(f"SELECT {ROW} FROM index_entry WHERE true{self.readable}")
        if query and not tsquery.is_selective(query):
            made = Expression(f"SELECT {ROW} FROM (").join(self._rows("", CHECKED)).add(" OFFSET 0) c WHERE true")
        loose = tsquery.without_places(query, self.plan, vectors.PREFIX)
        if query != loose:
            about = tsquery.without_places(query, self.plan, vectors.TELLING)
            made = Expression(f"SELECT {ROW} FROM (SELECT DISTINCT ON (id) * FROM ((").join(self._rows(loose, CHECKED))
            made.add(") UNION ALL (").join(self._rows(about, TELLING)).add(")) u ORDER BY id OFFSET 0) c WHERE true")
        if query:
            made.add(" AND terms @@ %s::tsquery", query)
        return made.add(f" LIMIT {most}")

    def _with_all(self, connection: Connection) -> Results:
        made = Expression("WITH found AS MATERIALIZED (").join(self._rows(self._everything(), COUNTED + 1)).add(")")
        about = tsquery.all_of([*map(tsquery.telling, self.plan.clauses), tsquery.limits(self.plan, self.chosen)])
        if all(map(tsquery.telling, self.plan.clauses)) and not any(need.phrase for need in self.plan.clauses):
            made.add(", about AS MATERIALIZED (SELECT * FROM (").join(self._rows(about, TELLING))
            made.add(f") t WHERE (SELECT count(*) FROM found) > {SCORED})")
            made.add(", chosen AS (SELECT * FROM about UNION ALL (SELECT * FROM found")
            made.add(f" WHERE id NOT IN (SELECT id FROM about) LIMIT {SCORED}))")
        else:
            made.add(f", chosen AS (SELECT * FROM found LIMIT {SCORED})")
        return self._ranked(connection, made, [False] * len(self.plan.clauses), self._others)

    def _with_some(self, connection: Connection) -> Results:
        """Search for documents that have part of what was asked for: the telling needs count for more."""
        phrases = self._standing_phrases(connection)
        weak = [bool(need.weak) and need.phrase not in phrases for need in self.plan.clauses]
        made = self._sharing(weak, phrases)
        return self._ranked(connection, made, weak, lambda besides: self._sharing(weak, phrases, besides))

    def _standing_phrases(self, connection: Connection) -> dict[tuple[tuple[str, int], ...], str]:
        """Return the phrases that stand somewhere, with their queries: whoever quotes words wants them so."""
        standing = {}
        for need in self.plan.clauses:
            if need.phrase:
                made = self._rows(tsquery.strong(need), 1)
                if connection.exec_driver_sql(made.sql, tuple(made.values)).first():
                    standing[need.phrase] = tsquery.strong(need)
        return standing

    def _sharing(self, weak: Sequence[bool], phrases: Mapping[Any, str], besides: str = "") -> Expression:
        """Return the documents per need, each with its share of what was asked for, as `found` and `chosen`.

        A document that answers a need is among those that answer it and among those that answer it at least in
        part: the shares of both add up to the whole.
        """
        whole = sum(need.rarity for need in self.plan.clauses) or 1.0
        limits = tsquery.all_of([tsquery.limits(self.plan, self.chosen, besides), *phrases.values()])
        made = Expression("WITH parted AS (")
        made.join(self._share(tsquery.all_of([self._everything(besides), *phrases.values()]), 1.0))
        for need, in_part in zip(self.plan.clauses, weak, strict=True):
            share, query = need.rarity / whole, tsquery.strong(need)
            if in_part:
                least = " | ".join(part for part in (query, tsquery.any_of(need.weak)) if part)
                made.add(" UNION ALL ").join(self._share(tsquery.all_of([least, limits]), share * ranking.WEAK))
                share *= 1 - ranking.WEAK
            if query:
                made.add(" UNION ALL ").join(self._share(tsquery.all_of([query, limits]), share))
        made.add("), shared AS (SELECT *, sum(share) OVER same AS covered, row_number() OVER same AS nth FROM parted")
        made.add(" WINDOW same AS (PARTITION BY id)), best AS (SELECT max(covered) AS most FROM shared)")
        made.add(", found AS MATERIALIZED (SELECT * FROM shared, best WHERE nth = 1")
        made.add(" AND (covered >= %s OR most < %s)", ranking.ENOUGH, ranking.ENOUGH)
        made.add(f" ORDER BY covered DESC, id LIMIT {COUNTED + 1})")
        return made.add(f", chosen AS (SELECT * FROM found LIMIT {SCORED})")

    def _share(self, query: str, share: float) -> Expression:
        made = Expression("(SELECT *, %s::float8 AS share FROM (", [share])
        return made.join(self._rows(query, PER_NEED)).add(") r)")

    def _others(self, besides: str) -> Expression:
        """Return what would be found without the choice in one dimension, as `found`."""
        rows = self._rows(self._everything(besides), COUNTED + 1)
        return Expression("WITH found AS MATERIALIZED (").join(rows).add(")")

    # ── in which order ──

    def _ranked(self, connection: Connection, made: Expression, weak: Sequence[bool], others: Any) -> Results:
        needs = self.plan.clauses
        phrases = [need for need in needs if need.phrase]
        made.add(", opened AS (SELECT id, key, day, is_open, setweight(terms, 'D', '{}'::text[]) AS v FROM chosen")
        made.add(" OFFSET 0), answered AS (SELECT *")
        for number, (need, in_part) in enumerate(zip(needs, weak, strict=True)):
            made.add(", ").join(expressions.rough(need)).add(f" AS s{number}")
            if in_part:
                made.add(", ").join(expressions.best_of(need.weak)).add(f" AS w{number}")
        made.add(" FROM opened OFFSET 0), scored AS (SELECT id, key, v, ").join(expressions.prior()).add(" AS prior, ")
        made.join(expressions.total(needs, weak)).add(" AS total FROM answered OFFSET 0)")
        scored = "scored"
        if self.offset + self.limit > SCORED:
            scored = "(SELECT * FROM scored UNION ALL SELECT id, key, NULL, 1, 0 FROM found"
            scored += " WHERE id NOT IN (SELECT id FROM chosen)) every"
        made.add(f", top AS (SELECT id, key, v, prior, prior * total AS score FROM {scored}")
        made.add(f" ORDER BY prior * total DESC, id LIMIT {max(EXACT, self.offset + self.limit)})")
        made.add(" SELECT 'hit' AS kind, key, score::float8, prior::float8, ")
        made.add("CASE WHEN row_number() OVER (ORDER BY score DESC, id) <= %s THEN tsvectorsend(v) END", EXACT)
        made.add(", ARRAY[")
        for number, need in enumerate(phrases):
            made.add(", " if number else "").add("v @@ %s::tsquery", tsquery.phrase(need))
        made.add("]::boolean[], 0::bigint FROM top")
        return self._answer(connection, made, Scorer(needs, weak), others)

    def _newest(self, connection: Connection) -> Results:
        """Return the newest documents."""
        query = tsquery.limits(self.plan, self.chosen)
        made = Expression("WITH found AS MATERIALIZED (").join(self._rows(query, COUNTED + 1)).add("), top AS (")
        source = "found WHERE true" if query else f"index_entry WHERE true{self.readable}"
        made.add(f"SELECT key, day FROM {source} ORDER BY day DESC NULLS LAST, key LIMIT {self.offset + self.limit})")
        made.add(" SELECT 'hit' AS kind, key, coalesce(day - DATE '0001-01-01' + 1, 0)::float8, 1::float8")
        made.add(", NULL::bytea, NULL::boolean[], 0::bigint FROM top")
        return self._answer(connection, made, None, self._others)

    # ── the answer ──

    def _answer(self, connection: Connection, made: Expression, scorer: Scorer | None, others: Any) -> Results:
        """Return what a statement finds, and beside each option of each dimension how much it would find."""
        made.add(" UNION ALL SELECT 'total', '', 0, 0, NULL, NULL, count(*) FROM found")
        selective = tsquery.is_selective(self._everything())
        if not selective or any(need.phrase for need in self.plan.clauses):
            loose = tsquery.without_places(self._everything(), self.plan, vectors.PREFIX) if selective else ""
            made.add(" UNION ALL SELECT 'checked', '', 0, 0, NULL, NULL, count(*) FROM (")
            made.join(self._rows(loose, CHECKED + 1)).add(") c")
        if self.counts:
            for dimension in DIMENSIONS:
                if dimension not in self.chosen:
                    made.add(expressions.counting(dimension))
        rows = list(connection.exec_driver_sql(made.sql, tuple(made.values)))
        if self.counts:
            for dimension in self.chosen:
                other: Expression = others(dimension)
                other.add(expressions.counting(dimension).removeprefix(" UNION ALL "))
                rows += connection.exec_driver_sql(other.sql, tuple(other.values))
        return self._results(rows, scorer)

    def _results(self, rows: Sequence[Any], scorer: Scorer | None) -> Results:
        hits: list[tuple[bool, float, str]] = []
        facets: dict[str, dict[str, int]] = {dimension: {} for dimension in DIMENSIONS} if self.counts else {}
        total = checked = 0
        for kind, key, score, prior, packed, phrases, count in rows:
            if kind == "hit":
                exact = scorer is not None and packed is not None
                hits.append((exact, prior * scorer.score(packed, phrases) if scorer and exact else score, key))
            elif kind == "total":
                total = int(count)
            elif kind == "checked":
                checked = int(count)
            else:
                facets[kind][key] = int(count)
        if scorer:
            hits.sort(key=lambda hit: (not hit[0], -hit[1]))
        page = hits[self.offset : self.offset + self.limit]
        counted = min(total, COUNTED)
        return Results(
            [Hit(key, score) for _exact, score, key in page],
            counted,
            facets,
            counted,
            at_least=total > COUNTED or checked > CHECKED,
        )
