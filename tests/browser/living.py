"""A portal of its own that people write on: the real command with its worker, and the mail that it writes."""

import email
import email.policy
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from email.message import EmailMessage
from http.client import HTTPConnection
from pathlib import Path

WAIT_SECONDS = 60.0


class LivingPortal:
    """`portal serve --demo` on a free port, and its mailbox."""

    def __init__(self, instance: Path, port: int) -> None:
        """Start it; `wait` says when it answers."""
        self.instance = instance
        self.url = f"http://127.0.0.1:{port}"
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")} | {
            "PORTAL_INSTANCE": str(instance),
            "PORT": str(port),
            "PORTAL_LOG_LEVEL": "error",
        }
        command = [sys.executable, "-m", "portal", "serve", "--demo"]
        with (instance / "serve.log").open("wb") as log:
            self.process = subprocess.Popen(command, env=self.environment, stdout=subprocess.DEVNULL, stderr=log)
        self.port = port

    def wait(self) -> None:
        """Return when pages come; raises TimeoutError."""
        for _ in self._tries("no page came"):
            with suppress(OSError), closing(HTTPConnection("127.0.0.1", self.port, timeout=5)) as connection:
                connection.request("GET", "/readyz")
                if connection.getresponse().status == 200:
                    return

    def run(self, *arguments: str, entered: str = "") -> str:
        """Run a `portal` command beside it; returns what it printed."""
        command = [sys.executable, "-m", "portal", *arguments]
        done = subprocess.run(command, env=self.environment, input=entered, text=True, capture_output=True, check=True)
        return done.stdout

    def mail_to(self, address: str, holding: str) -> str:
        """Return the text of the newest mail to an address that holds a text; waits until it is there."""
        for _ in self._tries(f"no mail to {address} with {holding}"):
            found = [text for text in map(_text_of, self._mails(address)) if holding in text]
            if found:
                return found[-1]
        raise AssertionError

    def link_in_mail(self, address: str, path: str) -> str:
        """Return the link to a path of ours in the newest mail to an address; waits until it is there."""
        found = re.search(re.escape(self.url + path) + r"[\w\-./]+", self.mail_to(address, self.url + path))
        assert found
        return found.group()

    def stop(self) -> None:
        """End it."""
        self.process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout=10)
        self.process.kill()

    def _mails(self, address: str) -> list[EmailMessage]:
        files = sorted((self.instance / "mail").glob("**/*.eml"), key=lambda path: path.stat().st_mtime_ns)
        mails = []
        for path in files:
            message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            assert isinstance(message, EmailMessage)
            mails.append(message)
        return [mail for mail in mails if mail["To"] and address in mail["To"]]

    def _tries(self, failure: str) -> Iterator[None]:
        deadline = time.monotonic() + WAIT_SECONDS
        while time.monotonic() < deadline:
            yield
            time.sleep(0.1)
        raise TimeoutError(failure)


def _text_of(mail: EmailMessage) -> str:
    body = mail.get_body(preferencelist=("plain",))
    assert body is not None
    return str(body.get_content())
