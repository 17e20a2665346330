"""Upgrades keep what people wrote, and make just the tables that the code knows (CHECKS 115)."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import flask_migrate
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import inspect

from portal import create_app
from portal.core.config import from_environment
from portal.core.extensions import Model, db
from portal.core.storage import migrations
from portal.operations import schema

ROWS = {
    "user": {"id": 7, "name": "Jan", "email": "jan@example.org"},
    "organisation": {"id": 3, "slug": "school", "name": "School", "kind": "mbo"},
    "seat": {"id": 2, "user_id": 7, "organisation_id": 3, "role": "docent", "since": "2024-08-01"},
    "board_category": {"id": 1, "slug": "gastles", "label": "Gastles", "explanation": "", "synonyms": "[]"},
    "post": {
        "id": 5,
        "slug": "wie-komt",
        "kind": "vraag",
        "category_id": 1,
        "title": "Wie komt?",
        "body": "Wij zoeken.",
        "body_html": "<p>Wij zoeken.</p>",
        "excerpt": "Wij zoeken.",
        "author_id": 7,
        "organisation_id": 3,
        "state": "open",
    },
    "post_level": {"post_id": 5, "level": "vmbo"},
}


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Flask]:
    """Return an application whose database has no tables yet."""
    app = create_app(from_environment({"PORTAL_INSTANCE": str(tmp_path), "PORTAL_LOG_LEVEL": "error"}))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def add(table: str, values: dict[str, Any]) -> None:
    """Add a row as the first release would have: what has no value there gets the emptiest that fits."""
    columns = {column["name"]: column for column in inspect(db.engine).get_columns(table)}
    filled = dict(values)
    for name, column in columns.items():
        if name not in filled and not column["nullable"] and column["default"] is None:
            filled[name] = "2026-11-21 08:00:00" if "DATE" in str(column["type"]) else 0
    names = ", ".join(filled)
    marks = ", ".join("?" for _ in filled)
    with db.engine.begin() as connection:
        connection.exec_driver_sql(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', tuple(filled.values()))  # noqa: S608  # our own names


def read(table: str, names: list[str]) -> list[tuple[Any, ...]]:
    """Return columns of every row."""
    with db.engine.connect() as connection:
        return [tuple(row) for row in connection.exec_driver_sql(f'SELECT {", ".join(names)} FROM "{table}"')]  # noqa: S608  # likewise


def test_the_first_release_with_content_comes_along(fresh: Flask) -> None:
    flask_migrate.upgrade(revision="0001")
    for table, values in ROWS.items():
        add(table, values)
    flask_migrate.upgrade()

    for table, values in ROWS.items():
        assert read(table, list(values)) == [tuple(values.values())], table
    assert read("user", ["role", "language"]) == [("member", "nl")]
    assert read("post", ["version"]) == [(1,)]


def test_files_of_posts_that_are_still_being_written_are_held(fresh: Flask) -> None:
    """What stood without a post before is held by its form since, and thrown away by neither."""
    flask_migrate.upgrade(revision="0003")
    for table, values in ROWS.items():
        add(table, values)
    for number, post_id in ((1, 5), (2, None)):
        token = str(number) * 32
        add("stored_file", {"id": number, "token": token, "kind": "image", "media_type": "image/png", "size": 1})
        add("post_attachment", {"id": number, "file_id": number, "post_id": post_id, "user_id": 7})
    flask_migrate.upgrade()

    assert read("post_attachment", ["file_id", "post_id"]) == [(1, 5)]
    assert read("stored_file", ["id", "held_until IS NULL"]) == [(1, 1), (2, 0)]


def test_foreign_keys_are_watched_again_after_an_upgrade(fresh: Flask) -> None:
    flask_migrate.upgrade()
    connections = [db.engine.connect() for _ in range(3)]
    try:
        assert [one.exec_driver_sql("PRAGMA foreign_keys").scalar() for one in connections] == [1, 1, 1]
    finally:
        for one in connections:
            one.close()


def test_the_migrations_make_what_the_code_knows(fresh: Flask) -> None:
    flask_migrate.upgrade()
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Model.metadata) == []


def test_whether_there_is_something_to_do_is_known_without_alembic(fresh: Flask) -> None:
    heads = ScriptDirectory(str(migrations.FOLDER)).get_heads()

    assert migrations.newest() == set(heads)
    assert not migrations.is_current(db.engine)
    flask_migrate.upgrade(revision="0001")
    assert not migrations.is_current(db.engine)
    schema.upgrade()
    assert migrations.is_current(db.engine)


def test_a_revision_that_is_worded_otherwise_is_left_to_alembic(tmp_path: Path) -> None:
    (tmp_path / "one.py").write_text('revision = "0001"\ndown_revision = None\n')
    assert migrations.newest(tmp_path) == {"0001"}
    (tmp_path / "two.py").write_text('revision: str = "0002"\ndown_revision = "0001"\n')

    assert migrations.newest(tmp_path) == set()


def test_whoever_changes_a_model_has_the_commands_of_flask_db(fresh: Flask) -> None:
    schema.upgrade()
    told = fresh.test_cli_runner().invoke(args=["db", "current"])

    assert told.exit_code == 0, told.output


def test_texts_of_an_older_release_are_shown_as_they_were_typed(fresh: Flask) -> None:
    flask_migrate.upgrade(revision="0003")
    typed = "Met groet,\n--\nJan"
    letter = ROWS["post"] | {"body": typed, "body_html": "<h2>Met groet,</h2>\n<p>Jan</p>\n", "excerpt": "Met groet"}
    for table, values in (ROWS | {"post": letter}).items():
        add(table, values)
    before = read("content_version", ["number"])
    flask_migrate.upgrade()

    html = "<p>Met groet,<br>\n--<br>\nJan</p>\n"
    assert read("post", ["body", "body_html", "excerpt"]) == [(typed, html, "Met groet, -- Jan")]
    assert read("content_version", ["number"]) > before
    assert read("search_change", ["key"]) == [("post:5",)]
