"""Articles and drafts for the page "My contributions"; importing this module registers them."""

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from portal.accounts.models import User
from portal.community.policies import published_for
from portal.core.extensions import db
from portal.core.i18n import lazy_gettext
from portal.newsflash import policies
from portal.newsflash.models import Article
from portal.newsflash.writing import WRITING
from portal.publishing.contributions import Contribution, Kind, list_new_drafts, register, state_label

NEW = "/nieuws/insturen"
ORGANISATION = joinedload(Article.organisation)


def list_contributions(user: User) -> list[Contribution]:
    """Return a user's drafts, then their articles and those of their organisations, last changed first."""
    mine = select(Article).where(or_(Article.author_id == user.id, Article.organisation_id.in_(published_for(user))))
    rows = db.session.scalars(mine.order_by(Article.updated_at.desc(), Article.id.desc()).options(ORGANISATION))
    drafts = list_new_drafts(user, WRITING.kind, NEW, "/nieuws/concept/weg")
    return drafts + [_row(user, row) for row in rows if policies.may_read(user, row)]


def _row(user: User, row: Article) -> Contribution:
    return Contribution(
        title=row.title,
        path=row.path,
        state=row.state,
        state_label=state_label(row.state),
        changed_at=row.updated_at,
        facts=row.organisation.name if row.organisation else "",
        edit_path=f"/nieuws/{row.id}/bewerken" if policies.may_edit(user, row) else "",
    )


register(
    Kind(
        name="3-news",
        label=lazy_gettext("News"),
        new_label=lazy_gettext("Send in news"),
        new_path=NEW,
        list_items=list_contributions,
    )
)
