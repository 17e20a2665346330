"""Serving: the web server in this process, the worker in a child that ends when we do, or elsewhere."""

import gc
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from types import FrameType
from typing import Any, Protocol

import structlog
import waitress.server
from flask import Flask

from portal.accounts import deferred_actions
from portal.core import clock, jobs, wake
from portal.core.extensions import db
from portal.core.storage import redis
from portal.files import storage
from portal.mail import sending
from portal.operations.waitress_channel import channel_class
from portal.search import services as search

log = structlog.get_logger()
THREADS = 8
CONNECTION_LIMIT = 1000
MAX_HEADER_BYTES = 32_768
RESTART_AFTER_SECONDS = 1.0
CLOCK_SECONDS = 5.0
ERRAND_SECONDS = 0.4
STOP_SECONDS = 4.0


def settle() -> None:
    """Take what start-up made out of the collector's sight: it stays, so no round need walk through it."""
    gc.collect()
    gc.freeze()


def create_server(app: Flask, host: str, port: int) -> Any:
    """Return a listening server with our settings; raises OSError when the address is taken."""
    proxy = app.config["SETTINGS"].proxy
    behind = {"trusted_proxy": proxy, "trusted_proxy_headers": {"x-forwarded-for"}} if proxy else {}
    waitress.server.TcpWSGIServer.channel_class = channel_class(app)
    return waitress.server.create_server(
        app,
        host=host,
        port=port,
        threads=THREADS,
        connection_limit=CONNECTION_LIMIT,
        asyncore_use_poll=True,  # select() fails from the 1,024th open file
        max_request_header_size=MAX_HEADER_BYTES,
        max_request_body_size=app.config["MAX_CONTENT_LENGTH"],
        ident=None,
        clear_untrusted_proxy_headers=True,
        **behind,
    )


def serve(app: Flask, *, with_worker: bool = True) -> int:
    """Serve until stopped, with a worker beside it or leaving that to others; returns the exit code."""
    settings = app.config["SETTINGS"]
    stop = threading.Event()
    signal.signal(signal.SIGTERM, _stop_by_interrupt)
    settle()
    worker: Worker | None = None
    keeper: threading.Thread | None = None
    try:
        _try_address(settings.host, settings.port)
        if with_worker:
            worker = _fork_worker(app)  # before there are threads
        server = create_server(app, settings.host, settings.port)
        if with_worker:
            keeper = threading.Thread(target=_keep_worker, args=(worker, stop), daemon=True)
            keeper.start()
        sys.stderr.write(f"The portal is at {settings.base_url} (Ctrl-C stops it)\n")
        server.run()
    except OSError as error:
        sys.stderr.write(f"portal: cannot listen on {settings.host}:{settings.port} (PORT): {error.strerror}\n")
        return 1
    except KeyboardInterrupt:
        pass
    finally:
        stop.set()
        if keeper:
            keeper.join(timeout=5)
        elif worker:
            _end(worker)
    return 0


def _try_address(host: str, port: int) -> None:
    """Raise OSError when the address is taken: better before a worker runs than after."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    socket.create_server((host, port), family=family).close()


def _stop_by_interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


class Worker(Protocol):
    """A worker process of ours, however it was started."""

    @property
    def returncode(self) -> int | None:
        """Return how it ended, None as long as it runs."""

    def poll(self) -> int | None:
        """Return the same, looked up."""

    def terminate(self) -> None:
        """Ask it to end."""

    def wait(self, timeout: float | None = None) -> int:
        """Wait until it ended; raises subprocess.TimeoutExpired."""


class Fork:
    """A worker that was split off from this process, so that both use the same memory for what neither changes."""

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

    def wait(self, timeout: float | None = None) -> int:
        """Wait until it ended; raises subprocess.TimeoutExpired."""
        until = time.monotonic() + (timeout or STOP_SECONDS)
        while (code := self.poll()) is None:
            if time.monotonic() > until:
                raise subprocess.TimeoutExpired("worker", timeout or STOP_SECONDS)
            time.sleep(0.02)
        return code


def _fork_worker(app: Flask) -> Worker:
    """Return the first worker: a fork of this process, which as yet has one thread and no connection in use.

    It starts at once, and takes half the memory of one that loads everything itself. Elsewhere than on Linux, where
    libraries are not made for that, it is a process like any later one.
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
        os.environ["PORTAL_PARENT"] = str(parent)
        code = work(app)
    except BaseException:
        log.exception("worker_failed")
    finally:
        sys.stderr.flush()
        os._exit(code)


