"""Pictures and documents of posts: taken in while somebody is still writing, shown with the post."""

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

MOST = 6
DESCRIBE = "describe-"


def take_in(uploads: Sequence[FileStorage], user: User, room: int) -> tuple[list[str], list[str]]:
    """Hold what was sent; returns the tokens of what was taken, and what is wrong with each file that was not."""
    tokens: list[str] = []
    refused: list[str] = []
    left_out: list[str] = []
    for upload in uploads:
        if len(tokens) >= room:
            left_out.append(kinds.name_of(upload))
            continue
        try:
            prepared = kinds.prepare_picture_or_document(upload)
        except files.BadUpload as refusal:
            refused.append(f"“{kinds.name_of(upload)}”: {refusal}")
            continue
        title = kinds.title_of(upload) if prepared.kind == FileKind.PDF else ""
        tokens.append(held.hold(prepared, user, title).token)
    if left_out:
        names = ", ".join(left_out)
        refused.append(_("A post has at most %(most)s attachments. Not added: %(names)s.", most=MOST, names=names))
    return tokens, refused


def usable(tokens: Sequence[str], author: User, post: Post | None) -> list[PostAttachment]:
    """Return what may stand in this form: files of its author that nothing uses yet, and those of this post.

    For the former these are new rows outside the session; `attach` adds them.
    """
    wanted = list(tokens)[:MOST]
    rows = {token: PostAttachment(file=file, user_id=author.id) for token, file in held.held_by(author, wanted).items()}
    if post is not None and post.id:
        rows |= {row.file.token: row for row in post.attachments}
    return [rows[token] for token in wanted if token in rows]


def descriptions(form: MultiDict[str, str]) -> dict[str, str]:
    """Return what the sender says of each file, by token."""
    return {
        name.removeprefix(DESCRIBE): " ".join(clean(text).split())[:LONGEST_TITLE]
        for name, text in form.items()
        if name.startswith(DESCRIBE)
    }


def missing_descriptions(rows: Sequence[PostAttachment], said: Mapping[str, str]) -> list[ErrorAt]:
    """Return what to say at each file that has no description; `describe-N` is the input of the Nth."""
    return [
        ErrorAt(_fault_of(row, number), f"{DESCRIBE}{number}")
        for number, row in enumerate(rows, 1)
        if not said.get(row.file.token, row.file.title)
    ]


def _fault_of(row: PostAttachment, number: int) -> str:
    if row.file.kind == FileKind.IMAGE:
        return _("Tell what one sees in picture %(number)s, for people who cannot see it.", number=number)
    return _("Give document %(number)s a name.", number=number)


def attach(post: Post, rows: Sequence[PostAttachment], said: Mapping[str, str]) -> None:
    """Let a post have exactly these files under these descriptions, in the running transaction."""
    tokens, present = [row.file.token for row in rows], list(post.attachments)
    for row in present:
        if row.file.token not in tokens:
            db.session.delete(row)
            files.delete(row.file)
    free = held.still_free(tokens)
    for row in rows:
        if row not in present:
            if row.file.token not in free:
                continue  # another form of the same person was first
            row.post_id = post.id
            db.session.add(row)
        held.claim(row.file, said.get(row.file.token, row.file.title))
    db.session.flush()
    db.session.expire(post, ["attachments"])
    show(post)


def first_picture(post: Post) -> StoredFile | None:
    """Return the picture that goes along when a post is shared: the first one, when everybody may fetch it."""
    pictures = (row.file for row in post.attachments if row.file.kind == FileKind.IMAGE and row.file.is_public)
    return next(pictures, None)


def show(post: Post) -> None:
    """Let everybody fetch the files of a post that is public, and of no other."""
    for row in post.attachments:
        if row.file.is_public != post.is_visible:
            files.set_public(row.file, post.is_visible)
