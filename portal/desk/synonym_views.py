"""Views of the synonyms: the list with a trial search, and creating, changing and deleting a group."""

from http import HTTPStatus
from typing import cast

from flask import Response, abort, request
from flask_login import current_user

from portal.accounts.models import User
from portal.core.i18n import gettext as _
from portal.core.i18n import ngettext
from portal.core.lists.selection import QueryArguments
from portal.core.locale import local
from portal.core.web import limits
from portal.core.web.access import editors
from portal.core.web.forms import form_page, notify
from portal.core.web.rendering import page, redirect_to
from portal.desk import synonyms
from portal.desk.blueprint import PATH, bp
from portal.desk.synonym_forms import SynonymForm
from portal.publishing.services import EditConflict
from portal.search.models import SynonymGroup

SYNONYMS = f"{PATH}synoniemen"
CHANGES_AN_HOUR = 300
HOUR = 3600


@bp.get(SYNONYMS)
@editors
def synonym_groups() -> Response:
    """List the groups, and show how a trial search is interpreted."""
    tried = QueryArguments(request.args).words("probeer")
    groups = synonyms.list_groups()
    return page(
        "desk/synonyms.html",
        fragment="tried",
        groups=groups,
        is_shipped=all(group.id is None for group in groups),
        words=tried,
        tried=synonyms.try_out(tried) if tried else None,
        path=local(PATH),
        address=local(SYNONYMS),
    )


@bp.route(f"{SYNONYMS}/nieuw", methods=["GET", "POST"])
@editors
def synonym_new() -> Response:
    """Create a group; the query string may fill in a word that was searched without results."""
    form = SynonymForm(data={"words": QueryArguments(request.args).words("woord"), "version": 0})
    if form.validate_on_submit():
        _count()
        synonyms.create_group(_editor(), form.words.data or "", form.note.data or "", form.once.data, SYNONYMS)
        notify(_("The group is saved. Searches use it from now on."))
        return redirect_to(local(SYNONYMS))
    return _form(form, None)


@bp.route(f"{SYNONYMS}/<int:group_id>", methods=["GET", "POST"])
@editors
def synonym_edit(group_id: int) -> Response:
    """Change a group."""
    row = synonyms.get_group(group_id) or abort(404)
    form = SynonymForm(data={"words": row.words, "note": row.note, "version": row.version})
    if form.validate_on_submit():
        _count()
        try:
            synonyms.update_group(_editor(), group_id, form.words.data or "", form.note.data or "", form.version.data)
        except LookupError:
            abort(404)
        except EditConflict:
            return _conflict(form, group_id)
        notify(_("The group is saved. Searches use it from now on."))
        return redirect_to(local(SYNONYMS))
    return _form(form, row)


@bp.post(f"{SYNONYMS}/<int:group_id>/verwijderen")
@editors
def synonym_delete(group_id: int) -> Response:
    """Delete a group, unless it changed since it was shown."""
    _count()
    try:
        synonyms.delete_group(_editor(), group_id, request.form.get("version", type=int))
    except LookupError:
        abort(404)
    except EditConflict:
        row = synonyms.get_group(group_id) or abort(404)
        form = SynonymForm(formdata=None, data={"words": row.words, "note": row.note, "version": row.version})
        return _form(form, row, is_late=True)
    notify(_("The group is removed. The audit log still knows which words were in it."))
    return redirect_to(local(SYNONYMS))


@bp.post(f"{SYNONYMS}/overnemen")
@editors
def synonyms_take_over() -> Response:
    """Copy the shipped groups to the database, where editors can change them."""
    _count()
    number = synonyms.take_over(_editor())
    if number:
        notify(ngettext("%(num)s group is yours now.", "%(num)s groups are yours now.", number))
    return redirect_to(local(SYNONYMS))


def _conflict(form: SynonymForm, group_id: int) -> Response:
    """Show both versions; sending the form again overwrites the other one."""
    row = synonyms.get_group(group_id) or abort(404)
    rows = [(_("Words"), form.words.data or "", row.words), (_("Note"), form.note.data or "", row.note)]
    form.version.data, form.version.raw_data = row.version, None
    different = [line for line in rows if line[1] != line[2]] or rows[:1]
    return _form(form, row, different, status=HTTPStatus.UNPROCESSABLE_ENTITY)


def _form(
    form: SynonymForm,
    row: SynonymGroup | None,
    conflict_rows: list[tuple[str, str, str]] | None = None,
    *,
    is_late: bool = False,
    status: int = HTTPStatus.OK,
) -> Response:
    return form_page(
        "desk/synonym.html",
        form,
        status=HTTPStatus.CONFLICT if is_late else status,
        group=row,
        conflict_rows=conflict_rows or [],
        is_late=is_late,
        address=local(SYNONYMS),
    )


def _count() -> None:
    limits.hit("synonyms", _editor().id, CHANGES_AN_HOUR, HOUR)


def _editor() -> User:
    return cast(User, current_user._get_current_object())
