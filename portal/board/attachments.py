"""Pictures and documents of posts: uploaded while the author is still writing, shown with the post."""

from collections.abc import Mapping, Sequence

from werkzeug.datastructures import FileStorage, MultiDict

from portal.accounts.models import User
from portal.board.models import Post, PostAttachment
from portal.core.extensions import db
from portal.core.i18n import gettext as _
from portal.core.text import clean
from portal.files import held, kinds
from portal.files import services as files
from portal.files.fields import ErrorAt
from portal.files.models import LONGEST_TITLE, FileKind, StoredFile

MAX_ATTACHMENTS = 6
DESCRIPTION_PREFIX = "describe-"


def store_uploads(uploads: Sequence[FileStorage], user: User, limit: int) -> tuple[list[str], list[str]]:
    """Store uploads as unclaimed files of this user; return their tokens, and an error text per refused file."""
    tokens: list[str] = []
    refused: list[str] = []
    left_out: list[str] = []
    for upload in uploads:
        if len(tokens) >= limit:
            left_out.append(kinds.name_of(upload))
            continue
        try:
            prepared = kinds.prepare_picture_or_document(upload)
            title = kinds.title_of(upload) if prepared.kind == FileKind.PDF else ""
            tokens.append(held.hold(prepared, user, title).token)
        except files.BadUpload as refusal:
            refused.append(f"“{kinds.name_of(upload)}”: {refusal}")
    if left_out:
        names = ", ".join(left_out)
        refused.append(
            _("A post has at most %(most)s attachments. Not added: %(names)s.", most=MAX_ATTACHMENTS, names=names)
        )
    return tokens, refused


def usable_attachments(tokens: Sequence[str], author: User, post: Post | None) -> list[PostAttachment]:
    """Return the attachments that a form may show: unclaimed uploads of the author, and files already on this post.

    The unclaimed ones are new rows that are not in the session yet; `attach` adds them.
    """
    wanted = list(tokens)[:MAX_ATTACHMENTS]
    rows = {token: PostAttachment(file=file, user_id=author.id) for token, file in held.held_by(author, wanted).items()}
    if post is not None and post.id:
        rows |= {row.file.token: row for row in post.attachments}
    return [rows[token] for token in wanted if token in rows]


def read_descriptions(form: MultiDict[str, str]) -> dict[str, str]:
    """Return the descriptions filled in for the files, by file token."""
    return {
        name.removeprefix(DESCRIPTION_PREFIX): " ".join(clean(text).split())[:LONGEST_TITLE]
        for name, text in form.items()
        if name.startswith(DESCRIPTION_PREFIX)
    }


def missing_descriptions(rows: Sequence[PostAttachment], descriptions: Mapping[str, str]) -> list[ErrorAt]:
    """Return an error for each file without a description; `describe-N` is the id of the Nth input."""
    return [
        ErrorAt(_missing_text(row, number), f"{DESCRIPTION_PREFIX}{number}")
        for number, row in enumerate(rows, 1)
        if not descriptions.get(row.file.token, row.file.title)
    ]


def _missing_text(row: PostAttachment, number: int) -> str:
    if row.file.kind == FileKind.IMAGE:
        return _("Tell what one sees in picture %(number)s, for people who cannot see it.", number=number)
    return _("Give document %(number)s a name.", number=number)


def attach(post: Post, rows: Sequence[PostAttachment], descriptions: Mapping[str, str]) -> None:
    """Set the attachments of a post and their descriptions within the running transaction; others are deleted."""
    tokens, present = [row.file.token for row in rows], list(post.attachments)
    for row in present:
        if row.file.token not in tokens:
            db.session.delete(row)
            files.delete(row.file)
    free = held.still_free(tokens)
    for row in rows:
        if row not in present:
            if row.file.token not in free:
                continue  # another form of the same user claimed this file first
            row.post_id = post.id
            db.session.add(row)
        held.claim(row.file, descriptions.get(row.file.token, row.file.title))
    db.session.flush()
    db.session.expire(post, ["attachments"])
    update_file_access(post)


def first_picture(post: Post) -> StoredFile | None:
    """Return the first public picture of a post, used as its preview image when it is shared; else None."""
    pictures = (row.file for row in post.attachments if row.file.kind == FileKind.IMAGE and row.file.is_public)
    return next(pictures, None)


def update_file_access(post: Post) -> None:
    """Make the files of a post public if the post is visible, and private otherwise."""
    for row in post.attachments:
        if row.file.is_public != post.is_visible:
            files.set_public(row.file, post.is_visible)
