"""The fields of an article as text, for the audit log and mails; importing this module registers them."""

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
    """Return the fields of an article as text, by field name."""
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
"""Return the fields of an article as text, by field name."""
