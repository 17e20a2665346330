"""Distances between municipalities, as the crow flies between their centres (`centres.json`: latitude, longitude)."""

import json
import math
from functools import cache
from pathlib import Path

CENTRES = Path(__file__).with_name("centres.json")
EARTH_KM = 6371.0


@cache
def _centres() -> dict[str, tuple[float, float]]:
    read: dict[str, tuple[float, float]] = json.loads(CENTRES.read_text(encoding="utf-8"))
    return {slug: (math.radians(latitude), math.radians(longitude)) for slug, (latitude, longitude) in read.items()}


@cache
def kilometres(one: str, other: str) -> int | None:
    """Return the distance between two municipalities (slugs); None when the centre of either is not known."""
    if one == other:
        return 0
    here, there = _centres().get(one), _centres().get(other)
    if here is None or there is None:
        return None
    across = (there[1] - here[1]) * math.cos((here[0] + there[0]) / 2)
    return round(EARTH_KM * math.hypot(there[0] - here[0], across))
