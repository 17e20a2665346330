"""Dates, times and numbers in the language of the request, and other template filters."""

import re
from collections.abc import Mapping
from datetime import date, datetime, time
from functools import lru_cache
from typing import Any

from babel.dates import format_date
from flask import Flask
from flask_babel import format_decimal
from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from portal.core import locale
from portal.core.clock import to_local
from portal.core.i18n import gettext as _
from portal.core.plain_lines import plain_lines
from portal.core.text import render_markdown
from portal.core.web_address import web_address


def as_day(value: date | datetime) -> date:
    """Return the Amsterdam day of a moment; a day is returned unchanged."""
    return to_local(value).date() if isinstance(value, datetime) else value


def _day(value: date | datetime, pattern: str) -> str:
    return _formatted(as_day(value), pattern, locale.current())


@lru_cache(maxsize=4096)
def _formatted(day: date, pattern: str, language: str) -> str:
    """Return a day in a CLDR pattern; cached, because a list shows the same few days again and again."""
    return format_date(day, pattern, locale=language)


def long_date(value: date | datetime) -> str:
    """Return "do 12 maart 2026" ("Thu 12 March 2026")."""
    return _day(value, "EEE d MMMM y").replace(".", "")


def full_date(value: date | datetime) -> str:
    """Return "donderdag 12 maart 2026"."""
    return _day(value, "EEEE d MMMM y")


def short_date(value: date | datetime) -> str:
    """Return "12 mrt" ("12 Mar")."""
    return _day(value, "d MMM").replace(".", "")


def month_year(value: date | datetime) -> str:
    """Return "maart 2026"."""
    return _day(value, "MMMM y")


def day_number(value: date | datetime) -> str:
    """Return "12"."""
    return str(as_day(value).day)


def month_short(value: date | datetime) -> str:
    """Return "mrt"."""
    return _day(value, "MMM").replace(".", "")


def weekday_short(value: date | datetime) -> str:
    """Return "do"."""
    return _day(value, "EEE").replace(".", "")


def clock_time(value: datetime | time) -> str:
    """Return the Amsterdam time as "15.30" in Dutch, "15:30" in English."""
    local = to_local(value).time() if isinstance(value, datetime) else value
    return local.strftime("%H.%M" if locale.current() == "nl" else "%H:%M")


def end_time(value: datetime) -> str:
    """Return the time at which something ends: "17.30", and "24.00" for midnight at the end of its last day."""
    return clock_time(value).replace("00", "24", 1) if to_local(value).time() == time(0) else clock_time(value)


def clock_span(start: datetime, end: datetime | None) -> str:
    """Return "15.30–17.30 uur"."""
    span = clock_time(start) if end is None else f"{clock_time(start)}–{end_time(end)}"
    return _("%(time)s h", time=span)


def iso(value: date | datetime) -> str:
    """Return a moment as RFC 3339 in Amsterdam time, a day as "2026-03-12"; for <time>, feeds and JSON-LD."""
    return to_local(value).isoformat(timespec="seconds") if isinstance(value, datetime) else value.isoformat()


def number(value: float) -> str:
    """Return "20.000" in Dutch, "20,000" in English."""
    return format_decimal(value)


MILLION = 1_000_000
MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")


def month_or_year(value: str) -> str:
    """Return "februari 2014" for "2014-02"; any other text, such as "2019", is returned unchanged."""
    match = MONTH.fullmatch(value)
    return month_year(date(int(match[1]), int(match[2]), 1)) if match else value


def euro(value: float) -> str:
    """Return "€ 150.000", or "€ 7 miljoen" for a round number of millions."""
    if value >= MILLION and value % (MILLION // 10) == 0:
        return _("€\u00a0%(number)s\u00a0million", number=number(value / MILLION))
    return f"€\u00a0{number(value)}"


def figure(row: Mapping[str, Any]) -> str:
    """Return the value of a fact `{label, value, unit}` with its unit, unless the label names the unit already."""
    unit = row["unit"]
    if unit == "euro":
        return euro(row["value"])
    if unit == "procent":
        return f"{number(row['value'])}%"
    return number(row["value"]) if unit is None or unit in row["label"] else f"{number(row['value'])} {unit}"


@pass_context
def local(_context: Context, path: str) -> str:
    """Return an internal path in the language of this page.

    It takes the unused context because Jinja evaluates other filters on constants when it compiles a template, which
    would keep the language of the first request in the links of all later ones.
    """
    return locale.local(path)


def line_breaks(text: str) -> Markup:
    """Return plain text as HTML in which each newline is a line break."""
    return Markup("<br>").join(text.splitlines())


IJ = re.compile(r"[“‘\"'(]*IJ")
""""IJ" is one letter in Dutch; a quotation mark may precede it."""


def leading_ij(text: str) -> str:
    """Return the "IJ" that a text begins with, including quotation marks; "" for any other beginning.

    Pages mark it for the drop cap, because `::first-letter` takes only the "I" in Chromium.
    """
    found = IJ.match(text)
    return found[0] if found else ""


def large_ij(html: str) -> Markup:
    """Return HTML whose leading "IJ" is wrapped in an element that the style sheet shows as one drop cap."""
    if letters := leading_ij(html.removeprefix("<p>")) if html.startswith("<p>") else "":
        html = f'<p class="has-ij"><span class="ij">{letters}</span>{html[len("<p>") + len(letters) :]}'
    return Markup(html)  # noqa: S704  # HTML from `render_markdown`


def bdi(text: object) -> Markup:
    """Return user-written text in `<bdi>`, so that a right-to-left name does not reorder the sentence around it."""
    return Markup("<bdi>{}</bdi>").format(text)


def as_lines(text: str) -> list[str]:
    """Return user-written text as the lines that a page would show, for mails."""
    return plain_lines(render_markdown(text)).split("\n")


def init_app(app: Flask) -> None:
    """Register the template filters."""
    app.jinja_env.filters.update(
        date=long_date,
        full_date=full_date,
        date_short=short_date,
        month_year=month_year,
        day_number=day_number,
        month_short=month_short,
        weekday_short=weekday_short,
        time=clock_time,
        end_time=end_time,
        iso=iso,
        number=number,
        month_or_year=month_or_year,
        euro=euro,
        figure=figure,
        line_breaks=line_breaks,
        as_lines=as_lines,
        bdi=bdi,
        leading_ij=leading_ij,
        large_ij=large_ij,
        web_address=web_address,
        local=local,
    )
