"""The database's tables: made and brought up to date by Alembic's migrations."""

import logging

import flask_migrate


def upgrade() -> None:
    """Run the migrations that this database has not had yet; needs an application context."""
    logging.getLogger("alembic").setLevel(logging.WARNING)
    flask_migrate.upgrade()
