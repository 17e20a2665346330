"""Pages where people write in the agenda: propose, change, postpone, cancel, withdraw."""

from typing import Any

from flask import Response, abort, request

from portal.accounts.models import User
from portal.agenda import detail, policies, proposals, queries, writing_forms
from portal.agenda.blueprint import bp
from portal.agenda.models import Event
from portal.agenda.writing_forms import CancelForm, EventForm, PostponeForm, WithdrawForm
from portal.community.policies import organisations_of
from portal.core import clock
from portal.core.i18n import gettext as _
from portal.core.locale import local
from portal.core.web import limits
from portal.core.web.access import members, require, viewer
from portal.core.web.forms import form_page, notify
from portal.core.web.rendering import page, redirect_to, wants_fragment
from portal.publishing import drafts, handing_in
from portal.publishing import services as publishing
from portal.publishing.models import State
from portal.publishing.services import EditConflict, NotAllowedNow

DO = "do"
KEEP, PREVIEW, SEND = "bewaar", "voorbeeld", "verstuur"
"""What a button of the form asks for."""
COMPARED = ("title", "summary", "body", "venue", "address", "accessibility", "costs", "audience", "registration_note")


@bp.route("/agenda/nieuw", methods=["GET", "POST"])
@members
def propose() -> Response:
    """Ask for a new event; a draft or a copy fills the form."""
    user = _person()
    form = EventForm() if request.method == "POST" else _new_form(user)
    if request.method == "POST":
        _count(user)
    if request.form.get(DO) == KEEP and form.is_submitted():
        return _keep(user, form)
    times = form.times if form.validate_on_submit() else None
    if times is None or request.form.get(DO) == PREVIEW:
        return _page(form, None)
    path = proposals.propose(user, form.words, times, (form.once.data or "")[: drafts.MAX_KEY])
    return _sent(path)


@bp.post("/agenda/concept")
@members
def keep_draft() -> Response:
    """Keep what is being typed; answers with one line that says so."""
    user = _person()
    limits.hit("draft", user.id, most=2000, seconds=3600)
    kept = drafts.save_draft(user, proposals.DRAFTS, request.form.get("once", ""), request.form)
    if not wants_fragment():
        return redirect_to(local("/account/bijdragen"))
    return page("components/draft_state.html", saved=kept, at=clock.now())


@bp.post("/agenda/concept/weg")
@members
def drop_draft() -> Response:
    """Throw a draft away."""
    drafts.delete_draft(_person(), proposals.DRAFTS, request.form.get("once", ""))
    notify(_("The draft is gone."))
    return redirect_to(local("/agenda/nieuw"))


@bp.route("/agenda/<int:event_id>/bewerken", methods=["GET", "POST"])
@members
def edit(event_id: int) -> Response:
    """Ask how an event must be."""
    user, event = _own(event_id)
    form = EventForm(event=event, data=writing_forms.fields_of(event))
    if not form.validate_on_submit() or request.form.get(DO) == PREVIEW:
        return _page(form, event)
    _count(user)
    try:
        proposals.change(event, user, form.words, form.times, form.version.data, send=request.form.get(DO) == SEND)
    except EditConflict:
        return _conflict(form, event)
    return _sent(event.path)


@bp.route("/agenda/<int:event_id>/verzetten", methods=["GET", "POST"])
@members
def postpone(event_id: int) -> Response:
    """Ask for another day, and why."""
    user, event = _own(event_id)
    require(policies.may_postpone(user, event))
    form = PostponeForm(data={"version": event.version})
    if not form.validate_on_submit():
        return form_page("agenda/edit_postpone.html", form, event=event)
    _count(user)
    try:
        proposals.postpone(event, user, form.times, form.reason.data or "", form.version.data)
    except EditConflict:
        return _changed_meanwhile(event)
    notify(
        _("The new day is in the agenda, with your reason.")
        if form.times
        else _("The agenda says that it is postponed.")
    )
    return redirect_to(local(event.path))


@bp.route("/agenda/<int:event_id>/afgelasten", methods=["GET", "POST"])
@members
def cancel(event_id: int) -> Response:
    """Ask why an event does not go on."""
    user, event = _own(event_id)
    require(policies.may_cancel(user, event))
    form = CancelForm(data={"version": event.version})
    if not form.validate_on_submit():
        return form_page("agenda/edit_cancel.html", form, event=event)
    _count(user)
    try:
        proposals.cancel(event, user, form.reason.data or "", form.version.data)
    except EditConflict:
        return _changed_meanwhile(event)
    notify(_("The agenda says that it does not go on, with your reason."))
    return redirect_to(local(event.path))


