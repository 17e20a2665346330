"""Held files and meeting links."""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from alembic import op

import portal.core.storage.types

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

HELD_FOR = timedelta(days=60)


def upgrade() -> None:
    with op.batch_alter_table("stored_file", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("held_until", portal.core.storage.types.UtcDateTime(timezone=True), nullable=True),
        )
    _hold_files_without_post()
    with op.batch_alter_table("post_attachment", schema=None) as batch_op:
        batch_op.alter_column("post_id", existing_type=sa.Integer(), nullable=False)

    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.add_column(sa.Column("meeting_url", sa.String(length=500), nullable=True))
        batch_op.add_column(sa.Column("meeting_url_for", sa.String(length=12), nullable=True))

    with op.batch_alter_table("state_change", schema=None) as batch_op:
        batch_op.add_column(sa.Column("act", sa.String(length=20), nullable=True))


def _hold_files_without_post() -> None:
    """What was sent with a post that is still being written is held by its form now, not by a row without post."""
    attachment = sa.table("post_attachment", sa.column("post_id"), sa.column("file_id"))
    file = sa.table(
        "stored_file", sa.column("id"), sa.column("held_until", portal.core.storage.types.UtcDateTime(timezone=True))
    )
    unsent = sa.select(attachment.c.file_id).where(attachment.c.post_id.is_(None))
    until = datetime.now(UTC) + HELD_FOR
    op.execute(sa.update(file).where(file.c.id.in_(unsent)).values(held_until=until))
    op.execute(sa.delete(attachment).where(attachment.c.post_id.is_(None)))


def downgrade() -> None:
    with op.batch_alter_table("state_change", schema=None) as batch_op:
        batch_op.drop_column("act")

    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.drop_column("meeting_url_for")
        batch_op.drop_column("meeting_url")

    with op.batch_alter_table("post_attachment", schema=None) as batch_op:
        batch_op.alter_column("post_id", existing_type=sa.Integer(), nullable=True)

    with op.batch_alter_table("stored_file", schema=None) as batch_op:
        batch_op.drop_column("held_until")
