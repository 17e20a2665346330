"""Checks the project's own rules for templates: `python tests/template_rules.py templates`.

The content security policy allows neither inline code nor eval, and the Nu HTML checker rejects bare `hx-`
attributes. Violations are reported with their line.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

RULES = {
    r"(?<![\w-])hx-[a-z]": "write data-hx-…: the Nu HTML checker refuses bare hx- attributes",
    r"data-hx-on": "data-hx-on needs eval: listen in a script of static/js",
    r"data-hx-trigger=([\"'])(?:(?!\1).)*\[": "a trigger filter needs eval: trigger from a script of static/js",
    r"data-hx-(?:vals|headers|vars)=[\"']\s*(?:js|javascript):": "a computed value needs eval",
    r"data-hx-vars": "data-hx-vars needs eval: use data-hx-vals with JSON",
    r"\sstyle\s*=": "inline style: use a class",
    r"<style[\s>]": "inline style sheet: use static/css",
    r"<script(?![^>]*\ssrc=)(?![^>]*type=\"application/ld\+json\")": "inline script: use static/js",
    r"\son[a-z]+\s*=\s*[\"'{]": "inline handler: listen in a script of static/js",
    r"[\"'\s]javascript:": "a script address",
    r"<(?!a\s)\w+[^>]*\s(?:src|srcset|href|action|data|poster)=[\"'](?:https?:)?//": "a part from another site",
}
MAIL = Path("mail")
"""Templates of mails may have a style element, which is inlined before sending."""
JINJA_COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)


def faults(text: str) -> Iterator[tuple[int, str]]:
    """Yield the line and the reason of every violation in a template."""
    text = JINJA_COMMENT.sub(lambda match: "\n" * match[0].count("\n"), text)
    for rule, reason in RULES.items():
        for match in re.finditer(rule, text):
            yield text.count("\n", 0, match.start()) + 1, reason


def main(folders: list[str]) -> int:
    """Print every violation in the templates of these folders; return 1 when there is one."""
    found = [
        f"{path}:{line}: {reason}"
        for folder in folders
        for path in sorted(Path(folder).rglob("*.*"))
        for line, reason in sorted(faults(path.read_text()))
        if not (path.relative_to(folder).is_relative_to(MAIL) and reason == RULES[r"<style[\s>]"])
    ]
    sys.stderr.writelines(f"{line}\n" for line in found)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
