"""`portal migrate-to URL`: moves a portal from SQLite to PostgreSQL and verifies every table.

Writes to the old database are refused from the start (`core.storage.write_freeze`), while reading continues. All rows
are copied in one transaction, read back and compared with the source before the commit. After any difference or
failure nothing is committed and the old portal continues as before. After success the old database stays frozen,
because anything written there would be lost.
"""

import argparse
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from flask import Flask
from sqlalchemy import Connection, Table, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from tqdm import tqdm

from portal.core import config, service_urls
from portal.core.config import Settings
from portal.core.extensions import db
from portal.core.storage import write_freeze
from portal.core.storage.database import SQLITE, writing_options
from portal.operations import migrate_files, rows, schema
from portal.operations.rows import Fingerprint

OK, FAILED, USAGE = 0, 1, 2
MADE_BY_MIGRATIONS = {"alembic_version": 1, "content_version": 1}
"""The number of rows that the migrations themselves insert, per table."""


class Refused(Exception):
    """The move is impossible or failed; nothing was changed. The message is for the terminal."""


class Compared(NamedTuple):
    """The fingerprints of a table in the source and in the target."""

    table: str
    source: Fingerprint
    target: Fingerprint

    @property
    def same(self) -> bool:
        """Whether both sides are equal."""
        return self.source == self.target


@dataclass(frozen=True, slots=True)
class Outcome:
    """The comparison of every table, and the result for the files (None: they are not moved)."""

    tables: list[Compared]
    files: migrate_files.Copied | None

    @property
    def well(self) -> bool:
        """Whether all tables and files are equal."""
        return all(table.same for table in self.tables) and (self.files is None or not self.files.wrong)


def describe(command: argparse.ArgumentParser) -> None:
    """Add the arguments of `portal migrate-to` to its parser."""
    command.add_argument("url", metavar="URL", help="an empty database: postgresql://user@host/name")
    command.add_argument(
        "--files", metavar="URL", help="copy uploaded files too: s3://bucket/prefix, or file:///folder"
    )


def run(app: Flask, options: argparse.Namespace, make: Callable[[Settings], Flask]) -> int:
    """Move, print the comparison and the next steps; return 0 when done, 1 when nothing moved, 2 for wrong arguments.

    `make` creates an application from settings.
    """
    try:
        target = make(_settings(app, options.url, options.files))
    except config.ConfigurationError as error:
        print(f"portal: {error}", file=sys.stderr)
        return USAGE
    try:
        outcome = move(app, target, with_files=bool(options.files))
    except Refused as error:
        print(f"portal: {error}", file=sys.stderr)
        return FAILED
    finally:
        with target.app_context():
            db.engine.dispose()
    _print(outcome)
    if not outcome.well:
        print("portal: the two sides differ: nothing was kept there, and the old portal goes on", file=sys.stderr)
        return FAILED
    print(
        NEXT_STEPS.format(mark=write_freeze.marker_path(_path(app)), key=app.config["SETTINGS"].instance / "secret_key")
    )
    return OK


