"""The page of an article."""

import json
from typing import Any

from tests.newsflash.conftest import NOON, Newsroom, Reader


def data_of(page: Any) -> dict[str, Any]:
    """Return the JSON-LD of a page."""
    (script,) = page.tree.css("script[type='application/ld+json']")
    data: dict[str, Any] = json.loads(script.text())
    return data


def test_it_tells_what_by_whom_when_and_about_what(reader: Reader, newsroom: Newsroom) -> None:
    article = newsroom.article("De zetbank", themes=("techniek", "zorg"), lead="Toen viel hij uit.")
    page = reader.get(article.path)
    assert page.only("h1") == "De zetbank"
    assert page.only(".story-lead") == "Toen viel hij uit."
    assert page.only(".story-by") == "Door Wouter van Schie Techniekhuis Delfland do 12 maart 2026"
    assert page.attributes(".story-by a", "href") == ["/organisaties/techniekhuis"]
    assert page.texts(".story-head .theme-marks li") == ["1 Techniek", "2 Zorg"]
    assert page.texts(".prose p, .prose h2") == [
        "Om tien over negen klonk er een tik.", "Daarna", "Niets meer, de hele dag niet.",
    ]  # fmt: skip


def test_an_article_of_nobody_in_particular_stands_without_organisation(reader: Reader, newsroom: Newsroom) -> None:
    page = reader.get(newsroom.article(organisation=None).path)
    assert page.only(".story-by") == "Door Wouter van Schie do 12 maart 2026"


def test_another_slug_leads_to_the_address_of_the_article(reader: Reader, newsroom: Newsroom) -> None:
    article = newsroom.article()
    for prefix in ("", "/en"):
        answer = reader.get(f"{prefix}/nieuws/{article.id}-oud")
        assert (answer.status_code, answer.headers["Location"]) == (301, f"{prefix}{article.path}")


def test_an_unknown_article_is_not_there(reader: Reader, newsroom: Newsroom) -> None:
    article = newsroom.article()
    for path in ("999-x", "0-x", f"0{article.id}-de-zetbank", "99999999999-x", f"{10**40}-x", "1", "-1-x", "\uff11-x"):
        assert reader.get(f"/nieuws/{path}").status_code == 404, path


def test_it_says_in_which_nieuwsflits_it_stood_and_leads_along(reader: Reader, newsroom: Newsroom) -> None:
    articles = [newsroom.article(title) for title in ("Eerste", "Tweede", "Derde")]
    newsroom.issue(7, *articles, title="Alles tegelijk")
    page = reader.get(articles[1].path)
    assert page.only(".stood-in .issue-title") == "Alles tegelijk"
    assert page.attributes(".stood-in .issue-title a", "href") == ["/nieuwsflits/7"]
    assert page.texts(".stood-in li") == ["Eerste", "Tweede", "Derde"]
    assert page.texts(".stood-in [aria-current]") == ["Tweede"]
    assert page.attributes("a[rel=prev]", "href") == [articles[0].path]
    assert page.attributes("a[rel=next]", "href") == [articles[2].path]
    assert reader.get(articles[0].path).attributes("a[rel=prev]", "href") == []


def test_an_article_that_stood_nowhere_says_nothing_of_it(reader: Reader, newsroom: Newsroom) -> None:
    page = reader.get(newsroom.article().path)
    assert page.texts(".stood-in, .turn") == []


def test_three_related_articles_share_a_speerpunt(reader: Reader, newsroom: Newsroom) -> None:
    article = newsroom.article("Deze", themes=("techniek", "zorg"))
    newsroom.article("Elders", themes=("ict",))
    newsroom.article("Beide", themes=("techniek", "zorg"))
    for number in range(4):
        newsroom.article(f"Techniek {number}", themes=("techniek",))
    page = reader.get(article.path)
    assert page.texts(".panel .card-title") == ["Beide", "Techniek 3", "Techniek 2"]
    assert page.attributes(".panel .section-link", "href") == ["/nieuws/?speerpunt=techniek&speerpunt=zorg"]


def test_without_speerpunt_nothing_is_related(reader: Reader, newsroom: Newsroom) -> None:
    newsroom.article("Ander")
    assert reader.get(newsroom.article("Deze").path).texts(".panel") == []


def test_machines_read_the_same(reader: Reader, newsroom: Newsroom) -> None:
    article = newsroom.article("De zetbank", themes=("techniek",), lead="Toen viel hij uit.")
    newsroom.issue(7, article)
    page = reader.get(article.path)
    data = data_of(page)
    assert data["@type"] == "NewsArticle"
    assert data["headline"] == "De zetbank"
    assert data["datePublished"] == "2026-03-12T13:00:00+01:00"
    assert data["mainEntityOfPage"] == f"http://127.0.0.1:5000{article.path}"
    assert data["author"] == {"@type": "Person", "name": "Wouter van Schie"}
    assert data["isPartOf"]["issueNumber"] == 7
    assert page.attributes("meta[property='og:type']", "content") == ["article"]
    assert page.attributes("meta[property='article:published_time']", "content") == ["2026-03-12T13:00:00+01:00"]
    assert page.attributes("meta[property='article:tag']", "content") == ["Techniek"]
    assert page.attributes("meta[name=description]", "content") == ["Toen viel hij uit."]
    assert page.attributes("link[rel=canonical]", "href") == [f"http://127.0.0.1:5000{article.path}"]
    assert page.attributes("link[type='application/atom+xml']", "href") == ["/nieuws/feed.atom"]


def test_one_can_pass_it_on(reader: Reader, newsroom: Newsroom) -> None:
    article = newsroom.article()
    page = reader.get(article.path)
    assert page.attributes("[data-copy]", "data-copy") == [f"http://127.0.0.1:5000{article.path}"]
    assert page.attributes("[data-print]", "type") == ["button"]
    (mail,) = page.attributes("a[href^='mailto:']", "href")
    assert "De%20zetbank" in mail


def test_the_english_page_marks_what_is_dutch(reader: Reader, newsroom: Newsroom) -> None:
    article = newsroom.article(at=NOON)
    page = reader.get(f"/en{article.path}")
    for selector in ("h1", ".story-lead", ".prose"):
        assert page.attributes(selector, "lang") == ["nl"]
    assert "By Wouter van Schie" in page.only(".story-by")
