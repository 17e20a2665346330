"""The writing protocol of every feature: drafts, preview, double submits, edit conflicts and rate limits.

A feature describes its content with a `Writing` and declares four routes, each of which returns the result of one
function: `answer_new`, `answer_change`, `answer_autosave` or `answer_drop`. Forms have the fields `once`
(`core.web.forms.OnceMixin`) and `version`; the template includes the parts in `components/writing.html`.
`core.web.unsaved` handles sessions that ended and a database that cannot write, for every form of the portal.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Response, abort, request
from werkzeug.datastructures import MultiDict

from portal.accounts.models import User
from portal.core import clock
from portal.core.i18n import gettext as _
from portal.core.locale import local
from portal.core.web import limits, unsaved
from portal.core.web.access import require, viewer
from portal.core.web.forms import form_page, notify
from portal.core.web.rendering import page, redirect_to, wants_fragment
from portal.publishing import conflicts, drafts, review_route, services, submissions
from portal.publishing.review_route import ReviewRoute
from portal.publishing.services import EditConflict, NotAllowedNow
from portal.publishing.submissions import DraftResult

SAVE_DRAFT, PREVIEW, SEND, SAVE = "bewaar", "voorbeeld", "verstuur", "wijzig"
"""Values of the field `do`, one per button. A feature may add others, which show the form again."""
SAVING = ("", SEND, SAVE)
"""Values that save the form: "" (Enter in a field), SEND, and SAVE, which saves without submitting for review."""
CONTRIBUTIONS = "/account/bijdragen"
DRAFTS_PER_HOUR = 2000
HOUR = 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """The configuration of one kind of content."""

    kind: str
    """One word, such as "post"; part of the keys of drafts and rate limits."""
    path: str
    """The prefix of its paths ("/agenda/"): `<path><id>/bewerken`, `<path>concept`."""
    new_path: str
    """The path of the form for a new item."""
    template: str
    get_item: Callable[[int], Any]
    """Return the item with an id, in any state; None when it does not exist."""
    may_know: Callable[[User, Any], bool]
    """Return whether a user may know that the item exists; otherwise the response is 404."""
    may_edit: Callable[[User, Any], bool]
    make_form: Callable[..., Any]
    """(user, item, **WTForms arguments) → form; `item` is None for a new one."""
    first_fields: Callable[[User], dict[str, Any]]
    """Return the initial fields of a new item."""
    stored_fields: Callable[[Any], dict[str, Any]]
    """Return an item as form fields, including `version`."""
    submit: Callable[[User, Any], Any]
    """(user, valid form) → the new row."""
    update: Callable[[Any, User, Any], None]
    """(item, user, valid form) → None; raises EditConflict or NotAllowedNow."""
    build_preview: Callable[[Any, Any], Any]
    """(valid form, item or None) → the template variable `preview`."""
    context: Callable[[Any, Any], dict[str, Any]]
    """(form, item or None) → other template variables."""
    review_route: Callable[[User], ReviewRoute]
    """Return whether a user's texts are published directly or reviewed first."""
    outcome: Callable[[Any], str]
    """Return the message to show after saving an item."""
    read_form: Callable[[User, Any], Any] | None = None
    """(user, item or None) → the submitted form; for features that store uploads first."""
    draft_fields: Callable[[Any], "MultiDict[str, str] | None"] = lambda _form: request.form
    """Return the fields to store as a draft; None to show the form with errors instead (a refused file)."""
    saves_per_hour: int = 60
    preview_block: str | None = None
    """The template block to send as preview to htmx, for features that request previews with htmx."""


def action() -> str:
    """Return the pressed button: the value of the field `do`, "" for none."""
    return request.form.get("do", "")


def current_user() -> User:
    """Return the signed-in user; aborts with 401 when there is none."""
    user: User | None = viewer()
    return user or abort(401)


def load_item(writing: Writing, item_id: int, allowed: Callable[[User, Any], bool] | None = None) -> tuple[User, Any]:
    """Return the signed-in user and an item; `allowed` is the required right, `may_edit` by default.

    Aborts with 404 when the item does not exist or the user may not know of it, and with 403 when the right is missing.
    """
    user = current_user()
    item = writing.get_item(item_id)
    if item is None or not writing.may_know(user, item):
        abort(404)
    require((allowed or writing.may_edit)(user, item))
    return user, item


def answer_new(writing: Writing) -> Response:
    """Show the form for a new item, or save it."""
    user = current_user()
    if request.method != "POST":
        return _page(writing, _initial_form(writing, user, None), None)
    form = _read_form(writing, user, None)
    if action() == SAVE_DRAFT:
        return _save_draft(writing, user, form, None)
    if action() not in SAVING or not form.validate():
        return _page(writing, form, None)
    path = submissions.submit(user, writing.kind, form.once.data, lambda: writing.submit(user, form))
    return _redirect_saved(writing, writing.get_item(int(path.rpartition("/")[2].partition("-")[0])), path)


