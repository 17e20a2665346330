"""Executes query plans in PostgreSQL: matching, ranking and facet counts in one statement.

The work is bounded however many documents match: at most COUNTED are counted, the newest first; of these the SCORED
newest and TELLING with high weights get an approximate score in SQL, and the EXACT best of them an exact score.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Engine

from portal.search.engines.base import DIMENSIONS, WANTED, Hit, Results, SearchRequest, SearchUnavailable
from portal.search.engines.postgres import expressions, tsquery, vectors
from portal.search.engines.postgres.connection import TRIES, Cancelled, is_gone, reading
from portal.search.engines.postgres.expressions import Expression
from portal.search.engines.postgres.scoring import Scorer
from portal.search.query import ranking
from portal.search.query.clauses import Plan

COUNTED = 10_000
"""Hits are counted up to here; counting a million takes a second."""

SCORED = 400
"""Newest hits that are scored when there are more."""

TELLING = 300
"""Hits with high weights that are scored besides, however old."""

EXACT = 60
"""Best hits that are scored exactly: three pages."""

CHECKED = 4_000
"""Documents with all words of a phrase that are checked for the phrase itself, which requires reading their vectors."""

PER_NEED = 1_000
"""Documents per need that are considered for partial matches."""

BUDGET_SECONDS = 0.5
LAST_SECONDS = 1.0
"""Timeout of the second try, with the rarest need alone: a server that has just started reads from disk."""

BEST = Expression("(SELECT max(covered) FROM shared)")

ROW = "id, key, types, themes, organisations, year, day, is_open, terms"


def search(engine: Engine, name: str, plan: Plan, request: SearchRequest) -> Results:
    """Return the hits of a request, best first; newest first when the plan has no needs.

    Raises SearchUnavailable when the index cannot be used now.
    """
    started = time.perf_counter()
    wanted = _Wanted(plan, request)
    try:
        found = _tried(engine, name, wanted, BUDGET_SECONDS)
    except Cancelled:
        found = _alone(engine, name, wanted)
    return replace(found, seconds=time.perf_counter() - started)


def _tried(engine: Engine, name: str, wanted: "_Wanted", seconds: float) -> Results:
    """Search, and retry when a rebuild replaced the tables meanwhile."""
    for left in reversed(range(TRIES)):
        try:
            with reading(engine, name, seconds) as connection:
                return wanted.run(connection)
        except SearchUnavailable as error:
            if not left or not is_gone(error):
                raise
    raise AssertionError


def _alone(engine: Engine, name: str, wanted: "_Wanted") -> Results:
    """Search for the rarest need alone, and report the others as ignored."""
    kept = tuple(sorted(wanted.plan.clauses, key=lambda need: -need.rarity)[:1])
    ignored = tuple(need.shown for need in wanted.plan.clauses if need not in kept)
    wanted.plan = replace(wanted.plan, clauses=kept)
    try:
        return replace(_tried(engine, name, wanted, LAST_SECONDS), ignored=ignored)
    except Cancelled as error:
        raise SearchUnavailable("too slow") from error


class _Wanted:
    """The execution of one search."""

    def __init__(self, plan: Plan, request: SearchRequest) -> None:
        self.plan = plan
        self.request = request
        self.end = request.offset + request.limit
        self.chosen: Mapping[str, Sequence[str]] = {name: values for name, values in request.chosen.items() if values}
        self.readable = "" if request.members else " AND NOT for_members"

    def run(self, connection: Connection) -> Results:
        """Run the search."""
        if not self.plan.clauses:
            return self._newest(connection)
        found = self._with_all(connection)
        enough = WANTED if self.request.widen else 1
        if found.complete < enough and (len(self.plan.clauses) > 1 or self.plan.clauses[0].weak):
            return replace(self._with_some(connection), complete=found.complete)
        return found

    # ── which documents ──

    def _everything(self, besides: str = "") -> str:
        """Return the tsquery for full matches; `besides` is a facet whose choice is ignored."""
        return tsquery.all_of([tsquery.whole(self.plan), tsquery.limits(self.plan, self.chosen, besides)])

    def _rows(self, query: str, most: int) -> Expression:
        """Return the SQL for the newest rows that match a tsquery, at most `most`."""
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
        """Search for partial matches, with needs weighted by rarity."""
        phrases = self._standing_phrases(connection)
        weak = [bool(need.weak) and need.phrase not in phrases for need in self.plan.clauses]
        most = self._best_share(connection, weak, phrases) if self.chosen else BEST
        made = self._sharing(weak, phrases, most)
        return self._ranked(connection, made, weak, lambda besides: self._sharing(weak, phrases, most, besides))

    def _best_share(self, connection: Connection, weak: Sequence[bool], phrases: Mapping[Any, str]) -> Expression:
        """Return the best share of any document regardless of chosen options, which must not change the threshold."""
        everywhere = _Wanted(self.plan, replace(self.request, chosen={}))
        made = everywhere._shared(weak, phrases).add(f" SELECT {BEST.sql}")
        return Expression("%s::float8", [connection.exec_driver_sql(made.sql, tuple(made.values)).scalar()])

    def _standing_phrases(self, connection: Connection) -> dict[tuple[tuple[str, int], ...], str]:
        """Return the phrases that occur in any document, with their tsqueries; hits must have these."""
        standing = {}
        for need in self.plan.clauses:
            if need.phrase:
                made = self._rows(tsquery.strong(need), 1)
                if connection.exec_driver_sql(made.sql, tuple(made.values)).first():
                    standing[need.phrase] = tsquery.strong(need)
        return standing

    def _sharing(
        self, weak: Sequence[bool], phrases: Mapping[Any, str], most: Expression, besides: str = ""
    ) -> Expression:
        """Return the documents that cover enough of the query as the tables `found` and `chosen`.

        When `most`, the best share of any document, is not enough either, all partial matches are returned.
        """
        made = self._shared(weak, phrases, besides)
        made.add(", found AS MATERIALIZED (SELECT * FROM shared WHERE nth = 1 AND (covered >= %s OR ", ranking.ENOUGH)
        made.join(most).add(f" < %s) ORDER BY covered DESC, id LIMIT {COUNTED + 1})", ranking.ENOUGH)
        return made.add(f", chosen AS (SELECT * FROM found LIMIT {SCORED})")

    def _shared(self, weak: Sequence[bool], phrases: Mapping[Any, str], besides: str = "") -> Expression:
        """Return the documents per need, each with the share of the query that it covers, as the table `shared`.

        A document that matches a need is both among its matches and among its matches that include weak ones; their
        two shares add up to that of the need.
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
        return made.add(" WINDOW same AS (PARTITION BY id))")

    def _share(self, query: str, share: float) -> Expression:
        made = Expression("(SELECT *, %s::float8 AS share FROM (", [share])
        return made.join(self._rows(query, PER_NEED)).add(") r)")

    def _others(self, besides: str) -> Expression:
        """Return the hits without the choice in one facet as the table `found`."""
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
        if self.end > SCORED:
            scored = "(SELECT * FROM scored UNION ALL SELECT id, key, NULL, 1, 0 FROM found"
            scored += " WHERE id NOT IN (SELECT id FROM chosen)) every"
        made.add(f", top AS (SELECT id, key, v, prior, prior * total AS score FROM {scored}")
        made.add(f" ORDER BY prior * total DESC, id LIMIT {max(EXACT, self.end)})")
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
        made.add(f"SELECT key, day FROM {source} ORDER BY day DESC NULLS LAST, key LIMIT {self.end})")
        made.add(" SELECT 'hit' AS kind, key, coalesce(day - DATE '0001-01-01' + 1, 0)::float8, 1::float8")
        made.add(", NULL::bytea, NULL::boolean[], 0::bigint FROM top")
        return self._answer(connection, made, None, self._others)

    # ── the answer ──

    def _answer(self, connection: Connection, made: Expression, scorer: Scorer | None, others: Any) -> Results:
        """Run a statement and return its hits with the counts of all facets."""
        made.add(" UNION ALL SELECT 'total', '', 0, 0, NULL, NULL, count(*) FROM found")
        selective = tsquery.is_selective(self._everything())
        if not selective or any(need.phrase for need in self.plan.clauses):
            loose = tsquery.without_places(self._everything(), self.plan, vectors.PREFIX) if selective else ""
            made.add(" UNION ALL SELECT 'checked', '', 0, 0, NULL, NULL, count(*) FROM (")
            made.join(self._rows(loose, CHECKED + 1)).add(") c")
        if self.request.counts:
            for dimension in DIMENSIONS:
                if dimension not in self.chosen:
                    made.add(expressions.counting(dimension))
        rows = list(connection.exec_driver_sql(made.sql, tuple(made.values)))
        if self.request.counts:
            for dimension in self.chosen:
                other: Expression = others(dimension)
                other.add(expressions.counting(dimension).removeprefix(" UNION ALL "))
                rows += connection.exec_driver_sql(other.sql, tuple(other.values))
        return self._results(rows, scorer)

    def _results(self, rows: Sequence[Any], scorer: Scorer | None) -> Results:
        hits: list[tuple[bool, float, str]] = []
        facets: dict[str, dict[str, int]] = {dimension: {} for dimension in DIMENSIONS} if self.request.counts else {}
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
        page = hits[self.request.offset : self.end]
        counted = min(total, COUNTED)
        return Results(
            [Hit(key, score) for _exact, score, key in page],
            counted,
            facets,
            counted,
            at_least=total > COUNTED or checked > CHECKED,
        )
