"""The signed links in mails: to a thread, to its outcome, and to answering with one click. They need no account."""

import hashlib

from flask import current_app
from itsdangerous import BadData, URLSafeSerializer, URLSafeTimedSerializer

from portal.answers.blueprint import PATH
from portal.answers.models import OneClick, Participant
from portal.core.extensions import db

LONGEST = 200
GUEST, OUTCOME = "answers.guest", "answers.outcome"
"""What a signature is for, so that one kind of link does not open another."""
LETTER = "g"
"""In the reply addresses of a thread, followed by the number of a participant."""
ONE_CLICK_LASTS_SECONDS = 60 * 86_400


def guest_path(participant: Participant) -> str:
    """Return the path of a guest's page of a thread."""
    return f"{PATH}gast/{_serializer().dumps(participant.id)}"


def participant_path(participant: Participant) -> str:
    """Return the path of a thread as one participant sees it."""
    return guest_path(participant) if participant.guest_id else participant.thread.path


def outcome_path(participant: Participant) -> str:
    """Return the path at which a participant, also a member who is not signed in, tells what came of a thread."""
    return f"{PATH}resultaat/{_serializer(OUTCOME).dumps(participant.id)}"


def read_guest_token(token: str) -> Participant | None:
    """Return the guest's row in a thread; None for a token that is not ours, and when the guest became a member."""
    found = _read(GUEST, token)
    return found if found is not None and found.guest_id is not None else None


def read_outcome_token(token: str) -> Participant | None:
    """Return the participant to whom the link of `outcome_path` was mailed; None for a token that is not ours."""
    return _read(OUTCOME, token)


def _read(salt: str, token: str) -> Participant | None:
    try:
        participant_id = _serializer(salt).loads(token[:LONGEST])
    except (BadData, TypeError, ValueError):
        return None
    return db.session.get(Participant, participant_id) if isinstance(participant_id, int) else None


def _serializer(salt: str = GUEST) -> URLSafeSerializer:
    return URLSafeSerializer(
        current_app.config["SECRET_KEY"], salt=salt, signer_kwargs={"digest_method": hashlib.sha256}
    )


def one_click_path(participant: Participant, act: OneClick) -> str:
    """Return the path of the page on which a participant answers with one click, without signing in."""
    return f"{PATH}snel/{_timed_serializer().dumps([participant.id, act])}"


def read_one_click_token(token: str) -> tuple[Participant, OneClick] | None:
    """Return who answers and what; None for a token that is not ours, is too old, or whose participant is gone."""
    try:
        participant_id, act = _timed_serializer().loads(token[:LONGEST], max_age=ONE_CLICK_LASTS_SECONDS)
        found = db.session.get(Participant, participant_id)
        return (found, OneClick(act)) if found is not None else None
    except (BadData, TypeError, ValueError):
        return None


def _timed_serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(
        current_app.config["SECRET_KEY"], salt="answers.one-click", signer_kwargs={"digest_method": hashlib.sha256}
    )
