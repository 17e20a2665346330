"""Loading the categories of the board from the network's documents."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from portal.board.models import Category
from portal.core.storage.database import transaction


def import_categories(categories: Mapping[str, Mapping[str, Any]]) -> None:
    """Add or update the categories of the board (`categories.json`, type board), in the order of the source."""
    with transaction() as session:
        known = {row.slug: row for row in session.scalars(select(Category))}
        for slug, facts in categories.items():
            if facts["type"] != "board":
                continue
            category = known.get(slug) or Category(slug=slug)
            category.label = facts["label"]
            category.explanation = facts["explanation"]
            category.synonyms = list(facts["synonyms"])
            session.add(category)
