"""What shows something of another row is indexed anew when that row changes: renamed, re-aliased, taken away."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, select, update

from portal.actionplan.models import Action, ActionParty
from portal.agenda.models import Event, EventKind
from portal.board.models import Category, Post, PostAttachment
from portal.community import jobs, seats
from portal.community.models import Organisation, OrganisationName, Profile, Seat
from portal.core import clock
from portal.core.extensions import db
from portal.core.storage.database import transaction
from portal.examples.models import Example, ExampleType
from portal.files import services as files
from portal.files.models import FileKind, Reach, StoredFile
from portal.newsflash.models import Article, Issue, IssueArticle
from portal.publishing.models import State
from portal.search.indexing import documents
from tests.people import make_user
from tests.search import content
from tests.search.test_changes import noted


@pytest.fixture
def school(app: Flask) -> Organisation:
    """Return an organisation that placed, organises and takes part in something of each type; nothing noted yet."""
    made = content.organisation("vlietschool", "De Vlietschool")
    content.post("Stage", by=made, themes=[content.theme("techniek")])
    article = content.article("Opening")
    day = clock.today()
    with transaction() as session:
        article.organisation = made
        event = Event(uid="1", slug="dag", title="Open dag", summary="", first_day=day, last_day=day, state=State.OPEN,
                      published_at=clock.now(), organisers=[made],
                      kind=EventKind(slug="dag", label="Dag", explanation="", synonyms=[]))  # fmt: skip
        theme = content.theme("techniek")
        action = Action(
            slug="actie", agenda=theme.agenda, theme=theme, number=1, title="Actie", summary="", status="done"
        )
        action.parties = [ActionParty(organisation=made, role="lead")]
        example = Example(slug="technasium", name="Technasium", summary="", partners=[made],
                          type=ExampleType(slug="school", title="School", summary=""))  # fmt: skip
        session.add_all([event, action, example, Profile(user=make_user("Noor"))])
        session.flush()
    seat = seats.assign_seat(db.session.scalars(select(Profile)).one().user, made, "docent", day)
    with transaction():
        seat.is_public = True
    noted()
    return made


def keys(*types: str) -> set[str]:
    """Return the key of the only row of each type."""
    every = documents.every_key()
    return {f"{name}:{row_id}" for name in types for row_id in every[name]}


EVERYWHERE = ("post", "event", "article", "action", "example")


def test_a_renamed_organisation_takes_along_what_shows_its_name(school: Organisation) -> None:
    with transaction():
        school.name = "Vlietcollege"

    assert noted() == keys(*EVERYWHERE, "organisation", "member")
    found = documents.load(keys(*EVERYWHERE, "member"))
    assert all("Vlietcollege" in f"{document.text} {document.extra}" for document in found.values())
    assert len(found) == len(EVERYWHERE) + 1


def test_so_does_one_that_gets_or_loses_another_name(school: Organisation) -> None:
    with transaction() as session:
        session.add(OrganisationName(organisation_id=school.id, name="Vlietlyceum", slug="vlietlyceum"))
    assert noted() == keys(*EVERYWHERE, "organisation")
    assert all("Vlietlyceum" in document.extra for document in documents.load(keys(*EVERYWHERE)).values())

    with transaction() as session:
        session.execute(delete(OrganisationName))
    assert noted() == keys(*EVERYWHERE, "organisation")
    assert not any("Vlietlyceum" in document.extra for document in documents.load(keys(*EVERYWHERE)).values())


def test_a_bulk_rename_does_too(school: Organisation) -> None:
    with transaction() as session:
        session.execute(update(Organisation).where(Organisation.slug == "vlietschool").values(name="Vlietcollege"))

    assert noted() == keys(*EVERYWHERE, "organisation", "member")


def test_what_nobody_is_found_by_takes_nothing_along(school: Organisation) -> None:
    with transaction():
        school.website = "https://example.org"

    assert noted() == keys("organisation")


def rename_category() -> None:
    db.session.scalars(select(Category)).one().label = "Snuffelstage"


def other_words_for_a_category() -> None:
    db.session.scalars(select(Category)).one().synonyms = ["meeloopdag"]


def rename_kind() -> None:
    db.session.scalars(select(EventKind)).one().synonyms = ["rondleiding"]


def rename_type() -> None:
    db.session.scalars(select(ExampleType)).one().title = "Vakschool"


def other_slug_of_a_theme() -> None:
    content.theme("techniek").slug = "techniek-en-ict"


@pytest.mark.parametrize(
    ("change", "types"),
    [
        (rename_category, {"post"}),
        (other_words_for_a_category, {"post"}),
        (rename_kind, {"event"}),
        (rename_type, {"example"}),
        (other_slug_of_a_theme, {"theme", "post", "action", "organisation"}),
    ],
)
def test_other_rows_take_along_what_shows_them(
    school: Organisation, change: Callable[[], None], types: set[str]
) -> None:
    with transaction():
        change()

    assert noted() == keys(*types)


def test_an_issue_follows_its_articles(app: Flask) -> None:
    article = content.article("Techniekdag in Delft")
    with transaction() as session:
        issue = Issue(number=3, published_on=clock.today(), title="Flits", intro="Kort.", state=State.OPEN)
        issue.placements = [IssueArticle(article=article, position=1)]
        session.add(issue)
    noted()
    with transaction():
        article.title = "Zorgdag in Delft"
    assert noted() == {f"issue:{issue.id}", f"article:{article.id}"}
    assert "Zorgdag" in documents.load([f"issue:{issue.id}"])[f"issue:{issue.id}"].text

    with transaction() as session:
        session.execute(update(Article).values(state=State.WITHDRAWN))
    assert noted() == {f"issue:{issue.id}", f"article:{article.id}"}
    assert "Zorgdag" not in documents.load([f"issue:{issue.id}"])[f"issue:{issue.id}"].text


def test_an_organisation_follows_what_merged_into_it(school: Organisation) -> None:
    old = content.organisation("oude-school")
    with transaction():
        old.merged_into = school
    assert keys("organisation") == noted() & keys("organisation")

    with transaction() as session:
        session.add(OrganisationName(organisation_id=old.id, name="Ambachtsschool", slug="ambachtsschool"))
    assert f"organisation:{school.id}" in noted()
    assert "Ambachtsschool" in documents.load([f"organisation:{school.id}"])[f"organisation:{school.id}"].extra


def attach(post: Post, text: str, reach: Reach = Reach.EVERYONE) -> StoredFile:
    """Give a post a document."""
    with transaction() as session:
        file = StoredFile(kind=FileKind.PDF, media_type="application/pdf", size=1, sha256="0" * 64, reach=reach,
                          title="Folder", text=text)  # fmt: skip
        session.add(PostAttachment(post_id=post.id, file=file, user_id=post.author_id))
    return file


def test_a_post_is_found_by_its_documents_as_far_as_everybody_may_read_them(app: Flask) -> None:
    post = content.post("Stage")
    key = f"post:{post.id}"
    file = attach(post, "Lasapparatuur")
    assert "Lasapparatuur" in documents.load([key])[key].text

    noted()
    with transaction():
        files.set_reach(file, Reach.MEMBERS)
    assert noted() == {key}
    assert "Lasapparatuur" not in documents.load([key])[key].text


def test_a_changed_and_a_removed_document_are_noted(app: Flask) -> None:
    post = content.post("Stage")
    key = f"post:{post.id}"
    file = attach(post, "Lasapparatuur")
    noted()
    with transaction():
        file.text = "Draaibank"
    assert noted() == {key}
    assert "Draaibank" in documents.load([key])[key].text

    files.delete(file)
    assert noted() == {key}
    assert "Draaibank" not in documents.load([key])[key].text


def test_a_book_does_not_make_an_endless_document(app: Flask) -> None:
    post = content.post("Stage")
    attach(post, "inleiding " + "x " * 100_000 + "slotwoord")
    text = documents.load([f"post:{post.id}"])[f"post:{post.id}"].text

    assert "inleiding" in text
    assert "slotwoord" not in text
    assert len(text) < 31_000


def test_a_member_follows_the_calendar(school: Organisation) -> None:
    seat = db.session.scalars(select(Seat)).one()
    with transaction():
        seat.until = clock.today() - timedelta(days=1)
    noted()

    jobs.note_turned_seats(clock.now())
    assert noted() == keys("member")
    jobs.note_turned_seats(clock.now() + timedelta(days=30))
    assert noted() == set()
