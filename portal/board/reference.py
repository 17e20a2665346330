"""Rows that posts refer to by id: categories, speerpunten, municipalities, organisations; cached per process."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from markupsafe import escape
from sqlalchemy import Connection, String, cast, func, literal, select

from portal.actionplan.models import Theme
from portal.board.models import Category
from portal.community.models import Municipality, Organisation


class Choice(NamedTuple):
    """An option of a filter; `key` is its id as text, as the index uses it."""

    id: int
    key: str
    slug: str
    label: str
    number: int = 0
    option: str = ""
    """The start of its `<option>` element, escaped once, because each page has hundreds."""

    @property
    def name(self) -> str:
        """Return the label; organisations and municipalities call it `name`."""
        return self.label

    @property
    def short_title(self) -> str:
        """Return the label; speerpunten call it `short_title`."""
        return self.label


UNKNOWN = Choice(0, "", "", "")
"""Used for a row that was added after the reference data was read; the next request reads it."""


@dataclass(frozen=True, slots=True, eq=False)
class Choices:
    """The rows of one table in display order, also by id and by slug; a new object when any of them changes."""

    rows: tuple[Choice, ...]
    by_id: dict[int, Choice] = field(repr=False)
    by_slug: dict[str, Choice] = field(repr=False)


@dataclass(frozen=True, slots=True, eq=False)
class Reference:
    """All rows that posts refer to, at one content version."""

    categories: Choices
    themes: Choices
    municipalities: Choices
    organisations: Choices
    source: Sequence[Any] = field(default=(), repr=False)
    """The tables as they were read; when they are equal at the next read, nothing changed."""


_none_yet = Choices((), {}, {})
NOTHING = Reference(_none_yet, _none_yet, _none_yet, _none_yet)

FIELD, ROW = "\x1f", "\x1e"
"""Separators of fields and rows in tables read as text; `text.clean` removes them from what people type."""


def _as_text(row_id: Any, slug: Any, label: Any, number: Any = literal("0")) -> Any:  # noqa: B008  # a constant
    """Return a subquery with a whole table as one string, which can be compared without creating rows."""
    one = cast(row_id, String) + FIELD + slug + FIELD + label + FIELD + cast(number, String)
    return select(func.aggregate_strings(one, ROW)).scalar_subquery()


SOURCE = select(
    _as_text(Category.id, Category.slug, Category.label),
    _as_text(Theme.id, Theme.slug, Theme.short_title, Theme.number),
    _as_text(Municipality.id, Municipality.slug, Municipality.name),
    # there are hundreds of organisations: compare only their number and the time of the last change
    select(func.count()).select_from(Organisation).scalar_subquery(),
    select(cast(func.max(Organisation.updated_at), String)).scalar_subquery(),
)
LARGE = select(Organisation.id, Organisation.slug, Organisation.name)


def read(connection: Connection, known: Reference = NOTHING) -> Reference:
    """Return the current reference data, reading what changed since `known`; `known` itself when nothing did."""
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
"""Sort keys for categories, speerpunten and municipalities."""


def _rows(text: str | None) -> list[Choice]:
    """Return the rows of a table that was read as text; None means that the table is empty."""
    fields = (row.split(FIELD) for row in (text or "").split(ROW) if row)
    return [_choice(int(row_id), slug, label, int(number)) for row_id, slug, label, number in fields]


def _choice(row_id: int, slug: str, label: str, number: int = 0) -> Choice:
    return Choice(row_id, str(row_id), slug, label, number, f'<option value="{escape(slug)}">{escape(label)}')


def _choices(rows: list[Choice], order: Callable[[Choice], Any]) -> Choices:
    rows.sort(key=order)
    return Choices(tuple(rows), {row.id: row for row in rows}, {row.slug: row for row in rows})
