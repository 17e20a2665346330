"""Libraries that few requests need: loaded at first use, so that starting is quick and a process stays small."""

from importlib import import_module
from typing import Any


class LazyImport:
    """Stands for a module until something of it is asked for.

    For the type checker write the plain import beside it, under `TYPE_CHECKING`.
    """

    def __init__(self, module: str) -> None:
        self._module = module

    def __getattr__(self, name: str) -> Any:
        return getattr(import_module(self._module), name)
