"""The colours of the style sheet satisfy WCAG AA in light and dark mode: 4.5:1 for text, 3:1 for icons and outlines."""

import re
from pathlib import Path

import pytest

TOKENS = Path(__file__).resolve().parents[1] / "static" / "css" / "tokens.css"
DARK = "@media screen and (prefers-color-scheme: dark)"
COLOUR = re.compile(r"--([\w-]+): (?:var\(--basis-[\w-]+, )?(#[0-9a-f]{3,6})\)?;")
THEME = re.compile(r"\.theme-(\d) \{ --accent: (#[0-9a-f]{6}); \}")
GROUNDS = ("paper", "sheet", "wash")
TEXTS = ("ink", "ink-soft", "signal", "signal-deep", "danger")
LIGHTNESS_SPREAD = 1.3
"""The maximum difference in contrast between the lightest and darkest of the eight theme colours."""


def palette(scheme: str) -> dict[str, str]:
    """Return the colours of "light" or "dark" by name; the theme colours are theme-1 to theme-8."""
    light, _, dark = TOKENS.read_text().partition(DARK)
    part = dark if scheme == "dark" else light
    return dict(COLOUR.findall(part)) | {f"theme-{number}": colour for number, colour in THEME.findall(part)}


def luminance(colour: str) -> float:
    """Return the relative luminance of a hexadecimal colour as WCAG defines it."""
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    channels = (int(digits[start : start + 2], 16) / 255 for start in (0, 2, 4))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, 1 to 21."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_is_legible_on_every_ground(scheme: str) -> None:
    colours = palette(scheme)
    names = (*TEXTS, *(f"theme-{number}" for number in range(1, 9)))
    weak = {
        (name, ground): round(contrast(colours[name], colours[ground]), 2)
        for name in names
        for ground in GROUNDS
        if contrast(colours[name], colours[ground]) < 4.5
    }
    assert not weak


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_on_filled_parts_and_marked_words_are_legible(scheme: str) -> None:
    colours = palette(scheme)
    pairs = (("on-signal", "signal"), ("on-signal", "signal-deep"), ("paper", "ink"), ("paper", "ink-soft"))
    assert all(contrast(colours[one], colours[other]) >= 4.5 for one, other in pairs)
    assert contrast(colours["ink"], colours["highlight"]) >= 4.5


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_outlines_and_focus_stand_out(scheme: str) -> None:
    colours = palette(scheme)
    assert all(contrast(colours[name], colours[ground]) >= 3 for name in ("rule-strong", "focus") for ground in GROUNDS)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_eight_hues_weigh_the_same(scheme: str) -> None:
    colours = palette(scheme)
    weights = [contrast(colours[f"theme-{number}"], colours["paper"]) for number in range(1, 9)]
    assert max(weights) / min(weights) <= LIGHTNESS_SPREAD
