"""The signed link of a guest to a thread; it needs no account and works as long as the thread exists."""

import hashlib

from flask import current_app
from itsdangerous import BadData, URLSafeSerializer

from portal.answers.blueprint import PATH
from portal.answers.models import Participant
from portal.core.extensions import db

LONGEST = 200


def guest_path(participant: Participant) -> str:
    """Return the path of a guest's page of a thread."""
    return f"{PATH}gast/{_serializer().dumps(participant.id)}"


def participant_path(participant: Participant) -> str:
    """Return the path of a thread as one participant sees it."""
    return guest_path(participant) if participant.guest_id else participant.thread.path


def read_guest_token(token: str) -> Participant | None:
    """Return the guest's row in a thread; None for a token that is not ours, and when the guest became a member."""
    try:
        participant_id = _serializer().loads(token[:LONGEST])
    except (BadData, TypeError, ValueError):
        return None
    found = db.session.get(Participant, participant_id) if isinstance(participant_id, int) else None
    return found if found is not None and found.guest_id is not None else None


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(
        current_app.config["SECRET_KEY"], salt="answers.guest", signer_kwargs={"digest_method": hashlib.sha256}
    )
