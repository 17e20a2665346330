"""Evaluation of search on judged queries: the measures, and the files that `portal search-eval` reads and writes.

A judged query has a grade per document: 3 is exactly what was asked for, 2 helps, 1 is related, 0 or absent is not
relevant. nDCG uses the grade as gain, as trec_eval does; the ideal order of all judged documents scores 1.
"""

import json
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DEPTH = 10
"""Number of hits that nDCG and MRR consider."""

RECALL_DEPTH = 20
"""Number of hits that recall considers: one page of the site."""

RANKED = 100
"""Most hits that are written per query."""

OVERALL = "all"

Grades = Mapping[str, float]


class BadLine(ValueError):
    """An invalid line; the message gives its number and the reason."""

    def __init__(self, path: Path, number: int, reason: str) -> None:
        super().__init__(f"{path}, line {number}: {reason}")


@dataclass(frozen=True, slots=True)
class Document:
    """A document of a collection; `theme` is a slug, a title or empty."""

    id: str
    title: str
    body: str
    type: str = ""
    theme: str = ""


@dataclass(frozen=True, slots=True)
class Judged:
    """A query with the grades of the relevant documents."""

    id: str
    kind: str
    """The class of the query, by which scores are grouped."""
    words: str
    grades: Grades


# ── measures ──────────────────────────────────────────────────────────────────────────────────────


def ndcg(ranked: Sequence[str], grades: Grades, depth: int = DEPTH) -> float:
    """Return the normalised discounted cumulative gain of the first hits; 0.0 without any grade."""
    best = _gain(sorted(grades.values(), reverse=True)[:depth])
    return _gain([grades.get(key, 0.0) for key in ranked[:depth]]) / best if best else 0.0


def _gain(grades: Iterable[float]) -> float:
    return sum(grade / math.log2(place + 1) for place, grade in enumerate(grades, 1))


def reciprocal_rank(ranked: Sequence[str], grades: Grades, depth: int = DEPTH) -> float:
    """Return 1 / the rank of the first relevant hit; 0.0 when there is none among the first `depth`."""
    return next((1 / place for place, key in enumerate(ranked[:depth], 1) if grades.get(key, 0) > 0), 0.0)


def recall(ranked: Sequence[str], grades: Grades, depth: int = RECALL_DEPTH) -> float:
    """Return the share of the relevant documents that is among the first hits."""
    relevant = {key for key, grade in grades.items() if grade > 0}
    return len(relevant & set(ranked[:depth])) / len(relevant) if relevant else 0.0


@dataclass(frozen=True, slots=True)
class Scores:
    """Means over some queries; `empty` is the share of queries without hits."""

    queries: int
    ndcg: float
    mrr: float
    recall: float
    empty: float


def scores(pairs: Iterable[tuple[Judged, Sequence[str]]]) -> dict[str, Scores]:
    """Return the scores per class, in order of appearance, and those of all queries under OVERALL.

    Takes each query with the ids of its hits. Queries without a relevant document are left out.
    """
    classes: dict[str, list[tuple[Judged, Sequence[str]]]] = {}
    for query, ranked in pairs:
        if any(grade > 0 for grade in query.grades.values()):
            classes.setdefault(query.kind, []).append((query, ranked))
    every = [pair for found in classes.values() for pair in found]
    return {kind: _means(found) for kind, found in [*classes.items(), (OVERALL, every)]}


def _means(pairs: list[tuple[Judged, Sequence[str]]]) -> Scores:
    def mean(measure: Callable[[Sequence[str], Grades], float]) -> float:
        return sum(measure(ranked, query.grades) for query, ranked in pairs) / max(1, len(pairs))

    empty = mean(lambda ranked, _grades: 0.0 if ranked else 1.0)
    return Scores(len(pairs), mean(ndcg), mean(reciprocal_rank), mean(recall), empty)


def table(measured: Mapping[str, Scores]) -> str:
    """Return scores as lines of aligned text."""
    width = max(len("class"), *(len(kind) for kind in measured))
    head = f"{'class':<{width}}  queries  nDCG@{DEPTH}  MRR@{DEPTH}  Recall@{RECALL_DEPTH}   empty"
    lines = [
        f"{kind:<{width}}  {row.queries:7}  {row.ndcg:7.3f}  {row.mrr:6.3f}  {row.recall:9.3f}  {row.empty:6.1%}"
        for kind, row in measured.items()
    ]
    return "\n".join([head, *lines])


# ── files ─────────────────────────────────────────────────────────────────────────────────────────


def read_documents(path: Path) -> list[Document]:
    """Return the documents of a file with one JSON object a line; raises BadLine, or OSError."""
    found: dict[str, Document] = {}
    for number, row in _rows(path):
        key = _id(path, number, row)
        if key in found:
            raise BadLine(path, number, f"the id {key!r} is there already")
        title, body, kind, theme = (_text(path, number, row, name) for name in ("title", "body", "type", "theme"))
        if not (title or body):
            raise BadLine(path, number, 'neither "title" nor "body" has text')
        found[key] = Document(key, title, body, kind, theme)
    return list(found.values())


def read_queries(path: Path) -> list[Judged]:
    """Return the judged queries of a file with one JSON object a line; raises BadLine, or OSError."""
    found: dict[str, Judged] = {}
    for number, row in _rows(path):
        key = _id(path, number, row)
        if key in found:
            raise BadLine(path, number, f"the id {key!r} is there already")
        words = _text(path, number, row, "q")
        if not words.strip():
            raise BadLine(path, number, '"q" is missing or empty')
        grades = _grades(path, number, row.get("relevant"))
        found[key] = Judged(key, _text(path, number, row, "class") or "-", words, grades)
    return list(found.values())


def _rows(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the object of each line with its number; empty lines are passed over."""
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                row = json.loads(line.decode("utf-8-sig" if number == 1 else "utf-8"))
            except UnicodeDecodeError as error:
                raise BadLine(path, number, "this is not UTF-8") from error
            except (ValueError, RecursionError) as error:
                raise BadLine(path, number, f"this is not JSON: {error}") from error
            if not isinstance(row, dict):
                raise BadLine(path, number, "a line must be an object, {…}")
            yield number, row


def _id(path: Path, number: int, row: dict[str, Any]) -> str:
    key = row.get("id")
    if isinstance(key, bool) or not isinstance(key, str | int) or key == "":
        raise BadLine(path, number, '"id" must be text')
    return str(key)


def _text(path: Path, number: int, row: dict[str, Any], name: str) -> str:
    value = row.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise BadLine(path, number, f'"{name}" must be text')
    return value


def _grades(path: Path, number: int, value: object) -> dict[str, float]:
    if not isinstance(value, dict):
        raise BadLine(path, number, '"relevant" must be an object of document ids and grades')
    for key, grade in value.items():
        if isinstance(grade, bool) or not isinstance(grade, int | float) or not 0 <= grade < math.inf:
            raise BadLine(path, number, f"the grade of {key!r} must be a number, 0 or more")
    return value


def write_ranked(path: Path, pairs: Iterable[tuple[Judged, Sequence[str]]]) -> None:
    """Write the ids of the hits of each query, one JSON object per line."""
    lines = (json.dumps({"query_id": query.id, "ranked": list(ranked)}, ensure_ascii=False) for query, ranked in pairs)
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
