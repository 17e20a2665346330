"""Pages where people write on the board: place and change a post, with its draft, preview and writing guide."""

from typing import Any

from flask import Response, abort, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, Unauthorized

from portal.accounts.models import User
from portal.board import guides, placing, policies, queries, writing
from portal.board.blueprint import PATH, bp
from portal.board.models import Post
from portal.board.writing import ATTACH, GUIDE, KEEP, PREVIEW, REMOVE
from portal.board.writing_forms import PostForm
from portal.core import clock
from portal.core.i18n import gettext as _
from portal.core.locale import local
from portal.core.storage import idempotency
from portal.core.web import limits
from portal.core.web.access import members, public, require, viewer
from portal.core.web.forms import form_page, notify
from portal.core.web.rendering import page, redirect_to, wants_fragment
from portal.publishing import drafts, handing_in
from portal.publishing import services as publishing
from portal.publishing.models import State
from portal.publishing.services import EditConflict, NotAllowedNow

WRITING = ("board.write", "board.edit")


@bp.route(f"{PATH}nieuw", methods=["GET", "POST"])
@members
def write() -> Response:
    """Ask for a new offer or request; a draft fills the form."""
    user = person()
    if request.method != "POST":
        return _page(writing.new_form(user), None)
    form = _sent_form(user, None)
    if writing.asked() == KEEP:
        return _keep(form, None)
    if not writing.is_sending() or not form.validate():
        return _page(form, None)
    path = placing.hand_in(
        user, form.draft, form.chosen_organisation, writing.key_of(form), form.attachments, form.said
    )
    return _sent(path)


@bp.route(f"{PATH}<int:post_id>/bewerken", methods=["GET", "POST"])
@members
def edit(post_id: int) -> Response:
    """Ask how a post must be."""
    user, post = own(post_id, policies.may_edit)
    if request.method != "POST":
        return _page(writing.edit_form(user, post), post)
    form = _sent_form(user, post)
    if writing.asked() == KEEP:
        return _keep(form, post)
    if not writing.is_sending() or not form.validate():
        return _page(form, post)
    try:
        placing.change(post, user, form.draft, form.chosen_organisation, form.version.data, form.attachments, form.said)
    except (EditConflict, NotAllowedNow):
        return _conflict(form, post)
    return _sent(post.path)


@bp.post(f"{PATH}concept")
@bp.post(f"{PATH}<int:post_id>/concept")
@members
def keep_draft(post_id: int | None = None) -> Response:
    """Keep what is being typed; answers with one line that says so."""
    user = person()
    post = own(post_id, policies.may_edit)[1] if post_id is not None else None
    limits.hit("draft", user.id, most=600, seconds=3600)
    is_late = idempotency.stored_result(user.id, request.form.get("once")) if post is None else writing.is_stale(post)
    kept = bool(is_late) or drafts.save_draft(user, placing.DRAFTS, writing.key_of(request.form, post), request.form)
    if not wants_fragment():
        return redirect_to(local("/account/bijdragen"))
    return page("components/draft_state.html", saved=kept, at=clock.now())


@bp.post(f"{PATH}concept/weg")
@members
def drop_draft() -> Response:
    """Throw a draft away."""
    drafts.delete_draft(person(), placing.DRAFTS, request.form.get("once", ""))
    notify(_("The draft is gone."))
    return redirect_to(local("/account/bijdragen"))


@bp.get(f"{PATH}schrijfwijzer")
@public
def writing_guide() -> Response:
    """Show what makes a post answerable: for one category as htmx asks, else for all."""
    categories = queries.reference().categories
    category = request.args.get("category", request.args.get("rubriek", ""))
    chosen = categories.by_slug.get(category)
    kind = request.args.get("kind", request.args.get("soort", ""))
    return page(
        "board/edit_guides.html",
        fragment="guide",
        guide=guides.guide_for(chosen.slug if chosen else ""),
        general=guides.GENERAL,
        category=chosen,
        kind=kind if kind in ("aanbod", "vraag") else "aanbod",
        guides=[(row, guides.guide_for(row.slug)) for row in categories.rows],
        path=local(PATH),
    )


def person() -> User:
    """Return who is signed in; the guard lets nobody else come here."""
    user: User | None = viewer()
    return user or abort(401)


