"""What it costs to mail what is new to everybody who follows the board: processor time per alert."""

import random
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import func, insert, select, update

from portal import create_app
from portal.accounts.models import User
from portal.alerts import sending
from portal.alerts.models import Alert, Frequency
from portal.board.models import Category, Post
from portal.community.models import Municipality
from portal.core import clock
from portal.core.config import from_environment
from portal.core.extensions import db
from portal.core.storage.database import raise_content_version, transaction
from portal.mail.models import MailMessage
from portal.search import services as search
from tests.benchmarks.seed import SUBJECTS

SUBSCRIBERS, NEW_POSTS = 5_000, 200
WITH_WORDS = 0.1
"""The share of alerts with search words."""


def cost(instance: Path) -> tuple[float, int]:
    """Return the processor time per alert in milliseconds, and how many mails there were.

    The instance holds posts of `seed_posts`, of which the newest become new.
    """
    app = create_app(from_environment({"PORTAL_INSTANCE": str(instance), "PORTAL_LOG_LEVEL": "error"}))
    with app.app_context():
        moment = clock.now()
        _follow(moment)
        search.rebuild()
        with clock.at(moment + timedelta(minutes=10)):
            began = time.process_time()
            mails = sending.send_due(clock.now())
            spent = time.process_time() - began
        assert db.session.scalar(select(func.count()).where(MailMessage.kind == sending.MAIL)) == mails
        db.session.remove()
        db.engine.dispose()
    return spent / SUBSCRIBERS * 1000, mails


def _follow(moment: datetime) -> None:
    """Let 5,000 people follow what people follow, and publish 200 posts now."""
    draw = random.Random(9)  # noqa: S311  # the same at every run
    categories = db.session.scalars(select(Category.slug)).all()
    places = db.session.scalars(select(Municipality.slug)).all()
    newest = select(Post.id).where(Post.state == "open").order_by(Post.published_at.desc()).limit(NEW_POSTS)
    with transaction() as session:
        people = [{"name": f"Volger {n}", "email": f"volger{n}@example.org", "confirmed_at": moment}
                  for n in range(SUBSCRIBERS)]  # fmt: skip
        ids = session.scalars(insert(User).returning(User.id), people).all()
        session.execute(insert(Alert), [
            {"user_id": user_id, "list_slug": "vraag-en-aanbod", "query": _query(draw, categories, places),
             "frequency": Frequency.DAILY, "seen_until": moment - timedelta(days=1), "due_at": moment}
            for user_id in ids
        ])  # fmt: skip
        number = raise_content_version(session)
        session.execute(
            update(Post)
            .where(Post.id.in_(session.scalars(newest).all()))
            .values(published_at=moment, changed_version=number)
        )


def _query(draw: random.Random, categories: Any, places: Any) -> str:
    pairs = [("rubriek", draw.choice(categories))]
    if draw.random() < 0.5:
        pairs.append(("gemeente", draw.choice(places)))
    if draw.random() < 0.3:
        pairs.append(("soort", draw.choice(("aanbod", "vraag"))))
    if draw.random() < WITH_WORDS:
        pairs = [("q", draw.choice(SUBJECTS))]
    return urlencode(sorted(pairs))
