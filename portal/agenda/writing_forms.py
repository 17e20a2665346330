"""Forms of the agenda: submit or edit an event, postpone it, cancel it."""

from datetime import date, time, timedelta
from typing import Any

from flask import g
from sqlalchemy import Select, select
from wtforms import RadioField, SelectField, SelectMultipleField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the stubs
from wtforms.validators import Optional, ValidationError

from portal.accounts.models import User
from portal.actionplan.models import Action, Theme
from portal.agenda import place_fields, wall_time
from portal.agenda.models import Event, EventKind
from portal.agenda.place_fields import PlaceMixin, fields_of_place
from portal.agenda.services import EventDraft, Times
from portal.agenda.writing_fields import TIMES, NamesField, TimesMixin
from portal.community.models import Confirmation, Organisation, OrganisationName
from portal.core import clock
from portal.core.clock import to_local
from portal.core.extensions import db
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext
from portal.core.text import fold
from portal.core.web.fields import CountField, DayField
from portal.core.web.forms import LineField, OnceMixin, PortalForm, ProseField, VersionField

LANGUAGES = (SelectChoice("nl", lazy_gettext("Dutch")), SelectChoice("en", lazy_gettext("English")))
NEW_DAY, NO_DAY = "dag", "onbekend"
NEW_DAYS = (
    SelectChoice(NEW_DAY, lazy_gettext("On another day or hour")),
    SelectChoice(NO_DAY, lazy_gettext("That is not known yet")),
)
FIRST = ("kind", "title", "summary", "body", *TIMES, *place_fields.NAMES)
"""Fields in the order in which the page shows them; errors are listed in that order."""
TEXTS = ("title", "summary", "body", "accessibility", "costs", "audience", "language", "registration_note")
"""Text fields with the same name as their column."""


