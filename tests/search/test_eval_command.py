"""`portal search-eval`: what it prints and writes, and what it says of files that it cannot use."""

import json
from pathlib import Path

import pytest
from sqlalchemy import NullPool, create_engine, text

from portal import cli
from tests.servers import fresh_database

DOCUMENTS: list[dict[str, object]] = [
    {
        "id": "les/1: über “a”",
        "title": "Gastles over lassen",
        "body": "Een vakman komt.",
        "type": "post",
        "theme": None,
    },
    {"id": "2", "title": "Open dag", "body": "Kom kijken in de kas.", "type": "event", "theme": "Zorg & welzijn"},
    {"id": "3", "title": "Stage", "body": "Een plek op de kwekerij.", "type": "", "theme": "greenport"},
]
QUERIES: list[dict[str, object]] = [
    {"id": "q1", "class": "exact", "q": "lassen", "relevant": {"les/1: über “a”": 3}},
    {"id": "q2", "class": "exact", "q": "open dag", "relevant": {"2": 2, "3": 0}},
    {"id": "q3", "class": "typo", "q": "xqzwvk", "relevant": {"3": 1}},
]


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with documents and queries; the instance beside it is new, without a database."""
    monkeypatch.setenv("PORTAL_INSTANCE", str(tmp_path / "instance"))
    monkeypatch.delenv("PORTAL_DATABASE_URL", raising=False)
    write(tmp_path / "d.jsonl", DOCUMENTS)
    write(tmp_path / "q.jsonl", QUERIES)
    return tmp_path


def write(path: Path, rows: list[dict[str, object]]) -> None:
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")


def run(folder: Path, *more: str) -> int:
    return cli.main(
        ["search-eval", "--documents", str(folder / "d.jsonl"), "--queries", str(folder / "q.jsonl"), *more]
    )


def test_it_prints_scores_per_class_and_writes_what_was_found(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(files, "--ranked", str(files / "out.jsonl")) == 0
    printed = capsys.readouterr()
    rows = {row.split()[0]: row.split()[1:] for row in printed.out.splitlines() if row}
    assert rows["exact"] == ["2", "1.000", "1.000", "1.000", "0.0%"]
    assert rows["typo"] == ["1", "0.000", "0.000", "0.000", "100.0%"]
    assert rows["all"][0] == "3"
    assert printed.err == ""
    found = [json.loads(line) for line in (files / "out.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [row["query_id"] for row in found] == ["q1", "q2", "q3"]
    assert [row["ranked"][:1] for row in found] == [["les/1: über “a”"], ["2"], []]


def test_it_says_when_judgements_name_documents_that_are_not_there(
    files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(files / "q.jsonl", [*QUERIES, {"id": "q4", "class": "need", "q": "kas", "relevant": {"gone": 3, "2": 1}}])
    assert run(files) == 0
    assert "1 judged documents are not among the documents and count as not found: gone" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("d.jsonl", '{"id": "1", "title": "t"}\nnonsense\n', "d.jsonl, line 2: this is not JSON"),
        ("q.jsonl", '{"id": "1", "q": "w"}\n', 'q.jsonl, line 1: "relevant" must be'),
    ],
)
def test_a_bad_line_is_a_wrong_call(
    files: Path, capsys: pytest.CaptureFixture[str], name: str, content: str, reason: str
) -> None:
    (files / name).write_text(content, encoding="utf-8")
    assert run(files) == cli.USAGE
    said = capsys.readouterr().err
    assert reason in said
    assert said.startswith("portal: ")
    assert said.count("\n") == 1


def test_a_file_that_is_not_there_is_a_wrong_call(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (files / "d.jsonl").unlink()
    assert run(files) == cli.USAGE
    assert "d.jsonl: No such file or directory" in capsys.readouterr().err


def test_where_nothing_can_be_written_is_said_before_any_work(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(files, "--ranked", str(files / "none" / "out.jsonl")) == cli.USAGE
    assert "out.jsonl: No such file or directory" in capsys.readouterr().err


def test_postgres_needs_a_database_that_is_postgres(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(files, "--engine", "postgres") == cli.USAGE
    assert "PORTAL_DATABASE_URL" in capsys.readouterr().err


@pytest.mark.postgres
def test_postgres_leaves_nothing_behind(
    files: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with fresh_database(postgres_url) as url:
        monkeypatch.setenv("PORTAL_DATABASE_URL", url)
        assert run(files, "--engine", "postgres") == 0
        assert "engine postgres" in capsys.readouterr().out
        engine = create_engine(url, poolclass=NullPool)
        with engine.connect() as connection:
            schemas = connection.execute(text("SELECT nspname FROM pg_namespace WHERE nspname LIKE '%trial%'"))
            assert schemas.all() == []
