"""The audit log speaks words: every act that any service records has a name in Dutch, and so has what goes with it."""

import ast
import csv
import io
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from portal.accounts import audit
from portal.accounts.models import Role, User
from portal.core.locale import use_language
from portal.core.storage.database import transaction
from portal.desk import log_words
from portal.newsflash.models import Article
from portal.publishing.models import State
from tests.community.people import make_organisation
from tests.desk.conftest import HandIn
from tests.people import SignedInClient

PORTAL = Path(audit.__file__).parents[1]
LOG = "/redactie/logboek"
PUBLISHED = ("post", "event", "article")
WORKED_OUT = {
    ("publishing/services.py", "move"): {f"{table}.{state}" for table in PUBLISHED for state in State},
    ("publishing/changes.py", "record"): {f"{table}.changed" for table in PUBLISHED},
    ("accounts/second_factor.py", "changed"): {
        f"user.{thing}_{what}" for thing in ("app", "passkey") for what in ("added", "removed")
    },
    ("answers/moderation.py", "_settle"): {"conversation.closed", "conversation.left"},
    ("desk/reports.py", "carry"): {"report.handled", "report.dismissed"},
    ("community/seats.py", "set_owner"): {"seat.made_owner", "seat.no_longer_owner"},
}
"""The acts of the functions that work out which one it is, by file and function."""


def recorded() -> Iterator[tuple[str, str, int, str | None]]:
    """Yield (file, function, line, act) of every `audit.record`; the act is None when it is worked out."""
    for path in sorted(PORTAL.rglob("*.py")):
        name = str(path.relative_to(PORTAL))
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(function, ast.FunctionDef):
                yield from ((name, function.name, *found) for found in _calls(function))


def _calls(function: ast.FunctionDef) -> Iterator[tuple[int, str | None]]:
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "audit.record":
            act = node.args[1]
            yield node.lineno, str(act.value) if isinstance(act, ast.Constant) else None


def test_every_act_that_is_recorded_has_words() -> None:
    found = list(recorded())
    named = {act for _name, _function, _line, act in found if act}
    unknown = {(name, function) for name, function, _line, act in found if act is None} - set(WORKED_OUT)
    # a function inside another is seen as part of both
    assert {place for place in unknown if place != ("desk/reports.py", "_settle")} == set()
    assert named | set().union(*WORKED_OUT.values()) <= set(log_words.ACTS)
    assert len(named) > 20


def test_every_detail_that_is_recorded_has_words() -> None:
    calls = (
        node
        for path in PORTAL.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "audit.record"
    )
    names = {keyword.arg for call in calls for keyword in call.keywords if keyword.arg}

    assert len(names) > 8
    assert names - {"note"} <= set(log_words.DETAILS)


def test_the_words_are_dutch() -> None:
    with use_language("en"):
        english = {name: str(label) for name, label in log_words.ACTS.items()}
    with use_language("nl"):
        same = [name for name, label in log_words.ACTS.items() if str(label) == english[name]]

    assert same == []


def test_a_line_names_act_thing_and_details_in_words(
    desk_client: SignedInClient, editor: User, member: User, hand_in: HandIn
) -> None:
    museon, article = make_organisation(), hand_in("Een verhaal")
    with transaction():
        audit.record(editor, "seat.made_owner", museon, who=member.name)
        audit.record(editor, "seat.ended", museon, who=member.name, until=date(2026, 12, 31).isoformat())
        audit.record(editor, "user.role_changed", member, before=Role.MEMBER.value, after=Role.EDITOR.value)
        audit.record(editor, "organisation.edited", museon, fields="summary, logo")
        audit.record(editor, "settings.changed", key="desk.overdue_days", before="2", after="3")
    page = desk_client.get(LOG)
    lines = page.texts("tbody tr")

    assert "Instelling gewijzigd" in lines[0]
    assert "instelling: Termijn voor een besluit, in werkdagen" in lines[0]
    assert "gewijzigd: tekst, logo" in lines[1]
    assert "was: lid" in lines[2]
    assert "nu: redacteur" in lines[2]
    assert "laatste dag: donderdag 31 december 2026" in lines[3]
    assert "Beheer van een organisatie gegeven Museon" in lines[4]
    assert page.attributes("tbody tr:nth-child(5) a", "href") == ["/organisaties/museon"]
    assert page.attributes("tbody tr:nth-child(6) a", "href") == [f"/redactie/artikel/{article.id}"]
    assert not any(code in " ".join(lines) for code in ("seat", "owner", "article", "user", "settings", "until"))


def test_what_is_gone_keeps_its_title_without_a_link(
    desk_client: SignedInClient, editor: User, hand_in: HandIn
) -> None:
    article = hand_in("Straks verdwenen")
    with transaction() as session:
        session.delete(article)
    page = desk_client.get(LOG)

    assert "Straks verdwenen" in page.only("tbody tr")
    assert page.tree.css("tbody a") == []


@pytest.mark.parametrize("words", ["geplaatst", "Artikel GEPLAATST", "plaatst verhaal"])
def test_the_log_is_searched_by_the_words_one_reads(
    desk_client: SignedInClient, publish: Callable[..., Article], words: str
) -> None:
    publish("Het verhaal")
    page = desk_client.get(f"{LOG}?q={words}")

    assert len(page.tree.css("tbody tr")) == 1
    assert "Artikel geplaatst" in page.only("tbody tr")


def test_the_file_speaks_words_too(desk_client: SignedInClient, publish: Callable[..., Article]) -> None:
    article = publish("Het verhaal")
    text = desk_client.get(f"{LOG}.csv").get_data(as_text=True).removeprefix("\ufeff")
    head, *rows = csv.reader(io.StringIO(text), delimiter=";")

    assert head[1:] == ["Door wie", "Handeling", "Over", "Titel", "Adres", "Reden", "Gegevens"]
    assert rows[0][2:5] == ["Artikel geplaatst", "Artikel", "Het verhaal"]
    assert rows[0][5].endswith(f"/redactie/artikel/{article.id}")
    assert rows[0][7] == "was: bij de redactie"


def test_who_reports_without_an_account_is_a_visitor(
    desk_client: SignedInClient, publish: Callable[..., Article], client: SignedInClient
) -> None:
    with transaction():
        audit.record(None, "report.made", None, about="artikel", ground="untrue")
        audit.record(None, "post.expired", None)
    rows = desk_client.get(LOG).texts("tbody tr")

    assert "het portaal" in rows[0]
    assert "een bezoeker" in rows[1]
    assert "over: een artikel" in rows[1]
    assert "reden: Er staat een fout in het artikel" in rows[1]
