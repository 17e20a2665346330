"""`python -m tests.simulation --year`: a network year through the real services and jobs, checked by counting.

Without `--year` it is the short form that the tests run. Exits with 1 when something is wrong.
"""

import argparse
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

from portal import create_app
from portal.core.config import from_environment
from portal.core.extensions import db
from portal.operations import schema
from tests.simulation import counting
from tests.simulation.year import SHORT, YEAR, Network

MEMORY = Path("/dev/shm")  # noqa: S108  # a year has many commits, each of which would wait for the disk


def main() -> int:
    """Run a year, print the table and the faults."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation")
    parser.add_argument("--year", action="store_true", help="250 working days, 400 members, 2,000 posts, 6,000 answers")
    parser.add_argument("--seed", type=int, default=9)
    options = parser.parse_args()
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="portal-year-", dir=MEMORY if MEMORY.is_dir() else None) as folder:
        app = create_app(from_environment({"PORTAL_INSTANCE": str(Path(folder)), "PORTAL_LOG_LEVEL": "error"}))
        with app.app_context():
            schema.upgrade()
            network = Network(YEAR if options.year else SHORT, options.seed)
            network.run(_progress)
            found = counting.report(network.ledger, network.ended)
            db.session.remove()
            db.engine.dispose()
    print(found.table())
    for fault in found.faults:
        print(f"WRONG: {fault}")
    print(f"{len(found.faults)} faults, {time.monotonic() - started:.0f} s")
    return int(bool(found.faults))


def _progress(day: date) -> None:
    if day.day == 1:
        print(f"{day:%Y-%m} …", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
