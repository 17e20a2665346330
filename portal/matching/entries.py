"""What is compared: one entry per post, member, event or example, made of what visitors may read."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from portal.board.levels import LEVELS, MBO
from portal.matching.periods import Days


class Group(StrEnum):
    """A group of entries, which has an index of its own; the values are part of addresses."""

    OFFER = "aanbod"
    REQUEST = "vraag"
    DONE = "gelukt"
    """Fulfilled posts: earlier matches."""
    EXPERT = "lid"
    """What members know and offer, as other members may read it."""
    SEEKER = "zoeker"
    """What members seek, as other members may read it."""
    OPEN_EXPERT = "lid-openbaar"
    """The same as everybody may read it."""
    OPEN_SEEKER = "zoeker-openbaar"
    EVENT = "bijeenkomst"
    EXAMPLE = "voorbeeld"


OPEN_TO_ALL = "-openbaar"
"""The end of the names of groups with what everybody may read of members."""
MEMBERS = (Group.EXPERT, Group.SEEKER, Group.OPEN_EXPERT, Group.OPEN_SEEKER)
POST = "post"
POSTS = (Group.OFFER, Group.REQUEST, Group.DONE)
BITS = {level: 1 << number for number, level in enumerate(LEVELS)}
EVERY_MBO = sum(bit for level, bit in BITS.items() if level.startswith(MBO))
_WORDS = (
    (re.compile(r"\b(?:basisschool|basisscholen|basisonderwijs|groep [1-8]\b|po\b)"), BITS["po"]),
    (re.compile(r"\bvmbo"), BITS["vmbo"]),
    (re.compile(r"\b(?:havo|havist|vwo|gymnasium)"), BITS["havo-vwo"]),
    (re.compile(r"\bmbo"), EVERY_MBO),
    (re.compile(r"\b(?:hbo|hogeschool|pabo)"), BITS["hbo"]),
    (re.compile(r"\b(?:universiteit|universitair|wo)\b"), BITS["wo"]),
)
"""Words that name an education level, for texts that have no field for it."""


ROLE_WORDS = """
    leerling student stagiair stage scholier jongere kind deelnemer docent leraar leerkracht juf meester begeleider
    medewerker collega mens iemand school klas leerjaar eerstejaars tweedejaars derdejaars opleiding bedrijf organisatie
    les lesuur gastles lesgeven leren werk werken vak week dag dagdeel uur middag ochtend avond maand jaar schooljaar
    plek plaats groep team overleg samen vraag aanbod bieden vmbo mbo hbo havo vwo basisschool hogeschool gezocht welkom
    eerste tweede derde vierde nieuw mooi goed vertellen laten zien kijken helpen komen maken doen
    maandag dinsdag woensdag donderdag vrijdag zaterdag
"""
"""Words that say for whom, by whom and when, not about what; nearly every post of a school or firm has some."""


def role_words(category_names: Iterable[str]) -> str:
    """Return the words of a post that do not belong to its subject: those of its category are compared apart."""
    return f"{ROLE_WORDS} {' '.join(category_names)}"


def level_bits(levels: Iterable[str]) -> int:
    """Return education levels (slugs of `board.levels`) as bits; unknown ones are ignored."""
    return sum({BITS.get(level, 0) for level in levels})


def levels_of(bits: int) -> list[str]:
    """Return the slugs of education levels given as bits."""
    return [level for level, bit in BITS.items() if bits & bit]


def levels_in(text: str) -> int:
    """Return the education levels that a text names, as bits."""
    text, bits = text.lower(), 0
    for pattern, found in _WORDS:
        if pattern.search(text):
            bits |= found
    return bits


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry with the facts by which it is compared; its terms are kept by the index."""

    group: Group
    id: int
    category: str = ""
    levels: int = 0
    """Bits (`BITS`); 0 when not known."""
    municipality: str | None = None
    days: Days | None = None
    places: int | None = None
    themes: frozenset[str] = frozenset()
    author_id: int | None = None
    organisation_id: int | None = None

    @property
    def key(self) -> tuple[str, int]:
        """Return what identifies it: posts keep theirs when they are fulfilled."""
        return (POST if self.group in POSTS else str(self.group), self.id)
