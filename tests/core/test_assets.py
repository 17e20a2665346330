"""The asset build: order, hashed names, compressed forms, and safety for those who look while it works."""

import gzip
import json
import os
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from xml.etree import ElementTree

import brotli
import pytest
from werkzeug.test import Client
from werkzeug.wrappers import Response

from portal.build import assets
from portal.core.web.assets import asset, wrap

SVG = assets.SVG.strip("{}")


@pytest.fixture
def static(tmp_path: Path) -> Path:
    """A small folder of sources."""
    sources = {
        "css/tokens.css": '@layer tokens { :root { --ink: #222; } }\n@font-face { src: url("../vendor/a.woff2"); }',
        "css/base.css": "@layer base { body { color: var(--ink); } } /* base */",
        "css/components-b.css": "@layer components { .b { margin: 0 } }",
        "css/components-a.css": "@layer components { .a::before { content: '  {;  ' } }",
        "js/one.js": "const name = 1;",
        "js/two.js": "const name = 2;",
        "icons/search.svg": f'<svg xmlns="{SVG}" viewBox="0 0 24 24" fill="none"><path d="M1 1"/></svg>',
        "img/mark.svg": f'<svg xmlns="{SVG}" viewBox="0 0 1 1"/>',
        "vendor/htmx.js": "var htmx = {};",
        "vendor/portal-serif-semibold.woff2": "font",
    }
    for name, text in sources.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text.replace("a.woff2", "portal-serif-semibold.woff2"))
    return tmp_path


def read(static: Path, names: dict[str, str], name: str) -> str:
    return (static / "dist" / names[name]).read_text()


def test_style_sheet_is_joined_in_order_and_names_the_hashed_font(static: Path) -> None:
    names = assets.build(static)
    css = read(static, names, "site.css")
    assert css.index("tokens") < css.index("base") < css.index(".a::") < css.index(".b{")
    assert f'url("{names["portal-serif-semibold.woff2"]}")' in css
    assert "/*" not in css


def test_minifying_keeps_strings_and_meaning() -> None:
    css = """
    a :hover , b { color: red ; content: ' ; /* x */ ' } /* it's */
    @media (min-width: 3rem) and (x) { c { width: calc(1px + 2px) } }
    """
    assert assets.minify_css(css).decode() == (
        "a :hover,b{color:red;content:' ; /* x */ '}@media (min-width:3rem) and (x){c{width:calc(1px + 2px)}}\n"
    )


def test_a_style_part_without_a_place_and_an_unknown_file_are_refused(static: Path) -> None:
    (static / "css" / "more.css").write_text("")
    with pytest.raises(assets.AssetError, match=r"more\.css"):
        assets.build(static)
    (static / "css" / "more.css").unlink()
    (static / "css" / "base.css").write_text("body { background: url(paper.png) }")
    with pytest.raises(assets.AssetError, match=r"paper\.png"):
        assets.build(static)


def test_missing_script_says_what_to_do(static: Path) -> None:
    (static / "vendor" / "htmx.js").unlink()
    with pytest.raises(assets.AssetError, match="make setup"):
        assets.build(static)


def test_modules_do_not_see_each_other(static: Path) -> None:
    script = read(static, assets.build(static), "site.js")
    assert script.count('(function () {\n"use strict";') == 2


def test_sprite_has_a_symbol_for_each_drawing(static: Path) -> None:
    sheet = ElementTree.parse(static / "dist" / assets.build(static)["icons.svg"]).getroot()
    (symbol,) = sheet
    assert symbol.attrib == {"id": "search", "viewBox": "0 0 24 24", "fill": "none"}
    assert len(symbol) == 1


def test_texts_stand_compressed_beside_themselves(static: Path) -> None:
    names = assets.build(static)
    for name in ("site.css", "site.js", "htmx.js", "icons.svg", "mark.svg"):
        plain = (static / "dist" / names[name]).read_bytes()
        assert brotli.decompress((static / "dist" / f"{names[name]}.br").read_bytes()) == plain
        assert gzip.decompress((static / "dist" / f"{names[name]}.gz").read_bytes()) == plain


def test_only_a_change_builds_again(static: Path) -> None:
    first = assets.ensure_built(static)
    manifest = static / "dist" / "manifest.json"
    os.utime(manifest, (1, 1))
    assert list(assets.ensure_built(static).items()) == list(first.items())
    assert manifest.stat().st_mtime == 1
    (static / "css" / "base.css").write_text("body { color: red }")
    second = assets.ensure_built(static)
    assert second["site.css"] != first["site.css"]
    assert second["site.js"] == first["site.js"]


def test_what_is_superseded_stays_a_day(static: Path) -> None:
    old = assets.build(static)["site.css"]
    (static / "css" / "base.css").write_text("body { color: red }")
    assets.build(static)
    assert (static / "dist" / old).exists()
    for name in (old, f"{old}.br", f"{old}.gz"):
        os.utime(static / "dist" / name, (1, 1))
    assets.build(static)
    assert not list((static / "dist").glob(f"{old}*"))


def test_many_processes_at_once_agree(static: Path) -> None:
    with ProcessPoolExecutor(4) as pool:
        results = list(pool.map(assets.ensure_built, [static] * 8))
    assert all(result == results[0] for result in results)
    assert json.loads((static / "dist" / "manifest.json").read_text())["files"] == results[0]
    assert not list(static.glob(".building-*"))


def test_unknown_name_is_refused() -> None:
    with pytest.raises(assets.AssetError, match=r"nothing\.css"):
        asset("nothing.css")


def test_served_for_ever_and_compressed() -> None:
    client = Client(wrap(Response("the portal")))
    with client.get(asset("htmx.js"), headers={"Accept-Encoding": "br"}) as answer:
        body = answer.get_data()
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "max-age=315360000, public, immutable"
    assert answer.headers["Content-Encoding"] == "br"
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert b"htmx" in brotli.decompress(body)


def test_other_addresses_reach_the_portal() -> None:
    client = Client(wrap(Response("the portal")))
    for address in ("/", "/static/", "/static/../instance/portal.db", "/static/nothing.css"):
        assert client.get(address).text == "the portal"


@pytest.mark.parametrize(
    ("name", "most"),
    [("portal-serif-semibold.woff2", 20_000), ("site.css.br", 13_000), ("htmx.js.br", 16_000), ("icons.svg", 12_000)],
)
def test_each_part_stays_as_small_as_planned(name: str, most: int) -> None:
    plain = name.removesuffix(".br")
    file = assets.STATIC / "dist" / (assets.ensure_built()[plain] + name.removeprefix(plain))
    assert file.stat().st_size <= most
