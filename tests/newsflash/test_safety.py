"""What people write stays text, what is not published stays unseen, and a page asks the database little."""

import json

import pytest
from atoma.atom import AtomTextType
from flask.testing import FlaskClient
from selectolax.lexbor import LexborHTMLParser

from portal.accounts import services as accounts
from portal.core.storage.database import transaction
from portal.newsflash import queries
from portal.publishing.models import State
from portal.search.indexing import documents
from tests.core.test_text import PAYLOADS, assert_harmless
from tests.fixtures import InspectedResponse
from tests.newsflash.conftest import Newsroom, Reader, organisation, statements
from tests.newsflash.test_feed import read

MORE = [
    '"><script>alert(1)</script>',
    "' onfocus='alert(1)' x='",
    "</script><script>alert(1)</script>",
    "<!--",
    "</title><b class=evil>",
    "\u202egnp.exe",
    "$(alert(1))",
]
HIDDEN = [State.DRAFT, State.REVIEW, State.WITHDRAWN, State.EXPIRED]
SCRIPTS = {"/static/htmx", "/static/site", "application/ld+json"}


def assert_tame(page: InspectedResponse, name: str) -> None:
    """Look at a page as a browser parses it: nothing of a text became an element, a handler or an address."""
    for node in page.tree.css("*"):
        for attribute, value in node.attributes.items():
            assert not attribute.startswith("on"), (name, attribute)
            if attribute in {"href", "src", "action"}:
                assert not (value or "").lower().lstrip().startswith(("javascript:", "data:", "vbscript:", "//"))
    for script in page.tree.css("script"):
        source = (script.attributes.get("src") or "") + (script.attributes.get("type") or "")
        assert any(part in source for part in SCRIPTS), name
    assert page.tree.css("iframe, object, embed, base, style, b.evil, main form:not(.filter-form), main img") == []


@pytest.mark.parametrize("payload", PAYLOADS + MORE)
def test_no_text_of_a_writer_runs_anywhere(reader: Reader, newsroom: Newsroom, payload: str) -> None:
    newsroom.author = accounts.add_user(payload, "kwaad@example.org")
    newsroom.organisation = organisation("kwaad", payload)
    article = newsroom.article(payload, lead=payload, body=payload, themes=("zorg",))
    newsroom.article(payload, lead=payload, body=payload, themes=("zorg",))
    newsroom.issue(1, article, title=payload, intro=payload)
    for path in (
        article.path,
        "/nieuws/",
        "/nieuws/?organisatie=kwaad",
        "/nieuwsflits/",
        "/nieuwsflits/1",
        "/nieuwsflits/9",
    ):
        page = reader.get(path)
        assert_tame(page, path)
        for script in page.tree.css("script[type='application/ld+json']"):
            assert "<" not in script.text()
            json.loads(script.text())
        for prose in page.tree.css(".prose"):
            assert_harmless(prose.inner_html or "")
    _loose, strict = read(reader.get("/nieuws/feed.atom"))
    for entry in strict.entries:
        assert entry.title.text_type == entry.summary.text_type == AtomTextType.text
        assert_harmless(entry.content.value)


@pytest.mark.parametrize("payload", ["<script>alert(1)</script>", "\"'><svg onload=alert(1)>", "{{7*7}}"])
def test_nothing_of_the_address_runs(reader: Reader, newsroom: Newsroom, payload: str) -> None:
    newsroom.article()
    for path in (f"/nieuws/?speerpunt={payload}&na={payload}", f"/nieuwsflits/?jaar={payload}", f"/nieuws/1-{payload}"):
        page = reader.get(path)
        if page.status_code < 300:
            assert_tame(page, path)
            assert "49" not in page.only(".ignored")


