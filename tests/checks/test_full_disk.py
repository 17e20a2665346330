"""A database that has no room left: what was sent is said not to be kept, and comes back."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from sqlalchemy import event, func, select

from portal.core.extensions import db
from portal.publishing.drafts import FormDraft
from tests.people import filled
from tests.world import World, world

__all__ = ["world"]

BODY = "Een lange tekst die niemand twee keer wil typen. " * 180
FIELDS = {"kind": "aanbod", "category": "stage", "title": "Een titel die blijft staan", "body": BODY}
WRITTEN = {
    "/vraag-en-aanbod/nieuw": FIELDS,
    "/nieuws/insturen": {"title": "Een titel die blijft staan", "lead": "Kort.", "body": BODY},
    "/agenda/nieuw": {"kind": "cafe", "title": "Een titel die blijft staan", "summary": "Kort.", "body": BODY,
                      "first_day": "2099-05-20", "venue": "De Werkplaats"},
}  # fmt: skip


@pytest.fixture
def full(world: World) -> Iterator[World]:
    """The world on a disk without room: SQLite may not make its file larger, which has no free page either."""
    db.session.remove()
    db.engine.dispose()
    with closing(sqlite3.connect(world.path)) as connection:
        connection.execute("VACUUM")

    def limit(connection: Any, _record: object) -> None:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count={pages}")

    event.listen(db.engine, "connect", limit)
    yield world
    event.remove(db.engine, "connect", limit)
    world.restore()


def sent(world: World, path: str) -> tuple[Any, dict[str, Any]]:
    client = world.client("member")
    data = {**filled(client.get(path).tree.css_first("main form.form")), **WRITTEN[path]}
    return client, data


@pytest.mark.parametrize("path", sorted(WRITTEN))
def test_what_could_not_be_saved_is_said_and_given_back(full: World, path: str) -> None:
    client, data = sent(full, path)
    before = full.dump()
    answer = client.post(path, data={**data, "do": "verstuur"})

    assert answer.status_code == 507
    assert "niet opgeslagen" in answer.only("#unsaved-head")
    assert BODY.strip() in [text.strip() for text in answer.texts("main textarea[name=body]")]
    assert answer.attributes("main input[name=title]", "value") == [data["title"]]
    assert full.dump() == before

    button = filled(answer.tree.css_first("main form.form"))
    again = client.post(answer.attributes("main form.form", "action")[0], data=button)
    assert again.status_code == 200
    assert again.attributes("#title", "value") == [data["title"]]


@pytest.mark.parametrize("path", ["/vraag-en-aanbod/concept", "/agenda/concept", "/nieuws/concept"])
def test_an_autosave_without_room_says_that_it_is_not_kept(full: World, path: str) -> None:
    client, data = sent(full, "/vraag-en-aanbod/nieuw")
    answer = client.post(path, data={**data, "body": BODY}, headers={"HX-Request": "true"})
    text = answer.get_data(as_text=True)

    assert answer.status_code == 507
    assert "<html" not in text
    assert "Niet opgeslagen" in text
    assert "Bewaard als concept" not in text
    assert db.session.scalar(select(func.count()).select_from(FormDraft)) == 0