def own(post_id: int, allowed: Any) -> tuple[User, Post]:
    """Return a post with which one may do this; 404 for what one may not know of, 403 for what one may only read."""
    user = person()
    post = queries.get_post(post_id)
    if post is None or not (post.published_at or policies.may_read(user, post)):
        abort(404)
    require(allowed(user, post))
    return user, post


def _sent_form(user: User, post: Post | None) -> PostForm:
    """Return the form as it was sent; files are taken in and the words kept, whatever else is wrong."""
    writing.refuse_oddities()
    limits.hit("board", user.id, most=120, seconds=3600)
    typed, refused = writing.typed(user)
    form = PostForm(user, formdata=typed, post=post)
    form.uploads.errors = form.uploads.process_errors = refused
    if writing.asked() in (ATTACH, GUIDE, PREVIEW) or writing.asked().startswith(REMOVE):
        drafts.save_draft(user, placing.DRAFTS, writing.key_of(form, post), typed)
    return form


def _keep(form: PostForm, post: Post | None) -> Response:
    typed = writing.as_typed(form)
    key = writing.key_of(form, post)
    if form.uploads.errors or not drafts.save_draft(person(), placing.DRAFTS, key, typed):
        return _page(form, post)
    notify(_("Your draft is kept. Only you see it."))
    address = f"{PATH}{post.id}/bewerken" if post else f"{PATH}nieuw?concept={key}"
    return redirect_to(local(address))


def _page(form: PostForm, post: Post | None, status: int = 200, **context: Any) -> Response:
    """Show the form, with the post as its page will be when that was asked for."""
    wanted = writing.asked() == PREVIEW and request.method == "POST"
    preview = writing.imagine(form, post) if wanted and form.validate() else None
    kind = form.kind.data if form.kind.data == "vraag" else "aanbod"
    categories = queries.reference().categories.by_slug
    return form_page(
        "board/edit.html",
        form,
        fragment="preview" if wanted else None,
        status=status,
        post=post,
        preview=preview,
        is_fragment=wanted and wants_fragment(),
        guide=guides.guide_for(form.category.data or ""),
        category=categories.get(form.category.data or ""),
        kind=kind,
        themes=queries.reference().themes.by_slug,
        history=publishing.history(post) if post else [],
        way=policies.handing_in_of(person()),
        for_another=post is not None and handing_in.is_for_another(post, person()),
        path=local(PATH),
        **{"conflicts": [], "lost": False, **context},
    )


def _conflict(form: PostForm, post: Post) -> Response:
    """Show both texts; saving again is a choice."""
    require(policies.may_edit(viewer(), post))
    rows = writing.differences(form, post)
    form.version.data, form.version.raw_data = post.version, None
    form.from_version.data = str(post.version)
    return _page(form, post, status=422, conflicts=rows or [(_("Something else"), "", "")])


def _sent(path: str) -> Response:
    """Lead to the page of a post, and say what became of it."""
    post = queries.get_post(int(path.rpartition("/")[2].partition("-")[0]))
    saved = handing_in.saved_for_another(post, person()) if post is not None else ""
    if saved:
        notify(saved)
    elif post is not None and post.state == State.REVIEW:
        notify(_("Thank you. The editors look at your post, mostly within two working days; you get a mail."))
    else:
        notify(_("It is on the board."))
    return redirect_to(local(path))


@bp.errorhandler(CSRFError)
@bp.errorhandler(Unauthorized)
def give_back(error: HTTPException) -> Response | HTTPException:
    """Give back what was typed when the session ended meanwhile, so that nothing is lost; nothing is saved."""
    if request.endpoint == "board.keep_draft" and viewer() is None and wants_fragment():
        return page("board/edit_draft_lost.html", status=401)
    if request.endpoint not in WRITING or request.method != "POST":
        return error
    if viewer() is None:
        return page("board/edit_signed_out.html", status=401, typed=writing.harmless_fields(), path=local(PATH))
    return _give_back_form()


def _give_back_form() -> Response:
    post_id = (request.view_args or {}).get("post_id")
    user, post = own(post_id, policies.may_edit) if post_id is not None else (person(), None)
    writing.refuse_oddities()
    return _page(PostForm(user, formdata=request.form, post=post), post, status=400, lost=True)
