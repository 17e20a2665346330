"""Form fields of the agenda: days and wall-clock hours, and organisations by name."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from wtforms import Field, Form, RadioField, TimeField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the stubs
from wtforms.validators import Optional, ValidationError

from portal.agenda import wall_time
from portal.community.models import Organisation
from portal.core.formatting import clock_time, full_date
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext
from portal.core.text import clean, fold
from portal.core.web.fields import DayField

MOST_ORGANISERS = 6
LONGEST_NAME = 200
TIMES = ("first_day", "start", "start_which", "last_day", "end", "end_which")
OCCURRENCES = (
    SelectChoice(wall_time.SUMMER, lazy_gettext("the first time, still summer time")),
    SelectChoice(wall_time.WINTER, lazy_gettext("the second time, winter time")),
)


class RequiredWhenShown(Optional):
    """Marks a field that is only shown when it is needed, and is required then."""

    def __init__(self) -> None:
        """Set the "required" flag, so that the label does not say "not required"."""
        super().__init__()
        self.field_flags = {"required": True}


class HourField(TimeField):
    """A time of day, as `<input type=time>` sends it or as people type it ("15.30").

    With `ends_day`, "24:00" is valid too: midnight at the end of the day. `is_24` distinguishes it from 0:00.
    """

    def __init__(self, *args: Any, ends_day: bool = False, **kwargs: Any) -> None:
        """Create the field."""
        super().__init__(*args, **kwargs)
        self.ends_day, self.is_24 = ends_day, False

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Read hours and minutes; an empty value is None, even when the field had an initial value."""
        text = str(valuelist[0]).strip() if valuelist else ""
        self.data = None
        if not text:
            return
        self.is_24 = self.ends_day and re.fullmatch(r"24[:.]00(?:[:.]00)?", text) is not None
        if self.is_24:
            self.data = time(0)
            return
        match = re.fullmatch(r"([01]?[0-9]|2[0-3])[:.]([0-5][0-9])(?::[0-5][0-9])?", text)
        if match is None:
            raise ValueError(_("This is not a time. Write it as hours and minutes: 15:30."))
        self.data = time(int(match[1]), int(match[2]))


class NamesField(Field):
    """Organisations by name, one input each; the form sets `known`, rows by folded name."""

    takes_many = True
    data: list[str]
    known: Mapping[str, Organisation]

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Read the names that were filled in, without duplicates."""
        names = (" ".join(clean(str(value)[: LONGEST_NAME + 1]).split()) for value in valuelist)
        self.data = list(dict.fromkeys(name for name in names if name))

    def process_data(self, value: Any) -> None:
        """Set the initial names."""
        self.data = list(value or ())

    def pre_validate(self, form: Any) -> None:
        """Refuse too many names, and names that are not organisations of the network."""
        if len(self.data) > MOST_ORGANISERS:
            raise ValidationError(_("Name at most %(count)s organisations.", count=MOST_ORGANISERS))
        for name in self.data:
            if fold(name) not in self.known:
                raise ValidationError(
                    _("We do not know “%(name)s”. Choose a name from the list, or leave it empty.", name=name)
                )

    @property
    def organisations(self) -> list[Organisation]:
        """Return the organisations, without duplicates."""
        return list(dict.fromkeys(self.known[fold(name)] for name in self.data))


class TimesMixin(Form):
    """Days and hours, and which of two hours when the clock goes back. Without hours the event lasts whole days."""

    first_day = DayField(lazy_gettext("Day"), [Optional()])
    start = HourField(lazy_gettext("Begins at"), [Optional()])
    start_which = RadioField(lazy_gettext("Which of the two do you mean?"), [RequiredWhenShown()], choices=OCCURRENCES)
    last_day = DayField(lazy_gettext("Last day"), [Optional()])
    end = HourField(lazy_gettext("Ends at"), [Optional()], ends_day=True)
    end_which = RadioField(lazy_gettext("Which of the two do you mean?"), [RequiredWhenShown()], choices=OCCURRENCES)

    starts_at: datetime | None = None
    ends_at: datetime | None = None

    @property
    def until_day(self) -> date | None:
        """Return the last day; the first day when no last day was filled in.

        An event that ends at 0:00 on a later day ended on the day before.
        """
        first, last = self.first_day.data, self.last_day.data or self.first_day.data
        if first and last and last > first and self.end.data == time(0) and not self.end.is_24:
            return last - timedelta(days=1)
        return last

    @property
    def end_day(self) -> date | None:
        """Return the day of the end time: the day after the last day if it ends at midnight."""
        last = self.until_day
        return last + timedelta(days=1) if last and self.end.data == time(0) else last

    @property
    def start_occurs_twice(self) -> bool:
        """Return whether the start time occurs twice, so that the form must ask which."""
        return _occurs_twice(self.first_day.data, self.start.data)

    @property
    def end_occurs_twice(self) -> bool:
        """Return whether the end time occurs twice, so that the form must ask which."""
        return _occurs_twice(self.end_day, self.end.data)

    def check_times(self) -> bool:
        """Set `starts_at` and `ends_at` (UTC); add errors to the fields and return False for invalid times."""
        self.starts_at = self._moment(self.first_day.data, self.start, self.start_which)
        self.ends_at = self._moment(self.end_day, self.end, self.end_which)
        first, last = self.first_day.data, self.until_day
        if first and last and last < first:
            _refuse(self.last_day, _("The last day lies before the first day."))
        elif self.end.data and not self.start.data and not self.start.errors:
            _refuse(self.start, _("Say at what time it begins too."))
        elif self.starts_at and self.ends_at and self.ends_at <= self.starts_at:
            _refuse(self.end, _("The end lies before the begin. Does it end on a later day? Fill in the last day."))
        return not any(field.errors for field in (self.first_day, self.start, self.last_day, self.end))

    def _moment(self, day: date | None, hour: HourField, which: RadioField) -> datetime | None:
        if day is None or hour.data is None:
            return None
        words = {"day": full_date(day), "time": clock_time(hour.data)}
        try:
            return wall_time.to_utc(day, hour.data, which.data)
        except wall_time.SkippedTime:
            _refuse(hour, _("%(time)s does not exist on %(day)s: at 2 o'clock that night the clock goes forward one "
                            "hour, to 3 o'clock. Choose another time.", **words))  # fmt: skip
        except wall_time.RepeatedTime:
            _refuse(hour, _("%(time)s occurs twice on %(day)s: at 3 o'clock that night the clock goes back one hour. "
                            "Choose below which you mean.", **words))  # fmt: skip
        return None


def _occurs_twice(day: date | None, at: time | None) -> bool:
    return day is not None and at is not None and wall_time.occurs_twice(day, at)


def _refuse(field: Field, message: str) -> None:
    field.errors = (*field.errors, message)
