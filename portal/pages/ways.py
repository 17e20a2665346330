"""The ways to take part, tied to what this portal can do today."""

from dataclasses import dataclass

from flask import url_for

from portal.core.words import gettext as _
from portal.pages.models import WayToContribute


@dataclass(frozen=True, slots=True)
class WayToday:
    """A way to take part with what holds for it now: words, a page to look at, and whether one mails the editors."""

    way: WayToContribute
    now: str
    url: str | None = None
    link: str | None = None
    by_mail: bool = False


def today(way: WayToContribute) -> WayToday:
    """Return a way with what one can do about it on this portal today."""
    match way.slug:
        case "vraag-en-aanbod":
            return WayToday(
                way,
                _("You read and filter the board without an account. You cannot post yet: mail us your text."),
                url_for("board.index"),
                _("To offers and requests"),
                by_mail=True,
            )
        case "lid-worden":
            return WayToday(way, _("There are no accounts yet. Everything here is open to read without one."))
        case "toolkit":
            return WayToday(way, _("The toolkit is not here yet. Mail us for the logo and texts."), by_mail=True)
        case "twitter":
            return WayToday(
                way, _("The hashtags of then were #slaaginhetvak and #gihv. On every page here you can copy the link.")
            )
    return _of_agenda(way) or _of_news(way)


def _of_agenda(way: WayToContribute) -> WayToday | None:
    if way.slug not in ("werkbezoek-ontvangen", "kenniscafe-organiseren", "agenda-vullen"):
        return None
    return WayToday(
        way,
        _("You see in the agenda what others organise. You cannot add an event yet: mail us day, place and programme."),
        url_for("agenda.index", soort=way.category),
        _("To the agenda"),
        by_mail=True,
    )


def _of_news(way: WayToContribute) -> WayToday:
    issues = way.slug == "nieuwsflits-tip"
    return WayToday(
        way,
        _("You read what others wrote. You cannot send anything in by form yet: mail us your story or tip."),
        url_for("newsflash.issues" if issues else "newsflash.news"),
        _("To the newsflash archive") if issues else _("To the news"),
        by_mail=True,
    )
