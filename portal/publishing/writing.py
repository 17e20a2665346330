"""The one way in which people write: drafts, preview, double submits, conflicts and limits, for every feature.

A feature describes its content with a `Writing` and declares four routes, each of which returns the answer of one
function here: `answer_new`, `answer_change`, `answer_autosave` and `answer_drop`. Forms have the fields `once`
(`core.web.forms.OnceMixin`) and `version`; the template includes the parts in `components/writing.html`.
A session that ended, and a database that cannot write, are handled for every form at once by `core.web.unsaved`.
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
from portal.publishing.submissions import Kept

KEEP, PREVIEW, SEND, SAVE = "bewaar", "voorbeeld", "verstuur", "wijzig"
"""The buttons of a form, by the value of the field `do`; a feature may have more, which show the form again."""
SAVING = ("", SEND, SAVE)
"""What saves: Enter in a field presses no button. `SAVE` changes something without handing it in."""
CONTRIBUTIONS = "/account/bijdragen"
DRAFTS_PER_HOUR = 2000
HOUR = 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """How one kind of content is written."""

    kind: str
    """One word ("post"): names its drafts and its limits."""
    path: str
    """What its addresses begin with ("/agenda/"): `<path><id>/bewerken`, `<path>concept`."""
    new_path: str
    """The address of the form for a new one."""
    template: str
    get_item: Callable[[int], Any]
    """Return the row of an id, whatever its state; None when there is none."""
    may_know: Callable[[User, Any], bool]
    """Whether somebody may know that it exists: else the answer is 404."""
    may_edit: Callable[[User, Any], bool]
    make_form: Callable[..., Any]
    """(user, item, **what WTForms takes) → form; `item` is None for a new one."""
    first_fields: Callable[[User], dict[str, Any]]
    """What the form for a new one begins with."""
    stored_fields: Callable[[Any], dict[str, Any]]
    """A row as the fields of its form, `version` among them."""
    submit: Callable[[User, Any], Any]
    """(user, valid form) → the new row."""
    update: Callable[[Any, User, Any], None]
    """(row, user, valid form); raises EditConflict or NotAllowedNow."""
    build_preview: Callable[[Any, Any], Any]
    """(valid form, row or None) → what the template shows as preview."""
    context: Callable[[Any, Any], dict[str, Any]]
    """(form, row or None) → what else the template asks for."""
    review_route: Callable[[User], ReviewRoute]
    """Who looks at what somebody sends, and how long that takes."""
    outcome: Callable[[Any], str]
    """What to say of a row that was saved."""
    read_form: Callable[[User, Any], Any] | None = None
    """(user, row or None) → the form as it was sent, for a feature that takes files in first."""
    draft_fields: Callable[[Any], "MultiDict[str, str] | None"] = lambda _form: request.form
    """The fields to keep as a draft; None when something must be said first, such as a file that is refused."""
    saves_per_hour: int = 60
    preview_block: str | None = None
    """The block of the template that htmx gets as a preview, when the feature asks for it that way."""


def action() -> str:
    """Return which button of the form was pressed: the value of the field `do`, "" for none."""
    return request.form.get("do", "")


def current_user() -> User:
    """Return who is signed in; the guard lets nobody else come to a page for members."""
    user: User | None = viewer()
    return user or abort(401)


def load(writing: Writing, item_id: int, allowed: Callable[[User, Any], bool] | None = None) -> tuple[User, Any]:
    """Return who is signed in and a row that they may change, or may do what `allowed` says with.

    Aborts with 404 for what does not exist or they may not know of, with 403 for what they may only read.
    """
    user = current_user()
    item = writing.get_item(item_id)
    if item is None or not writing.may_know(user, item):
        abort(404)
    require((allowed or writing.may_edit)(user, item))
    return user, item


def answer_new(writing: Writing) -> Response:
    """Show the form for a new one, or save what was sent."""
    user = current_user()
    if request.method != "POST":
        return _page(writing, _form_to_begin_with(writing, user, None), None)
    form = _read_form(writing, user, None)
    if action() == KEEP:
        return _keep(writing, user, form, None)
    if action() not in SAVING or not form.validate():
        return _page(writing, form, None)
    path = submissions.submit(user, writing.kind, form.once.data, lambda: writing.submit(user, form))
    return _saved(writing, writing.get_item(int(path.rpartition("/")[2].partition("-")[0])), path)


def answer_change(writing: Writing, item_id: int) -> Response:
    """Show the form of a row, or save what was sent; when somebody else was first, show both texts."""
    user, item = load(writing, item_id)
    if request.method != "POST":
        return _page(writing, _form_to_begin_with(writing, user, item), item)
    form = _read_form(writing, user, item)
    if action() == KEEP:
        return _keep(writing, user, form, item)
    if action() not in SAVING or not form.validate():
        return _page(writing, form, item)
    try:
        submissions.update(user, writing.kind, form.once.data, item, lambda: writing.update(item, user, form))
    except (EditConflict, NotAllowedNow):
        return _conflict(writing, user, form, item)
    return _saved(writing, item, item.path)


def answer_autosave(writing: Writing, item_id: int | None = None) -> Response:
    """Keep what is being typed; answers htmx with one line that says what became of it."""
    user = current_user()
    if item_id is not None:
        load(writing, item_id)
    limits.hit(f"draft-{writing.kind}", user.id, DRAFTS_PER_HOUR, HOUR)
    kept = submissions.keep_draft(user, writing.kind, item_id, request.form)
    if not wants_fragment():
        return redirect_to(local(CONTRIBUTIONS))
    status = 422 if kept is Kept.REFUSED else 200
    return page("components/draft_state.html", status=status, kept=kept, at=clock.now())


def answer_drop(writing: Writing) -> Response:
    """Throw away the draft whose key is in the field `once`."""
    drafts.delete_draft(current_user(), writing.kind, request.form.get("once", ""))
    notify(_("The draft is gone."))
    return redirect_to(local(CONTRIBUTIONS))


def count_save(writing: Writing, user: User) -> None:
    """Count one more form of this kind; raises TooManyRequests when there were too many within an hour."""
    limits.hit(writing.kind, user.id, writing.saves_per_hour, HOUR)


def changed_meanwhile(path: str) -> Response:
    """Lead to the page of something that cannot be done any more, and say why nothing happened."""
    notify(_("Somebody else changed this meanwhile. Look at it first, and try again if it is still needed."))
    return redirect_to(local(path))


def _form_to_begin_with(writing: Writing, user: User, item: Any) -> Any:
    """Return the form that a page opens with: what could not be saved just now, else a draft, else the row itself."""
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
    """Return the form as it was sent; one that is not to be saved yet is kept as a draft, so that nothing is lost."""
    count_save(writing, user)
    form = writing.read_form(user, item) if writing.read_form else writing.make_form(user, item)
    if action() not in (*SAVING, KEEP) and (fields := writing.draft_fields(form)) is not None:
        submissions.keep_draft(user, writing.kind, item.id if item else None, fields)
    return form


def _keep(writing: Writing, user: User, form: Any, item: Any) -> Response:
    fields = writing.draft_fields(form)
    kept = submissions.keep_draft(user, writing.kind, item.id if item else None, fields) if fields is not None else None
    if kept is not Kept.KEPT:
        if kept is Kept.REFUSED:
            form.form_errors.append(_("This draft could not be kept: it is too long."))
        return _page(writing, form, item)
    notify(_("Your draft is kept. Only you see it."))
    address = f"{writing.path}{item.id}/bewerken" if item else f"{writing.new_path}?concept={form.once.data}"
    return redirect_to(local(address))


def _page(writing: Writing, form: Any, item: Any, status: int = 200, **context: Any) -> Response:
    """Show the form, with the page as it will be when that was asked for."""
    wanted = request.method == "POST" and action() == PREVIEW
    preview = writing.build_preview(form, item) if wanted and form.validate() else None
    user = current_user()
    return form_page(
        writing.template,
        form,
        fragment=writing.preview_block if wanted else None,
        status=status,
        preview=preview,
        is_fragment=wants_fragment(),
        history=services.history(item) if item else [],
        drafts=[] if item else drafts.unsent(user, writing.kind),
        way=writing.review_route(user),
        for_another=item is not None and review_route.is_for_another(item, user),
        draft_url=local(f"{writing.path}{item.id}/concept" if item else f"{writing.path}concept"),
        drop_url=local(f"{writing.path}concept/weg"),
        change_key=drafts.change_key(writing.kind, item.id) if item else "",
        **{"conflicts": [], **writing.context(form, item), **context},
    )


def _conflict(writing: Writing, user: User, form: Any, item: Any) -> Response:
    """Show both texts; saving again is a choice."""
    require(writing.may_edit(user, item))
    stored = writing.make_form(user, item, formdata=None, data=writing.stored_fields(item))
    form.version.data, form.version.raw_data = item.version, None
    return _page(writing, form, item, status=422, conflicts=conflicts.differences(form, stored))


def _saved(writing: Writing, item: Any, path: str) -> Response:
    if item is not None:
        notify(review_route.saved_for_another(item, current_user()) or writing.outcome(item))
    return redirect_to(local(path))
