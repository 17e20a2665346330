"""Template variables of the page frame: the main navigation, canonical URLs, the other language."""

from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote

from flask import Flask, current_app, request, url_for
from flask.globals import request_ctx
from markupsafe import Markup

from portal.core import locale
from portal.core.i18n import gettext as _
from portal.core.storage import database
from portal.core.web import access, unsaved
from portal.core.web.assets import asset

MAX_QUERY = 2000
OTHER_SECTIONS = {
    "community.signatories": "actionplan",
    "community.directory": "",
    "community.member": "",
    "community.profile_edit": "",
}
"""The section of pages that do not belong to that of their blueprint; "" for none, such as one's own account."""
ANY_DIRECTION, DUTCH = Markup(' dir="auto"'), Markup(' lang="nl" dir="auto"')


@dataclass(frozen=True, slots=True)
class Item:
    """An entry of the navigation."""

    key: str
    label: str
    url: str
    active: bool


def can_link() -> bool:
    """Return whether URLs can be built in this request; not when its Host header is unknown."""
    return request_ctx.url_adapter is not None


def navigation() -> list[Item]:
    """Return the main navigation with the current section marked."""
    if not can_link():
        return []
    return _items(locale.current(), request.script_root, _section(request.endpoint or ""))


def _section(endpoint: str) -> str:
    """Return the section to which a page belongs: mostly the name of its blueprint."""
    return OTHER_SECTIONS.get(endpoint, endpoint.partition(".")[0])


@lru_cache(maxsize=128)
def _items(_language: str, _root: str, section: str) -> list[Item]:
    """Return the navigation for a section; cached per language and mount point."""
    entries = (
        ("board", _("Offers and requests"), "board.index", ("board",)),
        ("agenda", _("Agenda"), "agenda.index", ("agenda",)),
        ("news", _("News"), "newsflash.news", ("newsflash",)),
        ("actionplan", _("Action agenda"), "actionplan.index", ("actionplan",)),
        ("community", _("Organisations"), "community.index", ("community",)),
        ("examples", _("Examples"), "examples.index", ("examples",)),
    )
    return [Item(key, label, url_for(endpoint), section in sections) for key, label, endpoint, sections in entries]


def canonical_url() -> str:
    """Return the public address of this page without its query string."""
    return _base_url() + request.script_root + quote(request.path)


def absolute(path: str) -> str:
    """Return the public URL of a path of the portal in the language of this page."""
    return _base_url() + locale.local(path)


def alternate_url(language: str) -> str:
    """Return this page's path in another language, with its query string unless that is overly long."""
    query = request.query_string.decode("ascii", "ignore")
    return locale.in_language(quote(request.path), language) + (f"?{query}" if 0 < len(query) <= MAX_QUERY else "")


def content_lang() -> Markup:
    """Return the attributes `lang` and `dir` of an element with text that people wrote.

    The browser derives the direction from the text (a name in Arabic, a title in Hebrew); on pages in another language
    the content is marked as Dutch.
    """
    return ANY_DIRECTION if locale.current() == "nl" else DUTCH


def _base_url() -> str:
    return str(current_app.config["BASE_URL"])


def init_app(app: Flask) -> None:
    """Register the template globals of the page frame."""
    app.jinja_env.globals.update(
        asset=asset,
        absolute=absolute,
        alternate_url=alternate_url,
        content_lang=content_lang,
        languages=locale.LANGUAGES,
        site_name=app.config["SITE_NAME"],
        site_url=app.config["BASE_URL"],
        build_id=app.config["BUILD_ID"],
        lost_files=unsaved.lost_files,
    )

    @app.context_processor
    def frame() -> dict[str, object]:
        """Return the template variables that differ per request."""
        return {
            "locale": locale.current(),
            "canonical_url": canonical_url(),
            "navigation": navigation(),
            "demo_notice": database.holds_demo(),
            "signed_in": access.person(),
            "viewer": access.viewer(),
        }
