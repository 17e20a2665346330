"""Being asked to stop: SIGTERM and SIGINT become a byte in a socket that the main thread reads when it suits.

A handler of ours would run between any two steps of the main thread, also while that holds a lock that the handler
needs, or inside the handler of an earlier signal: `threading.Event.set()` then waits for itself forever. Here the
interpreter's own handler, written in C, sends the byte (`signal.set_wakeup_fd`), and no code of ours runs at all.
"""

import select
import signal
import socket

SIGNALS = (signal.SIGTERM, signal.SIGINT)


class StopRequest:
    """Notes SIGTERM and SIGINT from now on, any number of them; made in the main thread, once per process."""

    def __init__(self) -> None:
        """Take the signals over."""
        self.socket, self._sender = socket.socketpair()
        self.socket.setblocking(False)
        self._sender.setblocking(False)
        signal.set_wakeup_fd(self._sender.fileno(), warn_on_full_buffer=False)
        for number in SIGNALS:
            signal.signal(number, lambda *_: None)  # without a handler the signal would end the process

    def wait(self, seconds: float | None) -> bool:
        """Wait until a signal came, at most some seconds; returns whether one came. It goes on being true."""
        readable, _, _ = select.select([self.socket], [], [], seconds)
        return bool(readable)

    def ignore_more(self) -> None:
        """Let further signals do nothing: while the interpreter ends, they would end the process halfway."""
        for number in SIGNALS:
            signal.signal(number, signal.SIG_IGN)
