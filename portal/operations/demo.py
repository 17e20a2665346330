"""Loads the demo: facts of the network and invented content, through the same services that views use.

Facts (`facts/*.json`) come from the documents of the action agenda; organisations and persons in `demo/*.json` are
invented, and they are the only authors of posts, events and articles. All dates are relative to the day of loading.
"""

import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from dateutil.easter import easter
from sqlalchemy import delete, select, update
from tqdm import tqdm

from portal.accounts import services as accounts
from portal.accounts.models import Role, User
from portal.actionplan import services as actionplan
from portal.actionplan.models import Theme
from portal.agenda import importing as agenda_facts
from portal.agenda import services as agenda
from portal.agenda.models import EventKind, PlaceMode
from portal.board import importing as board_facts
from portal.board import services as board
from portal.board.models import Kind, Post
from portal.community import services as community
from portal.community.models import Municipality, Organisation
from portal.core import clock
from portal.core.extensions import Model, db
from portal.core.models import ContentVersion
from portal.core.storage.database import transaction
from portal.examples import services as examples
from portal.newsflash import services as newsflash
from portal.newsflash.models import Article
from portal.operations import emptiness, foundation
from portal.operations.demo_threads import Threads
from portal.pages import services as pages
from portal.publishing import services as publishing
from portal.publishing.models import State
from portal.search.models import SearchChange

HERE = Path(__file__).resolve().parent
KEPT_TABLES = {"content_version", "alembic_version", SearchChange.__tablename__}
EDITOR = ("Redacteur Fenna Demo", "redactie1@example.org")
"""The editor who approved submissions and added the events; `demo_people` gives her a password."""
EVENT_TEXTS = ("title", "summary", "body", "venue", "address", "accessibility", "costs", "audience", "language",
               "registration_note")  # fmt: skip
CLOSE_AFTER_DAYS = 30
MOVING, FIXED = (-2, 1, 39, 50), ((4, 27), (5, 5))
"""Public holidays on weekdays: days after Easter (Good Friday to Whit Monday), and fixed dates (month, day)."""
THURSDAY = 3
SATURDAY = 5
"""Days of the week as returned by `date.weekday()`; issues of the nieuwsflits appear on Thursdays."""


class NotADemo(Exception):
    """The database holds real content, which demo content would replace."""


def load() -> None:
    """Load everything in one transaction, replacing an earlier demo; raises NotADemo if there is real content."""
    with transaction() as session:
        if not session.scalar(select(ContentVersion.demo)) and (found := emptiness.find_content()):
            raise NotADemo(f"demo content would replace what is here ({found}); use an empty PORTAL_INSTANCE")
        _clear()
        session.execute(update(ContentVersion).values(demo=True, removed_version=ContentVersion.number + 1))
        _load_facts()
        organisations, people = _load_cast()
        editor = accounts.add_user(*EDITOR)
        editor.role = Role.EDITOR
        _load_posts(organisations, people, editor, Threads(invented("threads"), people, organisations))
        _load_events(editor)
        _load_news(organisations, people, editor)
        foundation.add_missing_content()


def _clear() -> None:
    """Delete what an earlier demo loaded, search documents included."""
    for table in reversed(Model.metadata.sorted_tables):
        if table.name not in KEPT_TABLES:
            db.session.execute(delete(table))
    db.session.expire_all()


def facts(name: str) -> dict[str, Any]:
    """Return the content of a file of facts, such as "organisations"; `facts/SCHEMA.md` gives its structure."""
    rows: dict[str, Any] = json.loads((HERE / "facts" / f"{name}.json").read_text(encoding="utf-8"))
    return rows


def invented(name: str) -> list[dict[str, Any]]:
    """Return the content of a file of invented data, such as "people"."""
    rows: list[dict[str, Any]] = json.loads((HERE / "demo" / f"{name}.json").read_text(encoding="utf-8"))
    return rows


def _progress(rows: list[dict[str, Any]], label: str) -> Iterable[dict[str, Any]]:
    return tqdm(rows, desc=f"{label:<15}", unit="", file=sys.stderr, disable=not sys.stderr.isatty())


