"""The same tables, services and pages on PostgreSQL."""

from pathlib import Path

import pytest

from portal import create_app
from portal.core.config import from_environment
from portal.core.database import content_version
from portal.core.extensions import db
from portal.operations import demo, health, schema
from portal.search import indexer
from tests.page_kinds import kinds_of_page


@pytest.mark.postgres
def test_the_demo_loads_twice_and_every_kind_of_page_answers(postgres_url: str, tmp_path: Path) -> None:
    settings = {"PORTAL_INSTANCE": str(tmp_path), "PORTAL_DATABASE_URL": postgres_url, "PORTAL_LOG_LEVEL": "error"}
    app = create_app(from_environment(settings))
    with app.app_context():
        schema.upgrade()
        demo.load()
        before = content_version()
        demo.load()
        assert content_version() > before
        indexer.rebuild(show_progress=False)
        assert [finding for finding in health.findings() if not finding.well] == []
        client = app.test_client()
        answers = {kind: client.get(path).status_code for kind, path in kinds_of_page(app).items()}
        db.session.remove()
        db.engine.dispose()

    assert {kind for kind, status in answers.items() if status != 200} == {"not found", "bad request"}
