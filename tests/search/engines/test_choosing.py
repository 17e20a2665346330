"""PORTAL_SEARCH chooses the engine."""

from pathlib import Path

import pytest

from portal.core.config import ConfigurationError, from_environment


def settings(instance: Path, **further: str) -> dict[str, str]:
    return {"PORTAL_INSTANCE": str(instance), **further}


def test_the_embedded_engine_unless_told(tmp_path: Path) -> None:
    assert from_environment(settings(tmp_path)).search == "whoosh"
    assert from_environment(settings(tmp_path, PORTAL_DATABASE_URL="postgresql://localhost/portal")).search == "whoosh"


def test_postgresql_searches_its_own_database_only(tmp_path: Path) -> None:
    chosen = settings(tmp_path, PORTAL_SEARCH="postgres")
    with pytest.raises(ConfigurationError, match="PORTAL_DATABASE_URL"):
        from_environment(chosen)
    assert from_environment(chosen | {"PORTAL_DATABASE_URL": "postgresql://localhost/portal"}).search == "postgres"
