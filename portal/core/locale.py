"""Language: Dutch at the plain address, English under `/en/`; so a page's language is part of its address."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import request

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

LANGUAGES = {"nl": "Nederlands", "en": "English"}
DEFAULT = "nl"
ENVIRON_KEY = "portal.locale"


class LanguagePrefix:
    """WSGI middleware that moves a leading `/en` from the path to SCRIPT_NAME, so that every link keeps it."""

    def __init__(self, app: "WSGIApplication") -> None:
        """Wrap an application."""
        self.app = app

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Pass the request on with its language in `portal.locale`."""
        path = environ.get("PATH_INFO", "")
        language = path[1:3]
        if language in LANGUAGES and language != DEFAULT and path[3:4] in ("", "/"):
            environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + path[:3]
            environ["PATH_INFO"] = path[3:] or "/"
            environ[ENVIRON_KEY] = language
        return self.app(environ, start_response)


def current() -> str:
    """Return the language of this request: "nl" or "en"."""
    return str(request.environ.get(ENVIRON_KEY, DEFAULT))


def local(path: str) -> str:
    """Return a path of ours in the language of this request."""
    return request.script_root + path


def in_language(path: str, language: str) -> str:
    """Return a path of ours in a language."""
    return path if language == DEFAULT else f"/{language}{path}"
