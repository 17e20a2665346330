"""Language: Dutch at the plain address, English under `/en/`; so a page's language is part of its address."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

LANGUAGES = {"nl": "Nederlands", "en": "English"}
DEFAULT = "nl"

_language: ContextVar[str] = ContextVar("portal_language", default=DEFAULT)
"""Read a thousand times while a page is made, so it is kept where reading costs next to nothing."""


class LanguagePrefix:
    """WSGI middleware that moves a leading `/en` from the path to SCRIPT_NAME, so that every link keeps it."""

    def __init__(self, app: "WSGIApplication") -> None:
        """Wrap an application."""
        self.app = app

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Pass the request on; while it is answered, `current()` says its language."""
        path = environ.get("PATH_INFO", "")
        language = path[1:3]
        if language in LANGUAGES and language != DEFAULT and path[3:4] in ("", "/"):
            environ["SCRIPT_NAME"] = path[:3]
            environ["PATH_INFO"] = path[3:] or "/"
        else:
            language = DEFAULT
        with speaking(language):
            return self.app(environ, start_response)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Make `current()` say a language for a while: that of a request, or of a mail's reader."""
    token = _language.set(language)
    try:
        yield
    finally:
        _language.reset(token)


def current() -> str:
    """Return the language of this request: "nl" or "en"."""
    return _language.get()


def local(path: str) -> str:
    """Return a path of ours in the language of this request."""
    return in_language(path, _language.get())


def in_language(path: str, language: str) -> str:
    """Return a path of ours in a language."""
    return path if language == DEFAULT else f"/{language}{path}"
