"""The `portal` command."""

import argparse
import gc
import os
import sys
from collections.abc import Callable, Sequence

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from portal import create_app
from portal.build.assets import AssetError
from portal.build.translations import CatalogueError
from portal.core.config import ConfigurationError
from portal.core.extensions import db
from portal.core.storage.database import holds_demo
from portal.mail.inbound import receive_command
from portal.operations import demo, demo_people, foundation, health, migrate_database, schema, server, users, worker
from portal.search import services as search
from portal.search.evaluation import eval_command

Command = Callable[[Flask, argparse.Namespace], int]
OK, FAILED, USAGE = 0, 1, 2
OWNER_ALONE = 0o077
"""The umask: files are readable and writable by their owner only."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return 0 for success, 1 when a problem was found, 2 for wrong arguments or settings."""
    options = parser().parse_args(arguments)
    command: Command = options.run
    os.umask(OWNER_ALONE)
    try:
        app = _start_up()
        try:
            return command(app, options)
        finally:
            _hang_up(app)
    except (ConfigurationError, AssetError, CatalogueError, demo.NotADemo) as error:
        print(f"portal: {error}", file=sys.stderr)
        return getattr(options, "not_now", USAGE)
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", None) or error).splitlines()[0]
        print(f"portal: the database (PORTAL_DATABASE_URL) says: {reason}", file=sys.stderr)
        return getattr(options, "not_now", FAILED)
    except KeyboardInterrupt:
        return OK


def _start_up() -> Flask:
    """Create the application without garbage collection, which finds nothing then and takes a tenth of the time."""
    gc.disable()
    try:
        return create_app()
    finally:
        gc.enable()


def _hang_up(app: Flask) -> None:
    """Close the connections; the last one to close an SQLite database removes its `-wal` and `-shm` files."""
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def parser() -> argparse.ArgumentParser:
    """Return the argument parser with all commands."""
    top = argparse.ArgumentParser(prog="portal", description="The community portal: serve it and keep it whole.")
    commands = top.add_subparsers(metavar="COMMAND", required=True)

    def add(name: str, run: Command, explanation: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=explanation, description=explanation)
        command.set_defaults(run=run)
        return command

    serve_command = add("serve", _serve, "Serve the portal and keep its search index up to date.")
    serve_command.add_argument(
        "--demo", action="store_true", help="load the demo content first when nobody put anything into this portal"
    )
    serve_command.add_argument(
        "--no-worker",
        action="store_true",
        help="leave search, mail and the clock to `portal worker`, which runs elsewhere",
    )
    add("init", _init, "Make the database, or bring it up to this version.")
    add("demo", _demo, "Load the facts of the network and invented content; repeatable, replaces what it loaded.")
    add(
        "worker",
        _worker,
        "Keep search up to date, send mail, do what the clock asks (part of `serve`; any number may run).",
    )
    receive = add("receive", receive_command.run, "Take in one mail on standard input, piped by a mail server.")
    receive.set_defaults(not_now=receive_command.TRY_AGAIN)
    receive_command.describe(receive)
    add("check", _check, "Report on database, search index and mail; exit code 1 when something is off.")
    users.describe(add("user", users.run, "Make accounts, give roles, shut people out."))
    add("reindex", _reindex, "Build the search index anew beside the live one and put it in its place.")
    migrate_database.describe(
        add("migrate-to", _migrate_to, "Move this portal from one machine to PostgreSQL, and compare.")
    )
    eval_command.describe(
        add("search-eval", _search_eval, "Measure how well search answers judged queries on documents.")
    )
    return top


def _serve(app: Flask, options: argparse.Namespace) -> int:
    with app.app_context():
        schema.upgrade()
        if options.demo and not holds_demo():
            _load_demo()
        foundation.add_missing_content()
    return server.serve(app, with_worker=not options.no_worker)


def _init(app: Flask, _options: argparse.Namespace) -> int:
    with app.app_context():
        schema.upgrade()
        foundation.add_missing_content()
    print(f"The database is ready: {app.config['SETTINGS'].instance}")
    return OK


def _demo(app: Flask, _options: argparse.Namespace) -> int:
    with app.app_context():
        schema.upgrade()
        _load_demo()
    print("The demo content is loaded and can be found.")
    return OK


def _load_demo() -> None:
    demo.load()
    accounts = demo_people.load()
    search.rebuild(show_progress=True)
    print(demo_people.announcement(accounts), flush=True)


def _worker(app: Flask, _options: argparse.Namespace) -> int:
    return worker.work(app)


def _check(app: Flask, _options: argparse.Namespace) -> int:
    with app.app_context():
        findings = health.findings()
    for finding in findings:
        print(f"{'ok ' if finding.well else 'OFF'}  {finding.subject}: {finding.result}")
    return OK if all(finding.well for finding in findings) else FAILED


def _migrate_to(app: Flask, options: argparse.Namespace) -> int:
    return migrate_database.run(app, options, create_app)


def _reindex(app: Flask, _options: argparse.Namespace) -> int:
    with app.app_context():
        count = search.rebuild(show_progress=True)
    print(f"The search index holds {count} documents.")
    return OK


def _search_eval(app: Flask, options: argparse.Namespace) -> int:
    try:
        for line in eval_command.run(app, options):
            print(line)
    except (eval_command.NotPossible, search.SearchUnavailable) as error:
        print(f"portal: {error}", file=sys.stderr)
        return USAGE if isinstance(error, eval_command.NotPossible) else FAILED
    return OK
