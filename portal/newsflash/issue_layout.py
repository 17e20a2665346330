"""Layout of an issue: how much text of each article its front page prints."""

from collections.abc import Sequence
from dataclasses import dataclass

from portal.newsflash.models import Article

LEAD, SIDE, HEADING = 1500, 1280, 380
"""Characters that fit in the lead column, in the side column, and in the heading of one article."""
QUOTES = "‘“'\""


@dataclass(frozen=True, slots=True)
class Story:
    """An article of an issue with its first paragraphs, as plain text."""

    article: Article
    opening: list[str]

    @property
    def has_initial(self) -> bool:
        """Return whether the text begins with a letter, which can then be a drop cap."""
        return bool(self.opening) and self.opening[0].lstrip(QUOTES)[:1].isalpha()


def stories(articles: Sequence[Article]) -> list[Story]:
    """Return the articles of an issue, each with as much text as makes both columns about equally long."""
    others = max(len(articles) - 1, 1)
    each = max(SIDE // others - HEADING, 0)
    return [Story(article, article.opening(each if place else LEAD)) for place, article in enumerate(articles)]
