"""Fixed headers on every answer, unknown hosts refused, unreadable requests answered with a page."""

import pytest

from tests.fixtures import InspectingClient

HEADERS = ("Content-Security-Policy", "Strict-Transport-Security", "X-Content-Type-Options", "X-Frame-Options",
           "Referrer-Policy", "Permissions-Policy", "Cross-Origin-Opener-Policy")  # fmt: skip


@pytest.mark.parametrize("path", ["/", "/vraag-en-aanbod/", "/bestaat-niet", "/healthz", "/static/none.css", "/?q=%00"])
def test_every_answer_carries_the_headers_once(client: InspectingClient, path: str) -> None:
    response = client.get(path)

    for header in HEADERS:
        assert len(response.headers.getlist(header)) == 1, header


def test_the_content_security_policy_allows_no_inline_and_no_third_party(client: InspectingClient) -> None:
    policy = dict(part.split(" ", 1) for part in client.get("/").headers["Content-Security-Policy"].split("; "))

    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["object-src"] == policy["base-uri"] == "'none'"
    assert not any(word in value for value in policy.values() for word in ("unsafe", "http", "*"))


@pytest.mark.parametrize("host", ["evil.example", "evil.example:5000", "127.0.0.1.evil.example", ""])
def test_a_foreign_host_is_refused(client: InspectingClient, host: str) -> None:
    response = client.get("/", headers={"Host": host})

    assert response.status_code == 400
    assert "evil.example" not in response.get_data(as_text=True)


def test_forwarded_hosts_change_nothing(client: InspectingClient) -> None:
    response = client.get(
        "/sitemap.xml", headers={"X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"}
    )

    assert "evil.example" not in response.get_data(as_text=True)


@pytest.mark.parametrize("query", ["q=%00", "q=%zz", "q=%", "q=%ff%fe", "q=%c0%af", "q=%ed%a0%80", "%00=x"])
@pytest.mark.parametrize("path", ["/zoeken", "/vraag-en-aanbod/", "/agenda/"])
def test_bytes_that_make_no_sense_get_a_page(client: InspectingClient, path: str, query: str) -> None:
    response = client.get(f"{path}?{query}")

    assert response.status_code == 400
    assert response.only("h1")


@pytest.mark.parametrize("path", ["/%00", "/organisaties/%00", "/organisaties/%ff", "/%c0%ae%c0%ae/", "/en/%ed%a0%80"])
def test_unreadable_paths_get_a_page(client: InspectingClient, path: str) -> None:
    assert client.get(path).status_code in (400, 404)


@pytest.mark.parametrize(
    "path",
    ["/media/%2e%2e/portal.db", "/static/../portal.db", "/static/%2e%2e/wsgi.py", "/.git/config", "/.env",
     "/instance/portal.db", "/static/..%2f..%2finstance/secret_key"],
)  # fmt: skip
def test_nothing_outside_the_static_files_is_served(client: InspectingClient, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/vraag-en-aanbod/99999999999-x", "/nieuwsflits/99999999999", "/agenda/1e5-x"])
def test_numbers_beyond_reason_do_not_exist(client: InspectingClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_header_values_cannot_be_split(client: InspectingClient) -> None:
    response = client.get("/organisaties?x=%0d%0aSet-Cookie:%20a=b")

    assert "Set-Cookie" not in response.headers
    assert "\n" not in response.headers.get("Location", "")
