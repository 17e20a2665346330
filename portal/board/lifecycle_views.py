"""Pages where owners change the state of a post: extend, withdraw, in conversation, fulfilled."""

from datetime import datetime

from flask import Response, abort, request

from portal.board import extend_link, labels, policies, services
from portal.board.blueprint import PATH, bp
from portal.board.models import Post
from portal.board.services import OPEN_FOR
from portal.board.writing import WRITING
from portal.board.writing_forms import CloseForm
from portal.core import clock
from portal.core.i18n import gettext as _
from portal.core.locale import local
from portal.core.web import limits
from portal.core.web.access import members, token_holders
from portal.core.web.forms import ButtonForm, form_page, notify
from portal.core.web.rendering import page, redirect_to
from portal.publishing.services import NotAllowedNow
from portal.publishing.writing import changed_meanwhile, count_save, load_item


@bp.route(f"{PATH}<int:post_id>/verlengen", methods=["GET", "POST"])
@members
def extend(post_id: int) -> Response:
    """Ask for confirmation, then keep the post open for another 90 days."""
    user, post = load_item(WRITING, post_id, policies.may_extend)
    form = ButtonForm()
    if not form.validate_on_submit():
        return _ask_extension(form, post)
    count_save(WRITING, user)
    services.extend_post(post, user, _last_day_shown(post))
    notify(_("The post stays open for another 90 days."))
    return redirect_to(local(post.path))


@bp.route(f"{PATH}verlengen/<token>", methods=["GET", "POST"])
@token_holders
def extend_by_link(token: str) -> Response:
    """Extend from the link in a mail, without signing in. Only POST changes anything: mail scanners send GET."""
    post, is_good = extend_link.read_token(token) or abort(404)
    form = ButtonForm()
    if is_good and policies.may_extend(post.author, post):
        if not form.validate_on_submit():
            return _ask_extension(form, post)
        limits.hit("board-link", post.id, most=20, seconds=3600)
        services.extend_post(post, post.author, post.expires_at)
    return page("board/edit_extended.html", post=post, state_label=labels.states()[post.state], path=local(PATH))


@bp.route(f"{PATH}<int:post_id>/intrekken", methods=["GET", "POST"])
@members
def withdraw(post_id: int) -> Response:
    """Ask for confirmation and a reason, then withdraw the post."""
    user, post = load_item(WRITING, post_id, policies.may_withdraw)
    form = CloseForm(must_explain=not policies.is_own(user, post))
    if not form.validate_on_submit():
        return form_page("board/edit_withdraw.html", form, post=post, path=local(PATH))
    try:
        services.withdraw_post(post, user, form.reason.data)
    except NotAllowedNow:
        return changed_meanwhile(post.path)
    notify(_("The post is withdrawn. It is gone from the board and from the search results."))
    return redirect_to(local(post.path))


@bp.route(f"{PATH}<int:post_id>/afronden", methods=["GET", "POST"])
@members
def fulfil(post_id: int) -> Response:
    """Ask for the result, then close the post as fulfilled."""
    user, post = load_item(WRITING, post_id, policies.may_fulfil)
    form = CloseForm()
    if not form.validate_on_submit():
        return form_page("board/edit_fulfil.html", form, post=post, path=local(PATH))
    try:
        services.fulfil_post(post, user, form.reason.data)
    except NotAllowedNow:
        return changed_meanwhile(post.path)
    notify(_("Well done. The post says now that it is fulfilled."))
    return redirect_to(local(post.path))


@bp.post(f"{PATH}<int:post_id>/in-gesprek")
@members
def converse(post_id: int) -> Response:
    """Mark a post as in conversation, or as open again."""
    user, post = load_item(WRITING, post_id, policies.may_fulfil)
    try:
        services.set_in_conversation(post, user, talking=request.form.get("stand") == "in_conversation")
    except NotAllowedNow:
        return changed_meanwhile(post.path)
    return redirect_to(local(post.path))


def _ask_extension(form: ButtonForm, post: Post) -> Response:
    until = clock.to_local(clock.now() + OPEN_FOR).date()
    return form_page("board/edit_extend.html", form, post=post, until=until, path=local(PATH))


def _last_day_shown(post: Post) -> datetime | None:
    """Return the post's last day if the form was made for it, else a date that never matches.

    `services.extend_post` then ignores a second press of the button.
    """
    stamp = post.expires_at.isoformat() if post.expires_at else ""
    if request.form.get("seen", stamp) != stamp:
        return datetime.min.replace(tzinfo=clock.AMSTERDAM)
    return post.expires_at
