"""Many posts for measuring: the same ones at every run, written past the services in bulk."""

import json
import random
from datetime import timedelta
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from portal.accounts.models import User
from portal.actionplan import services as actionplan
from portal.actionplan.models import Theme
from portal.board import importing as board_importing
from portal.board import services as board
from portal.board.levels import LEVELS
from portal.board.models import Category, Kind, Post, PostLevel, post_theme
from portal.community import services as community
from portal.community.models import Municipality, Organisation
from portal.core import clock
from portal.core.storage.database import raise_content_version, transaction
from portal.core.text import render_markdown, slugify
from portal.operations import demo
from portal.publishing.models import State

BATCH = 2_000
AUTHORS = 400
OPEN_SHARE = 0.7
STATES = (State.FULFILLED, State.EXPIRED, State.WITHDRAWN)
SUBJECTS = (
    "lassen", "verpleegtechniek", "programmeren", "glastuinbouw", "boekhouden", "metselen", "ouderenzorg", "robotica",
    "drukwerk", "waterbeheer", "horeca", "logistiek", "kinderopvang", "zonnepanelen", "recht", "toerisme",
    "fietstechniek",
)  # fmt: skip
SHAPES = ("Meelopen bij", "Een middag over", "Opdracht rond", "Wie weet raad met", "Plek voor", "Lesmateriaal over")
PLACES = (
    "de haven",
    "het stadhuis",
    "een familiebedrijf",
    "het streekziekenhuis",
    "een kas van zes hectare",
    "de brugklas",
)
SENTENCES = (
    "U komt binnen door de werkplaats, want de voordeur gebruiken wij nooit.",
    "Twee ochtenden per week is genoeg om de leerlingen het hele proces te laten zien.",
    "De klas bereidt vragen voor en schrijft na afloop een verslag van een halve bladzijde.",
    "Gereedschap en koffie staan klaar; werkkleding lenen wij uit.",
    "Onze planner belt een week van tevoren om de tijden door te nemen.",
    "Er is plaats voor een rolstoel, en de bushalte ligt op vijf minuten lopen.",
    "Wij leren zelf ook: vorig jaar veranderde een leerling onze manier van inpakken.",
)


def seed_posts(session: Session, count: int = 20_000) -> None:
    """Write posts beside what is there, the facts too when there are none, in transactions of its own."""
    if session.scalar(select(Organisation.id).limit(1)) is None:
        _load_facts()
    with transaction():
        session.add_all(User(name=f"Lid {number}", email=f"lid{number}@example.org") for number in range(AUTHORS))
        session.flush()
        choices = _Choices(session)
        for first in range(0, count, BATCH):
            _insert(session, [choices.post(number) for number in range(first, min(first + BATCH, count))])
        number = raise_content_version(session)
        session.execute(update(Post).where(Post.id > choices.last_id).values(changed_version=number))


def _load_facts() -> None:
    """Load the facts that posts refer to."""
    organisations = _facts("organisations")
    community.import_municipalities(_facts("targets")["municipalities"])
    community.import_organisations(organisations)
    actionplan.import_agendas(_facts("themes"), _facts("actions"), organisations)
    board_importing.import_categories(_facts("categories"))


def _facts(name: str) -> dict[str, Any]:
    facts: dict[str, Any] = json.loads((demo.HERE / "facts" / f"{name}.json").read_text(encoding="utf-8"))
    return facts


class _Choices:
    """Draws posts; the same number always gives the same post, apart from its id and the day of today."""

    def __init__(self, session: Session) -> None:
        self.categories = list(session.scalars(select(Category.id).order_by(Category.id)))
        self.municipalities = list(session.scalars(select(Municipality.id).order_by(Municipality.id)))
        self.organisations = list(session.scalars(select(Organisation.id).order_by(Organisation.id)))
        self.themes = list(session.scalars(select(Theme.id).order_by(Theme.number)))
        self.authors = list(session.scalars(select(User.id).order_by(User.id)))
        self.first_id = (session.scalar(select(func.max(Post.id))) or 0) + 1
        self.last_id = session.scalar(select(func.max(Post.id))) or 0
        self.now = clock.now().replace(minute=0, second=0, microsecond=0)

    def post(self, number: int) -> dict[str, Any]:
        """Return the columns of a post, with `themes` and `levels` beside them."""
        draw = random.Random(number)  # noqa: S311  # repeatable, and no secret
        title = f"{draw.choice(SHAPES)} {draw.choice(SUBJECTS)} in {draw.choice(PLACES)} ({number})"
        body = "\n\n".join(" ".join(draw.choices(SENTENCES, k=4)) for _paragraph in range(3))
        is_open = draw.random() < OPEN_SHARE
        published = self.now - timedelta(minutes=number * 3 + draw.randrange(3))
        return {
            "id": self.first_id + number,
            "slug": slugify(title),
            "kind": draw.choice(tuple(Kind)),
            "category_id": draw.choice(self.categories),
            "title": title,
            "body": body,
            "body_html": render_markdown(body) if number < 200 else f"<p>{body}</p>",
            "excerpt": body[:170],
            "author_id": draw.choice(self.authors),
            "organisation_id": draw.choice(self.organisations) if draw.random() < 0.9 else None,
            "municipality_id": draw.choice(self.municipalities),
            "period": "twee ochtenden per week",
            "places": draw.randrange(1, 20) if draw.random() < 0.6 else None,
            "reply_by": self._reply_by(draw),
            "requirements": "VOG" if draw.random() < 0.3 else None,
            "state": State.OPEN if is_open else draw.choice(STATES),
            "published_at": published,
            "expires_at": published + board.OPEN_FOR,
            "closed_at": None if is_open else published + timedelta(days=1),
            "created_at": published,
            "updated_at": published,
            "changed_version": 0,
            "themes": draw.sample(self.themes, k=draw.choice((0, 1, 1, 2))),
            "levels": draw.sample(tuple(LEVELS), k=draw.choice((0, 1, 2, 3))),
        }

    def _reply_by(self, draw: random.Random) -> Any:
        return clock.today() + timedelta(days=draw.randrange(-30, 60)) if draw.random() < 0.5 else None


def _insert(session: Session, posts: list[dict[str, Any]]) -> None:
    themes = [{"post_id": post["id"], "theme_id": theme} for post in posts for theme in post.pop("themes")]
    levels = [{"post_id": post["id"], "level": level} for post in posts for level in post.pop("levels")]
    session.execute(insert(Post), posts)
    session.execute(insert(post_theme), themes)
    session.execute(insert(PostLevel), levels)
