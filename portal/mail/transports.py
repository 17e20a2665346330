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
"""The timeout of one answer of the mail server, in seconds."""

PATIENCE_SECONDS = 90.0
"""The limit for delivering one mail, in seconds, against servers that answer byte by byte; shorter than a lease."""

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
        """Deliver one mail to one recipient; raises ServerTrouble, Temporary or Refused."""

    def close(self) -> None:
        """Close the connection, if there is one."""


def create(settings: Settings) -> Transport:
    """Return the transport for PORTAL_MAIL_URL."""
    parts = urlsplit(settings.mail_url)
    if parts.scheme == "file":
        return Folder(Path(url2pathname(parts.path)))
    return MailServer(settings.mail_url, settings.hostname)


class Folder:
    """A folder with one `.eml` file per mail; sending the same mail again overwrites its file."""

    def __init__(self, path: Path) -> None:
        """Take the folder; it is created with the first mail."""
        self._path = path

    def deliver(self, message: EmailMessage, sender: str, address: str) -> None:
        """Write one mail durably, readable by the owner of the process only; raises ServerTrouble."""
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
        """Do nothing: no connection is open."""


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
        """Deliver one mail; raises ServerTrouble, Temporary or Refused, after closing the connection."""
        content, rested = message.as_bytes(), self._server is not None
        try:
            self._deliver(content, sender, address)
        except _NothingSaid as error:
            self.close()
            if not rested:  # the server may have closed an idle connection: try a new one
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
        )  # the host name to verify the certificate against; passing it to the constructor would connect at once
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
        """Close the connection."""
        server, self._server = self._server, None
        if server is not None:
            server.close()


def _hand_over(server: smtplib.SMTP, content: bytes, sender: str, address: str) -> None:
    """Send the envelope and the content of a mail."""
    try:
        code, answer = server.mail(sender)
    except smtplib.SMTPServerDisconnected as error:
        raise _NothingSaid(_describe(error)) from error
    if code == CLOSING:
        raise _NothingSaid(_say(code, answer))
    if code >= PERMANENT:
        raise ServerTrouble(_say(code, answer))  # the server rejects the portal, not the recipient
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
    """Raise unless the server accepted the command."""
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
