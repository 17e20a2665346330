"""Labels of every act in the audit log, and of the details that entries hold.

Each `audit.record(…, "thing.done", …)` needs a label here; `tests/desk/test_log_words.py` finds missing ones.
"""

from collections.abc import Callable
from datetime import date

from portal.accounts.models import AuditEntry
from portal.core.formatting import full_date
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext
from portal.core.storage import site_settings
from portal.desk.labels import ground_label
from portal.desk.models import PERSON, Ground
from portal.publishing import changes

ACTS = {
    "article.changed": lazy_gettext("Article changed"),
    "article.draft": lazy_gettext("Article given back to its sender"),
    "article.expired": lazy_gettext("Article expired"),
    "article.fulfilled": lazy_gettext("Article closed"),
    "article.in_conversation": lazy_gettext("Article in conversation"),
    "article.open": lazy_gettext("Article published"),
    "article.review": lazy_gettext("Article sent to the editors"),
    "article.withdrawn": lazy_gettext("Article withdrawn or refused"),
    "broker.changed": lazy_gettext("Brokers of municipalities and focus points changed"),
    "claim.granted": lazy_gettext("Management of an organisation granted"),
    "claim.refused": lazy_gettext("Management of an organisation refused"),
    "conversation.closed": lazy_gettext("Reported conversation closed"),
    "conversation.left": lazy_gettext("Reported conversation: no action needed"),
    "conversation.let_through": lazy_gettext("Held message let through"),
    "conversation.refused": lazy_gettext("Held message refused"),
    "event.cancelled": lazy_gettext("Event cancelled"),
    "event.changed": lazy_gettext("Event changed"),
    "event.draft": lazy_gettext("Event given back to its sender"),
    "event.expired": lazy_gettext("Event expired"),
    "event.fulfilled": lazy_gettext("Event closed"),
    "event.in_conversation": lazy_gettext("Event in conversation"),
    "event.open": lazy_gettext("Event published"),
    "event.postponed": lazy_gettext("Event given another day"),
    "event.review": lazy_gettext("Event sent to the editors"),
    "event.withdrawn": lazy_gettext("Event withdrawn or refused"),
    "organisation.added": lazy_gettext("Organisation added by a member"),
    "organisation.confirmed": lazy_gettext("Organisation confirmed"),
    "organisation.refused": lazy_gettext("Organisation refused"),
    "organisation.edited": lazy_gettext("Page of an organisation changed"),
    "post.changed": lazy_gettext("Post changed"),
    "post.draft": lazy_gettext("Post given back to its sender"),
    "post.expired": lazy_gettext("Post expired"),
    "post.fulfilled": lazy_gettext("Post fulfilled"),
    "post.in_conversation": lazy_gettext("Post in conversation"),
    "post.open": lazy_gettext("Post published"),
    "post.review": lazy_gettext("Post sent to the editors"),
    "post.withdrawn": lazy_gettext("Post withdrawn or refused"),
    "report.dismissed": lazy_gettext("Report: no action needed"),
    "report.handled": lazy_gettext("Report dealt with"),
    "report.made": lazy_gettext("Report made"),
    "seat.accepted": lazy_gettext("Place at an organisation accepted"),
    "seat.ended": lazy_gettext("Place at an organisation ended"),
    "seat.handed_over": lazy_gettext("Place at an organisation handed over"),
    "seat.invitation_revoked": lazy_gettext("Invitation to an organisation taken back"),
    "seat.invited": lazy_gettext("Invited to an organisation"),
    "seat.made_owner": lazy_gettext("Management of an organisation given"),
    "seat.no_longer_owner": lazy_gettext("Management of an organisation taken away"),
    "settings.changed": lazy_gettext("Setting changed"),
    "synonym.changed": lazy_gettext("Synonyms changed"),
    "synonym.deleted": lazy_gettext("Synonyms removed"),
    "synonym.made": lazy_gettext("Synonyms made"),
    "synonym.taken_over": lazy_gettext("Shipped synonyms taken over"),
    "thread.answered": lazy_gettext("Broker wrote in a silent conversation"),
    "thread.closed": lazy_gettext("Broker closed a silent conversation"),
    "thread.linked": lazy_gettext("Broker referred somebody to another party"),
    "user.app_added": lazy_gettext("Authenticator app set up"),
    "user.app_removed": lazy_gettext("Authenticator app taken off"),
    "user.created": lazy_gettext("Account made"),
    "user.data_downloaded": lazy_gettext("Data of an account downloaded on request"),
    "user.disabled": lazy_gettext("Account disabled"),
    "user.enabled": lazy_gettext("Account enabled again"),
    "user.erased": lazy_gettext("Account erased"),
    "user.identity_added": lazy_gettext("Sign-in of another organisation tied"),
    "user.identity_removed": lazy_gettext("Sign-in of another organisation untied"),
    "user.joined": lazy_gettext("Account made by signing in from another organisation"),
    "user.passkey_added": lazy_gettext("Passkey added"),
    "user.passkey_removed": lazy_gettext("Passkey taken off"),
    "user.recovery_code_used": lazy_gettext("Recovery code used"),
    "user.role_changed": lazy_gettext("Role of an account changed"),
    "user.second_factor_reset": lazy_gettext("Second step of an account reset"),
    "user.sessions_ended": lazy_gettext("Signed out everywhere"),
}
SUBJECTS = {
    "answer_message": lazy_gettext("Message"),
    "answer_report": lazy_gettext("Reported conversation"),
    "article": lazy_gettext("Article"),
    "event": lazy_gettext("Event"),
    "organisation": lazy_gettext("Organisation"),
    "post": lazy_gettext("Post"),
    "report": lazy_gettext("Report"),
    "search_synonym_group": lazy_gettext("Synonyms"),
    "user": lazy_gettext("Account"),
}
"""Labels of the subjects of acts, by table name."""
DETAILS = {
    "about": lazy_gettext("about"),
    "after": lazy_gettext("now"),
    "before": lazy_gettext("was"),
    "contributions": lazy_gettext("contributions"),
    "fields": lazy_gettext("changed"),
    "from_": lazy_gettext("from"),
    "ground": lazy_gettext("reason"),
    "how_many": lazy_gettext("how many"),
    "key": lazy_gettext("setting"),
    "reason": lazy_gettext("reason"),
    "role": lazy_gettext("role"),
    "to": lazy_gettext("to"),
    "until": lazy_gettext("last day"),
    "who": lazy_gettext("person"),
}
STATES = {
    "draft": lazy_gettext("with the sender"),
    "review": lazy_gettext("with the editors"),
    "open": lazy_gettext("public"),
    "in_conversation": lazy_gettext("in conversation"),
    "fulfilled": lazy_gettext("fulfilled"),
    "expired": lazy_gettext("expired"),
    "withdrawn": lazy_gettext("withdrawn"),
}
ROLES = {
    "member": lazy_gettext("member"),
    "editor": lazy_gettext("editor"),
    "administrator": lazy_gettext("administrator"),
}
REPORTABLE = {
    "bericht": lazy_gettext("a post"),
    "bijeenkomst": lazy_gettext("an event"),
    "artikel": lazy_gettext("an article"),
    PERSON: lazy_gettext("a person"),
}
FIELDS = {
    "summary": lazy_gettext("text"),
    "website": lazy_gettext("website"),
    "place": lazy_gettext("place"),
    "logo": lazy_gettext("logo"),
}
CONTRIBUTIONS = {
    "anonymise": lazy_gettext("kept without a name"),
    "remove": lazy_gettext("removed too"),
}


