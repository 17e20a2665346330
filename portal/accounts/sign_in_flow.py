"""Shared by the sign-in views: rate limits, and where to go after signing in."""

from collections.abc import Callable
from urllib.parse import urlencode

from flask import Response, current_app, request, url_for

from portal.accounts import sessions
from portal.accounts.models import User
from portal.core import locale
from portal.core.i18n import gettext as _
from portal.core.web import access, limits
from portal.core.web.access import SECOND_STEP, owes_second_factor
from portal.core.web.forms import safe_next
from portal.core.web.rendering import page, redirect_to

MINUTE, HOUR = 60, 3600
LONGEST_NEXT = 300


AfterSignIn = Callable[[User, str], None]
"""Gets who signed in, and the path that the person was on the way to."""
_after: list[AfterSignIn] = []


def after_sign_in(act: AfterSignIn) -> AfterSignIn:
    """Have something done that a visitor asked for before signing in; for use as a decorator."""
    _after.append(act)
    return act


def requested_next() -> str:
    """Return the `next` path of the request when it is inside the site, else ""."""
    path = safe_next(request.form.get("next") or request.args.get("next"), "")
    return path if len(path) <= LONGEST_NEXT else ""


def complete_sign_in(user: User, next_path: str | None = None) -> Response:
    """Sign a user in and redirect, to the second factor first when it is required."""
    sessions.begin(user)
    return continue_sign_in(next_path)


def continue_sign_in(next_path: str | None = None) -> Response:
    """Redirect a signed-in user to the next path."""
    target = safe_next(next_path or requested_next(), url_for("home.contributions"))
    user = access.viewer()
    if user is not None and request.method == "POST":  # a GET comes from somebody who was signed in already
        for act in _after:
            act(user, target)
    if owes_second_factor():
        return redirect_to(_with_next(locale.local(SECOND_STEP), target))
    return redirect_to(target)


def _with_next(path: str, target: str) -> str:
    return f"{path}?{urlencode({'next': target})}"


def disabled_message() -> str:
    """Return the message for a disabled account, shown only to somebody who proved to own it."""
    return _(
        "Your account is disabled: you cannot sign in. Do you want to know why? Mail %(contact)s.",
        contact=current_app.config["SETTINGS"].contact,
    )


def limit_guesses(email: str) -> None:
    """Count an attempt per account and IP, per account, and per IP (a high limit: a school shares one IP)."""
    limits.hit("sign-in", f"{email}|{limits.address()}", most=10, seconds=MINUTE)
    limits.hit("sign-in-account", email, most=60, seconds=HOUR)
    limits.hit("sign-in-address", limits.address(), most=150, seconds=10 * MINUTE)


def forget_guesses(email: str) -> None:
    """Reset the counters after a successful sign-in."""
    limits.reset("sign-in", f"{email}|{limits.address()}")


def limit_mails(email: str) -> None:
    """Count a request for mail, per e-mail address (known or not) and per IP."""
    limits.hit("account-mail", email, most=5, seconds=HOUR)
    limits.hit("account-mail-address", limits.address(), most=60, seconds=HOUR)


def limit_links() -> None:
    """Count the opening of a mailed link, per IP."""
    limits.hit("account-link", limits.address(), most=60, seconds=10 * MINUTE)


def link_gone(again: str) -> Response:
    """Render the page for an invalid link, with where to ask for a new one."""
    return page("accounts/link_gone.html", status=404, again=again)
