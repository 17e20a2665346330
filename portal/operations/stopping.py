"""Stop requests: SIGTERM and SIGINT become a byte in a socket, which the main thread reads between two events.

A Python signal handler runs between any two bytecodes of the main thread, even inside an earlier handler or while that
thread holds a lock that the handler needs: `threading.Event.set()` would then deadlock. Instead the interpreter itself
writes the byte (`signal.set_wakeup_fd`), and no Python code runs in the handler.
"""

import select
import signal
import socket

SIGNALS = (signal.SIGTERM, signal.SIGINT)


class StopRequest:
    """Records SIGTERM and SIGINT from its creation on; create it once per process, in the main thread."""

    def __init__(self) -> None:
        """Install the signal handling."""
        self.socket, self._sender = socket.socketpair()
        self.socket.setblocking(False)
        self._sender.setblocking(False)
        signal.set_wakeup_fd(self._sender.fileno(), warn_on_full_buffer=False)
        for number in SIGNALS:
            signal.signal(number, lambda *_: None)  # without a handler the signal would kill the process

    def wait(self, seconds: float | None) -> bool:
        """Wait for a signal, at most some seconds; return whether one came. Later calls return True at once."""
        readable, _, _ = select.select([self.socket], [], [], seconds)
        return bool(readable)

    def ignore_more(self) -> None:
        """Ignore further signals, which would otherwise end the process halfway through interpreter shutdown."""
        for number in SIGNALS:
            signal.signal(number, signal.SIG_IGN)
