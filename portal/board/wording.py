"""The fields of a post as text, for the audit log and mails; importing this module registers them."""

from portal.board import labels
from portal.board.levels import levels_label
from portal.board.models import Post
from portal.core.formatting import full_date
from portal.core.i18n import lazy_gettext
from portal.publishing import changes

LABELS = {
    "kind": lazy_gettext("Kind"),
    "category": lazy_gettext("Category"),
    "title": lazy_gettext("Title"),
    "body": lazy_gettext("Text"),
    "themes": lazy_gettext("Focus points"),
    "levels": lazy_gettext("For which levels?"),
    "municipality": lazy_gettext("Municipality"),
    "organisation": lazy_gettext("On behalf of"),
    "period": lazy_gettext("When?"),
    "places": lazy_gettext("Number of places"),
    "reply_by": lazy_gettext("Reply no later than"),
    "requirements": lazy_gettext("Conditions"),
    "files": lazy_gettext("Attachments"),
}


def _read(post: Post) -> changes.Texts:
    """Return the fields of a post as text, by field name."""
    return {
        "kind": labels.kinds()[post.kind],
        "category": post.category.label,
        "title": post.title,
        "body": post.body,
        "themes": ", ".join(theme.title for theme in post.themes),
        "levels": levels_label(post.levels),
        "municipality": post.municipality.name if post.municipality else "",
        "organisation": post.organisation.name if post.organisation else "",
        "period": post.period or "",
        "places": "" if post.places is None else str(post.places),
        "reply_by": full_date(post.reply_by) if post.reply_by else "",
        "requirements": post.requirements or "",
        "files": ", ".join(row.file.title or row.file.name for row in post.attachments),
    }


describe = changes.register(Post.__tablename__, LABELS, _read)
"""Return the fields of a post as text, by field name."""
