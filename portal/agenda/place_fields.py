"""Form fields for the place of an event: on site, online or both; and who may see the meeting link."""

from typing import Any

from sqlalchemy import select
from wtforms import Field, Form, RadioField, SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the stubs
from wtforms.validators import Optional, ValidationError

from portal.agenda.models import Event, LinkReach, PlaceMode
from portal.agenda.services import Place
from portal.community.models import Municipality
from portal.core.extensions import db
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext
from portal.core.web.forms import LineField
from portal.core.web_address import web_address

MODES = (
    SelectChoice(PlaceMode.PLACE.value, lazy_gettext("At a place")),
    SelectChoice(PlaceMode.ONLINE.value, lazy_gettext("Online")),
    SelectChoice(PlaceMode.BOTH.value, lazy_gettext("Both: one can come, or join online")),
)
REACHES = (
    SelectChoice(LinkReach.REGISTERED.value, lazy_gettext("Participants only: you send them the link yourself")),
    SelectChoice(LinkReach.EVERYONE.value, lazy_gettext("Everyone who reads the page")),
)
TEXTS = ("venue", "address", "meeting_url", "meeting_url_for")
"""Text fields with the same name as their column."""
NAMES = ("place_mode", "venue", "address", "municipality", "meeting_url", "meeting_url_for")


class PlaceMixin(Form):
    """Fields for the place. Values that the event's page would not show are refused."""

    place_mode = RadioField(lazy_gettext("How does one take part?"), choices=MODES, default=PlaceMode.PLACE.value)
    venue = LineField(lazy_gettext("Place"), 160, required=False)
    address = LineField(lazy_gettext("Street and number"), 200, required=False)
    municipality = SelectField(lazy_gettext("Municipality"))
    meeting_url = LineField(lazy_gettext("Link of the online meeting"), 500, required=False)
    meeting_url_for = RadioField(
        lazy_gettext("Who sees the link?"), [Optional()], choices=REACHES, default=LinkReach.REGISTERED.value
    )

    def offer_places(self) -> None:
        """Load the choices; a form calls this when it is created."""
        rows = select(Municipality.slug, Municipality.name).order_by(Municipality.name)
        choices: Any = {"": _("Elsewhere, or not known"), **dict(db.session.execute(rows).all())}
        self.municipality.choices = choices
        for field in (self.place_mode, self.municipality, self.meeting_url_for):
            field.flags.required = True

    def validate_venue(self, field: Field) -> None:
        """Require a place when people can come."""
        self._refuse_place(field)
        if self.place_mode.data != PlaceMode.ONLINE and not field.data and not self.municipality.data:
            raise ValidationError(_("Say where it is, or choose “Online”."))

    def validate_address(self, field: Field) -> None:
        """Refuse an address for an online event, whose page would not show it."""
        self._refuse_place(field)

    def validate_municipality(self, field: Field) -> None:
        """Refuse a municipality for an online event, whose page would not show it."""
        self._refuse_place(field)

    def _refuse_place(self, field: Field) -> None:
        if self.place_mode.data != PlaceMode.ONLINE or not field.data:
            return
        if field is not self.municipality and web_address(field.data) is not None:
            raise ValidationError(
                _("This looks like a link. Put it at “%(field)s”.", field=self.meeting_url.label.text)
            )
        raise ValidationError(_("An online meeting has no place. Leave this empty, or choose “Both”."))

    def validate_meeting_url(self, field: Field) -> None:
        """Refuse an address that cannot be opened, and any link for an event that is on site only."""
        if not field.data:
            return
        if web_address(field.data) is None:
            raise ValidationError(_("Fill in a web address, such as https://www.school.nl."))
        if self.place_mode.data == PlaceMode.PLACE:
            raise ValidationError(_("This meeting is at a place. Choose “Online” or “Both”, or leave this empty."))

    @property
    def place(self) -> Place:
        """Return the place that was filled in; the form must be valid."""
        texts = {name: self[name].data or None for name in TEXTS}
        reach = texts["meeting_url_for"] or LinkReach.REGISTERED.value
        texts["meeting_url_for"] = reach if texts["meeting_url"] else None
        chosen = select(Municipality).where(Municipality.slug == self.municipality.data)
        return Place(PlaceMode(self.place_mode.data), texts, db.session.scalar(chosen))


def fields_of_place(event: Event) -> dict[str, str]:
    """Return the place of an event as form fields."""
    return {
        "place_mode": str(event.place_mode),
        "venue": event.venue or "",
        "address": event.address or "",
        "municipality": event.municipality.slug if event.municipality else "",
        "meeting_url": event.meeting_url or "",
        "meeting_url_for": str(event.meeting_url_for or LinkReach.REGISTERED),
    }
