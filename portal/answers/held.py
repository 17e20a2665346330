"""Mail to a thread that is held until the participant says whether it must be placed."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, select

from portal.answers import services
from portal.answers.models import LONGEST_MESSAGE, HeldMail, HoldReason, Message, Participant
from portal.answers.services import AnswerDraft
from portal.core.extensions import db
from portal.core.storage.database import transaction

MOST_HELD = 10
"""Per participant; of more, the oldest are deleted."""
KEPT = timedelta(days=30)


def hold(participant: Participant, reason: HoldReason, sender: str, draft: AnswerDraft) -> None:
    """Keep a mail for a participant; one without any text is not kept."""
    if not (draft.body or draft.full_text):
        return
    with transaction() as session:
        session.add(
            HeldMail(
                participant=participant,
                reason=reason,
                sender=sender[:254],
                body=draft.body,
                full_text=draft.full_text or "",
                dropped_files=draft.dropped_files,
            )
        )
        session.flush()
        for row in list_held(participant)[MOST_HELD:]:
            session.delete(row)


def list_held(participant: Participant) -> Sequence[HeldMail]:
    """Return the mail that is held for a participant, the newest first."""
    statement = select(HeldMail).where(HeldMail.participant_id == participant.id)
    return db.session.scalars(statement.order_by(HeldMail.id.desc())).all()


def get_held(participant: Participant, held_id: int) -> HeldMail | None:
    """Return a mail that is held for this participant; None for that of somebody else."""
    row = db.session.get(HeldMail, held_id)
    return row if row is not None and row.participant_id == participant.id else None


def place_held(row: HeldMail) -> Message:
    """Write a held mail in its thread after all. Raises NotPossibleNow in a closed thread."""
    with transaction() as session:
        body = row.body or row.full_text[:LONGEST_MESSAGE]
        draft = AnswerDraft(body, full_text=row.full_text, dropped_files=row.dropped_files)
        message = services.send_message(row.participant, draft)
        session.delete(row)
        return message


def drop_held(row: HeldMail) -> None:
    """Delete a held mail."""
    with transaction() as session:
        session.delete(row)


def delete_old(at: datetime) -> None:
    """Delete the mail that nobody placed in time."""
    with transaction() as session:
        session.execute(delete(HeldMail).where(HeldMail.created_at < at - KEPT))
