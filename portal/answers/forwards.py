"""Telling somebody about a post, on behalf of who answered it: once per post and address, and never after a refusal."""

import hashlib
import hmac

from flask import current_app
from itsdangerous import BadData, URLSafeSerializer
from sqlalchemy import select

from portal.answers.blueprint import PATH
from portal.answers.conduct_models import Forward, ForwardRefusal
from portal.board.models import Post
from portal.core.extensions import db
from portal.core.i18n import lazy_gettext
from portal.core.storage.database import transaction
from portal.mail import kinds
from portal.mail import services as mail

MAIL_FORWARD = kinds.register(kinds.Kind("answer.forward", lazy_gettext("A post that somebody passes on to you"))).name
LONGEST_TOKEN = 200


def address_hash(address: str) -> str:
    """Return the keyed hash by which an address is known here; the address itself is not stored."""
    key = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.new(key, address.strip().lower().encode(), hashlib.sha256).hexdigest()


def forward(post: Post, sender: str, name: str, address: str) -> bool:
    """Mail a post to somebody; return False when that was done before, or the person refuses such mails.

    `sender` is shown in the mail, `name` is whom it is for.
    """
    known = address_hash(address)
    with transaction() as session:
        before = select(Forward.id).where(Forward.post_id == post.id, Forward.address_hash == known)
        if session.get(ForwardRefusal, known) is not None or session.scalar(before) is not None:
            return False
        session.add(Forward(post_id=post.id, address_hash=known))
        session.flush()
        mail.send(
            MAIL_FORWARD,
            address,
            "answers/forward",
            unique=f"answer-forward-{post.id}-{known[:32]}",
            post=post,
            sender=sender,
            named=name,
            refuse_path=refuse_path(known),
        )
        return True


def refuse_path(known: str) -> str:
    """Return the path at which the owner of an address, given as its hash, refuses such mails."""
    return f"{PATH}niet-doorsturen/{_serializer().dumps(known)}"


def read_token(token: str) -> str | None:
    """Return the hash of the address in the link of a forwarded mail; None for a link that is not ours."""
    try:
        known = _serializer().loads(token[:LONGEST_TOKEN])
    except (BadData, TypeError, ValueError):
        return None
    return known if isinstance(known, str) else None


def refuse(known: str) -> None:
    """Never mail a post to this address (as its hash) again."""
    with transaction() as session:
        if session.get(ForwardRefusal, known) is None:
            session.add(ForwardRefusal(address_hash=known))


def is_refused(known: str) -> bool:
    """Return whether an address, as its hash, gets no forwarded posts."""
    return db.session.get(ForwardRefusal, known) is not None


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(
        current_app.config["SECRET_KEY"], salt="answers.forward", signer_kwargs={"digest_method": hashlib.sha256}
    )
