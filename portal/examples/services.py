"""Import of the examples from the network's documents."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from portal.community.models import Organisation
from portal.core.storage.database import transaction
from portal.examples.models import Condition, Example, ExampleType


def import_examples(facts: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> None:
    """Create the types, conditions and initiatives of `examples.json`; do nothing when they exist already."""
    with transaction() as session:
        if session.scalar(select(ExampleType.id).limit(1)):
            return
        types = {
            slug: ExampleType(slug=slug, title=row["title"], summary=row["summary"])
            for slug, row in facts["categories"].items()
        }
        conditions = {
            row["number"]: Condition(slug=row["slug"], number=row["number"], title=row["title"], summary=row["summary"])
            for row in facts["conditions"].values()
        }
        session.add_all([*types.values(), *conditions.values()])
        organisations = {row.slug: row for row in session.scalars(select(Organisation))}
        session.add_all(_example(row, types, conditions, organisations) for row in facts["initiatives"].values())


def _example(
    facts: Mapping[str, Any],
    types: Mapping[str, ExampleType],
    conditions: Mapping[int, Condition],
    organisations: Mapping[str, Organisation],
) -> Example:
    return Example(
        slug=facts["slug"],
        name=facts["name"],
        type=types[facts["category"]],
        organisation=organisations.get(facts["organisation"] or ""),
        place=facts["place"],
        place_scope=facts["place_scope"],
        summary=facts["summary"],
        since=facts["since_text"] or (str(facts["since_year"]) if facts["since_year"] else None),
        since_estimate=facts["since_year_estimate"],
        financing=facts["financing"],
        target_groups=facts["target_groups"],
        sectors=facts["sectors"],
        partner_groups=facts["partner_groups"],
        figures=facts["numbers"],
        conditions_named=facts["conditions_named_in_chapter_4"],
        conditions=[conditions[number] for number in facts["conditions"]],
        partners=[organisations[slug] for slug in facts["partners"]],
    )
