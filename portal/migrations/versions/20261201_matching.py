"""Matching."""

import sqlalchemy as sa
from alembic import op

import portal.core.storage.types

revision = "0013"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = portal.core.storage.types.UtcDateTime(timezone=True)
    op.create_table(
        "match_terms",
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("changed_version", sa.Integer(), nullable=False),
        sa.Column("layout", sa.Integer(), nullable=False),
        sa.Column("terms", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_match_terms_post_id_post"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("post_id", name=op.f("pk_match_terms")),
    )
    op.create_table(
        "match_dismissal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("row_id", sa.Integer(), nullable=False),
        sa.Column("terms", sa.JSON(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("created_at", moment, nullable=False),
        sa.ForeignKeyConstraint(
            ["post_id"], ["post.id"], name=op.f("fk_match_dismissal_post_id_post"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_match_dismissal_user_id_user"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_match_dismissal")),
        sa.UniqueConstraint("post_id", "kind", "row_id", name=op.f("uq_match_dismissal_post_id_kind_row_id")),
    )
    with op.batch_alter_table("match_dismissal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_match_dismissal_post_id"), ["post_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_match_dismissal_user_id"), ["user_id"], unique=False)

    op.create_table(
        "match_invitation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("invited_by_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("row_id", sa.Integer(), nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.ForeignKeyConstraint(
            ["post_id"], ["post.id"], name=op.f("fk_match_invitation_post_id_post"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_match_invitation_user_id_user"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["invited_by_id"], ["user.id"], name=op.f("fk_match_invitation_invited_by_id_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_match_invitation")),
        sa.UniqueConstraint("post_id", "user_id", name=op.f("uq_match_invitation_post_id_user_id")),
    )
    with op.batch_alter_table("match_invitation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_match_invitation_invited_by_id"), ["invited_by_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_match_invitation_post_id"), ["post_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_match_invitation_user_id"), ["user_id"], unique=False)

    op.create_table(
        "match_refusal",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("sender_id", sa.Integer(), nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.ForeignKeyConstraint(
            ["sender_id"], ["user.id"], name=op.f("fk_match_refusal_sender_id_user"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_match_refusal_user_id_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "sender_id", name=op.f("pk_match_refusal")),
    )
    with op.batch_alter_table("match_refusal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_match_refusal_sender_id"), ["sender_id"], unique=False)


def downgrade() -> None:
    for table in ("match_refusal", "match_invitation", "match_dismissal", "match_terms"):
        op.drop_table(table)
