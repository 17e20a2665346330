"""Pages with which an owner places a post again or copies it, and with which a writer adds the own organisation."""

from urllib.parse import urlencode

from flask import Response, request

from portal.board import placing, policies, reopening, writing
from portal.board.blueprint import PATH, bp
from portal.board.models import Post
from portal.board.writing_forms import ButtonForm
from portal.board.writing_views import own, person
from portal.core.i18n import gettext as _
from portal.core.locale import local
from portal.core.web import limits
from portal.core.web.access import members
from portal.core.web.forms import form_page, notify
from portal.core.web.rendering import redirect_to
from portal.publishing import drafts
from portal.publishing.models import State
from portal.publishing.services import NotAllowedNow


@bp.route(f"{PATH}<int:post_id>/opnieuw-plaatsen", methods=["GET", "POST"])
@members
def reopen(post_id: int) -> Response:
    """Ask whether a withdrawn post is to be placed again."""
    user, post = own(post_id, policies.owns)
    form = ButtonForm()
    if post.state != State.WITHDRAWN:
        return redirect_to(local(post.path))
    if not form.validate_on_submit():
        return form_page("board/edit_reopen.html", form, post=post, path=local(PATH))
    limits.hit("board", user.id, most=120, seconds=3600)
    try:
        reopening.reopen_post(post, user)
    except NotAllowedNow:
        notify(_("Somebody else changed this meanwhile. Look at it first, and try again if it is still needed."))
    else:
        notify(_placed(post))
    return redirect_to(local(post.path))


def _placed(post: Post) -> str:
    if post.is_visible:
        return _("It is on the board again, for 90 days.")
    return _("Thank you. The editors look at your post, mostly within two working days; you get a mail.")


@bp.post(f"{PATH}<int:post_id>/kopieren")
@members
def copy(post_id: int) -> Response:
    """Begin a new post with the words of this one."""
    user, post = own(post_id, policies.owns)
    limits.hit("board", user.id, most=120, seconds=3600)
    key = reopening.copy_to_draft(post, user)
    return redirect_to(local(f"{PATH}nieuw") + f"?concept={key}")


@bp.post(f"{PATH}nieuw/organisatie")
@members
def add_organisation() -> Response:
    """Keep what was typed as a draft, and lead to the form for an organisation that is not listed."""
    user = person()
    limits.hit("board", user.id, most=120, seconds=3600)
    typed, _refused = writing.typed(user)
    key = writing.key_of(request.form)
    back = local(f"{PATH}nieuw")
    if drafts.save_draft(user, placing.DRAFTS, key, typed):
        back += f"?concept={key}"
    return redirect_to(f"{local('/organisaties/nieuw')}?{urlencode({'next': back})}")
