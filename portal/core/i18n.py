"""Translation functions (`gettext` etc.) with a cache of translated messages.

A list page translates some two hundred messages. Translations never change while the process runs, so each message is
looked up once, which avoids Flask-Babel's work per call. In Python these functions return plain text; in templates they
return escaped markup.
"""

from functools import lru_cache

from babel.support import LazyProxy, NullTranslations, Translations
from flask import Flask
from markupsafe import Markup, escape

from portal.core import locale
from portal.core.config import ROOT

TRANSLATIONS = ROOT / "portal" / "translations"


def gettext(message: str, **variables: object) -> str:
    """Return a message in the language of the request, with its `%(name)s` placeholders filled in."""
    text = _text(locale.current(), message)
    return text % variables if variables else text


def ngettext(singular: str, plural: str, num: int, **variables: object) -> str:
    """Return the singular or plural form for `num`, which also fills the placeholder `%(num)s`."""
    return _catalogue(locale.current()).ngettext(singular, plural, num) % {"num": num, **variables}


def pgettext(context: str, message: str) -> str:
    """Return a message whose translation depends on a context."""
    return str(_catalogue(locale.current()).pgettext(context, message))


def lazy_gettext(message: str) -> str:
    """Return a message that is translated each time it is converted to text; for module constants."""
    return LazyProxy(gettext, message, enable_cache=False)  # type: ignore[return-value]  # it acts as a str


@lru_cache(maxsize=8192)
def _text(language: str, message: str) -> str:
    return _catalogue(language).gettext(message)


@lru_cache(maxsize=8192)
def _markup(language: str, message: str) -> Markup:
    return escape(_text(language, message))


@lru_cache
def _catalogue(language: str) -> NullTranslations:
    return Translations.load(TRANSLATIONS, [language], "messages")


def _gettext_in_templates(message: str, **variables: object) -> Markup:
    text = _markup(locale.current(), message)
    return text % variables if variables else text


def _ngettext_in_templates(singular: str, plural: str, num: int, **variables: object) -> Markup:
    text = escape(_catalogue(locale.current()).ngettext(singular, plural, num))
    return text % {"num": num, **variables}


def init_app(app: Flask) -> None:
    """Register `_`, `gettext` and `ngettext` as template globals."""
    app.jinja_env.globals.update(
        _=_gettext_in_templates, gettext=_gettext_in_templates, ngettext=_ngettext_in_templates
    )
