"""Pictures and documents of posts: taken in while somebody is still writing, shown with the post."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from werkzeug.datastructures import FileStorage, MultiDict

from portal.accounts.models import User
from portal.board.models import Post, PostAttachment
from portal.core.extensions import db
from portal.core.i18n import gettext as _
from portal.core.storage.database import transaction
from portal.core.text import clean
from portal.files import services as files
from portal.files.models import LONGEST_TITLE, FileKind, StoredFile

MOST = 6
UNSENT_FOR = timedelta(days=60)
"""How long files stay that belong to no post."""
DESCRIBE = "describe-"
PDF_BEGINS = b"%PDF-"


def take_in(uploads: Sequence[FileStorage], user: User, room: int) -> tuple[list[str], list[str]]:
    """Keep what was sent; returns the tokens of what was taken, and what to say of what was not."""
    tokens: list[str] = []
    refused: list[str] = []
    for upload in uploads:
        if len(tokens) >= room:
            refused.append(_("A post has at most %(most)s attachments.", most=MOST))
            break
        try:
            prepared = files.prepare_pdf(upload) if _is_pdf(upload) else files.prepare_image(upload)
        except files.BadUpload as refusal:
            refused.append(str(refusal))
            continue
        files.put(prepared)
        with transaction() as session:
            file = files.keep(prepared, user)
            session.add(PostAttachment(file=file, user_id=user.id))
        tokens.append(file.token)
    return tokens, refused


def usable(tokens: Sequence[str], author: User, post: Post | None) -> list[PostAttachment]:
    """Return what may stand in this form: files of its author that belong to no post yet, and those of this post."""
    wanted = list(tokens)[:MOST]
    if not wanted:
        return []
    own = (PostAttachment.post_id.is_(None)) & (PostAttachment.user_id == author.id)
    allowed = own | (PostAttachment.post_id == post.id) if post is not None and post.id else own
    found = select(PostAttachment).join(StoredFile).where(StoredFile.token.in_(wanted), allowed)
    rows = {row.file.token: row for row in db.session.scalars(found)}
    return [rows[token] for token in wanted if token in rows]


def descriptions(form: MultiDict[str, str]) -> dict[str, str]:
    """Return what the sender says of each file, by token."""
    return {
        name.removeprefix(DESCRIBE): " ".join(clean(text).split())[:LONGEST_TITLE]
        for name, text in form.items()
        if name.startswith(DESCRIBE)
    }


def missing_description(rows: Sequence[PostAttachment], said: dict[str, str]) -> str | None:
    """Return what to say when something is not described, None when all is."""
    for row in rows:
        if said.get(row.file.token, row.file.title):
            continue
        if row.file.kind == FileKind.IMAGE:
            return _("Tell what one sees in each picture, for people who cannot see it.")
        return _("Give each document a name.")
    return None


def attach(post: Post, rows: Sequence[PostAttachment], said: Mapping[str, str]) -> None:
    """Let a post have exactly these files under these descriptions, in the running transaction."""
    wanted = [row.id for row in rows]
    for row in list(post.attachments):
        if row.id not in wanted:
            db.session.delete(row)
            files.delete(row.file)
    for row in rows:
        if row.post_id not in (None, post.id):
            continue  # another form of the same person was first
        row.post_id = post.id
        row.file.title = said.get(row.file.token, row.file.title)
    db.session.flush()
    db.session.expire(post, ["attachments"])
    show(post)


def show(post: Post) -> None:
    """Let everybody fetch the files of a post that is public, and of no other."""
    for row in post.attachments:
        if row.file.is_public != post.is_visible:
            files.set_public(row.file, post.is_visible)


def forget_unsent(at: datetime) -> None:
    """Take away the files of what was never sent in."""
    with transaction() as session:
        old = PostAttachment.post_id.is_(None) & (PostAttachment.created_at < at - UNSENT_FOR)
        for row in session.scalars(select(PostAttachment).where(old).limit(500)):
            session.delete(row)
            files.delete(row.file)


def _is_pdf(upload: FileStorage) -> bool:
    upload.stream.seek(0)
    begin = upload.stream.read(len(PDF_BEGINS))
    upload.stream.seek(0)
    return begin == PDF_BEGINS or upload.mimetype == "application/pdf"
