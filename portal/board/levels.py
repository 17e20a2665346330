"""Education levels that a post can be for: slugs in the order of the school system, and their labels."""

from collections.abc import Collection

LEVELS = {
    "po": "Basisonderwijs",
    "vmbo": "Vmbo",
    "havo-vwo": "Havo en vwo",
    "mbo-1": "Mbo 1 (entree)",
    "mbo-2": "Mbo 2",
    "mbo-3": "Mbo 3",
    "mbo-4": "Mbo 4",
    "hbo": "Hbo",
    "wo": "Universiteit",
}
SHORT = {"po": "basisonderwijs", "vmbo": "vmbo", "havo-vwo": "havo/vwo", "hbo": "hbo", "wo": "universiteit"}
MBO = "mbo-"


def levels_label(levels: Collection[str]) -> str:
    """Return levels in order, as text: {"mbo-4", "mbo-3", "po", "mbo-2"} becomes "basisonderwijs, mbo 2–4"."""
    parts: list[str] = []
    for level in LEVELS:
        if level not in levels:
            continue
        if not level.startswith(MBO):
            parts.append(SHORT[level])
        elif level == "mbo-1" or f"{MBO}{int(level[-1]) - 1}" not in levels:
            parts.append(f"mbo {_run(int(level[-1]), levels)}")
    return ", ".join(parts)


def _run(first: int, levels: Collection[str]) -> str:
    """Return the consecutive mbo levels that start at `first` as "2–4", or "2" when there is only one."""
    last = first
    while f"{MBO}{last + 1}" in levels:
        last += 1
    return f"{first}–{last}" if last > first else str(first)
