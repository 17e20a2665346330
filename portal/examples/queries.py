"""Queries of the examples library."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import joinedload, selectinload

from portal.community.models import Organisation
from portal.community.queries import follow_organisations
from portal.core.extensions import db
from portal.examples.models import Condition, Example, ExampleType, example_condition, example_partner
from portal.search import services as search


def examples() -> list[Example]:
    """Return all initiatives sorted by name, with their types and conditions."""
    statement = select(Example).options(
        joinedload(Example.type), joinedload(Example.organisation), selectinload(Example.conditions)
    )
    return list(db.session.scalars(statement.order_by(Example.name)))


def types() -> list[ExampleType]:
    """Return the types of initiative, in the order of the source."""
    return list(db.session.scalars(select(ExampleType).order_by(ExampleType.id)))


def conditions() -> list[Condition]:
    """Return the conditions for success, sorted by number."""
    return list(db.session.scalars(select(Condition).order_by(Condition.number)))


def get_example(slug: str) -> Example | None:
    """Return an initiative with its partners and conditions; None when it does not exist."""
    statement = select(Example).where(Example.slug == slug)
    return db.session.scalar(
        statement.options(
            joinedload(Example.type),
            joinedload(Example.organisation),
            selectinload(Example.conditions),
            selectinload(Example.partners),
        )
    )


def related(example: Example, limit: int = 3) -> list[Example]:
    """Return other initiatives of the same type, then those that share most conditions."""
    own = {row.id for row in example.conditions}

    def likeness(other: Example) -> tuple[bool, int]:
        return other.type_id == example.type_id, len(own & {row.id for row in other.conditions})

    others = [other for other in examples() if other.id != example.id]
    return sorted(others, key=likeness, reverse=True)[:limit]


def load_results(ids: list[int] | None) -> Iterator[Example]:
    """Yield initiatives with all that search indexes; `ids` None means every initiative."""
    statement = select(Example).options(
        joinedload(Example.type),
        joinedload(Example.organisation).selectinload(Organisation.names),
        selectinload(Example.conditions),
        selectinload(Example.partners).selectinload(Organisation.names),
    )
    yield from db.session.scalars(statement if ids is None else statement.where(Example.id.in_(ids)))


def sitemap_entries() -> Iterator[tuple[str, datetime | None]]:
    """Yield the path and last change of every initiative."""
    for row in db.session.scalars(select(Example).order_by(Example.slug)):
        yield row.path, row.updated_at


def _with_part_of(organisations: Any) -> Select[Any]:
    partner = select(example_partner.c.example_id).where(example_partner.c.organisation_id.in_(organisations))
    return select(Example.id).where(or_(Example.organisation_id.in_(organisations), Example.id.in_(partner)))


search.register("example", load_results)
follow_organisations("example", _with_part_of)
search.follow(ExampleType, ("title",), "example", lambda ids: select(Example.id).where(Example.type_id.in_(ids)))
search.follow(
    Condition,
    ("title",),
    "example",
    lambda ids: select(example_condition.c.example_id).where(example_condition.c.condition_id.in_(ids)),
)
