"""The filters of articles and nieuwsflitsen, parsed from the query string; unknown values are ignored and reported."""

from dataclasses import dataclass

from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext
from portal.core.lists.filters import ChoiceField, FilterForm, Suggestion
from portal.core.lists.selection import Option
from portal.newsflash import queries
from portal.newsflash.facets import Facets
from portal.newsflash.queries import Position

THEME = ChoiceField("speerpunt", lazy_gettext("Focus point"))
YEAR = ChoiceField("jaar", lazy_gettext("Year"))
ORGANISATION = ChoiceField("organisatie", lazy_gettext("Organisation"), takes_one=True)
"""A select with one value: there are too many organisations for check boxes."""


@dataclass(frozen=True, slots=True)
class Group:
    """A field of the filter with its options, for the rail."""

    name: str
    legend: str
    options: list[Option]
    kind: str


class NewsFilter(FilterForm):
    """Base class of the two filters."""

    has_words = False

    def groups(self, facets: Facets) -> list[Group]:
        """Return the fields with their options, and for each option the number of results."""
        counts = facets.index.counts(self.chosen)
        return [self._group(choice, facets.choices[choice.name], counts.get(choice.name, {})) for choice in self.fields]

    def _group(self, choice: ChoiceField, labels: dict[str, str], found: dict[str, int]) -> Group:
        chosen = self.values(choice.name)
        options = [Option(value, label, found.get(value, 0), value in chosen) for value, label in labels.items()]
        if choice.takes_one:
            options.insert(0, Option("", _("All organisations"), None, not chosen))
        return Group(choice.name, str(choice.label), options, "select" if choice.takes_one else "checkbox")

    def nearby_suggestions(self, facets: Facets, path: str) -> list[Suggestion]:
        """Return similar filters that do find something: another year, or one choice less."""
        years = {"jaar": facets.index.counts(self.chosen).get("jaar", {})} if self.values("jaar") else {}
        return self.suggestions(facets.choices, path, lambda other: facets.index.count(other.chosen), years)


class ArticleFilter(NewsFilter):
    """Which articles to show."""

    fields = (THEME, YEAR, ORGANISATION)

    @classmethod
    def parse_place(cls, text: str) -> Position | None:
        """Return the moment (UTC) and id of a paging key; None when it is malformed."""
        return queries.article_position(text)


class IssueFilter(NewsFilter):
    """Which nieuwsflitsen to show."""

    fields = (THEME, YEAR)

    @classmethod
    def parse_place(cls, text: str) -> Position | None:
        """Return the day and number of a paging key; None when it is malformed."""
        return queries.issue_position(text)
