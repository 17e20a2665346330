"""What posts refer to by id: categories, speerpunten, municipalities, organisations; read in one statement."""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Integer, String, exists, literal, select, union_all
from sqlalchemy.orm import Session

from portal.actionplan.models import Theme
from portal.board.models import Category, Post
from portal.community.models import Municipality, Organisation


@dataclass(frozen=True, slots=True)
class Choice:
    """A row that a filter can name; `key` is its id as text, as in the index."""

    id: int
    key: str
    slug: str
    label: str
    number: int = 0

    @property
    def name(self) -> str:
        """Return its label, as organisations and municipalities call it."""
        return self.label

    @property
    def short_title(self) -> str:
        """Return its label, as speerpunten call it."""
        return self.label


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


NOTHING = Reference(*(Choices((), {}, {}) for _ in range(4)))

_none = literal(0, Integer)
STATEMENT = union_all(
    select(
        literal("c", String).label("table"),
        Category.id,
        Category.slug,
        Category.label.label("label"),
        _none.label("number"),
    ),
    select(literal("t", String), Theme.id, Theme.slug, Theme.short_title, Theme.number),
    select(literal("m", String), Municipality.id, Municipality.slug, Municipality.name, _none),
    select(literal("o", String), Organisation.id, Organisation.slug, Organisation.name, _none).where(
        exists().where(Post.organisation_id == Organisation.id)
    ),
)


def read(session: Session) -> Reference:
    """Read all of it with one statement."""
    tables: dict[str, list[Choice]] = {"c": [], "t": [], "m": [], "o": []}
    for table, row_id, slug, label, number in session.execute(STATEMENT):
        tables[table].append(Choice(row_id, str(row_id), slug, label, number))
    return Reference(
        categories=_choices(tables["c"], lambda row: row.id),
        themes=_choices(tables["t"], lambda row: row.number),
        municipalities=_choices(tables["m"], lambda row: row.label),
        organisations=_choices(tables["o"], lambda row: row.label.casefold()),
    )


def _choices(rows: list[Choice], order: Any) -> Choices:
    rows.sort(key=order)
    return Choices(tuple(rows), {row.id: row for row in rows}, {row.slug: row for row in rows})
