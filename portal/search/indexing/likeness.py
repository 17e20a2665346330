"""What a text is about, as weighted terms: for comparing texts with each other, without an index.

The terms are those of search (stems of words, and of the known words in compounds), so that a "gastdocent lassen" is
about "docent" and "lasser" too. They do not depend on the engine. Each weight combines how prominent a word is in the
text with how specific it is in Dutch.
"""

import math
from collections.abc import Mapping
from functools import lru_cache

from portal.search.language import synonyms
from portal.search.language.analysis import FieldTerms, analyse, normalise, part_stems, pieces, stems, surfaces, tokens
from portal.search.language.wordlist import words
from portal.search.query import ranking
from portal.search.query.plan import FILLERS

MOST_TERMS = 32
"""Terms kept of a text: those that weigh most. Further ones hardly change a comparison, and cost memory."""
SHORTEST = 3


def subject_terms(title: str, text: str, without: str = "") -> dict[str, float]:
    """Return the terms of a text with weights whose squares add up to 1; empty for a text without telling words.

    `without` holds words that do not belong to the subject, in any form and within compounds.
    """
    fields = analyse(title), analyse(text)
    left_out = terms_of_words(without)
    found: dict[str, float] = {}
    for surface in {word for field in fields for word in field.words}:
        if _tells(surface):
            weight = _weight(surface, *fields)
            for term in stems(surface):
                found[term] = max(found.get(term, 0.0), weight)
            for term in part_stems(surface):
                if any(term in field.parts for field in fields):
                    found[term] = max(found.get(term, 0.0), weight * ranking.PART)
    telling = ((term, weight) for term, weight in found.items() if term not in left_out)
    most = sorted(telling, key=lambda item: (-item[1], item[0]))[:MOST_TERMS]
    length = math.sqrt(sum(weight * weight for _term, weight in most))
    return {term: round(weight / length, 4) for term, weight in most} if length else {}


@lru_cache(maxsize=256)
def terms_of_words(text: str) -> frozenset[str]:
    """Return the terms of all words in a text, and of the words in its compounds."""
    found = {surface for surface, _position in surfaces(text)}
    return frozenset(term for surface in found for term in (*stems(surface), *part_stems(surface)))


def _tells(surface: str) -> bool:
    return len(surface) >= SHORTEST and surface.isalpha() and surface not in FILLERS


def _weight(surface: str, title: FieldTerms, text: FieldTerms) -> float:
    counts = title.words[surface], title.length, text.words[surface], text.length
    entry = words().get(surface)
    return ranking.weight(*counts, 0) * (ranking.specificity(entry.rarity) if entry else 1.0)


def synonym_terms(text: str, own: Mapping[str, float]) -> dict[str, float]:
    """Return the terms of the synonyms of words in a text, weighted by `own`, the terms of that text."""
    row = [surface for surface, _position in surfaces(text)]
    found: dict[str, float] = {}
    for match in synonyms.current().matches(row):
        asked = row[match.start : match.start + match.length]
        weight = max((own.get(term, 0.0) for surface in asked for term in stems(surface)), default=0.0)
        for alternative in match.alternatives if weight else ():
            for term in (term for surface in alternative for term in stems(surface)):
                if term not in own:
                    found[term] = max(found.get(term, 0.0), weight * ranking.SYNONYM / len(alternative))
    return found


def word_for(text: str, term: str) -> str | None:
    """Return the first word of a text that has a term, in small letters unless it is all capitals; None for none."""
    for match in tokens(normalise(text)):
        token = match.group()
        for surface, _offset in pieces(token).surfaces():
            if term in stems(surface) or term in part_stems(surface):
                return token if token.isupper() else token.lower()
    return None
