"""The posts of the judged set, what was judged of them, and what matching answers."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from portal.core.text import excerpt, plain_text, render_markdown
from portal.matching.entries import Entry, Group, level_bits, role_words
from portal.matching.finding import find
from portal.matching.index import MatchIndex
from portal.matching.periods import read_days
from portal.matching.scoring import Scored
from portal.search import services as search
from tests.relevance.corpus import SHIPPED

HERE = Path(__file__).parent
PUBLISHED = date(2026, 12, 1)
SHOWN = 3
HALVES = ("tune", "held")
OPEN = ("open", "in-gesprek")


@dataclass(frozen=True, slots=True)
class Judged:
    """A post with its real counterparts, and posts on its subject that are clearly of another level or period."""

    post: str
    matches: frozenset[str]
    wrong: frozenset[str]
    half: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What matching shows for a judged post."""

    judged: Judged
    shown: tuple[str, ...]

    @property
    def right(self) -> int:
        """Return how many of those are real counterparts."""
        return len(self.judged.matches.intersection(self.shown))

    @property
    def precision(self) -> float:
        """Return the share of real counterparts among what is shown; nothing shown is 0."""
        return self.right / len(self.shown) if self.shown else 0.0

    @property
    def recall(self) -> float:
        """Return the share of the real counterparts that fit in three places and are shown there."""
        return self.right / min(SHOWN, len(self.judged.matches))


@cache
def posts() -> dict[str, dict[str, Any]]:
    """Return every open post by its id: those of the demo, and our own."""
    demo = [row for name in ("posts_1", "posts_2") for row in _read_json(SHIPPED / "demo" / f"{name}.json")]
    rows = [{**row, "id": row["key"]} for row in demo if row["state"] in OPEN]
    rows += _read_lines("posts.jsonl")
    return {row["id"]: row for row in rows}


def _read_json(path: Path) -> list[dict[str, Any]]:
    read: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    return read


def _read_lines(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (HERE / name).read_text(encoding="utf-8").splitlines()]


def judgements() -> list[Judged]:
    """Return every judged request, and every offer that is a counterpart of one, which is judged in reverse."""
    rows = _read_lines("judgements.jsonl")
    found = [_judged(row["post"], row["matches"], row.get("wrong", ()), row["half"]) for row in rows]
    offers = dict.fromkeys(name for row in rows for name in row["matches"])
    for offer in offers:
        asking = [row for row in rows if offer in row["matches"]]
        wrong = [row["post"] for row in rows if offer in row.get("wrong", ())]
        found.append(_judged(offer, [row["post"] for row in asking], wrong, asking[0]["half"]))
    return found


def _judged(post: str, matches: Iterable[str], wrong: Iterable[str], half: str) -> Judged:
    return Judged(post, frozenset(matches), frozenset(wrong), half)


def every_post() -> list[Judged]:
    """Return every post, without a judgement."""
    return [_judged(name, (), (), HALVES[0]) for name in posts()]


def wrong_pairs() -> list[tuple[str, str]]:
    """Return every pair of posts on one subject that are clearly of another level or period, both ways."""
    pairs = [(row["post"], other) for row in _read_lines("judgements.jsonl") for other in row.get("wrong", ())]
    return pairs + [(other, post) for post, other in pairs]


@cache
def _categories() -> dict[str, dict[str, Any]]:
    read: dict[str, dict[str, Any]] = json.loads((SHIPPED / "facts" / "categories.json").read_text(encoding="utf-8"))
    return read


def _entry(row: dict[str, Any], number: int) -> Entry:
    return Entry(
        Group(row["kind"]),
        number,
        category=row["category"],
        levels=level_bits(row["levels"]),
        municipality=row["municipality"],
        days=read_days(row["period"], PUBLISHED),
        places=row["places"],
        themes=frozenset(row["themes"]),
    )


def _subject(row: dict[str, Any]) -> tuple[str, str, str]:
    category = _categories()[row["category"]]
    text = [plain_text(render_markdown(row["body"])), row.get("requirements")]
    return row["title"], "\n".join(filter(None, text)), role_words([category["label"], *category["synonyms"]])


def _beginning(row: dict[str, Any]) -> str:
    """Return the title and the excerpt, whose synonyms count too."""
    title, text, _without = _subject(row)
    return f"{title}\n{excerpt(text)}"


def answers(judged: Iterable[Judged]) -> Iterator[Answer]:
    """Yield what matching shows for each of these posts."""
    index, ids = MatchIndex(), dict(enumerate(posts(), 1))
    entries = {name: _entry(posts()[name], number) for number, name in ids.items()}
    terms = {name: search.subject_terms(*_subject(row)) for name, row in posts().items()}
    for name, entry in entries.items():
        index.put(entry, terms[name])
    for one in judged:
        asking = entries[one.post]
        further = search.synonym_terms(_beginning(posts()[one.post]), terms[one.post])
        yield Answer(
            one, tuple(ids[found.entry.id] for found in _counterparts(index, asking, terms[one.post], further))
        )


def _counterparts(index: MatchIndex, asking: Entry, terms: dict[str, float], further: dict[str, float]) -> list[Scored]:
    other = Group.OFFER if asking.group == Group.REQUEST else Group.REQUEST
    return find(index, asking, terms, further, other, SHOWN)
