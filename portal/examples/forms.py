"""The filter of the examples library."""

from collections.abc import Iterable, Sequence

from portal.core.i18n import lazy_gettext
from portal.core.lists.filters import ChoiceField, FilterForm, Known, ListFilter
from portal.core.text import slugify
from portal.examples.models import Condition, Example, ExampleType

TYPE, SECTOR, TARGET, CONDITION = "type", "sector", "doelgroep", "voorwaarde"


class ExampleFilter(ListFilter):
    """Which initiatives to show."""

    has_words = False
    fields = (
        ChoiceField(TYPE, lazy_gettext("Type")),
        ChoiceField(SECTOR, lazy_gettext("Sector")),
        ChoiceField(TARGET, lazy_gettext("Target group")),
        ChoiceField(CONDITION, lazy_gettext("Condition for success")),
    )


def known(examples: Sequence[Example], types: Sequence[ExampleType], conditions: Sequence[Condition]) -> Known:
    """Return the options of each field."""
    return {
        TYPE: {row.slug: row.title for row in types},
        SECTOR: _by_slug(name for example in examples for name in example.sectors),
        TARGET: _by_slug(name for example in examples for name in example.target_groups),
        CONDITION: {str(row.number): f"{row.number}. {row.title}" for row in conditions},
    }


def _by_slug(names: Iterable[str]) -> dict[str, str]:
    return {slugify(name): name for name in sorted(set(names))}


def options_of(example: Example, field: str, _others: FilterForm) -> set[str]:
    """Return the options of a field that apply to an initiative."""
    if field == TYPE:
        return {example.type.slug}
    if field == CONDITION:
        return {str(condition.number) for condition in example.conditions}
    names = example.sectors if field == SECTOR else example.target_groups
    return {slugify(name) for name in names}
