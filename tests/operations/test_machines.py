"""What machines read: health, robots, sitemap, security contact."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest
from flask import Flask
from sectxt import Parser
from sqlalchemy import delete, insert

from portal import create_app
from portal.core.config import from_environment
from portal.core.extensions import db
from portal.core.models import ContentVersion
from portal.core.storage.database import content_version
from tests.fixtures import InspectingClient

LOCATION = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"


def test_health_says_that_the_process_answers(client: InspectingClient) -> None:
    assert client.get("/healthz").get_data() == b"ok\n"


def test_readiness_names_a_database_that_was_never_made(app: Flask, client: InspectingClient) -> None:
    row = {"id": 1, "number": content_version(), "removed_version": content_version()}
    with db.engine.begin() as connection:
        connection.execute(delete(ContentVersion))
    response = client.get("/readyz")
    with db.engine.begin() as connection:
        connection.execute(insert(ContentVersion).values(row))  # the number never goes back

    assert response.status_code == 503
    assert response.get_data(as_text=True).startswith("database:")


def test_security_txt_is_valid_and_expires_in_time(tmp_path: Path) -> None:
    settings = {"PORTAL_INSTANCE": str(tmp_path), "PORTAL_BASE_URL": "https://portal.example.org"}
    client = create_app(from_environment(settings | {"PORTAL_LOG_LEVEL": "error"})).test_client()
    response = client.get("/.well-known/security.txt", base_url="https://portal.example.org")
    parser = Parser(response.get_data(), urls="https://portal.example.org/.well-known/security.txt")
    expires = next(line["value"] for line in parser.lines if line["field_name"] == "expires")
    left = datetime.fromisoformat(expires) - datetime.now(UTC)

    assert parser.is_valid(), parser.errors
    assert timedelta(days=30) < left < timedelta(days=365)
    assert response.mimetype == "text/plain"


def test_robots_leads_to_the_sitemap_and_keeps_searches_out(client: InspectingClient) -> None:
    lines = client.get("/robots.txt").get_data(as_text=True).splitlines()

    assert "Disallow: /zoeken" in lines
    assert any(line.startswith("Sitemap: http") and line.endswith("/sitemap.xml") for line in lines)


def test_the_sitemap_lists_only_pages_that_answer(demo_site: Flask, demo_client: InspectingClient) -> None:
    tree = ElementTree.fromstring(demo_client.get("/sitemap.xml").get_data())
    addresses = [node.text or "" for node in tree.iter(LOCATION)]
    base = demo_site.config["BASE_URL"]

    assert len(addresses) > 500
    assert len(addresses) == len(set(addresses))
    assert all(address.startswith(f"{base}/") for address in addresses)
    assert not any("/zoeken" in address or "?" in address for address in addresses)
    answers = {address: demo_client.get(address.removeprefix(base)).status_code for address in addresses}
    assert {address: status for address, status in answers.items() if status != 200} == {}


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_health_is_never_kept(client: InspectingClient, path: str) -> None:
    assert "ETag" not in client.get(path).headers
