"""Whether anybody ever used this portal: demo content replaces all rows, so it goes only where there is nothing."""

from sqlalchemy import func, select

from portal.core.extensions import Model, db
from portal.files import storage
from portal.operations import foundation

WRITTEN_BY_THE_PORTAL = frozenset({"content_version", "job_run", "limit_count", "search_change", "table_version"})
"""Tables that hold nothing of people: the portal fills them by itself as soon as it runs."""


def find_content() -> str | None:
    """Return in some words what people put into this portal, None when nothing; needs an application context.

    Any row counts, of every table but those that the portal fills by itself; of what `portal init` lays, only rows
    that were added or changed. So does any uploaded file. May raise StoreAway.
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