@pytest.mark.parametrize("state", HIDDEN)
def test_an_unpublished_article_is_nowhere(reader: Reader, newsroom: Newsroom, state: State) -> None:
    secret = newsroom.article("Geheim", themes=("zorg",))
    other = newsroom.article("Open", themes=("zorg",))
    issue = newsroom.issue(1, secret, other)
    with transaction():
        secret.state = state
    page = reader.get(secret.path)
    assert page.status_code == (410 if state == State.WITHDRAWN else 404)
    assert secret.title not in page.get_data(as_text=True)
    paths = ("/nieuws/", "/nieuws/?speerpunt=zorg", "/nieuwsflits/", "/nieuwsflits/1", other.path, "/nieuws/feed.atom",
             "/", "/sitemap.xml")  # fmt: skip
    for path in paths:
        assert "eheim" not in reader.get(path).get_data(as_text=True), path
    assert reader.get("/nieuws/").only("#count-speerpunt-zorg") == "1"
    assert secret.search_key not in documents.load([secret.search_key])
    assert "eheim" not in documents.load([issue.search_key])[issue.search_key].text
    assert queries.of_theme(other.themes[0].id, 9) == [other]


@pytest.mark.parametrize("state", HIDDEN)
def test_an_unpublished_issue_is_nowhere(reader: Reader, newsroom: Newsroom, state: State) -> None:
    article = newsroom.article("Open")
    newsroom.issue(1, title="Gewoon")
    secret = newsroom.issue(2, article, title="Geheim")
    with transaction():
        secret.state = state
    assert reader.get("/nieuwsflits/2").status_code == 404
    for path in ("/nieuwsflits/", "/nieuwsflits/1", "/nieuwsflits/2", article.path, "/", "/sitemap.xml"):
        assert "eheim" not in reader.get(path).get_data(as_text=True), path
    assert "/nieuwsflits/2" not in reader.get("/sitemap.xml").get_data(as_text=True)
    assert documents.load([secret.search_key]) == {}


def test_a_deleted_theme_less_article_leaves_nothing(reader: Reader, newsroom: Newsroom) -> None:
    article = newsroom.article("Weg")
    assert "Weg" in reader.get("/nieuws/").texts(".card-title")
    with transaction() as session:
        session.delete(article)
    assert reader.get("/nieuws/").texts(".card-title") == []


@pytest.mark.parametrize(
    "path",
    [
        "/nieuws/",
        "/nieuws/?speerpunt=zorg&jaar=2026",
        "/nieuws/feed.atom",
        "article",
        "/nieuwsflits/",
        "/nieuwsflits/2",
    ],
)
def test_a_page_asks_the_database_at_most_ten_times(reader: Reader, newsroom: Newsroom, path: str) -> None:
    articles = [newsroom.article(f"Artikel {number}", themes=("zorg", "techniek")) for number in range(12)]
    for number in range(1, 5):
        newsroom.issue(number, *articles[number * 3 - 3 : number * 3])
    reader.get("/nieuwsflits/1")  # the board's index, kept in memory, is level after this
    with statements() as seen:
        page = reader.get(articles[4].path if path == "article" else path)
    assert page.status_code == 200
    assert len([statement for statement in seen if statement.startswith("SELECT")]) <= 10, "\n".join(seen)


def test_an_issue_with_its_notices_asks_at_most_ten_times(demo_client: FlaskClient) -> None:
    demo_client.get("/nieuwsflits/1")  # the board's index, kept in memory, is level after this
    with statements() as seen:
        page = demo_client.get("/nieuwsflits/12")
    assert page.status_code == 200
    assert b"issue-notices" in page.get_data()
    assert len([statement for statement in seen if statement.startswith("SELECT")]) <= 10, "\n".join(seen)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
@pytest.mark.parametrize("path", ["/nieuws/", "/nieuws/feed.atom", "/nieuwsflits/", "/nieuwsflits/1"])
def test_reading_is_all_one_can_do(reader: Reader, newsroom: Newsroom, path: str, method: str) -> None:
    newsroom.issue(1)
    assert reader.client.open(path, method=method).status_code in {400, 405}


def test_reading_leaves_no_cookie(reader: Reader, newsroom: Newsroom) -> None:
    newsroom.issue(1, newsroom.article())
    for path in ("/nieuws/", "/nieuwsflits/", "/nieuwsflits/1", "/nieuws/feed.atom"):
        assert "Set-Cookie" not in reader.get(path).headers


def test_a_feed_read_as_html_is_harmless(reader: Reader, newsroom: Newsroom) -> None:
    newsroom.article("<script>alert(1)</script>", body="<script>alert(1)</script>")
    source = reader.get("/nieuws/feed.atom").get_data(as_text=True)
    assert LexborHTMLParser(source).css("script") == []
