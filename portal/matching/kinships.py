"""How near two categories of the board are: what may serve who asks for the other.

A category that is not named here, as another region may have, is near itself only; its posts match by their words.
"""

from itertools import combinations

SAME = 1.0
_GROUPS: tuple[tuple[float, tuple[str, ...]], ...] = (
    (0.9, ("gastdocent", "gastles")),
    (0.7, ("praktijkplaats", "leerwerkplek", "stageplaats")),
    (0.7, ("leerbaan", "leerwerkplek")),
    (0.7, ("traineeplek", "werkervaringsplek", "startersbeurs")),
    (0.6, ("leerwerkplek", "werkervaringsplek")),
    (0.6, ("afstudeerplaats", "onderzoeksopdracht")),
    (0.6, ("praktijkopdracht", "innovatieteam", "onderzoeksopdracht")),
    (0.7, ("collegiale-inhuur", "werknemerspool")),
    (0.6, ("kennis", "sparringspartner", "coach")),
    (0.6, ("docentstage", "directiestage", "jobtwinning", "docentenuitwisseling")),
    (0.5, ("gastles", "smaakles")),
    (0.5, ("hybride-docent", "gastdocent")),
    (0.5, ("adoptie-van-een-vak", "gastles", "gastdocent")),
    (0.5, ("leerwerkcheque", "mobiliteitsvoucher")),
    (0.4, ("stageplaats", "afstudeerplaats")),
    (0.4, ("leeratelier", "praktijkopdracht", "innovatieteam", "gastles")),
    (0.4, ("kennis", "scholingsmodule")),
    (0.4, ("leerwerkplek", "leeratelier", "locatie-en-faciliteiten")),
)
_NEAR: dict[frozenset[str], float] = {}
for _nearness, _slugs in _GROUPS:
    for _pair in combinations(_slugs, 2):
        _NEAR.setdefault(frozenset(_pair), _nearness)


def nearness(one: str, other: str) -> float:
    """Return how near two categories (slugs) are: 1.0 for the same one, 0.0 for unrelated ones."""
    return SAME if one == other else _NEAR.get(frozenset((one, other)), 0.0)
