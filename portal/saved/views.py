"""Saving a post, event or article, and the page that lists them.

A page of visitors is the same for all of them, so what one saved in the browser is shown by `static/js/saved.js`.
"""

import re
from collections.abc import Callable

from flask import Response, abort, current_app, g, request
from sqlalchemy.exc import SQLAlchemyError

from portal.accounts.models import User
from portal.accounts.sign_in_flow import after_sign_in
from portal.core.i18n import gettext as _
from portal.core.locale import local
from portal.core.web import limits
from portal.core.web.access import members, viewer, visitors
from portal.core.web.forms import ButtonForm, form_page, notify
from portal.core.web.rendering import page, redirect_to, wants_fragment
from portal.saved import queries, services
from portal.saved.blueprint import PATH
from portal.saved.blueprint import bp as bp
from portal.saved.queries import Key, Kind

CHANGES_PER_DAY, DAY = 500, 86_400
MOST_IN_BROWSER = 60
"""As `static/js/saved.js` has it."""
ITEM = re.compile(rf"(?P<kind>{'|'.join(Kind)})/(?P<number>[1-9][0-9]{{0,8}})", re.ASCII)
ON_THE_WAY = re.compile(rf"(?:/en)?{PATH}{ITEM.pattern}", re.ASCII)
REMOVE = "verwijder"


@bp.app_context_processor
def saved_state() -> dict[str, Callable[[str, int], bool]]:
    """Return `is_saved`, whether who is signed in saved an item; one statement per page that asks."""
    return {"is_saved": _is_saved}


def _is_saved(kind: str, item_id: int) -> bool:
    user = viewer()
    if user is None:
        return False
    try:
        if "saved_keys" not in g:
            g.saved_keys = frozenset(queries.list_keys(user))
    except SQLAlchemyError:
        current_app.logger.warning("saved_not_read")
        return False
    return (Kind(kind), item_id) in g.saved_keys


@bp.get(PATH)
@visitors
def index() -> Response:
    """List what a member saved. For a visitor the script asks for what the browser holds, named by `item`."""
    user: User | None = viewer()
    keys = queries.list_keys(user) if user is not None else _keys_of(request.args.getlist("item"))
    return page("saved/index.html", fragment="saved", saved=queries.load(keys), in_browser=user is None)


@bp.route(f"{PATH}<kind>/<int:item_id>", methods=["GET", "POST"])
@members
def item(kind: str, item_id: int) -> Response:
    """Save an item, or save it no longer. A visitor who came by a link signs in first, and finds it saved then."""
    user: User = viewer()
    key = _key(kind, item_id)
    found = queries.find_path(*key)
    form = ButtonForm()
    if form.validate_on_submit():
        limits.hit("save", user.id, CHANGES_PER_DAY, DAY)
        if request.form.get("do") == REMOVE:
            services.remove(user, key)
            notify(_("It is no longer among what you saved."))
        elif found is None:
            abort(404)
        else:
            _save(user, key)
        return redirect_to(local(PATH if request.form.get("terug") == "lijst" or found is None else found[0]))
    if found is None:
        abort(404)
    if key in queries.list_keys(user):
        return redirect_to(local(found[0]))
    return form_page("saved/item.html", form, title=found[1], back=local(found[0]))


@bp.post(f"{PATH}verhuizen")
@members
def move() -> Response:
    """Move what the browser held to the account; the script sends it after signing in."""
    user: User = viewer()
    limits.hit("save", user.id, CHANGES_PER_DAY, DAY)
    services.move_to_account(user, _keys_of(request.form.getlist("item")))
    return Response(status=204) if wants_fragment() else redirect_to(local(PATH))


@after_sign_in
def save_on_the_way(user: User, target: str) -> None:
    """Save the item for which a visitor had to sign in."""
    found = ON_THE_WAY.fullmatch(target)
    key = (Kind(found["kind"]), int(found["number"])) if found else None
    if key is not None and queries.find_path(*key) is not None:
        _save(user, key)


def _save(user: User, key: Key) -> None:
    try:
        services.save(user, key)
    except services.TooManySaved:
        notify(_("You saved %(most)s things already. Remove some of them first.", most=services.MOST_SAVED))
    else:
        notify(_("Saved. You find it in the menu of your account, under Saved."))


def _keys_of(items: list[str]) -> list[Key]:
    found = filter(None, map(ITEM.fullmatch, items[:MOST_IN_BROWSER]))
    return list(dict.fromkeys((Kind(one["kind"]), int(one["number"])) for one in found))


def _key(kind: str, item_id: int) -> Key:
    if kind not in set(Kind):
        abort(404)
    return Kind(kind), item_id
