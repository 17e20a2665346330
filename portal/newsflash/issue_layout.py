"""How an issue is made up: how much text of each article its front page prints."""

from collections.abc import Sequence
from dataclasses import dataclass

from portal.newsflash.models import Article

LEAD, SIDE, HEADING = 1500, 1280, 380
"""How many characters fit in the column of the first article, in that of the others, and in the head of one."""
QUOTES = "‘“'\""


@dataclass(frozen=True, slots=True)
class Story:
    """An article of an issue, with the first paragraphs of its text."""

    article: Article
    opening: list[str]

    @property
    def has_initial(self) -> bool:
        """Whether its text begins with a letter, which can be printed large."""
        return bool(self.opening) and self.opening[0].lstrip(QUOTES)[:1].isalpha()


def stories(articles: Sequence[Article]) -> list[Story]:
    """Return the articles of an issue with as much text each as keeps its columns about equally long."""
    others = max(len(articles) - 1, 1)
    each = max(SIDE // others - HEADING, 0)
    return [Story(article, article.opening(each if place else LEAD)) for place, article in enumerate(articles)]
