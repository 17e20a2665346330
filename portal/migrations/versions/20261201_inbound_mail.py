"""Mail that comes in: each counted once, addresses that bounced, held mail, and the whole text of mailed messages."""

import sqlalchemy as sa
from alembic import op

import portal.core.storage.types

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "mail_inbound",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("letter", sa.String(length=1), nullable=False),
        sa.Column("fate", sa.String(length=10), nullable=False),
        sa.Column("received_at", portal.core.storage.types.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_mail_inbound")),
    )
    with op.batch_alter_table("mail_inbound", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mail_inbound_received_at"), ["received_at"], unique=False)

    op.create_table(
        "mail_bounced_address",
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("bounced_at", portal.core.storage.types.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("address", name=op.f("pk_mail_bounced_address")),
    )
    op.create_table(
        "answer_held_mail",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("participant_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=10), nullable=False),
        sa.Column("sender", sa.String(length=254), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("full_text", sa.Text(), nullable=False),
        sa.Column("dropped_files", sa.Integer(), nullable=False),
        sa.Column("created_at", portal.core.storage.types.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["answer_participant.id"],
            name=op.f("fk_answer_held_mail_participant_id_answer_participant"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_held_mail")),
    )
    with op.batch_alter_table("answer_held_mail", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_answer_held_mail_created_at"), ["created_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_answer_held_mail_participant_id"), ["participant_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_answer_held_mail_sender"), ["sender"], unique=False)

    with op.batch_alter_table("answer_message", schema=None) as batch_op:
        batch_op.add_column(sa.Column("full_text", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("dropped_files", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    with op.batch_alter_table("answer_message", schema=None) as batch_op:
        batch_op.drop_column("dropped_files")
        batch_op.drop_column("full_text")
    for table in ("answer_held_mail", "mail_bounced_address", "mail_inbound"):
        op.drop_table(table)
