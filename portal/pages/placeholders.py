"""Placeholders in standing pages: the portal's contact address and who is responsible for it.

Editors write `{{ contact }}` and `{{ responsible }}` in the Markdown; both are filled in from the settings when the
page is shown.
"""

from functools import lru_cache

from flask import current_app

from portal.core.i18n import lazy_gettext
from portal.core.storage import site_settings
from portal.core.storage.site_settings import Setting
from portal.core.text import render_markdown

CONTACT, RESPONSIBLE = "{{ contact }}", "{{ responsible }}"
RESPONSIBLE_SETTING = site_settings.define(
    Setting(
        "pages.responsible",
        lazy_gettext("Who is responsible for this portal"),
        "",
        hint=lazy_gettext(
            "Name and address of the organisation, as the pages about privacy and accessibility must name it. "
            "Empty: the editors of the portal."
        ),
        longest=300,
    )
)


def render(body: str, body_html: str) -> str:
    """Return the HTML of a page: `body_html` as stored, or `body` rendered again if it has placeholders."""
    if CONTACT not in body and RESPONSIBLE not in body:
        return body_html
    return _filled(body, current_app.config["SETTINGS"].contact, responsible())


def responsible() -> str:
    """Return who is responsible for this portal; in Dutch, as the pages are."""
    return site_settings.read(RESPONSIBLE_SETTING.key) or f"de redactie van {current_app.config['SITE_NAME']}"


@lru_cache(maxsize=16)
def _filled(body: str, contact: str, name: str) -> str:
    return render_markdown(body.replace(CONTACT, contact).replace(RESPONSIBLE, name), trusted=True)