@bp.route("/agenda/<int:event_id>/intrekken", methods=["GET", "POST"])
@members
def withdraw(event_id: int) -> Response:
    """Ask whether a proposal is to be taken back."""
    user, event = _own(event_id)
    require(policies.may_withdraw(user, event))
    form = WithdrawForm()
    if not form.validate_on_submit():
        return form_page("agenda/edit_withdraw.html", form, event=event)
    _count(user)
    try:
        proposals.withdraw(event, user)
    except NotAllowedNow:
        return _changed_meanwhile(event)
    notify(_("Your proposal is withdrawn."))
    return redirect_to(local(event.path))


def _person() -> User:
    """Return who is signed in; the guard let nobody else come here."""
    user: User | None = viewer()
    return user or abort(401)


def _own(event_id: int) -> tuple[User, Event]:
    """Return an event that this person may change; 404 for what one may not know of, 403 for what one may only read."""
    user = _person()
    event = queries.get_event(event_id)
    if event is None or not policies.may_read(user, event):
        abort(404)
    require(policies.may_edit(user, event))
    return user, event


def _count(user: User) -> None:
    limits.hit("event", user.id, most=60, seconds=3600)


def _new_form(user: User) -> EventForm:
    """Return the form for a new event: empty, or a draft, or a copy of another one without its days."""
    draft = drafts.get_draft(user, proposals.DRAFTS, request.args.get("concept", ""))
    if draft is not None:
        form = EventForm(formdata=draft)
        form.once.data = request.args["concept"]
        return form
    original = queries.get_event(request.args.get("kopie", type=int) or 0)
    if original is not None and policies.may_read(user, original):
        return EventForm(formdata=None, data=writing_forms.copy_of(original))
    own = organisations_of(user)
    return EventForm(formdata=None, data={"organisers": [own[0].name] if len(own) == 1 else []})


def _keep(user: User, form: EventForm) -> Response:
    key = form.once.data or ""
    if not drafts.save_draft(user, proposals.DRAFTS, key, request.form):
        return _page(form, None)
    notify(_("Your draft is kept. Only you see it."))
    return redirect_to(local("/agenda/nieuw") + f"?concept={key}")


def _page(form: EventForm, event: Event | None, **context: Any) -> Response:
    """Show the form, with the event as its page will be when that was asked for."""
    wanted = request.form.get(DO) == PREVIEW and form.is_submitted() and not form.errors
    preview = detail.detail_context(proposals.imagine(form.words, form.times, event)) if wanted else None
    context = {"conflicts": [], **context}
    history = publishing.history(event) if event else []
    user = _person()
    return form_page(
        "agenda/edit.html",
        form,
        event=event,
        preview=preview,
        history=history,
        drafts=[] if event else drafts.list_drafts(user, proposals.DRAFTS),
        may_send=event is not None and policies.may_send(user, event),
        way=policies.handing_in_of(user),
        for_another=event is not None and handing_in.is_for_another(event, user),
        **context,
    )


def _conflict(form: EventForm, event: Event) -> Response:
    """Show both texts; saving again is a choice."""
    rows = [
        (form[name].label.text, form[name].data or "", getattr(event, name) or "")
        for name in COMPARED
        if (form[name].data or "") != (getattr(event, name) or "")
    ]
    form.version.data, form.version.raw_data = event.version, None
    return _page(form, event, status=422, conflicts=rows or [(_("Something else"), "", "")])


def _changed_meanwhile(event: Event) -> Response:
    notify(_("Somebody else changed this meanwhile. Look at it first, and try again if it is still needed."))
    return redirect_to(local(event.path))


def _sent(path: str) -> Response:
    """Lead to the page of an event, and say what became of it."""
    event = queries.get_event(int(path.rpartition("/")[2].partition("-")[0]))
    saved = handing_in.saved_for_another(event, _person()) if event is not None else ""
    if saved:
        notify(saved)
    elif event is not None and event.state == State.REVIEW:
        notify(_("Thank you. The editors look at your proposal, mostly within two working days; you get a mail."))
    elif event is not None and event.is_visible:
        notify(_("It is in the agenda."))
    else:
        notify(_("Your changes are kept."))
    return redirect_to(local(path))
