"""Database engine options, the `transaction()` that all writes use, and the content version."""

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any, NamedTuple, TypeVar

from flask import Flask, g
from sqlalchemy import Connection, Engine, PoolProxiedConnection, String, event, insert, inspect, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, UOWTransaction

from portal.core.extensions import db
from portal.core.models import ContentVersion, Public, TableVersion, Versioned
from portal.core.storage import postgres, write_freeze
from portal.core.storage.postgres import BUSY_TIMEOUT_MS as BUSY_TIMEOUT_MS
from portal.core.storage.postgres import WRITING as WRITING
from portal.core.text import clean

RAISED = "portal_content_version"
RAISED_TABLES = "portal_table_versions"
STATE = "content_state"
SQLITE = "sqlite"
Row = TypeVar("Row", bound=Any)
Key = TypeVar("Key")
Facts = TypeVar("Facts")
NEWEST = "SELECT number, removed_version, demo FROM content_version"


class ContentState(NamedTuple):
    """The content version, the version at which a public row was last deleted, and whether this is a demo."""

    number: int
    removed: int
    demo: bool


NOTHING_YET = ContentState(0, 0, demo=False)


def init_app(app: Flask) -> None:
    """Prepare the application's engine and the session hooks; needs `db.init_app` done."""
    with app.app_context():
        _prepare_engine(db.engine)


