"""What posts refer to by id: categories, speerpunten, municipalities, organisations; read in one statement."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from markupsafe import escape
from sqlalchemy import Connection, String, cast, func, literal, select

from portal.actionplan.models import Theme
from portal.board.models import Category
from portal.community.models import Municipality, Organisation


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


@dataclass(frozen=True, slots=True, eq=False)
class Choices:
    """The rows of one table in the order of a filter, also by id and by slug; made anew when one of them changes."""

    rows: tuple[Choice, ...]
    by_id: dict[int, Choice] = field(repr=False)
    by_slug: dict[str, Choice] = field(repr=False)


@dataclass(frozen=True, slots=True, eq=False)
class Reference:
    """Everything that posts refer to, at one content version."""

    categories: Choices
    themes: Choices
    municipalities: Choices
    organisations: Choices
    source: Sequence[Any] = field(default=(), repr=False)
    """The tables as read: as long as they are the same, so is everything made of them."""


_none_yet = Choices((), {}, {})
NOTHING = Reference(_none_yet, _none_yet, _none_yet, _none_yet)

FIELD, ROW = "\x1f", "\x1e"
"""Between the fields and the rows of a table that is read as one text; no text of ours holds them (`text.clean`)."""


def _as_text(row_id: Any, slug: Any, label: Any, number: Any = literal("0")) -> Any:  # noqa: B008  # a constant
    """Return a whole table as one text: comparing it tells whether anything changed, without making rows of it."""
    one = cast(row_id, String) + FIELD + slug + FIELD + label + FIELD + cast(number, String)
    return select(func.aggregate_strings(one, ROW)).scalar_subquery()


SOURCE = select(
    _as_text(Category.id, Category.slug, Category.label),
    _as_text(Theme.id, Theme.slug, Theme.short_title, Theme.number),
    _as_text(Municipality.id, Municipality.slug, Municipality.name),
    # of organisations, hundreds, only how many there are and when one changed last
    select(func.count()).select_from(Organisation).scalar_subquery(),
    select(cast(func.max(Organisation.updated_at), String)).scalar_subquery(),
)
LARGE = select(Organisation.id, Organisation.slug, Organisation.name)


def read(connection: Connection, known: Reference = NOTHING) -> Reference:
    """Read what changed: one statement when organisations did not; returns `known` itself when nothing did."""
    source = tuple(connection.execute(SOURCE).one())
    if source == known.source:
        return known
    organisations = known.organisations
    if source[3:] != known.source[3:]:
        rows = [_choice(*row) for row in connection.execute(LARGE)]
        organisations = _choices(rows, lambda row: row.label.casefold())
    was = known.source[:3] or (None, None, None)
    tables = (known.categories, known.themes, known.municipalities)
    categories, themes, municipalities = (
        table if text == before else _choices(_rows(text), order)
        for table, text, before, order in zip(tables, source, was, ORDERS, strict=False)
    )
    return Reference(categories, themes, municipalities, organisations, source)


ORDERS: tuple[Callable[[Choice], Any], ...] = (
    lambda row: row.label.casefold(),
    lambda row: row.number,
    lambda row: row.label,
)
"""Of categories, speerpunten and municipalities."""


def _rows(text: str | None) -> list[Choice]:
    """Return the rows of a table that was read as one text (None: it is empty)."""
    fields = (row.split(FIELD) for row in (text or "").split(ROW) if row)
    return [_choice(int(row_id), slug, label, int(number)) for row_id, slug, label, number in fields]


def _choice(row_id: int, slug: str, label: str, number: int = 0) -> Choice:
    return Choice(row_id, str(row_id), slug, label, number, f'<option value="{escape(slug)}">{escape(label)}')


def _choices(rows: list[Choice], order: Callable[[Choice], Any]) -> Choices:
    rows.sort(key=order)
    return Choices(tuple(rows), {row.id: row for row in rows}, {row.slug: row for row in rows})
