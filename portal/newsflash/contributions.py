"""Articles and their drafts among what somebody contributed; importing this module registers them."""

from sqlalchemy import select

from portal.accounts.models import User
from portal.core.extensions import db
from portal.core.i18n import lazy_gettext
from portal.newsflash import policies
from portal.newsflash.models import Article
from portal.newsflash.writing import WRITING
from portal.publishing.contributions import Contribution, Kind, register, state_label, unsent

NEW = "/nieuws/insturen"


def list_contributions(user: User) -> list[Contribution]:
    """Return somebody's drafts, then what was handed in, last changed first."""
    mine = select(Article).where(Article.author_id == user.id).order_by(Article.updated_at.desc(), Article.id.desc())
    drafts = unsent(user, WRITING.kind, NEW, "/nieuws/concept/weg")
    return drafts + [_row(user, row) for row in db.session.scalars(mine)]


def _row(user: User, row: Article) -> Contribution:
    return Contribution(
        title=row.title,
        path=row.path,
        state=row.state,
        state_label=state_label(row.state),
        changed_at=row.updated_at,
        edit_path=f"/nieuws/{row.id}/bewerken" if policies.may_edit(user, row) else "",
    )


register(
    Kind(
        name="3-news",
        label=lazy_gettext("News"),
        new_label=lazy_gettext("Send in news"),
        new_path=NEW,
        of=list_contributions,
    )
)
