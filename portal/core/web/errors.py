"""Error pages. The page for 500 uses neither the database nor the current user.

After a failed POST the page carries the fields of the form (`core.web.unsaved`). htmx gets one line instead of a page.
"""

import errno
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urlsplit, urlunsplit

import structlog
from flask import Flask, Response, current_app, g, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException

from portal.core.extensions import db
from portal.core.i18n import lazy_gettext
from portal.core.storage.write_freeze import WritesFrozen
from portal.core.web import access, navigation, unsaved
from portal.core.web.rendering import VARY, wants_fragment

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Message:
    """The text of an error page: what happened, and what to do next."""

    title: str
    text: str


MESSAGES = {
    400: Message(
        lazy_gettext("We cannot read this request"),
        lazy_gettext("Part of the address or form is damaged. Go back and try again."),
    ),
    401: Message(
        lazy_gettext("You are no longer signed in"),
        lazy_gettext("Nothing was saved. Sign in, and send it once more."),
    ),
    403: Message(
        lazy_gettext("You may not do this"),
        lazy_gettext("This page is for other people. Go back, or sign in with another account."),
    ),
    404: Message(
        lazy_gettext("This page does not exist"),
        lazy_gettext(
            "Perhaps it was moved, or the address has a typing error. Search for it, or start at the front page."
        ),
    ),
    405: Message(
        lazy_gettext("That is not possible here"),
        lazy_gettext("This address does not accept this action. Go back and try again."),
    ),
    410: Message(
        lazy_gettext("This was withdrawn"),
        lazy_gettext("Whoever placed it took it off the site. Look at what is there now."),
    ),
    413: Message(
        lazy_gettext("That is too large"),
        lazy_gettext(
            "A file may be at most 8 MB, and six go at once. Nothing was saved. "
            "Go back: what you typed is still there. Choose smaller files or write less, and send it again."
        ),
    ),
    422: Message(
        lazy_gettext("Something is not filled in correctly"),
        lazy_gettext("Go back, correct the form and send it again."),
    ),
    429: Message(lazy_gettext("That went too fast"), lazy_gettext("Wait a minute and try again.")),
    500: Message(
        lazy_gettext("Something went wrong here"),
        lazy_gettext("It is our fault, and it has been noted. Try again in a few minutes."),
    ),
    503: Message(
        lazy_gettext("We will be back in a moment"),
        lazy_gettext("The portal cannot reach its data. Try again in a minute."),
    ),
    507: Message(
        lazy_gettext("There is no room to save this"),
        lazy_gettext("The storage of the portal is full; its administrators must make room. Try again later."),
    ),
}
FORM_TOO_OLD = Message(
    lazy_gettext("This form is too old to be sent"),
    lazy_gettext("Nothing was saved. Go back, load the page again, and press the button once more."),
)
MOVING = Message(
    lazy_gettext("The portal is being moved"),
    lazy_gettext("You can go on reading. What you just sent was not saved. Send it again in half an hour."),
)
RETRY_AFTER_SECONDS = 30
MOVED_AFTER_SECONDS = 1800
FULL = ("database or disk is full", "No space left on device", "disk quota exceeded")
"""Parts of the error messages of SQLite and PostgreSQL when the disk is full (`SQLITE_FULL`, `disk_full`)."""
DISK_FULL = (errno.ENOSPC, errno.EDQUOT)


def init_app(app: Flask) -> None:
    """Register the error handlers, and the corrections of redirects and of refused tokens."""
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(CSRFError, _form_too_old)
    app.register_error_handler(OperationalError, _database_error)
    app.register_error_handler(WritesFrozen, _closed)
    app.register_error_handler(Exception, _unexpected)
    app.after_request(lead_by_path)
    app.after_request(_refuse_token)


