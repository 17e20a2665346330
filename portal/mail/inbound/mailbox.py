"""A mailbox over IMAP: its mails one by one, each moved aside after it was taken in."""

import imaplib
import re
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any
from urllib.parse import unquote, urlsplit

from portal.mail.inbound.parsing import LARGEST

TIMEOUT_SECONDS = 20.0
"""The timeout of one answer, in seconds."""
PATIENCE_SECONDS = 300.0
"""The limit for one visit, in seconds, against servers that answer byte by byte."""
DONE, NOT_PLACED = "Verwerkt", "Niet-geplaatst"
"""The folders to which mail is moved: what was taken in, and what was not for the portal."""
MOST_AT_ONCE = 50
ANNOUNCED = re.compile(rb"\{([0-9]+)\}\Z")
SIZE = re.compile(rb"RFC822\.SIZE ([0-9]+)")
PORTS = {"imap": 143, "imap+starttls": 143, "imaps": 993}


class MailboxAway(Exception):
    """The mailbox cannot be read now; nothing was lost."""


class Mailbox:
    """An open mailbox; made by `visit`."""

    def __init__(self, server: imaplib.IMAP4, folder: str) -> None:
        """Open a folder for reading and moving."""
        self._server = server
        _accept(server.select(_quote(folder)))

    def list_new(self) -> list[bytes]:
        """Return the numbers (UIDs) of the oldest mails that wait, at most MOST_AT_ONCE."""
        found = _accept(self._server.uid("SEARCH", "UNDELETED"))
        return sorted((found[0] or b"").split(), key=int)[:MOST_AT_ONCE]

    def fetch(self, uid: bytes) -> bytes | None:
        """Return a mail; b"" for one that is too large, None when somebody else moved it meanwhile.

        Raises MailboxAway when the server sent only a part of it.
        """
        about = b" ".join(part for part in _accept(self._uid("FETCH", uid, "(RFC822.SIZE)")) if isinstance(part, bytes))
        size = SIZE.search(about)
        if size is None:
            return None
        if int(size[1]) > LARGEST:
            return b""
        for part in _accept(self._uid("FETCH", uid, "(BODY.PEEK[])")):
            if isinstance(part, tuple):
                announced = ANNOUNCED.search(part[0])
                if announced is None or int(announced[1]) != len(part[1]):
                    raise MailboxAway("half a mail")
                return bytes(part[1])
        return None

    def move(self, uid: bytes, folder: str) -> None:
        """Move a mail to another folder, which is created when needed; some servers want folders below INBOX."""
        command = "MOVE" if "MOVE" in self._server.capabilities else "COPY"
        if not any(self._put(command, uid, name) for name in (folder, f"INBOX.{folder}", f"INBOX/{folder}")):
            raise MailboxAway(f"the mailbox has no folder {folder}, and refuses to make it")
        if command == "COPY":
            _accept(self._uid("STORE", uid, "+FLAGS.SILENT", "(\\Deleted)"))
            _accept(self._server.expunge())

    def _put(self, command: str, uid: bytes, folder: str) -> bool:
        if self._uid(command, uid, folder)[0] == "OK":
            return True
        return self._server.create(folder)[0] == "OK" and self._uid(command, uid, folder)[0] == "OK"

    def _uid(self, command: str, uid: bytes, *arguments: str) -> tuple[str, list[Any]]:
        status, answer = self._server.uid(command, uid.decode(), *arguments)
        return status, answer


@contextmanager
def visit(url: str) -> Iterator[Mailbox]:
    """Open the mailbox of PORTAL_INBOUND_URL; raises MailboxAway whenever the server does not do what it must."""
    parts = urlsplit(url)
    watch: threading.Timer | None = None
    server: imaplib.IMAP4 | None = None
    try:
        server = _connect(parts.scheme, parts.hostname or "", parts.port or PORTS[parts.scheme])
        watch = threading.Timer(PATIENCE_SECONDS, _cut_off, args=(server,))
        watch.daemon = True
        watch.start()
        server.login(unquote(parts.username or ""), unquote(parts.password or ""))
        yield Mailbox(server, unquote(parts.path.strip("/")) or "INBOX")
    except (OSError, imaplib.IMAP4.error, ValueError) as error:
        raise MailboxAway(type(error).__name__) from error  # its words could repeat the password
    finally:
        if watch is not None:
            watch.cancel()
        if server is not None:
            _leave(server)


def _connect(scheme: str, host: str, port: int) -> imaplib.IMAP4:
    if scheme == "imaps":
        return imaplib.IMAP4_SSL(host, port, ssl_context=ssl.create_default_context(), timeout=TIMEOUT_SECONDS)
    server = imaplib.IMAP4(host, port, timeout=TIMEOUT_SECONDS)
    if scheme == "imap+starttls":
        server.starttls(ssl.create_default_context())
    return server


def _leave(server: imaplib.IMAP4) -> None:
    try:
        server.logout()
    except (OSError, imaplib.IMAP4.error):
        with suppress(OSError):
            server.shutdown()


def _accept(answer: tuple[str, list[Any]]) -> list[Any]:
    if answer[0] != "OK":
        raise MailboxAway("the server refuses a command")
    return answer[1]


def _quote(folder: str) -> str:
    return '"' + folder.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _cut_off(server: imaplib.IMAP4) -> None:
    with suppress(OSError):
        server.socket().shutdown(socket.SHUT_RDWR)
