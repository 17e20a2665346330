"""Words that nobody says stand in no Dutch sentence of the portal: catalogue, standing pages, writing guides."""

import re
from collections.abc import Iterator
from dataclasses import astuple
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from portal.board.guides import GENERAL, GUIDES
from portal.core.config import ROOT

CATALOGUES = sorted((ROOT / "portal" / "translations" / "nl").glob("*.po"))
CONTENT = sorted((ROOT / "portal" / "pages" / "content").glob("*.md"))
BANNED = re.compile(
    r"""
    \b(?:men|zetels?|uwe|middels|teneinde|tevens|hoogstens)\b   # stiff, or not our word for it
    | \b(?:trekt|stuurt|ziet|zien|bekijkt|bekijken|maak|open|sla|neemt|geen)\ haar\b   # things have no "haar"
    | \bwie\ het\ (?:plaatste|schreef|meldde)\b   # the person has a name: "de plaatser", "de schrijver"
    | \bvul\ dit(?:\ veld)?\ in\b   # an error names what is missing
    | \bu\ heeft\b | \bheeft\ u\b(?!w)   # "u hebt", everywhere
    | \b(?:activiteit|evenement)(?:en)?\b   # "bijeenkomst"
    | \b(?:ge)?publiceer(?:de?n?|t)?\b   # "plaatsen"
    | \bin(?:ge)?dien(?:d|en|t)?\b(?!\ bij\ de\ Autoriteit)   # "insturen"
    | [a-z]'s\b | ‘   # curly apostrophes, and double quotation marks
    """,
    re.VERBOSE | re.IGNORECASE,
)


def dutch(path: Path) -> Iterator[str]:
    """Yield what the messages of a catalogue say in Dutch."""
    with path.open("rb") as file:
        for message in read_po(file):
            if message.id:
                yield from [message.string] if isinstance(message.string, str) else message.string or ()


def banned(texts: Iterator[str]) -> list[tuple[str, str]]:
    return [(found[0], text) for text in texts if (found := BANNED.search(text))]


@pytest.mark.parametrize(
    "text",
    [
        "Wat ziet men op de foto?",
        "Het uwe hoort daar niet bij",
        "wie trekt haar, wie doet mee",
        "onze server stuurt haar terug",
        "Wie het plaatste, nam het terug.",
        "Vul dit in.",
        "Beëindig deze zetel vandaag",
        "Met dat adres heeft u hier nog geen account.",
        "Foto's toevoegen",
    ],
)
def test_a_word_that_nobody_says_is_recognised(text: str) -> None:
    assert banned(iter([text]))


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_the_catalogue_says_it_as_people_do(path: Path) -> None:
    assert banned(dutch(path)) == []


@pytest.mark.parametrize("path", CONTENT, ids=lambda path: path.stem)
def test_the_standing_pages_say_it_as_people_do(path: Path) -> None:
    assert banned(iter(path.read_text(encoding="utf-8").splitlines())) == []


def test_the_writing_guides_say_it_as_people_do() -> None:
    for guide in (GENERAL, *GUIDES.values()):
        offer, request, tell = astuple(guide)
        assert banned(iter((offer, request, *tell))) == []
