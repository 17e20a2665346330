"""Contact, files, holds, blocks, reports, forwards and outcomes of conversations."""

import sqlalchemy as sa
from alembic import op

import portal.core.storage.types

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "answer_forward_refusal",
        sa.Column("address_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", portal.core.storage.types.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("address_hash", name=op.f("pk_answer_forward_refusal")),
    )
    op.create_table(
        "answer_block",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("blocked_id", sa.Integer(), nullable=True),
        sa.Column("blocked_email", sa.String(length=254), nullable=True),
        sa.Column("created_at", portal.core.storage.types.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "blocked_id IS NOT NULL OR blocked_email IS NOT NULL", name=op.f("ck_answer_block_has_blocked")
        ),
        sa.CheckConstraint("user_id IS NOT NULL OR email IS NOT NULL", name=op.f("ck_answer_block_has_blocker")),
        sa.ForeignKeyConstraint(
            ["blocked_id"], ["user.id"], name=op.f("fk_answer_block_blocked_id_user"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_answer_block_user_id_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_block")),
    )
    with op.batch_alter_table("answer_block", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_answer_block_blocked_email"), ["blocked_email"], unique=False)
        batch_op.create_index(batch_op.f("ix_answer_block_blocked_id"), ["blocked_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_answer_block_email"), ["email"], unique=False)
        batch_op.create_index(batch_op.f("ix_answer_block_user_id"), ["user_id"], unique=False)

    op.create_table(
        "answer_forward",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("address_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", portal.core.storage.types.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["post_id"], ["post.id"], name=op.f("fk_answer_forward_post_id_post"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_forward")),
        sa.UniqueConstraint("post_id", "address_hash", name=op.f("uq_answer_forward_post_id_address_hash")),
    )
    with op.batch_alter_table("answer_forward", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_answer_forward_address_hash"), ["address_hash"], unique=False)
        batch_op.create_index(batch_op.f("ix_answer_forward_post_id"), ["post_id"], unique=False)

    op.create_table(
        "answer_outcome",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("thread_id", sa.Integer(), nullable=False),
        sa.Column("side", sa.String(length=10), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("guest_id", sa.Integer(), nullable=True),
        sa.Column("worked", sa.Boolean(), nullable=True),
        sa.Column("partner", sa.String(length=160), nullable=True),
        sa.Column("pupils", sa.Integer(), nullable=True),
        sa.Column("lessons", sa.Integer(), nullable=True),
        sa.Column("places", sa.Integer(), nullable=True),
        sa.Column("again", sa.String(length=10), nullable=True),
        sa.Column("may_tell", sa.Boolean(), nullable=False),
        sa.Column("story", sa.Text(), nullable=True),
        sa.Column("created_at", portal.core.storage.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", portal.core.storage.types.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["guest_id"], ["answer_guest.id"], name=op.f("fk_answer_outcome_guest_id_answer_guest"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["thread_id"],
            ["answer_thread.id"],
            name=op.f("fk_answer_outcome_thread_id_answer_thread"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_answer_outcome_user_id_user"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_outcome")),
        sa.UniqueConstraint("thread_id", "side", name=op.f("uq_answer_outcome_thread_id_side")),
    )
    with op.batch_alter_table("answer_outcome", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_answer_outcome_guest_id"), ["guest_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_answer_outcome_user_id"), ["user_id"], unique=False)

    op.create_table(
        "answer_attachment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["file_id"], ["stored_file.id"], name=op.f("fk_answer_attachment_file_id_stored_file"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["answer_message.id"],
            name=op.f("fk_answer_attachment_message_id_answer_message"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_attachment")),
        sa.UniqueConstraint("file_id", name=op.f("uq_answer_attachment_file_id")),
    )
    with op.batch_alter_table("answer_attachment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_answer_attachment_message_id"), ["message_id"], unique=False)

    op.create_table(
        "answer_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("thread_id", sa.Integer(), nullable=False),
        sa.Column("participant_id", sa.Integer(), nullable=True),
        sa.Column("reporter_name", sa.String(length=120), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_at", portal.core.storage.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("decided_at", portal.core.storage.types.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["answer_participant.id"],
            name=op.f("fk_answer_report_participant_id_answer_participant"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["thread_id"],
            ["answer_thread.id"],
            name=op.f("fk_answer_report_thread_id_answer_thread"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_report")),
    )
    with op.batch_alter_table("answer_report", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_answer_report_decided_at"), ["decided_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_answer_report_participant_id"), ["participant_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_answer_report_thread_id"), ["thread_id"], unique=False)

    with op.batch_alter_table("answer_message", schema=None) as batch_op:
        batch_op.add_column(sa.Column("reason", sa.String(length=20), nullable=True))
        batch_op.add_column(sa.Column("named", sa.String(length=120), nullable=True))
        batch_op.add_column(sa.Column("hold", sa.String(length=10), nullable=True))
        batch_op.create_index(batch_op.f("ix_answer_message_hold"), ["hold"], unique=False)

    with op.batch_alter_table("answer_pending", schema=None) as batch_op:
        batch_op.add_column(sa.Column("organisation_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("member_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("subject", sa.String(length=160), server_default="", nullable=False))
        batch_op.add_column(sa.Column("named", sa.String(length=120), nullable=True))
        batch_op.add_column(sa.Column("named_email", sa.String(length=254), nullable=True))
        batch_op.alter_column("post_id", existing_type=sa.INTEGER(), nullable=True)
        batch_op.create_index(batch_op.f("ix_answer_pending_member_id"), ["member_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_answer_pending_organisation_id"), ["organisation_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_answer_pending_member_id_user"), "user", ["member_id"], ["id"], ondelete="CASCADE"
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_answer_pending_organisation_id_organisation"),
            "organisation",
            ["organisation_id"],
            ["id"],
            ondelete="CASCADE",
        )

    with op.batch_alter_table("answer_thread", schema=None) as batch_op:
        batch_op.add_column(sa.Column("locked_at", portal.core.storage.types.UtcDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("held_at", portal.core.storage.types.UtcDateTime(timezone=True), nullable=True))
        batch_op.add_column(
            sa.Column("outcome_asked_at", portal.core.storage.types.UtcDateTime(timezone=True), nullable=True)
        )

    with op.batch_alter_table("profile", schema=None) as batch_op:
        batch_op.add_column(sa.Column("contact_for", sa.String(length=10), server_default="nobody", nullable=False))


def downgrade() -> None:
    op.execute("DELETE FROM answer_pending WHERE post_id IS NULL")
    with op.batch_alter_table("profile", schema=None) as batch_op:
        batch_op.drop_column("contact_for")

    with op.batch_alter_table("answer_thread", schema=None) as batch_op:
        batch_op.drop_column("outcome_asked_at")
        batch_op.drop_column("held_at")
        batch_op.drop_column("locked_at")

    with op.batch_alter_table("answer_pending", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_answer_pending_organisation_id_organisation"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_answer_pending_member_id_user"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_answer_pending_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_answer_pending_member_id"))
        batch_op.alter_column("post_id", existing_type=sa.INTEGER(), nullable=False)
        batch_op.drop_column("named_email")
        batch_op.drop_column("named")
        batch_op.drop_column("subject")
        batch_op.drop_column("member_id")
        batch_op.drop_column("organisation_id")

    with op.batch_alter_table("answer_message", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_answer_message_hold"))
        batch_op.drop_column("hold")
        batch_op.drop_column("named")
        batch_op.drop_column("reason")

    for table in ("report", "attachment", "outcome", "forward", "block", "forward_refusal"):
        op.drop_table(f"answer_{table}")
