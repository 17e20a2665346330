"""The register of personal data (GDPR/AVG, article 30): what each table stores about persons, why and how long.

Each package with tables has a `personal_data.py` that registers them here. The register produces the privacy page,
the export of one's own data and the deletion of an account. A test fails for a table that is not registered.
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
"""Replaces the name of a deleted author; part of the content, so Dutch in every language."""
Record = dict[str, object]


@dataclass(frozen=True, slots=True)
class Person:
    """The person whose data is exported or erased."""

    id: int
    name: str
    email: str
    left_organisations: frozenset[int] = frozenset()
    """Ids of organisations that the person no longer speaks for and whose publications stay theirs."""


class Basis(StrEnum):
    """The lawful basis (GDPR/AVG, article 6) for storing something."""

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
    """Whether a person's contributions are removed or anonymised when the account is deleted."""

    ANONYMISE = "anonymise"
    REMOVE = "remove"


Export = Callable[[Person], Sequence[Record]]
Erase = Callable[[Person, Contributions], None]


@dataclass(frozen=True, slots=True)
class Holding:
    """A table with personal data; its texts are lazy, so that they are in the language of the request."""

    table: str
    what: str
    purpose: str
    basis: Basis
    keep: str
    export: Export
    erase: Erase

    @property
    def basis_label(self) -> str:
        """Return the lawful basis as text."""
        return str(BASES[self.basis])


_holdings: dict[str, Holding] = {}
_without: dict[str, str] = {}
_elsewhere: list[Callable[[Person], None]] = []


def holds(table: str, *, what: str, purpose: str, basis: Basis, keep: str, export: Export, erase: Erase) -> None:
    """Register a table with personal data."""
    _holdings[table] = Holding(table, what, purpose, basis, keep, export, erase)


def holds_none(reason: str, *tables: str) -> None:
    """Declare that tables hold no personal data; the reason is documentation only."""
    _without.update(dict.fromkeys(tables, reason))


def on_erase(erase: Callable[[Person], None]) -> None:
    """Register a function to run when a person is erased, for names in texts of tables that are not the person's."""
    _elsewhere.append(erase)


@cache
def load() -> None:
    """Import every feature's `personal_data.py`, which registers its tables."""
    for package in pkgutil.iter_modules([str(ROOT / "portal")]):
        if package.ispkg and find_spec(f"portal.{package.name}.personal_data"):
            import_module(f"portal.{package.name}.personal_data")


def holdings() -> list[Holding]:
    """Return every registered table with personal data, in foreign key order: referenced tables first."""
    load()
    return [_holdings[table.name] for table in Model.metadata.sorted_tables if table.name in _holdings]


def tables_without() -> dict[str, str]:
    """Return the tables that hold no personal data, with the reason."""
    load()
    return dict(_without)


def export(person: Person) -> dict[str, list[Record]]:
    """Return everything that is stored about a person, by table."""
    found = {holding.table: [plain(row) for row in holding.export(person)] for holding in holdings()}
    return {table: rows for table, rows in found.items() if rows}


def erase(person: Person, contributions: Contributions) -> None:
    """Erase a person from every table within the current transaction; referencing tables first."""
    for holding in reversed(holdings()):
        holding.erase(person, contributions)
        db.session.flush()
    for erase_elsewhere in _elsewhere:
        erase_elsewhere(person)
    db.session.flush()


def plain(row: Record) -> Record:
    """Return a record with JSON values; dates and times become ISO 8601 text."""
    return {name: _plain_value(value) for name, value in row.items()}


def _plain_value(value: object) -> object:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value if isinstance(value, str | int | float | bool | list | dict | None) else str(value)


def export_nothing(_person: Person) -> Sequence[Record]:
    """Export nothing: for data exported elsewhere, and for secrets."""
    return ()


def erase_nothing(_person: Person, _contributions: Contributions) -> None:
    """Erase nothing here: the rows are deleted with another table, or by a retention job within days."""


def rows_where(table: Table, condition: ColumnElement[bool], columns: Iterable[str]) -> list[Record]:
    """Return columns of the matching rows, oldest first; they must be named, so that no secret is exported."""
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
    export=export_nothing,
    erase=erase_nothing,
)
