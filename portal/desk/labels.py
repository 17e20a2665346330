"""Labels of decisions, and of reports with their reasons per kind of thing."""

from enum import StrEnum

from portal.core.i18n import lazy_gettext
from portal.desk.models import PERSON, Ground

REPORT = "melding"
CONVERSATION = "gesprek"
"""The kind of a reported conversation, as `answers.moderation` registers it."""


class Decision(StrEnum):
    """A decision that an editor can take on a case."""

    APPROVE = "approve"
    SEND_BACK = "send_back"
    REFUSE = "refuse"
    UNPUBLISH = "unpublish"


DECISIONS = {
    Decision.APPROVE: lazy_gettext("Approve"),
    Decision.SEND_BACK: lazy_gettext("Send back for changes"),
    Decision.REFUSE: lazy_gettext("Refuse"),
    Decision.UNPUBLISH: lazy_gettext("Take off the site"),
}
REPORT_DECISIONS = {
    Decision.APPROVE: lazy_gettext("Dealt with"),
    Decision.REFUSE: lazy_gettext("No action needed"),
    Decision.UNPUBLISH: lazy_gettext("Take it off the site"),
}
DONE = {
    Decision.APPROVE: lazy_gettext("Approved"),
    Decision.SEND_BACK: lazy_gettext("Sent back for changes"),
    Decision.REFUSE: lazy_gettext("Refused"),
    Decision.UNPUBLISH: lazy_gettext("Taken off the site"),
}
REPORT_DONE = {
    Decision.APPROVE: lazy_gettext("Dealt with"),
    Decision.REFUSE: lazy_gettext("No action was needed"),
    Decision.UNPUBLISH: lazy_gettext("Taken off the site"),
}
CONVERSATION_DECISIONS = {
    Decision.APPROVE: lazy_gettext("Close the conversation"),
    Decision.REFUSE: lazy_gettext("No action needed"),
}
CONVERSATION_DONE = {
    Decision.APPROVE: lazy_gettext("The conversation was closed"),
    Decision.REFUSE: lazy_gettext("No action was needed"),
}
DECISIONS_OF = {REPORT: REPORT_DECISIONS, CONVERSATION: CONVERSATION_DECISIONS}
DONE_OF = {REPORT: REPORT_DONE, CONVERSATION: CONVERSATION_DONE}
"""The words for decisions about kinds that have words of their own."""
GROUNDS: dict[str, dict[Ground, str]] = {
    "bericht": {
        Ground.OUTDATED: lazy_gettext("It is out of date, or already fulfilled"),
        Ground.UNTRUE: lazy_gettext("It is not true"),
        Ground.ADVERTISING: lazy_gettext("It is advertising or spam"),
        Ground.HURTFUL: lazy_gettext("It hurts or excludes people"),
        Ground.PRIVACY: lazy_gettext("It tells something private about somebody"),
        Ground.OTHER: lazy_gettext("Something else"),
    },
    "bijeenkomst": {
        Ground.UNTRUE: lazy_gettext("The day, the time or the place is wrong"),
        Ground.OUTDATED: lazy_gettext("This event does not take place"),
        Ground.ADVERTISING: lazy_gettext("It is advertising or spam"),
        Ground.HURTFUL: lazy_gettext("It hurts or excludes people"),
        Ground.PRIVACY: lazy_gettext("It tells something private about somebody"),
        Ground.OTHER: lazy_gettext("Something else"),
    },
    "artikel": {
        Ground.UNTRUE: lazy_gettext("There is a mistake in the article"),
        Ground.PRIVACY: lazy_gettext("Somebody is named or shown who does not want that"),
        Ground.HURTFUL: lazy_gettext("It hurts or excludes people"),
        Ground.ADVERTISING: lazy_gettext("It is advertising or spam"),
        Ground.OTHER: lazy_gettext("Something else"),
    },
    PERSON: {
        Ground.UNTRUE: lazy_gettext("The name, the function or the organisation is wrong"),
        Ground.IMPOSTOR: lazy_gettext("This person pretends to be somebody else"),
        Ground.HARASSMENT: lazy_gettext("This person bothers me or others"),
        Ground.ADVERTISING: lazy_gettext("This person sends advertising"),
        Ground.OTHER: lazy_gettext("Something else"),
    },
}
"""The possible reasons for a report per kind of thing, the likeliest first."""
THINGS = {
    "bericht": lazy_gettext("Report this post"),
    "bijeenkomst": lazy_gettext("Report this event"),
    "artikel": lazy_gettext("Report this article"),
    PERSON: lazy_gettext("Report this person"),
}
REPORTED = {
    "bericht": lazy_gettext("Report about a post"),
    "bijeenkomst": lazy_gettext("Report about an event"),
    "artikel": lazy_gettext("Report about an article"),
    PERSON: lazy_gettext("Report about a person"),
}


def grounds(kind: str) -> dict[Ground, str]:
    """Return the possible reasons to report a thing of a kind, with their labels."""
    return GROUNDS.get(kind, GROUNDS["bericht"])


def ground_label(kind: str, ground: Ground) -> str:
    """Return the label of a report's reason; if its kind no longer has it, the label that another kind uses."""
    known = [grounds(kind), *GROUNDS.values()]
    return str(next((labels[ground] for labels in known if ground in labels), ground))


def decision_label(kind: str, decision: Decision) -> str:
    """Return the label of a decision's button."""
    return str(DECISIONS_OF.get(kind, {}).get(decision, DECISIONS[decision]))


def done_label(kind: str, decision: Decision) -> str:
    """Return the label of a decision that was taken."""
    return str(DONE_OF.get(kind, {}).get(decision, DONE[decision]))
