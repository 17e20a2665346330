"""What fits one post, among all posts: processor time in process, as a page of a post asks for it."""

import random
import time
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import select

from portal import create_app
from portal.board import queries as board
from portal.board.models import Post
from portal.core.config import from_environment
from portal.core.extensions import db
from portal.matching import jobs, live_index, queries
from portal.publishing.models import ACTIVE

POSTS = 200


class Measured(NamedTuple):
    """Milliseconds for one post (median and 95th percentile), and seconds to fill the index of a process."""

    usual: float
    slow: float
    filling: float


def measure(instance: Path) -> Measured:
    """Store the terms of all posts as the worker does, fill the index, and ask what fits some of them."""
    app = create_app(from_environment({"PORTAL_INSTANCE": str(instance), "PORTAL_LOG_LEVEL": "error"}))
    with app.test_request_context():
        while jobs.store_batch() == jobs.BATCH:
            pass
        began = time.process_time()
        with live_index.current():
            filling = time.process_time() - began
        ids = list(db.session.scalars(select(Post.id).where(Post.state.in_(ACTIVE)).order_by(Post.id)))
        chosen = random.Random(1).sample(ids, min(POSTS, len(ids)))  # noqa: S311  # the same posts at every run
        spent = sorted(_matching(post_id) for post_id in chosen)
    return Measured(spent[len(spent) // 2], spent[len(spent) * 95 // 100], filling)


def _matching(post_id: int) -> float:
    """Return how many milliseconds the matches of a post take; the post itself is read before."""
    db.session.expunge_all()
    post = board.get_post(post_id)
    assert post is not None
    began = time.process_time()
    queries.list_matches(post, None)
    return (time.process_time() - began) * 1000
