"""`python -m tests.relevance`: the scores of the development set, and the queries that do worst, for tuning."""

import argparse
import json
from pathlib import Path

from portal import create_app
from portal.search.evaluation import eval_command, scores
from portal.search.evaluation.eval_command import Found
from portal.search.evaluation.scores import Judged
from tests.relevance import corpus, judgements


def main() -> None:
    """Print the scores, and the worst queries with what they found and missed."""
    parser = argparse.ArgumentParser(prog="python -m tests.relevance", description=__doc__)
    parser.add_argument("--engine", choices=eval_command.ENGINES, default="whoosh")
    parser.add_argument("--class", dest="kind", choices=judgements.CLASSES, help="only this class")
    parser.add_argument("--half", choices=judgements.HALVES, help="only this half")
    parser.add_argument("--query", help="only the query with this id or these words")
    parser.add_argument("--worst", type=int, default=0, metavar="N", help="show the N worst queries")
    parser.add_argument(
        "--write", type=Path, metavar="FOLDER", help="only write documents.jsonl and queries.jsonl there"
    )
    options = parser.parse_args()
    if options.write:
        write(options.write)
        return
    queries = [query for query in judgements.queries() if _wanted(query, options)]
    with create_app().app_context(), eval_command.scratch(options.engine) as engine:
        found = eval_command.answers(engine, judgements.documents(), queries)
    for half in judgements.HALVES:
        part = [pair for pair in found if judgements.half(pair[0]) == half]
        if part and not options.half:
            print(f"{half:6} nDCG@10 {scores.scores(part)[scores.OVERALL].ndcg:.3f}")
    print(scores.table(scores.scores(found)))
    _show_worst(found, options.worst if not options.query else len(found))


def write(folder: Path) -> None:
    """Write both files as `portal search-eval` takes them."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = (json.dumps(document, ensure_ascii=False) for document in corpus.documents())
    (folder / "documents.jsonl").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    (folder / "queries.jsonl").write_bytes(judgements.QUERIES.read_bytes())


def _wanted(query: Judged, options: argparse.Namespace) -> bool:
    return (
        options.kind in (None, query.kind)
        and options.half in (None, judgements.half(query))
        and options.query in (None, query.id, query.words)
    )


def _show_worst(found: Found, number: int) -> None:
    titles = {document.id: document.title for document in judgements.documents()}
    by_score = sorted(found, key=lambda pair: scores.ndcg(pair[1], pair[0].grades))
    for query, ranked in by_score[:number]:
        score = scores.ndcg(ranked, query.grades)
        print(f"\n{query.id}  “{query.words}”  nDCG@10 {score:.3f}, {len(ranked)} found")
        for place, key in enumerate(ranked[:10], 1):
            print(f"  {place:3}  {query.grades.get(key, '·')}  {key:32}  {titles[key][:70]}")
        places = {key: place for place, key in enumerate(ranked, 1)}
        for key, grade in query.grades.items():
            if grade > 1 and places.get(key, 999) > 10:
                print(f"  {places.get(key, '-'):>3}  {grade}  {key:32}  {titles[key][:70]}  (missed)")


if __name__ == "__main__":
    main()
