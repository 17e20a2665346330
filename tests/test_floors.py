"""Layering: each package imports only from itself and from lower floors, as in the folder map of the README."""

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

PORTAL = Path(__file__).resolve().parents[1] / "portal"
FLOORS = {
    "build": -1,
    "core": 0,
    "search": 1,
    "mail": 1,
    "files": 1,
    "accounts": 2,
    "publishing": 2,
    "community": 3,
    "actionplan": 3,
    "board": 4,
    "answers": 4,
    "agenda": 4,
    "newsflash": 4,
    "examples": 4,
    "pages": 4,
    "alerts": 5,
    "notices": 5,
    "saved": 5,
    "avg": 5,
    "desk": 5,
    "administration": 5,
    "home": 5,
    "matching": 5,
    "operations": 5,
    "cli": 6,
}
FOUNDATION = {"migrations", "translations", "__init__", "__main__"}
"""Packages outside the floors: the factory and the migrations may import everything; translations hold no code."""
SIDEWAYS = {("actionplan", "community"), ("answers", "board"), ("publishing", "accounts"), ("operations", "desk")}
"""Allowed imports between packages of one floor, in one direction only: organisations are parties to actions, posts
are answered, and the demo fills the desk."""
PRIVATE = {"views", "forms"}
SEARCH_DOORS = {"services", "models"}
"""The modules of search that other features may import; the others are internal."""
NO_FEATURES = {"search", "cli"}
"""Modules that are no feature and may import more of search: the command line runs `search-eval`."""


def modules() -> Iterator[tuple[str, Path]]:
    """Yield (package, file) of all code on a floor."""
    for path in sorted(PORTAL.rglob("*.py")):
        package = path.relative_to(PORTAL).parts[0].removesuffix(".py")
        if package not in FOUNDATION:
            yield package, path


def imports(path: Path) -> Iterator[list[str]]:
    """Yield the parts after `portal` of every import of the portal's own modules, anywhere in a file."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            names = ["portal.relative.imports.are.not.used"] if isinstance(node, ast.ImportFrom) else []
        yield from (name.split(".")[1:] for name in names if name.startswith("portal."))


def test_every_package_stands_on_a_floor() -> None:
    packages = {package for package, _path in modules()}

    assert packages == set(FLOORS)


@pytest.mark.parametrize(("package", "path"), list(modules()), ids=lambda value: str(value).removeprefix(f"{PORTAL}/"))
def test_imports_go_down(package: str, path: Path) -> None:
    for target in imports(path):
        other = target[0]
        allowed = other == package or (package, other) in SIDEWAYS or FLOORS.get(other, 9) < FLOORS[package]
        allowed = allowed or (package == "cli" and other == "create_app")
        assert allowed, f"{package} imports portal.{'.'.join(target)}, which is not below it"


@pytest.mark.parametrize(("package", "path"), list(modules()), ids=lambda value: str(value).removeprefix(f"{PORTAL}/"))
def test_views_and_forms_are_private(package: str, path: Path) -> None:
    for target in imports(path):
        assert target[0] in (package, "core") or len(target) < 2 or target[1] not in PRIVATE, (
            f"portal.{'.'.join(target)}"
        )


@pytest.mark.parametrize(("package", "path"), list(modules()), ids=lambda value: str(value).removeprefix(f"{PORTAL}/"))
def test_features_use_search_through_its_doors(package: str, path: Path) -> None:
    for target in imports(path):
        assert package in NO_FEATURES or target[0] != "search" or target[1] in SEARCH_DOORS, (
            f"portal.{'.'.join(target)} is for search alone: add what {package} needs to portal.search.services"
        )


def test_no_modules_import_each_other_in_a_circle() -> None:
    """Imports within functions count; those under TYPE_CHECKING do not, because they never run."""
    names = {_module(path): path for path in PORTAL.rglob("*.py")}
    graph = {name: {_imported(target, names) for target in _running_imports(path)} for name, path in names.items()}
    try:
        TopologicalSorter({name: found - {name, ""} for name, found in graph.items()}).prepare()
    except CycleError as error:
        pytest.fail(" imports ".join(reversed(error.args[1])))


def _module(path: Path) -> str:
    return ".".join(path.relative_to(PORTAL).with_suffix("").parts).removesuffix("__init__").rstrip(".")


def _imported(target: str, names: dict[str, Path]) -> str:
    """Return the imported module, or the module of an imported name."""
    return target if target in names else target.rpartition(".")[0]


def _running_imports(path: Path) -> Iterator[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            node.body = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.removeprefix("portal.") for alias in node.names if alias.name.startswith("portal."))
        elif isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "portal":
            inside = node.module.removeprefix("portal").lstrip(".")
            yield from (f"{inside}.{alias.name}".lstrip(".") for alias in node.names)
