"""What the news keeps of persons: their articles."""

from portal.core.i18n import lazy_gettext
from portal.core.personal_data import Basis, holds, holds_none
from portal.newsflash.models import Article
from portal.publishing import personal_data as publishing

holds_none("made by the editors from articles", "issue", "issue_article", "article_theme")
holds(
    Article.__tablename__,
    what=lazy_gettext("News that you sent in"),
    purpose=publishing.PURPOSE,
    basis=Basis.AGREEMENT,
    keep=publishing.KEEP,
    export=publishing.of_author(Article, "id", "title", "lead", "body", "state", "created_at", "published_at"),
    erase=publishing.erase_of_author(Article),
)