def _load_facts() -> None:
    organisations, categories, targets = facts("organisations"), facts("categories"), facts("targets")
    community.import_municipalities(targets["municipalities"])
    community.import_organisations(organisations)
    actionplan.import_agendas(facts("themes"), facts("actions"), organisations)
    board_facts.import_categories(categories)
    agenda_facts.import_kinds(categories)
    agenda_facts.import_events(facts("events"))
    examples.import_examples(facts("examples"))
    pages.import_ways(targets["ways_to_contribute"])


def _load_cast() -> tuple[dict[str, Organisation], dict[str, User]]:
    """Return the invented organisations by slug and persons by key."""
    organisations, people = {}, {}
    for row in _progress(invented("organisations"), "organisaties"):
        organisations[row["slug"]] = community.add_organisation(
            slug=row["slug"],
            name=row["name"],
            kind=row["kind"],
            place=_municipality_name(row["municipality"]),
            summary=row["summary"],
            website=row["website"],
            is_invented=True,
        )
    for row in _progress(invented("people"), "personen"):
        people[row["key"]] = user = accounts.add_user(row["name"], row["email"])
        user.confirmed_at = clock.now()  # who has no account that works is asked nothing, so nobody could answer
        since = clock.today() - timedelta(days=400 + len(people) * 11)
        community.seat_person(user, organisations[row["organisation"]], row["function"], row["bio"], since)
    return organisations, people


def _municipality_name(slug: str) -> str:
    label: str = facts("targets")["municipalities"][slug]["label"]
    return label


def _load_posts(
    organisations: dict[str, Organisation], people: dict[str, User], editor: User, threads: Threads
) -> None:
    rows = sorted(invented("posts_1") + invented("posts_2"), key=lambda row: (-row["age_days"], row["key"]))
    for row in _progress(rows, "vraag en aanbod"):
        published = _at(-row["age_days"], row["key"])
        draft = board.PostDraft(
            kind=Kind(row["kind"]),
            category=row["category"],
            title=row["title"],
            body=row["body"],
            themes=tuple(row["themes"]),
            levels=tuple(row["levels"]),
            municipality=row["municipality"],
            period=row["period"],
            places=row["places"],
            reply_by=_reply_by(row),
            requirements=row["requirements"],
        )
        organisation = organisations[row["organisation"]] if row["organisation"] else None
        with _at_moment(published):
            post = board.submit_post(people[row["author"]], draft, organisation)
            if not post.is_visible:
                board.approve_post(post, editor)
        threads.about(post, row["key"])
        _lead_on(post, row)
    threads.without_post()


def _lead_on(post: Post, row: dict[str, Any]) -> None:
    """Bring a post to its state in the demo, through the same services as its author or a periodic job."""
    assert post.published_at is not None
    with _at_moment(_later(post.published_at, CLOSE_AFTER_DAYS)):
        if row["state"] == "in-gesprek":
            board.set_in_conversation(post, post.author, talking=True)
        elif row["state"] == "vervuld":
            board.fulfil_post(post, post.author, row["closed_note"])
        elif row["state"] == "ingetrokken":
            board.withdraw_post(post, post.author, row["closed_note"])
    if row["state"] == "verlopen":
        with _at_moment(_later(post.published_at, board.OPEN_FOR.days)):
            board.expire_due_posts(clock.now())


def _later(moment: datetime, days: int) -> datetime:
    """Return the moment some days after another, or now if that is earlier."""
    return min(moment + timedelta(days=days), clock.now() - timedelta(hours=1))


def _reply_by(row: dict[str, Any]) -> date | None:
    if row["reply_by_days"] is None:
        return None
    return clock.today() + timedelta(days=row["reply_by_days"] - (row["age_days"] if row["age_days"] > 90 else 0))


