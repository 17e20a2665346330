"""What tests of the PostgreSQL index share: whether it is whole, and workers that follow the feed."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from flask import Flask
from sqlalchemy import text

from portal.core.extensions import db
from portal.search import services
from portal.search.engines.postgres.engine import PostgresEngine


def is_whole() -> bool:
    """Whether the index has what the database has, each document once, and counted rightly."""
    db.session.rollback()
    with db.engine.connect() as connection:
        generation = connection.scalar(text("SELECT generation FROM search.index_state WHERE name = 'live'"))
        keys = list(connection.scalars(text(f"SELECT key FROM search_live_{generation}.index_entry")))
        counted = connection.scalar(
            text(f"SELECT documents FROM search_live_{generation}.index_term WHERE lexeme = ''")
        )
    assert max(Counter(keys).values(), default=1) == 1
    return services.differences() == (set(), set()) and (counted or 0) == len(keys)


def wait_for(true: Callable[[], bool], seconds: float = 20) -> None:
    started = time.monotonic()
    while not true():
        assert time.monotonic() - started < seconds
        time.sleep(0.02)


def found(word: str) -> list[int] | None:
    db.session.rollback()
    return services.find_ids(word, "post")


@contextmanager
def followers(app: Flask, count: int) -> Iterator[None]:
    """Follow the feed in threads, each with an engine of its own, as workers on several machines do."""
    stop = threading.Event()

    def run() -> None:
        with app.app_context():
            PostgresEngine().run_forever(stop)

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()
