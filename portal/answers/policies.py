"""Rules for who may answer a post and who takes part in a thread."""

from portal.accounts.models import User
from portal.answers.models import Participant, Side, Thread
from portal.board import policies as board
from portal.board.models import Post
from portal.community.policies import speaks_for


def may_answer(user: User | None, post: Post) -> bool:
    """Return whether somebody (None: a visitor) may answer a post: everyone but its owners, while it is open."""
    return post.is_active and not (user is not None and board.is_own(user, post))


def may_take_part(participant: Participant) -> bool:
    """Return whether a participant may still read and write in the thread.

    On the owner's side of an organisation's post that is only as long as the person has a seat there; editors are
    there when the organisation has nobody. A thread that the editors still hold is only there for who began it.
    """
    if participant.side == Side.OWNER and participant.thread.held_at is not None:
        return False
    if participant.is_broker:
        return participant.user is not None and participant.user.is_editor
    organisation = participant.thread.owner_organisation
    if participant.side != Side.OWNER or organisation is None or participant.user is None:
        return True
    return participant.user.is_editor or speaks_for(participant.user, [organisation])


def may_let_in(participant: Participant) -> bool:
    """Return whether a participant may let colleagues read along: on the owner's side of an organisation's post."""
    thread: Thread = participant.thread
    return participant.side == Side.OWNER and thread.owner_organisation is not None
