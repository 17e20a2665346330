"""What posts refer to by id: categories, speerpunten, municipalities, organisations; read in one statement."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from markupsafe import escape
from sqlalchemy import Connection, Integer, String, cast, func, literal, select, union_all

from portal.actionplan.models import Theme
from portal.board.models import Category
from portal.community.models import Municipality, Organisation

ORGANISATIONS = "organisations"


class Choice(NamedTuple):
    """A row that a filter can name; `key` is its id as text, as in the index."""

    id: int
    key: str
    slug: str
    label: str
    number: int = 0
    option: str = ""
    """The beginning of its element in a select, escaped once: there are hundreds on each page."""

    @property
    def name(self) -> str:
        """Return its label, as organisations and municipalities call it."""
        return self.label

    @property
    def short_title(self) -> str:
        """Return its label, as speerpunten call it."""
        return self.label


UNKNOWN = Choice(0, "", "", "")
"""Stands for a row that appeared after the reference was read; the next request knows it."""


@dataclass(frozen=True, slots=True)
class Choices:
    """The rows of one table in the order of a filter, also by id and by slug."""

    rows: tuple[Choice, ...]
    by_id: dict[int, Choice] = field(repr=False)
    by_slug: dict[str, Choice] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Reference:
    """Everything that posts refer to, at one content version."""

    categories: Choices
    themes: Choices
    municipalities: Choices
    organisations: Choices
    source: Sequence[Any] = field(default=(), repr=False)
    """The rows as read: as long as they are the same, so is everything made of them."""


_none_yet = Choices((), {}, {})
NOTHING = Reference(_none_yet, _none_yet, _none_yet, _none_yet)

_none = literal(0, Integer)
SMALL = union_all(
    select(
        literal("category").label("table"),
        Category.id,
        Category.slug,
        Category.label.label("label"),
        _none.label("number"),
    ),
    select(literal("theme"), Theme.id, Theme.slug, Theme.short_title, Theme.number),
    select(literal("municipality"), Municipality.id, Municipality.slug, Municipality.name, _none),
    # not a row to choose but the mark by which we see that organisations changed: how many, and when last
    select(literal(ORGANISATIONS), func.count(), cast(func.max(Organisation.updated_at), String), literal(""), _none),
)
LARGE = select(Organisation.id, Organisation.slug, Organisation.name)


def read(connection: Connection, known: Reference = NOTHING) -> Reference:
    """Read what changed: one statement when organisations did not; returns `known` itself when nothing did."""
    source: list[Any] = [tuple(row) for row in connection.execute(SMALL)]
    if source == known.source:
        return known
    tables: dict[str, list[Choice]] = defaultdict(list)
    for table, row_id, slug, label, number in source:
        if table != ORGANISATIONS:
            tables[table].append(_choice(row_id, slug, label, number))
    organisations = known.organisations
    if source[-1] not in known.source:
        rows = [_choice(*row) for row in connection.execute(LARGE)]
        organisations = _choices(rows, lambda row: row.label.casefold())
    return Reference(
        categories=_choices(tables["category"], lambda row: row.label.casefold()),
        themes=_choices(tables["theme"], lambda row: row.number),
        municipalities=_choices(tables["municipality"], lambda row: row.label),
        organisations=organisations,
        source=source,
    )


def _choice(row_id: int, slug: str, label: str, number: int = 0) -> Choice:
    return Choice(row_id, str(row_id), slug, label, number, f'<option value="{escape(slug)}">{escape(label)}')


def _choices(rows: list[Choice], order: Callable[[Choice], Any]) -> Choices:
    rows.sort(key=order)
    return Choices(tuple(rows), {row.id: row for row in rows}, {row.slug: row for row in rows})
