"""Builds style sheet, scripts, icons, font and images under names that contain a hash of their content.

`build` writes to the git-ignored `static/dist/`: `site.<hash>.css` and `site.<hash>.js` (our own parts joined),
`htmx.<hash>.js`, `icons.<hash>.svg` (one sprite), the font and the images, each text with `.br` and `.gz` beside
it. Files are written atomically; `manifest.json`, written last, lists the current ones.
Set-up runs this file by path, so it imports nothing of the portal.
"""

import fcntl
import gzip
import hashlib
import json
import os
import re
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import cast
from xml.etree import ElementTree

import brotli

STATIC = Path(__file__).resolve().parents[2] / "static"
STYLES = ("tokens.css", "base.css", "layout.css", "components.css", "components-*.css", "utilities.css", "print.css")
"""The parts of the style sheet in the order in which they are joined; any other file is an error."""

SOURCES = ("css", "js", "icons", "img", "vendor")
VENDOR = ("htmx.js", "portal-serif-semibold.woff2")
COMPRESSED = (".css", ".js", ".svg")
KEEP_SECONDS = 24 * 60 * 60
"""How long an outdated file is retained, for pages and running servers that still use it."""

HASHED = re.compile(r"\.[0-9a-f]{12}\.\w+$")
SVG = "{http://www.w3.org/2000/svg}"
SYMBOL_ATTRIBUTES = ("viewBox", "fill", "stroke", "stroke-width", "stroke-linecap", "stroke-linejoin")


class AssetError(Exception):
    """A source is missing or refers to something that does not exist; the message names it."""


# ── building ──────────────────────────────────────────────────────────────────────────────────────


def ensure_built(static: Path = STATIC) -> dict[str, str]:
    """Build if anything changed; return the hashed names by plain name. Safe for concurrent processes."""
    current = _current(static)
    if current is None:
        with _locked(static):
            current = _current(static) or build(static)
    return current


def build(static: Path = STATIC) -> dict[str, str]:
    """Write all assets and the manifest to `static/dist/`; return the hashed names by plain name."""
    (static / "dist").mkdir(parents=True, exist_ok=True)
    fingerprint = _fingerprint(static)
    names: dict[str, str] = {}

    def add(name: str, content: bytes) -> None:
        stem, _, ending = name.rpartition(".")
        names[name] = f"{stem}.{hashlib.sha256(content).hexdigest()[:12]}.{ending}"
        _publish(static, names[name], content)

    for name in VENDOR:
        add(name, _read(static / "vendor" / name))
    for path in sorted((static / "img").glob("[!.]*.*")):
        add(path.name, path.read_bytes())
    add("icons.svg", sprite(sorted((static / "icons").glob("*.svg"))))
    add("site.js", join_scripts(sorted((static / "js").glob("*.js"))))
    add("site.css", minify_css(name_files(join_styles(static / "css"), names)))
    names = dict(sorted(names.items()))
    _retire(static, set(names.values()))
    manifest = {"fingerprint": fingerprint, "files": names}
    _write(static, "manifest.json", json.dumps(manifest, indent=1).encode())
    return names


def _current(static: Path) -> dict[str, str] | None:
    try:
        manifest = json.loads((static / "dist" / "manifest.json").read_bytes())
    except FileNotFoundError:
        return None
    if manifest["fingerprint"] != _fingerprint(static):
        return None
    return cast("dict[str, str]", manifest["files"])


