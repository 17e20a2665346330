"""The ways to take part, with what the portal offers for each today."""

from dataclasses import dataclass

from flask import url_for

from portal.core.i18n import gettext as _
from portal.pages.models import WayToContribute


@dataclass(frozen=True, slots=True)
class Participation:
    """A way to take part, with what people can do for it now."""

    way: WayToContribute
    now: str
    """What people can do on this portal, in a sentence or two."""
    act: tuple[str, str] | None = None
    """(address, label) of the form to use."""
    look: tuple[str, str] | None = None
    """(address, label) of the page that shows what others did."""
    by_mail: bool = False
    """Whether people mail the editors for it."""


def current_participation(way: WayToContribute) -> Participation:
    """Return a way to take part with what people can do for it on this portal today."""
    return _meeting(way) or _telling(way) or _taking_part(way)


def _meeting(way: WayToContribute) -> Participation | None:
    agenda = url_for("agenda.index", soort=way.category)
    propose = (url_for("agenda.submit"), _("Propose an event"))
    match way.slug:
        case "werkbezoek-ontvangen":
            text = _("Put in the agenda when your door is open, and for how many people there is room.")
            return Participation(way, text, propose, (agenda, _("Company visits in the agenda")))
        case "kenniscafe-organiseren":
            text = _("Do you have a subject and a room? Put your café in the agenda. Any questions? Mail the editors.")
            return Participation(way, text, propose, (agenda, _("Knowledge cafés in the agenda")), by_mail=True)
        case "agenda-vullen":
            text = _("You propose an event yourself, with day, place and for whom it is. The editors look at it first.")
            return Participation(way, text, propose, (agenda, _("The whole agenda")))
    return None


def _telling(way: WayToContribute) -> Participation | None:
    match way.slug:
        case "nieuws-plaatsen":
            text = _("You write your article here. Half a page is enough, with a picture if you like.")
            send_in = (url_for("newsflash.submit"), _("Send in news"))
            return Participation(way, text, send_in, (url_for("newsflash.news"), _("To the news")))
        case "nieuwsflits-tip":
            text = _("One sentence with a name and a number to call will do: the editors find out the rest.")
            look = (url_for("newsflash.issues"), _("To the newsflash archive"))
            return Participation(way, text, look=look, by_mail=True)
        case "kennis-delen":
            text = _("The examples show what worked elsewhere, and under which conditions. Mail us yours.")
            return Participation(way, text, look=(url_for("examples.index"), _("To the examples")), by_mail=True)
        case "twitter":
            text = _(
                "At the time it was #slaaginhetvak and #gihv. We are not on social media; copy a link to share it."
            )
            return Participation(way, text)
    return None


def _taking_part(way: WayToContribute) -> Participation:
    match way.slug:
        case "vraag-en-aanbod":
            text = _("You read and filter the board without an account. With one you post what you offer or ask.")
            place = (url_for("board.submit"), _("Place an offer or request"))
            return Participation(way, text, place, (url_for("board.index"), _("To offers and requests")))
        case "lid-worden":
            text = _("Make an account with your e-mail address. Then you post, propose events and find other members.")
            return Participation(way, text, (url_for("accounts.register"), _("Make an account")))
        case "toolkit":
            text = _("Ask us for the logo and the standard texts; we mail them to you.")
            return Participation(way, text, by_mail=True)
    return Participation(way, _("Mail us how you would like to do this."), by_mail=True)
