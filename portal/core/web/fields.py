"""Fields of forms that hold a day or a number, read as browsers send them and no other way."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from wtforms import DateField, Field
from wtforms.widgets import TextInput

from portal.core.i18n import gettext as _

DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
NUMBER = re.compile(r"[0-9]{1,6}")
YEARS = range(1990, 2101)
"""Years that a day can lie in."""
LARGEST_COUNT = 999_999


class DayField(DateField):
    """A day, as `<input type=date>` sends it; None for an empty field."""

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Read a day; raises ValueError for anything else than a day in `YEARS`."""
        self.data = None
        text = str(valuelist[0]).strip() if valuelist else ""
        if not text:
            return
        try:
            day = date.fromisoformat(text) if DAY.fullmatch(text) else None
        except ValueError:
            day = None
        if day is None or day.year not in YEARS:
            raise ValueError(_("This is not a day. Write it as year-month-day: 2026-12-31."))
        self.data = day


class CountField(Field):
    """How many: a whole number from 1 to `most`, None for an empty field. Other scripts' digits and "1e3" are none."""

    widget = TextInput()
    data: int | None

    def __init__(self, label: Any, most: int = LARGEST_COUNT, **kwargs: Any) -> None:
        """Take the largest number that is accepted."""
        super().__init__(label, **kwargs)
        self.most = most

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else str(self.data)

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Read digits; raises ValueError for anything else."""
        self.data = None
        text = str(valuelist[0]).strip() if valuelist else ""
        if not text:
            return
        if not NUMBER.fullmatch(text) or not 1 <= int(text) <= self.most:
            raise ValueError(_("Fill in a whole number from 1 to %(most)s.", most=self.most))
        self.data = int(text)
