"""The forms with which people follow a list by mail."""

from typing import Any

from wtforms import RadioField

from portal.accounts.fields import AddressField
from portal.alerts import labels
from portal.alerts.models import Frequency
from portal.core.i18n import lazy_gettext
from portal.core.web.forms import OnceMixin, PortalForm


class FollowForm(OnceMixin, PortalForm):
    """How often a member gets mail about a list."""

    frequency = RadioField(lazy_gettext("How often"), default=Frequency.DAILY)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer the frequencies, in the language of the page."""
        super().__init__(*args, **kwargs)
        words = labels.frequencies()
        self.frequency.choices = [(value, words[value].capitalize()) for value in (Frequency.DAILY, Frequency.WEEKLY)]


class GuestFollowForm(FollowForm):
    """The same for somebody without an account."""

    email = AddressField(lazy_gettext("E-mail address"))
