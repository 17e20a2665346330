"""The measures against values worked out by hand, and the files they come from."""

import json
import math
from pathlib import Path

import pytest

from portal.search.evaluation import scores
from portal.search.evaluation.scores import BadLine, Judged

GRADES = {"a": 3.0, "b": 1.0, "c": 2.0}


def judged(kind: str = "exact", grades: dict[str, float] | None = None, number: int = 1) -> Judged:
    return Judged(f"{kind}-{number}", kind, "woorden", GRADES if grades is None else grades)


def lines(path: Path, *rows: object) -> Path:
    path.write_text("".join(f"{row if isinstance(row, str) else json.dumps(row)}\n" for row in rows), encoding="utf-8")
    return path


def test_ndcg_is_one_in_the_best_order_and_less_in_any_other() -> None:
    assert scores.ndcg(["a", "c", "b"], GRADES) == pytest.approx(1.0)
    assert scores.ndcg(["x", "b", "a"], GRADES) < scores.ndcg(["x", "a", "b"], GRADES) < 1


def test_ndcg_divides_by_the_gain_of_the_best_order() -> None:
    best = 3 / 1 + 2 / math.log2(3) + 1 / 2
    assert scores.ndcg(["b", "x", "a"], GRADES) == pytest.approx((1 / 1 + 3 / 2) / best)


def test_ndcg_looks_at_ten_finds_and_at_the_ten_best_documents() -> None:
    assert scores.ndcg([*"0123456789", "a"], GRADES) == 0.0
    many = {str(number): 1.0 for number in range(15)}
    assert scores.ndcg(list(many)[:10], many) == pytest.approx(1.0)


def test_reciprocal_rank_is_that_of_the_first_document_with_a_grade() -> None:
    assert scores.reciprocal_rank(["x", "y", "b", "a"], GRADES) == pytest.approx(1 / 3)
    assert scores.reciprocal_rank([*"0123456789", "a"], GRADES) == 0.0
    assert scores.reciprocal_rank(["n"], {"n": 0.0}) == 0.0


def test_recall_is_the_share_found_among_the_first_twenty() -> None:
    assert scores.recall(["a", "x", "b"], GRADES) == pytest.approx(2 / 3)
    assert scores.recall([*map(str, range(20)), "a"], GRADES) == 0.0
    assert scores.recall(["a", "n"], {"a": 1.0, "n": 0.0}) == 1.0


def test_scores_are_means_per_class_and_over_all_queries() -> None:
    measured = scores.scores(
        [
            (judged("exact"), ["a", "c", "b"]),
            (judged("typo", number=1), []),
            (judged("typo", number=2), ["x", "a"]),
        ]
    )
    assert list(measured) == ["exact", "typo", scores.OVERALL]
    assert measured["exact"].ndcg == pytest.approx(1.0)
    assert (measured["typo"].queries, measured["typo"].empty, measured["typo"].mrr) == (2, 0.5, 0.25)
    assert measured[scores.OVERALL].mrr == pytest.approx((1 + 0 + 0.5) / 3)
    assert measured[scores.OVERALL].empty == pytest.approx(1 / 3)


def test_a_query_without_a_relevant_document_measures_nothing() -> None:
    measured = scores.scores([(judged(grades={}), ["a"]), (judged(grades={"a": 0.0}), ["a"]), (judged(), ["a"])])
    assert measured[scores.OVERALL].queries == 1
    assert scores.scores([])[scores.OVERALL].queries == 0


def test_the_table_is_aligned() -> None:
    rows = scores.table(scores.scores([(judged("organisation"), ["a"]), (judged("typo"), [])])).splitlines()
    assert len({len(row) for row in rows}) == 1
    assert rows[0].split() == ["class", "queries", "nDCG@10", "MRR@10", "Recall@20", "empty"]


def test_documents_may_lack_type_and_theme_and_have_any_id(tmp_path: Path) -> None:
    path = lines(
        tmp_path / "d",
        {"id": "a/b: ç “1”", "title": "Titel", "body": "Tekst", "theme": None, "other": [1]},
        "",
        {"id": 7, "title": "", "body": "Alleen tekst", "type": "post", "theme": "Zorg & welzijn"},
    )
    first, second = scores.read_documents(path)
    assert (first.id, first.type, first.theme) == ("a/b: ç “1”", "", "")
    assert (second.id, second.theme) == ("7", "Zorg & welzijn")


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("{", "not JSON"),
        ("[1]", "an object"),
        ({"title": "zonder id"}, '"id"'),
        ({"id": True, "title": "t"}, '"id"'),
        ({"id": "x", "title": 5}, '"title"'),
        ({"id": "x", "title": "", "body": None}, "neither"),
        ({"id": "goed", "title": "nog eens"}, "already"),
        ("[" * 100_000, "not JSON"),
    ],
)
def test_a_bad_document_is_named_by_its_line(tmp_path: Path, row: object, reason: str) -> None:
    path = lines(tmp_path / "documents.jsonl", {"id": "goed", "title": "t", "body": "b"}, row)
    with pytest.raises(BadLine, match=rf"documents\.jsonl, line 2: .*{reason}"):
        scores.read_documents(path)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"id": "x", "relevant": {}}, '"q"'),
        ({"id": "x", "q": " ", "relevant": {}}, '"q"'),
        ({"id": "x", "q": "woord"}, '"relevant"'),
        ({"id": "x", "q": "woord", "relevant": ["a"]}, '"relevant"'),
        ({"id": "x", "q": "woord", "relevant": {"a": "3"}}, "grade of 'a'"),
        ({"id": "x", "q": "woord", "relevant": {"a": -1}}, "grade of 'a'"),
        ('{"id": "x", "q": "woord", "relevant": {"a": NaN}}', "grade of 'a'"),
    ],
)
def test_a_bad_query_is_named_by_its_line(tmp_path: Path, row: object, reason: str) -> None:
    path = lines(tmp_path / "q", {"id": "goed", "class": "exact", "q": "woord", "relevant": {"a": 1}}, row)
    with pytest.raises(BadLine, match=rf"line 2: .*{reason}"):
        scores.read_queries(path)


def test_a_file_in_another_encoding_is_named_by_its_line(tmp_path: Path) -> None:
    path = tmp_path / "d"
    path.write_bytes(b'\xef\xbb\xbf{"id": "1", "title": "met bom"}\n{"id": "2", "title": "caf\xe9"}\n')
    with pytest.raises(BadLine, match="line 2: this is not UTF-8"):
        scores.read_documents(path)


def test_a_query_without_class_is_counted_apart(tmp_path: Path) -> None:
    path = lines(tmp_path / "q", {"id": "1", "q": "woord", "relevant": {"a": 2}, "extra": 1})
    assert [(query.kind, query.grades) for query in scores.read_queries(path)] == [("-", {"a": 2})]
