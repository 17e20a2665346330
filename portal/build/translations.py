"""Compiles and checks the message catalogue: the `.po` files of the features become the one `.mo` file in use.

Messages are English in the code; `portal/translations/nl/<feature>.po` holds the Dutch. Set-up runs this file by
path (`compile` or `check`), so it imports nothing of the portal.
"""

import hashlib
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po

ROOT = Path(__file__).resolve().parents[2]
LOCALE = "nl"
COMPILED = f"{LOCALE}/LC_MESSAGES/messages.mo"
KEYWORDS = {
    **dict.fromkeys(("_", "gettext", "lazy_gettext")),
    **dict.fromkeys(("ngettext", "lazy_ngettext"), (1, 2)),
    **dict.fromkeys(("pgettext", "lazy_pgettext"), ((1, "c"), 2)),
    "npgettext": ((1, "c"), 2, 3),
}
"""The functions that take messages, with the positions of their message arguments (None: the first)."""

JINJA = {"newstyle_gettext": "true", "trim_blocks": "true", "lstrip_blocks": "true", "silent": "false"}
"""The options of the application's Jinja environment; a template that does not parse is an error."""

PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sd]")

Key = tuple[str, str | None]
"""The identity of a message: its (singular) English text and its context."""


class CatalogueError(Exception):
    """A `.po` file cannot be used; the message names the file and what is wrong."""


@dataclass(frozen=True, slots=True)
class Used:
    """A message in the code: English text (and plural), context, and where it is first used."""

    text: str
    plural: str | None
    context: str | None
    place: str

    @property
    def key(self) -> Key:
        """The key of this message in the catalogue."""
        return self.text, self.context


# ── compiling ─────────────────────────────────────────────────────────────────────────────────────


def ensure_compiled(root: Path = ROOT) -> None:
    """Compile unless the compiled file is up to date."""
    compiled = _folder(root) / COMPILED
    if not compiled.exists() or fingerprint(root).encode() not in compiled.read_bytes():
        compile_catalogues(root)


def compile_catalogues(root: Path = ROOT) -> Path:
    """Merge the `.po` files into one `messages.mo`, replaced atomically, and return its path."""
    content = BytesIO()
    write_mo(content, merged(root))
    compiled = _folder(root) / COMPILED
    compiled.parent.mkdir(parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(dir=compiled.parent)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content.getvalue())
    Path(temporary).chmod(0o644)
    return Path(temporary).replace(compiled)


def fingerprint(root: Path = ROOT) -> str:
    """Return a hash of the contents of the `.po` files."""
    digest = hashlib.sha256()
    for path in _sources(root):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def merged(root: Path = ROOT) -> Catalog:
    """Return all `.po` files as one catalogue, its version their fingerprint; raises CatalogueError for conflicts."""
    everything = Catalog(locale=LOCALE, project="portal", version=fingerprint(root), fuzzy=False)
    homes: dict[Key, str] = {}
    for path in _sources(root):
        for message in _messages(path):
            key = _key(message)
            known = everything.get(message.id, message.context)
            if known is not None and known.string != message.string:
                raise CatalogueError(f"{path.name}: {key[0]!r} is translated otherwise in {homes[key]}.")
            homes.setdefault(key, path.name)
            everything[message.id] = message
    return everything


def _messages(path: Path) -> list[Message]:
    try:
        with path.open("rb") as file:
            catalogue = read_po(file, locale=LOCALE, abort_invalid=True)
    except (PoFileError, UnicodeDecodeError) as error:
        raise CatalogueError(f"{path.name}: {error}") from error
    messages = [message for message in catalogue if message.id]
    if len(messages) != len(re.findall(r'^msgid (?!""\nmsgstr)', path.read_text(), flags=re.MULTILINE)):
        raise CatalogueError(f"{path.name}: a message stands in it twice.")
    return messages


def _key(message: Message) -> Key:
    return (message.id if isinstance(message.id, str) else message.id[0]), message.context


def _folder(root: Path) -> Path:
    return root / "portal" / "translations"


def _sources(root: Path) -> list[Path]:
    return sorted((_folder(root) / LOCALE).glob("*.po"))


# ── checking ──────────────────────────────────────────────────────────────────────────────────────


def problems(root: Path = ROOT) -> list[str]:
    """Return the differences between code and catalogue as lines: missing, fuzzy, unused, different placeholders."""
    known = {_key(message): message for message in merged(root) if message.id}
    used = {message.key: message for message in used_messages(root)}
    found = [f"{use.place}: no Dutch for {use.text!r}" for key, use in used.items() if key not in known]
    found += [f"catalogue: {text!r} is used nowhere" for text, context in known if (text, context) not in used]
    for key in known.keys() & used.keys():
        found += _faults(used[key], known[key])
    return sorted(found)


def used_messages(root: Path = ROOT) -> Iterator[Used]:
    """Yield every message in the Python files of `portal/` and in `templates/`."""
    for path in sorted((root / "portal").rglob("*.py")):
        yield from _extracted(root, path)
    for path in sorted((root / "templates").rglob("*.*")):
        yield from _extracted(root, path)


def _extracted(root: Path, path: Path) -> Iterator[Used]:
    method = "python" if path.suffix == ".py" else "jinja2"
    options = None if path.suffix == ".py" else JINJA
    for line, message, _comments, context in extract_from_file(method, path, keywords=KEYWORDS, options=options):
        text, plural = (message, None) if isinstance(message, str) else message[:2]
        yield Used(text, plural, context, f"{path.relative_to(root)}:{line}")


def _faults(used: Used, known: Message) -> Iterator[str]:
    """Yield the problems in the translation of one message."""
    strings = [known.string] if isinstance(known.string, str) else list(known.string or ())
    if known.fuzzy:
        yield f"catalogue: {used.text!r} is marked fuzzy"
    if not all(strings):
        yield f"catalogue: {used.text!r} has no translation"
    if used.plural and not known.pluralizable:
        yield f"{used.place}: {used.text!r} has a plural that the catalogue lacks"
    given = [_placeholders(text) for text in (used.text, used.plural) if text]
    for string in filter(None, strings):
        if _placeholders(string) not in given:
            yield f"catalogue: {string!r} has other placeholders than {used.text!r}"


def _placeholders(text: str) -> list[str]:
    return sorted(PLACEHOLDER.findall(text))


def main(arguments: list[str]) -> int:
    """Run the command `compile` or `check`; return 1 when there is a problem."""
    try:
        if arguments == ["compile"]:
            compile_catalogues()
            return 0
        found = problems()
    except CatalogueError as error:
        found = [str(error)]
    sys.stderr.writelines(f"{line}\n" for line in found)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
