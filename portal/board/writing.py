"""How posts are written: the board's configuration of `publishing.writing`."""

from typing import Any

from flask import request
from werkzeug.datastructures import MultiDict

from portal.accounts.models import User
from portal.board import attachments, guides, moderation, policies, queries, services
from portal.board.blueprint import PATH
from portal.board.models import Kind, Post
from portal.board.writing_forms import PostForm, fields_of
from portal.core import clock
from portal.core.i18n import gettext as _
from portal.core.locale import local
from portal.publishing.models import State
from portal.publishing.writing import Writing, action

KIND = "post"
REMOVE = "weg-"
"""Prefix of the value of a button that removes a file; the token of the file follows."""


def read_form(user: User, post: Post | None) -> PostForm:
    """Return the submitted form; its uploads are stored even when other fields are invalid."""
    fields = request.form.copy()
    sent = fields.poplist("files")
    for token in sent:
        if action() != f"{REMOVE}{token}":
            fields.add("files", token)
    uploads = [upload for upload in request.files.getlist("uploads") if upload.filename]
    tokens, refused = attachments.store_uploads(
        uploads, user, attachments.MAX_ATTACHMENTS - len(fields.getlist("files"))
    )
    for token in tokens:
        fields.add("files", token)
    form = PostForm(user, post, formdata=fields)
    form.uploads.errors = form.uploads.process_errors = refused
    return form


def draft_fields(form: PostForm) -> "MultiDict[str, str] | None":
    """Return the fields to store as a draft, with uploaded files; None when a file was refused."""
    if form.uploads.errors:
        return None
    fields = request.form.copy()
    fields.setlist("files", form.files.data)
    return fields


def first_fields(user: User) -> dict[str, Any]:
    """Return the initial fields of a new post: values from the query string, and the user's only organisation."""
    own = [row.slug for row in policies.organisations(user)]
    kind = request.args.get("soort", "")
    return {
        "kind": kind if kind in tuple(Kind) else None,
        "category": request.args.get("rubriek", ""),
        "organisation": own[0] if len(own) == 1 else "",
    }


def build_preview(form: PostForm, post: Post | None) -> dict[str, Any]:
    """Return the template variables of a post's sheet, for a row that is never stored."""
    row = Post(author=form.author, state=State.OPEN, published_at=(post and post.published_at) or clock.now())
    services.write(row, form.draft, form.chosen_organisation)
    row.expires_at = (post and post.expires_at) or clock.now() + services.OPEN_FOR
    files = [(item.file, form.descriptions.get(item.file.token, item.file.title)) for item in form.attachments]
    return {**moderation.detail_context(row, is_preview=True), "files": files}


def context(form: PostForm, post: Post | None) -> dict[str, Any]:
    """Return the other variables of the form's template."""
    reference = queries.reference()
    return {
        "post": post,
        "guide": guides.guide_for(form.category.data or ""),
        "category": reference.categories.by_slug.get(form.category.data or ""),
        "kind": form.kind.data if form.kind.data == "vraag" else "aanbod",
        "themes": reference.themes.by_slug,
        "path": local(PATH),
    }


def outcome(post: Post) -> str:
    """Return the message to show after saving a post."""
    if post.state == State.REVIEW:
        return _("Thank you. The editors look at your post, mostly within two working days; you get a mail.")
    return _("It is on the board.")


def _submit(user: User, form: PostForm) -> Post:
    return services.submit_post(user, form.draft, form.chosen_organisation, form.attachments, form.descriptions)


def _update(post: Post, user: User, form: PostForm) -> None:
    version, files = form.version.data, form.attachments
    services.update_post(post, user, form.draft, form.chosen_organisation, version, files, form.descriptions)


WRITING = Writing(
    kind=KIND,
    path=PATH,
    new_path=f"{PATH}nieuw",
    template="board/edit.html",
    get_item=queries.get_post,
    may_know=lambda user, post: bool(post.published_at) or policies.may_read(user, post),
    may_edit=policies.may_edit,
    make_form=PostForm,
    first_fields=first_fields,
    stored_fields=fields_of,
    submit=_submit,
    update=_update,
    build_preview=build_preview,
    context=context,
    review_route=policies.review_route_of,
    outcome=outcome,
    read_form=read_form,
    draft_fields=draft_fields,
    saves_per_hour=120,
    preview_block="preview",
)
