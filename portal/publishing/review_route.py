"""Whether a user's text is published at once or reviewed first, and the words with which forms and pages say so."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from portal.accounts.models import User
from portal.core.i18n import gettext as _
from portal.publishing.models import State


class Destination(StrEnum):
    """Where a submitted text goes."""

    PUBLIC = "public"
    """Published at once."""
    DESK = "desk"
    """Reviewed by the editors first."""
    DEPENDS = "depends"
    """Published at once on behalf of some organisations, reviewed first otherwise."""


@dataclass(frozen=True, slots=True)
class ReviewRoute:
    """Where a user's text goes; `names` are the organisations on whose behalf it is published at once."""

    route: Destination
    names: Sequence[str] = ()

    @property
    def button(self) -> str:
        """Return the label of the submit button."""
        words = {
            Destination.PUBLIC: _("Place"),
            Destination.DESK: _("Send to the editors"),
            Destination.DEPENDS: _("Send it"),
        }
        return words[self.route]

    @property
    def explanation(self) -> str:
        """Return who reviews the text, and how long that takes."""
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
    """Return the route of a text; `own` are the organisations for which its author publishes directly."""
    if is_public_anyway:
        return ReviewRoute(Destination.PUBLIC)
    return ReviewRoute(Destination.DEPENDS, [row.name for row in own]) if own else ReviewRoute(Destination.DESK)


def is_by_another(item: Any, user: User) -> bool:
    """Return whether a user edits a text that somebody else submitted and that awaits review."""
    return item.state == State.REVIEW and item.author_id != user.id


def message_after_editing(item: Any, user: User | None) -> str:
    """Return the message after editing somebody else's text; "" for one's own text."""
    if user is None or item.author_id == user.id:
        return ""
    if item.state == State.REVIEW:
        return _("Saved. It still waits at the editors' desk; its sender reads what you changed with the decision.")
    if item.is_visible and item.author_id is not None:
        return _("Saved. It is on the site, and its writer gets a mail about your change.")
    return _("Saved.")
