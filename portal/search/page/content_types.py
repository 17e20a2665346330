"""The kinds of documents: their labels, and the words that can be typed for them after `type:`."""

from collections.abc import Mapping
from typing import NamedTuple

from portal.core import locale
from portal.core.i18n import gettext as _
from portal.core.i18n import pgettext

TYPED: Mapping[str, tuple[str, ...]] = {
    "post": ("vraag-en-aanbod", "aanbod-en-vraag", "bericht", "berichten", "oproep", "oproepen", "board"),
    "aanbod": ("aanbod", "aanbiedingen", "offer", "offers"),
    "vraag": ("vraag", "vragen", "request", "requests"),
    "event": ("agenda", "bijeenkomst", "bijeenkomsten", "evenement", "evenementen", "activiteit", "activiteiten",
              "events"),
    "article": ("nieuws", "artikel", "artikelen", "nieuwsbericht", "nieuwsberichten", "news", "articles"),
    "issue": ("nieuwsflits", "nieuwsflitsen", "nieuwsbrief", "nieuwsbrieven", "newsflash", "issues"),
    "organisation": ("organisatie", "organisaties", "organisations"),
    "member": ("lid", "leden", "persoon", "personen", "mensen", "members", "person", "people"),
    "theme": ("speerpunt", "speerpunten", "thema", "themas", "thema-s", "themes"),
    "action": ("actie", "acties", "actieagenda", "actions"),
    "example": ("voorbeeld", "voorbeelden", "examples"),
    "tool": ("toolkit", "middel", "middelen", "tools"),
    "page": ("pagina", "paginas", "pagina-s", "pages"),
}  # fmt: skip
"""Per kind the slugs of its names, Dutch and English, singular and plural; the preferred one first."""

EXAMPLES = {
    "nl": ("aanbod", "vraag", "agenda", "nieuws", "nieuwsflits", "organisatie", "speerpunt", "actie", "voorbeeld"),
    "en": ("offer", "request", "event", "news", "newsflash", "organisation", "theme", "action", "example"),
}
"""Words that the page gives as examples of `type:`."""

_BY_NAME = {typed: kind for kind, names in TYPED.items() for typed in (kind, *names)}


class Label(NamedTuple):
    """The label of one document of a kind, and of all of them."""

    one: str
    all: str


def labels() -> dict[str, Label]:
    """Return the label of each kind, in display order. Offers and requests are kinds of posts."""
    return {
        "post": Label(pgettext("search", "Offer or request"), _("Offers and requests")),
        "aanbod": Label(_("Offer"), pgettext("search", "Only offers")),
        "vraag": Label(_("Request"), pgettext("search", "Only requests")),
        "event": Label(pgettext("search", "Event"), _("Agenda")),
        "article": Label(pgettext("search", "News item"), _("News")),
        "issue": Label(pgettext("search", "Newsflash"), pgettext("search", "Newsflash")),
        "organisation": Label(_("Organisation"), _("Organisations")),
        "member": Label(pgettext("search", "Member"), _("Members")),
        "theme": Label(_("Focus point"), _("Focus points")),
        "action": Label(pgettext("search", "Action"), pgettext("search", "Actions")),
        "example": Label(pgettext("search", "Example"), _("Examples")),
        "tool": Label(pgettext("search", "Tool"), pgettext("search", "Toolkit")),
        "page": Label(_("Page"), _("Pages")),
    }


def label_of(type: str, kind: str = "") -> str:
    """Return the label of a document: that of its kind where it has one, else that of its type."""
    known = labels()
    found = known.get(kind) or known.get(type)
    return found.one if found else type


def type_for(slug: str) -> str | None:
    """Return the kind with a slug as one of its names ("vragen": "vraag"); None for an unknown one."""
    return _BY_NAME.get(slug)


def examples() -> str:
    """Return examples of words after `type:`, separated by commas, in the language of the page."""
    return ", ".join(EXAMPLES[locale.current()])
