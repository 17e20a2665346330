"""Finds what fits a post in one group of entries."""

from collections.abc import Mapping

from portal.matching.entries import POSTS, Entry, Group
from portal.matching.index import MatchIndex
from portal.matching.scoring import Scored, score

CANDIDATES = 120
"""Entries with the most similar subject whose other facts are looked at."""
LEAST_OF_POSTS = 0.42
LEAST_OF_OTHERS = 0.32
"""The least score that is shown: rather nothing than something that does not fit. Only posts have a category."""
LEAST_SHARE = 0.07
"""The least likeness of the subject: the same category in the same street is no match by itself."""
BESIDE_BEST = 0.65
"""The least share of the best score: beside a very good match, a poor one is no help."""


def find(
    index: MatchIndex, asking: Entry, terms: Mapping[str, float], further: Mapping[str, float], group: Group, limit: int
) -> list[Scored]:
    """Return what fits a post best in a group, best first; equal ones newest first.

    `terms` are those of the post, `further` those of its synonyms.
    """
    least = LEAST_OF_POSTS if group in POSTS else LEAST_OF_OTHERS
    scored = (
        Scored(score(asking, like.entry, like.share), like.share, like.entry)
        for like in index.like(terms, further, group, CANDIDATES)
        if like.share >= LEAST_SHARE and not (group in POSTS and like.entry.key == asking.key)
    )
    fitting = sorted((one for one in scored if one.score >= least), key=lambda one: (-one.score, -one.entry.id))
    return [one for one in fitting[:limit] if one.score >= BESIDE_BEST * fitting[0].score]
