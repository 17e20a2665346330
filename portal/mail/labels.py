"""Labels of the states of mail, and of when people get it."""

from portal.core.i18n import lazy_gettext
from portal.mail.models import Delivery, MailState

STATES = {
    MailState.QUEUED: lazy_gettext("waiting"),
    MailState.SENDING: lazy_gettext("being sent"),
    MailState.SENT: lazy_gettext("sent"),
    MailState.FAILED: lazy_gettext("failed"),
    MailState.DROPPED: lazy_gettext("not wanted any more"),
}
DELIVERIES = {
    Delivery.NOW: lazy_gettext("A mail at once"),
    Delivery.DAILY: lazy_gettext("In one mail a day"),
    Delivery.OFF: lazy_gettext("No mail"),
}
