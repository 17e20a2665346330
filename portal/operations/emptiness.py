"""Checks that a portal is unused before the demo is loaded, because the demo replaces all rows."""

from sqlalchemy import func, select

from portal.core.extensions import Model, db
from portal.files import storage
from portal.operations import foundation

WRITTEN_BY_THE_PORTAL = frozenset({"content_version", "job_run", "limit_count", "search_change", "table_version"})
"""Tables that the portal fills by itself and that hold nothing that people wrote."""


def find_content() -> str | None:
    """Return a description of the content that people added, None when there is none; needs an application context.

    Every uploaded file counts, and every row, except in the tables that the portal fills by itself; of the rows that
    `portal init` adds, only changed ones count. May raise StoreAway.
    """
    for table in Model.metadata.sorted_tables:
        if count := _count(table.name):
            return f"{count} row{'s' if count > 1 else ''} in its table {table.name}"
    if (name := next(iter(storage.names()), None)) is not None:
        return f"an uploaded file ({name})"
    return None


def _count(table: str) -> int:
    if table in WRITTEN_BY_THE_PORTAL:
        return 0
    if table in foundation.TABLES:
        return foundation.count_changed(table)
    return db.session.scalar(select(func.count()).select_from(Model.metadata.tables[table])) or 0
