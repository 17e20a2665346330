"""What somebody typed in a form that was not saved: given back, so that it can be looked at and sent again.

When the session has ended, the token belongs to another session or the database refuses to write, the page that says
so (`core.web.errors`) carries the fields of the form. Its button posts them to the same address with the field `AGAIN`.
Such a request is answered as a GET of that address whose form is filled in with those fields (`PortalForm`), under a
fresh token. A GET saves nothing, so it needs no token itself. Passwords and files are never carried.
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
"""The field that asks to show a form once more; its value is `FILES` when files were chosen that must be again."""
FILES = "files"
TYPED, REFUSED = "typed", "token_refused"
"""Names in `g`: the fields to fill in the form with, and that the token of this request was refused."""
NEVER_CARRIED = frozenset({"csrf_token", "do", AGAIN})
SECRET = re.compile(r"password|credential|^code$", re.IGNORECASE)
NAME = re.compile(r"[a-z][a-z0-9_-]{0,80}")
"""The names that fields of ours can have; what else was sent is nobody's text."""
LONG = 60
"""From this length on, a text is shown on the page that carries it, to be read and copied."""


@dataclass(frozen=True, slots=True)
class Unsaved:
    """A form that was not saved, for the page that says so."""

    address: str
    fields: list[tuple[str, str]]
    can_show_again: bool
    """Whether the address has a page with this form; a single button in another page has none."""
    has_files: bool

    @property
    def long(self) -> list[tuple[str, str]]:
        """Return the fields whose text is long enough to show."""
        return [(name, text) for name, text in self.fields if _is_long(text)]

    @property
    def short(self) -> list[tuple[str, str]]:
        """Return the other fields."""
        return [(name, text) for name, text in self.fields if not _is_long(text)]

    @property
    def mark(self) -> str:
        """Return the value of the field that asks to show the form again."""
        return FILES if self.has_files else "1"


def init_app(app: Flask) -> None:
    """Check the token of every request that changes something; needs to be registered before all other guards."""
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False  # `protect` does it
    app.before_request(protect)


def protect() -> None:
    """Refuse a change without a valid token of this session (CSRFError), or show its form again, filled in.

    Raises CSRFError when there is no form to show: nothing was typed, a script asked, or the address has no page.
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


def typed() -> "MultiDict[str, str] | None":
    """Return the fields with which the form of this page must be filled in, None on any other request."""
    fields: MultiDict[str, str] | None = g.get(TYPED)
    return fields


def lost_files() -> bool:
    """Whether files were chosen in the form that is shown again, which must be chosen again."""
    return typed() is not None and _had_files()


def current() -> Unsaved | None:
    """Return the form that this request sent, None when it sent none that can be read."""
    if request.environ["REQUEST_METHOD"] != "POST":
        return None
    fields = _fields()
    address = f"{request.script_root}/{quote(request.path).lstrip('/')}"
    query = request.query_string.decode("ascii", "ignore")
    return Unsaved(f"{address}?{query}" if query else address, fields, _has_page(), _had_files())


def _fields() -> list[tuple[str, str]]:
    """Return what was typed, without passwords, tokens and the button that was pressed."""
    try:
        sent = list(request.form.items(multi=True))
    except HTTPException:  # too large, or no form at all
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
