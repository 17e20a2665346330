"""Imports deferred to first use, for libraries that few requests need: faster start, less memory."""

from importlib import import_module
from typing import Any


class LazyImport:
    """A stand-in for a module, imported when an attribute is first read.

    Add the plain import under `TYPE_CHECKING` for the type checker.
    """

    def __init__(self, module: str) -> None:
        self._module = module

    def __getattr__(self, name: str) -> Any:
        return getattr(import_module(self._module), name)
