"""Declares that search stores no personal data: neither persons, nor who searched for what."""

from portal.core.personal_data import holds_none

holds_none("names which document changed; emptied within a second", "search_change")
holds_none("words that found nothing, counted per month; what looks personal is never noted", "search_miss")
holds_none("words that mean the same, kept by the editors", "search_synonym_group")
