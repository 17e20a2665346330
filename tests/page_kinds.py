"""The addresses of one page of every kind, found by following the portal's own lists."""

from urllib.parse import urlsplit

from flask import Flask
from selectolax.lexbor import LexborHTMLParser
from werkzeug.exceptions import HTTPException

from portal.core.web.access import Audience, audience_of

LONG_WORDS = "arbeidsmarktcommunicatiemedewerkersoverleg"
STANDING = {
    "front page": "/",
    "board": "/vraag-en-aanbod/",
    "board filtered": "/vraag-en-aanbod/?soort=vraag&speerpunt=techniek&gemeente=delft",
    "board empty": "/vraag-en-aanbod/?soort=aanbod&rubriek=smaakles&gemeente=wassenaar&niveau=wo",
    "board ignored": f"/vraag-en-aanbod/?soort=ruil&rubriek={LONG_WORDS}",
    "agenda": "/agenda/",
    "agenda month": "/agenda/?weergave=maand",
    "agenda archive": "/agenda/archief",
    "agenda empty": "/agenda/?soort=banentour&gemeente=wassenaar",
    "news": "/nieuws/",
    "newsflash archive": "/nieuwsflits/",
    "issue": "/nieuwsflits/17",
    "action agendas": "/actieagenda/",
    "theme": "/actieagenda/loopbaanstart/",
    "supporting theme": "/actieagenda/communicatie/",
    "second agenda": "/actieagenda/rijswijk/",
    "action": "/actieagenda/techniek/1",
    "action of Rijswijk": "/actieagenda/rijswijk/1",
    "organisations": "/organisaties/",
    "organisations filtered": "/organisaties/?soort=mbo",
    "organisation": "/organisaties/gemeente-den-haag",
    "invented organisation": "/organisaties/museum-het-gemaal",
    "signatories": "/ondertekenaars/",
    "examples": "/voorbeelden/",
    "example": "/voorbeelden/technasium",
    "search start": "/zoeken",
    "search results": "/zoeken?q=techniek",
    "search facet": "/zoeken?q=leerlingen&type=post",
    "search partly": "/zoeken?q=kenniscafe+techniek+logistiek+-horeca+type:spook",
    "search misspelt": "/zoeken?q=techneik+stgae",
    "search suggestions": "/zoeken/suggesties?q=tech",
    "search nothing": f"/zoeken?q={LONG_WORDS}",
    "about": "/over/",
    "answer promise": "/antwoordbelofte/",
    "take part": "/meedoen/",
    "privacy": "/privacy/",
    "accessibility": "/toegankelijkheid/",
    "not found": "/bestaat-niet",
    "bad request": "/vraag-en-aanbod/?q=%00",
    "english front page": "/en/",
    "english board": "/en/vraag-en-aanbod/",
    "english action": "/en/actieagenda/techniek/1",
}
FOUND = {
    "post": ("/vraag-en-aanbod/", ".post-card .card-title a"),
    "closed post": ("/vraag-en-aanbod/?status=gesloten", ".post-card .card-title a"),
    "event": ("/agenda/", ".event-card:not(.is-off) .card-title a"),
    "cancelled event": ("/agenda/", ".event-card.is-off .card-title a"),
    "past event": ("/agenda/archief", ".event-card .card-title a"),
    "article": ("/nieuws/", ".article-card .card-title a"),
}
KINDS = (*STANDING, *FOUND)


def kinds_of_page(app: Flask) -> dict[str, str]:
    """Return an address for each kind in `KINDS`; raises LookupError when a list has none."""
    client = app.test_client()
    found = {}
    for kind, (address, selector) in FOUND.items():
        link = LexborHTMLParser(client.get(address).get_data(as_text=True)).css_first(selector)
        if link is None or not link.attributes.get("href"):
            raise LookupError(f"{address} shows nothing for {kind}")
        found[kind] = str(link.attributes["href"])
    return STANDING | found


def is_for_members(app: Flask, address: str) -> bool:
    """Return whether an address is for signing in or for a form."""
    path = urlsplit(address).path
    path = path.removeprefix("/en") if path.startswith("/en/") else path
    try:
        endpoint, _arguments = app.url_map.bind("localhost").match(path)
    except HTTPException:
        return False
    return audience_of(app, endpoint) not in (None, Audience.PUBLIC)
