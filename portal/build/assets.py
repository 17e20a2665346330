"""Style sheet, scripts, icons, font and images: built once, under names that change with their content.

`build` writes to the git-ignored `static/dist/`: `site.<hash>.css` and `site.<hash>.js` (our own parts joined),
`htmx.<hash>.js`, `icons.<hash>.svg` (one sprite), the font and the images, each text with `.br` and `.gz` beside
it. A file gets its name when it is complete, and `manifest.json`, written last, says which files are current.
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
"""The style sheet's parts in the order in which they are joined; a part under any other name is refused."""

SOURCES = ("css", "js", "icons", "img", "vendor")
VENDOR = ("htmx.js", "portal-serif-semibold.woff2")
COMPRESSED = (".css", ".js", ".svg")
KEEP_SECONDS = 24 * 60 * 60
"""How long a superseded file stays, for pages and running servers that still name it."""

HASHED = re.compile(r"\.[0-9a-f]{12}\.\w+$")
SVG = "{http://www.w3.org/2000/svg}"
SYMBOL_ATTRIBUTES = ("viewBox", "fill", "stroke", "stroke-width", "stroke-linecap", "stroke-linejoin")


class AssetError(Exception):
    """A source is missing, or names something that does not exist; the message says which."""


# ── building ──────────────────────────────────────────────────────────────────────────────────────


def ensure_built(static: Path = STATIC) -> dict[str, str]:
    """Build unless nothing changed since the last time; plain name to hashed name. Many processes may call it."""
    current = _current(static)
    if current is None:
        with _locked(static):
            current = _current(static) or build(static)
    return current


def build(static: Path = STATIC) -> dict[str, str]:
    """Write all assets and the manifest to `static/dist/`; plain name to hashed name."""
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
    """Changes with the name or content of any source, and with this file."""
    sources = [path for folder in SOURCES for path in (static / folder).glob("[!.]*.*")]
    digest = hashlib.sha256()
    for path in sorted([*sources, Path(__file__)]):
        digest.update(path.name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


@contextmanager
def _locked(static: Path) -> Iterator[None]:
    """One process at a time builds: the lock is on the folder itself and ends with the process."""
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
    """Write a hashed file and its compressed forms, unless they stand there already."""
    if (static / "dist" / name).exists():
        return
    if name.endswith(COMPRESSED):
        _write(static, f"{name}.br", brotli.compress(content, mode=brotli.MODE_TEXT, quality=11))
        _write(static, f"{name}.gz", gzip.compress(content, compresslevel=9, mtime=0))
    _write(static, name, content)


def _write(static: Path, name: str, content: bytes) -> None:
    """Write beside `dist/` and move into it, so that a server that scans it meets only whole files."""
    descriptor, temporary = tempfile.mkstemp(dir=static, prefix=".building-")
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    Path(temporary).chmod(0o644)
    Path(temporary).replace(static / "dist" / name)


def _retire(static: Path, current: set[str]) -> None:
    """Delete what was superseded long ago; what is superseded now counts from now."""
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
    """The parts of the style sheet in the order of STYLES."""
    parts = [path for pattern in STYLES for path in sorted(folder.glob(pattern))]
    if strangers := {path.name for path in folder.glob("*.css")} - {path.name for path in parts}:
        raise AssetError(f"No place in the style sheet for {', '.join(sorted(strangers))}; see STYLES.")
    return "\n".join(path.read_text() for path in parts)


def name_files(css: str, names: Mapping[str, str]) -> str:
    """Style text with every `url(…)` of a file rewritten to the file's hashed name."""

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
    """Style text without comments and needless white space; strings and addresses stay as they are."""
    kept = r"""("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|url\([^)]*\))"""
    css = re.sub(rf"{kept}|/\*.*?\*/", lambda match: match[1] or " ", css, flags=re.DOTALL)
    css = re.sub(rf"{kept}|\s*([{{}};,])\s*|\s+", _squeeze, css)
    return (css.strip() + "\n").encode()


def _squeeze(match: re.Match[str]) -> str:
    after_colon = match.start() > 0 and match.string[match.start() - 1] == ":"
    return match[1] or match[2] or ("" if after_colon else " ")


def join_scripts(paths: list[Path]) -> bytes:
    """Our modules in one file, each a function of its own so that none sees another's names."""
    return "".join(
        f'// {path.stem}\n(function () {{\n"use strict";\n{path.read_text()}\n}})();\n' for path in paths
    ).encode()


def sprite(paths: list[Path]) -> bytes:
    """One SVG with a symbol per drawing, its id the drawing's file name; each keeps its own view box and pen."""
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
