"""The database's tables: made and brought up to date by Alembic's migrations."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import text

from portal.core.extensions import db
from portal.core.storage import migrations

TURN = 7_302_461
"""The number of our lock in PostgreSQL: any, as long as nobody else in the same database uses it."""


def upgrade() -> None:
    """Run the migrations that this database has not had yet; needs an application context."""
    if migrations.is_current(db.engine):
        return
    import flask_migrate

    logging.getLogger("alembic").setLevel(logging.WARNING)
    with _turn():
        flask_migrate.upgrade()


@contextmanager
def _turn() -> Iterator[None]:
    """Let several machines that start at once go one after the other; the second finds nothing to do."""
    if db.engine.dialect.name != "postgresql":
        yield
        return
    with db.engine.connect() as connection:
        connection.execute(text("SELECT pg_advisory_lock(:turn)"), {"turn": TURN})
        try:
            yield
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(:turn)"), {"turn": TURN})
            connection.rollback()
