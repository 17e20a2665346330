"""A portal in which every text was written by somebody who means harm."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import JSON, String, inspect, select

from portal.accounts.models import User
from portal.actionplan.models import (
    Action,
    ActionAgenda,
    ActionParty,
    Ambition,
    PartyRole,
    Signature,
    Subtheme,
    Theme,
)
from portal.agenda.models import Event, EventKind
from portal.board.models import Category, Kind, Post, PostLevel
from portal.community.models import Municipality, Organisation, OrganisationName, Seat
from portal.core.extensions import Model
from portal.core.storage.database import transaction
from portal.core.text import excerpt, plain_text, render_markdown
from portal.examples.models import Condition, Example, ExampleType
from portal.newsflash.models import Article, Issue, IssueArticle
from portal.pages.models import Page, WayToContribute
from portal.publishing.models import State
from tests.checks.payloads import STORED

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
CHOSEN = {"organisation.confirmation",
    "slug", "uid", "email", "kind", "state", "level", "place_mode", "date_precision", "language", "month",
    "financing_state", "event.status", "action.status", "action.status_as_of", "action_party.role",
    "way_to_contribute.category", "matrix", "example.place_scope", "search_change.key",
}  # fmt: skip
"""Text columns that hold a choice, a key or a code of ours, never words of a person; some only in one table."""
RENDERED = {"body_html": "body", "report_html": "report"}


def build(texts: Sequence[str] = STORED) -> None:
    """Fill an empty portal with one thing of every kind per text, and write the text in every column for words."""
    with transaction() as session:
        agenda = ActionAgenda(slug="haaglanden", title="", region="", year=2014, summary="")
        bare = ActionAgenda(slug="rijswijk", title="", region="", year=2019, summary="")
        session.add_all([agenda, bare])
        for number, payload in enumerate(texts):
            session.add_all(_network(number, payload, agenda, bare))
            session.flush()
        for row in _everything(session):
            number = inspect(row).identity[0]
            if isinstance(number, int):  # rows known by a name hold no words of people
                write(row, texts[number % len(texts)])


def _everything(session: Any) -> list[Any]:
    classes = sorted((mapper.class_ for mapper in Model.registry.mappers), key=lambda cls: cls.__tablename__)
    return [row for cls in classes for row in session.scalars(select(cls))]


def write(row: Any, payload: str) -> None:
    """Write a text in every column of a row that takes words, and render what is rendered of it."""
    for name in _columns_of_words(type(row)):
        kept = getattr(row, name)
        setattr(row, name, _poisoned_json(kept, payload) if isinstance(kept, list | dict) else payload)
    for rendered, source in RENDERED.items():
        if hasattr(row, rendered):
            setattr(row, rendered, render_markdown(getattr(row, source), trusted=isinstance(row, Page)))
    if isinstance(row, Event) and row.status == "planned":
        row.date_text = None  # with words for a date it has no day, and is in no calendar
    if isinstance(row, Post):
        row.excerpt = excerpt(plain_text(row.body_html))


def mark(row: Any) -> None:
    """Write in every column for words one word of its own, by which it is known wherever it turns up."""
    table, number = row.__tablename__.replace("_", ""), "".join(map(str, inspect(row).identity))
    words = {name: f"merk{table}{name.replace('_', '')}{number}" for name in _columns_of_words(type(row))}
    for name, word in words.items():
        kept = getattr(row, name)
        setattr(row, name, _poisoned_json(kept, word) if isinstance(kept, list | dict) else word)
    for rendered, source in RENDERED.items():
        if hasattr(row, rendered):
            setattr(row, rendered, render_markdown(getattr(row, source), trusted=isinstance(row, Page)))
    if isinstance(row, Post):
        row.excerpt = excerpt(plain_text(row.body_html))


def _columns_of_words(cls: type[Any]) -> list[str]:
    columns = [(column.key, column.columns[0].type) for column in inspect(cls).column_attrs]
    passed = CHOSEN | RENDERED.keys()
    return [
        name
        for name, kind in columns
        if isinstance(kind, String | JSON) and not {name, f"{cls.__tablename__}.{name}"} & passed
    ]


def _poisoned_json(value: Any, payload: str) -> Any:
    """Return the same shape with the payload for every text in it."""
    if isinstance(value, list):
        return [_poisoned_json(part, payload) for part in value]
    if isinstance(value, dict):
        return {key: _poisoned_json(part, payload) for key, part in value.items()}
    return payload if isinstance(value, str) else value


def _network(number: int, payload: str, agenda: ActionAgenda, bare: ActionAgenda) -> list[Any]:
    """Return the rows of one round, each tied to the others."""
    user = User(name="", email=f"u{number}@example.org")
    municipality = Municipality(slug=f"m{number}", name="")
    organisation = Organisation(
        slug=f"o{number}", name="", kind="mbo", place=payload, website="", is_invented=True,
        names=[OrganisationName(name="", slug=f"n{number}", is_former=former) for former in (True, False)],
        seats=[Seat(user=user, role="", bio="", is_public=True, since=date(2026, 1, 1))],
    )  # fmt: skip
    theme = Theme(agenda=agenda, slug=f"t{number}", number=number + 1, is_focus=number < 8, title="", short_title="",
                  websites=[""])  # fmt: skip
    rows: list[Any] = [user, municipality, organisation, theme]
    rows += _of_agendas(number, theme, organisation, agenda, bare)
    rows += _of_content(number, user, organisation, theme, municipality)
    rows += [
        Page(slug=("over", "privacy", "toegankelijkheid")[number], title="", summary="", body="", body_html="")
    ] if number < 3 else []  # fmt: skip
    rows.append(WayToContribute(slug=f"w{number}", label="", explanation="", category=None, position=number))
    return rows


def _of_agendas(
    number: int, theme: Theme, organisation: Organisation, agenda: ActionAgenda, bare: ActionAgenda
) -> list[Any]:
    subtheme = Subtheme(theme=theme, slug="s", title="", position=1)
    texts: dict[str, Any] = {
        "title": "", "summary": "", "status": "planned", "status_as_of": "2014-02",
        "groups": {"lead": [""], "partner": [""], "intended": [""]}, "websites": [""], "named_items": [""],
        "amounts": [{"eur": 1, "what": "", "payer_org": None, "payer_text": "", "years": [2014]}],
        "figures": [{"label": "", "value": 1, "unit": ""}], "years": [2014],
    }  # fmt: skip
    action = Action(slug=f"t{number}-1", agenda=agenda, theme=theme, subtheme=subtheme, number=1, **texts)
    loose = Action(slug=f"rijswijk-{number}", agenda=bare, number=number + 1, related_themes=[theme], **texts)
    parties = [ActionParty(action=action, organisation=organisation, role=role, provisional=True) for role in PartyRole]
    ambition = Ambition(theme=theme, subtheme=subtheme, text="", position=1)
    signature = Signature(agenda=agenda, organisation=organisation, whole_agenda=number % 2 == 0)
    return [subtheme, action, loose, *parties, ambition, signature]


def _of_content(
    number: int, user: User, organisation: Organisation, theme: Theme, municipality: Municipality
) -> list[Any]:
    moment, day = NOW - timedelta(hours=number), date(2026, 11, 25) + timedelta(days=number % 5)
    tied: dict[str, Any] = {"published_at": moment, "title": "", "body": "", "body_html": "", "themes": [theme]}
    category = Category(slug=f"c{number}", label="", explanation="", synonyms=[""])
    posts = [
        Post(slug=f"p{number}", kind=Kind.REQUEST, category=category, excerpt="", author=user, state=state,
             organisation=organisation, municipality=municipality, level_rows=[PostLevel(level="po")], **tied)
        for state in (State.OPEN, State.FULFILLED)
    ]  # fmt: skip
    event_kind = EventKind(slug=f"k{number}", label="", explanation="", synonyms=[""])
    events = [
        Event(uid=f"e{number}-{status}@x", slug=f"e{number}", kind=event_kind, summary="", first_day=day, last_day=day,
              municipality=municipality, organisers=[organisation], status=status, state=State.OPEN, **tied)
        for status in ("planned", "cancelled")
    ]  # fmt: skip
    article = Article(slug=f"a{number}", lead="", author=user, organisation=organisation, state=State.OPEN, **tied)
    issue = Issue(number=number + 1, published_on=date(2026, 1, 1) + timedelta(days=number), title="", intro="",
                  state=State.OPEN, published_at=moment,
                  placements=[IssueArticle(article=article, position=1)])  # fmt: skip
    example = Example(
        slug=f"x{number}", name="", type=ExampleType(slug=f"y{number}", title="", summary=""), summary="",
        organisation=organisation, target_groups=[""], sectors=[""], partner_groups=[""], partners=[organisation],
        figures=[{"label": "", "value": 1, "unit": ""}],
        conditions=[Condition(slug=f"v{number}", number=number + 1, title="", summary="")],
    )  # fmt: skip
    return [*posts, *events, article, issue, example]
