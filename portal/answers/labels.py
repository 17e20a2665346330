"""Words for the states of a thread and the kinds of messages."""

from portal.answers.models import MessageKind, Reason, ThreadState
from portal.board.models import Kind, Post
from portal.core.i18n import gettext as _


def states() -> dict[str, str]:
    """Return the label of each state of a thread."""
    return {
        ThreadState.NEW: _("New"),
        ThreadState.TALKING: _("Talking"),
        ThreadState.AGREED: _("Agreed"),
        ThreadState.DONE: _("Worked out"),
        ThreadState.FAILED: _("Did not work out"),
    }


def acts() -> dict[str, str]:
    """Return what a person did who gave a thread this state, to follow the name."""
    return {
        ThreadState.TALKING: _("wants to talk about it again"),
        ThreadState.AGREED: _("says: we agreed on this"),
        ThreadState.DONE: _("says: it worked out"),
        ThreadState.FAILED: _("says: it does not work out"),
    }


def reasons() -> dict[str, str]:
    """Return why something does not work out, as one says it about oneself."""
    return {
        Reason.FULL: _("There is no place left"),
        Reason.PERIOD: _("The period does not suit"),
        Reason.CAPACITY: _("No time or people for it now"),
        Reason.DISTANCE: _("It is too far away"),
        Reason.FIT: _("It does not suit what we do"),
        Reason.SILENCE: _("The other side did not react"),
        Reason.OTHER: _("Something else"),
    }


def message_kind(kind: str, post: Post | None) -> str:
    """Return the label above a message, "" for one that only has words."""
    if kind == MessageKind.CAN:
        return _("I can help with this") if post is None or post.kind == Kind.REQUEST else _("I would like to use this")
    return _("I know somebody for this") if kind == MessageKind.KNOWS else ""