class EventForm(TimesMixin, PlaceMixin, OnceMixin, PortalForm):
    """The form of an event."""

    needed_sometimes = ("start", "venue")
    kind = SelectField(lazy_gettext("What kind of meeting is it?"))
    title = LineField(lazy_gettext("Title"), 160)
    summary = ProseField(lazy_gettext("In short"), 400)
    body = ProseField(lazy_gettext("What happens"), 20_000, required=False)
    accessibility = ProseField(lazy_gettext("Accessibility of the place"), 1000, required=False)
    themes = SelectMultipleField(lazy_gettext("Focus points"))
    action = SelectField(lazy_gettext("Belongs to action"))
    organisers = NamesField(lazy_gettext("Organisers"))
    audience = LineField(lazy_gettext("For whom"), 200, required=False)
    costs = LineField(lazy_gettext("Costs"), 120, required=False)
    language = SelectField(lazy_gettext("Language"), choices=LANGUAGES, default="nl")
    capacity = CountField(lazy_gettext("For how many people is there room?"))
    registration_note = LineField(lazy_gettext("How does one register?"), 300, required=False)
    registration_deadline = DayField(lazy_gettext("Register no later than"), [Optional()])
    version = VersionField(validators=[Optional()])
    is_unfinished = False
    """Whether the form was filled from a draft with unsaved changes."""

    def __init__(self, _actor: User, event: Event | None, **kwargs: Any) -> None:
        """Load the choices; `event` is the event being edited, None for a new one."""
        self.event = event
        super().__init__(**kwargs)
        kinds = select(EventKind.slug, EventKind.label).order_by(EventKind.label)
        self.kind.choices = {"": _("Choose"), **_labels(kinds)}
        self.offer_places()
        self.themes.choices = _labels(select(Theme.slug, Theme.short_title).order_by(Theme.number))
        self.action.choices = _action_choices()
        self.organisers.known = _organisations()
        self._fields = {
            **{name: self._fields[name] for name in FIRST},
            **self._fields,
        }  # errors are listed in the order of the page
        for field in (self.kind, self.action):
            field.flags.required = True
        self.first_day.flags.required = not self.is_vague

    @property
    def themes_by_slug(self) -> dict[str, Theme]:
        """Return the speerpunten by slug, to show each in its colour."""
        return {theme.slug: theme for theme in db.session.scalars(select(Theme))}

    @property
    def organisation_names(self) -> list[str]:
        """Return the names to suggest, sorted."""
        return sorted({row.name for row in self.organisers.known.values()})

    @property
    def is_vague(self) -> bool:
        """Return whether the event being edited has an imprecise date, so that no day is required."""
        return self.event is not None and not self.event.is_exact

    def validate(self, extra_validators: Any = None) -> bool:
        """Validate every field, then the times together."""
        valid = super().validate(extra_validators)
        if not self.first_day.data and not self.first_day.errors and not self.is_vague:
            self.first_day.errors = (_("Say on which day it is."),)
        before = self.event.first_day if self.event and self.event.first_day else clock.today()
        if self.first_day.data and self.first_day.data < min(before, clock.today()):
            self.first_day.errors = (*self.first_day.errors, _("This day is over already."))
        return self.check_times() and valid

    def validate_kind(self, field: SelectField) -> None:
        """Require a kind; the field itself checks that it is a known one."""
        if not field.data:
            raise ValidationError(_("Choose what kind of meeting it is."))

    def validate_registration_deadline(self, field: DayField) -> None:
        """Refuse a deadline after the last day."""
        if field.data and self.until_day and field.data > self.until_day:
            raise ValidationError(_("The last day to register lies after the event."))

    @property
    def times(self) -> Times | None:
        """Return the times that were filled in; None when an old event keeps its imprecise date."""
        return times_of(self)

    @property
    def draft(self) -> EventDraft:
        """Return the contents for the services; the form must be valid."""
        themes = db.session.scalars(select(Theme).where(Theme.slug.in_(self.themes.data or ())).order_by(Theme.number))
        place = self.place
        return EventDraft(
            texts={**{name: self[name].data or None for name in TEXTS}, **place.texts},
            kind=_row(EventKind, self.kind.data),
            place_mode=place.mode,
            municipality=place.municipality,
            themes=tuple(themes),
            action=_row(Action, self.action.data),
            organisers=tuple(self.organisers.organisations),
            capacity=self.capacity.data,
            registration_deadline=self.registration_deadline.data,
        )


class PostponeForm(TimesMixin, PlaceMixin, PortalForm):
    """New day, hour or place of an event, filled with the current ones, or "not known yet"; and the reason."""

    needed_sometimes = ("first_day", "start")
    when = RadioField(
        lazy_gettext("When is it now?"),
        choices=NEW_DAYS,
        default=NEW_DAY,
    )
    reason = ProseField(lazy_gettext("Why?"), 500)
    version = VersionField(validators=[Optional()])

    def __init__(self, *args: Any, event: Event, **kwargs: Any) -> None:
        """Create the form with the current values of the event."""
        self.event = event
        kwargs["data"] = {**times_fields(event), **fields_of_place(event), "version": event.version}
        super().__init__(*args, **kwargs)
        self.offer_places()

    def validate(self, extra_validators: Any = None) -> bool:
        """Require a day unless it is not known yet, and require a difference from the current values."""
        valid = super().validate(extra_validators)
        if self.when.data == NO_DAY:
            for name in (*TIMES, *place_fields.NAMES):  # unused without a new day, so their errors do not count
                self[name].errors = ()
            return not self.errors
        if not self.first_day.data and not self.first_day.errors:
            self.first_day.errors = (_("Say on which day it is now."),)
        elif self.first_day.data and self.first_day.data < clock.today():
            self.first_day.errors = (_("This day is over already."),)
        valid = self.check_times() and valid
        if valid and not self._changes_something():
            self.first_day.errors = (
                _("This is how it is in the agenda already. Change the day, the hour or the place."),
            )
        return valid and not self.first_day.errors

    def _changes_something(self) -> bool:
        """Return whether anything differs; reinstating a postponed or cancelled event counts too."""
        event, place = self.event, self.place
        now = Times(event.first_day, event.last_day, event.starts_at, event.ends_at)  # type: ignore[arg-type]  # an old event may have no days
        here = {
            "mode": event.place_mode,
            "place": event.municipality,
            **{name: getattr(event, name) for name in place.texts},
        }
        return (
            event.is_off
            or self.times != now
            or here != {"mode": place.mode, "place": place.municipality, **place.texts}
        )

    @property
    def times(self) -> Times | None:
        """Return the new times; None when they are not known yet."""
        return times_of(self) if self.when.data == NEW_DAY else None


