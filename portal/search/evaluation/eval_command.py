"""The command `portal search-eval`: runs judged queries on a scratch index with the code of the search page."""

import argparse
import secrets
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from tqdm import tqdm

from portal.core.config import ConfigurationError
from portal.core.extensions import db
from portal.core.text import slugify
from portal.search.engines.base import Engine, SearchRequest
from portal.search.engines.embedded.engine import EmbeddedEngine
from portal.search.engines.postgres.engine import PostgresEngine
from portal.search.evaluation import scores
from portal.search.evaluation.scores import RANKED, Document, Judged
from portal.search.models import SearchDocument
from portal.search.query import execution, parser

ENGINES = ("whoosh", "postgres")

Found = list[tuple[Judged, list[str]]]
"""Each query with the ids of its hits, best first."""


class NotPossible(Exception):
    """The input files cannot be used; the message is one line for the terminal."""


def describe(command: argparse.ArgumentParser) -> None:
    """Add the options of `portal search-eval`."""
    command.add_argument(
        "--documents", type=Path, required=True, metavar="D.jsonl", help="a line each: {id, title, body, type, theme}"
    )
    command.add_argument(
        "--queries",
        type=Path,
        required=True,
        metavar="Q.jsonl",
        help="a line each: {id, class, q, relevant: {id: grade}}",
    )
    command.add_argument("--engine", choices=ENGINES, default=ENGINES[0], help="whoosh unless told")
    command.add_argument(
        "--ranked", type=Path, metavar="OUT.jsonl", help=f"write the first {RANKED} finds of each query there"
    )


def run(app: Flask, options: argparse.Namespace) -> Iterator[str]:
    """Run the command and yield its output; raises NotPossible, or SearchUnavailable when an engine fails."""
    try:
        yield from _run(app, options)
    except scores.BadLine as error:
        raise NotPossible(str(error)) from error
    except OSError as error:
        raise NotPossible(f"{error.filename}: {error.strerror}") from error


def _run(app: Flask, options: argparse.Namespace) -> Iterator[str]:
    documents = scores.read_documents(options.documents)
    queries = scores.read_queries(options.queries)
    if options.ranked is not None:
        options.ranked.touch()
    with app.app_context(), scratch(options.engine) as engine:
        found = answers(engine, documents, queries)
    if options.ranked is not None:
        scores.write_ranked(options.ranked, found)
    yield f"{len(documents)} documents, {len(queries)} queries, engine {options.engine}"
    yield from _remarks(documents, queries)
    yield ""
    yield scores.table(scores.scores(found))


def _remarks(documents: Sequence[Document], queries: Sequence[Judged]) -> Iterator[str]:
    """Yield remarks about the input that affect how to read the figures."""
    known = {document.id for document in documents}
    missing = {key for judged in queries for key, grade in judged.grades.items() if grade > 0} - known
    if missing:
        yield f"{len(missing)} judged documents are not among the documents and count as not found: {min(missing)} …"
    silent = sum(not any(judged.grades.values()) for judged in queries)
    if silent:
        yield f"{silent} queries have no relevant document and are left out of the figures."


@contextmanager
def scratch(name: str) -> Iterator[Engine]:
    """Provide an engine with an empty scratch index, which is removed afterwards."""
    try:
        with _on_server() if name == "postgres" else _in_folder() as engine:
            yield engine
    finally:
        db.session.remove()
        db.engine.dispose()


@contextmanager
def _in_folder() -> Iterator[Engine]:
    with tempfile.TemporaryDirectory(prefix="portal-search-") as folder:
        yield EmbeddedEngine(Path(folder))


@contextmanager
def _on_server() -> Iterator[Engine]:
    if db.engine.dialect.name != "postgresql":
        raise ConfigurationError("the engine postgres needs PORTAL_DATABASE_URL to be an address of PostgreSQL")
    with PostgresEngine.scratch(f"trial{secrets.token_hex(4)}") as engine:
        yield engine


def answers(engine: Engine, documents: Sequence[Document], queries: Sequence[Judged]) -> Found:
    """Fill the engine with documents and return the hits of each query."""
    with tqdm(total=len(documents) + len(queries), disable=not sys.stderr.isatty(), leave=False) as progress:

        def counted() -> Iterator[SearchDocument]:
            for number, document in enumerate(documents):
                yield search_document(number, document)
                progress.update()

        engine.fill(counted())
        request = SearchRequest(limit=RANKED)
        found = []
        for judged in queries:
            answer = execution.find(parser.parse(judged.words), request, using=engine)
            here = {
                hit.key: search_document(_number(hit.key), documents[_number(hit.key)]) for hit in answer.results.hits
            }
            hits = (*answer.results.hits, *execution.also(answer, here, request, using=engine))
            found.append((judged, [documents[_number(hit.key)].id for hit in hits]))
            progress.update()
    return found


def search_document(number: int, document: Document) -> SearchDocument:
    """Return the document to index; its key has a number, because the id may be any text."""
    kind = slugify(document.type) or "document"
    theme = slugify(document.theme)
    return SearchDocument(
        key=f"{kind}:{number}",
        type=kind,
        title=document.title,
        text=document.body,
        path="/",
        themes=(theme,) if theme else (),
    )


def _number(key: str) -> int:
    return int(key.rpartition(":")[2])
