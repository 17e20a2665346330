"""Answering from a mail without typing: "yes" and "not now"."""

from portal.answers import services
from portal.answers.models import Message, MessageKind, OneClick, Participant, Side, ThreadState
from portal.answers.services import AnswerDraft, NotPossibleNow
from portal.core.storage.database import transaction


def may_answer(participant: Participant) -> bool:
    """Return whether it is this participant's turn in an open thread, so that a click from a mail means something."""
    return participant.thread.is_open and participant.thread.turn == participant.side


def answer(participant: Participant, act: OneClick, words: str) -> Message:
    """Answer with a click; `words` says more, or why not. Raises NotPossibleNow when it was answered before."""
    with transaction() as session:
        session.refresh(participant.thread)
        if not may_answer(participant):
            raise NotPossibleNow
        if act == OneClick.NOT_NOW:
            return services.set_state(participant, ThreadState.FAILED, words)
        kind = MessageKind.CAN if participant.side == Side.ASKER else MessageKind.TEXT
        return services.send_message(participant, AnswerDraft(words, kind))
