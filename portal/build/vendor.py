"""Unpacks htmx and the font from the archives that `make setup` downloads.

The archives (named and hash-locked in `requirements-assets.lock`) are read, never installed. Set-up runs this
file by path, so it imports nothing of the portal. What it leaves in `static/vendor/` is git-ignored:

- `htmx.js`: htmx 2, as published (Zero-Clause BSD);
- `portal-serif-semibold.woff2`: Source Serif Pro Semibold cut down to the characters that Dutch and its
  neighbours need. The SIL Open Font License reserves the name "Source" for the unmodified font, so ours is
  called "Portal Serif"; copyright and licence stay in the file's own name table.
"""

from __future__ import annotations

import sys
import zipfile
from io import BytesIO
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

HTMX = "django_htmx/static/django_htmx/htmx-2.min.js"
FONT = "font_source_serif_pro/files/SourceSerifPro-Semibold.ttf"
FONT_FAMILY = "Portal Serif"
FONT_BUDGET = 20_000
"""The maximum size of the font in bytes, because it delays the first page."""

# Latin-1, the rest of Dutch and of its neighbours' names, typographic punctuation, euro, minus, arrows.
CHARACTERS = [
    *range(0x20, 0x7F),
    *range(0xA0, 0x100),
    *map(ord, "ĀāĆćČčĎďĐđĒēĔĕĘęĚěĞğĪīİıIJijŁłŃńŇňŌōŐőŒœŘřŚśŞşŠšŤťŪūŮůŰűŸŹźŻżŽž"),
    *map(ord, "–—‘’‚“”„†•…‰‹›€™−→←"),
]
# Kerning, ligatures, marks, and both kinds of numerals: lining by default, text figures on request. Every figure
# is of one width; proportional ones would cost 2 kB more.
FEATURES = ["kern", "liga", "mark", "ccmp", "locl", "lnum", "onum"]

NAME_COPYRIGHT, NAME_LICENSE, NAME_LICENSE_URL = 0, 13, 14
NEW_NAMES = {1: FONT_FAMILY, 2: "Semibold", 4: f"{FONT_FAMILY} Semibold", 6: "PortalSerif-Semibold"}


def unpack(archives: Path, target: Path) -> None:
    """Write the script and the font from the wheels in folder `archives` into folder `target`."""
    target.mkdir(parents=True, exist_ok=True)
    (target / "htmx.js").write_bytes(read_member(archives, HTMX))
    (target / "portal-serif-semibold.woff2").write_bytes(subset_font(read_member(archives, FONT)))


def read_member(archives: Path, name: str) -> bytes:
    """Return the content of file `name`, which exactly one wheel in folder `archives` has."""
    for wheel in sorted(archives.glob("*.whl")):
        with zipfile.ZipFile(wheel) as archive:
            if name in archive.namelist():
                return archive.read(name)
    raise SystemExit(f"No archive holds {name}: check the group `assets` in pyproject.toml.")


def subset_font(source: bytes) -> bytes:
    """Return TrueType font `source` as a renamed WOFF2 with only the needed characters, at most FONT_BUDGET bytes."""
    font = TTFont(BytesIO(source), recalcTimestamp=False)
    options = Options(
        hinting=False,
        layout_features=FEATURES,
        name_IDs=[NAME_COPYRIGHT, NAME_LICENSE, NAME_LICENSE_URL],
        notdef_outline=True,
    )
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=CHARACTERS)
    subsetter.subset(font)
    for name_id, text in NEW_NAMES.items():
        font["name"].setName(text, name_id, 3, 1, 0x409)
    font.flavor = "woff2"
    out = BytesIO()
    font.save(out)
    if out.tell() > FONT_BUDGET:
        raise SystemExit(f"The font takes {out.tell()} bytes, more than {FONT_BUDGET}: cut CHARACTERS or FEATURES.")
    return out.getvalue()


if __name__ == "__main__":
    unpack(Path(sys.argv[1]), Path(sys.argv[2]))
