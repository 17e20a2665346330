"""The signed link in the expiry mail that extends a post without signing in; valid for one post and one last day."""

from datetime import datetime

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer

from portal.board import queries
from portal.board.models import Post

SALT = "board.extend"
LONGEST = 200


def make_path(post: Post) -> str:
    """Return the path that extends a post; it becomes invalid once the post has another last day."""
    return f"/vraag-en-aanbod/verlengen/{_serializer().dumps([post.id, _timestamp(post.expires_at)])}"


def read_token(token: str) -> tuple[Post, bool] | None:
    """Return the post of a token and whether the token is still valid; None for a token with a bad signature."""
    try:
        post_id, stamp = _serializer().loads(token[:LONGEST])
    except (BadSignature, ValueError, TypeError):
        return None
    post = queries.get_post(post_id)
    return (post, _timestamp(post.expires_at) == stamp) if post else None


def _timestamp(moment: datetime | None) -> int:
    return int(moment.timestamp()) if moment else 0


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt=SALT)
