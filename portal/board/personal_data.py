"""Personal data stored by the board: posts and their attachments."""

from sqlalchemy import select

from portal.accounts.personal_data import of_user
from portal.board.models import Post, PostAttachment
from portal.core.extensions import db
from portal.core.i18n import lazy_gettext
from portal.core.personal_data import Basis, Contributions, Person, holds, holds_none
from portal.publishing import personal_data as publishing

holds_none("belongs to a post, and says nothing about its author", "post_level", "post_theme")
holds_none("facts of the network", "board_category")


def _erase_attachments(person: Person, contributions: Contributions) -> None:
    """Delete the attachments of a person's posts, except those of posts that remain."""
    for row in db.session.scalars(select(PostAttachment).where(PostAttachment.user_id == person.id)).all():
        post = db.session.get(Post, row.post_id)
        stays = post and publishing.remains_after_erasure(post, publishing.organisation_of(post), person, contributions)
        if not stays:
            db.session.delete(row)


holds(
    Post.__tablename__,
    what=lazy_gettext("Your offers and requests"),
    purpose=publishing.PURPOSE,
    basis=Basis.AGREEMENT,
    keep=publishing.KEEP,
    export=publishing.export_of_author(
        Post,
        *("id", "kind", "title", "body", "state", "period", "places", "reply_by", "requirements", "closed_note"),
        *("created_at", "published_at", "expires_at", "closed_at"),
    ),
    erase=publishing.erase_of_author(Post, publishing.organisation_of),
)
holds(
    PostAttachment.__tablename__,
    what=lazy_gettext("Which pictures and documents go with your posts"),
    purpose=publishing.PURPOSE,
    basis=Basis.AGREEMENT,
    keep=publishing.KEEP,
    export=of_user(PostAttachment, "post_id", "file_id", "created_at"),
    erase=_erase_attachments,
)
