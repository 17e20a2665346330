"""Who looks at what somebody writes before it is public: what a form says before sending, and a page after it."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from portal.accounts.models import User
from portal.core.i18n import gettext as _
from portal.publishing.models import State


class Destination(StrEnum):
    """Where a text goes when it is sent."""

    PUBLIC = "public"
    """It is on the site at once."""
    DESK = "desk"
    """The editors judge it first."""
    DEPENDS = "depends"
    """On the site at once for some organisations, to the editors for all others."""


@dataclass(frozen=True, slots=True)
class ReviewRoute:
    """Where what somebody writes goes; `names` are the organisations for which it is public at once."""

    route: Destination
    names: Sequence[str] = ()

    @property
    def button(self) -> str:
        """Return the words on the button that sends it."""
        words = {
            Destination.PUBLIC: _("Place"),
            Destination.DESK: _("Send to the editors"),
            Destination.DEPENDS: _("Send it"),
        }
        return words[self.route]

    @property
    def explanation(self) -> str:
        """Return who looks at it, and how long that takes."""
        if self.route is Destination.PUBLIC:
            return _("It is on the site at once: nobody looks at it first.")
        if self.route is Destination.DESK:
            return _(
                "The editors look at it first, mostly within two working days. You get a mail with what they decide."
            )
        return _(
            "On behalf of %(names)s it is on the site at once. For all others the editors look at it first, mostly "
            "within two working days; you get a mail then.",
            names=" / ".join(self.names),
        )


def route_for(is_public_anyway: bool, own: Sequence[Any]) -> ReviewRoute:
    """Return where a text goes; `own` are the organisations for which its writer may publish at once."""
    if is_public_anyway:
        return ReviewRoute(Destination.PUBLIC)
    return ReviewRoute(Destination.DEPENDS, [row.name for row in own]) if own else ReviewRoute(Destination.DESK)


def is_for_another(item: Any, user: User) -> bool:
    """Whether somebody changes a text that another handed in and that waits for the editors."""
    return item.state == State.REVIEW and item.author_id != user.id


def saved_for_another(item: Any, user: User | None) -> str:
    """Return what somebody reads after changing another's text; "" when it is the own text."""
    if user is None or item.author_id == user.id:
        return ""
    if item.state == State.REVIEW:
        return _("Saved. It still waits at the editors' desk; its sender reads what you changed with the decision.")
    if item.is_visible and item.author_id is not None:
        return _("Saved. It is on the site, and its writer gets a mail about your change.")
    return _("Saved.")
