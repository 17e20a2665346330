"""Pages for writing in the agenda: submit, edit, postpone, cancel and withdraw events."""

from flask import Response

from portal.agenda import policies, services
from portal.agenda.blueprint import bp
from portal.agenda.writing import WRITING
from portal.agenda.writing_forms import CancelForm, PostponeForm, WithdrawForm
from portal.core.i18n import gettext as _
from portal.core.locale import local
from portal.core.web.access import members
from portal.core.web.forms import form_page, notify
from portal.core.web.rendering import redirect_to
from portal.publishing import writing
from portal.publishing.services import EditConflict, NotAllowedNow
from portal.publishing.writing import changed_meanwhile, count_save, load_item


@bp.route("/agenda/nieuw", methods=["GET", "POST"])
@members
def submit() -> Response:
    """Show the form for a new event, filled from a draft or a copy if requested, and save it."""
    return writing.answer_new(WRITING)


@bp.route("/agenda/<int:event_id>/bewerken", methods=["GET", "POST"])
@members
def edit(event_id: int) -> Response:
    """Show the form of an event, and save it."""
    return writing.answer_change(WRITING, event_id)


@bp.post("/agenda/concept")
@bp.post("/agenda/<int:event_id>/concept")
@members
def keep_draft(event_id: int | None = None) -> Response:
    """Save what is being typed as a draft."""
    return writing.answer_autosave(WRITING, event_id)


@bp.post("/agenda/concept/weg")
@members
def drop_draft() -> Response:
    """Delete a draft."""
    return writing.answer_drop(WRITING)


@bp.route("/agenda/<int:event_id>/verzetten", methods=["GET", "POST"])
@members
def postpone(event_id: int) -> Response:
    """Ask for a new day and the reason, then postpone the event."""
    user, event = load_item(WRITING, event_id, policies.may_postpone)
    form = PostponeForm(event=event)
    if not form.validate_on_submit():
        return form_page("agenda/edit_postpone.html", form, event=event)
    count_save(WRITING, user)
    try:
        services.postpone_event(event, user, form.times, form.reason.data or "", form.version.data, form.place)
    except EditConflict:
        return changed_meanwhile(event.path)
    notify(
        _("The new day is in the agenda, with your reason.")
        if form.times
        else _("The agenda says that it is postponed.")
    )
    return redirect_to(local(event.path))


@bp.route("/agenda/<int:event_id>/afgelasten", methods=["GET", "POST"])
@members
def cancel(event_id: int) -> Response:
    """Ask for the reason, then cancel the event."""
    user, event = load_item(WRITING, event_id, policies.may_cancel)
    form = CancelForm(data={"version": event.version})
    if not form.validate_on_submit():
        return form_page("agenda/edit_cancel.html", form, event=event)
    count_save(WRITING, user)
    try:
        services.cancel_event(event, user, form.reason.data or "", form.version.data)
    except EditConflict:
        return changed_meanwhile(event.path)
    notify(_("The agenda says that it does not go on, with your reason."))
    return redirect_to(local(event.path))


@bp.route("/agenda/<int:event_id>/intrekken", methods=["GET", "POST"])
@members
def withdraw(event_id: int) -> Response:
    """Ask for confirmation, then withdraw the event."""
    user, event = load_item(WRITING, event_id, policies.may_withdraw)
    form = WithdrawForm()
    if not form.validate_on_submit():
        return form_page("agenda/edit_withdraw.html", form, event=event)
    count_save(WRITING, user)
    try:
        services.withdraw_event(event, user)
    except NotAllowedNow:
        return changed_meanwhile(event.path)
    notify(_("Your proposal is withdrawn."))
    return redirect_to(local(event.path))
