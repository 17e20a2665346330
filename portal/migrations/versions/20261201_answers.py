"""Answers."""

import sqlalchemy as sa
from alembic import op

import portal.core.storage.types

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "answer_guest",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("organisation", sa.String(length=160), nullable=False),
        sa.Column("created_at", portal.core.storage.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", portal.core.storage.types.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_guest")),
    )
    with op.batch_alter_table("answer_guest", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_answer_guest_email"), ["email"], unique=False)

    op.create_table(
        "answer_pending",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("organisation", sa.String(length=160), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("places", sa.Integer(), nullable=True),
        sa.Column("days", sa.String(length=200), nullable=True),
        sa.Column("created_at", portal.core.storage.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("expires_at", portal.core.storage.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("used_at", portal.core.storage.types.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["post_id"], ["post.id"], name=op.f("fk_answer_pending_post_id_post"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_pending")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_answer_pending_token_hash")),
    )
    with op.batch_alter_table("answer_pending", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_answer_pending_email"), ["email"], unique=False)
        batch_op.create_index(batch_op.f("ix_answer_pending_expires_at"), ["expires_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_answer_pending_post_id"), ["post_id"], unique=False)

    op.create_table(
        "answer_thread",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=True),
        sa.Column("subject", sa.String(length=160), nullable=False),
        sa.Column("owner_organisation_id", sa.Integer(), nullable=True),
        sa.Column("asker_organisation_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("turn", sa.String(length=10), nullable=True),
        sa.Column("turn_since", portal.core.storage.types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("first_answer_at", portal.core.storage.types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("last_message_at", portal.core.storage.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("created_at", portal.core.storage.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", portal.core.storage.types.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["asker_organisation_id"],
            ["organisation.id"],
            name=op.f("fk_answer_thread_asker_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["owner_organisation_id"],
            ["organisation.id"],
            name=op.f("fk_answer_thread_owner_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["post_id"], ["post.id"], name=op.f("fk_answer_thread_post_id_post"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_thread")),
    )
    with op.batch_alter_table("answer_thread", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_answer_thread_asker_organisation_id"), ["asker_organisation_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_answer_thread_owner_organisation_id"), ["owner_organisation_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_answer_thread_post_id"), ["post_id"], unique=False)
        batch_op.create_index("ix_answer_thread_state_turn_since", ["state", "turn_since"], unique=False)

    op.create_table(
        "answer_message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("thread_id", sa.Integer(), nullable=False),
        sa.Column("side", sa.String(length=10), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("guest_id", sa.Integer(), nullable=True),
        sa.Column("author_name", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("body_html", sa.Text(), nullable=False),
        sa.Column("places", sa.Integer(), nullable=True),
        sa.Column("days", sa.String(length=200), nullable=True),
        sa.Column("created_at", portal.core.storage.types.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["guest_id"], ["answer_guest.id"], name=op.f("fk_answer_message_guest_id_answer_guest"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["thread_id"],
            ["answer_thread.id"],
            name=op.f("fk_answer_message_thread_id_answer_thread"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_answer_message_user_id_user"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_message")),
    )
    with op.batch_alter_table("answer_message", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_answer_message_guest_id"), ["guest_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_answer_message_thread_id"), ["thread_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_answer_message_user_id"), ["user_id"], unique=False)

    op.create_table(
        "answer_participant",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("thread_id", sa.Integer(), nullable=False),
        sa.Column("side", sa.String(length=10), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("guest_id", sa.Integer(), nullable=True),
        sa.Column("read_message_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("user_id IS NULL OR guest_id IS NULL", name=op.f("ck_answer_participant_member_or_guest")),
        sa.ForeignKeyConstraint(
            ["guest_id"],
            ["answer_guest.id"],
            name=op.f("fk_answer_participant_guest_id_answer_guest"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["thread_id"],
            ["answer_thread.id"],
            name=op.f("fk_answer_participant_thread_id_answer_thread"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_answer_participant_user_id_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_participant")),
        sa.UniqueConstraint("thread_id", "guest_id", name=op.f("uq_answer_participant_thread_id_guest_id")),
        sa.UniqueConstraint("thread_id", "user_id", name=op.f("uq_answer_participant_thread_id_user_id")),
    )
    with op.batch_alter_table("answer_participant", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_answer_participant_guest_id"), ["guest_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_answer_participant_thread_id"), ["thread_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_answer_participant_user_id"), ["user_id"], unique=False)


def downgrade() -> None:
    for table in ("answer_participant", "answer_message", "answer_thread", "answer_pending", "answer_guest"):
        op.drop_table(table)
