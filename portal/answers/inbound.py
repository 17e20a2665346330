"""Replies by mail: each lands in its thread as a message of the participant whose reply address it was sent to."""

import re
from datetime import timedelta

from sqlalchemy import func, select

from portal.answers import held, links, policies, services
from portal.answers.models import LONGEST_MESSAGE, HoldReason, Message, Participant
from portal.answers.services import AnswerDraft, NotPossibleNow
from portal.core import clock
from portal.core.extensions import db
from portal.mail import addresses, bounces
from portal.mail.inbound import handlers, replies, reply_addresses
from portal.mail.inbound.handlers import Fate, Handler, UnknownAddress
from portal.mail.inbound.parsing import Incoming

MOST_PER_HOUR = 10
REPEATED_WITHIN = timedelta(days=1)
SHORT = 30
"""A text up to this many characters may be said twice: "Ja, graag."."""
OUR_LINK = re.compile(r"\S*(?:/|%2F)antwoorden(?:/|%2F)\S*", re.IGNORECASE)
REMOVED = "…"


def deliver(participant_id: int, mail: Incoming) -> Fate:
    """Write a mail in the thread of a participant, or hold it, and tell its sender so."""
    participant = _find(participant_id)
    address = _address(participant)
    draft = _draft(mail)
    reason = HoldReason.SENDER if mail.sender != address.lower() else _reason_to_hold(participant, draft)
    if reason is None:
        try:
            services.send_message(participant, draft)
        except NotPossibleNow:
            reason = HoldReason.CLOSED
    if mail.sender == address.lower():
        bounces.clear(address)
    if reason is None:
        return Fate.DELIVERED
    held.hold(participant, reason, mail.sender, draft)
    if reason != HoldReason.REPEATED:
        replies.tell_sender(mail, reason)
    return Fate.HELD


def find_address(participant_id: int) -> str | None:
    """Return the address of a participant, to whom mails with this reply address go."""
    return _address(_find(participant_id))


def _find(participant_id: int) -> Participant:
    participant = db.session.get(Participant, participant_id)
    if participant is None or not (participant.user or participant.guest) or not _takes_part(participant):
        raise UnknownAddress
    return participant


def _takes_part(participant: Participant) -> bool:
    return policies.may_take_part(participant) and (participant.user is None or participant.user.is_active)


def _address(participant: Participant) -> str:
    person = participant.user or participant.guest
    return person.email if person else ""


def _draft(mail: Incoming) -> AnswerDraft:
    """Return what a mail says; the other side must not see addresses, nor links that are meant for its sender."""
    body = reply_addresses.CODE.sub(REMOVED, OUR_LINK.sub(REMOVED, mail.reply))[:LONGEST_MESSAGE].strip()
    whole = addresses.mask_all(OUR_LINK.sub(REMOVED, mail.full_text))
    return AnswerDraft(body, full_text=whole, dropped_files=mail.dropped_files)


def _reason_to_hold(participant: Participant, draft: AnswerDraft) -> HoldReason | None:
    if not draft.body:
        return HoldReason.EMPTY
    by_mail = (
        Message.thread_id == participant.thread_id,
        Message.side == participant.side,
        Message.user_id.is_not_distinct_from(participant.user_id),
        Message.guest_id.is_not_distinct_from(participant.guest_id),
        Message.full_text.is_not(None),
    )
    moment = clock.now()
    lately = select(func.count()).select_from(Message)
    lately = lately.where(*by_mail, Message.created_at > moment - timedelta(hours=1))
    if (db.session.scalar(lately) or 0) >= MOST_PER_HOUR:
        return HoldReason.MANY
    before = select(Message.body).where(*by_mail, Message.created_at > moment - REPEATED_WITHIN)
    last = db.session.scalar(before.order_by(Message.id.desc()).limit(1))
    return HoldReason.REPEATED if last == draft.body and len(draft.body) > SHORT else None


handlers.register(links.LETTER, Handler(deliver, find_address))