class CancelForm(PortalForm):
    """The reason for cancelling an event."""

    reason = ProseField(lazy_gettext("Why does it not go on?"), 500)
    version = VersionField(validators=[Optional()])


class WithdrawForm(PortalForm):
    """A form with nothing but a button."""


def times_of(form: TimesMixin) -> Times | None:
    """Return the times of a checked form; None without a day."""
    first, last = form.first_day.data, form.until_day
    return Times(first, last, form.starts_at, form.ends_at) if first and last else None


def fields_of(event: Event) -> dict[str, Any]:
    """Return an event as form fields."""
    return {
        **{name: getattr(event, name) or "" for name in TEXTS},
        **times_fields(event),
        **fields_of_place(event),
        "kind": event.kind.slug,
        "themes": [theme.slug for theme in event.themes],
        "action": event.action.slug if event.action else "",
        "organisers": [organisation.name for organisation in event.organisers],
        "capacity": event.capacity,
        "registration_deadline": event.registration_deadline,
        "version": event.version,
    }


def copy_of(event: Event) -> dict[str, Any]:
    """Return the form fields for a copy of an event, without its days and its meeting link, which may be private."""
    left_out = {*times_fields(event), "version", "registration_deadline", "meeting_url", "meeting_url_for"}
    return {name: value for name, value in fields_of(event).items() if name not in left_out}


def times_fields(event: Event) -> dict[str, Any]:
    """Return the times of an event as form fields; an imprecise date gives no days."""
    if not event.is_exact:
        return {}
    last: date | None = None if event.last_day == event.first_day else event.last_day
    if last and event.ends_at and to_local(event.ends_at).time() == time(0):
        last += timedelta(days=1)  # `<input type=time>` has no 24:00
    return {
        "first_day": event.first_day,
        "last_day": last,
        "start": to_local(event.starts_at).time() if event.starts_at else None,
        "end": to_local(event.ends_at).time() if event.ends_at else None,
        "start_which": wall_time.which_occurrence(event.starts_at),
        "end_which": wall_time.which_occurrence(event.ends_at),
    }


def _labels(statement: Select[str, str]) -> Any:
    """Return choices for a field from labels by slug."""
    return dict(db.session.execute(statement).all())


def _action_choices() -> Any:
    """Return the actions as choices, grouped by speerpunt."""
    grouped: dict[str, Any] = {"": _("No action")}
    rows = select(Theme.short_title, Action.slug, Action.title).join(Action.theme)
    for theme, slug, title in db.session.execute(rows.order_by(Theme.number, Action.number)):
        grouped.setdefault(theme, {})[slug] = title
    return grouped


def _organisations() -> dict[str, Organisation]:
    """Return organisations by folded name, former and alternative names included; read once per request."""
    known: dict[str, Organisation] | None = g.get("organisations_by_name")
    if known is None:
        listed = (Organisation.merged_into_id.is_(None), Organisation.confirmation != Confirmation.REFUSED)
        rows = db.session.scalars(select(Organisation).where(*listed)).all()
        by_id = {row.id: row for row in rows}
        others = db.session.execute(select(OrganisationName.name, OrganisationName.organisation_id))
        known = {fold(name): by_id[key] for name, key in others if key in by_id}
        known |= {fold(row.name): row for row in rows}
        g.organisations_by_name = known
    return known


def _row(model: Any, slug: str | None) -> Any:
    return db.session.scalar(select(model).where(model.slug == slug)) if slug else None
