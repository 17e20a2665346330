"""Labels of the columns in a download; a column without one is shown by its name."""

from portal.core.i18n import lazy_gettext

LABELS = {
    "action": lazy_gettext("What"),
    "address": lazy_gettext("Address"),
    "at": lazy_gettext("When"),
    "bio": lazy_gettext("About"),
    "body": lazy_gettext("Text"),
    "browser": lazy_gettext("Browser"),
    "closed_at": lazy_gettext("Closed on"),
    "confirmed_at": lazy_gettext("Address confirmed on"),
    "created_at": lazy_gettext("Made on"),
    "email": lazy_gettext("E-mail address"),
    "expertise": lazy_gettext("Expertise"),
    "expires_at": lazy_gettext("Runs until"),
    "fields": lazy_gettext("Filled in"),
    "function": lazy_gettext("Function"),
    "id": lazy_gettext("Number"),
    "kind": lazy_gettext("Kind"),
    "language": lazy_gettext("Language"),
    "last_seen_at": lazy_gettext("Last here on"),
    "lead": lazy_gettext("Introduction"),
    "name": lazy_gettext("Name"),
    "offers": lazy_gettext("I offer"),
    "published_at": lazy_gettext("Published on"),
    "reason": lazy_gettext("Reason"),
    "role": lazy_gettext("Role"),
    "seeks": lazy_gettext("I seek"),
    "sent_at": lazy_gettext("Sent on"),
    "since": lazy_gettext("Since"),
    "size": lazy_gettext("Size in bytes"),
    "state": lazy_gettext("State"),
    "subject": lazy_gettext("Subject"),
    "text": lazy_gettext("Text"),
    "title": lazy_gettext("Title"),
    "until": lazy_gettext("Until"),
    "updated_at": lazy_gettext("Changed on"),
}


def field_label(column: str) -> str:
    """Return the label of a column."""
    return str(LABELS.get(column) or column.replace("_", " "))