def answer_change(writing: Writing, item_id: int) -> Response:
    """Show the form of an item, or save it; on an edit conflict, show both versions."""
    user, item = load_item(writing, item_id)
    if request.method != "POST":
        return _page(writing, _initial_form(writing, user, item), item)
    form = _read_form(writing, user, item)
    if action() == SAVE_DRAFT:
        return _save_draft(writing, user, form, item)
    if action() not in SAVING or not form.validate():
        return _page(writing, form, item)
    try:
        submissions.update(user, writing.kind, form.once.data, item, lambda: writing.update(item, user, form))
    except (EditConflict, NotAllowedNow):
        return _conflict(writing, user, form, item)
    return _redirect_saved(writing, item, item.path)


def answer_autosave(writing: Writing, item_id: int | None = None) -> Response:
    """Save a draft of what is being typed; htmx gets one line that tells the result."""
    user = current_user()
    if item_id is not None:
        load_item(writing, item_id)
    limits.hit(f"draft-{writing.kind}", user.id, DRAFTS_PER_HOUR, HOUR)
    result = submissions.save_form_as_draft(user, writing.kind, item_id, request.form)
    if not wants_fragment():
        return redirect_to(local(CONTRIBUTIONS))
    status = 422 if result is DraftResult.REFUSED else 200
    return page("components/draft_state.html", status=status, kept=result, at=clock.now())


def answer_drop(writing: Writing) -> Response:
    """Delete the draft whose key is in the field `once`."""
    drafts.delete_draft(current_user(), writing.kind, request.form.get("once", ""))
    notify(_("The draft is gone."))
    return redirect_to(local(CONTRIBUTIONS))


def count_save(writing: Writing, user: User) -> None:
    """Count a form towards the rate limit. Raises TooManyRequests above `saves_per_hour`."""
    limits.hit(writing.kind, user.id, writing.saves_per_hour, HOUR)


def changed_meanwhile(path: str) -> Response:
    """Redirect to an item whose state changed meanwhile, with a message that nothing was done."""
    notify(_("Somebody else changed this meanwhile. Look at it first, and try again if it is still needed."))
    return redirect_to(local(path))


def _initial_form(writing: Writing, user: User, item: Any) -> Any:
    """Return the initial form: unsaved input from an earlier request, else a draft, else the item itself."""
    fields = unsaved.restored_fields()
    if fields is not None:
        return writing.make_form(user, item, formdata=fields)
    key = request.args.get("concept", "") if item is None else drafts.change_key(writing.kind, item.id)
    draft = drafts.get_draft(user, writing.kind, key)
    if draft is None:
        data = writing.first_fields(user) if item is None else writing.stored_fields(item)
        return writing.make_form(user, item, formdata=None, data=data)
    form = writing.make_form(user, item, formdata=draft)
    form.is_unfinished = item is not None
    if item is None:
        form.once.data = key
    return form


def _read_form(writing: Writing, user: User, item: Any) -> Any:
    """Return the submitted form; unless it is being saved, store it as a draft so that nothing is lost."""
    count_save(writing, user)
    form = writing.read_form(user, item) if writing.read_form else writing.make_form(user, item)
    if action() not in (*SAVING, SAVE_DRAFT) and (fields := writing.draft_fields(form)) is not None:
        submissions.save_form_as_draft(user, writing.kind, item.id if item else None, fields)
    return form


def _save_draft(writing: Writing, user: User, form: Any, item: Any) -> Response:
    fields = writing.draft_fields(form)
    result = (
        submissions.save_form_as_draft(user, writing.kind, item.id if item else None, fields)
        if fields is not None
        else None
    )
    if result is not DraftResult.SAVED:
        if result is DraftResult.REFUSED:
            form.form_errors.append(_("This draft could not be kept: it is too long."))
        return _page(writing, form, item)
    notify(_("Your draft is kept. Only you see it."))
    address = f"{writing.path}{item.id}/bewerken" if item else f"{writing.new_path}?concept={form.once.data}"
    return redirect_to(local(address))


def _page(writing: Writing, form: Any, item: Any, status: int = 200, **context: Any) -> Response:
    """Return the form's page, with a preview when that was requested and the form is valid."""
    wanted = request.method == "POST" and action() == PREVIEW
    preview = writing.build_preview(form, item) if wanted and form.validate() else None
    user = current_user()
    return form_page(
        writing.template,
        form,
        fragment=writing.preview_block if wanted else None,
        status=status,
        preview=preview,
        is_fragment=wanted and wants_fragment(),
        history=services.history(item) if item else [],
        drafts=[] if item else drafts.list_new_drafts(user, writing.kind),
        way=writing.review_route(user),
        for_another=item is not None and review_route.is_by_another(item, user),
        draft_url=local(f"{writing.path}{item.id}/concept" if item else f"{writing.path}concept"),
        drop_url=local(f"{writing.path}concept/weg"),
        change_key=drafts.change_key(writing.kind, item.id) if item else "",
        **{"conflicts": [], **writing.context(form, item), **context},
    )


def _conflict(writing: Writing, user: User, form: Any, item: Any) -> Response:
    """Return the form with the differences from the saved version; submitting it again overwrites that version."""
    require(writing.may_edit(user, item))
    stored = writing.make_form(user, item, formdata=None, data=writing.stored_fields(item))
    form.version.data, form.version.raw_data = item.version, None
    return _page(writing, form, item, status=422, conflicts=conflicts.differences(form, stored))


def _redirect_saved(writing: Writing, item: Any, path: str) -> Response:
    if item is not None:
        notify(review_route.message_after_editing(item, current_user()) or writing.outcome(item))
    return redirect_to(local(path))
