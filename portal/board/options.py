"""What the filter rail shows: each option with the number of posts that choosing it would find, and what is on."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from markupsafe import Markup, escape

from portal.board import labels
from portal.board.forms import ALL, BoardFilter, Sort
from portal.board.index import CLOSED, OPEN
from portal.board.levels import LEVELS
from portal.board.reference import Choice, Reference
from portal.core.forms import Chip, Option
from portal.core.words import gettext as _

Counts = Mapping[str, Mapping[str, int]]
"""Per dimension of the index, how many posts each option would find."""


class Group(NamedTuple):
    """The options of one field; `control` is "checkbox", "radio" or "select", whose options are elements already."""

    name: str
    options: Sequence[Option] | Markup
    control: str
    legend: str
    is_open: bool = False


def groups(filter: BoardFilter, reference: Reference, counts: Counts) -> list[Group]:
    """Return the fields of the filter in the order of the rail."""
    found = defaultdict[str, Mapping[str, int]](dict, counts)
    places, organisations = reference.municipalities.rows, reference.organisations.rows
    return [
        Group("soort", _kinds(filter, found["kind"]), "radio", _("Kind"), is_open=True),
        _rows("rubriek", _("Category"), reference.categories.rows, found["category"], filter.categories),
        _rows("speerpunt", _("Focus point"), reference.themes.rows, found["theme"], filter.themes),
        Group("niveau", _levels(filter, found["level"]), "checkbox", _("Level")),
        _rows("gemeente", _("Municipality"), places, found["municipality"], filter.municipalities),
        Group("organisatie", _organisations(filter, organisations, found["organisation"]), "select", _("Organisation")),
        Group("status", _statuses(filter, found["status"]), "radio", _("State"), is_open=True),
    ]


def chips(filter: BoardFilter, reference: Reference, path: str) -> list[Chip]:
    """Return what is on, each with the address of the list without it."""
    return [Chip(label, value, filter.address(path, **without)) for label, value, without in _on(filter, reference)]


def sorts(filter: BoardFilter, path: str) -> list[tuple[str, str, bool]]:
    """Return the orders one can choose: label, address, whether it is this one."""
    names = {Sort.NEWEST: _("Newest first"), Sort.REPLY_BY: _("Reply-by date")}
    if filter.words:
        names = {Sort.BEST: _("Best match"), **names}
    return [(label, filter.address(path, sort=sort), sort is filter.sort) for sort, label in names.items()]


def title(filter: BoardFilter, reference: Reference) -> str:
    """Return what a filtered list is called: "Vraag en aanbod: Gastles, Delft"."""
    on = ", ".join(value for _label, value, _without in _on(filter, reference))
    return f"{_('Offers and requests')}: {on}" if on else _("Offers and requests")


def _on(filter: BoardFilter, reference: Reference) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield field, value and the change that takes it away."""
    if filter.words:
        yield _("Search words"), f"“{filter.words}”", {"words": ""}
    if filter.kind:
        yield _("Kind"), labels.kinds()[filter.kind], {"kind": ""}
    for field, label, chosen, known in (
        ("categories", _("Category"), filter.categories, _labels(reference.categories.rows)),
        ("themes", _("Focus point"), filter.themes, _labels(reference.themes.rows)),
        ("levels", _("Level"), filter.levels, LEVELS),
        ("municipalities", _("Municipality"), filter.municipalities, _labels(reference.municipalities.rows)),
    ):
        for slug in chosen:
            yield label, known[slug], {field: tuple(other for other in chosen if other != slug)}
    if filter.organisation:
        name = reference.organisations.by_slug[filter.organisation].label
        yield _("Organisation"), name, {"organisation": ""}
    if filter.status != OPEN:
        yield _("State"), _status_labels()[filter.status], {"status": OPEN}


def _kinds(filter: BoardFilter, counts: Mapping[str, int]) -> list[Option]:
    options = [Option("", _("Both"), sum(counts.values()), not filter.kind)]
    return options + [
        Option(kind, label, counts.get(kind, 0), kind == filter.kind) for kind, label in labels.kinds().items()
    ]


def _statuses(filter: BoardFilter, counts: Mapping[str, int]) -> list[Option]:
    found = {**counts, ALL: sum(counts.values())}
    return [
        Option(status, label, found.get(status, 0), status == filter.status)
        for status, label in _status_labels().items()
    ]


def _status_labels() -> dict[str, str]:
    return {OPEN: _("Open"), CLOSED: _("Closed posts"), ALL: _("Open and closed")}


def _levels(filter: BoardFilter, counts: Mapping[str, int]) -> list[Option]:
    return [Option(slug, label, counts.get(slug, 0), slug in filter.levels) for slug, label in LEVELS.items()]


def _organisations(filter: BoardFilter, rows: Iterable[Choice], counts: Mapping[str, int]) -> Markup:
    """Return the elements of the select: organisations one would find something of, and the chosen one."""
    elements = [f'<option value="">{escape(_("All organisations"))}</option>']
    for row in rows:
        count = counts.get(row.key, 0)
        if row.slug == filter.organisation:
            elements.append(f"{row.option.replace('>', ' selected>', 1)} ({count})</option>")
        elif count:
            elements.append(f"{row.option} ({count})</option>")
    return Markup("".join(elements))  # noqa: S704  # labels and slugs were escaped when they were read


def _rows(name: str, legend: str, rows: Iterable[Choice], counts: Mapping[str, int], chosen: Sequence[str]) -> Group:
    options = [Option(row.slug, row.label, counts.get(row.key, 0), row.slug in chosen) for row in rows]
    return Group(name, options, "checkbox", legend)


def _labels(rows: Iterable[Choice]) -> dict[str, str]:
    return {row.slug: row.label for row in rows}
