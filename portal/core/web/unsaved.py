"""Gives back the contents of a form that could not be saved, so that it can be sent again.

When the session ended, the CSRF token belongs to another session or the database refuses to write, the error page
(`core.web.errors`) carries the fields of the form. Its button posts them to the same address with the field `AGAIN`.
That request is handled as a GET of the address whose form is filled in with those fields (`PortalForm`), with a fresh
token. It saves nothing, so it needs no valid token. Passwords and files are never carried.
"""

import re
from dataclasses import dataclass
from urllib.parse import quote

from flask import Flask, current_app, g, request
from flask.globals import request_ctx
from flask_wtf.csrf import CSRFError
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException

from portal.core.extensions import csrf
from portal.core.web import security
from portal.core.web.rendering import wants_fragment

AGAIN = "again"
"""The field that asks to show a form again; its value is `FILES` when files must be chosen again."""
FILES = "files"
TYPED, REFUSED = "typed", "token_refused"
"""Names in `g`: the fields with which to fill in the form, and whether the token of this request was refused."""
NEVER_CARRIED = frozenset({"csrf_token", "do", AGAIN})
SECRET = re.compile(r"password|credential|^code$", re.IGNORECASE)
NAME = re.compile(r"[a-z][a-z0-9_-]{0,80}")
"""The pattern of the portal's field names; other names in a request are ignored."""
LONG = 60
"""Texts longer than this are shown on the error page, so that they can be read and copied."""


@dataclass(frozen=True, slots=True)
class Unsaved:
    """A form that was not saved, for the error page."""

    address: str
    fields: list[tuple[str, str]]
    can_show_again: bool
    """Whether the address also answers GET with this form; that of a single button on another page does not."""
    has_files: bool

    @property
    def long(self) -> list[tuple[str, str]]:
        """Return the fields with a long text, which the page shows."""
        return [(name, text) for name, text in self.fields if _is_long(text)]

    @property
    def short(self) -> list[tuple[str, str]]:
        """Return the other fields, which the page carries hidden."""
        return [(name, text) for name, text in self.fields if not _is_long(text)]

    @property
    def mark(self) -> str:
        """Return the value for the field `AGAIN`."""
        return FILES if self.has_files else "1"


def init_app(app: Flask) -> None:
    """Check the CSRF token of every unsafe request; must be registered before all other guards."""
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False  # `protect` checks instead
    app.before_request(protect)


def protect() -> None:
    """Check the CSRF token of an unsafe request; without a valid one, show the form again with its contents.

    Raises CSRFError when there is no form to show: no fields were sent, htmx sent them, or the address has no page.
    """
    if request.method == "POST" and AGAIN in request.form and _has_page():
        security.refuse_foreign()
        _answer_as_get()
        return
    if not current_app.config["WTF_CSRF_ENABLED"]:
        return
    try:
        csrf.protect(apply_exemptions=True)
    except CSRFError:
        if request.method != "POST" or wants_fragment() or not _fields() or not _has_page():
            raise
        security.refuse_foreign()
        g.token_refused = True
        _answer_as_get()


def restored_fields() -> "MultiDict[str, str] | None":
    """Return the fields with which to fill in the form of this page; None unless a form is shown again."""
    fields: MultiDict[str, str] | None = g.get(TYPED)
    return fields


def lost_files() -> bool:
    """Return whether the form that is shown again had files, which must be chosen again."""
    return restored_fields() is not None and _had_files()


def submitted_form() -> Unsaved | None:
    """Return the form sent with this request, None when there is none."""
    if request.environ["REQUEST_METHOD"] != "POST":
        return None
    fields = _fields()
    address = f"{request.script_root}/{quote(request.path).lstrip('/')}"
    query = request.query_string.decode("ascii", "ignore")
    return Unsaved(f"{address}?{query}" if query else address, fields, _has_page(), _had_files())


def _fields() -> list[tuple[str, str]]:
    """Return the submitted fields without passwords, tokens and the pressed button."""
    try:
        sent = list(request.form.items(multi=True))
    except HTTPException:  # a body that is too large or malformed
        return []
    return [(name, text) for name, text in sent if _is_carried(name)]


def _is_carried(name: str) -> bool:
    return bool(NAME.fullmatch(name)) and name not in NEVER_CARRIED and not SECRET.search(name)


def _had_files() -> bool:
    try:
        return request.form.get(AGAIN) == FILES or any(file.filename for file in request.files.values())
    except HTTPException:
        return False


def _has_page() -> bool:
    adapter = request_ctx.url_adapter
    return adapter is not None and request.endpoint is not None and adapter.test(method="GET")


def _answer_as_get() -> None:
    adapter = request_ctx.url_adapter
    assert adapter is not None
    g.typed = MultiDict(_fields())
    g.do_not_keep = True
    request.url_rule, arguments = adapter.match(method="GET", return_rule=True)
    request.view_args = dict(arguments)
    request.method = "GET"


def _is_long(text: str) -> bool:
    return "\n" in text or len(text) > LONG
