"""The index equals the database: after crashes, damage, rebuilds and many small changes."""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from portal.core import clock
from portal.core.extensions import db
from portal.core.storage.database import transaction
from portal.search import services
from portal.search.engines.base import RebuildRunning
from portal.search.engines.embedded import indexer as following
from portal.search.engines.embedded.store import IndexStore
from portal.search.engines.embedded.writer import MAX_SMALL
from portal.search.engines.factory import EXTENSION
from portal.search.indexing import indexer
from portal.search.jobs import compare_index
from portal.search.models import SearchChange
from tests.search import content


def pending() -> int:
    db.session.rollback()  # look afresh
    return db.session.scalar(select(func.count()).select_from(SearchChange)) or 0


def index_is_whole() -> bool:
    db.session.rollback()
    return services.differences() == (set(), set())


def wait_for(true: Callable[[], bool], seconds: float = 20) -> float:
    """Return after how many seconds something became true; fails when it does not."""
    started = time.monotonic()
    while not true():
        assert time.monotonic() - started < seconds
        time.sleep(0.02)
    return time.monotonic() - started


@pytest.fixture
def follower(app: Flask, store: IndexStore) -> Iterator[None]:
    """Follow the feed in a thread, as the indexer process does."""
    stop = threading.Event()

    def run() -> None:
        with app.app_context():
            indexer.run_forever(stop)

    thread = threading.Thread(target=run)
    thread.start()
    yield
    stop.set()
    thread.join()


# ── the feed ──


@pytest.mark.usefixtures("follower")
def test_a_change_is_findable_at_once() -> None:
    wait_for(lambda: pending() == 0)
    made = content.post("Vers geplaatst")

    assert wait_for(lambda: services.find_ids("vers", "post") == [made.id]) < 2


