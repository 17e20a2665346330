"""Panels: lists that a feature adds to pages of a lower floor, which cannot import that feature.

For example, the board registers a provider for organisations, and an organisation's page shows all its panels.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

Provider = Callable[[Any], "Panel | None"]


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
