"""What search keeps of persons: nothing of its own."""

from portal.core.personal_data import holds_none

holds_none("names which document changed; emptied within a second", "search_change")
