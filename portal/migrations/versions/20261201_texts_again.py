"""Texts again: what people wrote is rendered as plain letters first, so what was kept of it is rendered anew."""

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

from portal.core.storage.types import UtcDateTime
from portal.core.text import excerpt, plain_text, render_markdown

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

BATCH = 500
TO_INDEX = sa.table("search_change", sa.column("key"), sa.column("noted_at", UtcDateTime()))
TEXTS = [("post", "body", "body_html"), ("event", "body", "body_html"), ("event", "report", "report_html"),
         ("article", "body", "body_html"), ("page", "body", "body_html")]  # fmt: skip
"""Table, what was typed, what is shown of it."""


def upgrade() -> None:
    connection = op.get_bind()
    version = connection.scalar(sa.text("SELECT number FROM content_version")) + 1
    changed = [_render_all(connection, version, *text) for text in TEXTS]
    if any(changed):
        connection.execute(sa.text("UPDATE content_version SET number = :version"), {"version": version})


def downgrade() -> None:
    """Leave the texts: the older release shows them as they are."""


def _render_all(connection: sa.Connection, version: int, table: str, source: str, shown: str) -> int:
    """Render a column of a table, its rows in batches; returns how many came out otherwise."""
    rows = sa.table(table, *map(sa.column, ("id", source, shown, "excerpt", "changed_version")))
    last = changed = 0
    while batch := connection.execute(
        sa.select(rows.c.id, rows.c[source], rows.c[shown])
        .where(rows.c.id > last, rows.c[source] != "")
        .order_by(rows.c.id)
        .limit(BATCH)
    ).all():
        for number, typed, kept in batch:
            html = render_markdown(typed, trusted=table == "page")
            if html.strip() == (kept or "").strip():
                continue
            values: dict[str, Any] = {shown: html}
            if table == "post":
                values |= {"excerpt": excerpt(plain_text(html)), "changed_version": version}
            connection.execute(sa.update(rows).where(rows.c.id == number).values(values))
            again = {"key": f"{table}:{number}", "noted_at": datetime.now(UTC)}
            connection.execute(sa.insert(TO_INDEX).values(again))
            changed += 1
        last = batch[-1].id
    return changed
