"""Resolves `type:` and `speerpunt:` in the words of a search to facet options."""

import re
from collections.abc import Iterator
from dataclasses import replace

from portal.core.text import slugify
from portal.search.indexing import documents
from portal.search.indexing.documents import FacetValue
from portal.search.page import content_types
from portal.search.page.forms import SearchFilter
from portal.search.query.parser import FIELD

DIMENSIONS = {"type": "type", "speerpunt": "theme"}
"""The facet that each field chooses from."""


def resolve(asked: SearchFilter) -> SearchFilter:
    """Return the filter with the fields in its words replaced by chosen options.

    A field with an unknown value stays in the words, so that it can be corrected, and is reported as ignored.
    """
    chosen = dict(asked.chosen)
    ignored = list(asked.ignored)
    puzzling: list[str] = []

    def take(found: re.Match[str]) -> str:
        name, typed = found["name"].lower(), (found["quoted"] or found["plain"] or "").strip()
        value = _option(name, slugify(typed)) if typed else None
        if value is not None:
            chosen[DIMENSIONS[name]] = tuple(dict.fromkeys((*chosen[DIMENSIONS[name]], value)))
            return " "
        puzzling.append(name)
        if typed:
            ignored.append((name, typed))
        return found.group()

    words = " ".join(FIELD.sub(take, asked.words).split())
    return replace(asked, words=words, chosen=chosen, ignored=ignored, puzzling=tuple(dict.fromkeys(puzzling)))


def possible(name: str) -> str:
    """Return the values that can be typed after a field, separated by commas."""
    if name == "type":
        return content_types.examples()
    return ", ".join(option.value for option, _names in documents.facet_names("theme"))


def _option(name: str, slug: str) -> str | None:
    return content_types.type_for(slug) if name == "type" else _theme(slug)


def _theme(slug: str) -> str | None:
    """Return the speerpunt with a number, slug or name, or the only one whose name begins so."""
    options = documents.facet_names("theme")
    for option, names in options:
        if slug in set(_slugs(option, names)):
            return option.value
    beginning = [option.value for option, names in options if any(s.startswith(slug) for s in _slugs(option, names))]
    return beginning[0] if len(set(beginning)) == 1 and len(slug) > 1 else None


def _slugs(option: FacetValue, names: tuple[str, ...]) -> Iterator[str]:
    yield option.value
    if option.number:
        yield str(option.number)
    yield from (slugify(name) for name in names)