def act_label(action: str) -> str:
    """Return the label of an act such as `post.open`."""
    return str(ACTS.get(action, action.replace(".", ": ").replace("_", " ")))


def subject_label(table: str | None) -> str:
    """Return the label of a kind of subject, by table name."""
    return str(SUBJECTS.get(table or "", ""))


def details(entry: AuditEntry) -> list[tuple[str, str]]:
    """Return the details as readable (label, value) pairs; changed fields are in `changes.changes_of_entry`."""
    return [
        (str(DETAILS.get(name, name)), _value(entry, name, str(value)))
        for name, value in entry.details.items()
        if not changes.is_change_key(name)
    ]


def acts_with(word: str) -> list[str]:
    """Return the acts whose label contains a word."""
    return [action for action, label in ACTS.items() if word.lower() in str(label).lower()]


def _value(entry: AuditEntry, name: str, value: str) -> str:
    if name in ("before", "after"):
        words = ROLES if entry.action.startswith("user.") else STATES
        return str(words.get(value, value))
    reader = READERS.get(name)
    return reader(entry, value) if reader else value


def _ground(entry: AuditEntry, value: str) -> str:
    return ground_label(str(entry.details.get("about", "")), Ground(value)) if value in set(Ground) else value


def _role(entry: AuditEntry, value: str) -> str:
    return str(ROLES.get(value, value)) if entry.action.startswith("user.") else value


def _setting(_entry: AuditEntry, value: str) -> str:
    return next((str(row.label) for row in site_settings.defined() if row.key == value), value)


def _fields(_entry: AuditEntry, value: str) -> str:
    return ", ".join(str(FIELDS.get(name, name)) for name in value.split(", ")) if value else _("nothing")


def _day(_entry: AuditEntry, value: str) -> str:
    try:
        return full_date(date.fromisoformat(value))
    except ValueError:
        return value


READERS: dict[str, Callable[[AuditEntry, str], str]] = {
    "about": lambda _entry, value: str(REPORTABLE.get(value, value)),
    "contributions": lambda _entry, value: str(CONTRIBUTIONS.get(value, value)),
    "fields": _fields,
    "ground": _ground,
    "key": _setting,
    "role": _role,
    "until": _day,
}
