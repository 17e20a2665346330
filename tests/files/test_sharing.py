"""What goes along when a page is shared or read in a feed: its own picture, with size and words."""

from collections.abc import Iterator
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
from flask import Flask
from selectolax.lexbor import LexborHTMLParser
from sqlalchemy import select

from portal.accounts.models import User
from portal.board import attachments
from portal.board.models import Post, PostAttachment
from portal.community.models import Organisation
from portal.core.extensions import db
from portal.core.storage.database import transaction
from portal.files import services
from portal.files.models import StoredFile
from portal.newsflash.models import Article
from tests.files import makers
from tests.fixtures import InspectedResponse
from tests.world import SLUG, World, world

__all__ = ["world"]
ATOM = "{http://www.w3.org/2005/Atom}"
WORDS = 'Twee leerlingen "meten" <een> balk & lachen'


@pytest.fixture
def pictured(world: World) -> Iterator[StoredFile]:
    """Give the article, the post and the organisation of the world one picture of their own each; return the first."""
    member = db.session.scalars(select(User).where(User.name == "Persoon Member")).one()
    files = [
        services.store_image(makers.upload(makers.picture(size=(800, 500))), member, WORDS) for _number in range(3)
    ]
    with transaction() as session:
        session.scalars(select(Article)).one().image = files[0]
        post = session.scalars(select(Post).where(Post.slug == "iets")).one()
        session.add(PostAttachment(post_id=post.id, file=files[1], user_id=member.id))
        session.scalars(select(Organisation).where(Organisation.slug == SLUG)).one().logo = files[2]
        for file in files:
            services.set_public(file, True)
    yield files[0]
    world.restore()


def meta(page: InspectedResponse, name: str) -> list[str]:
    return page.attributes(f"meta[property='og:{name}'], meta[name='{name}']", "content")


def path_of(world: World, kind: str) -> str:
    if kind == "organisation":
        return f"/organisaties/{SLUG}"
    if kind == "article":
        return db.session.scalars(select(Article)).one().path
    return db.session.scalars(select(Post).where(Post.slug == "iets")).one().path


@pytest.mark.parametrize("kind", ["article", "post", "organisation"])
def test_a_shared_page_brings_its_own_picture(world: World, pictured: StoredFile, kind: str) -> None:
    visitor = world.client("visitor")
    page = visitor.get(path_of(world, kind))

    (address,) = meta(page, "image")
    assert address.startswith(world.app.config["BASE_URL"])
    assert visitor.get(urlsplit(address).path).mimetype == "image/jpeg"
    assert (meta(page, "image:width"), meta(page, "image:height")) == (["800"], ["500"])
    assert meta(page, "image:alt") == [WORDS]
    assert meta(page, "twitter:card") == ["summary_large_image"]
    assert meta(page, "title") == page.texts("main h1")


def test_a_page_without_a_picture_brings_the_card_of_the_site(world: World) -> None:
    visitor = world.client("visitor")
    for path in ("/", path_of(world, "article"), "/agenda/"):
        page = visitor.get(path)
        (address,) = meta(page, "image")
        assert "social-card" in address
        assert meta(page, "image:width") == ["1200"]


def test_a_picture_that_not_everybody_may_see_is_not_shared(world: World, pictured: StoredFile) -> None:
    services.set_public(pictured, False)

    assert "social-card" in meta(world.client("visitor").get(path_of(world, "article")), "image")[0]
    assert pictured.token not in world.client("visitor").get("/nieuws/feed.atom").get_data(as_text=True)


@pytest.mark.parametrize("feed", ["/nieuws/feed.atom", "/vraag-en-aanbod/feed.atom"])
def test_the_feed_holds_the_picture(world: World, pictured: StoredFile, feed: str) -> None:
    """Enclosed for who shows it in a list (RFC 4287, 4.2.7), and above the text for who reads."""
    root = ElementTree.fromstring(world.client("visitor").get(feed).data)
    ((entry, link),) = [
        (entry, link)
        for entry in root.findall(f"{ATOM}entry")
        for link in entry.findall(f"{ATOM}link[@rel='enclosure']")
    ]
    assert (link.get("type"), link.get("title")) == ("image/jpeg", WORDS)
    content = world.client("visitor").get(urlsplit(link.get("href") or "").path).data
    assert link.get("length") == str(len(content))
    image = LexborHTMLParser(entry.findtext(f"{ATOM}content") or "").css_first("img")
    assert image is not None
    assert (image.attributes["src"], image.attributes["alt"]) == (link.get("href"), WORDS)


def test_the_first_picture_of_a_post_is_shared_not_its_document(app: Flask, member: User) -> None:
    post = Post(author=member)
    files = [services.store_pdf(makers.upload(makers.pdf(), "a.pdf"), member, "Brief"),
             services.store_image(makers.upload(makers.picture()), member, "Foto")]  # fmt: skip
    for file in files:
        services.set_public(file, True)
    post.attachments = [PostAttachment(file=file, user_id=member.id) for file in files]

    assert attachments.first_picture(post) is files[1]
