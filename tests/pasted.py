"""Texts as people paste them (`pasted.jsonl`): what was typed, the HTML of it, and the lines of it as plain text."""

import json
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Pasted:
    """A text as it was typed or pasted, and what becomes of it."""

    name: str
    typed: str
    html: str
    lines: str


TEXTS = [
    Pasted(**json.loads(line)) for line in Path(__file__).with_suffix(".jsonl").read_text(encoding="utf-8").splitlines()
]
