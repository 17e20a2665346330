"""Pages of alerts: follow a list, confirm an address, manage what one follows, and stop it from a mail."""

from flask import Response, abort, request

from portal.accounts.models import User
from portal.accounts.sessions import hashed
from portal.alerts import jobs as jobs  # registers them
from portal.alerts import labels, links, queries, services
from portal.alerts.alert_forms import FollowForm, GuestFollowForm
from portal.alerts.blueprint import PATH
from portal.alerts.blueprint import bp as bp
from portal.alerts.models import LONGEST_QUERY, Alert, Frequency
from portal.alerts.queries import Owner
from portal.alerts.services import MOST_ALERTS, TooManyAlerts
from portal.core.extensions import csrf
from portal.core.i18n import gettext as _
from portal.core.lists import followed
from portal.core.lists.followed import FollowedList
from portal.core.locale import local
from portal.core.web import limits
from portal.core.web.access import members, token_holders, viewer, visitors
from portal.core.web.forms import ButtonForm, form_page, notify
from portal.core.web.rendering import page, redirect_to

KIND = "alert"
ASKED_PER_DAY, CHANGES_PER_DAY, LINKS_PER_HOUR = 20, 200, 60
HOUR, DAY = 3600, 86_400
REMOVE = "verwijder"


@bp.route(f"{PATH}<slug>", methods=["GET", "POST"])
@visitors
def follow(slug: str) -> Response:
    """Offer to follow the filter of a list by mail, and the other ways; the filter is in the query string."""
    the_list = followed.find(slug) or abort(404)
    query = followed.tidy_query(the_list, request.args)
    if len(query) > LONGEST_QUERY:
        abort(400)
    user: User | None = viewer()
    form = FollowForm() if user is not None else GuestFollowForm()
    known = queries.find_alert(user, slug, query) if user is not None else None
    if form.validate_on_submit():
        frequency = Frequency(form.frequency.data)
        if user is None:
            return _follow_as_guest(form, the_list, query, frequency)
        limits.hit(KIND, user.id, CHANGES_PER_DAY, DAY)
        try:
            services.follow(user, slug, query, frequency)
        except TooManyAlerts:
            form.form_errors.append(_too_many())
        else:
            notify(_("You follow this list now: you get a mail when something is new."))
            return redirect_to(local(PATH))
    return _follow_page(form, the_list, query, known)


def _follow_page(form: FollowForm, the_list: FollowedList, query: str, known: Alert | None) -> Response:
    return form_page(
        "alerts/follow.html",
        form,
        title=the_list.title(followed.arguments(query)),
        back=local(_address(the_list.path, query)),
        feeds=the_list.feeds(query),
        known=known,
        frequencies=labels.frequencies(),
    )


def _follow_as_guest(form: FollowForm, the_list: FollowedList, query: str, frequency: Frequency) -> Response:
    email = form["email"].data
    limits.hit(f"{KIND}-guest", limits.address(), ASKED_PER_DAY, DAY)
    limits.hit(f"{KIND}-guest-mail", email.lower(), ASKED_PER_DAY, DAY)
    services.submit_guest_alert(email, the_list.slug, query, frequency, form.once.data)
    return page("alerts/underway.html", email=email, back=local(_address(the_list.path, query)))


@bp.route(f"{PATH}bevestigen/<token>", methods=["GET", "POST"])
@token_holders
def confirm(token: str) -> Response:
    """Confirm the address of a guest: GET shows a button, because mail scanners open links; POST follows the list."""
    limits.hit(f"{KIND}-link", limits.address(), LINKS_PER_HOUR, HOUR)
    pending = queries.get_pending(hashed(token))
    form = ButtonForm()
    if pending is not None and form.validate_on_submit():
        try:
            alert = services.confirm_guest_alert(token)
        except TooManyAlerts:
            return page("alerts/too_many.html", text=_too_many(), path=_path_of_address(pending.email))
        if alert is not None:
            notify(_("You follow this list now: you get a mail when something is new."))
            return redirect_to(local(links.choices_path(alert)))
        pending = None
    if pending is None:
        return page("alerts/link_gone.html", status=404)
    return form_page("alerts/confirm.html", form, title=_title_of(pending.list_slug, pending.query))


