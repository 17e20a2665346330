"""Runs one application under the settings of `portal serve`: `python -m tests.benchmarks.serve NAME PORT DIR`."""

import os
import sys
from pathlib import Path

import waitress
from flask import Flask

from portal import create_app
from portal.core.config import from_environment
from portal.operations.server import CONNECTION_LIMIT, THREADS, create_server, freeze_startup_objects
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


def serve(name: str, port: int, instance: Path) -> None:
    """Serve until ended: ours as `portal serve` does, a yardstick by waitress with the same settings."""
    app = application(name, instance)
    freeze_startup_objects()
    if name == "portal":
        create_server(app, "127.0.0.1", port).run()
    else:
        waitress.serve(
            app,
            host="127.0.0.1",
            port=port,
            threads=THREADS,
            connection_limit=CONNECTION_LIMIT,
            asyncore_use_poll=True,
            ident=None,
            _quiet=True,
        )


if __name__ == "__main__":
    serve(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]))
