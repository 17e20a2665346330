"""Waking workers: what was just written is looked at now, and not at the next round.

Workers look for work by themselves a few times a second, and go on doing so; with Redis they are woken as well, on
whichever machine they run. Nothing is lost when a call is: the next round finds the work.
"""

import threading
from collections.abc import Mapping

import structlog
from flask import has_app_context
from sqlalchemy import event
from sqlalchemy.orm import Session

from portal.core.storage import redis

SEARCH, MAIL, ERRANDS = "search", "mail", "errands"
CALLS = "portal_calls"
CHANNEL = "wake"
LISTEN_SECONDS = 1.0
LOOK_AFTER_SECONDS = 15
"""So often the listener asks whether its connection still leads anywhere."""
log = structlog.get_logger()


class Bell(threading.Event):
    """The sign to stop, as one loop sees it: waiting for it ends early when the bell is rung."""

    def __init__(self, stop: threading.Event) -> None:
        """Follow a sign to stop; whoever sets that rings the bell too (`ring_at_the_end`)."""
        super().__init__()
        self._sign = stop

    def is_set(self) -> bool:
        """Whether it is time to stop."""
        return self._sign.is_set()

    def ring(self) -> None:
        """End the waiting, or the next one."""
        super().set()

    def set(self) -> None:
        """Give the sign to stop."""
        self._sign.set()
        self.ring()

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until the bell is rung, and no longer than some seconds; returns whether it is time to stop."""
        if not self.is_set():
            super().wait(timeout)
            super().clear()
        return self.is_set()


def after_commit(session: Session, loop: str) -> None:
    """Let the workers look at once when the running transaction is done."""
    session.info.setdefault(CALLS, set()).add(loop)


@event.listens_for(Session, "after_commit")
def _call(session: Session) -> None:
    if session.in_nested_transaction():
        return
    calls = session.info.pop(CALLS, None)
    shared = redis.shared() if calls and has_app_context() else None
    if shared is None:
        return
    channel, message = shared.key(CHANNEL), " ".join(sorted(calls))
    try:
        shared.ask(lambda client: client.publish(channel, message))
    except redis.Unavailable:
        log.debug("workers_not_woken", loops=message)


@event.listens_for(Session, "after_rollback")
def _forget(session: Session) -> None:
    session.info.pop(CALLS, None)


def listen(shared: redis.Shared, bells: Mapping[str, Bell], stop: threading.Event) -> None:
    """Ring the bells that are called for, until it is time to stop; needs a thread of its own."""
    while not stop.is_set():
        try:
            _listen_once(shared, bells, stop)
        except shared.errors as error:
            log.debug("no_calls", reason=type(error).__name__)
            stop.wait(redis.LEAVE_ALONE_SECONDS)


def _listen_once(shared: redis.Shared, bells: Mapping[str, Bell], stop: threading.Event) -> None:
    with shared.listener(LOOK_AFTER_SECONDS) as listener:
        listener.subscribe(shared.key(CHANNEL))
        while not stop.is_set():
            message = listener.get_message(timeout=LISTEN_SECONDS)
            if message is None:
                continue
            # from "subscribe" on we hear every call; before it there may have been some that nobody heard
            called = message["data"].decode().split() if message["type"] == "message" else bells
            for name in called:
                if name in bells:
                    bells[name].ring()


def ring_at_the_end(bells: Mapping[str, Bell], stop: threading.Event) -> None:
    """Wait for the sign to stop and tell every loop; needs a thread of its own."""
    stop.wait()
    for bell in bells.values():
        bell.ring()
