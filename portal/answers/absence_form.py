"""The form with which a member says to be away."""

from datetime import timedelta

from wtforms import ValidationError

from portal.core import clock
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext
from portal.core.web.fields import DayField
from portal.core.web.forms import PortalForm

LONGEST = timedelta(days=120)


class AbsenceForm(PortalForm):
    """The last day of an absence; empty for somebody who is back."""

    until = DayField(lazy_gettext("I am away until"))

    def validate_until(self, field: DayField) -> None:
        """Refuse a day in the past, or one so far that nobody would be reminded for months."""
        today = clock.today()
        if field.data and not today <= field.data <= today + LONGEST:
            raise ValidationError(_("Choose a day from today, at most four months ahead."))
