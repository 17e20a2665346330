"""The sitemap: the public pages of all features."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from importlib import import_module

from flask import current_app

Entry = tuple[str, datetime | None]
"""A path and the time of its last change (UTC; None when unknown)."""
STANDING = ("/", "/vraag-en-aanbod/", "/agenda/", "/agenda/archief", "/nieuws/", "/nieuwsflits/", "/actieagenda/",
            "/organisaties/", "/ondertekenaars/", "/voorbeelden/", "/meedoen/",
            "/vraag-en-aanbod/schrijfwijzer", "/antwoordbelofte/")  # fmt: skip
FEATURES = ("board", "agenda", "newsflash", "actionplan", "community", "examples", "pages")


def entries() -> Iterator[tuple[str, datetime | None]]:
    """Yield (absolute URL, time of last change) of every public page."""
    base = current_app.config["BASE_URL"]
    for path in STANDING:
        yield base + path, None
    for feature in FEATURES:
        listing: Callable[[], Iterable[Entry]] = import_module(f"portal.{feature}.queries").sitemap_entries
        for path, changed in listing():
            yield base + path, changed
