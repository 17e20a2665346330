"""The ways to take part, tied to what this portal can do today."""

from dataclasses import dataclass

from flask import url_for

from portal.core.i18n import gettext as _
from portal.pages.models import WayToContribute


@dataclass(frozen=True, slots=True)
class Participation:
    """A way to take part with what holds for it now: words, a page to look at, and whether one mails the editors."""

    way: WayToContribute
    now: str
    url: str | None = None
    link: str | None = None
    by_mail: bool = True


def current_participation(way: WayToContribute) -> Participation:
    """Return a way with what one can do about it on this portal today."""
    return _meeting(way) or _telling(way) or _taking_part(way)


def _meeting(way: WayToContribute) -> Participation | None:
    agenda = url_for("agenda.index", soort=way.category)
    match way.slug:
        case "werkbezoek-ontvangen":
            text = _("Tell us when your door is open and how many people fit in; we put the visit in the agenda.")
            return Participation(way, text, agenda, _("Company visits in the agenda"))
        case "kenniscafe-organiseren":
            text = _(
                "See which cafés are coming. Do you have a subject and a room? Mail us, then we help with the rest."
            )
            return Participation(way, text, agenda, _("Knowledge cafés in the agenda"))
        case "agenda-vullen":
            text = _("A form for events is still to come. Mail us title, day, place and for whom it is.")
            return Participation(way, text, agenda, _("The whole agenda"))
    return None


def _telling(way: WayToContribute) -> Participation | None:
    match way.slug:
        case "nieuws-plaatsen":
            text = _("Read what others wrote. Your own article goes by mail for now; half a page is enough.")
            return Participation(way, text, url_for("newsflash.news"), _("To the news"))
        case "nieuwsflits-tip":
            text = _("One sentence with a name and a number to call will do: the editors find out the rest.")
            return Participation(way, text, url_for("newsflash.issues"), _("To the newsflash archive"))
        case "kennis-delen":
            text = _(
                "The examples show what worked elsewhere, and under which conditions. Yours can stand beside them."
            )
            return Participation(way, text, url_for("examples.index"), _("To the examples"))
        case "twitter":
            text = _(
                "At the time it was #slaaginhetvak and #gihv. We are not on social media; copy a link to share it."
            )
            return Participation(way, text, by_mail=False)
    return None


def _taking_part(way: WayToContribute) -> Participation:
    match way.slug:
        case "vraag-en-aanbod":
            text = _("You read and filter the board without an account. Posting goes by mail until there are accounts.")
            return Participation(way, text, url_for("board.index"), _("To offers and requests"))
        case "lid-worden":
            return Participation(way, _("There are no accounts yet. Everything here is open to read."), by_mail=False)
        case "toolkit":
            return Participation(way, _("The toolkit is not here yet. Ask us for the logo and the standard texts."))
    return Participation(way, _("Mail us how you would like to do this."))
