"""Writing: one way in, durable, and all or nothing."""

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from portal.community import services as community
from portal.community.models import Organisation
from portal.core.extensions import db
from portal.core.storage.database import content_version, transaction
from portal.search.models import SearchChange


def add(slug: str) -> Organisation:
    """Add an organisation."""
    return community.add_organisation(slug, slug.title(), "vo", None, None, None)


def test_a_write_outside_a_transaction_is_refused(app: Flask) -> None:
    db.session.add(Organisation(slug="los", name="Los", kind="vo"))

    with pytest.raises(RuntimeError, match="transaction"):
        db.session.flush()
    db.session.rollback()


DURABLE: dict[str, dict[str, object]] = {
    "sqlite": {"PRAGMA journal_mode": "wal", "PRAGMA synchronous": 2, "PRAGMA foreign_keys": 1},
    "postgres": {"SHOW synchronous_commit": "on", "SHOW session_replication_role": "origin"},
}


def test_connections_are_durable_and_keep_references_whole(app: Flask, database: str) -> None:
    for question, answer in DURABLE[database].items():
        assert db.session.execute(text(question)).scalar() == answer, question


def test_an_inner_transaction_joins_the_outer(app: Flask) -> None:
    before = content_version()
    with pytest.raises(LookupError):
        _add_two_and_fail()

    assert db.session.scalar(select(func.count()).select_from(Organisation)) == 0
    assert content_version() == before


def _add_two_and_fail() -> None:
    with transaction():
        add("een")
        add("twee")
        raise LookupError


def test_many_changes_in_one_transaction_raise_the_version_once(app: Flask) -> None:
    before = content_version()
    with transaction():
        add("een")
        add("twee")

    assert content_version() == before + 1


def test_every_change_is_noted_for_search_in_the_same_transaction(app: Flask) -> None:
    row = add("een")
    key = row.search_key
    with transaction() as session:
        session.delete(session.get(Organisation, row.id))

    assert list(db.session.scalars(select(SearchChange.key))) == [key, key]
