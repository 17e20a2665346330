"""The register of personal data (AVG, article 30): every table says what it keeps of persons, why, and until when.

Each package with tables has a `personal_data.py` that registers them here. From the register come the privacy page,
the download of one's own data and the erasing of an account; a test fails on a table that is not in it.
"""

import pkgutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from sqlalchemy import ColumnElement, Table, select

from portal.core.config import ROOT
from portal.core.extensions import Model, db
from portal.core.i18n import lazy_gettext
from portal.core.storage.site_settings import SiteSetting

FORMER_MEMBER = "Oud-lid"
"""The name beside what somebody left behind: content, so Dutch in every language."""
Record = dict[str, object]


@dataclass(frozen=True, slots=True)
class Person:
    """Whose data it is about."""

    id: int
    name: str
    email: str


class Basis(StrEnum):
    """On which ground of the AVG (article 6) something may be kept."""

    AGREEMENT = "agreement"
    CONSENT = "consent"
    DUTY = "duty"
    INTEREST = "interest"


BASES = {
    Basis.AGREEMENT: lazy_gettext("Needed for your account"),
    Basis.CONSENT: lazy_gettext("You gave permission"),
    Basis.DUTY: lazy_gettext("The law asks it"),
    Basis.INTEREST: lazy_gettext("Needed to run the portal safely and fairly"),
}


class Contributions(StrEnum):
    """What becomes of what somebody wrote, when the account goes."""

    ANONYMISE = "anonymise"
    REMOVE = "remove"


Export = Callable[[Person], Sequence[Record]]
Erase = Callable[[Person, Contributions], None]


@dataclass(frozen=True, slots=True)
class Holding:
    """A table with personal data; texts are lazy, in the language of the request."""

    table: str
    what: str
    purpose: str
    basis: Basis
    keep: str
    export: Export
    erase: Erase

    @property
    def basis_label(self) -> str:
        """Return the ground in words."""
        return str(BASES[self.basis])


_holdings: dict[str, Holding] = {}
_without: dict[str, str] = {}


def holds(table: str, *, what: str, purpose: str, basis: Basis, keep: str, export: Export, erase: Erase) -> None:
    """Register a table with personal data."""
    _holdings[table] = Holding(table, what, purpose, basis, keep, export, erase)


def holds_none(reason: str, *tables: str) -> None:
    """Declare that tables hold nothing about persons; the reason is for who reads the code."""
    _without.update(dict.fromkeys(tables, reason))


@cache
def load() -> None:
    """Import every feature's `personal_data.py`, so that its tables are known."""
    for package in pkgutil.iter_modules([str(ROOT / "portal")]):
        if package.ispkg and find_spec(f"portal.{package.name}.personal_data"):
            import_module(f"portal.{package.name}.personal_data")


def holdings() -> list[Holding]:
    """Return every registered table with personal data, those that others point to first."""
    load()
    return [_holdings[table.name] for table in Model.metadata.sorted_tables if table.name in _holdings]


def without() -> dict[str, str]:
    """Return the tables that hold nothing about persons, with the reason."""
    load()
    return dict(_without)


def export(person: Person) -> dict[str, list[Record]]:
    """Return everything that is kept of a person, by table."""
    found = {holding.table: [plain(row) for row in holding.export(person)] for holding in holdings()}
    return {table: rows for table, rows in found.items() if rows}


def erase(person: Person, contributions: Contributions) -> None:
    """Take a person out of every table, within the running transaction: what points to others goes first."""
    for holding in reversed(holdings()):
        holding.erase(person, contributions)
        db.session.flush()


def plain(row: Record) -> Record:
    """Return a record as JSON knows it: moments and days as ISO 8601 text."""
    return {name: _plain_value(value) for name, value in row.items()}


def _plain_value(value: object) -> object:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value if isinstance(value, str | int | float | bool | list | dict | None) else str(value)


def nothing(_person: Person) -> Sequence[Record]:
    """Export nothing: for what is already in another part, or is a secret."""
    return ()


def by_itself(_person: Person, _contributions: Contributions) -> None:
    """Erase nothing here: the rows go with another table, or within days by themselves."""


def rows_where(table: Table, condition: ColumnElement[bool], columns: Iterable[str]) -> list[Record]:
    """Return some columns of the rows that a condition finds, oldest first: named one by one, so no secret slips in."""
    wanted: list[Any] = [table.c[name] for name in columns]
    statement = select(*wanted).where(condition).order_by(*table.primary_key.columns)
    return [dict(row) for row in db.session.execute(statement).mappings()]


def table_of(model: type[Any]) -> Table:
    """Return the table of a model."""
    table: Table = model.__table__
    return table


holds_none("one number, and when jobs of the clock ran", "content_version", "table_version", "job_run")
holds_none("what administrators set for the whole portal", SiteSetting.__tablename__)
holds(
    "limit_count",
    what=lazy_gettext("How often something was tried from one place"),
    purpose=lazy_gettext(
        "To stop guessing of passwords and flooding. Who it was is kept as a code that nobody can read back."
    ),
    basis=Basis.INTEREST,
    keep=lazy_gettext("A few minutes to a day."),
    export=nothing,
    erase=by_itself,
)
