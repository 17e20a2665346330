"""How an article reads in the audit log and in mails: every field in words. Importing this module registers it."""

from portal.core.i18n import lazy_gettext
from portal.newsflash.models import Article
from portal.publishing import changes

LABELS = {
    "title": lazy_gettext("Title"),
    "lead": lazy_gettext("Opening sentences"),
    "body": lazy_gettext("Text"),
    "image": lazy_gettext("Picture"),
    "themes": lazy_gettext("Focus points"),
    "organisation": lazy_gettext("On behalf of"),
}


def _read(article: Article) -> changes.Texts:
    """Return the fields of an article in words."""
    image = article.image
    return {
        "title": article.title,
        "lead": article.lead,
        "body": article.body,
        "image": (image.title or image.name) if image else "",
        "themes": ", ".join(theme.title for theme in article.themes),
        "organisation": article.organisation.name if article.organisation else "",
    }


describe = changes.register(Article.__tablename__, LABELS, _read)
"""Return the fields of one in words, by name."""
