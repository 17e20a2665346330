"""The index on disk: folders under `instance/search/`, and a pointer to the live one.

A rebuild fills a new folder beside the live one and then moves the pointer, so that searches never wait for it. Locks
are file locks of the operating system, which are released when the process that holds them ends for any reason.
"""

import fcntl
import os
import secrets
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import structlog
from whoosh.index import TOC, FileIndex

from portal.search.engines.base import RebuildRunning, SearchUnavailable
from portal.search.engines.embedded.files import IndexFiles
from portal.search.engines.embedded.schema import whoosh_schema
from portal.search.engines.embedded.segments import Part, Segment, Snapshot
from portal.search.indexing.terms import VERSION

NAME = "MAIN"
OPEN_TRIES = 5
OPEN_PAUSE_SECONDS = 0.05

log = structlog.get_logger()


class IndexStore:
    """The folder `root` with the index of a portal; one instance per process."""

    def __init__(self, root: Path) -> None:
        """Take the folder; nothing is read or created yet."""
        self.root = root
        self._pointer = root / "current"
        self._damage = root / "damaged"
        self._opening = threading.Lock()
        self._open: tuple[str, Snapshot] | None = None
        self._whole: set[tuple[str, int, int]] = set()

    # ── reading ──

    def snapshot(self) -> Snapshot:
        """Return the latest generation of the index; raises SearchUnavailable, and reports damage."""
        tries = 1 if self._damage.exists() else OPEN_TRIES
        for attempt in range(tries):
            folder = self._current()
            try:
                return self._snapshot_of(folder)
            except Exception as error:  # noqa: BLE001  # damaged pickles raise anything; files vanish when a commit replaces them
                reason = error
            if attempt < tries - 1:
                time.sleep(OPEN_PAUSE_SECONDS)
        self.report_damage(reason)
        raise SearchUnavailable("damaged") from reason

    def _current(self) -> Path:
        """Return the folder of the live index."""
        try:
            name = self._pointer.read_text(encoding="ascii")
        except (OSError, UnicodeError) as error:
            raise SearchUnavailable("missing") from error
        if not name.startswith(_prefix()):
            raise SearchUnavailable("of another version")
        return self.root / name

    def _snapshot_of(self, folder: Path) -> Snapshot:
        files = IndexFiles(str(folder))
        generation = TOC._latest_generation(files, NAME)
        known = self._open
        if known and known[0] == folder.name and known[1].generation == generation:
            return known[1]
        with self._opening:
            kept = self._open[1].segments if self._open and self._open[0] == folder.name else {}
            snapshot = _read(files, kept)
            self._open = (folder.name, snapshot)
            return snapshot

    def report_damage(self, reason: BaseException) -> None:
        """Report damage, once, so that the indexer rebuilds the index."""
        self._open = None
        if self._damage.exists():
            return
        log.error("search_index_damaged", reason=f"{type(reason).__name__}: {reason}"[:200])
        with suppress(OSError):
            self._damage.touch()

    def check(self) -> None:
        """Verify the checksums of the files and report damage; called by the indexer.

        A file is read again only when its size or modification time changed.
        """
        with self.writing(), suppress(SearchUnavailable):
            folder = self._current()
            try:
                self._check(folder)
            except Exception as error:  # noqa: BLE001  # damaged pickles raise anything
                self.report_damage(error)

    def _check(self, folder: Path) -> None:
        files = IndexFiles(str(folder))
        contents = TOC.read(files, NAME)
        whole = set()
        for segment in contents.segments:
            state = (folder / segment.make_filename(segment.COMPOUND_EXT)).stat()
            mark = (segment.segment_id(), state.st_size, state.st_mtime_ns)
            if mark not in self._whole:
                Segment(files, segment, contents.schema)
            whole.add(mark)
        self._whole = whole

    def needs_rebuild(self) -> bool:
        """Whether the index is missing, of another version, or reported as damaged."""
        try:
            folder = self._current()
        except SearchUnavailable:
            return True
        return self._damage.exists() or not folder.is_dir()

    # ── writing ──

    def index(self) -> FileIndex:
        """Return the live Whoosh index for writing; raises SearchUnavailable."""
        try:
            folder = self._current()
            if self._damage.exists():
                raise SearchUnavailable("damaged")
            return FileIndex(IndexFiles(str(folder)), indexname=NAME)
        except SearchUnavailable:
            raise
        except Exception as error:
            self.report_damage(error)
            raise SearchUnavailable("damaged") from error

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the lock for writing to the live index or moving the pointer; waits for it."""
        with self._lock("writer.lock"):
            yield

    @contextmanager
    def rebuilding(self, *, wait: bool = False) -> Iterator[None]:
        """Hold the lock for rebuilding: wait for it, or raise RebuildRunning."""
        with self._lock("rebuild.lock", wait=wait):
            yield

    def is_rebuilding(self) -> bool:
        """Whether any process is rebuilding."""
        try:
            with self._lock("rebuild.lock", wait=False):
                return False
        except RebuildRunning:
            return True

    @contextmanager
    def _lock(self, name: str, *, wait: bool = True) -> Iterator[None]:
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)  # who can write pickles here can run code
        descriptor = os.open(self.root / name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise RebuildRunning from error
            yield
        finally:
            os.close(descriptor)

    def new_index(self) -> FileIndex:
        """Return an empty index in a new folder that is not live yet; remains of earlier rebuilds are removed."""
        self._remove_others()
        files = IndexFiles(str(self.root / f"{_prefix()}{secrets.token_hex(6)}")).create()
        return FileIndex.create(files, whoosh_schema(), NAME)

    def point_to(self, index: FileIndex) -> None:
        """Make a new index the live one; needs `writing`. Running searches finish on the old one."""
        fresh = self._pointer.with_name("current.new")
        with fresh.open("w", encoding="ascii") as file:
            file.write(Path(index.storage.folder).name)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self._pointer)
        self._damage.unlink(missing_ok=True)
        self._remove_others()

    def _remove_others(self) -> None:
        try:
            kept = self._pointer.read_text(encoding="ascii")
        except (OSError, UnicodeError):
            kept = ""
        for folder in self.root.glob("v*-*"):
            if folder.name != kept:
                shutil.rmtree(folder, ignore_errors=True)


def position_of(index: FileIndex) -> int:
    """Return the id of the last change that an index includes, 0 for none."""
    return _position(TOC.read(index.storage, NAME).segments)


def _position(segments: list[object]) -> int:
    return max((getattr(segment, "position", 0) for segment in segments), default=0)


def _read(files: IndexFiles, kept: dict[str, Segment]) -> Snapshot:
    contents = TOC.read(files, NAME)
    segments = {
        segment.segment_id(): kept.get(segment.segment_id()) or Segment(files, segment, contents.schema)
        for segment in contents.segments
    }
    parts = tuple(
        Part(segments[segment.segment_id()], frozenset(segment.deleted_docs())) for segment in contents.segments
    )
    for part in parts:
        _ = part.facts
    return Snapshot(contents.generation, _position(contents.segments), parts, segments)


def _prefix() -> str:
    return f"v{VERSION}-"