def _start_worker() -> Worker:
    environment = os.environ | {"PORTAL_PARENT": str(os.getpid())}
    return subprocess.Popen([sys.executable, "-m", "portal", "worker"], env=environment)


def _keep_worker(worker: Worker | None, stop: threading.Event) -> None:
    """See to it that a worker runs: a new one when it dies."""
    while not stop.is_set():
        worker = worker or _start_worker()
        while worker.poll() is None and not stop.wait(0.2):
            pass
        if worker.poll() is None:
            _end(worker)
        elif not stop.is_set():
            log.warning("worker_died", code=worker.returncode)
            stop.wait(RESTART_AFTER_SECONDS)
        worker = None


def _end(worker: Worker) -> None:
    worker.terminate()
    worker.wait(timeout=5)


def work(app: Flask) -> int:
    """Follow the change feed, send mail and do what the clock asks, until stopped or until our server is gone."""
    stop = threading.Event()
    bells = {name: wake.Bell(stop) for name in (wake.SEARCH, wake.MAIL, wake.ERRANDS)}
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    jobs.load()
    for watch, given in _watchers(app, bells, stop):
        threading.Thread(target=watch, args=given, daemon=True).start()
    loops = ((_run_clock, stop), (_run_errands, bells[wake.ERRANDS]), (_send_mail, bells[wake.MAIL]))
    parts = [threading.Thread(target=run, args=(app, sign), daemon=True) for run, sign in loops]
    for part in parts:
        part.start()
    with app.app_context():
        search.run_forever(bells[wake.SEARCH])
    deadline = time.monotonic() + STOP_SECONDS
    for part in parts:
        part.join(timeout=max(0.0, deadline - time.monotonic()))
    return 0


def _watchers(app: Flask, bells: Mapping[str, wake.Bell], stop: threading.Event) -> list[tuple[Any, tuple[Any, ...]]]:
    """Return what runs beside the loops, with its arguments: who gives the sign to stop, and who wakes the loops."""
    watchers: list[tuple[Any, tuple[Any, ...]]] = [(_watch_parent, (stop,)), (wake.ring_at_the_end, (bells, stop))]
    shared = app.extensions[redis.EXTENSION]
    if shared is not None:
        watchers.append((wake.listen, (shared, bells, stop)))
    return watchers


def _watch_parent(stop: threading.Event) -> None:
    parent = int(os.environ.get("PORTAL_PARENT", "0"))
    while parent and not stop.wait(0.5):
        if os.getppid() != parent:
            stop.set()


def _run_clock(app: Flask, stop: threading.Event) -> None:
    """Do what is due; when that is, the jobs say themselves."""
    while not stop.is_set():
        try:
            with app.app_context():
                jobs.run_due(clock.now())
        except Exception:
            log.exception("clock_failed")
        stop.wait(CLOCK_SECONDS)


def _run_errands(app: Flask, stop: threading.Event) -> None:
    """Do what visitors asked on forms that tell nobody who has an account here; they wait for the mail."""
    while not stop.is_set():
        try:
            with app.app_context():
                while not stop.wait(ERRAND_SECONDS):
                    deferred_actions.run_pending()
        except Exception:
            log.exception("errands_failed")
            stop.wait(CLOCK_SECONDS)


def _send_mail(app: Flask, stop: threading.Event) -> None:
    """Send what is in the outbox; started anew should it end by itself."""
    while not stop.is_set():
        try:
            with app.app_context():
                sending.run_forever(stop)
        except Exception:
            log.exception("sender_failed")
            stop.wait(CLOCK_SECONDS)
