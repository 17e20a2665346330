"""Publishing, and what other rooms see of it."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy.exc import IntegrityError

from portal.core import clock
from portal.newsflash import queries
from portal.newsflash.services import UnknownTheme
from portal.search.indexing import documents
from tests.newsflash.conftest import NOON, Newsroom, organisation


def test_an_article_is_cleaned_rendered_and_named(newsroom: Newsroom) -> None:
    article = newsroom.article("  De\u202e zetbank\n stond  stil ", lead="Een\naanhef", body="Een **tik**.\n")
    assert article.title == "De zetbank stond stil"
    assert article.path == f"/nieuws/{article.id}-de-zetbank-stond-stil"
    assert article.lead == "Een aanhef"
    assert article.body_html == "<p>Een <strong>tik</strong>.</p>\n"
    assert article.published_at == article.updated_at == NOON


def test_an_unknown_theme_is_refused(newsroom: Newsroom) -> None:
    with pytest.raises(UnknownTheme, match="toverij"):
        newsroom.article(themes=("zorg", "toverij"))
    assert queries.latest_articles(5) == []


def test_a_number_comes_out_once(newsroom: Newsroom) -> None:
    newsroom.issue(1)
    with pytest.raises(IntegrityError):
        newsroom.issue(1)


def test_an_issue_comes_out_in_the_morning_and_never_in_the_future(newsroom: Newsroom) -> None:
    assert newsroom.issue(1, day=date(2026, 7, 2)).published_at == datetime(2026, 7, 2, 7, tzinfo=UTC)
    published = newsroom.issue(2, day=clock.today()).published_at
    assert published is not None
    assert published <= clock.now()


def test_an_article_needs_no_theme_and_no_organisation(newsroom: Newsroom) -> None:
    article = newsroom.article(organisation=None)
    assert (article.themes, article.organisation) == ([], None)


def test_others_ask_for_the_newest(newsroom: Newsroom) -> None:
    linde = organisation("linde", "Zorggroep De Linde")
    one = newsroom.article("Een", themes=("zorg",), organisation=linde)
    two = newsroom.article("Twee", themes=("techniek",))
    newsroom.issue(1, one)
    newsroom.issue(2, two)
    assert queries.latest_articles(1) == [two]
    assert queries.of_organisation(linde.id, 5) == [one]
    assert queries.of_theme(one.themes[0].id, 5) == [one]
    latest = queries.latest_issue()
    assert latest is not None
    assert (latest.number, latest.articles) == (2, [two])


def test_the_sitemap_gets_every_page(newsroom: Newsroom) -> None:
    article = newsroom.article()
    issue = newsroom.issue(1, article)
    assert dict(queries.sitemap_entries()) == {article.path: NOON, "/nieuwsflits/1": issue.updated_at}


def test_search_finds_articles_and_issues(newsroom: Newsroom) -> None:
    article = newsroom.article("De zetbank", lead="Aanhef.", body="Een **tik**.", themes=("techniek", "zorg"))
    issue = newsroom.issue(1, article, title="Kop", intro="Inleiding.")
    found = documents.load([article.search_key, issue.search_key])
    document = found[article.search_key]
    assert (document.title, document.text, document.path) == ("De zetbank", "Aanhef. Een tik.", article.path)
    assert (document.themes, document.organisations) == (("techniek", "zorg"), ("techniekhuis",))
    assert (document.year, document.day) == (2026, date(2026, 3, 12))
    whole = found[issue.search_key]
    assert (whole.title, whole.text, whole.themes) == ("Kop", "Inleiding. De zetbank", ("techniek", "zorg"))


def test_an_opening_ends_where_the_room_ends(newsroom: Newsroom) -> None:
    article = newsroom.article(body="Kort.\n\n## Kop\n\n" + "Woorden genoeg hier. " * 30 + "\n\nSlot.")
    assert article.opening(2000)[::2] == ["Kort.", "Slot."]
    first, cut = article.opening(200)
    assert first == "Kort."
    assert cut.endswith("hier.")
    assert len(first) + len(cut) <= 200
    assert article.opening(10) == []
