"""The audit log: found, filtered, read-only; and as a table that no spreadsheet calculates."""

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import time_machine
from flask import Flask

from portal.accounts import audit
from portal.accounts.models import User
from portal.core.spreadsheet import safe_cell
from portal.core.storage.database import transaction
from tests.people import SignedInClient

LOG = "/redactie/logboek"


@pytest.fixture
def acts(editor: User, member: User) -> None:
    with transaction():
        audit.record(editor, "post.open", member, note="Helder en volledig")
        audit.record(None, "post.expired", member)
        audit.record(member, "user.joined", member, note="=SUM(A1:A9)", way="100%_zeker")


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ("", 3),
        ("?q=helder", 1),
        ("?q=helder+volledig", 1),
        ("?q=100%25_", 1),
        ("?q=%25", 1),
        ("?wie=eva", 1),
        ("?handeling=post.expired", 1),
        ("?van=2001-01-01&tot=2001-01-02", 0),
        ("?van=2001-01-01", 3),
        ("?handeling=onzin", 3),
        ("?van=gisteren", 3),
        ("?q='%20OR%201=1--", 0),
    ],
)
def test_filters(desk_client: SignedInClient, acts: None, query: str, number: int) -> None:
    """CHECKS 49: words are words, never SQL; what is not known is left out and named."""
    page = desk_client.get(LOG + query)

    assert page.status_code == 200
    assert len(page.tree.css("tbody tr")) == number


def test_what_is_not_known_is_named(desk_client: SignedInClient, acts: None) -> None:
    assert "onzin" in desk_client.get(f"{LOG}?handeling=onzin").only(".ignored")


def test_htmx_gets_the_lines_only(desk_client: SignedInClient, acts: None) -> None:
    part = desk_client.get(f"{LOG}?q=helder", headers={"HX-Request": "true"})

    assert b"<html" not in part.data
    assert part.only("#results .results-count") == "1 regel"


@pytest.mark.parametrize("number", ["0", "-1", "2", "9999999999", "１", "1_0"])  # noqa: RUF001  # full width on purpose
def test_pages_that_do_not_exist(desk_client: SignedInClient, acts: None, number: str) -> None:
    """CHECKS 52."""
    assert desk_client.get(f"{LOG}?pagina={number}").status_code in (400, 404)


def test_a_long_log_has_pages(desk_client: SignedInClient, editor: User) -> None:
    with transaction():
        for number in range(51):
            audit.record(editor, "post.open", editor, note=f"nummer {number}")

    assert len(desk_client.get(LOG).tree.css("tbody tr")) == 50
    assert len(desk_client.get(f"{LOG}?pagina=2").tree.css("tbody tr")) == 1


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_nobody_changes_the_log(app: Flask, desk_client: SignedInClient, acts: None, method: str) -> None:
    """CHECKS 32: no address of the log takes anything but reading."""
    for path in (LOG, f"{LOG}.csv", f"{LOG}/1"):
        assert desk_client.open(path, method=method).status_code in (400, 403, 404, 405)
    assert len(desk_client.get(LOG).tree.css("tbody tr")) == 3


def test_the_file_holds_what_the_filter_finds(desk_client: SignedInClient, acts: None) -> None:
    """CHECKS 57: an attachment for Dutch Excel, in which a formula is text."""
    answer = desk_client.get(f"{LOG}.csv?handeling=user.joined")

    assert answer.headers["Content-Disposition"] == 'attachment; filename="logboek.csv"'
    assert answer.headers["Cache-Control"] == "private, no-store"
    text = answer.get_data(as_text=True)
    assert text.startswith("\ufeff")
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";"))
    assert len(rows) == 2
    assert "'=SUM(A1:A9)" in rows[1]


def test_the_file_speaks_of_days_and_acts_as_people_do(desk_client: SignedInClient, editor: User, member: User) -> None:
    with time_machine.travel(datetime(2026, 7, 1, 22, 30, 59, tzinfo=UTC), tick=False), transaction():
        audit.record(editor, "organisation.edited", member, fields="summary")
        audit.record(None, "post.expired", member)
    text = desk_client.get(f"{LOG}.csv").get_data(as_text=True)
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";"))

    assert [row["Wanneer"] for row in rows] == ["2026-07-02 00:30"] * 2
    assert {row["Handeling"]: row["Door wie"] for row in rows} == {
        "Bericht verlopen": "het portaal",
        "Pagina van een organisatie gewijzigd": editor.name,
    }
    assert {row["Over"] for row in rows} == {"Account"}


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (datetime(2026, 12, 1, 13, 5, 9, tzinfo=UTC), "2026-12-01 14:05"),
        (date(2026, 12, 1), "2026-12-01"),
        (12.5, "12,5"),
        (Decimal("-0.25"), "-0,25"),
        (-3, "-3"),
        ("12.5", "12.5"),
    ],
)
def test_cells_are_as_dutch_excel_reads_them(cell: object, text: str) -> None:
    assert safe_cell(cell) == text


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", " =", "\u00a0="])  # noqa: RUF001
def test_no_cell_is_a_formula(start: str) -> None:
    """CHECKS 57: full-width signs count too."""
    assert safe_cell(f"{start}1+1") == f"'{start}1+1"
    assert safe_cell("gewoon") == "gewoon"
    assert safe_cell(None) == ""
