"""Seeds: instance folders made once per test run and copied by tests: an empty portal, and one with the demo.

The processes of a run share a temporary folder. The first that needs a seed creates it while the others wait.
"""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

FOLDER = "PORTAL_TEST_SEEDS"
"""The environment variable with the folder of this run, which processes of pytest-xdist inherit."""


def pytest_configure(config: pytest.Config) -> None:
    """Create the folder, in the main process only."""
    if not hasattr(config, "workerinput"):
        os.environ[FOLDER] = tempfile.mkdtemp(prefix="portal-seeds-")


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove the folder, in the main process only."""
    if not hasattr(config, "workerinput"):
        shutil.rmtree(os.environ.pop(FOLDER), ignore_errors=True)


def copy_seed(name: str, make: Callable[[Path], None], instance: Path) -> None:
    """Copy a seed to an instance folder; if the seed does not exist, `make` is called to fill its folder first."""
    folder = Path(os.environ[FOLDER])
    seed = folder / name
    with _locked(folder / f"{name}.lock"):
        if not seed.exists():
            unfinished = Path(tempfile.mkdtemp(dir=folder))
            make(unfinished)
            unfinished.rename(seed)
    shutil.copytree(seed, instance, dirs_exist_ok=True)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