def error_page(status: int, message: Message | None = None) -> Response:
    """Return the page of a status code, or one line for htmx; a status without a text uses that of 400 or 500.

    After a POST it says that nothing was saved, and carries the fields of the form.
    """
    g.failed = status >= HTTPStatus.INTERNAL_SERVER_ERROR  # such a page uses neither database nor user
    g.typed = None  # this page carries the fields itself
    message = message or _message(status)
    if not navigation.can_link():
        html = plain_page(current_app, status)
    elif wants_fragment() and request.environ["REQUEST_METHOD"] == "POST":
        html = render_template("errors/_failure.html", status=status, message=message)
    else:
        html = render_template("errors/error.html", status=status, message=message, unsaved=unsaved.submitted_form())
    response = make_response(html, status)
    response.headers["Vary"] = VARY
    response.headers["Cache-Control"] = "no-store"
    return response


def plain_page(app: Flask, status: int) -> str:
    """Return the page of a status code without navigation, for requests that the application itself did not handle."""
    return app.jinja_env.get_template("errors/plain.html").render(message=_message(status))


def _message(status: int) -> Message:
    return MESSAGES.get(status) or MESSAGES[400 if status < 500 else 500]


def _http_error(error: HTTPException) -> Response:
    if error.code is None or error.code < 400:
        return make_response(error.get_response())
    response = error_page(error.code)
    for name, value in error.get_headers():
        if name in ("Allow", "Retry-After"):
            response.headers[name] = value
    return response


def _form_too_old(_error: CSRFError) -> Response:
    """Answer an invalid CSRF token: 401 if the session ended, which is the usual cause, else 400."""
    return error_page(401) if access.is_signed_out() else error_page(400, FORM_TOO_OLD)


def _refuse_token(response: Response) -> Response:
    """Set the status to 400 when a form is shown again because its token was refused."""
    if not g.get(unsaved.REFUSED) or response.status_code >= HTTPStatus.BAD_REQUEST:
        return response
    if response.status_code != HTTPStatus.OK:  # a redirect would lose the fields of the form
        return error_page(400, FORM_TOO_OLD)
    response.status_code = HTTPStatus.BAD_REQUEST
    return response


def lead_by_path(response: Response) -> Response:
    """Remove scheme and host from the router's redirects (308): behind a proxy they are unknown."""
    if response.status_code == HTTPStatus.PERMANENT_REDIRECT and response.location:
        parts = urlsplit(response.location)
        moved = redirect(urlunsplit(("", "", "/" + parts.path.lstrip("/"), parts.query, "")))
        response.location = moved.location
        response.set_data(moved.get_data())
    return response


def _database_error(error: OperationalError) -> ResponseReturnValue:
    """Answer an error of the database: 507 when the disk is full, 503 when it is busy or unavailable.

    A GET whose connection was lost, as when the server restarts, is retried once.
    """
    db.session.rollback()
    if error.connection_invalidated and request.method in ("GET", "HEAD") and not g.get("asked_again"):
        g.asked_again = True
        log.warning("database_connection_lost")
        return _ask_again()
    if any(words in str(error.orig) for words in FULL):
        log.error("storage_full", reason=str(error.orig))
        return error_page(507)
    log.error("database_unavailable", reason=str(error.orig))
    response = error_page(503)
    response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response


def _ask_again() -> ResponseReturnValue:
    """Process the current request again, including loading the user."""
    app = current_app
    g.pop("_login_user", None)
    try:
        return app.preprocess_request() or app.dispatch_request()
    except Exception as error:  # noqa: BLE001  # as it would have been handled the first time
        return app.handle_user_exception(error)


def _closed(_error: WritesFrozen) -> Response:
    """Answer 503 while the database is being migrated: reading is possible, writing is not."""
    db.session.rollback()
    response = error_page(503, MOVING)
    response.headers["Retry-After"] = str(MOVED_AFTER_SECONDS)
    return response


def _unexpected(error: Exception) -> Response:
    log.error("unexpected_error", exc_info=error)
    db.session.rollback()
    return error_page(507 if isinstance(error, OSError) and error.errno in DISK_FULL else 500)
