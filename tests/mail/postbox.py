"""A mail server for tests: real SMTP on a free port, that does to its guests what it is told."""

import asyncio
import socket
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

OK = "250 OK"
DROP = "drop"
"""Instead of an answer: the line goes dead."""

Step = str | float | Callable[[], str]
"""An answer, seconds to sleep before saying yes, or a function that gives the answer."""


class Postbox:
    """What arrived, and what to answer next at each step; without a script every answer is yes."""

    def __init__(self) -> None:
        """Start empty."""
        self.received: list[tuple[list[str], EmailMessage]] = []
        self.at_sender: deque[Step] = deque()
        self.at_recipient: deque[Step] = deque()
        self.at_data: deque[Step] = deque()
        self.connections = 0
        self.url = ""

    @property
    def messages(self) -> list[EmailMessage]:
        """Return the mails that arrived."""
        return [message for _to, message in self.received]

    @property
    def addressees(self) -> list[str]:
        """Return to whom each mail went, in the order of arrival."""
        return [address for to, _message in self.received for address in to]

    async def handle_EHLO(  # noqa: N802  # aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        """Count a visitor."""
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_MAIL(  # noqa: N802  # aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Answer to MAIL FROM."""
        envelope.mail_from = address
        return await self._answer(server, self.at_sender)

    async def handle_RCPT(  # noqa: N802  # aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Answer to RCPT TO."""
        envelope.rcpt_tos.append(address)
        return await self._answer(server, self.at_recipient)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  # aiosmtpd's name
        """Take the mail unless the answer says no: when the line goes dead here, it was taken."""
        assert isinstance(envelope.content, bytes)
        message = message_from_bytes(envelope.content, policy=policy.default)
        step = self.at_data[0] if self.at_data else OK
        if not isinstance(step, str) or step in (OK, DROP):
            self.received.append((list(envelope.rcpt_tos), message))
        return await self._answer(server, self.at_data)

    async def _answer(self, server: Any, script: deque[Step]) -> str:
        step = script.popleft() if script else OK
        if isinstance(step, float):
            await asyncio.sleep(step)
            return OK
        if callable(step):
            step = step()
        if step == DROP:
            server.transport.abort()
            return "421 gone"
        return step


def free_port() -> int:
    """Return a port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def listening(postbox: Postbox, **options: Any) -> Iterator[Postbox]:
    """Let a postbox listen on a free port of this machine."""
    port = free_port()
    controller = Controller(postbox, hostname="127.0.0.1", port=port, ready_timeout=10, **options)
    controller.start()
    postbox.url = f"smtp://127.0.0.1:{port}"
    try:
        yield postbox
    finally:
        controller.stop()
