"""The documents of the development set, made from the shipped facts, the demo content and our own passages.

A document is `{id, title, body, type, theme}`: the shape that `portal search-eval` reads. Ids come from slugs and
keys, so they stay the same as long as the thing itself stays.
"""

import json
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from portal.core.text import plain_text, render_markdown

SHIPPED = Path(__file__).resolve().parents[2] / "portal" / "operations"
PASSAGES = Path(__file__).parent / "passages.jsonl"

PASSAGE = 900
"""Characters after which a long text goes on in a next document: about what fits on a screen."""

Document = dict[str, str | None]


@cache
def documents() -> tuple[Document, ...]:
    """Return all documents, always in the same order."""
    makers = (_actions, _themes, _examples, _past_events, _organisations, _categories,
              _posts, _articles, _events, _demo_organisations, _passages)  # fmt: skip
    return tuple(document for make in makers for document in make())


def _document(id: str, title: str, parts: Iterable[str | None], theme: str | None = None) -> Document:
    body = "\n".join(part for part in parts if part)
    return {"id": id, "title": title, "body": body, "type": id.partition(":")[0], "theme": theme}


def _facts(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((SHIPPED / "facts" / f"{name}.json").read_text(encoding="utf-8"))
    return loaded


def _demo(name: str) -> list[dict[str, Any]]:
    loaded: list[dict[str, Any]] = json.loads((SHIPPED / "demo" / f"{name}.json").read_text(encoding="utf-8"))
    return loaded


@cache
def _names() -> dict[str, str]:
    """Return the name of each organisation by its slug."""
    demo = {row["slug"]: row["name"] for row in _demo("organisations")}
    return demo | {slug: row["name"] for slug, row in _facts("organisations").items()}


def _named(label: str, slugs: Iterable[str]) -> str:
    names = ", ".join(_names()[slug] for slug in slugs)
    return f"{label}: {names}." if names else ""


def _listed(label: str, texts: Iterable[str]) -> str:
    listed = ", ".join(texts)
    return f"{label}: {listed}." if listed else ""


def _actions() -> Iterator[Document]:
    for slug, row in _facts("actions").items():
        parts = (
            row["alt_title"],
            row["summary"],
            _named("Trekkers", row["leads"]),
            _named("Partners", (*row["partners"], *row["intended_partners"])),
            _listed("Ook", (*row["lead_groups"], *row["partner_groups"], *row["named_items"])),
            row["financing"],
            row["note"],
        )
        yield _document(f"action:{slug}", row["title"], parts, row["theme"])


def _themes() -> Iterator[Document]:
    for slug, row in _facts("themes").items():
        ambitions = [ambition["text"] for ambition in row["ambitions"]]
        subthemes = _listed("Onderdelen", (subtheme["title"] for subtheme in row["subthemes"]))
        parts = (row["short_title"], row["alt_title"], row["challenge_summary"], *ambitions, row["context"], subthemes)
        yield _document(f"theme:{slug}", row["title"], parts, slug)


def _examples() -> Iterator[Document]:
    found = _facts("examples")
    for slug, row in found["initiatives"].items():
        parts = (
            row["summary"],
            row["place"],
            row["financing"],
            _listed("Sectoren", row["sectors"]),
            _listed("Voor", row["target_groups"]),
            _named("Partners", row["partners"]),
            _listed("Ook", row["partner_groups"]),
        )
        yield _document(f"example:{slug}", row["name"], parts)
    for slug, row in found["conditions"].items():
        yield _document(f"condition:{slug}", row["title"], [row["summary"]])


def _past_events() -> Iterator[Document]:
    categories = _facts("categories")
    for slug, row in _facts("events").items():
        parts = (
            categories[row["kind"]]["label"],
            row["date_text"],
            row["summary"],
            row["place"],
            _named("Door", row["organisers"]),
        )
        yield _document(f"event:{slug}", row["title"], parts, row["theme"])


def _organisations() -> Iterator[Document]:
    actions = _facts("actions")
    for slug, row in _facts("organisations").items():
        part_in = [actions[part["action"]]["title"] for part in row["actions"]]
        if not (part_in or row["note"] or row["aliases"] or row["former_names"]):
            continue
        parts = (
            _listed("Ook bekend als", row["aliases"]),
            _listed("Voorheen", row["former_names"]),
            _listed("Plaats", filter(None, [row["municipality"]])),
            row["note"],
            _named("Onderdeel van", row["parents"]),
            _listed("Doet mee aan", part_in),
        )
        yield _document(f"organisation:{slug}", row["name"], parts)


def _categories() -> Iterator[Document]:
    for slug, row in _facts("categories").items():
        yield _document(f"category:{slug}", row["label"], [row["explanation"], _listed("Ook", row["synonyms"])])


def _posts() -> Iterator[Document]:
    categories, organisations = _facts("categories"), _facts("organisations")
    for row in (*_demo("posts_1"), *_demo("posts_2")):
        place = organisations.get(f"gemeente-{row['municipality']}", {}).get("municipality")
        parts = (
            categories[row["category"]]["label"],
            _plain(row["body"]),
            row["period"],
            row["requirements"],
            _named("Van", [row["organisation"]]),
            _listed("Plaats", filter(None, [place])),
        )
        yield _document(f"post:{row['key']}", row["title"], parts, next(iter(row["themes"]), None))


def _articles() -> Iterator[Document]:
    for row in _demo("articles"):
        theme = next(iter(row["themes"]), None)
        for number, part in enumerate(_passages_of(f"{row['lead']}\n\n{row['body']}"), 1):
            yield _document(f"article:{row['key']}.{number}", row["title"], [part], theme)


def _passages_of(source: str) -> list[str]:
    """Return a long text in pieces, cut between paragraphs; a short end stays with what goes before."""
    found = [""]
    for paragraph in source.split("\n\n"):
        if len(found[-1]) > PASSAGE:
            found.append("")
        found[-1] += f"{_plain(paragraph)} "
    if len(found) > 1 and len(found[-1]) < PASSAGE / 3:
        found[-2:] = ["".join(found[-2:])]
    return [text.strip() for text in found]


def _events() -> Iterator[Document]:
    categories = _facts("categories")
    for row in _demo("events"):
        parts = (
            categories[row["kind"]]["label"],
            row["summary"],
            _plain(row["body"]),
            row["venue"],
            row["address"],
            _listed("Voor", filter(None, [row["audience"]])),
            _named("Door", row["organisers"]),
            row["status_reason"],
            _plain(row["report"] or ""),
        )
        yield _document(f"event:{row['key']}", row["title"], parts, next(iter(row["themes"]), None))


def _demo_organisations() -> Iterator[Document]:
    for row in _demo("organisations"):
        yield _document(f"organisation:{row['slug']}", row["name"], [row["summary"]])


def _passages() -> Iterator[Document]:
    for line in PASSAGES.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        yield _document(f"passage:{row['slug']}", row["title"], [row["body"]], row["theme"])


def _plain(source: str) -> str:
    return plain_text(render_markdown(source))