@bp.get(PATH)
@members
def index() -> Response:
    """List what a member follows."""
    return _list(viewer(), PATH)


@bp.post(f"{PATH}<int:alert_id>/wijzigen")
@members
def change(alert_id: int) -> Response:
    """Change how often a member gets mail about a list, or follow it no longer."""
    return _change(viewer(), alert_id, PATH)


@bp.get(f"{PATH}gast/<token>")
@token_holders
def guest_index(token: str) -> Response:
    """List what a guest with the signed link follows."""
    guest = links.read_guest_token(token) or abort(404)
    return _list(guest, links.guest_path(guest.id))


@bp.post(f"{PATH}gast/<token>/<int:alert_id>/wijzigen")
@token_holders
def guest_change(token: str, alert_id: int) -> Response:
    """Change how often a guest gets mail about a list, or follow it no longer."""
    guest = links.read_guest_token(token) or abort(404)
    return _change(guest, alert_id, links.guest_path(guest.id))


@bp.route(f"{PATH}uit/<token>", methods=["GET", "POST"])
@csrf.exempt  # type: ignore[untyped-decorator]  # flask-wtf has no types
@token_holders
def one_click(token: str) -> Response:
    """Stop the mail of an alert; POST only, as mail programs send it (RFC 8058)."""
    alert = links.read_off_token(token) or abort(404)
    if request.method == "POST":
        services.set_frequency(alert, Frequency.NONE)
    return page(
        "alerts/one_click.html",
        title=_title_of(alert.list_slug, alert.query),
        done=request.method == "POST",
        choices=local(links.choices_path(alert)),
    )


def _list(owner: Owner, path: str) -> Response:
    rows = [(alert, _title_of(alert.list_slug, alert.query), _link_of(alert)) for alert in queries.list_alerts(owner)]
    return page(
        "alerts/index.html",
        rows=rows,
        path=local(path.rstrip("/")),
        is_guest=not isinstance(owner, User),
        frequencies=labels.frequencies(),
        changes=labels.changes(),
        most=MOST_ALERTS,
    )


def _change(owner: Owner, alert_id: int, path: str) -> Response:
    limits.hit(KIND, f"{type(owner).__name__}-{owner.id}", CHANGES_PER_DAY, DAY)
    alert = queries.get_alert(owner, alert_id) or abort(404)
    wanted = request.form.get("do", "")
    if wanted == REMOVE:
        is_last = queries.count_alerts(owner) == 1
        services.remove(alert)
        notify(_("You no longer follow this list."))
        return redirect_to(local("/" if is_last and not isinstance(owner, User) else path))
    if wanted not in set(Frequency):
        abort(400)
    services.set_frequency(alert, Frequency(wanted))
    notify(_("Your choice is kept."))
    return redirect_to(local(path))


def _title_of(list_slug: str, query: str) -> str:
    """Return the name of a followed list; one that a later version no longer has keeps its slug."""
    the_list = followed.find(list_slug)
    return the_list.title(followed.arguments(query)) if the_list else list_slug


def _link_of(alert: Alert) -> str:
    """Return the address of the followed list, "" when an option of its filter no longer exists."""
    the_list = followed.find(alert.list_slug)
    if the_list is None or not followed.still_exists(the_list, alert.query):
        return ""
    return local(_address(the_list.path, alert.query))


def _address(path: str, query: str) -> str:
    return f"{path}?{query}" if query else path


def _path_of_address(email: str) -> str:
    guest = queries.find_guest(email)
    return local(links.guest_path(guest.id)) if guest is not None else ""


def _too_many() -> str:
    return _(
        "You follow %(most)s lists already, and more is not possible. Stop following one of them first.",
        most=MOST_ALERTS,
    )