def _load_events(editor: User) -> None:
    for row in _progress(invented("events"), "agenda"):
        day = _working_day(clock.today() + timedelta(days=row["offset_days"]), ahead=row["offset_days"] >= 0)
        last_day = day + timedelta(days=row["duration_days"] - 1)
        times = agenda.wall_times(day, last_day, _clock_time(row["start"]), _clock_time(row["end"]))
        event = agenda.submit_event(editor, _event_draft(row, day), times)
        if row["status"] == "cancelled":
            agenda.cancel_event(event, editor, row["status_reason"], event.version)
        elif row["status"] == "postponed":
            agenda.postpone_event(event, editor, None, row["status_reason"], event.version)
        elif row["report"]:
            agenda.write_report(event, row["report"])


def _event_draft(row: dict[str, Any], day: date) -> agenda.EventDraft:
    deadline = row["registration_deadline_days"]
    return agenda.EventDraft(
        texts={name: row[name] for name in EVENT_TEXTS},
        kind=agenda.get_rows(EventKind, [row["kind"]])[0],
        place_mode=PlaceMode(row["place_mode"]),
        municipality=agenda.get_rows(Municipality, [row["municipality"]])[0] if row["municipality"] else None,
        themes=tuple(agenda.get_rows(Theme, row["themes"])),
        action=None,
        organisers=tuple(agenda.get_rows(Organisation, row["organisers"])),
        capacity=row["capacity"],
        registration_deadline=None if deadline is None else day - timedelta(days=deadline),
    )


def _working_day(day: date, *, ahead: bool) -> date:
    """Return the day itself, or the nearest working day on the same side of today."""
    while _is_closed(day):
        day += timedelta(days=1 if ahead else -1)
    return day


def _is_closed(day: date) -> bool:
    """Return whether a day is in a weekend, a Dutch public holiday, or between Christmas and New Year."""
    after_easter = (day - easter(day.year)).days
    between_years = (day.month, day.day) >= (12, 24) or (day.month, day.day) <= (1, 2)
    return day.weekday() >= SATURDAY or between_years or after_easter in MOVING or (day.month, day.day) in FIXED


def _clock_time(text: str | None) -> time | None:
    return time.fromisoformat(text) if text else None


def _load_news(organisations: dict[str, Organisation], people: dict[str, User], editor: User) -> None:
    issues = sorted(invented("issues"), key=lambda row: int(row["number"]))
    shift = (clock.today() + timedelta(days=issues[-1]["offset_days"]) - timedelta(days=THURSDAY)).weekday()
    day_of = {key: issue["offset_days"] - shift for issue in issues for key in issue["articles"]}
    articles: dict[str, Article] = {}
    rows = sorted(invented("articles"), key=lambda row: (day_of.get(row["key"], -3), row["key"]))
    for row in _progress(rows, "nieuws"):
        draft = newsflash.ArticleDraft(
            title=row["title"],
            lead=row["lead"],
            body=row["body"],
            themes=newsflash.get_themes(row["themes"]),
            organisation=organisations[row["organisation"]],
        )
        with _at_moment(_at(day_of.get(row["key"], -3), row["key"])):
            article = newsflash.submit_article(people[row["author"]], draft)
            if not article.is_public:
                publishing.move(article, State.OPEN, editor)
        articles[row["key"]] = article
    for issue in _progress(issues, "nieuwsflits"):
        newsflash.publish_issue(
            number=issue["number"],
            published_on=clock.today() + timedelta(days=issue["offset_days"] - shift),
            title=issue["title"],
            intro=issue["intro"],
            articles=[articles[key] for key in issue["articles"]],
        )


@contextmanager
def _at_moment(moment: datetime) -> Iterator[None]:
    """Set the clock to another moment within the block."""
    with clock.at(moment):
        yield
        db.session.flush()


def _at(offset_days: int, key: str) -> datetime:
    """Return a moment in office hours on a day relative to today; the time of day depends only on the key."""
    minutes = sum(map(ord, key)) * 37 % 480
    moment = clock.from_local(clock.today() + timedelta(days=offset_days), time(8, 30)) + timedelta(minutes=minutes)
    return min(moment, clock.now() - timedelta(minutes=5 + minutes % 50))
