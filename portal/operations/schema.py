"""Creates and upgrades the database schema with Alembic's migrations."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import text

from portal.core.extensions import db
from portal.core.storage import migrations

TURN = 7_302_461
"""The key of the advisory lock in PostgreSQL; any number that nothing else in the database uses."""


def upgrade() -> None:
    """Run the pending migrations; needs an application context."""
    if migrations.is_current(db.engine):
        return
    import flask_migrate

    logging.getLogger("alembic").setLevel(logging.WARNING)
    with _turn():
        flask_migrate.upgrade()


@contextmanager
def _turn() -> Iterator[None]:
    """Serialise machines that start at the same time; the later ones find nothing to do."""
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
