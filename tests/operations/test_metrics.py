"""What machines read of the portal's state: Prometheus' figures, and what waits."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import update

from portal.core import clock
from portal.core.config import ConfigurationError, from_environment
from portal.core.storage.database import transaction
from portal.mail import services as mail
from portal.mail.models import MailMessage
from portal.search import services as search
from portal.search.indexing import indexer
from portal.search.models import SearchChange
from tests.fixtures import InspectingClient

TOKEN = "a-token-of-prometheus-1234"  # of the test
AUTHORIZED = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture
def measured(app: Flask) -> Iterator[Flask]:
    """An application whose figures may be read with the token."""
    before = app.config["SETTINGS"]
    app.config["SETTINGS"] = replace(before, metrics_token=TOKEN)
    yield app
    app.config["SETTINGS"] = before


def figures(client: InspectingClient) -> dict[str, float]:
    """Return every sample by name and labels."""
    response = client.get("/metrics", headers=AUTHORIZED)
    assert response.status_code == 200
    families = text_string_to_metric_families(response.get_data(as_text=True))
    samples = [sample for family in families for sample in family.samples]
    return {f"{sample.name}{sorted(sample.labels.values())}": sample.value for sample in samples}


@pytest.mark.parametrize("header", ["", "Bearer", f"Bearer {TOKEN}x", TOKEN, "Bearer é"])
def test_without_the_token_there_is_nothing(measured: Flask, header: str) -> None:
    response = measured.test_client().get("/metrics", headers={"Authorization": header})

    assert response.status_code == 404


def test_without_a_setting_nobody_reads_them(app: Flask) -> None:
    assert app.test_client().get("/metrics", headers={"Authorization": "Bearer None"}).status_code == 404
    assert app.test_client().get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


def test_a_short_token_is_refused_at_start(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="PORTAL_METRICS_TOKEN"):
        from_environment({"PORTAL_INSTANCE": str(tmp_path), "PORTAL_METRICS_TOKEN": "short"})


def test_answers_are_counted_by_route_and_status_and_not_by_address(measured: Flask, client: InspectingClient) -> None:
    before = figures(client)
    client.get("/vraag-en-aanbod/?q=geheim")
    client.get("/bestaat-niet/geheim")
    after = figures(client)

    def grew(name: str) -> float:
        return after.get(name, 0) - before.get(name, 0)

    assert grew("portal_requests_total['200', 'GET', 'board.index']") == 1
    assert grew("portal_requests_total['404', 'GET', 'none']") == 1
    assert not any("geheim" in name for name in after)


def test_what_waits_is_told_with_its_age(measured: Flask, client: InspectingClient) -> None:
    long_ago = clock.now() - timedelta(minutes=5)
    with transaction() as session:
        search.note(session, ["post:1"])
        mail.send("mail.trial", "lid@example.org", "trial", unique="trial:1")
    with transaction() as session:
        session.execute(update(SearchChange).values(noted_at=long_ago))
        session.execute(update(MailMessage).values(not_before=long_ago))

    told = figures(client)
    assert told["portal_search_changes_waiting[]"] == 1
    assert told["portal_search_oldest_change_seconds[]"] == pytest.approx(300, abs=30)
    assert told["portal_mail['queued']"] == 1
    assert told["portal_mail_oldest_seconds[]"] == pytest.approx(300, abs=30)


def test_readiness_names_what_is_late_and_stays_ready(client: InspectingClient) -> None:
    indexer.rebuild()
    assert client.get("/readyz").get_data(as_text=True) == "ready\n"
    with transaction() as session:
        search.note(session, ["post:1"])
        session.execute(update(SearchChange).values(noted_at=clock.now() - timedelta(minutes=5)))

    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.get_data(as_text=True).startswith("ready\nlate: 1 search changes wait, the oldest for 3")
