"""Declares that search stores no personal data: neither persons, nor who searched for what."""

from sqlalchemy import delete

from portal.core.extensions import db
from portal.core.personal_data import Person, holds_none, on_erase
from portal.core.text import fold
from portal.search.models import SearchMiss


def _erase_misses(person: Person) -> None:
    """Forget that anybody looked for this person in vain: of members that is never noted, of who left it may be."""
    name = " ".join(fold(person.name).split())
    if " " in name:
        db.session.execute(delete(SearchMiss).where(SearchMiss.words.contains(name, autoescape=True)))


on_erase(_erase_misses)

holds_none("names which document changed; emptied within a second", "search_change")
holds_none("words that found nothing, counted per month; what looks personal is never noted", "search_miss")
holds_none("words that mean the same, kept by the editors", "search_synonym_group")
