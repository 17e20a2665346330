"""Pages that publish a post again or copy it, and the way from the writing form to adding an organisation."""

from urllib.parse import urlencode

from flask import Response, request

from portal.board import policies, reopening
from portal.board.blueprint import PATH, bp
from portal.board.models import Post
from portal.board.writing import WRITING, draft_fields, read_form
from portal.core.i18n import gettext as _
from portal.core.locale import local
from portal.core.web.access import members
from portal.core.web.body_limits import takes_files
from portal.core.web.forms import ButtonForm, form_page, notify
from portal.core.web.rendering import redirect_to
from portal.publishing import submissions
from portal.publishing.models import State
from portal.publishing.services import NotAllowedNow
from portal.publishing.submissions import DraftResult
from portal.publishing.writing import changed_meanwhile, count_save, current_user, load_item


@bp.route(f"{PATH}<int:post_id>/opnieuw-plaatsen", methods=["GET", "POST"])
@members
def reopen(post_id: int) -> Response:
    """Ask for confirmation, then publish a withdrawn post again."""
    user, post = load_item(WRITING, post_id, policies.owns)
    form = ButtonForm()
    if post.state != State.WITHDRAWN:
        return redirect_to(local(post.path))
    if not form.validate_on_submit():
        return form_page("board/edit_reopen.html", form, post=post, path=local(PATH))
    count_save(WRITING, user)
    try:
        reopening.reopen_post(post, user)
    except NotAllowedNow:
        return changed_meanwhile(post.path)
    notify(_reopened_message(post))
    return redirect_to(local(post.path))


def _reopened_message(post: Post) -> str:
    if post.is_visible:
        return _("It is on the board again, for 90 days.")
    return _("Thank you. The editors look at your post, mostly within two working days; you get a mail.")


@bp.post(f"{PATH}<int:post_id>/kopieren")
@members
def copy(post_id: int) -> Response:
    """Start a new post with the contents of this one."""
    user, post = load_item(WRITING, post_id, policies.owns)
    count_save(WRITING, user)
    key = reopening.copy_to_draft(post, user)
    return redirect_to(local(f"{PATH}nieuw") + f"?concept={key}")


@bp.post(f"{PATH}nieuw/organisatie")
@takes_files
@members
def add_organisation() -> Response:
    """Save the form as a draft, then redirect to the form for an organisation that is not listed."""
    user = current_user()
    count_save(WRITING, user)
    form = read_form(user, None)
    fields = draft_fields(form) or request.form
    back = local(f"{PATH}nieuw")
    if submissions.save_form_as_draft(user, WRITING.kind, None, fields) is DraftResult.SAVED:
        back += f"?concept={form.once.data}"
    return redirect_to(f"{local('/organisaties/nieuw')}?{urlencode({'next': back})}")
