"""Views of mail: preferences, one-click unsubscribe, the outbox for administrators."""

from http import HTTPStatus

from flask import Blueprint, Response, abort, request

from portal.core.extensions import csrf
from portal.core.i18n import gettext as _
from portal.core.i18n import ngettext
from portal.core.locale import local
from portal.core.web import limits
from portal.core.web.access import administrators, members, token_holders, viewer
from portal.core.web.forms import form_page, notify
from portal.core.web.rendering import page, redirect_to
from portal.mail import forms, labels, queries, services, tokens

bp = Blueprint("mail", __name__)
OUTBOX = "/beheer/mail"
PREFERENCES = "/account/mail"


@bp.route(PREFERENCES, methods=["GET", "POST"])
@members
def preferences() -> Response:
    """Show and process the mail preferences of this person."""
    person = viewer()
    form = forms.preferences(person.id, is_editor=person.is_editor)
    if form.validate_on_submit():
        services.set_preferences(person.id, forms.chosen(form))
        notify(_("Your choice is kept."))
        return redirect_to(local(PREFERENCES))
    return form_page("mail/preferences.html", form)


@bp.route("/mail/uit/<token>", methods=["GET", "POST"])
@csrf.exempt  # type: ignore[untyped-decorator]  # flask-wtf has no types
@token_holders
def one_click(token: str) -> Response:
    """Switch a kind off for the person of the token; POST only, as mail programs send it (RFC 8058)."""
    user_id, kind = tokens.read(token) or abort(HTTPStatus.NOT_FOUND)
    if request.method == "POST":
        services.switch_off(user_id, kind.name)
    return page("mail/one_click.html", label=kind.label, done=request.method == "POST", preferences=local(PREFERENCES))


@bp.get(OUTBOX)
@administrators
def outbox() -> Response:
    """List the mails in the outbox."""
    state = forms.parse_state(request.args.get("stand"))
    shown = queries.list_mails(state, forms.parse_before(request.args.get("voor")))
    return page(
        "mail/outbox.html",
        outbox=queries.count_mails(),
        lines=shown,
        state=state,
        states=labels.STATES,
        older=shown[-1].id if len(shown) == queries.PAGE_SIZE else None,
        path=local(OUTBOX),
    )


@bp.post(f"{OUTBOX}/opnieuw")
@administrators
def retry_all() -> Response:
    """Retry every failed or waiting mail now."""
    return _retried(services.retry())


@bp.post(f"{OUTBOX}/<int:message_id>/opnieuw")
@administrators
def retry(message_id: int) -> Response:
    """Retry one mail now."""
    return _retried(services.retry(message_id))


def _retried(count: int) -> Response:
    if count:
        notify(ngettext("%(num)d mail is tried again now.", "%(num)d mails are tried again now.", count))
    else:
        notify(_("There was nothing to try again."))
    return redirect_to(local(OUTBOX))


@bp.post(f"{OUTBOX}/proef")
@administrators
def trial() -> Response:
    """Send a test mail to the administrator who asks for it."""
    person = viewer()
    limits.hit("mail-trial", person.id, most=5, seconds=600)
    services.send_test_mail(person)
    notify(_("A trial mail is on its way to your own address."))
    return redirect_to(local(OUTBOX))
