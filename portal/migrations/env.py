"""How Alembic reaches our tables: through the running application, one transaction per upgrade."""

from alembic import context
from flask import current_app

from portal.core.extensions import Model


def run() -> None:
    """Run migrations on the application's engine; SQLite's foreign keys are off while a table is rebuilt."""
    engine = current_app.extensions["migrate"].db.engine
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
            connection.rollback()
        context.configure(
            connection=connection,
            target_metadata=Model.metadata,
            render_as_batch=True,
            compare_type=True,
            transactional_ddl=True,  # SQLite too: we say BEGIN ourselves, so a failed upgrade leaves nothing half done
        )
        with context.begin_transaction():
            context.run_migrations()


run()
