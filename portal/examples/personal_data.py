"""Personal data stored by the examples: none."""

from portal.core.personal_data import holds_none

holds_none(
    "published initiatives of organisations",
    *("example", "example_type", "condition", "example_condition", "example_partner"),
)
