"""Drafts: how many are kept, and which make room."""

from datetime import timedelta

from flask import Flask
from werkzeug.datastructures import MultiDict

from portal.accounts.models import User
from portal.core import clock
from portal.publishing import drafts


def keep(user: User, kind: str, number: int) -> bool:
    with clock.at(clock.now() - timedelta(days=100 - number)):
        return drafts.save_draft(user, kind, f"sleutel{number}", MultiDict({"title": f"Titel {number}"}))


def test_the_oldest_drafts_of_a_kind_make_room(app: Flask, member: User, other_member: User) -> None:
    """Thirty of each kind and person stay; another kind and another person keep theirs."""
    keep(member, "event", 0)
    keep(other_member, "post", 0)
    for number in range(33):
        assert keep(member, "post", number)

    titles = [draft.title for draft in drafts.list_drafts(member, "post")]
    assert titles == [f"Titel {number}" for number in range(32, 2, -1)]
    assert drafts.get_draft(member, "post", "sleutel2") is None
    assert [draft.key for draft in drafts.list_drafts(member, "event")] == ["sleutel0"]
    assert [draft.key for draft in drafts.list_drafts(other_member, "post")] == ["sleutel0"]


def test_a_draft_that_is_kept_again_does_not_make_room(app: Flask, member: User) -> None:
    for number in range(30):
        keep(member, "post", number)
    keep(member, "post", 0)

    assert len(drafts.list_drafts(member, "post")) == 30
