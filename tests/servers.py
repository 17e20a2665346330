"""Fixtures for the servers of a portal on several machines: Redis and an S3 object store, started per test run."""

import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import obstore
import pytest
import redis
from obstore.exceptions import BaseError
from obstore.store import S3Store
from sqlalchemy import NullPool, create_engine, text

from tests.tools import find_program

BUCKET = "portal-files"
KEY, SECRET = "portal", "for-tests-only"
START_SECONDS = 120.0


def free_ports(count: int, address: str = "127.0.0.1") -> list[int]:
    """Return free port numbers."""
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _number in range(count)]
        for one in sockets:
            one.bind((address, 0))
        return [int(one.getsockname()[1]) for one in sockets]


def wait_until(ready: Callable[[], object], process: subprocess.Popen[bytes] | None, log: Path | None = None) -> None:
    """Wait until a check succeeds; fails when the process has ended or after two minutes."""
    deadline = time.monotonic() + START_SECONDS
    while not ready():
        ended = process is not None and process.poll() is not None
        said = log.read_text(errors="replace")[-2000:] if log and log.exists() else ""
        assert not ended, f"it stopped: {said}"
        assert time.monotonic() < deadline, f"it does not answer: {said}"
        time.sleep(0.02)


@contextmanager
def fresh_database(postgres_url: str) -> Iterator[str]:
    """Yield the URL of an empty database on a PostgreSQL server, and remove it afterwards."""
    name = f"portal_{secrets.token_hex(6)}"
    engine = create_engine(postgres_url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    try:
        yield postgres_url.replace("/postgres?", f"/{name}?")
    finally:
        with engine.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


class RedisServer:
    """A Redis server on a socket, without persistence."""

    def __init__(self, program: str, folder: Path) -> None:
        """Take the program and folder; does not start yet."""
        self._program = program
        self._folder = folder
        self.url = f"unix://{folder}/redis.sock"
        self.client = redis.Redis.from_url(self.url, decode_responses=True)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, *options: str) -> None:
        """Start the server, empty."""
        command = [self._program, "--port", "0", "--unixsocket", f"{self._folder}/redis.sock", "--save", ""]
        command += ["--appendonly", "no", "--daemonize", "no", "--dir", str(self._folder), *options]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd=self._folder)
        wait_until(self._answers, self._process)

    def _answers(self) -> bool:
        with suppress(redis.RedisError, OSError):
            return bool(self.client.ping())
        return False

    def stop(self) -> None:
        """Kill the server and lose its data."""
        if self._process is not None:
            self._process.send_signal(signal.SIGCONT)
            self._process.kill()
            self._process.wait(timeout=10)
            self._process = None

    def freeze(self) -> None:
        """Freeze the server: it accepts connections but does not answer."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let the server answer again."""
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)


@pytest.fixture(scope="session")
def redis_program() -> str:
    """Return the path of Redis."""
    return find_program("redis-server")


@pytest.fixture
def redis_server(redis_program: str) -> Iterator[RedisServer]:
    """Return an empty Redis, which a test may stop, freeze and start again."""
    with tempfile.TemporaryDirectory(prefix="portal-redis-") as folder:
        server = RedisServer(redis_program, Path(folder))
        server.start()
        yield server
        server.stop()


class S3Server:
    """An S3-compatible object store that checks signatures, on a free port."""

    def __init__(self, program: str, folder: Path) -> None:
        """Choose ports; does not start yet."""
        self._program = program
        self._folder = folder
        self.port, *self._others = free_ports(8)
        self.endpoint = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> Mapping[str, str]:
        """Return the environment variables with its credentials."""
        return {"AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET}

    def url(self, prefix: str) -> str:
        """Return the value of PORTAL_FILES_URL for a prefix in its bucket."""
        return f"s3://{BUCKET}/{prefix}?endpoint={self.endpoint}"

    def start(self) -> None:
        """Start the server with the data it had before."""
        keys = self._folder / "keys.json"
        actions = '["Admin", "Read", "Write", "List"]'
        keys.write_text(
            f'{{"identities": [{{"name": "portal", "actions": {actions},'
            f' "credentials": [{{"accessKey": "{KEY}", "secretKey": "{SECRET}"}}]}}]}}'
        )
        (self._folder / "data").mkdir(exist_ok=True)
        names = ("master.port", "master.port.grpc", "volume.port", "volume.port.grpc", "filer.port", "filer.port.grpc")
        ports = [f"-{name}={port}" for name, port in zip(names, self._others, strict=False)]
        command = [self._program, "mini", f"-dir={self._folder}/data", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", *ports]
        command += [f"-s3.port={self.port}", f"-s3.port.grpc={self._others[-1]}", f"-s3.config={keys}"]
        command += ["-s3.port.iceberg=0", "-s3.port.lance=0", "-webdav=false", "-admin.ui=false", f"-bucket={BUCKET}"]
        log = self._folder / "log"
        with log.open("ab") as said:
            self._process = subprocess.Popen(command, stdout=said, stderr=said, cwd=self._folder)
        wait_until(self._stores, self._process, log)

    def _stores(self) -> bool:
        """Return whether an object can be stored and read, which is later than the first connection."""
        bucket = S3Store(
            BUCKET,
            endpoint=self.endpoint,
            region="us-east-1",
            access_key_id=KEY,
            secret_access_key=SECRET,
            client_options={"allow_http": True},
            retry_config={"max_retries": 0},
        )
        with suppress(BaseError, OSError):
            obstore.put(bucket, "ready", b"yes", use_multipart=False)
            return bytes(obstore.get(bucket, "ready").bytes()) == b"yes"
        return False

    def stop(self) -> None:
        """Stop the server; its data remains."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(timeout=20)
            self._process = None


@pytest.fixture(scope="session")
def s3_program() -> str:
    """Return the path of SeaweedFS, which on Linux is installed as a Python package with the test dependencies."""
    beside = Path(sys.executable).with_name("weed")
    return str(beside) if beside.exists() else find_program("weed")


@pytest.fixture(scope="session")
def s3_server(s3_program: str) -> Iterator[S3Server]:
    """Return an object store with an empty bucket; each test uses its own prefix."""
    folder = Path(tempfile.mkdtemp(prefix="portal-s3-"))
    server = S3Server(s3_program, folder)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)
