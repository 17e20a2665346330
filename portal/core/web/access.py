"""Access control per route: every view declares its audience; one without a declaration stops the start."""

from collections.abc import Callable
from enum import StrEnum
from http import HTTPStatus
from typing import Any, TypeVar
from urllib.parse import urlencode

from flask import Flask, Response, abort, current_app, g, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from portal.core.web import unsaved
from portal.core.web.rendering import redirect_to

View = TypeVar("View", bound=Callable[..., object])
UNDECLARED_ALLOWED = frozenset({"static"})
SIGN_IN = "/account/inloggen"
SECOND_STEP = "/account/tweede-stap"


class Role(StrEnum):
    """The role of an account. Speaking for a signatory follows from a seat, not from a role."""

    MEMBER = "member"
    EDITOR = "editor"
    ADMINISTRATOR = "administrator"


class Audience(StrEnum):
    """Who may use a route."""

    PUBLIC = "public"
    """Anyone; the answer to a GET depends only on its address and may be cached."""
    VISITORS = "visitors"
    """Anyone; the page holds a form or depends on the session and is never cached."""
    TOKEN_HOLDERS = "token_holders"  # noqa: S105  # an audience
    """Whoever knows the secret in the address, or in a header."""
    HALF_SIGNED_IN = "half_signed_in"
    """Signed-in people, also before they passed the second factor."""
    MEMBERS = "members"
    EDITORS = "editors"
    ADMINISTRATORS = "administrators"


OPEN_TO_ALL = (Audience.PUBLIC, Audience.VISITORS, Audience.TOKEN_HOLDERS)
ENTITLED = {
    Audience.HALF_SIGNED_IN: tuple(Role),
    Audience.MEMBERS: tuple(Role),
    Audience.EDITORS: (Role.EDITOR, Role.ADMINISTRATOR),
    Audience.ADMINISTRATORS: (Role.ADMINISTRATOR,),
}


class UndeclaredRoute(Exception):
    """A view does not declare its audience."""


def _declare(audience: Audience) -> Callable[[View], View]:
    def declare(view: View) -> View:
        view.__dict__["audience"] = audience
        return view

    return declare


public = _declare(Audience.PUBLIC)
visitors = _declare(Audience.VISITORS)
token_holders = _declare(Audience.TOKEN_HOLDERS)
half_signed_in = _declare(Audience.HALF_SIGNED_IN)
members = _declare(Audience.MEMBERS)
editors = _declare(Audience.EDITORS)
administrators = _declare(Audience.ADMINISTRATORS)


def audience_of(app: Flask, endpoint: str) -> Audience | None:
    """Return the audience of an endpoint, None when it declares none."""
    return getattr(app.view_functions[endpoint], "audience", None)


def check_routes(app: Flask) -> None:
    """Raise UndeclaredRoute when a route in the URL map declares no audience."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint not in UNDECLARED_ALLOWED and audience_of(app, rule.endpoint) is None:
            raise UndeclaredRoute(f"{rule.rule} ({rule.endpoint}) does not declare its audience")


def init_app(app: Flask) -> None:
    """Check access before every view, and mark pages of signed-in people `no-store`."""
    app.before_request(guard)
    app.after_request(keep_private)


def guard() -> ResponseReturnValue | None:
    """Send visitors to sign-in, editors without second factor to set it up, and refuse who may not (401, 403)."""
    if request.endpoint is None or request.endpoint in UNDECLARED_ALLOWED:
        return None
    audience = audience_of(current_app, request.endpoint)
    if audience in OPEN_TO_ALL:
        return None
    if audience is None:
        abort(HTTPStatus.FORBIDDEN)
    if not current_user.is_authenticated:
        return _ask_sign_in()
    if audience is not Audience.HALF_SIGNED_IN and owes_second_factor():
        return _ask_second_step()
    if current_user.role not in ENTITLED[audience]:
        abort(HTTPStatus.FORBIDDEN)
    return None


def owes_second_factor() -> bool:
    """Return whether the signed-in person must still pass, or set up, the second factor."""
    user: Any = current_user
    must = user.has_second_factor or user.role in ENTITLED[Audience.EDITORS]
    return bool(must and not getattr(user, "gave_second_factor", False))


def _ask_sign_in() -> ResponseReturnValue:
    if request.method not in ("GET", "HEAD") or unsaved.restored_fields() is not None:
        abort(HTTPStatus.UNAUTHORIZED)
    return redirect_to(f"{request.script_root}{SIGN_IN}?{_next()}")


def _ask_second_step() -> ResponseReturnValue:
    if request.method not in ("GET", "HEAD"):
        abort(HTTPStatus.FORBIDDEN)
    if (
        unsaved.restored_fields() is not None
    ):  # the form stays on its page until the second factor was passed in another tab
        abort(HTTPStatus.UNAUTHORIZED)
    return redirect_to(f"{request.script_root}{SECOND_STEP}?{_next()}")


def _next() -> str:
    return urlencode({"next": request.full_path.rstrip("?")})


def keep_private(response: Response) -> Response:
    """Mark pages that are personal or hold a form as `no-store` (ASVS 14.3)."""
    audience = audience_of(current_app, request.endpoint) if request.endpoint in current_app.view_functions else None
    personal = audience is not None and audience is not Audience.PUBLIC
    if personal:
        g.do_not_keep = True
        response.headers["Cache-Control"] = "private, no-store"
        response.headers["X-Robots-Tag"] = "noindex"
    return response


def person() -> Any:
    """Return the user of this session (`accounts.models.User`), None for a visitor and on an error page."""
    return current_user._get_current_object() if not g.get("failed") and current_user.is_authenticated else None


def viewer() -> Any:
    """Return the signed-in user (`accounts.models.User`), None for a visitor or before the second factor was passed."""
    return None if (found := person()) is None or owes_second_factor() else found


def is_signed_out() -> bool:
    """Whether this address is for people who are signed in, and nobody is."""
    audience = audience_of(current_app, request.endpoint) if request.endpoint in current_app.view_functions else None
    return audience is not None and audience not in OPEN_TO_ALL and person() is None


def require(condition: bool) -> None:
    """Abort with 403 unless `allowed`."""
    if not condition:
        abort(HTTPStatus.FORBIDDEN if current_user.is_authenticated else HTTPStatus.UNAUTHORIZED)
