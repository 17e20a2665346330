"""Fixtures for external programs: Chromium, a Java runtime, Node.js, PostgreSQL. `tests.servers` has Redis and S3.

Tests of a missing program are skipped with that reason. With PORTAL_REQUIRE_TOOLS=1, as in `.ci/run`, every skipped
test is a failure.
"""

import gc
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from pluggy import Result

ROOT = Path(__file__).resolve().parents[1]
NODE_MODULES = ROOT / "node_modules"
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM_FLAGS = [
    "--no-sandbox",  # as root, as in containers, the sandbox does not work; only the portal's own pages are visited
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # The window of the browser itself loads pages for each context, which nobody sees here. This list replaces that of
    # Playwright, so it repeats what matters of it.
    "--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup,HttpsUpgrades,HttpsFirstBalancedModeAutoEnable,"
    "MediaRouter,PaintHolding,OptimizationHints,NetworkTimeServiceQuerying,PreconnectToSearch",
]
BROWSER_FIXTURES = {"page", "browser", "context", "new_context"}

NuChecker = Callable[[Mapping[str, str]], list[str]]
NodeRunner = Callable[[str, str], Any]


def pytest_collection_finish() -> None:
    """Exempt the collected tests from garbage collection: they live until the end, and are many."""
    gc.collect()
    gc.freeze()


# ── skipping ──────────────────────────────────────────────────────────────────────────────────────


def _tools_are_required() -> bool:
    return os.environ.get("PORTAL_REQUIRE_TOOLS") == "1"


def _refuse_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    if report.skipped and _tools_are_required() and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.longrepr = f"PORTAL_REQUIRE_TOOLS is set, and this was skipped: {reason}"


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport() -> Iterator[None]:
    """Turn a skipped test into a failure when every tool is required."""
    outcome: Result[pytest.TestReport] = yield  # type: ignore[assignment]  # pluggy sends the result
    _refuse_skip(outcome.get_result())


@pytest.hookimpl(hookwrapper=True)
def pytest_make_collect_report() -> Iterator[None]:
    """Turn a skipped module into a failure when every tool is required."""
    outcome: Result[pytest.CollectReport] = yield  # type: ignore[assignment]  # pluggy sends the result
    _refuse_skip(outcome.get_result())


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test that uses a browser."""
    for item in items:
        if BROWSER_FIXTURES & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.browser)


def find_program(*names: str) -> str:
    """Return the path of the first of these programs that is installed; skips the test when none is."""
    for name in names:
        if found := shutil.which(name):
            return found
    pytest.skip(f"{names[0]} is not installed")


def find_node_file(path: str) -> Path:
    """Return the path of a file of an npm package; skips the test when `npm ci` was not run."""
    found = NODE_MODULES / path
    if not found.exists():
        pytest.skip(f"node_modules/{path} is missing: run npm ci")
    return found


# ── browser ───────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="session")
def chromium() -> str:
    """Return the path of Chromium."""
    return find_program(*CHROMIUM_NAMES)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any], chromium: str) -> dict[str, Any]:
    """Use the system's Chromium instead of Playwright's download, without network access."""
    return {**browser_type_launch_args, "executable_path": chromium, "args": CHROMIUM_FLAGS}


# ── second opinions ───────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="session")
def nu_errors(tmp_path_factory: pytest.TempPathFactory) -> NuChecker:
    """Return a function that checks named HTML documents with the Nu HTML checker; pass it many at a time."""
    java = find_program("java")
    checker = find_node_file("vnu-jar/build/dist/vnu.jar")

    def check(documents: Mapping[str, str]) -> list[str]:
        folder = tmp_path_factory.mktemp("html")
        names = {}
        for number, (name, html) in enumerate(documents.items()):
            path = folder / f"{number}.html"
            path.write_text(html)
            names[path.name] = name
        command = [
            java,
            "-Xss2m",
            "-jar",
            str(checker),
            "--format",
            "json",
            "--stdout",
            "--exit-zero-always",
            str(folder),
        ]
        done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=True)
        return [
            f"{names[Path(found['url']).name]}:{found.get('lastLine', 0)}: {found['message']}"
            for found in json.loads(done.stdout)["messages"]
        ]

    return check


@pytest.fixture(scope="session")
def run_node() -> NodeRunner:
    """Return a function that runs an ES module with a text as `input`; it returns what is passed to `answer()`."""
    node = find_program("node")
    find_node_file("ical.js/package.json")
    frame = (
        'import {{ readFileSync }} from "node:fs";\nconst input = readFileSync(0, "utf8");\n'
        "const answer = (value) => process.stdout.write(JSON.stringify(value));\n{}\n"
    )

    def run(script: str, text: str) -> Any:
        command = [node, "--input-type=module", "--eval", frame.format(script)]
        done = subprocess.run(command, input=text, capture_output=True, text=True, timeout=60, check=False, cwd=ROOT)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return run


# ── PostgreSQL ────────────────────────────────────────────────────────────────────────────────────


class PostgresServer:
    """A PostgreSQL server for this test run, in its own folder."""

    def __init__(self, folder: Path) -> None:
        """Initialise the data folder; does not start yet."""
        # PostgreSQL refuses to run as root: use the user that its package creates.
        self._user = "postgres" if os.geteuid() == 0 else None
        self._folder = folder
        self._program, initdb = _postgres_program("postgres"), _postgres_program("initdb")
        if self._user:
            shutil.chown(folder, self._user)
        command: list[str | Path] = [
            initdb,
            "-D",
            folder / "data",
            "-U",
            "portal",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C",
            "--no-sync",
        ]
        subprocess.run(command, check=True, capture_output=True, user=self._user, cwd=folder)
        self._process: subprocess.Popen[bytes] | None = None
        self.url = f"postgresql://portal@/postgres?host={folder}"

    def start(self) -> None:
        """Start the server, and wait until it listens."""
        data, folder = str(self._folder / "data"), str(self._folder)
        command = [self._program, "-D", data, "-k", folder, "-c", "listen_addresses=", "-c", "fsync=off"]
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(command, user=self._user, stderr=log, cwd=folder)
        _wait_for(self._folder / ".s.PGSQL.5432", self._process)

    def stop(self) -> None:
        """Stop the server at once; with SIGTERM it would wait until all clients disconnect."""
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)
            self._process.wait()
            self._process = None


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """Return the URL of an empty database on the PostgreSQL server of this test run."""
    with tempfile.TemporaryDirectory(prefix="portal-pg-") as name:
        server = PostgresServer(Path(name))
        try:
            server.start()
            yield server.url
        finally:
            server.stop()


@pytest.fixture
def postgres_server() -> Iterator[PostgresServer]:
    """Return a server for one test, which may stop and start it."""
    with tempfile.TemporaryDirectory(prefix="portal-pg-") as name:
        server = PostgresServer(Path(name))
        try:
            server.start()
            yield server
        finally:
            server.stop()


def _postgres_program(name: str) -> str:
    versions = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return str(versions[-1]) if versions else find_program(name)


def _wait_for(path: Path, server: subprocess.Popen[bytes]) -> None:
    """Wait until a server listens on the socket at `path`."""
    with socket.socket(socket.AF_UNIX) as client:
        while client.connect_ex(str(path)):
            try:
                server.wait(0.05)
            except subprocess.TimeoutExpired:
                continue
            raise AssertionError(f"PostgreSQL stopped: {path.with_name('log').read_text()}")
