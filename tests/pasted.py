"""Texts as people paste them (`pasted.jsonl`), with the expected HTML and plain text."""

import json
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Pasted:
    """A pasted text with the expected results."""

    name: str
    typed: str
    html: str
    lines: str


TEXTS = [
    Pasted(**json.loads(line)) for line in Path(__file__).with_suffix(".jsonl").read_text(encoding="utf-8").splitlines()
]
