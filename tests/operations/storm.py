"""Writers that do not give up while the portal is killed under them, and what they were told was saved."""

import json
import os
import random
import secrets
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlencode

from selectolax.lexbor import LexborHTMLParser

from portal import create_app
from portal.accounts.models import Role
from portal.board.models import Category
from portal.community.models import Organisation
from portal.core.config import from_environment
from portal.core.extensions import db
from portal.core.storage.database import transaction
from portal.operations import schema
from portal.search.indexing import indexer
from tests.operations.test_server import Portal
from tests.people import make_user, sign_in

WRITERS = 6
GIVE_UP_SECONDS = 90.0
SLUG = "proefschool"
BOARD, INVITE = "/vraag-en-aanbod/nieuw", f"/organisaties/{SLUG}/uitnodigen"
EVERY_FIFTH = 5
"""Of five writes four are posts and one is an invitation, which is mailed."""


@dataclass(slots=True)
class Storm:
    """What was written and acknowledged; `odd` holds answers that no writer may ever see."""

    writes: int
    name: str
    posts: list[str] = field(default_factory=list)
    invited: list[str] = field(default_factory=list)
    odd: list[str] = field(default_factory=list)
    interrupted: int = 0
    """Writes whose first try got no answer."""
    kills: int = 0
    slowest_start: float = 0.0
    _next: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def numbers(self) -> Iterator[int]:
        """Yield what is still to be written, shared by all writers."""
        while True:
            with self._lock:
                if self._next >= self.writes:
                    return
                self._next += 1
                number = self._next
            yield number

    @property
    def acknowledged(self) -> int:
        """Return how many writes were answered with success."""
        return len(self.posts) + len(self.invited)


def prepare(instance: Path) -> str:
    """Make a database with an editor, a category and an organisation; returns the cookie of the editor."""
    app = create_app(from_environment({"PORTAL_INSTANCE": str(instance), "PORTAL_LOG_LEVEL": "error"}))
    with app.app_context():
        schema.upgrade()
        with transaction() as session:
            session.add(Category(slug="stage", label="Stage", explanation="Kort."))
            session.add(Organisation(slug=SLUG, name="Proefschool", kind="mbo"))
        indexer.rebuild()
        with app.test_request_context():
            cookie = sign_in(app.test_client(), make_user("Eva Eindredacteur", Role.EDITOR))
        db.session.remove()
        db.engine.dispose()
    return cookie


def run(portal: Portal, cookie: str, storm: Storm, victims: str, chance: random.Random) -> None:
    """Let all writers write while `victims` ("web", "worker" or "both") are killed at random moments.

    There is at most one kill per ten writes: a machine that starts slower than the kills come would never finish.
    """
    writers = [threading.Thread(target=_write, args=(portal, cookie, storm), daemon=True) for _ in range(WRITERS)]
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        time.sleep(chance.uniform(0.2, 0.5 + storm.writes / 100))
        if storm.kills < storm.writes // 10 and any(writer.is_alive() for writer in writers):
            kill(portal, storm, victims)
    for writer in writers:
        writer.join()


def kill(portal: Portal, storm: Storm, victims: str) -> None:
    """Kill -9, and serve again."""
    assert portal.process is not None
    storm.kills += 1
    if victims in ("worker", "both"):
        for process in children(portal.process.pid):
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
    if victims in ("web", "both"):
        portal.kill(signal.SIGKILL)
        started = time.monotonic()
        portal.start()
        portal.get("/healthz", seconds=GIVE_UP_SECONDS)
        storm.slowest_start = max(storm.slowest_start, time.monotonic() - started)


def children(process: int) -> list[int]:
    """Return the processes that a process started."""
    found: list[int] = []
    for task in Path(f"/proc/{process}/task").glob("*/children"):
        with suppress(FileNotFoundError):
            found += map(int, task.read_text().split())
    return found


def _write(portal: Portal, cookie: str, storm: Storm) -> None:
    tokens: dict[str, str] = {}
    for number in storm.numbers():
        if number % EVERY_FIFTH:
            title = f"Plek {storm.name}x{number}"
            body = "Twee ochtenden per week, met begeleiding."
            data = {"kind": "aanbod", "category": "stage", "title": title, "body": body, "municipality": ""}
            data |= {"organisation": "", "do": "verstuur"}
            if _send(portal, cookie, storm, BOARD, data, tokens):
                storm.posts.append(title)
        else:
            address = f"collega{storm.name}x{number}@example.org"
            if _send(portal, cookie, storm, INVITE, {"email": address, "role": "docent"}, tokens):
                storm.invited.append(address)


def _send(portal: Portal, cookie: str, storm: Storm, path: str, data: dict[str, str], tokens: dict[str, str]) -> bool:
    """Send a form until it is answered, as a patient person would; the key makes repeating harmless."""
    data = {**data, "once": secrets.token_urlsafe(18)}
    deadline, first = time.monotonic() + GIVE_UP_SECONDS, True
    while time.monotonic() < deadline:
        try:
            if path not in tokens:
                tokens[path] = _token(portal, cookie, path)
            status, location = _post(portal, cookie, path, {**data, "csrf_token": tokens[path]})
        except (OSError, HTTPException, LookupError):
            storm.interrupted += first
            first = False
            time.sleep(0.1)
            continue
        if status == 303 and "inloggen" not in location:
            return True
        if status != 503:
            storm.odd.append(f"{path}: {status} {location}")
            return False
        time.sleep(0.1)
    storm.odd.append(f"{path}: no answer")
    return False


def _token(portal: Portal, cookie: str, path: str) -> str:
    with closing(HTTPConnection("127.0.0.1", portal.port, timeout=30)) as connection:
        connection.request("GET", path, headers={"Cookie": f"session={cookie}"})
        page = LexborHTMLParser(connection.getresponse().read().decode())
    found = page.css_first("main form[method=post] input[name=csrf_token]")
    if found is None:
        raise LookupError(path)
    return found.attributes.get("value") or ""


def _post(portal: Portal, cookie: str, path: str, data: dict[str, str]) -> tuple[int, str]:
    headers = {"Cookie": f"session={cookie}", "Content-Type": "application/x-www-form-urlencoded"}
    with closing(HTTPConnection("127.0.0.1", portal.port, timeout=30)) as connection:
        connection.request("POST", path, body=urlencode(data), headers=headers)
        response = connection.getresponse()
        response.read()
        return response.status, response.getheader("Location", "")


def figures(storm: Storm, duplicates: int) -> str:
    """Return one line of what a round was."""
    return json.dumps(
        {
            "round": storm.name,
            "acknowledged": storm.acknowledged,
            "interrupted": storm.interrupted,
            "kills": storm.kills,
            "duplicate mails": duplicates,
            "slowest start s": round(storm.slowest_start, 2),
        }
    )
