"""Inspects one PDF from standard input, in a process with limited memory and time; writes JSON to standard output.

The result is `{"refused": "damaged" | "encrypted" | "active"}` or `{"pages": 3, "text": "…"}`. It imports nothing from
the portal, so that it starts fast.
"""

import json
import logging
import resource
import sys
import time
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

MEMORY = 1_500_000_000
CPU_SECONDS = 12
TEXT_SECONDS = 5
MAX_OBJECTS = 100_000
MAX_TEXT = 200_000
ACTIVE_KEYS = frozenset({"/JS", "/JavaScript", "/EF", "/EmbeddedFiles", "/XFA", "/RichMediaContent", "/Rendition"})
ACTIVE_TYPES = frozenset(
    {
        "/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/Rendition", "/Movie", "/Sound", "/GoToE", "/GoToR",
        "/EmbeddedFile", "/RichMedia", "/FileAttachment", "/Screen", "/3D", "/RichMediaExecute",
    }
)  # fmt: skip
"""Types of actions, annotations and streams that execute something or embed other files."""


def inspect(content: bytes) -> dict[str, Any]:
    """Return the contents of a PDF, or why it is refused."""
    reader = PdfReader(BytesIO(content), strict=False)
    if reader.is_encrypted:
        return {"refused": "encrypted"}
    pages = len(reader.pages)
    if not pages:
        return {"refused": "damaged"}
    if any(_is_active(part) for part in _dictionaries(reader)):
        return {"refused": "active"}
    return {"pages": pages, "text": _text(reader)}


def _dictionaries(reader: PdfReader) -> Iterator[DictionaryObject]:
    """Yield every dictionary that is reachable from the trailer or listed in the cross-reference table."""
    references = [
        IndirectObject(number, generation, reader)
        for generation, numbers in reader.xref.items()
        for number in numbers
        if generation != 65535
    ]
    references += [IndirectObject(number, 0, reader) for number in reader.xref_objStm]
    waiting: list[Any] = [reader.trailer, *references]
    seen: set[tuple[int, int]] = set()
    steps = 0
    while waiting:
        part = waiting.pop()
        steps += 1
        if steps > MAX_OBJECTS * 20 or len(seen) > MAX_OBJECTS:
            raise ValueError("too many objects")
        if isinstance(part, IndirectObject):
            if (part.idnum, part.generation) in seen:
                continue
            seen.add((part.idnum, part.generation))
            part = part.get_object()
        if isinstance(part, DictionaryObject):
            yield part
            waiting.extend(part.values() if not hasattr(part, "raw_get") else map(part.raw_get, part))
        elif isinstance(part, ArrayObject):
            waiting.extend(list.__iter__(part))


def _is_active(part: DictionaryObject) -> bool:
    if not ACTIVE_KEYS.isdisjoint(part):
        return True
    return any(str(part.get(key)) in ACTIVE_TYPES for key in ("/S", "/Type", "/Subtype"))


def _text(reader: PdfReader) -> str:
    """Return the text within the limits of time and length; unreadable pages are skipped."""
    found: list[str] = []
    started, room = time.monotonic(), MAX_TEXT
    for page in reader.pages:
        if room <= 0 or time.monotonic() - started > TEXT_SECONDS:
            break
        try:
            text = page.extract_text()
        except Exception:  # noqa: BLE001, S112  # whatever ails this page, the next may be read
            continue
        found.append(text[:room])
        room -= len(text)
    return "\n".join(found)


def main() -> None:
    """Read the PDF, inspect it and write the result."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_NOFILE, (16, 16))
    logging.disable(logging.CRITICAL)
    try:
        found = inspect(sys.stdin.buffer.read())
    except Exception:  # noqa: BLE001  # however it is broken, the answer is that it is
        found = {"refused": "damaged"}
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main()
