"""Reads of board (skeleton: to be replaced by its engineer)."""

from typing import Any


def __getattr__(name: str) -> Any:
    return lambda *arguments: None if name.startswith("latest_issue") else 0 if name.startswith("count") else []
