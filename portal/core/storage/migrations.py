"""Lazy loading of Flask-Migrate and Alembic, which most starts do not need."""

import re
from importlib import import_module
from pathlib import Path
from typing import Any

import click
from flask import Flask
from sqlalchemy import Engine, inspect, text

from portal.core.config import ROOT

FOLDER = ROOT / "portal" / "migrations"
REVISION = re.compile(r"^(down_revision|revision) = (?:\"(\w+)\"|None)$", re.MULTILINE)


class Migrations:
    """A stand-in for Flask-Migrate's extension that loads it at first use."""

    def init_app(self, app: Flask, db: Any, **options: Any) -> None:
        """Register with an application, including the commands of `flask db`."""
        app.extensions["migrate"] = _Tie(app, db, options)
        app.cli.add_command(_Commands("db", help="Perform database migrations."))


class _Tie:
    def __init__(self, app: Flask, db: Any, options: dict[str, Any]) -> None:
        self._given = app, db, options

    def __getattr__(self, name: str) -> Any:
        from flask_migrate import Migrate

        app, db, options = self._given
        Migrate(app, db, **options)  # replaces this stand-in
        return getattr(app.extensions["migrate"], name)


class _Commands(click.Command):
    """A stand-in for Flask-Migrate's command group that loads it when a command is called."""

    def make_context(self, *arguments: Any, **more: Any) -> click.Context:
        context: click.Context = import_module("flask_migrate.cli").db.make_context(*arguments, **more)
        return context


def newest(folder: Path = FOLDER / "versions") -> set[str]:
    """Return the head revisions found by reading the migration files; empty when a file cannot be parsed."""
    made, built_on = set(), set()
    for path in folder.glob("*.py"):
        said = dict(REVISION.findall(path.read_text(encoding="utf-8")))
        if said.keys() != {"revision", "down_revision"}:
            return set()
        made.add(said["revision"])
        built_on.add(said["down_revision"])
    return made - built_on


def is_current(engine: Engine) -> bool:
    """Return whether a database is certainly at the head revision, without loading Alembic."""
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return False
        had = set(connection.scalars(text("SELECT version_num FROM alembic_version")))
    return bool(had) and had == newest()
