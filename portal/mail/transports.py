"""Transports: an SMTP server or a folder. Errors are of three kinds, which the sender handles differently."""

import os
import smtplib
import socket
import ssl
import tempfile
import threading
from contextlib import suppress
from email.message import EmailMessage
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

from portal.core.config import Settings

TIMEOUT_SECONDS = 20.0
"""How long one answer of the mail server may take."""

PATIENCE_SECONDS = 90.0
"""How long a mail may take in all, against servers that answer byte by byte. Shorter than a lease."""

PORTS = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}
READY, CLOSING, PERMANENT = 220, 421, 500


class ServerTrouble(Exception):
    """The mail server is unusable now; it says nothing about this mail."""


class Temporary(Exception):
    """The mail was not accepted, or the answer was lost: retry later."""


class Refused(Exception):
    """The mail server rejects this mail permanently."""


class _NothingSaid(Exception):
    """The connection was closed before this mail was started."""


class Transport(Protocol):
    """Delivers mail."""

    def deliver(self, message: EmailMessage, sender: str, address: str) -> None:
        """Hand over one mail to one addressee; raises ServerTrouble, Temporary or Refused."""

    def close(self) -> None:
        """Close the connection, if there is one."""


def create(settings: Settings) -> Transport:
    """Return the transport for PORTAL_MAIL_URL."""
    parts = urlsplit(settings.mail_url)
    if parts.scheme == "file":
        return Folder(Path(url2pathname(parts.path)))
    return MailServer(settings.mail_url, settings.hostname)


class Folder:
    """A folder with one `.eml` file per mail; the same mail twice is the same file."""

    def __init__(self, path: Path) -> None:
        """Choose the folder; it is made with the first mail."""
        self._path = path

    def deliver(self, message: EmailMessage, sender: str, address: str) -> None:
        """Write one mail, whole and on disk, for the owner's eyes only; raises ServerTrouble."""
        name = "".join(filter(str.isalnum, message["Message-ID"].partition("@")[0]))
        try:
            self._path.mkdir(mode=0o700, parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=self._path, suffix=".part", delete=False) as file:
                file.write(message.as_bytes())
                file.flush()
                os.fsync(file.fileno())
            Path(file.name).replace(self._path / f"{name}.eml")
        except OSError as error:
            raise ServerTrouble(f"the folder for mail: {error.strerror}") from error

    def close(self) -> None:
        """Nothing is held."""


class MailServer:
    """An SMTP server; its connection stays open from one mail to the next."""

    def __init__(self, url: str, hostname: str) -> None:
        """Read the address; the connection is made with the first mail."""
        parts = urlsplit(url)
        self._scheme = parts.scheme
        self._host = parts.hostname or ""
        self._port = parts.port or PORTS[parts.scheme]
        self._user, self._password = unquote(parts.username or ""), unquote(parts.password or "")
        self._hostname = hostname
        self._server: smtplib.SMTP | None = None

    def deliver(self, message: EmailMessage, sender: str, address: str) -> None:
        """Deliver one mail; raises ServerTrouble, Temporary or Refused and closes the connection then."""
        content, rested = message.as_bytes(), self._server is not None
        try:
            self._deliver(content, sender, address)
        except _NothingSaid as error:
            self.close()
            if not rested:  # a connection that rested may have died meanwhile: a new one may do
                raise ServerTrouble(str(error)) from error
            self.deliver(message, sender, address)
        except (ServerTrouble, Temporary, Refused):
            self.close()
            raise

    def _deliver(self, content: bytes, sender: str, address: str) -> None:
        server = self._server or self._create()
        watch = threading.Timer(PATIENCE_SECONDS, _cut_off, args=(server,))
        watch.daemon = True
        watch.start()
        try:
            if self._server is None:
                self._connect(server)
                self._server = server
            _hand_over(server, content, sender, address)
        finally:
            watch.cancel()

    def _create(self) -> smtplib.SMTP:
        if self._scheme == "smtps":
            context = ssl.create_default_context()
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                local_hostname=self._hostname, timeout=TIMEOUT_SECONDS, context=context
            )
        else:
            server = smtplib.SMTP(local_hostname=self._hostname, timeout=TIMEOUT_SECONDS)
        vars(server)["_host"] = (
            self._host
        )  # the name its certificate must have; given at once, it would connect at once
        return server

    def _connect(self, server: smtplib.SMTP) -> None:
        try:
            code, answer = server.connect(self._host, self._port)
            if code != READY:
                raise ServerTrouble(_say(code, answer))
            if self._scheme == "smtp+starttls":
                server.starttls(context=ssl.create_default_context())
            if self._user:
                server.login(self._user, self._password)
            server.ehlo_or_helo_if_needed()
        except (OSError, smtplib.SMTPException, ServerTrouble) as error:
            server.close()
            raise ServerTrouble(_describe(error)) from error

    def close(self) -> None:
        """Hang up."""
        server, self._server = self._server, None
        if server is not None:
            server.close()


def _hand_over(server: smtplib.SMTP, content: bytes, sender: str, address: str) -> None:
    """Send the envelope and the content."""
    try:
        code, answer = server.mail(sender)
    except smtplib.SMTPServerDisconnected as error:
        raise _NothingSaid(_describe(error)) from error
    if code == CLOSING:
        raise _NothingSaid(_say(code, answer))
    if code >= PERMANENT:
        raise ServerTrouble(_say(code, answer))  # it refuses us, not the addressee
    try:
        _accepted(code, answer)
        _accepted(*server.rcpt(address))
        _accepted(*server.data(content))
    except smtplib.SMTPDataError as error:
        _accepted(error.smtp_code, _bytes(error.smtp_error))
        raise Temporary(_describe(error)) from error
    except (OSError, smtplib.SMTPException) as error:
        raise Temporary(_describe(error)) from error


def _accepted(code: int, answer: bytes) -> None:
    """Raise unless the server said yes."""
    if code >= PERMANENT:
        raise Refused(_say(code, answer))
    if not 200 <= code < 300:
        raise Temporary(_say(code, answer))


def _cut_off(server: smtplib.SMTP) -> None:
    with suppress(OSError):
        if server.sock is not None:
            server.sock.shutdown(socket.SHUT_RDWR)


def _say(code: int, answer: bytes) -> str:
    return f"{code} {answer.decode('utf-8', 'replace')}"


def _describe(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return _say(error.smtp_code, _bytes(error.smtp_error))
    return str(error) if isinstance(error, ServerTrouble) else f"{type(error).__name__}: {error}"


def _bytes(answer: bytes | str) -> bytes:
    return answer if isinstance(answer, bytes) else answer.encode()
