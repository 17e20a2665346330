"""Alerts, saved items and notices."""

import sqlalchemy as sa
from alembic import op

import portal.core.storage.types

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "alert_guest",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("created_at", portal.core.storage.types.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_guest")),
        sa.UniqueConstraint("email", name=op.f("uq_alert_guest_email")),
    )
    op.create_table(
        "alert_pending",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("list_slug", sa.String(length=40), nullable=False),
        sa.Column("query", sa.String(length=600), nullable=False),
        sa.Column("frequency", sa.String(length=10), nullable=False),
        sa.Column("created_at", portal.core.storage.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("expires_at", portal.core.storage.types.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_pending")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_alert_pending_token_hash")),
    )
    with op.batch_alter_table("alert_pending", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_alert_pending_email"), ["email"], unique=False)
        batch_op.create_index(batch_op.f("ix_alert_pending_expires_at"), ["expires_at"], unique=False)

    op.create_table(
        "alert",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("guest_id", sa.Integer(), nullable=True),
        sa.Column("list_slug", sa.String(length=40), nullable=False),
        sa.Column("query", sa.String(length=600), nullable=False),
        sa.Column("frequency", sa.String(length=10), nullable=False),
        sa.Column("seen_until", portal.core.storage.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("due_at", portal.core.storage.types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("created_at", portal.core.storage.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", portal.core.storage.types.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(user_id IS NULL) <> (guest_id IS NULL)", name=op.f("ck_alert_member_or_guest")),
        sa.ForeignKeyConstraint(
            ["guest_id"], ["alert_guest.id"], name=op.f("fk_alert_guest_id_alert_guest"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_alert_user_id_user"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert")),
        sa.UniqueConstraint("guest_id", "list_slug", "query", name=op.f("uq_alert_guest_id_list_slug_query")),
        sa.UniqueConstraint("user_id", "list_slug", "query", name=op.f("uq_alert_user_id_list_slug_query")),
    )
    with op.batch_alter_table("alert", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_alert_due_at"), ["due_at"], unique=False)

    op.create_table(
        "notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("unique_key", sa.String(length=200), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("path", sa.String(length=300), nullable=False),
        sa.Column("created_at", portal.core.storage.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("read_at", portal.core.storage.types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("is_waiting", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_notice_user_id_user"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("unique_key", name=op.f("uq_notice_unique_key")),
    )
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notice_created_at"), ["created_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_notice_is_waiting"), ["is_waiting"], unique=False)
        batch_op.create_index("ix_notice_user_id_read_at", ["user_id", "read_at"], unique=False)

    op.create_table(
        "saved_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=True),
        sa.Column("event_id", sa.Integer(), nullable=True),
        sa.Column("article_id", sa.Integer(), nullable=True),
        sa.Column("saved_at", portal.core.storage.types.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(post_id IS NOT NULL AND event_id IS NULL AND article_id IS NULL)"
            " OR (post_id IS NULL AND event_id IS NOT NULL AND article_id IS NULL)"
            " OR (post_id IS NULL AND event_id IS NULL AND article_id IS NOT NULL)",
            name=op.f("ck_saved_item_one_item"),
        ),
        sa.ForeignKeyConstraint(
            ["article_id"], ["article.id"], name=op.f("fk_saved_item_article_id_article"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_saved_item_event_id_event"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_saved_item_post_id_post"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_saved_item_user_id_user"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_item")),
        sa.UniqueConstraint("user_id", "article_id", name=op.f("uq_saved_item_user_id_article_id")),
        sa.UniqueConstraint("user_id", "event_id", name=op.f("uq_saved_item_user_id_event_id")),
        sa.UniqueConstraint("user_id", "post_id", name=op.f("uq_saved_item_user_id_post_id")),
    )
    with op.batch_alter_table("saved_item", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_saved_item_article_id"), ["article_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_saved_item_event_id"), ["event_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_saved_item_post_id"), ["post_id"], unique=False)

    with op.batch_alter_table("mail_preference", schema=None) as batch_op:
        batch_op.add_column(sa.Column("is_bundled", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("mail_preference", schema=None) as batch_op:
        batch_op.drop_column("is_bundled")
    for table in ("saved_item", "notice", "alert", "alert_pending", "alert_guest"):
        op.drop_table(table)
