"""`portal serve`: the web server in this process and, unless switched off, a worker in a child process."""

import gc
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from typing import Any, Protocol

import structlog
import waitress.server
from flask import Flask
from waitress import wasyncore

from portal.core.extensions import db
from portal.files import storage
from portal.operations import worker as workers
from portal.operations.stopping import StopRequest
from portal.operations.waitress_channel import channel_class

log = structlog.get_logger()
THREADS = 8
CONNECTION_LIMIT = 1000
MAX_HEADER_BYTES = 32_768
RESTART_AFTER_SECONDS = 1.0
LOOK_AFTER_WORKER_SECONDS = 0.5
STOP_SECONDS = 4.0
"""After this time a worker that was asked to stop is killed; it allows the worker's own limit and a second."""


def freeze_startup_objects() -> None:
    """Exempt the objects of start-up from garbage collection: they live on, so traversing them would cost time only."""
    gc.collect()
    gc.freeze()


def create_server(app: Flask, host: str, port: int, sockets: dict[int, Any] | None = None) -> Any:
    """Return a listening server with the portal's settings; raises OSError when the address is in use.

    `sockets` maps the file descriptors in the server's event loop to their handlers; the server adds its own.
    """
    proxy = app.config["SETTINGS"].proxy
    behind = {"trusted_proxy": proxy, "trusted_proxy_headers": {"x-forwarded-for"}} if proxy else {}
    waitress.server.TcpWSGIServer.channel_class = channel_class(app)
    return waitress.server.create_server(
        app,
        map=sockets,
        host=host,
        port=port,
        threads=THREADS,
        connection_limit=CONNECTION_LIMIT,
        asyncore_use_poll=True,  # select() fails for file descriptors from 1024 on
        max_request_header_size=MAX_HEADER_BYTES,
        max_request_body_size=app.config["MAX_CONTENT_LENGTH"],
        ident=None,
        clear_untrusted_proxy_headers=True,
        **behind,
    )


def serve(app: Flask, *, with_worker: bool = True) -> int:
    """Serve until a signal asks to stop, optionally with a worker; return the exit code."""
    settings = app.config["SETTINGS"]
    stop = threading.Event()
    request = StopRequest()
    sockets: dict[int, Any] = {}
    freeze_startup_objects()
    worker: Worker | None = None
    keeper: threading.Thread | None = None
    try:
        _try_address(settings.host, settings.port)
        if with_worker:
            worker = _fork_worker(app)  # before any thread exists
        server = create_server(app, settings.host, settings.port, sockets)
        StopReader(request, sockets)
        if with_worker:
            keeper = threading.Thread(target=_keep_worker, args=(worker, stop), daemon=True)
            keeper.start()
        sys.stderr.write(f"The portal is at {settings.base_url} (Ctrl-C stops it)\n")
        server.run()
    except OSError as error:
        sys.stderr.write(f"portal: cannot listen on {settings.host}:{settings.port} (PORT): {error.strerror}\n")
        return 1
    finally:
        stop.set()
        if keeper:
            keeper.join()
        elif worker:
            _end(worker)
        with app.app_context():
            db.engine.dispose()
        request.ignore_more()
    return 0


class StopReader(wasyncore.dispatcher):
    """Stops waitress's event loop from within, between two events, when a stop is requested."""

    def __init__(self, request: StopRequest, sockets: dict[int, Any]) -> None:
        """Add the socket of the stop request to the event loop."""
        super().__init__(request.socket, sockets)

    def writable(self) -> bool:
        """Return False: nothing is ever written."""
        return False

    def handle_read(self) -> None:
        """Stop the loop; waitress then lets its threads finish."""
        raise KeyboardInterrupt


def _try_address(host: str, port: int) -> None:
    """Raise OSError when the address is in use, before a worker is started."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    socket.create_server((host, port), family=family).close()


class Worker(Protocol):
    """The interface of a worker process, forked or spawned."""

    @property
    def returncode(self) -> int | None:
        """Return how it ended, None as long as it runs."""

    def poll(self) -> int | None:
        """Return the same, looked up."""

    def terminate(self) -> None:
        """Ask it to end."""

    def kill(self) -> None:
        """End it."""

    def wait(self, timeout: float | None = None) -> int:
        """Wait until it ended; raises subprocess.TimeoutExpired."""


class Fork:
    """A worker forked from this process, with which it shares unchanged memory."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Return how it ended, None as long as it runs."""
        if self.returncode is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            self.returncode = os.waitstatus_to_exitcode(status) if pid else None
        return self.returncode

    def terminate(self) -> None:
        """Ask it to end."""
        if self.poll() is None:
            os.kill(self.pid, signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        if self.poll() is None:
            os.kill(self.pid, signal.SIGKILL)

    def wait(self, timeout: float | None = None) -> int:
        """Wait until it ended; raises subprocess.TimeoutExpired."""
        until = time.monotonic() + (timeout or STOP_SECONDS)
        while (code := self.poll()) is None:
            if time.monotonic() > until:
                raise subprocess.TimeoutExpired("worker", timeout or STOP_SECONDS)
            time.sleep(0.02)
        return code


def _fork_worker(app: Flask) -> Worker:
    """Return the first worker: a fork, made while this process has one thread and no open connections.

    It starts at once and takes half the memory of a new process. On other systems than Linux, where libraries do not
    support forking, it is a new process, like every later worker.
    """
    if sys.platform != "linux" or threading.active_count() > 1 or storage.EXTENSION in app.extensions:
        return _start_worker()
    with app.app_context():
        db.engine.dispose()
    parent = os.getpid()
    pid = os.fork()
    if pid:
        return Fork(pid)
    code = 1
    try:
        os.environ[workers.PARENT_VARIABLE] = str(parent)
        code = workers.work(app)
    except BaseException:
        log.exception("worker_failed")
    finally:
        sys.stderr.flush()
        os._exit(code)


def _start_worker() -> Worker:
    environment = os.environ | {workers.PARENT_VARIABLE: str(os.getpid())}
    return subprocess.Popen([sys.executable, "-m", "portal", "worker"], env=environment)


def _keep_worker(worker: Worker | None, stop: threading.Event) -> None:
    """Restart the worker whenever it dies, until `stop` is set."""
    while not stop.is_set():
        worker = worker or _start_worker()
        while worker.poll() is None and not stop.wait(LOOK_AFTER_WORKER_SECONDS):
            pass
        if worker.poll() is None:
            _end(worker)
        elif not stop.is_set():
            log.warning("worker_died", code=worker.returncode)
            stop.wait(RESTART_AFTER_SECONDS)
        worker = None


def _end(worker: Worker) -> None:
    """Terminate a worker, and kill it if it does not end in time."""
    worker.terminate()
    try:
        worker.wait(timeout=STOP_SECONDS)
    except subprocess.TimeoutExpired:
        log.error("worker_killed")
        worker.kill()
        worker.wait(timeout=STOP_SECONDS)