@pytest.mark.usefixtures("store")
def test_a_crash_before_rows_are_forgotten_repeats_work(monkeypatch: pytest.MonkeyPatch) -> None:
    made = content.post("Stage")

    def crash(_batch: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(following, "_forget", crash)
        with pytest.raises(KeyboardInterrupt):
            indexer.apply_changes()
    assert pending() > 0
    content.index_all()

    assert pending() == 0
    assert services.find_ids("stage", "post") == [made.id]
    assert index_is_whole()


def test_a_document_that_cannot_be_made_holds_up_no_other(store: IndexStore, monkeypatch: pytest.MonkeyPatch) -> None:
    broken, whole = content.post("Stage kapot"), content.post("Stage heel")
    make = type(broken).search_document

    def sometimes(post: object) -> object:
        return 1 / 0 if post.title == "Stage kapot" else make(post)  # type: ignore[attr-defined, arg-type]  # a post

    monkeypatch.setattr(type(broken), "search_document", sometimes)
    content.index_all()

    assert services.find_ids("stage", "post") == [whole.id]


def test_many_small_changes_leave_few_segments(store: IndexStore) -> None:
    for number in range(3 * MAX_SMALL):
        content.post(f"Plek {number}")
        content.index_all()

    assert len(store.snapshot().parts) <= MAX_SMALL
    assert index_is_whole()


@pytest.mark.timeout(90)
def test_killed_at_any_moment_nothing_is_lost_or_doubled(app: Flask, store: IndexStore) -> None:
    settings = app.config["SETTINGS"]
    environment = os.environ | {"PORTAL_INSTANCE": str(settings.instance), "PORTAL_LOG_LEVEL": "error"}
    environment["PORTAL_DATABASE_URL"] = settings.database_url
    for round_ in range(3):
        posts = [content.post(f"Plek {round_} {number}") for number in range(60)]
        worker = subprocess.Popen([sys.executable, "-m", "portal", "worker"], env=environment)
        before = pending()
        wait_for(lambda before=before: pending() < before)  # type: ignore[misc]  # it is at work
        for post in posts[::3]:
            with transaction():
                db.session.delete(post)
            content.post("Plek erbij")
        time.sleep(0.05 * round_)
        worker.send_signal(signal.SIGKILL)
        worker.wait()
    content.index_all()

    assert pending() == 0
    assert index_is_whole()
    assert len(store.snapshot()) == len(store.snapshot().keys()), "no document stands in it twice"


# ── a database that was changed past the portal ──


ONE_CHANGE_BACK = {
    "sqlite": "UPDATE sqlite_sequence SET seq = seq - 1 WHERE name = 'search_change'",
    "postgresql": "SELECT setval('search_change_id_seq', last_value - 1) FROM search_change_id_seq",
}


def past_the_portal(*statements: str) -> None:
    """Change the database as somebody does who opens it with another program."""
    db.session.rollback()
    with db.engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


def test_a_document_without_row_is_taken_out_when_the_worker_starts(
    store: IndexStore, request: pytest.FixtureRequest
) -> None:
    content.post("Stage lassen")
    content.index_all()
    past_the_portal("DELETE FROM post")
    request.getfixturevalue("follower")

    wait_for(lambda: services.find_ids("lassen", "post") == [])
    assert index_is_whole()


def test_after_an_older_database_was_put_back_the_index_is_built_anew(
    store: IndexStore, request: pytest.FixtureRequest
) -> None:
    made = content.post("Stage lassen")
    content.index_all()
    indexer.rebuild()
    past_the_portal("UPDATE post SET title = 'Stage frezen'", ONE_CHANGE_BACK[db.engine.dialect.name])
    request.getfixturevalue("follower")

    wait_for(lambda: services.find_ids("frezen", "post") == [made.id])
    assert services.find_ids("lassen", "post") == []


def test_the_clock_compares_the_index_with_the_database(store: IndexStore) -> None:
    key = content.post("Stage lassen").search_key
    content.index_all()
    past_the_portal("UPDATE post SET state = 'draft'")
    assert services.differences() == (set(), {key})

    compare_index(clock.now())
    content.index_all()

    assert services.find_ids("lassen", "post") == []


# ── missing, damaged, outdated ──


def remove(root: Path) -> None:
    shutil.rmtree(root, ignore_errors=True)  # the indexer makes and removes files meanwhile


def cut_short(root: Path) -> None:
    for path in filter(Path.is_file, root.glob("v*/*")):
        path.write_bytes(b"rubbish")


def flip_a_byte(root: Path) -> None:
    for path in root.glob("v*/*.seg"):
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 0xFF
        path.write_bytes(data)


def grow_old(root: Path) -> None:
    (root / "current").write_text("v0-abcdef")


def lose_contents(root: Path) -> None:
    for path in root.glob("v*/*.toc"):
        path.unlink()


DAMAGE = [remove, cut_short, flip_a_byte, grow_old, lose_contents]


@pytest.mark.parametrize("damage", DAMAGE)
def test_the_page_stands_without_an_index(
    app: Flask, client: FlaskClient, store: IndexStore, damage: Callable[[Path], None]
) -> None:
    content.post("Stage lassen")
    content.index_all()
    damage(store.root)
    app.extensions.pop(EXTENSION)  # a process that starts now
    response = client.get("/zoeken?q=stage")

    assert response.status_code == 200
    assert "Zoeken kan nu even niet" in response.get_data(as_text=True)
    assert "Stage lassen" in response.get_data(as_text=True)
    assert client.get("/zoeken").status_code == 200
    assert services.find_ids("stage", "post") is None
    assert not services.status().usable


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_running_process_survives_damage(
    client: FlaskClient, store: IndexStore, damage: Callable[[Path], None]
) -> None:
    content.post("Stage lassen")
    content.index_all()
    assert client.get("/zoeken?q=stage").status_code == 200
    damage(store.root)

    assert client.get("/zoeken?q=stage").status_code == 200
    assert client.get("/zoeken?q=lassen").status_code == 200


@pytest.mark.parametrize("damage", DAMAGE)
@pytest.mark.usefixtures("follower")
def test_the_indexer_heals_it(store: IndexStore, damage: Callable[[Path], None]) -> None:
    made = content.post("Stage lassen")
    wait_for(lambda: services.find_ids("stage", "post") == [made.id])
    damage(store.root)
    second = content.post("Stage draaien")

    wait_for(lambda: sorted(services.find_ids("stage", "post") or []) == [made.id, second.id])
    wait_for(lambda: pending() == 0 and not store.needs_rebuild())
    assert index_is_whole()


# ── rebuilding ──


def test_a_rebuild_keeps_what_arrives_meanwhile(store: IndexStore) -> None:
    posts = [content.post(f"Plek {number}") for number in range(5)]
    content.index_all()
    seen: list[int] = []

    def meanwhile(_done: int, _total: int) -> None:
        if not seen:
            content.post("Kwam erbij")
            with transaction():
                db.session.delete(db.session.merge(posts[0]))
            content.index_all()
            seen.extend(services.find_ids("erbij", "post") or [])

    count = indexer.rebuild(meanwhile)

    assert seen, "the live index goes on while the new one is built"
    assert count == len(store.snapshot())
    assert pending() == 0
    assert index_is_whole()


def test_one_rebuild_at_a_time(store: IndexStore) -> None:
    with store.rebuilding(), pytest.raises(RebuildRunning):
        indexer.rebuild()


def test_a_rebuild_that_fails_leaves_the_live_index(store: IndexStore) -> None:
    made = content.post("Stage")
    content.index_all()

    def fail(_done: int, _total: int) -> None:
        raise OSError("no space left on device")

    with pytest.raises(OSError, match="no space"):
        indexer.rebuild(fail)
    assert services.find_ids("stage", "post") == [made.id]
    indexer.rebuild()
    assert len(list(store.root.glob("v*-*"))) == 1, "what the failed one left is gone"


def test_readers_of_several_threads_see_whole_generations(app: Flask, store: IndexStore) -> None:
    content.post("Plek")
    content.index_all()
    problems: list[object] = []
    stop = threading.Event()

    def read() -> None:
        with app.app_context():
            while not stop.is_set():
                found = services.find_ids("plek", "post")
                if not found or len(set(found)) != len(found):
                    problems.append(found)

    threads = [threading.Thread(target=read) for _ in range(3)]
    for thread in threads:
        thread.start()
    for number in range(12):
        content.post(f"Plek {number}")
        content.index_all()
        if number % 5 == 0:
            indexer.rebuild()
    stop.set()
    for thread in threads:
        thread.join()
    assert problems == []
