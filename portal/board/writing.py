"""What the page where one writes a post needs: which button was pressed, what was typed, how it will look."""

import re
from typing import Any

from flask import abort, request
from werkzeug.datastructures import MultiDict

from portal.accounts.models import User
from portal.board import attachments, moderation, placing, policies, services
from portal.board.models import Kind, Post
from portal.board.writing_forms import PostForm, fields_of
from portal.core import clock
from portal.core.formatting import full_date
from portal.core.storage.idempotency import KEY_LENGTH
from portal.publishing import drafts
from portal.publishing.models import State

DO = "do"
KEEP, PREVIEW, ATTACH, GUIDE, SEND = "bewaar", "voorbeeld", "voeg-toe", "wijzer", "verstuur"
REMOVE = "weg-"
"""The buttons of the form; a file is removed by the button whose value ends with its token."""
SINGLE = ("kind", "category", "title", "body", "municipality", "organisation", "period", "places", "reply_by",
          "requirements", "once", "version", "from_version", DO)  # fmt: skip
GIVEN_BACK = frozenset({*SINGLE, "files", "themes", "levels"} - {DO})
DESCRIPTION = re.compile(r"describe-[0-9a-f]{32}")


def asked() -> str:
    """Return which button of the form was pressed; Enter in a field sends it."""
    return request.form.get(DO, "")


def is_sending() -> bool:
    """Whether the form is to be saved."""
    return asked() in ("", SEND)


def refuse_oddities() -> None:
    """Refuse with 400 what no form of ours sends: a field twice, a file for a text."""
    if any(len(request.form.getlist(name)) > 1 for name in SINGLE) or set(request.files) - {"uploads"}:
        abort(400)


def typed(user: User) -> tuple[MultiDict[str, str], list[str]]:
    """Return the fields as they were sent with the files taken in, and what to say of files that were refused."""
    fields = request.form.copy()
    if asked().startswith(REMOVE):
        kept = [token for token in fields.getlist("files") if token != asked().removeprefix(REMOVE)]
        fields.setlist("files", kept)
    uploads = [upload for upload in request.files.getlist("uploads") if upload.filename]
    tokens, refused = attachments.take_in(uploads, user, attachments.MOST - len(fields.getlist("files")))
    for token in tokens:
        fields.add("files", token)
    return fields, refused


def key_of(form: Any, post: Post | None = None) -> str:
    """Return the key under which a form is kept: of the post that it changes, else its own."""
    if post is not None:
        return placing.draft_key(post)
    key = form.once.data if isinstance(form, PostForm) else form.get("once", "")
    return (key or "")[:KEY_LENGTH]


def as_typed(form: PostForm) -> MultiDict[str, str]:
    """Return what was typed, with the files taken in."""
    fields = request.form.copy()
    fields.setlist("files", form.files.data)
    return fields


def is_stale(post: Post) -> bool:
    """Whether what arrives was typed before the last save of this post."""
    return request.form.get("version", "") != str(post.version)


def harmless_fields() -> list[tuple[str, str]]:
    """Return what was typed in fields of ours, to be sent once more."""
    typed = request.form.items(multi=True)
    return [(name, text) for name, text in typed if name in GIVEN_BACK or DESCRIPTION.fullmatch(name)]


def new_form(user: User) -> PostForm:
    """Return the form for a new post: empty, with what the address says, or a draft."""
    key = request.args.get("concept", "")
    draft = drafts.get_draft(user, placing.DRAFTS, key)
    if draft is not None:
        form = PostForm(user, formdata=draft)
        form.once.data = key
        return form
    own = [row.slug for row in policies.organisations(user)]
    kind = request.args.get("soort", "")
    data = {
        "kind": kind if kind in tuple(Kind) else None,
        "category": request.args.get("rubriek", ""),
        "organisation": own[0] if len(own) == 1 else "",
    }
    return PostForm(user, formdata=None, data=data)


def edit_form(user: User, post: Post) -> PostForm:
    """Return the form of a post; somebody's own unfinished changes come first."""
    draft = drafts.get_draft(user, placing.DRAFTS, placing.draft_key(post))
    if draft is None:
        return PostForm(user, formdata=None, post=post, data=fields_of(post))
    form = PostForm(user, formdata=draft, post=post)
    began = draft.get("from_version", "")
    form.version.raw_data = None
    form.version.data = int(began) if began.isascii() and began.isdigit() and len(began) < 9 else post.version
    form.is_draft = True
    return form


def imagine(form: PostForm, post: Post | None) -> dict[str, Any]:
    """Return the sheet of a post as it would be, of a row that is never kept."""
    row = Post(author=form.author, state=State.OPEN, published_at=(post and post.published_at) or clock.now())
    services.write(row, form.draft, form.chosen_organisation)
    row.expires_at = (post and post.expires_at) or clock.now() + services.OPEN_FOR
    files = [(item.file, form.said.get(item.file.token, item.file.title)) for item in form.attachments]
    return {**moderation.detail_context(row, is_preview=True), "files": files}


def differences(form: PostForm, post: Post) -> list[tuple[str, str, str]]:
    """Return what differs between a form and a post: (label, in the form, in the post)."""
    stored = PostForm(post.author, formdata=None, post=post, data=fields_of(post))
    names = [name for name in fields_of(post) if name not in ("files", "version", "from_version")]
    rows = [(form[name].label.text, _in_words(form[name]), _in_words(stored[name])) for name in names]
    return [row for row in rows if row[1] != row[2]]


def _in_words(field: Any) -> str:
    choices = getattr(field, "choices", None)
    if choices is not None:
        chosen = field.data if isinstance(field.data, list) else [field.data]
        return ", ".join(str(label) for value, label in choices if value in chosen)
    if hasattr(field.data, "year"):
        return full_date(field.data)
    return "" if field.data is None else str(field.data)
