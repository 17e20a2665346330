"""Import of the board's categories from the network's documents."""

from collections.abc import Mapping
from typing import Any

from portal.board.models import Category
from portal.core.storage.database import transaction, upsert


def import_categories(categories: Mapping[str, Mapping[str, Any]]) -> None:
    """Add or update the categories of the board (`categories.json`, type board), in the order of the source."""
    facts = {slug: row for slug, row in categories.items() if row["type"] == "board"}
    with transaction() as session:
        upsert(session, Category, "slug", facts, _apply_facts)


def _apply_facts(category: Category, facts: Mapping[str, Any]) -> None:
    category.label = facts["label"]
    category.explanation = facts["explanation"]
    category.synonyms = list(facts["synonyms"])
