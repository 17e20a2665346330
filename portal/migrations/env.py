"""How Alembic reaches our tables: through the running application, one transaction per upgrade."""

from alembic import context
from flask import current_app
from sqlalchemy import Connection

from portal.core.extensions import Model
from portal.core.storage.database import writing_options


def run() -> None:
    """Run migrations on the application's engine; SQLite's foreign keys are off while a table is rebuilt."""
    engine = current_app.extensions["migrate"].db.engine
    with engine.connect() as connection:
        _watch_foreign_keys(connection, watch=False)
        connection.execution_options(**writing_options(engine))  # two processes that start at once: one upgrades
        context.configure(
            connection=connection,
            target_metadata=Model.metadata,
            render_as_batch=True,
            compare_type=True,
            transactional_ddl=True,  # SQLite too: we say BEGIN ourselves, so a failed upgrade leaves nothing half done
        )
        try:
            with context.begin_transaction():
                context.run_migrations()
        finally:
            connection.rollback()
            _watch_foreign_keys(connection, watch=True)


def _watch_foreign_keys(connection: Connection, *, watch: bool) -> None:
    """Switch SQLite's foreign keys past SQLAlchemy: within the transaction that it begins, the pragma does nothing."""
    if connection.dialect.name == "sqlite":
        connection.connection.cursor().execute(f"PRAGMA foreign_keys={'ON' if watch else 'OFF'}")


run()
