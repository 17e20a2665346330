"""The change feed: whatever happens to content is noted in the transaction in which it happens."""

import pytest
from flask import Flask
from sqlalchemy import delete, select, update

from portal.board.models import Post, PostLevel, post_theme
from portal.community.models import OrganisationName
from portal.core.extensions import db
from portal.core.storage.database import transaction
from portal.publishing.models import State
from portal.search.models import SearchChange
from tests.search import content


def noted() -> set[str]:
    """Return what is in the feed, and empty it."""
    keys = set(db.session.scalars(select(SearchChange.key)))
    with transaction() as session:
        session.execute(delete(SearchChange))
    return keys


@pytest.fixture
def post(app: Flask) -> Post:
    """Return a post with a theme, nothing noted yet."""
    made = content.post("Stage", themes=[content.theme("techniek")])
    noted()
    return made


def test_a_new_row_is_noted(app: Flask) -> None:
    made = content.post("Stage")

    assert noted() == {f"post:{made.id}"}


def test_a_changed_and_a_deleted_row_are_noted(post: Post) -> None:
    key = f"post:{post.id}"
    with transaction():
        post.title = "Andere stage"
    assert noted() == {key}

    with transaction():
        db.session.delete(post)
    assert noted() == {key}


def test_a_row_of_an_association_is_noted_with_its_owner(post: Post) -> None:
    other = content.theme("zorg", 2)
    noted()
    with transaction():
        post.themes.append(other)
    assert noted() == {f"post:{post.id}"}

    with transaction():
        post.themes.remove(other)
    assert noted() == {f"post:{post.id}"}


def test_a_row_that_belongs_to_a_document_is_noted(post: Post) -> None:
    school = content.organisation("vlietschool")
    noted()
    with transaction() as session:
        session.add(PostLevel(post_id=post.id, level="mbo-4"))
        session.add(OrganisationName(organisation_id=school.id, name="De Vliet", slug="de-vliet"))
    assert noted() == {f"post:{post.id}", f"organisation:{school.id}"}

    with transaction() as session:
        session.delete(session.scalars(select(OrganisationName)).one())
    assert noted() == {f"organisation:{school.id}"}


def test_bulk_changes_are_noted(post: Post) -> None:
    keys = {f"post:{post.id}", f"post:{content.post('Rondleiding').id}"}
    noted()
    with transaction() as session:
        session.execute(update(Post).where(Post.title == "Stage").values(state=State.EXPIRED))
    assert noted() == {f"post:{post.id}"}

    with transaction() as session:
        session.execute(delete(post_theme))
        session.execute(delete(Post.__table__))  # type: ignore[arg-type]  # a Table at run time
    assert {key for key in noted() if key.startswith("post:")} == keys


def test_what_is_rolled_back_is_not_noted(post: Post) -> None:
    def nearly() -> None:
        with transaction():
            post.title = "Bijna"
            db.session.flush()
            raise LookupError

    with pytest.raises(LookupError):
        nearly()
    assert noted() == set()


def test_numbers_are_never_given_twice(post: Post) -> None:
    def newest() -> int:
        return db.session.scalars(select(SearchChange.id)).one()

    content.post("Een")
    first = newest()
    noted()
    content.post("Twee")

    assert newest() > first
