"""Signed tokens in unsubscribe links, which work without signing in."""

import hashlib

from flask import current_app
from itsdangerous import BadData, URLSafeSerializer

from portal.mail import kinds


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(
        current_app.config["SECRET_KEY"], salt="mail.unsubscribe", signer_kwargs={"digest_method": hashlib.sha256}
    )


def make(user_id: int, kind: str) -> str:
    """Return the signed token of a person and a kind of mail; it never changes."""
    return str(_signer().dumps([user_id, kind]))


def read(token: str) -> tuple[int, kinds.Kind] | None:
    """Return the person and kind of a token, None when its signature is invalid."""
    try:
        user_id, name = _signer().loads(token)
    except (BadData, TypeError, ValueError):
        return None
    kind = kinds.find(name)
    return (user_id, kind) if kind is not None and kind.can_be_refused else None
