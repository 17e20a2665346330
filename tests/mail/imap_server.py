"""A mailbox for tests: real IMAP on a free port, with the few commands that the portal uses, and faults on demand."""

import re
import socketserver
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

USER, PASSWORD = "antwoord@portal.example", "geheim wachtwoord"
COMMAND = re.compile(r"(\S+) (UID )?(\S+) ?(.*)", re.IGNORECASE)


@dataclass
class MailboxServer:
    """The mails by folder and number (UID); `faults` holds what to do at the next commands with that name."""

    folders: dict[str, dict[int, bytes]] = field(default_factory=lambda: {"INBOX": {}})
    can_move: bool = True
    faults: deque[tuple[str, str]] = field(default_factory=deque)
    """(command, "half" for a part of the mail, or "drop" for a broken connection)."""
    visits: int = 0
    url: str = ""
    _next: int = 1

    def put(self, raw: bytes) -> None:
        """Let a mail arrive."""
        self.folders["INBOX"][self._next] = raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        self._next += 1

    def count(self, folder: str) -> int:
        """Return how many mails are in a folder."""
        return len(self.folders.get(folder, {}))

    def fault(self, command: str) -> str:
        """Return the fault that is due at a command, "" for none."""
        if self.faults and self.faults[0][0] == command:
            return self.faults.popleft()[1]
        return ""


class _Session(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self._box: MailboxServer = self.server.box  # type: ignore[attr-defined]
        self._box.visits += 1
        self._inbox = self._box.folders["INBOX"]
        self._deleted: set[int] = set()
        self._say("* OK ready")
        while line := self.rfile.readline().decode().rstrip("\r\n"):
            found = COMMAND.fullmatch(line)
            assert found is not None, line
            name = found[3].upper()
            self._fault = self._box.fault(name)
            if self._fault == "drop":
                return
            said = getattr(self, f"_{name.lower()}")(found[4])
            if self._fault == "half":
                return
            self._say(f"{found[1]} {said or 'OK'} done")
            if name == "LOGOUT":
                return

    def _capability(self, _rest: str) -> None:
        self._say("* CAPABILITY IMAP4rev1" + (" MOVE" if self._box.can_move else ""))

    def _login(self, rest: str) -> str:
        return "OK" if rest == f'{USER} "{PASSWORD}"' else "NO"

    def _logout(self, _rest: str) -> None:
        self._say("* BYE")

    def _select(self, rest: str) -> str:
        self._say(f"* {len(self._inbox)} EXISTS")
        return "OK" if rest == '"INBOX"' else "NO"

    def _search(self, _rest: str) -> None:
        self._say("* SEARCH " + " ".join(map(str, self._inbox)))

    def _copy(self, rest: str) -> str:
        uid, folder = rest.split()
        if folder not in self._box.folders:
            return "NO [TRYCREATE]"
        self._box.folders[folder][int(uid)] = self._inbox[int(uid)]
        return "OK"

    def _move(self, rest: str) -> str:
        said = self._copy(rest)
        if said == "OK":
            del self._inbox[int(rest.split()[0])]
        return said

    def _create(self, rest: str) -> None:
        self._box.folders[rest] = {}

    def _store(self, rest: str) -> None:
        self._deleted.add(int(rest.split()[0]))

    def _expunge(self, _rest: str) -> None:
        for uid in self._deleted:
            self._inbox.pop(uid, None)

    def _fetch(self, rest: str) -> None:
        uid, what = rest.split(" ", 1)
        raw = self._inbox.get(int(uid))
        if raw is None:
            return
        if "SIZE" in what:
            self._say(f"* 1 FETCH (UID {uid} RFC822.SIZE {len(raw)})")
            return
        self.wfile.write(f"* 1 FETCH (UID {uid} BODY[] {{{len(raw)}}}\r\n".encode())
        if self._fault == "half":
            self.wfile.write(raw[: len(raw) // 2])
            return
        self.wfile.write(raw + b")\r\n")

    def _say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True
    box: Any = None


@contextmanager
def mailbox_server() -> Iterator[MailboxServer]:
    """Serve a mailbox on a free port of this machine."""
    box = MailboxServer()
    with _Server(("127.0.0.1", 0), _Session) as server:
        server.box = box
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        user, password = USER.replace("@", "%40"), PASSWORD.replace(" ", "%20")
        box.url = f"imap://{user}:{password}@127.0.0.1:{server.server_address[1]}/INBOX"
        yield box
        server.shutdown()
        thread.join()
