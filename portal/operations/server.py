"""Serving: the web server in this process, the worker in a child that ends when we do, or elsewhere."""

import gc
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from types import FrameType
from typing import Any

import structlog
import waitress.server
from flask import Flask

from portal.accounts import errands
from portal.core import clock, jobs, redis, wake
from portal.mail import sending
from portal.operations.channel import channel_class
from portal.search import indexer

log = structlog.get_logger()
THREADS = 8
CONNECTION_LIMIT = 1000
MAX_HEADER_BYTES = 32_768
RESTART_AFTER_SECONDS = 1.0
CLOCK_SECONDS = 5.0
ERRAND_SECONDS = 0.4
STOP_SECONDS = 4.0


def create_server(app: Flask, host: str, port: int) -> Any:
    """Return a listening server with our settings; raises OSError when the address is taken."""
    gc.collect()
    gc.freeze()  # what start-up made stays: the collector need not walk through it at every round
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
    keeper = threading.Thread(target=_keep_worker, args=(stop,), daemon=True)
    try:
        server = create_server(app, settings.host, settings.port)
        if with_worker:
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
        if keeper.is_alive():
            keeper.join(timeout=5)
    return 0


def _stop_by_interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _keep_worker(stop: threading.Event) -> None:
    """Run the worker as a child process, and a new one when it dies."""
    while not stop.is_set():
        environment = os.environ | {"PORTAL_PARENT": str(os.getpid())}
        worker = subprocess.Popen([sys.executable, "-m", "portal", "worker"], env=environment)
        while worker.poll() is None and not stop.wait(0.2):
            pass
        if worker.poll() is None:
            worker.terminate()
            worker.wait(timeout=5)
        elif not stop.is_set():
            log.warning("worker_died", code=worker.returncode)
            stop.wait(RESTART_AFTER_SECONDS)


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
        indexer.run_forever(bells[wake.SEARCH])
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
                    errands.run_all()
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
