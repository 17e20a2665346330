"""Serving the assets that `portal.build.assets` made: their addresses, and the WSGI layer that answers `/static/`."""

from functools import cache
from typing import TYPE_CHECKING, cast

from whitenoise import WhiteNoise

from portal.build.assets import HASHED, STATIC, AssetError, ensure_built

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

PREFIX = "/static/"


def asset(name: str) -> str:
    """Return the URL path of an asset by its plain name: `site.css` gives `/static/site.<hash>.css`."""
    try:
        return PREFIX + _names()[name]
    except KeyError:
        raise AssetError(f"There is no asset {name!r}; there are: {', '.join(sorted(_names()))}.") from None


def wrap(application: "WSGIApplication") -> "WSGIApplication":
    """Serve `/static/…` in front of `application`: precompressed, with immutable caching."""
    _names()
    served = WhiteNoise(
        application,
        root=str(STATIC / "dist"),
        prefix=PREFIX,
        immutable_file_test=lambda _path, url: bool(HASHED.search(url)),
        allow_all_origins=False,
        charset="utf-8",
    )
    return cast("WSGIApplication", served)


@cache
def _names() -> dict[str, str]:
    return ensure_built()
