"""The words of the desk: decisions, grounds of reports, and what the audit log calls each act."""

from enum import StrEnum

from portal.core.i18n import lazy_gettext
from portal.desk.models import Ground

REPORT = "melding"


class Decision(StrEnum):
    """What an editor can do with a case."""

    APPROVE = "approve"
    SEND_BACK = "send_back"
    REFUSE = "refuse"
    TAKE_BACK = "take_back"


DECISIONS = {
    Decision.APPROVE: lazy_gettext("Approve"),
    Decision.SEND_BACK: lazy_gettext("Send back for changes"),
    Decision.REFUSE: lazy_gettext("Refuse"),
    Decision.TAKE_BACK: lazy_gettext("Take off the site"),
}
REPORT_DECISIONS = {
    Decision.APPROVE: lazy_gettext("Dealt with"),
    Decision.REFUSE: lazy_gettext("No action needed"),
    Decision.TAKE_BACK: lazy_gettext("Take it off the site"),
}
DONE = {
    Decision.APPROVE: lazy_gettext("Approved"),
    Decision.SEND_BACK: lazy_gettext("Sent back for changes"),
    Decision.REFUSE: lazy_gettext("Refused"),
    Decision.TAKE_BACK: lazy_gettext("Taken off the site"),
}
REPORT_DONE = {
    Decision.APPROVE: lazy_gettext("Dealt with"),
    Decision.REFUSE: lazy_gettext("No action was needed"),
    Decision.TAKE_BACK: lazy_gettext("Taken off the site"),
}
GROUNDS = {
    Ground.UNTRUE: lazy_gettext("It is not true or out of date"),
    Ground.HURTFUL: lazy_gettext("It hurts or excludes people"),
    Ground.PRIVACY: lazy_gettext("It tells something private about somebody"),
    Ground.ADVERTISING: lazy_gettext("It is advertising or spam"),
    Ground.OTHER: lazy_gettext("Something else"),
}


def decision_label(kind: str, decision: Decision) -> str:
    """Return the words on the button of a decision."""
    return str((REPORT_DECISIONS if kind == REPORT else {}).get(decision, DECISIONS[decision]))


def done_label(kind: str, decision: Decision) -> str:
    """Return what was decided, in words."""
    return str((REPORT_DONE if kind == REPORT else {}).get(decision, DONE[decision]))


SUBJECTS = {
    "article": lazy_gettext("Article"),
    "claim": lazy_gettext("Claim"),
    "event": lazy_gettext("Meeting of the agenda"),
    "organisation": lazy_gettext("Organisation"),
    "post": lazy_gettext("Post"),
    "report": lazy_gettext("Reported"),
    "seat": lazy_gettext("Seat"),
    "settings": lazy_gettext("Settings"),
    "synonym": lazy_gettext("Synonyms"),
    "user": lazy_gettext("Account"),
}
ACTS = {
    "added": lazy_gettext("added"),
    "accepted": lazy_gettext("accepted"),
    "cancelled": lazy_gettext("cancelled"),
    "changed": lazy_gettext("changed"),
    "data_downloaded": lazy_gettext("data downloaded on request"),
    "confirmed": lazy_gettext("confirmed"),
    "created": lazy_gettext("made"),
    "deleted": lazy_gettext("removed"),
    "disabled": lazy_gettext("disabled"),
    "dismissed": lazy_gettext("no action needed"),
    "draft": lazy_gettext("back to the sender"),
    "edited": lazy_gettext("changed"),
    "enabled": lazy_gettext("enabled"),
    "ended": lazy_gettext("ended"),
    "erased": lazy_gettext("erased"),
    "expired": lazy_gettext("expired"),
    "fulfilled": lazy_gettext("fulfilled"),
    "granted": lazy_gettext("granted"),
    "handed_over": lazy_gettext("handed over"),
    "handled": lazy_gettext("dealt with"),
    "in_conversation": lazy_gettext("in conversation"),
    "invited": lazy_gettext("invited"),
    "joined": lazy_gettext("joined"),
    "made": lazy_gettext("made"),
    "open": lazy_gettext("made public"),
    "postponed": lazy_gettext("postponed"),
    "refused": lazy_gettext("refused"),
    "review": lazy_gettext("sent in"),
    "role_changed": lazy_gettext("role changed"),
    "second_factor_reset": lazy_gettext("second factor reset"),
    "sessions_ended": lazy_gettext("sessions ended"),
    "taken_over": lazy_gettext("taken over from the shipped list"),
    "withdrawn": lazy_gettext("withdrawn or refused"),
}
DETAILS = {
    "after": lazy_gettext("now"),
    "before": lazy_gettext("was"),
    "from_": lazy_gettext("from"),
    "ground": lazy_gettext("reason"),
    "how_many": lazy_gettext("how many"),
    "key": lazy_gettext("setting"),
    "role": lazy_gettext("role"),
    "to": lazy_gettext("to"),
    "who": lazy_gettext("person"),
}
"""What the log calls the details that services note."""


def action_label(action: str) -> str:
    """Return what the log calls an act such as `post.open`; what we have no words for as it is written."""
    subject, _, act = action.partition(".")
    return f"{SUBJECTS.get(subject, subject)}: {ACTS.get(act, act.replace('_', ' '))}"