def _fingerprint(static: Path) -> str:
    """Return a hash of the names and contents of all sources and of this file."""
    sources = [path for folder in SOURCES for path in (static / folder).glob("[!.]*.*")]
    digest = hashlib.sha256()
    for path in sorted([*sources, Path(__file__)]):
        digest.update(path.name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


@contextmanager
def _locked(static: Path) -> Iterator[None]:
    """Hold the build lock, which lets one process build at a time and is released when the process ends."""
    folder = os.open(static, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise AssetError(f"{path} is missing: run `make setup`.") from None


def _publish(static: Path, name: str, content: bytes) -> None:
    """Write a hashed file and its compressed forms, unless they exist."""
    if (static / "dist" / name).exists():
        return
    if name.endswith(COMPRESSED):
        _write(static, f"{name}.br", brotli.compress(content, mode=brotli.MODE_TEXT, quality=11))
        _write(static, f"{name}.gz", gzip.compress(content, compresslevel=9, mtime=0))
    _write(static, name, content)


def _write(static: Path, name: str, content: bytes) -> None:
    """Write a file beside `dist/` and move it there, so that a server never sees an incomplete file."""
    descriptor, temporary = tempfile.mkstemp(dir=static, prefix=".building-")
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    Path(temporary).chmod(0o644)
    Path(temporary).replace(static / "dist" / name)


def _retire(static: Path, current: set[str]) -> None:
    """Delete files that have been outdated for KEEP_SECONDS; the time of newly outdated ones starts now."""
    try:
        manifest = json.loads((static / "dist" / "manifest.json").read_bytes())
        last = set(manifest["files"].values()) - current
    except FileNotFoundError:
        last = set()
    for path in (static / "dist").iterdir():
        name = path.name.removesuffix(".br").removesuffix(".gz")
        if name in last:
            path.touch()
        elif HASHED.search(name) and name not in current and path.stat().st_mtime < time.time() - KEEP_SECONDS:
            path.unlink()


# ── making ────────────────────────────────────────────────────────────────────────────────────────


def join_styles(folder: Path) -> str:
    """Return the parts of the style sheet, joined in the order of STYLES."""
    parts = [path for pattern in STYLES for path in sorted(folder.glob(pattern))]
    if strangers := {path.name for path in folder.glob("*.css")} - {path.name for path in parts}:
        raise AssetError(f"No place in the style sheet for {', '.join(sorted(strangers))}; see STYLES.")
    return "\n".join(path.read_text() for path in parts)


def name_files(css: str, names: Mapping[str, str]) -> str:
    """Return CSS in which every `url(…)` of a file has the file's hashed name."""

    def rewrite(match: re.Match[str]) -> str:
        target = match[1].strip("'\" ")
        if target.startswith(("data:", "#")):
            return match[0]
        try:
            return f'url("{names[target.rpartition("/")[2]]}")'
        except KeyError:
            raise AssetError(f"The style sheet names {target}, which is no asset.") from None

    return re.sub(r"url\(([^)]*)\)", rewrite, css)


def minify_css(css: str) -> bytes:
    """Return CSS without comments and unnecessary white space; strings and URLs are unchanged."""
    kept = r"""("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|url\([^)]*\))"""
    css = re.sub(rf"{kept}|/\*.*?\*/", lambda match: match[1] or " ", css, flags=re.DOTALL)
    css = re.sub(rf"{kept}|\s*([{{}};,])\s*|\s+", _squeeze, css)
    return (css.strip() + "\n").encode()


def _squeeze(match: re.Match[str]) -> str:
    after_colon = match.start() > 0 and match.string[match.start() - 1] == ":"
    return match[1] or match[2] or ("" if after_colon else " ")


def join_scripts(paths: list[Path]) -> bytes:
    """Return the scripts joined into one, each wrapped in a function so that names do not clash."""
    return "".join(
        f'// {path.stem}\n(function () {{\n"use strict";\n{path.read_text()}\n}})();\n' for path in paths
    ).encode()


def sprite(paths: list[Path]) -> bytes:
    """Return one SVG with a symbol per icon, whose id is the file name; view box and stroke attributes are retained."""
    ElementTree.register_namespace("", SVG.strip("{}"))
    sheet = ElementTree.Element(f"{SVG}svg")
    for path in paths:
        drawing = ElementTree.parse(path).getroot()  # noqa: S314  # our own drawings
        if "viewBox" not in drawing.attrib:
            raise AssetError(f"{path} has no viewBox.")
        pen = {name: drawing.attrib[name] for name in SYMBOL_ATTRIBUTES if name in drawing.attrib}
        symbol = ElementTree.SubElement(sheet, f"{SVG}symbol", {"id": path.stem, **pen})
        symbol.extend(drawing)
    return ElementTree.tostring(sheet)


if __name__ == "__main__":
    ensure_built()
