"""The answer promise: reminders, brokers and their cases, the pace of owners, absence."""

import sqlalchemy as sa
from alembic import op

import portal.core.storage.types

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "answer_absence",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_answer_absence_user_id_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_answer_absence")),
    )
    op.create_table(
        "answer_broker",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=True),
        sa.Column("theme_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(municipality_id IS NULL) <> (theme_id IS NULL)", name=op.f("ck_answer_broker_one_subject")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_answer_broker_municipality_id_municipality"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["theme_id"], ["theme.id"], name=op.f("fk_answer_broker_theme_id_theme"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_answer_broker_user_id_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_broker")),
        sa.UniqueConstraint("municipality_id", name=op.f("uq_answer_broker_municipality_id")),
        sa.UniqueConstraint("theme_id", name=op.f("uq_answer_broker_theme_id")),
    )
    with op.batch_alter_table("answer_broker", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_answer_broker_user_id"), ["user_id"], unique=False)

    op.create_table(
        "answer_pace",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("threads", sa.Integer(), nullable=False),
        sa.CheckConstraint("(organisation_id IS NULL) <> (user_id IS NULL)", name=op.f("ck_answer_pace_one_owner")),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_answer_pace_organisation_id_organisation"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_answer_pace_user_id_user"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_pace")),
        sa.UniqueConstraint("organisation_id", name=op.f("uq_answer_pace_organisation_id")),
        sa.UniqueConstraint("user_id", name=op.f("uq_answer_pace_user_id")),
    )
    op.create_table(
        "answer_case",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("thread_id", sa.Integer(), nullable=False),
        sa.Column("waiting_since", portal.core.storage.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("side", sa.String(length=10), nullable=False),
        sa.Column("broker_id", sa.Integer(), nullable=True),
        sa.Column("created_at", portal.core.storage.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("told_at", portal.core.storage.types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("act", sa.String(length=10), nullable=True),
        sa.Column("closed_at", portal.core.storage.types.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["broker_id"], ["user.id"], name=op.f("fk_answer_case_broker_id_user"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["thread_id"], ["answer_thread.id"], name=op.f("fk_answer_case_thread_id_answer_thread"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_case")),
        sa.UniqueConstraint("thread_id", "waiting_since", name=op.f("uq_answer_case_thread_id_waiting_since")),
    )
    with op.batch_alter_table("answer_case", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_answer_case_broker_id"), ["broker_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_answer_case_closed_at"), ["closed_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_answer_case_thread_id"), ["thread_id"], unique=False)

    op.create_table(
        "answer_reminder",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("participant_id", sa.Integer(), nullable=False),
        sa.Column("waiting_since", portal.core.storage.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("after_days", sa.Integer(), nullable=False),
        sa.Column("sent_at", portal.core.storage.types.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["answer_participant.id"],
            name=op.f("fk_answer_reminder_participant_id_answer_participant"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_reminder")),
        sa.UniqueConstraint(
            "participant_id",
            "waiting_since",
            "after_days",
            name=op.f("uq_answer_reminder_participant_id_waiting_since_after_days"),
        ),
    )
    with op.batch_alter_table("answer_reminder", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_answer_reminder_participant_id"), ["participant_id"], unique=False)

    with op.batch_alter_table("answer_participant", schema=None) as batch_op:
        batch_op.add_column(sa.Column("is_broker", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("reads_from", sa.Integer(), server_default="0", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("answer_participant", schema=None) as batch_op:
        batch_op.drop_column("reads_from")
        batch_op.drop_column("is_broker")
    for table in ("answer_reminder", "answer_case", "answer_pace", "answer_broker", "answer_absence"):
        op.drop_table(table)
