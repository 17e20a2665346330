"""Names of mail kinds: `<subject>.<what happened>` everywhere."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

RENAMED = {
    "post-changed": "post.changed",
    "post-expires": "post.expires",
    "event-changed": "event.changed",
    "article-changed": "article.changed",
    "account_link": "account.link",
    "security": "account.security",
    "inactive": "account.inactive",
    "trial": "mail.trial",
}
TABLES = ("mail_message", "mail_preference")


def upgrade() -> None:
    _rename(RENAMED)


def downgrade() -> None:
    _rename({new: old for old, new in RENAMED.items()})


def _rename(names: dict[str, str]) -> None:
    for name in TABLES:
        table = sa.table(name, sa.column("kind", sa.String))
        for old, new in names.items():
            op.execute(table.update().where(table.c.kind == old).values(kind=new))
