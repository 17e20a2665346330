"""Personal data stored by the standing pages: none."""

from portal.core.personal_data import holds_none

holds_none("texts of the portal itself", "page", "way_to_contribute")
