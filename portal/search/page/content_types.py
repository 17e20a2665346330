"""The kinds of things that can be found: what each is called, and what people type after `type:` to mean it."""

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
"""Per kind the slugs of what people type for it, Dutch and English, singular and plural; its own name comes first."""

EXAMPLES = {
    "nl": ("aanbod", "vraag", "agenda", "nieuws", "nieuwsflits", "organisatie", "speerpunt", "actie", "voorbeeld"),
    "en": ("offer", "request", "event", "news", "newsflash", "organisation", "theme", "action", "example"),
}
"""What a page shows as words to type after `type:`."""

_BY_NAME = {typed: kind for kind, names in TYPED.items() for typed in (kind, *names)}


class Label(NamedTuple):
    """What one of a kind is called, and all of them."""

    one: str
    all: str


def labels() -> dict[str, Label]:
    """Return how each kind reads, in the order of the page. Offers and requests are kinds of posts."""
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
    """Return what one thing of a type is called; its kind, where that is told apart, says it better."""
    known = labels()
    found = known.get(kind) or known.get(type)
    return found.one if found else type


def type_for(slug: str) -> str | None:
    """Return the kind that somebody means by a slug ("vragen": "vraag"), None for no kind."""
    return _BY_NAME.get(slug)


def examples() -> str:
    """Return what one can type after `type:`, in a row, in the language of the page."""
    return ", ".join(EXAMPLES[locale.current()])
