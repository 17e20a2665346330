"""The signed link in an invitation with which somebody refuses further ones, without signing in."""

import hashlib

from flask import current_app
from itsdangerous import BadData, URLSafeSerializer

from portal.core.extensions import db
from portal.matching.models import MatchInvitation

PATH = "/uitnodigingen/weigeren/"
LONGEST = 200


def refuse_path(invitation: MatchInvitation) -> str:
    """Return the path at which who was invited refuses."""
    return f"{PATH}{_serializer().dumps(invitation.id)}"


def read_token(token: str) -> MatchInvitation | None:
    """Return the invitation of a token; None for a token that is not ours, and for an invitation that was deleted."""
    try:
        invitation_id = _serializer().loads(token[:LONGEST])
    except (BadData, TypeError, ValueError):
        return None
    return db.session.get(MatchInvitation, invitation_id) if isinstance(invitation_id, int) else None


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(
        current_app.config["SECRET_KEY"], salt="matching.refuse", signer_kwargs={"digest_method": hashlib.sha256}
    )
