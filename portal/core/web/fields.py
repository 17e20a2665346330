"""Form fields for a day and a number, which accept only the format that browsers send."""

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
"""The years that are accepted."""
LARGEST_COUNT = 999_999


class DayField(DateField):
    """A day in the format of `<input type=date>`; None for an empty field."""

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Read a day; raises ValueError for anything but a day in `YEARS`."""
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
    """A whole number from 1 to `most` in the digits 0-9 ("1e3" is refused); None for an empty field."""

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
        """Read a number; raises ValueError for anything else."""
        self.data = None
        text = str(valuelist[0]).strip() if valuelist else ""
        if not text:
            return
        if not NUMBER.fullmatch(text) or not 1 <= int(text) <= self.most:
            raise ValueError(_("Fill in a whole number from 1 to %(most)s.", most=self.most))
        self.data = int(text)
