"""The house: each package imports only from floors below it, or from its own; DESIGN in the README's folder map."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PORTAL = Path(__file__).resolve().parents[1] / "portal"
FLOORS = {
    "core": 0,
    "search": 1,
    "mail": 1,
    "files": 1,
    "accounts": 2,
    "publishing": 2,
    "community": 3,
    "actionplan": 3,
    "board": 4,
    "agenda": 4,
    "newsflash": 4,
    "examples": 4,
    "pages": 4,
    "avg": 5,
    "desk": 5,
    "administration": 5,
    "home": 5,
    "operations": 5,
    "cli": 6,
}
FOUNDATION = {"migrations", "translations", "__init__", "__main__"}
"""The factory and the migrations see every floor; translations hold no code."""
SIDEWAYS = {("actionplan", "community"), ("publishing", "accounts"), ("operations", "desk")}
"""Packages of one floor that lean on another, never the other way round: an action has organisations as parties,
the demo fills the desk."""
PRIVATE = {"views", "forms"}


def modules() -> Iterator[tuple[str, Path]]:
    """Yield (package, file) for all code on a floor."""
    for path in sorted(PORTAL.rglob("*.py")):
        package = path.relative_to(PORTAL).parts[0].removesuffix(".py")
        if package not in FOUNDATION:
            yield package, path


def imports(path: Path) -> Iterator[list[str]]:
    """Yield the parts after `portal` of every import of ours, wherever it stands in the file."""
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
