"""Acts on matches: an owner invites or dismisses, and who was invited refuses with the link in the mail."""

from flask import Response, abort, request

from portal.accounts.models import User
from portal.board import policies as board_policies
from portal.board import queries as board
from portal.board.models import Post
from portal.core.i18n import gettext as _
from portal.core.locale import local
from portal.core.web import limits
from portal.core.web.access import members, require, token_holders, viewer
from portal.core.web.forms import ButtonForm, form_page, notify
from portal.core.web.rendering import page, redirect_to
from portal.matching import jobs as jobs  # registers them
from portal.matching import panels as panels  # registers the panel
from portal.matching import policies, queries, services
from portal.matching.blueprint import bp as bp
from portal.matching.links import PATH, read_token
from portal.matching.queries import Match
from portal.matching.services import NotPossibleNow
from portal.publishing.writing import action

ACTS_PER_DAY, INVITATIONS_PER_DAY, LINKS_PER_HOUR = 100, 10, 60
HOUR, DAY = 3600, 86_400
EVERYBODY = "iedereen"
"""The value of the button that refuses all invitations, not only those of one person."""


@bp.post("/vraag-en-aanbod/<int:post_id>/past/uitnodigen")
@members
def invite(post_id: int) -> Response:
    """Invite who is behind a match to look at the post."""
    user, post, match = _load(post_id)
    if match is None:
        return _back(post, _("This does not fit any more, or it was closed meanwhile."))
    if queries.shown_key(match.entry) in queries.invited_by_post(post):
        return _back(post, _("You invited them already."))
    limits.hit("match-invite", user.id, INVITATIONS_PER_DAY, DAY)
    try:
        services.invite(post, user, match)
    except NotPossibleNow:
        return _back(post, _("They cannot be invited now."))
    return _back(post, _("The invitation is on its way. You hear from them when they answer."))


@bp.post("/vraag-en-aanbod/<int:post_id>/past/weg")
@members
def dismiss(post_id: int) -> Response:
    """Dismiss a match."""
    user, post, match = _load(post_id)
    if match is not None:
        services.dismiss(post, user, match)
    return _back(post, _("It is gone from this post. We show you less of the kind."))


def _load(post_id: int) -> tuple[User, Post, Match | None]:
    """Return the owner, the post, and the match that the form names, None when it is none any more."""
    user: User = viewer()
    post = board.get_post(post_id) or abort(404)
    if not board_policies.may_read(user, post):
        abort(404)
    require(policies.may_choose(user, post))
    if not ButtonForm().validate():
        abort(400)
    limits.hit("match-act", user.id, ACTS_PER_DAY, DAY)
    kind, number = request.form.get("soort", ""), request.form.get("nummer", "")
    is_number = number.isascii() and number.isdigit() and len(number) < 11
    return user, post, queries.list_matches(post, user).get((kind, int(number))) if is_number else None


def _back(post: Post, message: str) -> Response:
    notify(message)
    return redirect_to(f"{local(post.path)}#panel-matching")


@bp.route(f"{PATH}<token>", methods=["GET", "POST"])
@token_holders
def refuse(token: str) -> Response:
    """Refuse invitations with the link in a mail. GET shows two buttons, because mail scanners open links."""
    limits.hit("match-refuse", limits.address(), LINKS_PER_HOUR, HOUR)
    invitation = read_token(token)
    if invitation is None:
        return page("matching/link_gone.html", status=404)
    form = ButtonForm()
    if form.validate_on_submit():
        everybody = action() == EVERYBODY
        services.refuse(invitation, everybody=everybody)
        return page("matching/refused.html", sender_name=invitation.invited_by.name, everybody=everybody)
    return form_page("matching/refuse.html", form, invitation=invitation)
