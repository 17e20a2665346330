"""The tools of the tests do what the tests rely on."""

import pytest
from playwright.sync_api import Page
from sqlalchemy import create_engine, text

from tests.tools import ROOT, NodeRunner, NuChecker

pytest_plugins = ["pytester"]


def test_a_skip_fails_where_tools_are_required(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    pytester.makepyfile("import pytest\ndef test_it():\n    pytest.skip('no browser')\n")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    arguments = ("-p", "tests.tools", "-p", "no:randomly", "-o", "markers=browser")
    monkeypatch.delenv("PORTAL_REQUIRE_TOOLS", raising=False)
    pytester.runpytest_subprocess(*arguments).assert_outcomes(skipped=1)
    monkeypatch.setenv("PORTAL_REQUIRE_TOOLS", "1")
    pytester.runpytest_subprocess(*arguments).assert_outcomes(failed=1)


@pytest.mark.browser
def test_browser_runs_without_network(page: Page) -> None:
    page.set_content("<h1>Prikbord</h1>")
    assert page.inner_text("h1") == "Prikbord"


@pytest.mark.java
def test_nu_checker_names_document_and_line(nu_errors: NuChecker) -> None:
    good = '<!doctype html>\n<html lang="nl"><title>Goed</title><h1>Goed</h1></html>\n'
    bad = good.replace("<h1>", '<h1 hx-get="/">')
    (error,) = nu_errors({"good": good, "bad": bad})
    assert error.startswith("bad:2: Attribute “hx-get” not allowed")


@pytest.mark.node
def test_node_reads_calendars(run_node: NodeRunner) -> None:
    calendar = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//NL\r\nEND:VCALENDAR\r\n"
    assert run_node('import ICAL from "ical.js"; answer(ICAL.parse(input)[0]);', calendar) == "vcalendar"


@pytest.mark.postgres
def test_postgres_answers(postgres_url: str) -> None:
    engine = create_engine(postgres_url)
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT 1")) == 1
    engine.dispose()
