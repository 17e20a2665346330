"""`pytest --quick`: tests for while one works, two minutes on two cores. `make test` runs all of them.

It leaves out PostgreSQL, browsers and other programs, what starts processes or visits the whole portal, and all but
the first of the parameters of a test.
"""

from pathlib import Path

import pytest

from tests.databases import SQLITE, deselect_parameters

PROGRAMS = ("browser", "java", "node", "postgres")
SLOW = ("accounts/second_factor/test_demo_people", "accounts/test_erasing", "agenda/test_writing_markup",
        "board/test_board_safety", "board/test_writing_safety", "browser", "checks", "core/test_lazy_import",
        "core/test_tools", "files/test_store_away", "mail/test_worker", "newsflash/test_safety",
        "newsflash/test_submitting_markup", "operations", "relevance", "scale", "search/engines",
        "search/test_indexer", "test_access_walk", "test_html", "test_links")  # fmt: skip
"""The folders and files below tests/ that take most of the time."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option `--quick`."""
    parser.addoption("--quick", action="store_true", help="only the tests that need SQLite alone and little time")


def pytest_configure(config: pytest.Config) -> None:
    """Choose SQLite for a quick run."""
    if config.getoption("--quick"):
        config.option.database = SQLITE


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave out the slow folders and files, without importing them."""
    tests = config.rootpath / "tests"
    if config.getoption("--quick") and collection_path.is_relative_to(tests):
        return collection_path.relative_to(tests).with_suffix("").as_posix() in SLOW or None
    return None


@pytest.hookimpl(trylast=True)  # after tests.tools has marked what uses a browser
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect the other tests that are not quick."""
    if not config.getoption("--quick"):
        return
    left_out = [item for item in items if any(item.get_closest_marker(name) for name in PROGRAMS)]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]
    deselect_parameters(config, items, items, slice(1, None))
