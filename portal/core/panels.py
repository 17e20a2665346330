"""Panels and remarks: what a feature adds to pages of a lower floor, which cannot import that feature.

For example, the board registers a provider for organisations, and an organisation's page shows all its panels. A remark
is one line of text, such as how soon the owner of a post usually answers.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

Provider = Callable[[Any], "Panel | None"]
RemarkProvider = Callable[[Any], "Remark | None"]


@dataclass(frozen=True, slots=True)
class Panel:
    """A titled list on a page of another feature.

    `components/panels.html` renders the title and, with `more_url`, a link to the full list; `template` renders the
    items and gets the panel as `panel`. Headings inside it are level 3.
    """

    key: str
    title: str
    template: str
    items: Sequence[Any]
    more_url: str | None = None


@dataclass(frozen=True, slots=True)
class Remark:
    """One line on a page of another feature, with the page that explains it."""

    text: str
    url: str


_remarks: dict[str, dict[str, RemarkProvider]] = defaultdict(dict)
_providers: dict[str, dict[str, Provider]] = defaultdict(dict)


def provide(subject: str, order: str) -> Callable[[Provider], Provider]:
    """Register a function that returns a panel for a kind of subject ("organisation", "theme", "action", "issue" …).

    Panels are sorted by `order`.
    """

    def register(provider: Provider) -> Provider:
        _providers[subject][order] = provider
        return provider

    return register


def panels_for(subject: str, row: Any) -> list[Panel]:
    """Return the panels for a row in their order, without empty ones."""
    panels = (provider(row) for _order, provider in sorted(_providers[subject].items()))
    return [panel for panel in panels if panel is not None and panel.items]


def provide_remark(subject: str, order: str) -> Callable[[RemarkProvider], RemarkProvider]:
    """Register a function that returns a remark for a kind of subject ("post"); remarks are sorted by `order`."""

    def register(provider: RemarkProvider) -> RemarkProvider:
        _remarks[subject][order] = provider
        return provider

    return register


def remarks_for(subject: str, row: Any) -> list[Remark]:
    """Return the remarks for a row in their order."""
    remarks = (provider(row) for _order, provider in sorted(_remarks[subject].items()))
    return [remark for remark in remarks if remark is not None]