def _prepare_engine(engine: Engine) -> None:
    if engine.dialect.name == SQLITE:
        event.listen(engine, "connect", _configure_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        postgres.prepare(engine)


def engine_options(url: str) -> dict[str, Any]:
    """Return SQLAlchemy's engine options for a database URL."""
    pool = {"pool_size": 10, "max_overflow": 20, "hide_parameters": True}  # values must not appear in logs
    return pool | ({} if url.startswith(SQLITE) else postgres.ENGINE_OPTIONS)


def writing_options(engine: Engine, patience_ms: int = BUSY_TIMEOUT_MS) -> dict[str, Any]:
    """Return the execution options of a writing connection: it holds the write lock until its transaction ends.

    The time to wait for the lock is set here for PostgreSQL; SQLite takes it from a pragma.
    """
    return {WRITING: patience_ms} | ({} if engine.dialect.name == SQLITE else postgres.WRITING_OPTIONS)


def _configure_sqlite(connection: Any, _record: object) -> None:
    """Set WAL, `synchronous=FULL` (a commit is on disk), foreign keys and the busy timeout."""
    connection.isolation_level = None  # `_begin_sqlite` emits BEGIN
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={BUSY_TIMEOUT_MS}"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    """Begin IMMEDIATE for writers: upgrading a read lock fails when somebody else wrote in between."""
    if connection.get_execution_options().get(WRITING):
        write_freeze.refuse_when_frozen(connection.engine.url.database or "")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        _stop_when_closed(connection)  # checked after waiting for the lock: a migration may have held it
    else:  # takes no lock, so it cannot fail; executed on the driver's connection, which is faster
        connection.connection.cursor().execute("BEGIN")


def _stop_when_closed(connection: Connection) -> None:
    try:
        write_freeze.refuse_when_frozen(connection.engine.url.database or "")
    except write_freeze.WritesFrozen:
        connection.connection.cursor().execute("ROLLBACK")
        raise


@contextmanager
def transaction() -> Iterator[Session]:
    """Open the one transaction in which rows may be written: commit at the end, roll back on any exception.

    A nested call joins the outer transaction. Rows loaded earlier are refreshed from the database.
    """
    session = db.session()
    if session.info.get(WRITING):
        yield session
        return
    session.rollback()
    g.pop(STATE, None)
    session.connection(execution_options=writing_options(db.engine))
    session.info[WRITING] = True
    try:
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info.pop(WRITING, None)
        session.info.pop(RAISED, None)
        session.info.pop(RAISED_TABLES, None)


def upsert(
    session: Session,
    model: type[Row],
    key: str,
    facts: Mapping[Key, Facts],
    apply: Callable[[Row, Facts], None],
) -> dict[Key, Row]:
    """Add or change the rows of a table that have these values of `key`; returns every row of the table by that value.

    `apply` writes the facts of one row into it; it gets a new row before that one is in the session.
    """
    known: dict[Key, Row] = {getattr(row, key): row for row in session.scalars(select(model))}
    for value, one in facts.items():
        row = known.get(value) or model(**{key: value})
        apply(row, one)
        session.add(row)
        known[value] = row
    return known


@event.listens_for(Session, "before_flush")
def _before_flush(session: Session, _context: UOWTransaction, _instances: object) -> None:
    """Refuse writes outside `transaction()`; raise the content version once when something public changes."""
    changed = [*session.new, *session.deleted, *(row for row in session.dirty if session.is_modified(row))]
    if not changed:
        return
    if not session.info.get(WRITING):
        raise RuntimeError("write inside portal.core.storage.database.transaction()")
    for row in changed:
        _clean_texts(row)
    public = [row for row in changed if isinstance(row, Public)]
    if not public:
        return
    number = session.info.get(RAISED) or raise_content_version(session)
    for row in public:
        if isinstance(row, Versioned):
            row.changed_version = number
    if any(row in session.deleted for row in public):
        session.execute(update(ContentVersion).values(removed_version=number))
    _raise_table_versions(session, {inspect(row).mapper.local_table.name for row in public}, number)


def _clean_texts(row: Any) -> None:
    """Remove control and direction characters from every text of a new or changed row."""
    for name in _text_columns(type(row)):  # type: ignore[arg-type]  # classes are hashable
        text = row.__dict__.get(name)
        if isinstance(text, str) and (cleaned := clean(text)) != text:
            setattr(row, name, cleaned)


@cache
def _text_columns(cls: type[Any]) -> tuple[str, ...]:
    columns = inspect(cls).column_attrs
    return tuple(column.key for column in columns if isinstance(column.columns[0].type, String))


def raise_content_version(session: Session) -> int:
    """Raise the content version within the current transaction, which invalidates cached pages; return the new one."""
    statement = update(ContentVersion).values(number=ContentVersion.number + 1).returning(ContentVersion.number)
    number: int = session.execute(statement).scalar_one()
    session.info[RAISED] = number
    return number


def _raise_table_versions(session: Session, names: set[str], number: int) -> None:
    """Record that rows of these tables change in the running transaction, each table once."""
    raised: set[str] = session.info.setdefault(RAISED_TABLES, set())
    names = names - raised
    if not names:
        return
    raised |= names
    statement = update(TableVersion).where(TableVersion.name.in_(names)).values(number=number)
    known = set(session.scalars(statement.returning(TableVersion.name)))
    if new := names - known:
        session.execute(insert(TableVersion), [{"name": name, "number": number} for name in sorted(new)])


_TABLES = select(TableVersion.name, TableVersion.number)


def table_versions(session: Session, names: Collection[str]) -> dict[str, int]:
    """Return at which content version each of these tables last changed; 0 for one that never had a row."""
    known = dict(session.connection().execute(_TABLES).all())
    return {name: known.get(name, 0) for name in names}


def content_version(engine: Engine | None = None) -> int:
    """Return the current content version, bypassing the session. Raises LookupError when the table is empty."""
    return content_state(engine).number


def content_state(engine: Engine | None = None) -> ContentState:
    """Return the current state with one small query, bypassing the session; runs on every public request.

    Without an engine it needs an application context. Raises LookupError when the table is empty.
    """
    row = first_row(NEWEST, engine)
    if row is None:
        raise LookupError("the table content_version is empty: run `portal init`")
    return ContentState(int(row[0]), int(row[1]), demo=bool(row[2]))


def first_row(statement: str, engine: Engine | None = None) -> Any:
    """Return the first row of a query without parameters, bypassing the session; None when there is none.

    It costs a tenth of a query through the session; meant for polling several times a second. Without an engine it
    needs an application context.
    """
    engine = engine or db.engine
    connection = engine.raw_connection()
    try:
        return (_ask_sqlite if engine.dialect.name == SQLITE else postgres.ask)(connection, statement)
    finally:
        connection.close()


_STATE = select(ContentVersion.number, ContentVersion.removed_version, ContentVersion.demo)


def state_of(session: Session) -> ContentState:
    """Return the state as this transaction sees it, or an older one; rows read later are never older than it.

    Queried once per transaction, or taken from the freshness middleware.
    """
    known: ContentState | None = g.get(STATE)
    if known is not None:
        return known
    kept = session.info.get(STATE)
    if kept is not None and kept[0] is session.get_transaction() and not session.info.get(WRITING):
        state: ContentState = kept[1]
        return state
    row = session.connection().execute(_STATE).one_or_none()
    state = ContentState(*row) if row else NOTHING_YET
    session.info[STATE] = (session.get_transaction(), state)
    return state


def _ask_sqlite(connection: PoolProxiedConnection, statement: str) -> Any:
    cursor = connection.cursor()
    cursor.execute(statement)
    row = cursor.fetchone()
    cursor.close()
    return row


def holds_demo() -> bool:
    """Return whether this database holds demo content; False when it cannot be queried."""
    try:
        return state_of(db.session()).demo
    except SQLAlchemyError:
        db.session.rollback()
        return False