def _settings(app: Flask, url: str, files_url: str | None) -> Settings:
    """Return the settings of the new portal; raises ConfigurationError."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise config.ConfigurationError("URL cannot be read: it looks like postgresql://user@host/name") from None
    if parsed.get_backend_name() != "postgresql":
        raise config.ConfigurationError("URL must start with postgresql://")
    service_urls.require_package("URL", "psycopg", "postgresql")
    settings: Settings = replace(app.config["SETTINGS"], database_url=url)
    return replace(settings, files=service_urls.parse_files_url(files_url)) if files_url else settings


def move(app: Flask, target: Flask, *, with_files: bool = False) -> Outcome:
    """Copy everything and compare; raises Refused. The source stays frozen only after success."""
    path = _path(app)
    try:
        with write_freeze.frozen(path) as leave_closed, _reading(app) as source:
            _prepare(target)
            files = migrate_files.copy(app, target, source) if with_files else None
            with _writing(target) as there:
                _refuse_other_version(source, there)
                outcome = Outcome(_copy(source, there), files)
                if outcome.well:
                    there.commit()
                    leave_closed()
    except write_freeze.AlreadyFrozen as error:
        raise Refused(f"this database is being moved, or was already: {error} says so") from None
    except DBAPIError as error:
        reason = str(error.orig).splitlines()[0]
        raise Refused(f"nothing was moved; the database says: {reason}") from error
    return outcome


def _path(app: Flask) -> str:
    url = make_url(app.config["SETTINGS"].database_url)
    if url.get_backend_name() != SQLITE or not url.database:
        raise Refused("this portal is on PostgreSQL already (PORTAL_DATABASE_URL)")
    return url.database


@contextmanager
def _reading(app: Flask) -> Iterator[Connection]:
    """Yield a connection to the source with one snapshot, after running writes finished and new ones are refused."""
    with app.app_context():
        engine = db.engine
    with engine.connect() as connection:
        # a write without effect takes the write lock; it bypasses the freeze that stops other writers
        connection.execute(text("UPDATE content_version SET number = number"))
        try:
            yield connection
        finally:
            connection.rollback()


def _prepare(target: Flask) -> None:
    """Create the tables by running the migrations; raises Refused when the target has content already."""
    with target.app_context():
        _refuse_content()
        schema.upgrade()


@contextmanager
def _writing(target: Flask) -> Iterator[Connection]:
    """Yield a connection to the target; without a commit nothing is stored."""
    with target.app_context():
        engine = db.engine
    with engine.connect().execution_options(**writing_options(engine)) as connection:
        try:
            # idle while the source is read, so without the idle timeout of other writers
            connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
            yield connection
        finally:
            connection.rollback()


def _refuse_content() -> None:
    """Raise Refused unless the target is empty, or has only the empty tables of an earlier attempt."""
    with db.engine.connect() as connection:
        if connection.scalar(text("SHOW server_encoding")) != "UTF8":
            raise Refused("the target database is not in UTF-8: createdb --encoding=UTF8 --template=template0")
        known = {table.name: table for table in rows.tables()}
        for name in inspect(connection).get_table_names():
            if name == "alembic_version":
                continue
            if name not in known:
                raise Refused(f"the target holds a table that is not ours ({name}): give an empty database")
            if rows.count(connection, known[name]) > MADE_BY_MIGRATIONS.get(name, 0):
                raise Refused(f"the target holds rows already (table {name}): drop it and make an empty database")


def _refuse_other_version(source: Connection, target: Connection) -> None:
    """Raise Refused unless the source is at the newest migration."""
    versions = [one.scalar(text("SELECT version_num FROM alembic_version")) for one in (source, target)]
    if versions[0] != versions[1]:
        raise Refused("the old database is of an earlier version: run `portal init` first")


def _copy(source: Connection, target: Connection) -> list[Compared]:
    """Copy every table, read both sides again and return the comparison."""
    tables = rows.tables()
    total = sum(rows.count(source, table) for table in tables)
    with tqdm(total=total * 2, unit=" rows", file=sys.stderr, disable=not sys.stderr.isatty()) as progress:
        with rows.WithoutForeignKeys(target):
            for table in tables:
                progress.set_description(f"copying {table.name}"[:30])
                rows.clear(target, table)
                rows.copy(source, target, table, progress.update)
                rows.continue_numbering(source, target, table)
        return [_compare(source, target, table, progress) for table in tables]


def _compare(source: Connection, target: Connection, table: Table, progress: "tqdm[Any]") -> Compared:
    progress.set_description(f"comparing {table.name}"[:30])
    compared = Compared(table.name, rows.fingerprint(source, table), rows.fingerprint(target, table))
    progress.update(compared.source.rows)
    return compared


def _print(outcome: Outcome) -> None:
    print(f"{'table':<28}{'rows':>8}  {'checksum':<16}{'rows there':>12}  {'checksum':<16}")
    for one in outcome.tables:
        verdict = "same" if one.same else "DIFFERS"
        print(f"{one.table:<28}{one.source}{one.target!s:>30}  {verdict}")
    if outcome.files is not None:
        print(outcome.files)


NEXT_STEPS = """
Everything arrived. The old database takes no more writes ({mark} says so); reading goes on.
Now, on every machine:
  1. stop the old portal and its worker;
  2. set PORTAL_DATABASE_URL to the new address, and PORTAL_SEARCH=postgres; PORTAL_FILES_URL when files moved too;
  3. set PORTAL_SECRET_KEY to what {key} holds (unless it was set already): people stay signed in;
  4. portal reindex, then portal check: all lines say ok;
  5. start the portal.
To go back instead: remove the file {mark}. What was written to the new portal since is not in the old one."""
