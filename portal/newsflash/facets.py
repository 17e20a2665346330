"""Filter options of articles and nieuwsflitsen, with the number of results for each."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select

from portal.actionplan.models import Theme
from portal.community.models import Organisation
from portal.core.clock import to_local
from portal.core.extensions import db
from portal.core.lists.facets import FacetIndex
from portal.core.text import fold
from portal.newsflash.models import Article, Issue, IssueArticle, article_theme
from portal.newsflash.queries import PUBLIC_ARTICLE, PUBLIC_ISSUE


@dataclass(frozen=True, slots=True)
class Facets:
    """The labels of a list's filter options per field, in display order, and an index that counts results."""

    choices: dict[str, dict[str, str]]
    index: FacetIndex


def article_facets() -> Facets:
    """Return the filter options of articles."""
    statement = select(Article.id, Article.published_at, Organisation.slug, Organisation.name)
    rows = db.session.execute(statement.outerjoin(Article.organisation).where(PUBLIC_ARTICLE)).all()
    themes = _gather(db.session.execute(select(article_theme.c.article_id, Theme.slug).join(Theme)))
    years = {key: str(to_local(moment).year) for key, moment, _slug, _name in rows if moment}
    index = FacetIndex()
    index.load(
        (key, {"speerpunt": themes[key], "jaar": [years[key]], "organisatie": [slug] if slug else []})
        for key, _moment, slug, _name in rows
    )
    organisations = sorted({(name, slug) for _id, _moment, slug, name in rows if slug}, key=lambda pair: fold(pair[0]))
    choices = {
        "speerpunt": _theme_choices(),
        "jaar": _year_choices(years.values()),
        "organisatie": {slug: name for name, slug in organisations},
    }
    return Facets(choices, index)


def issue_facets() -> Facets:
    """Return the filter options of nieuwsflitsen."""
    rows = db.session.execute(select(Issue.id, Issue.published_on).where(PUBLIC_ISSUE)).all()
    placed = select(IssueArticle.issue_id, Theme.slug).join(IssueArticle.article).join(Article.themes)
    themes = _gather(db.session.execute(placed.where(PUBLIC_ARTICLE)))
    index = FacetIndex()
    index.load((key, {"speerpunt": themes[key], "jaar": [str(day.year)]}) for key, day in rows)
    years = _year_choices(str(day.year) for _id, day in rows)
    return Facets({"speerpunt": _theme_choices(), "jaar": years}, index)


def _gather(pairs: Iterable[tuple[int, str]]) -> dict[int, set[str]]:
    gathered: dict[int, set[str]] = defaultdict(set)
    for key, value in pairs:
        gathered[key].add(value)
    return gathered


def _theme_choices() -> dict[str, str]:
    rows = db.session.execute(select(Theme.slug, Theme.short_title).order_by(Theme.number))
    return dict(rows.all())


def _year_choices(years: Iterable[str]) -> dict[str, str]:
    return {year: year for year in sorted(set(years), reverse=True)}
