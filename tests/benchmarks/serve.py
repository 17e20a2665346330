"""Runs one application under the settings of `portal serve`: `python -m tests.benchmarks.serve NAME PORT DIR`."""

import os
import sys
from pathlib import Path

from flask import Flask

from portal import create_app
from portal.core.config import from_environment
from portal.operations.server import create_server
from tests.benchmarks import yardsticks


def application(name: str, instance: Path) -> Flask:
    """Return the application of a name: hello, list, orm or portal."""
    if name == "hello":
        return yardsticks.hello()
    if name == "list":
        return yardsticks.rows_from_memory()
    if name == "orm":
        return yardsticks.orm(instance / "portal.db")
    return create_app(from_environment(os.environ | {"PORTAL_INSTANCE": str(instance)}))


if __name__ == "__main__":
    create_server(application(sys.argv[1], Path(sys.argv[3])), "127.0.0.1", int(sys.argv[2])).run()
