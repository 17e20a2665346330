"""What few requests need is not loaded at the start: it costs half a second, and room in every process."""

import subprocess
import sys
from pathlib import Path

from portal.core.lazy_import import LazyImport

LARGE = ("alembic", "authlib", "icalendar", "markdown_it", "pypdf", "requests", "webauthn", "zxcvbn")
START = """
import sys
from portal import cli, create_app
from portal.core.config import from_environment
create_app(from_environment({"PORTAL_INSTANCE": sys.argv[1]}))
print(*sorted(set(sys.modules) & set(sys.argv[2:])))
"""


def test_a_start_loads_no_library_that_few_requests_need(tmp_path: Path) -> None:
    arguments = [sys.executable, "-c", START, str(tmp_path), *LARGE]

    assert subprocess.run(arguments, capture_output=True, text=True, check=True).stdout.split() == []


def test_a_module_is_there_when_something_of_it_is_asked_for() -> None:
    assert LazyImport("json").dumps([1]) == "[1]"
