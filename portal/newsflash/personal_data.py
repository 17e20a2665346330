"""Personal data stored by the news: the authors of articles."""

from portal.core.i18n import lazy_gettext
from portal.core.personal_data import Basis, Person, holds, holds_none, on_erase
from portal.core.redaction import Redaction
from portal.newsflash.models import Article, Issue
from portal.publishing import personal_data as publishing


def _erase_from_issues(person: Person) -> None:
    """Remove a person's name from the texts of issues; deleted articles disappear from them by themselves."""
    Redaction(person).everywhere(Issue, "title", "intro")


on_erase(_erase_from_issues)

holds_none("made by the editors from articles", "issue", "issue_article", "article_theme")
holds(
    Article.__tablename__,
    what=lazy_gettext("News that you sent in"),
    purpose=publishing.PURPOSE,
    basis=Basis.AGREEMENT,
    keep=publishing.KEEP,
    export=publishing.export_of_author(Article, "id", "title", "lead", "body", "state", "created_at", "published_at"),
    erase=publishing.erase_of_author(Article, publishing.organisation_of),
)
