"""A portal on several machines, which are addresses of this one: two that serve, two that work, and what they share."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import requests
from flask import Flask
from selectolax.lexbor import LexborHTMLParser

from portal import create_app
from portal.accounts import passwords
from portal.accounts.models import User
from portal.core.config import from_environment
from portal.core.extensions import db
from portal.operations import schema
from tests.files.makers import picture
from tests.people import PASSWORD, filled, make_user
from tests.scale.proxy import Address, Proxy, proxying
from tests.servers import free_ports, wait_until

KEY = "for-tests-only-" * 3
BOARD = "/vraag-en-aanbod/"
FIRST, SECOND = "127.0.0.2", "127.0.0.3"
PATIENCE_SECONDS = 30
PATIENCE = 60.0
"""How long to wait for what must happen some time."""


class Process:
    """A command of the portal with a data folder of its own, as on a machine of its own."""

    def __init__(self, name: str, folder: Path, settings: Mapping[str, str], *arguments: str) -> None:
        """Take what it needs; nothing is started yet."""
        kept = {key: value for key, value in os.environ.items() if not key.startswith("PORTAL_")}
        self.log = folder / f"{name}.log"
        self.settings = {**settings, "PORTAL_INSTANCE": str(folder / name)}
        self._environment = {**kept, **self.settings}
        self._command = [sys.executable, "-m", "portal", *arguments]
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it."""
        with self.log.open("ab") as said:
            self.process = subprocess.Popen(self._command, env=self._environment, stderr=said)

    def kill(self) -> None:
        """Kill -9."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(timeout=15)

    def end(self) -> None:
        """End it as a service manager would."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(timeout=15)
            self.process.kill()


@dataclass(slots=True)
class Cluster:
    """All machines together; `app` is an application in this process, to prepare and to look with."""

    app: Flask
    base: str
    servers: dict[Address, Process]
    workers: list[Process]
    proxy: Proxy
    addresses: list[Address] = field(default_factory=list)

    def browser(
        self, machine: int | None = None, cookies: requests.cookies.RequestsCookieJar | None = None
    ) -> "Browser":
        """Return a browser that asks one machine (0 or 1), or the proxy."""
        where = self.base if machine is None else "http://{}:{}".format(*self.addresses[machine])
        return Browser(where, self.base.removeprefix("http://"), cookies)

    def wait_for(self, machine: int) -> None:
        """Wait until a machine serves."""
        browser = self.browser(machine)

        def answers() -> bool:
            with suppress(requests.RequestException):
                return browser.get("/healthz").status_code == 200
            return False

        process = self.servers[self.addresses[machine]]
        wait_until(answers, process.process, process.log)


class Browser:
    """Somebody at one address, who sends along the name under which the portal is known."""

    def __init__(self, where: str, host: str, cookies: requests.cookies.RequestsCookieJar | None = None) -> None:
        """Begin, with the cookies of another browser or with none."""
        self._where = where
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.headers["Host"] = host
        if cookies is not None:
            self._session.cookies = cookies

    @property
    def cookies(self) -> requests.cookies.RequestsCookieJar:
        """Return the cookies, to go on elsewhere."""
        return self._session.cookies

    def get(self, path: str) -> requests.Response:
        """Fetch a page."""
        return self._session.get(self._where + path, timeout=PATIENCE_SECONDS, allow_redirects=False)

    def tree(self, path: str) -> LexborHTMLParser:
        """Return a parsed page."""
        return LexborHTMLParser(self.get(path).text)

    def post_form(
        self,
        path: str,
        data: Mapping[str, object],
        files: Mapping[str, tuple[str, bytes, str]] | None = None,
        form: str = "main form[method=post]",
    ) -> requests.Response:
        """Fetch a page, fill in its form as a person would, and send it to where the form says."""
        answer = self.get(path)
        node = LexborHTMLParser(answer.text).css_first(form)
        assert node is not None, f"no {form} on {path} ({answer.status_code})"
        action = self._where + (node.attributes.get("action") or path)
        entries = {**filled(node), **data}
        return self._session.post(action, data=entries, files=files, timeout=PATIENCE_SECONDS, allow_redirects=False)

    def sign_in(self, email: str, password: str) -> requests.Response:
        """Sign in with a password."""
        return self.post_form("/account/inloggen", {"email": email, "password": password})


@contextmanager
def running(folder: Path, settings: Mapping[str, str]) -> Iterator[Cluster]:
    """Run a portal on two machines that serve and two that work; `settings` say what they share."""
    front, behind = free_ports(2)
    base = f"http://127.0.0.1:{front}"
    settings = {**settings, "PORTAL_BASE_URL": base, "PORTAL_SECRET_KEY": KEY, "PORTAL_PROXY": "127.0.0.1"}
    settings |= {"PORTAL_LOG_LEVEL": "warning"}
    addresses = [(FIRST, behind), (SECOND, behind)]
    servers = {
        (host, port): Process(host, folder, settings | {"PORTAL_HOST": host, "PORT": str(port)}, "serve", "--no-worker")
        for host, port in addresses
    }
    workers = [Process(f"worker{number}", folder, settings, "worker") for number in (1, 2)]
    app = create_app(from_environment({**settings, "PORTAL_INSTANCE": str(folder / "test")}))
    with ExitStack() as stack, app.app_context():
        schema.upgrade()
        for process in (*servers.values(), *workers):
            stack.callback(process.end)
            process.start()
        proxy = stack.enter_context(proxying(front, addresses))
        cluster = Cluster(app, base, servers, workers, proxy, addresses)
        for machine in (0, 1):
            cluster.wait_for(machine)
        yield cluster
        db.session.remove()
        db.engine.dispose()


# ── people ────────────────────────────────────────────────────────────────────────────────────────


def known_person(email: str) -> User:
    """Return a member with a password."""
    return make_user("Lotte van der Lid", email=email, password_hash=passwords.hashed(PASSWORD))


def until(happened: Callable[[], bool], seconds: float = PATIENCE) -> float:
    """Wait until something is so; returns how many seconds that took, and fails when it is never so."""
    started = time.monotonic()
    while not happened():
        assert time.monotonic() - started < seconds, "it never happened"
        time.sleep(0.02)
    return time.monotonic() - started


def place(browser: Browser, title: str) -> requests.Response:
    """Place a post."""
    body = "Twee ochtenden per week, met begeleiding."
    data = {"kind": "aanbod", "category": "stage", "title": title, "body": body, "do": "verstuur"}
    return browser.post_form("/vraag-en-aanbod/nieuw", data)


def upload_photo(browser: Browser) -> str:
    """Give one's profile a photo; returns its address."""
    photo = {"photo": ("ik.jpg", picture(), "image/jpeg")}
    answer = browser.post_form("/account/profiel", {"photo_for": "members"}, files=photo)
    assert answer.status_code == 303, answer.text
    node = browser.tree("/account/profiel").css_first("img.portrait")
    assert node is not None
    return str(node.attributes["src"])
