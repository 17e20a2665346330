"""Many documents and queries for measuring search: the same ones at every run, in the language of the real ones.

Sentences of the development set are drawn and joined anew; one word in forty is a rare one (a name, a made-up
compound), so that the vocabulary grows with the number of documents as that of real texts does.
"""

import random
import re
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache

from portal.search.models import SearchDocument
from tests.relevance import corpus

SENTENCE = re.compile(r"(?<=[.!?])\s+")
WORD = re.compile(r"[a-zà-ÿ]{4,14}")
TYPES = ("post", "event", "article", "example", "action")
THEMES = ("techniek", "zorg-en-welzijn", "ict", "stages", "docenten", "mkb", "groen", "logistiek")
RARE_SHARE = 1 / 40
FIRST_DAY = date(2019, 1, 1)
DAYS = 2_600


@cache
def _source() -> tuple[list[str], list[str], list[str]]:
    """Return titles, sentences and words of the real documents."""
    real = corpus.documents()
    titles = [str(document["title"]) for document in real]
    sentences = [
        sentence for document in real for sentence in SENTENCE.split(str(document["body"])) if 25 < len(sentence) < 250
    ]
    words = sorted({word for sentence in sentences for word in WORD.findall(sentence)})
    return titles, sentences, words


def documents(count: int) -> Iterator[SearchDocument]:
    """Return documents; the same number always gives the same document."""
    for number in range(count):
        yield document(number)


def document(number: int) -> SearchDocument:
    """Return one document: a title, and five to nine sentences (about 100 words)."""
    draw = random.Random(number)  # noqa: S311  # repeatable, and no secret
    titles, sentences, words = _source()
    text = " ".join(_with_rare(draw, draw.choice(sentences), words) for _ in range(draw.randint(5, 9)))
    title = _with_rare(draw, f"{draw.choice(titles)} {draw.choice(words)}", words)
    kind = draw.choice(TYPES)
    return SearchDocument(
        key=f"{kind}:{number}",
        type=kind,
        title=title,
        text=text,
        path=f"/{kind}/{number}",
        themes=tuple(draw.sample(THEMES, k=draw.choice((0, 1, 1, 2)))),
        organisations=(f"organisatie-{int(draw.paretovariate(0.8)) % 400}",),
        day=FIRST_DAY + timedelta(days=draw.randrange(DAYS)),
        is_open=draw.random() < 0.7,
    )


def _with_rare(draw: random.Random, sentence: str, words: list[str]) -> str:
    parts = sentence.split(" ")
    for place in range(len(parts)):
        if draw.random() < RARE_SHARE:
            parts[place] = f"{draw.choice(words)}{draw.choice(words)}"
    return " ".join(parts)


def queries(count: int = 200) -> list[str]:
    """Return queries of one to three words: words of a title or of one sentence, now and then begun or misspelt."""
    draw = random.Random(0)  # noqa: S311  # repeatable, and no secret
    titles, sentences, _words = _source()
    made: list[str] = []
    while len(made) < count:
        words = re.findall(r"\w{3,}", draw.choice(titles if draw.random() < 0.6 else sentences).lower())
        if len(words) < 3:
            continue
        chosen = draw.sample(words, k=draw.choice((1, 1, 2, 2, 3)))
        chance = draw.random()
        if chance < 0.1:
            chosen[-1] = chosen[-1][: max(3, len(chosen[-1]) // 2)]
        elif chance < 0.2 and len(chosen[-1]) > 5:
            place = draw.randrange(1, len(chosen[-1]) - 1)
            chosen[-1] = chosen[-1][:place] + chosen[-1][place + 1 :]
        made.append(" ".join(chosen))
    return made
