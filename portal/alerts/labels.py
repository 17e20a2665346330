"""Words for how often an alert is mailed."""

from portal.alerts.models import Frequency
from portal.core.i18n import gettext as _


def frequencies() -> dict[str, str]:
    """Return the label of each frequency."""
    return {
        Frequency.DAILY: _("every day"),
        Frequency.WEEKLY: _("every week, on Monday"),
        Frequency.NONE: _("no mail"),
    }


def changes() -> dict[str, str]:
    """Return the label of the button that gives an alert each frequency."""
    return {
        Frequency.DAILY: _("Mail me every day"),
        Frequency.WEEKLY: _("Mail me every week"),
        Frequency.NONE: _("Stop the mail"),
    }
