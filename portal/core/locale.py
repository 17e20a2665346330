"""The language of a request: Dutch at the plain path, English under `/en/`."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

LANGUAGES = {"nl": "Nederlands", "en": "English"}
DEFAULT = "nl"

_language: ContextVar[str] = ContextVar("portal_language", default=DEFAULT)
"""A context variable rather than `flask.g`, because it is read about a thousand times per page."""


class LanguagePrefix:
    """WSGI middleware that moves a leading `/en` from PATH_INFO to SCRIPT_NAME, so that `url_for` includes it."""

    def __init__(self, app: "WSGIApplication") -> None:
        """Wrap a WSGI application."""
        self.app = app

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Pass the request on, with `current()` set to its language."""
        path = environ.get("PATH_INFO", "")
        language = path[1:3]
        if language in LANGUAGES and language != DEFAULT and path[3:4] in ("", "/"):
            environ["SCRIPT_NAME"] = path[:3]
            environ["PATH_INFO"] = path[3:] or "/"
        else:
            language = DEFAULT
        with use_language(language):
            return self.app(environ, start_response)


@contextmanager
def use_language(language: str) -> Iterator[None]:
    """Set the language that `current()` returns inside a `with` block, for a request or for a mail's recipient."""
    token = _language.set(language)
    try:
        yield
    finally:
        _language.reset(token)


def current() -> str:
    """Return the language of this request: "nl" or "en"."""
    return _language.get()


def local(path: str) -> str:
    """Return an internal path in the language of this request."""
    return in_language(path, _language.get())


def in_language(path: str, language: str) -> str:
    """Return an internal path in a language."""
    return path if language == DEFAULT else f"/{language}{path}"
