"""Chooses the search engine of the application from its settings (`PORTAL_SEARCH`)."""

from flask import current_app

from portal.core.config import Settings
from portal.search.engines.base import Engine
from portal.search.engines.embedded.engine import EmbeddedEngine
from portal.search.engines.postgres.engine import PostgresEngine

EXTENSION = "search_engine"


def engine() -> Engine:
    """Return the search engine of the current application, created at first use."""
    known: Engine | None = current_app.extensions.get(EXTENSION)
    if known is None:  # not `or`: an engine with an empty index is false
        known = current_app.extensions.setdefault(EXTENSION, create_engine(current_app.config["SETTINGS"]))
    return known


def create_engine(settings: Settings) -> Engine:
    """Return the engine that the settings name; its index is not read yet."""
    if settings.search == "postgres":
        return PostgresEngine()
    return EmbeddedEngine(settings.instance / "search")
