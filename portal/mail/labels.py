"""Labels of the states of mail."""

from portal.core.i18n import lazy_gettext
from portal.mail.models import MailState

STATES = {
    MailState.QUEUED: lazy_gettext("waiting"),
    MailState.SENDING: lazy_gettext("being sent"),
    MailState.SENT: lazy_gettext("sent"),
    MailState.FAILED: lazy_gettext("failed"),
    MailState.DROPPED: lazy_gettext("not wanted any more"),
}
